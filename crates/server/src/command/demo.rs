//! `schoolkeeper demo`

use super::Now;
use super::serve::Serve;
use crate::output;
use clap::Args;
use schoolkeeper_app::{House, demo};
use std::path::PathBuf;
use std::process::ExitCode;

/// Make a made-up school with believable lists, and show it.
#[derive(Debug, Args)]
pub struct Demo {
    /// Data folder; must not hold a school yet
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Port on this machine
    #[arg(long, default_value_t = 8087)]
    port: u16,
    /// The same seed makes the same school
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only make it
    #[arg(long)]
    no_serve: bool,
    #[command(flatten)]
    now: Now,
}

impl Demo {
    /// Everything goes in through the product's own imports.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let bar = output::spinner("Making a school");
        House::demo(&self.data, self.seed, self.now.now, |list| bar.set_message(format!("Bringing in {list}"))).await?;
        bar.finish_and_clear();
        output::note(&format!("{} is in {}", demo::SCHOOL, self.data.display()));
        output::note(&format!("Made-up people who can sign in, all with the password {}:", demo::PASSWORD));
        for (_, email, role) in demo::PEOPLE {
            output::note(&format!("  {role}: {email}"));
        }
        if self.no_serve {
            return Ok(ExitCode::SUCCESS);
        }
        Serve::over(self.data, self.now, self.port).run().await
    }
}
