//! `schoolkeeper migrate`

use super::{Folder, Now};
use crate::output;
use clap::Args;
use schoolkeeper_app::upgrade::{Upgraded, upgrade};
use std::process::ExitCode;

/// Bring the records of an older version up to date, after a copy. Nobody else may hold the folder.
#[derive(Debug, Args)]
pub struct Migrate {
    #[command(flatten)]
    folder: Folder,
    #[command(flatten)]
    now: Now,
}

impl Migrate {
    /// Twice is harmless.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let upgraded = upgrade(&self.folder.data, self.now.now).await?;
        for step in &upgraded.steps {
            output::line(step)?;
        }
        say(&upgraded);
        if upgraded.steps.is_empty() {
            output::note("The records are up to date.");
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Tells what was done before anything else could be.
pub fn say(upgraded: &Upgraded) {
    if let (Some(first), Some(last)) = (upgraded.steps.first(), upgraded.steps.last()) {
        output::note(&format!("The records were brought up to date: {first} to {last}."));
        match &upgraded.copy {
            Some(copy) => output::note(&format!("A copy from before is kept in `{}`.", copy.display())),
            None => output::note(
                "PostgreSQL: no copy was made. Keep a back-up of your own from before (`pg_dump -Fc`) until you are content.",
            ),
        }
    }
}
