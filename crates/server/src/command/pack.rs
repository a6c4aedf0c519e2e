//! `schoolkeeper pack check | test | explain | diff`

use crate::output;
use clap::{Args, Subcommand};
use schoolkeeper_app::shipped;
use schoolkeeper_core::diagnostic::{Diagnostic, Severity};
use schoolkeeper_core::pack::Pack as Policy;
use schoolkeeper_core::schema::Schemas;
use schoolkeeper_rules::example::Failure;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Check, test, explain or compare policies.
#[derive(Debug, Subcommand)]
pub enum Pack {
    /// Say what is wrong, where, and what to do next
    Check {
        #[command(flatten)]
        files: Files,
        /// Also refuse statements whose mode their controls cannot carry, and controls without examples
        #[arg(long)]
        strict: bool,
    },
    /// Run every example
    Test {
        #[command(flatten)]
        files: Files,
    },
    /// Say in plain sentences what the policy makes the software do
    Explain {
        #[command(flatten)]
        files: Files,
    },
    /// Say what changed between two policies
    Diff {
        /// The older one: a file, a folder, or an id
        old: String,
        /// The newer one
        new: String,
        #[command(flatten)]
        registers: Registers,
    },
}

/// Which policies, and the registers they speak of.
#[derive(Debug, Args)]
pub struct Files {
    /// Files, folders, or ids of policies that come with Schoolkeeper
    #[arg(required = true, value_name = "FILE")]
    packs: Vec<String>,
    #[command(flatten)]
    registers: Registers,
}

/// Registers besides those that come with Schoolkeeper.
#[derive(Debug, Args)]
pub struct Registers {
    /// A folder of further registers
    #[arg(long, value_name = "DIR")]
    registers: Option<PathBuf>,
}

impl Pack {
    /// Exit code 0: nothing wrong; 1: something found; 2: could not be read.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Check { files, strict } => files.each(|policy, schemas| check(policy, schemas, strict)),
            Self::Test { files } => files.each(test),
            Self::Explain { files } => files.each(|policy, schemas| {
                output::line(&schoolkeeper_pack::explain(policy, schemas))?;
                Ok(true)
            }),
            Self::Diff { old, new, registers: _ } => diff(&old, &new),
        }
    }
}

impl Files {
    fn each(self, act: impl Fn(&Policy, &Schemas) -> anyhow::Result<bool>) -> anyhow::Result<ExitCode> {
        let schemas = match shipped::registers(self.registers.registers.as_deref()) {
            Ok(schemas) => schemas,
            Err(report) => {
                output::note(&report.to_string());
                return Ok(ExitCode::FAILURE);
            }
        };
        let mut good = true;
        for what in &self.packs {
            match schoolkeeper_pack::load(&shipped::packs(), what) {
                Ok(policy) => good &= act(&policy, &schemas)?,
                Err(report) => {
                    output::note(&report.to_string());
                    good = false;
                }
            }
        }
        Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn check(policy: &Policy, schemas: &Schemas, strict: bool) -> anyhow::Result<bool> {
    let mut found = schoolkeeper_pack::check(policy, schemas, strict);
    found.extend(schoolkeeper_rules::check(policy, schemas));
    let wrong = found.iter().filter(|one| one.severity == Severity::Error).count();
    say(&found, policy);
    let warnings = found.len() - wrong;
    output::line(&format!(
        "{}: {} statements, {} controls, {wrong} errors, {warnings} warnings",
        policy.head.id.get_ref(),
        policy.clauses.len(),
        policy.controls.len()
    ))?;
    Ok(wrong == 0)
}

fn say(found: &[Diagnostic], policy: &Policy) {
    if !found.is_empty() {
        output::note(&schoolkeeper_pack::render(found, &policy.sources));
    }
}

fn test(policy: &Policy, schemas: &Schemas) -> anyhow::Result<bool> {
    let compiled = match schoolkeeper_rules::compile(Arc::new(policy.clone()), Arc::new(schemas.clone())) {
        Ok(compiled) => compiled,
        Err(found) => {
            say(&found, policy);
            return Ok(false);
        }
    };
    let bar = output::bar(policy.examples.len() as u64, "Examples");
    let outcomes = schoolkeeper_rules::example::run_all(&compiled, |_| bar.inc(1));
    bar.finish_and_clear();
    let failures: Vec<Diagnostic> =
        outcomes.iter().filter_map(|outcome| outcome.result.as_ref().err()).map(Failure::diagnostic).collect();
    say(&failures, policy);
    let good = outcomes.len() - failures.len();
    output::line(&format!("{}: {good} passed, {} failed", policy.head.id.get_ref(), failures.len()))?;
    Ok(failures.is_empty())
}

fn diff(old: &str, new: &str) -> anyhow::Result<ExitCode> {
    let library = shipped::packs();
    let (old, new) = match (schoolkeeper_pack::load(&library, old), schoolkeeper_pack::load(&library, new)) {
        (Ok(old), Ok(new)) => (old, new),
        (old, new) => {
            for report in [old.err(), new.err()].into_iter().flatten() {
                output::note(&report.to_string());
            }
            return Ok(ExitCode::from(2));
        }
    };
    let lines = schoolkeeper_pack::diff(&old, &new);
    for line in &lines {
        output::line(&line.to_string())?;
    }
    if lines.is_empty() {
        output::line("Nothing differs.")?;
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::FAILURE)
}
