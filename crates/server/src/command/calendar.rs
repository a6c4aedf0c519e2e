//! `schoolkeeper calendar`

use super::{Folder, Now};
use crate::output;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Set the school's terms from a TOML file of [[term]] tables: name, from, to, half_from, half_to, inset, closed.
#[derive(Debug, Args)]
pub struct SetCalendar {
    #[command(flatten)]
    folder: Folder,
    #[command(flatten)]
    now: Now,
    /// Only this school (name or id); all schools when left out
    #[arg(long, value_name = "ID")]
    school: Option<String>,
    /// A newer list of bank holidays, as https://www.gov.uk/bank-holidays.json was saved, instead of terms
    #[arg(long)]
    bank_holidays: bool,
    /// The file
    file: PathBuf,
}

impl SetCalendar {
    /// Replaces the terms and works out the standing again.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let text = super::text_of(&self.file)?;
        let house = self.folder.open(&self.now).await?;
        let actor = house.operator();
        for school in house.chosen(&actor, self.school.as_deref()).await? {
            if self.bank_holidays {
                let until = house.set_bank_holidays(&actor, &school, &text).await?;
                output::line(&format!("{}: bank holidays known until {until}", school.title))?;
                continue;
            }
            let terms = house.set_calendar(&actor, &school, &text).await?;
            house.evaluate(&actor, &school).await?;
            output::line(&format!("{}: {terms} terms", school.title))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
