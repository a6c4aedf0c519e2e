//! `schoolkeeper roles`

use super::{Folder, Now};
use crate::output;
use clap::Args;
use schoolkeeper_app::role::{Holder, RoleLine};
use std::process::ExitCode;

/// List who holds which role, vacant ones first.
#[derive(Debug, Args)]
pub struct Roles {
    #[command(flatten)]
    folder: Folder,
    #[command(flatten)]
    now: Now,
    /// The school (name or id); every school when left out
    #[arg(long, value_name = "ID")]
    school: Option<String>,
}

impl Roles {
    /// One line a role, and one for each person.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let house = self.folder.open(&self.now).await?;
        let actor = house.operator();
        for school in house.chosen(&actor, self.school.as_deref()).await? {
            output::line(&school.title)?;
            for line in house.roles(&actor, &school).await? {
                output::line(&format!("  {}", role(&line)))?;
                for holder in &line.people {
                    output::line(&format!("    {}", person(holder)))?;
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn role(line: &RoleLine) -> String {
    let follows = line.follows.as_ref().map(|post| format!(", follows {post}")).unwrap_or_default();
    let vacant = if line.vacant { ": nobody holds it" } else { "" };
    let needed: Vec<&str> = line.needed_by.iter().take(5).map(|(id, _)| id.as_str()).collect();
    let needed = if line.vacant && !needed.is_empty() {
        format!("; needed by {}; next: `schoolkeeper appoint PERSON {}`", needed.join(", "), line.role)
    } else {
        String::new()
    };
    format!("{} ({}){follows}{vacant}{needed}", line.title, line.role)
}

fn person(holder: &Holder) -> String {
    let one = &holder.appointment;
    let mut out = holder.name.clone();
    out.extend(holder.site.iter().map(|site| format!(", {site}")));
    out.extend(one.school.is_none().then_some(", for all schools"));
    out.extend(one.from.map(|from| format!(", since {from}")));
    out.extend(one.until.map(|until| format!(", until {until}")));
    out.extend(one.deputy_of.is_some().then_some(", deputy"));
    out.extend(holder.stands_in.then_some(", stands in now"));
    out.extend(holder.away.then_some(", away"));
    out
}
