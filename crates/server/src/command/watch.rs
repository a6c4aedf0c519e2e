//! `schoolkeeper watch`: files that are dropped into a folder are brought in under a named map.
//!
//! Invariant: a file is read only when two looks in a row found it the same; one that holds a question is handed in
//! for a page and changes nothing; every file ends in `done/`, `waiting/` or `refused/` with a report beside it.

use super::{Folder, Now};
use crate::output;
use clap::Args;
use schoolkeeper_app::intake::{NewIntake, shown_of};
use schoolkeeper_app::{Error, House, School};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

/// Bring in what is dropped into a folder; a file with questions waits for somebody on the pages.
#[derive(Debug, Args)]
pub struct Watch {
    /// The folder; done/, waiting/ and refused/ are made in it
    folder_watched: PathBuf,
    /// The kind of record: device, account, backup-run …
    #[arg(long)]
    register: String,
    #[command(flatten)]
    folder: Folder,
    /// What the columns mean, as for `import`
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// The system the lists come from
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Each file holds only some of them
    #[arg(long)]
    part: bool,
    /// The school (name or id); needed when there are several
    #[arg(long, value_name = "ID")]
    school: Option<String>,
    /// Seconds between two looks
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3600))]
    every: u64,
    /// Take what is there now, and end
    #[arg(long)]
    once: bool,
    #[command(flatten)]
    now: Now,
}

/// Size and time of a file, by its path.
type Seen = BTreeMap<PathBuf, (u64, SystemTime)>;

/// Where a file goes and what the report beside it says.
struct Ended {
    folder: &'static str,
    says: String,
}

impl Watch {
    /// Looks until interrupted.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let house = self.folder.open(&self.now).await?;
        let school = house.one_school(&house.operator(), self.school.as_deref()).await?;
        for folder in ["done", "waiting", "refused"] {
            std::fs::create_dir_all(self.folder_watched.join(folder))?;
        }
        let mut seen = self.look()?;
        let mut stop = std::pin::pin!(super::stop());
        loop {
            tokio::select! {
                () = &mut stop => return Ok(ExitCode::SUCCESS),
                () = tokio::time::sleep(Duration::from_secs(self.every)) => {}
            }
            let now = self.look()?;
            for (path, _) in now.iter().filter(|(path, known)| seen.get(*path) == Some(known)) {
                let ended = self.take(&house, &school, path).await?;
                put_away(&house, path, &ended)?;
                output::line(&format!("{}: {}", path.display(), ended.says))?;
            }
            seen = now;
            if self.once {
                return Ok(ExitCode::SUCCESS);
            }
        }
    }

    /// Files that are there. What an editor or a copy under way has not finished begins with a dot or ends in a sign.
    fn look(&self) -> std::io::Result<Seen> {
        let mut out = Seen::new();
        for found in std::fs::read_dir(&self.folder_watched)? {
            let found = found?;
            let (name, known) = (found.file_name().to_string_lossy().into_owned(), found.metadata()?);
            let end = found.path().extension().map(OsStr::to_ascii_lowercase);
            let under_way = end.is_some_and(|end| end == "part" || end == "tmp");
            let unfinished = name.starts_with(['.', '~']) || under_way;
            if known.is_file() && !unfinished {
                out.insert(found.path(), (known.len(), known.modified()?));
            }
        }
        Ok(out)
    }

    async fn take(&self, house: &House, school: &School, path: &Path) -> anyhow::Result<Ended> {
        let bytes = match super::import::read(path) {
            Ok(bytes) => bytes,
            Err(error) => return Ok(Ended { folder: "refused", says: error.to_string() }),
        };
        match self.bring(house, school, path, bytes).await {
            Ok(ended) => Ok(ended),
            Err(error @ (Error::Refused(_) | Error::Import(_) | Error::Denied(_))) => {
                Ok(Ended { folder: "refused", says: error.to_string() })
            }
            Err(other) => Err(other.into()),
        }
    }

    async fn bring(&self, house: &House, school: &School, path: &Path, bytes: Vec<u8>) -> Result<Ended, Error> {
        let actor = house.operator();
        let file = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let new = NewIntake { register: &self.register, file: &file, part: self.part };
        let id = house.hand_in_file(&actor, school, &new, bytes).await?;
        let mut intake = house.intake(&actor, school, &self.register, id).await?;
        let map = self.map.as_deref().map(super::text_of).transpose();
        let map = map.map_err(|error| Error::refused(error.to_string()))?;
        house.choose_map(&actor, school, &mut intake, (map.as_deref(), self.source.as_deref())).await?;
        house.look_at_intake(&actor, school, &mut intake).await?;
        let shown = shown_of(&intake)?.unwrap_or_default();
        if let Some(stop) = &shown.stop {
            house.give_up_intake(&actor, school, &intake).await?;
            let hint = stop.hint.as_deref().map_or_else(String::new, |hint| format!("\nhint: {hint}"));
            return Ok(Ended { folder: "refused", says: format!("{}{hint}", stop.message) });
        }
        if shown.asks() {
            let page = format!("/school/{}/records/{}/import/{id}", school.slug, self.register);
            let says = format!("{}\nIt waits a day for somebody to answer: {page}", shown.sentence());
            return Ok(Ended { folder: "waiting", says });
        }
        house.save_intake(&actor, school, &mut intake, None).await?;
        house.evaluate(&actor, school).await?;
        Ok(Ended { folder: "done", says: shown.sentence() })
    }
}

/// Moves a file beside its report; the time before its name keeps one of yesterday.
fn put_away(house: &House, path: &Path, ended: &Ended) -> anyhow::Result<()> {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let stamp = house.now().strftime("%Y%m%dT%H%M%S");
    let to = path.with_file_name(ended.folder).join(format!("{stamp}-{name}"));
    std::fs::rename(path, &to)?;
    std::fs::write(to.with_file_name(format!("{stamp}-{name}.txt")), format!("{}\n", ended.says))?;
    Ok(())
}
