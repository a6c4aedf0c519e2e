//! `schoolkeeper param`

use super::{Folder, Now};
use crate::output;
use clap::Args;
use std::process::ExitCode;

/// Set a number, name or blank of the policy, or list them all.
#[derive(Debug, Args)]
pub struct Param {
    #[command(flatten)]
    folder: Folder,
    #[command(flatten)]
    now: Now,
    /// The school (name or id); needed when there are several
    #[arg(long, value_name = "ID")]
    school: Option<String>,
    /// What to set; nothing lists them all
    #[arg(value_name = "K=V")]
    set: Vec<String>,
}

impl Param {
    /// Lists, or sets and works out the standing again.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let house = self.folder.open(&self.now).await?;
        let actor = house.operator();
        let school = house.one_school(&actor, self.school.as_deref()).await?;
        if !self.set.is_empty() {
            house.set_params(&actor, &school, &self.set).await?;
            house.evaluate(&actor, &school).await?;
        }
        for line in house.params(&actor, &school).await? {
            output::line(&line)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
