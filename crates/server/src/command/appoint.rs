//! `schoolkeeper appoint`

use super::{Folder, Now};
use crate::output;
use clap::Args;
use jiff::civil::Date;
use schoolkeeper_app::role::NewAppointment;
use std::process::ExitCode;

/// Give somebody a role, or make them somebody's deputy.
#[derive(Debug, Args)]
pub struct Appoint {
    #[command(flatten)]
    folder: Folder,
    #[command(flatten)]
    now: Now,
    /// The school (name or id); needed when there are several
    #[arg(long, value_name = "ID")]
    school: Option<String>,
    /// The site it is for, when not the whole school
    #[arg(long)]
    site: Option<String>,
    /// First day; today when left out
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Last day; open when left out
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
    /// The role this person stands in for, while nobody who holds it is there
    #[arg(long, value_name = "ROLE")]
    deputy_of: Option<String>,
    /// The minute or letter by which a leading role is handed on
    #[arg(long, default_value = "", hide_default_value = true)]
    delegation: String,
    /// The person: name or e-mail address
    person: String,
    /// The role, as the policy names it (`schoolkeeper roles` lists them)
    role: String,
}

impl Appoint {
    /// Says who holds what from when on.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let house = self.folder.open(&self.now).await?;
        let actor = house.operator();
        let school = house.one_school(&actor, self.school.as_deref()).await?;
        let person = house.one_person(&actor, &school, &self.person).await?;
        let site = match &self.site {
            Some(site) => Some(house.one_site(&actor, &school, site).await?),
            None => None,
        };
        let posts = house.posts_of(&actor, &school).await?;
        let from = self.from.unwrap_or(posts.today);
        let new = NewAppointment {
            person: Some(person),
            role: self.role.clone(),
            site,
            from: Some(from),
            until: self.until,
            deputy_of: self.deputy_of.clone(),
            delegation: self.delegation,
        };
        house.appoint(&actor, &school, &new).await?;
        let until = self.until.map(|until| format!(" until {until}")).unwrap_or_default();
        let deputy = self.deputy_of.map(|post| format!(", standing in for {}", posts.title(&post))).unwrap_or_default();
        output::line(&format!("{}: {}{deputy}, from {from}{until}", self.person, posts.title(&self.role)))?;
        Ok(ExitCode::SUCCESS)
    }
}
