//! `schoolkeeper invite`

use super::{Folder, Now};
use crate::output;
use clap::Args;
use schoolkeeper_app::sign_in::{NewLogin, link_path};
use std::process::ExitCode;

/// Let somebody sign in: prints the one-time link by which they choose their password, and mails it when mail is set up.
#[derive(Debug, Args)]
pub struct Invite {
    /// Their work email
    email: String,
    #[command(flatten)]
    folder: Folder,
    /// Their name; the email when left out
    #[arg(long)]
    name: Option<String>,
    /// Their role, as the policy names it: headteacher, school-business-manager, it-technician, dpo, governor …
    #[arg(long)]
    role: Option<String>,
    /// The school, when there are several
    #[arg(long, value_name = "NAME")]
    school: Option<String>,
    #[command(flatten)]
    now: Now,
}

impl Invite {
    /// Everything or nothing.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let house = self.folder.open(&self.now).await?;
        let actor = house.operator();
        let school = house.one_school(&actor, self.school.as_deref()).await?;
        let name = self.name.unwrap_or_else(|| self.email.clone());
        let new = NewLogin { name, email: self.email, role: self.role, school };
        let (_, link) = house.invite(&actor, &new).await?;
        output::line(&house.base_url().to(&link_path(&link)))?;
        output::note("It works once, for 7 days. Give it to nobody else.");
        Ok(ExitCode::SUCCESS)
    }
}
