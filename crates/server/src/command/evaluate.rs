//! `schoolkeeper evaluate`

use super::{Folder, Now};
use crate::output;
use clap::Args;
use schoolkeeper_app::evaluate::Evaluated;
use std::process::ExitCode;

/// Work out where the school stands.
#[derive(Debug, Args)]
pub struct Evaluate {
    #[command(flatten)]
    folder: Folder,
    #[command(flatten)]
    now: Now,
    /// Only this school (name or id)
    #[arg(long, value_name = "ID")]
    school: Option<String>,
    /// One JSON line per school or trust
    #[arg(long)]
    json: bool,
}

impl Evaluate {
    /// Exit code 0 whatever the standings: they are the result, not a failure.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let house = self.folder.open(&self.now).await?;
        let actor = house.operator();
        let schools = house.chosen(&actor, self.school.as_deref()).await?;
        let bar = output::bar(schools.len() as u64, "Working out");
        for school in &schools {
            let all = house.evaluate(&actor, school).await?;
            bar.inc(1);
            if self.json {
                output::line(&serde_json::to_string(&Evaluated::line(school, &all))?)?;
            } else {
                bar.suspend(|| show(school, &all))?;
            }
        }
        bar.finish_and_clear();
        Ok(ExitCode::SUCCESS)
    }
}

fn show(school: &schoolkeeper_app::School, all: &[Evaluated]) -> anyhow::Result<()> {
    for one in all {
        output::line(&format!("{}: {}", school.title, one.summary()))?;
        for line in one.worst() {
            output::line(&format!("  {line}"))?;
        }
    }
    Ok(())
}
