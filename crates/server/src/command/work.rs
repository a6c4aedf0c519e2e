//! `schoolkeeper work`

use super::{Folder, stop};
use crate::output;
use clap::Args;
use schoolkeeper_app::job::Pace;
use std::process::ExitCode;
use std::sync::Arc;

/// Do what waits to be done, without showing pages. Several may work beside each other, and beside `serve`.
#[derive(Debug, Args)]
pub struct Work {
    #[command(flatten)]
    folder: Folder,
    /// Do what is due now, and end
    #[arg(long)]
    once: bool,
}

impl Work {
    /// Works until interrupted.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let house = Arc::new(self.folder.open(&super::Now { now: None }).await?);
        if self.once {
            let done = house.work_once().await?;
            output::line(&format!("{done} done"))?;
            return Ok(ExitCode::SUCCESS);
        }
        output::note("Working. Stop with Ctrl-C: what runs is finished or handed back.");
        tokio::select! {
            () = house.clone().work(Pace::default(), stop()) => {}
            () = house.let_go() => {}
        }
        Ok(ExitCode::SUCCESS)
    }
}
