//! `schoolkeeper ledger`

use super::{Folder, Now, text_of};
use crate::output;
use clap::{Args, Subcommand};
use schoolkeeper_app::ledger::{Checked, Repaired, Report, verify_folder, verify_receipt};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Check, export or quote the tamper-evident record of everything that was done.
#[derive(Debug, Subcommand)]
pub enum Ledger {
    /// Check that no record was changed, dropped, added or moved; names every place.
    Verify(Verify),
    /// Write the whole ledger as files that others can check.
    Export(Export),
    /// Print the newest checkpoint, to be kept outside of this machine.
    Checkpoint(Checkpoint),
    /// Lead on after damage: make the tree anew from the records, or begin a new ledger that names the old root.
    Repair(Repair),
    /// Print the receipt of a record: a .tlog-proof file that shows offline that it is in the ledger.
    Receipt(Receipt),
}

/// Check that no record was changed, dropped, added or moved.
#[derive(Debug, Args)]
pub struct Verify {
    /// Data folder
    #[arg(long, value_name = "DIR", required_unless_present_any = ["folder", "receipt"])]
    data: Option<PathBuf>,
    #[command(flatten)]
    key_at: super::KeyAt,
    #[command(flatten)]
    now: Now,
    /// An exported ledger instead of a data folder
    #[arg(long, value_name = "DIR", conflicts_with_all = ["data", "receipt"])]
    folder: Option<PathBuf>,
    /// A receipt instead of a data folder; needs --public-key
    #[arg(long, value_name = "FILE", conflicts_with = "data", requires = "public_key")]
    receipt: Option<PathBuf>,
    /// Public key of the ledger known from elsewhere: the line NAME+ID+KEY or a file with it
    #[arg(long, value_name = "KEY-or-FILE", conflicts_with = "data")]
    public_key: Option<String>,
    /// An older state from a mail, board paper or minutes: the 44 characters, or a file with them or a checkpoint
    #[arg(long, value_name = "ROOT-or-FILE", num_args = 1..)]
    against: Vec<String>,
}

/// Write the whole ledger as files that others can check.
#[derive(Debug, Args)]
pub struct Export {
    #[command(flatten)]
    folder: Folder,
    #[command(flatten)]
    now: Now,
    /// An empty folder
    into: PathBuf,
}

/// Lead on after damage.
#[derive(Debug, Args)]
pub struct Repair {
    #[command(flatten)]
    folder: Folder,
    #[command(flatten)]
    now: Now,
    /// Give the damaged ledger up: write it into this new folder and begin another one
    #[arg(long, value_name = "DIR")]
    begin_anew: Option<PathBuf>,
}

/// Print the newest checkpoint.
#[derive(Debug, Args)]
pub struct Checkpoint {
    #[command(flatten)]
    folder: Folder,
    #[command(flatten)]
    now: Now,
    /// Remember that it was written down outside of this machine
    #[arg(long)]
    written_down: bool,
}

/// Print the receipt of a record.
#[derive(Debug, Args)]
pub struct Receipt {
    #[command(flatten)]
    folder: Folder,
    #[command(flatten)]
    now: Now,
    /// The record's number, as the history shows it
    index: u64,
}

impl Ledger {
    /// Runs it.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Verify(verify) => verify.run().await,
            Self::Export(export) => export.run().await,
            Self::Checkpoint(checkpoint) => checkpoint.run().await,
            Self::Receipt(receipt) => receipt.run().await,
            Self::Repair(repair) => repair.run().await,
        }
    }
}

impl Verify {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let key = self.public_key.as_deref().map(given).transpose()?;
        if let (Some(file), Some(key)) = (&self.receipt, &key) {
            return receipt(file, key);
        }
        let against: Vec<(String, String)> =
            self.against.iter().map(|one| Ok((named(one), given(one)?))).collect::<anyhow::Result<_>>()?;
        let bar = output::bar(0, "checking");
        let step = |done, all| {
            bar.set_length(all);
            bar.set_position(done);
        };
        let checked = match (&self.folder, self.data) {
            (Some(folder), _) => verify_folder(folder, key.as_deref(), &against, step),
            (None, Some(data)) => {
                let house = Folder { data, key: self.key_at }.open(&self.now).await?;
                house.verify_ledger(&house.operator(), &against, step).await
            }
            (None, None) => unreachable!("the command line asks for one of them"),
        }?;
        bar.finish_and_clear();
        say(&checked)
    }
}

