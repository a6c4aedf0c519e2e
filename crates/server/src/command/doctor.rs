//! `schoolkeeper doctor`

use super::{Folder, Now};
use crate::output;
use clap::Args;
use schoolkeeper_app::doctor::{Check, Verdict, examine};
use schoolkeeper_app::house::Opening;
use std::process::ExitCode;

/// Look whether this installation is sound, and say how to mend what is not. Changes nothing.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit code: 0 when nothing is wrong (there may be advice), 1 when something is, 2 when it could not look."
)]
pub struct Doctor {
    #[command(flatten)]
    folder: Folder,
    #[command(flatten)]
    now: Now,
    /// One line of JSON a check: name, verdict (fine, advice, cannot-tell, problem), found, why, mend
    #[arg(long)]
    json: bool,
}

impl Doctor {
    /// Looks at everything, even when the first thing is wrong.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let key = self.folder.key.from();
        let opening = Opening { now: self.now.now, key: &key, holder: "doctor", upgrade: false };
        let checks = examine(&self.folder.data, &opening).await?;
        for check in &checks {
            output::line(&if self.json { serde_json::to_string(check)? } else { plain(check) })?;
        }
        let problems = checks.iter().filter(|check| check.verdict == Verdict::Problem).count();
        if !self.json {
            output::line(&match problems {
                0 => "Nothing is wrong.".to_owned(),
                1 => "1 problem.".to_owned(),
                many => format!("{many} problems."),
            })?;
        }
        Ok(ExitCode::from(u8::from(problems > 0)))
    }
}

fn plain(check: &Check) -> String {
    let word = match check.verdict {
        Verdict::Fine => "fine",
        Verdict::Advice => "advice",
        Verdict::CannotTell => "cannot tell yet",
        Verdict::Problem => "PROBLEM",
    };
    let mut text = format!("{word:15} {}: {}", check.name, check.found);
    if check.verdict != Verdict::Fine {
        text = format!("{text}\n{:15} why it matters: {}", "", check.why);
    }
    if !check.mend.is_empty() {
        text = format!("{text}\n{:15} what to do: {}", "", check.mend);
    }
    text
}
