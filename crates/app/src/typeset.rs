//! Finished documents as PDFs: set by `schoolkeeper-typeset`, a program beside this one that knows neither files nor network.
//!
//! Invariant: what is handed over is text and no program; a document takes neither longer nor more than is said here, and
//! at most two are set at once.

use crate::{Error, House};
use jiff::civil::Date;
use serde::Serialize;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Semaphore;

/// The program, beside the one that runs.
const PROGRAM: &str = "schoolkeeper-typeset";
/// Longest a document may take, the wait for its turn not counted.
const LONGEST: Duration = Duration::from_secs(30);
/// Largest PDF, in bytes.
const PDF_MAX: u64 = 32 << 20;
/// Documents set at once, in this process.
static TURNS: Semaphore = Semaphore::const_new(2);

/// A document whose every word is final.
#[derive(Clone, Debug, Serialize)]
pub struct Document {
    /// Its heading.
    pub title: String,
    /// Whose it is: the school.
    pub from: String,
    /// The language of its words: `en`.
    pub lang: &'static str,
    /// The day it says of itself.
    #[serde(serialize_with = "day")]
    pub day: Date,
    /// What stands at the foot of every page.
    pub foot: String,
    /// What stands below its heading: name and value.
    pub facts: Vec<(String, String)>,
    /// The heading of the list of contents; none when there is no such list.
    pub contents: Option<String>,
    /// The rest, in order.
    pub blocks: Vec<Block>,
}

/// A piece of a document.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Block {
    /// A chapter begins.
    Heading {
        /// Its title.
        text: String,
    },
    /// A paragraph.
    Paragraph {
        /// What it says.
        text: String,
    },
    /// A paragraph with its number.
    Point {
        /// `4.1a`
        number: String,
        /// What it says.
        text: String,
        /// Smaller lines below.
        below: Vec<String>,
    },
    /// Words and what they mean.
    Words {
        /// Each with its meaning.
        pairs: Vec<(String, String)>,
    },
    /// A list.
    List {
        /// Its lines.
        lines: Vec<String>,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
fn day<S: serde::Serializer>(day: &Date, to: S) -> Result<S::Ok, S::Error> {
    (day.year(), day.month(), day.day()).serialize(to)
}

impl House {
    /// Whether documents can be had as PDFs: the typesetter is installed.
    pub fn sets_pages(&self) -> bool {
        self.typesetter().is_some()
    }

    fn typesetter(&self) -> Option<PathBuf> {
        let beside = self.program.as_ref()?.with_file_name(PROGRAM);
        beside.is_file().then_some(beside)
    }

    /// A document as an accessible PDF (PDF/UA-1). [`Error::Refused`] when no typesetter is installed or it cannot.
    pub async fn typeset(&self, document: &Document) -> Result<Vec<u8>, Error> {
        let program = self.typesetter().ok_or_else(|| {
            Error::refused("PDFs cannot be made here: schoolkeeper-typeset is not installed beside schoolkeeper\nhint: print the page instead, or ask whoever installed Schoolkeeper")
        })?;
        let wrong =
            |why: String| Error::refused(format!("the PDF could not be made: {why}\nhint: print the page instead"));
        let text = serde_json::to_vec(document).map_err(|error| wrong(error.to_string()))?;
        let _turn = TURNS.acquire().await.map_err(|error| wrong(error.to_string()))?;
        match tokio::time::timeout(LONGEST, set(program, text)).await {
            Ok(Ok(Ok(pdf))) => Ok(pdf),
            Ok(Ok(Err(why))) => Err(wrong(why)),
            Ok(Err(error)) => Err(wrong(error.to_string())),
            Err(_) => Err(wrong(format!("it took longer than {} seconds", LONGEST.as_secs()))),
        }
    }
}

/// The PDF, or why there is none.
async fn set(program: PathBuf, document: Vec<u8>) -> std::io::Result<Result<Vec<u8>, String>> {
    let mut command = tokio::process::Command::new(program);
    command.env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn()?;
    let (mut to, from, errors) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let give = async {
        let Some(mut to) = to.take() else { return Ok(()) };
        to.write_all(&document).await?;
        to.shutdown().await
    };
    let (mut pdf, mut said) = (Vec::new(), String::new());
    let take = async {
        if let Some(from) = from {
            from.take(PDF_MAX + 1).read_to_end(&mut pdf).await?;
        }
        if let Some(errors) = errors {
            errors.take(4_096).read_to_string(&mut said).await?;
        }
        std::io::Result::Ok(())
    };
    let (given, taken) = tokio::join!(give, take);
    taken?;
    if pdf.len() as u64 > PDF_MAX {
        return Ok(Err(format!("it is larger than {} MB", PDF_MAX >> 20)));
    }
    let ended = child.wait().await?;
    if !ended.success() {
        let said = said.trim().trim_start_matches("error: ").to_owned();
        return Ok(Err(if said.is_empty() { format!("the typesetter ended with {ended}") } else { said }));
    }
    given?;
    Ok(Ok(pdf))
}

#[cfg(test)]
#[path = "typeset_tests.rs"]
mod tests;
