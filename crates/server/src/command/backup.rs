//! `schoolkeeper backup`

use super::{Folder, KeyAt, Now};
use crate::output;
use clap::Args;
use schoolkeeper_app::backup::{self, BackUp};
use schoolkeeper_app::key::KeyFrom;
use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Back Schoolkeeper itself up: records, sealed files, settings; sealed, and put back at once to prove it.
#[derive(Debug, Args)]
pub struct Backup {
    /// Data folder
    #[arg(long, value_name = "DIR", required_unless_present = "prove")]
    data: Option<PathBuf>,
    #[command(flatten)]
    key: KeyAt,
    /// A folder, or `s3` for the store of the settings
    #[arg(long, value_name = "DIR|s3")]
    to: Option<String>,
    /// How many are kept there
    #[arg(long, value_name = "N")]
    keep: Option<usize>,
    /// Make none: put the newest back into an empty folder once more
    #[arg(long, conflicts_with = "keep")]
    drill: bool,
    #[command(flatten)]
    now: Now,
    /// The child's part: prove this file, with the key on standard input
    #[arg(long, hide = true, requires = "scratch")]
    prove: Option<PathBuf>,
    #[arg(long, hide = true)]
    scratch: Option<PathBuf>,
}

impl Backup {
    /// Makes one, or proves one.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        if let (Some(file), Some(scratch)) = (&self.prove, &self.scratch) {
            return prove(file, scratch).await;
        }
        let folder = Folder { data: self.data.unwrap_or_default(), key: self.key };
        let house = folder.open(&self.now).await?;
        let scope = house.backup_scope(&house.operator())?;
        let bar = output::spinner("Backing up");
        if self.drill {
            bar.set_message("Putting the newest back into an empty folder");
            let (name, proved) = house.drill(self.to.as_deref()).await?;
            bar.finish_and_clear();
            let (rows, blobs, records) = (proved.rows, proved.blobs, proved.records);
            output::line(&format!("{name} came back: {rows} rows, {blobs} files, {records} records of the history"))?;
            if let Some(why) = proved.altered {
                anyhow::bail!(
                    "the history in it was altered: {why}\nhint: `schoolkeeper ledger verify` names every place"
                );
            }
            return Ok(ExitCode::SUCCESS);
        }
        let wanted = BackUp { to: self.to, keep: self.keep };
        let made = house.back_up(&scope, &wanted, |text| bar.set_message(text.to_owned())).await?;
        bar.finish_and_clear();
        let place = Path::new(&made.place).join(&made.made.file);
        output::line(&format!(
            "{}: {} rows, {} files, {} bytes; it came back",
            place.display(),
            made.made.rows,
            made.made.blobs,
            made.made.size
        ))?;
        if place.starts_with(&folder.data) {
            output::note("hint: it lies in the data folder, so it goes with it; name another disk with --to DIR");
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn prove(file: &Path, scratch: &Path) -> anyhow::Result<ExitCode> {
    let mut text = String::new();
    std::io::stdin().lock().take(10_000).read_line(&mut text)?;
    let going = scratch.to_owned();
    // Who started this holds our standard input open: when it closes, nobody waits for the answer any more.
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        let _ = std::fs::remove_dir_all(going);
        std::process::exit(2);
    });
    let key = KeyFrom::Text(text.into()).read(scratch, false)?;
    let proved = backup::prove(file, &key, scratch, schoolkeeper_app::house::instant()).await?;
    output::line(&serde_json::to_string(&proved)?)?;
    Ok(ExitCode::SUCCESS)
}
