//! `schoolkeeper setup-code`

use super::{Folder, Now};
use crate::output;
use clap::Args;
use std::process::ExitCode;

/// Print a fresh code for the first run; the one before ends. Only while nobody can sign in.
#[derive(Debug, Args)]
pub struct SetupCode {
    #[command(flatten)]
    folder: Folder,
    #[command(flatten)]
    now: Now,
}

impl SetupCode {
    /// Prints it on standard output.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let house = self.folder.open(&self.now).await?;
        output::line(&house.setup_code().await?)?;
        Ok(ExitCode::SUCCESS)
    }
}
