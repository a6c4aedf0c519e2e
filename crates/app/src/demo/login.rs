//! Six made-up people who can sign in to the demo, one for each way of looking at it.

use crate::sign_in::NewLogin;
use crate::{Error, House};
use schoolkeeper_store::School;

/// Everybody's password in a demo; printed, and good enough for every policy that comes with us.
pub const PASSWORD: &str = "Copper-Lantern-Drifts-7";

/// Name, address, role.
pub const PEOPLE: [(&str, &str, &str); 6] = [
    ("Ash Sample", "ash.sample@marlpit.example", "headteacher"),
    ("Clover Sample", "clover.sample@marlpit.example", "school-business-manager"),
    ("Dill Sample", "dill.sample@marlpit.example", "it-technician"),
    ("Wren Outsider", "dpo@marlpit.example", "dpo"),
    ("Rowan Outsider", "governor@marlpit.example", "governor"),
    ("Kale Sample", "kale.sample@marlpit.example", "teacher"),
];

impl House {
    /// Lets them in; a teacher holds no role but what the staff list says.
    pub(crate) async fn demo_logins(&self, school: &School) -> Result<(), Error> {
        for (name, email, role) in PEOPLE {
            let role = Some(role).filter(|role| *role != "teacher").map(str::to_owned);
            let new = NewLogin { name: name.to_owned(), email: email.to_owned(), role, school: school.clone() };
            self.add_person(&new, PASSWORD).await?;
        }
        Ok(())
    }
}
