//! What an administrator asks first when something is wrong, and once a week when nothing is: is this installation
//! sound, and if not, how is it mended?
//!
//! Invariant: it changes nothing, and what it cannot know it does not call fine.

mod house;
mod machine;
mod network;
mod records;

use crate::Error;
use crate::folder::environment;
use crate::house::{Opening, clock};
use crate::key::KeyFrom;
use crate::settings::Settings;
use schoolkeeper_store::Place;
use serde::Serialize;
use std::path::Path;

/// What a check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing to do.
    Fine,
    /// It works, and could be better.
    Advice,
    /// It cannot be told from here, or not yet.
    CannotTell,
    /// Something is wrong, or will be soon.
    Problem,
}

/// One thing that was looked at.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// Its name, for scripts.
    pub name: &'static str,
    /// What it came to.
    pub verdict: Verdict,
    /// What was found.
    pub found: String,
    /// Why it matters.
    pub why: &'static str,
    /// What to do; empty when there is nothing to do.
    pub mend: String,
}

/// A check before its result is known: name, and why it matters.
#[derive(Clone, Copy, Debug)]
struct Asked(&'static str, &'static str);

impl Asked {
    fn fine(self, found: impl Into<String>) -> Check {
        self.say(Verdict::Fine, found.into(), String::new())
    }

    fn advice(self, found: impl Into<String>, mend: impl Into<String>) -> Check {
        self.say(Verdict::Advice, found.into(), mend.into())
    }

    fn problem(self, found: impl Into<String>, mend: impl Into<String>) -> Check {
        self.say(Verdict::Problem, found.into(), mend.into())
    }

    fn cannot_tell(self, found: impl Into<String>, mend: impl Into<String>) -> Check {
        self.say(Verdict::CannotTell, found.into(), mend.into())
    }

    fn say(self, verdict: Verdict, found: String, mend: String) -> Check {
        Check { name: self.0, verdict, found, why: self.1, mend }
    }
}

/// Looks at everything. An error only when there is nothing to look at.
pub async fn examine(path: &Path, opening: &Opening<'_>) -> Result<Vec<Check>, Error> {
    const SETTINGS: Asked = Asked("settings", "A setting that is misspelt is a setting that does not hold.");
    if !path.is_dir() {
        return Settings::read(path, &environment).map(|_| Vec::new());
    }
    let settings = match Settings::read(path, &environment) {
        Ok(settings) => settings,
        Err(error) => {
            let (found, mend) = halves(&error);
            return Ok(vec![SETTINGS.problem(found, mend)]);
        }
    };
    let now = opening.now.unwrap_or_else(clock);
    let mut out = vec![SETTINGS.fine("every setting is known")];
    out.extend(machine::look(path, &settings));
    let key = key(path, &settings, opening.key);
    let sealed = key.verdict != Verdict::Problem;
    out.push(key);
    out.extend(network::look(&settings, now).await);
    let place = settings.database.as_deref().map_or_else(|| machine::database(path), Place::parse);
    out.extend(records::look(path, &place, opening, (now, sealed)).await);
    Ok(out)
}

fn key(path: &Path, settings: &Settings, from: &KeyFrom) -> Check {
    const KEY: Asked = Asked(
        "key",
        "The installation key seals files, codes and passwords. Who has it and a copy of the records has everything; without it they are lost.",
    );
    if settings.recipient.is_none() {
        return KEY.advice("there is none yet", "the next command that opens this folder makes one");
    }
    if let Err(error) = from.of(path, settings) {
        let (found, mend) = halves(&error.into());
        return KEY.problem(found, mend);
    }
    if settings.demo_key {
        return KEY.advice("it is a demo's, inside the folder", "never keep real records in this folder");
    }
    let inside = from.file(path, settings.demo_key).and_then(|file| file.canonicalize().ok());
    match (inside, path.canonicalize()) {
        (Some(file), Ok(folder)) if file.starts_with(&folder) => KEY.problem(
            format!("`{}` lies inside the data folder, so every copy of the folder holds it", file.display()),
            "move it out and name it with --key-file",
        ),
        _ => KEY.fine(format!("{}; it fits and nobody else can read it", from.place(path, settings.demo_key))),
    }
}

/// What is wrong and its hint.
fn halves(error: &Error) -> (String, String) {
    let text = crate::upgrade::chain(error);
    // A lost page may be one that every reading needs.
    let lost = text.contains("malformed") || text.contains("not a database");
    let otherwise = if lost { records::RESTORE } else { "the message says what is in the way" };
    let (found, mend) = text.split_once("\nhint: ").unwrap_or((&text, otherwise));
    (found.to_owned(), mend.to_owned())
}
