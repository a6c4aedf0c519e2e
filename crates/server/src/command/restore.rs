//! `schoolkeeper restore`

use super::KeyAt;
use crate::output;
use clap::Args;
use schoolkeeper_app::backup::Restore as PutBack;
use schoolkeeper_app::key::{Key, KeyFrom};
use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Put a back-up back into a new data folder. The key of the recovery sheet is asked for first.
#[derive(Debug, Args)]
pub struct Restore {
    /// The back-up: schoolkeeper-….tar.gz.age
    file: PathBuf,
    /// The new data folder
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    #[command(flatten)]
    key: KeyAt,
    /// An empty PostgreSQL database instead of a file in the data folder
    #[arg(long, value_name = "URL", env = "SCHOOLKEEPER_DATABASE")]
    database: Option<String>,
    /// Put sealed files into the S3 store that the variables SCHOOLKEEPER_S3_… name, instead of the data folder
    #[arg(long)]
    s3: bool,
}

impl Restore {
    /// Puts everything back or nothing.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let (key, leave_key) = key(&self.key, &self.data)?;
        anyhow::ensure!(
            self.file.is_file(),
            "`{}` is not a file\nhint: name a back-up: schoolkeeper-….tar.gz.age",
            self.file.display()
        );
        let s3 = self.s3.then(schoolkeeper_app::settings::S3::of_environment).transpose()?;
        let bar = output::spinner("Restoring");
        let wanted = PutBack { file: &self.file, key: &key, data: &self.data, database: self.database, s3, leave_key };
        let now = schoolkeeper_app::house::instant();
        let restored = wanted.run(now, |text| bar.set_message(text.to_owned())).await?;
        bar.finish_and_clear();
        output::line(&format!(
            "{}: {} tables, {} rows, {} files as of {}",
            self.data.display(),
            restored.proved.tables,
            restored.proved.rows,
            restored.proved.blobs,
            restored.about.made_at
        ))?;
        if let Some(why) = &restored.proved.altered {
            output::note(&format!(
                "The history that came back was altered before it was backed up: {why}.\nhint: `schoolkeeper ledger verify` names every place"
            ));
        }
        output::note(
            "Address, mail and other settings with secrets are not in a back-up: set them again in schoolkeeper.toml.\n\
             Mails that were waiting when it was made are waiting again.",
        );
        Ok(ExitCode::SUCCESS)
    }
}

/// The key before anything else: from a file, systemd, the environment, or typed. Whether to leave it beside the folder.
fn key(at: &KeyAt, data: &Path) -> anyhow::Result<(Key, bool)> {
    let from = match at.from() {
        KeyFrom::Beside => {
            anyhow::ensure!(
                std::io::stdin().is_terminal(),
                "which key?\nhint: name the file with the line of the recovery sheet: --key-file FILE"
            );
            output::note("Type the key of the recovery sheet (AGE-SECRET-KEY-1…), then Enter:");
            let mut typed = String::new();
            std::io::stdin().lock().read_line(&mut typed)?;
            return Ok((KeyFrom::Text(typed.into()).read(data, false)?, true));
        }
        from => from,
    };
    let leave = matches!(from, KeyFrom::File(_));
    Ok((from.read(data, false)?, leave))
}
