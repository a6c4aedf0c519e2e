//! `schoolkeeper key …`

use super::{Folder, Now};
use crate::output;
use anyhow::Context;
use clap::{Args, Subcommand};
use schoolkeeper_app::House;
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The installation key: what opens back-ups and sealed files.
#[derive(Debug, Subcommand)]
pub enum Key {
    /// Show the recovery sheet again; it holds the key.
    ShowSheet(ShowSheet),
    /// Say that the recovery sheet is printed and lies in the safe.
    PutAway(At),
    /// Look whether the key fits this folder and opens what is sealed in it.
    Check(At),
    /// Make a new key and seal everything again. Nobody else may use the folder; an interrupted change goes on.
    Change(At),
    /// Seal a secret of the settings, read from standard input: an S3 secret, a mail password.
    Seal(At),
}

#[derive(Debug, Args)]
pub struct At {
    #[command(flatten)]
    folder: Folder,
    #[command(flatten)]
    now: Now,
}

#[derive(Debug, Args)]
pub struct ShowSheet {
    #[command(flatten)]
    at: At,
    /// Into a new file that only you can read, instead of standard output
    #[arg(long, value_name = "FILE")]
    sheet: Option<PathBuf>,
}

impl Key {
    /// Runs one of them.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::ShowSheet(show) => {
                let house = show.at.folder.open(&show.at.now).await?;
                let sheet = house.recovery_sheet(&house.operator()).await?;
                match &show.sheet {
                    Some(file) => write_sheet(file, &sheet)?,
                    None => output::line(sheet.trim_end())?,
                }
            }
            Self::PutAway(at) => {
                let house = at.folder.open(&at.now).await?;
                house.acknowledge_sheet(&house.operator()).await?;
                output::line("written down: the recovery sheet lies in the safe")?;
            }
            Self::Check(at) => {
                let house = at.folder.open(&at.now).await?;
                let checked = house.check_key().await?;
                output::line(&format!(
                    "the key {} fits; {} secrets and {} files opened",
                    house.key().recipient(),
                    checked.secrets,
                    checked.blobs
                ))?;
            }
            Self::Change(at) => change(&at).await?,
            Self::Seal(at) => {
                let house = at.folder.open(&at.now).await?;
                let mut secret = String::new();
                std::io::stdin().take(10_000).read_to_string(&mut secret)?;
                output::line(&house.key().seal_text(secret.trim_end_matches(['\n', '\r']).as_bytes()))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn change(at: &At) -> anyhow::Result<()> {
    let bar = output::spinner("Changing the key");
    let says = |text: &str| bar.set_message(text.to_owned());
    let changed = House::change_key(&at.folder.data, at.now.now, &at.folder.key.from(), says).await?;
    bar.finish_and_clear();
    output::line(&format!(
        "the key is now {}; {} secrets and {} files were sealed again",
        changed.recipient, changed.secrets, changed.blobs
    ))?;
    output::note(&format!(
        "The old key is in {}: back-ups of before open only with it.\n\
         hint: print the new recovery sheet with `schoolkeeper key show-sheet`, then make a back-up",
        changed.old.display()
    ));
    Ok(())
}

/// A new file that only its owner can read.
pub fn write_sheet(file: &Path, sheet: &str) -> anyhow::Result<()> {
    let mut open = std::fs::OpenOptions::new();
    let mut made = open
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(file)
        .with_context(|| format!("the recovery sheet could not be written to `{}`", file.display()))?;
    made.write_all(sheet.as_bytes())?;
    made.sync_all()?;
    output::note(&format!(
        "the recovery sheet is in {}: print it, put it into the safe, delete the file",
        file.display()
    ));
    Ok(())
}