/// Exit code 0 when everything is as it was recorded, 1 when something was found.
fn say(checked: &Checked) -> anyhow::Result<ExitCode> {
    let Report { size, root, agree, faults, faults_total, .. } = &checked.report;
    output::line(&format!("public key {}", checked.public_key))?;
    output::line(&format!("{size} records, root {root}"))?;
    for (name, size) in agree {
        output::line(&format!("agrees with {name}: the first {size} records are the same"))?;
    }
    for (verdict, count) in checked.report.counts() {
        output::line(&format!("{count} {verdict}"))?;
    }
    if checked.report.is_whole() {
        output::line("Nothing was changed.")?;
        return Ok(ExitCode::SUCCESS);
    }
    for fault in faults {
        output::line(&fault.to_string())?;
    }
    let unlisted = faults_total - faults.len() as u64;
    if unlisted > 0 {
        output::line(&format!("and {unlisted} more places"))?;
    }
    let first = faults.first().map_or_else(String::new, |fault| format!(", the first at {}", fault.place));
    output::line(&format!("{faults_total} places are not as they were recorded{first}."))?;
    Ok(ExitCode::from(1))
}

fn receipt(file: &Path, key: &str) -> anyhow::Result<ExitCode> {
    match verify_receipt(text_of(file)?.as_bytes(), key) {
        Ok((index, text, size, root)) => {
            output::line(&format!("record {index} stands in the ledger of {size} records with root {root}"))?;
            output::line(text.as_deref().unwrap_or("its text was erased"))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            output::line(&error.to_string())?;
            Ok(ExitCode::from(1))
        }
    }
}

/// What was typed, or what stands in the file of that name.
fn given(text: &str) -> anyhow::Result<String> {
    let file = Path::new(text);
    if file.exists() { text_of(file) } else { Ok(text.to_owned()) }
}

/// How the report calls it.
fn named(text: &str) -> String {
    if Path::new(text).exists() { format!("`{text}`") } else { format!("the root {}", text.trim()) }
}

impl Export {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let house = self.folder.open(&self.now).await?;
        let bar = output::bar(0, "writing");
        let step = |done, all| {
            bar.set_length(all);
            bar.set_position(done);
        };
        let records = house.export_ledger(&house.operator(), &self.into, step).await?;
        bar.finish_and_clear();
        output::line(&format!("{records} records in `{}`", self.into.display()))?;
        output::note(&format!("Check it anywhere: schoolkeeper ledger verify --folder {}", self.into.display()));
        Ok(ExitCode::SUCCESS)
    }
}

impl Checkpoint {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let house = self.folder.open(&self.now).await?;
        let Some(proof) = house.proof(&house.operator()).await? else {
            anyhow::bail!("nothing is in the ledger yet");
        };
        output::line(proof.note.trim_end())?;
        output::note(&format!("The line to write down is {}", proof.root));
        if self.written_down {
            house.checkpoint_left(&house.operator(), proof.size).await?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Repair {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let house = self.folder.open(&self.now).await?;
        let actor = house.operator();
        if let Some(into) = self.begin_anew {
            let faults = house.restart_ledger(&actor, &into).await?;
            output::line(&format!(
                "A new history has begun. It names the root of the old one, in which {faults} places were not as recorded."
            ))?;
            output::line(&format!(
                "The old one lies in `{}`. Keep it with your back-ups, and tell who keeps checkpoints.",
                into.display()
            ))?;
            return Ok(ExitCode::SUCCESS);
        }
        match house.repair_ledger(&actor).await? {
            Repaired::Whole => output::line("Nothing was changed, so there is nothing to repair.")?,
            Repaired::Tiles(many) => output::line(&format!(
                "{many} tiles were made anew from the records, which lead to the last root that was signed. Nothing is lost."
            ))?,
            Repaired::Beyond(checked) => {
                say(&checked)?;
                output::note(
                    "The records themselves are not those that were recorded: no computation brings them back.\nhint: restore the last good back-up, or keep what is there and begin anew: `schoolkeeper ledger repair --begin-anew NEWFOLDER`",
                );
                return Ok(ExitCode::from(1));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Receipt {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let house = self.folder.open(&self.now).await?;
        output::line(house.receipt(&house.operator(), self.index).await?.trim_end())?;
        Ok(ExitCode::SUCCESS)
    }
}
