//! `schoolkeeper init`

use super::{Folder, Now};
use crate::output;
use clap::Args;
use schoolkeeper_app::house::NewHouse;
use std::path::PathBuf;
use std::process::ExitCode;

/// Make a data folder with a school (and its trust) under a policy.
#[derive(Debug, Args)]
pub struct Init {
    #[command(flatten)]
    folder: Folder,
    /// The school's name; again for further schools of the trust
    #[arg(long, value_name = "NAME", required = true)]
    school: Vec<String>,
    /// The trust's name
    #[arg(long, value_name = "NAME")]
    trust: Option<String>,
    /// The policy: a file, a folder, or the id of one that comes with Schoolkeeper
    #[arg(long, value_name = "FILE|ID")]
    pack: String,
    /// Set a number, name or blank of the policy; again for more
    #[arg(long, value_name = "K=V")]
    param: Vec<String>,
    /// A PostgreSQL database instead of a file in the data folder
    #[arg(long, value_name = "URL", env = "SCHOOLKEEPER_DATABASE")]
    database: Option<String>,
    /// The school's terms, as TOML
    #[arg(long, value_name = "FILE")]
    calendar: Option<PathBuf>,
    /// Start section by section: nothing is counted, mailed or late before somebody starts its section
    #[arg(long)]
    by_section: bool,
    /// Allow --now in this folder: for trying things out, never for a real school
    #[arg(long)]
    sandbox: bool,
    /// Write the recovery sheet into a new file that only you can read, instead of showing it
    #[arg(long, value_name = "FILE")]
    sheet: Option<PathBuf>,
    #[command(flatten)]
    now: Now,
}

impl Init {
    /// Makes everything or nothing.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let calendar = self.calendar.as_deref().map(super::text_of).transpose()?;
        let new = NewHouse {
            schools: self.school,
            trust: self.trust,
            pack: self.pack,
            params: self.param,
            database: self.database,
            calendar,
            by_section: self.by_section,
            sandbox: self.sandbox,
            demo: false,
            key: self.folder.key.from(),
        };
        let made = new.make(&self.folder.data, self.now.now).await?;
        for school in made {
            output::line(&format!(
                "{}: {} ({})",
                school.slug,
                school.title,
                if school.trust { "trust" } else { "school" }
            ))?;
        }
        if !self.sandbox {
            let house = self.folder.open(&self.now).await?;
            let sheet = house.recovery_sheet(&house.operator()).await?;
            match &self.sheet {
                Some(file) => super::key::write_sheet(file, &sheet)?,
                None => output::note(&sheet),
            }
        }
        output::note(&format!(
            "hint: bring in a list with `schoolkeeper import person FILE --data {}`",
            self.folder.data.display()
        ));
        Ok(ExitCode::SUCCESS)
    }
}
