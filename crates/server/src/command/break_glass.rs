//! `schoolkeeper break-glass`

use super::{Folder, Now};
use crate::output;
use clap::Args;
use std::process::ExitCode;

/// Print a fresh code for the emergency account, to go into a sealed envelope; the one before ends.
#[derive(Debug, Args)]
pub struct BreakGlass {
    #[command(flatten)]
    folder: Folder,
    #[command(flatten)]
    now: Now,
}

impl BreakGlass {
    /// Prints it on standard output.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let house = self.folder.open(&self.now).await?;
        output::line(&house.emergency_code(&house.operator()).await?)?;
        output::note("Put it into a sealed envelope in the school's safe. It works once, for one hour, at /emergency.");
        output::note("Using it tells the headteacher, chair and data protection officer at once.");
        Ok(ExitCode::SUCCESS)
    }
}
