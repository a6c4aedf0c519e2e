//! `schoolkeeper import`

use super::{Folder, Now};
use crate::output;
use clap::Args;
use schoolkeeper_app::bring_in::List;
use schoolkeeper_app::import::Answer;
use schoolkeeper_core::id::EntryId;
use std::path::PathBuf;
use std::process::ExitCode;

/// Bring in a list: staff, devices, accounts, back-up runs … The whole list or nothing.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is one answer of its own")]
pub struct Import {
    /// The kind of record: person, device, account, backup-run …
    register: String,
    /// CSV or XLSX
    file: PathBuf,
    #[command(flatten)]
    folder: Folder,
    /// What the columns mean, as TOML: "Column" = "field"; "Column" = "" drops one; [const] field = "value"
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Only some of them: nobody has left, and the list does not become complete
    #[arg(long)]
    part: bool,
    /// The system the list comes from
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// More than a tenth of the records may have left
    #[arg(long)]
    confirm_left: bool,
    /// What a question of an earlier look was answered with: ROW=ID (it is this record), ROW=new or ROW=leave
    #[arg(long = "answer", value_name = "ROW=WHAT", value_parser = answer)]
    answers: Vec<(u32, Answer)>,
    /// In a list that was exported, worked on and came back: a blank cell empties what is known
    #[arg(long)]
    blank_is_empty: bool,
    /// Show what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// The school (name or id); needed when there are several
    #[arg(long, value_name = "ID")]
    school: Option<String>,
    #[command(flatten)]
    now: Now,
}

impl Import {
    /// Saves the list and works out the standing again.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let house = self.folder.open(&self.now).await?;
        let actor = house.operator();
        let school = house.one_school(&actor, self.school.as_deref()).await?;
        if let Some(first) = house.before_lists().await? {
            output::note(&format!("hint: before real records come in, {first}"));
        }
        let bytes = read(&self.file)?;
        let map = self.map.as_deref().map(super::text_of).transpose()?;
        let list = List {
            register: &self.register,
            file: &self.file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
            bytes: &bytes,
            map: map.as_deref(),
            source: self.source.as_deref(),
            part: self.part,
            confirm_left: self.confirm_left,
            dry_run: self.dry_run,
            answers: self.answers.iter().copied().collect(),
            blank_is_empty: self.blank_is_empty,
        };
        let bar = output::spinner("Reading the list");
        let brought = house.bring_in(&actor, &school, &list).await?;
        bar.set_message("Working out where the school stands");
        if brought.saved.is_some() {
            house.evaluate(&actor, &school).await?;
        }
        bar.finish_and_clear();
        output::line(&brought.text)?;
        if let Some(import) = brought.saved {
            output::note(&format!("import {import}; `schoolkeeper undo {import}` takes it back"));
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn answer(text: &str) -> Result<(u32, Answer), String> {
    let wrong = || format!("`{text}` is no answer; write ROW=ID, ROW=new or ROW=leave, such as 40=new");
    let (row, what) = text.split_once('=').ok_or_else(wrong)?;
    let answer = match what {
        "new" => Answer::New,
        "leave" => Answer::LeaveOut,
        id => Answer::Is(EntryId(id.parse().map_err(|_| wrong())?)),
    };
    Ok((row.parse().map_err(|_| wrong())?, answer))
}

pub(super) fn read(file: &std::path::Path) -> anyhow::Result<Vec<u8>> {
    let wrong = |error: std::io::Error| anyhow::anyhow!("`{}`: {error}", file.display());
    let known = std::fs::metadata(file).map_err(wrong)?;
    anyhow::ensure!(known.is_file(), "`{}` is not a file\nhint: name a CSV or XLSX file", file.display());
    let (length, most) = (known.len(), schoolkeeper_app::import::sheet::FILE_BYTES_MAX);
    anyhow::ensure!(length <= most, "`{}` has {length} bytes; a list has at most {most}", file.display());
    std::fs::read(file).map_err(wrong)
}
