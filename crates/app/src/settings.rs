//! The settings of an installation: `schoolkeeper.toml` in the data folder, single values over it from the environment.
//!
//! Invariant: nothing is read that is not known. A misspelt key stops the program with its line, so nobody believes
//! in a setting that is not there. The file is private (0600): an address of a database may hold a password.

use crate::Error;
use crate::base_url::BaseUrl;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

/// The file's name in the data folder.
pub const FILE: &str = "schoolkeeper.toml";

/// Where the pages listen when nothing else is said.
pub const PORT: u16 = 8087;

/// `schoolkeeper.toml` of a data folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// A PostgreSQL address; a file in the folder when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// Time may be pretended here, forward only.
    #[serde(default)]
    pub sandbox: bool,
    /// The public part of the installation key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<String>,
    /// The key is a demo's and lies inside the folder: never for a real school, never beyond this machine.
    #[serde(default, skip_serializing_if = "is_false")]
    pub demo_key: bool,
    /// `schoolkeeper demo` made this folder: one may look at it as anybody in it. Counts only with a demo's key.
    #[serde(default, skip_serializing_if = "is_false")]
    pub demo: bool,
    /// What people type: decides links in mails, names of cookies and what the gate answers to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<BaseUrl>,
    /// Addresses the pages listen at; this machine only when left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub listen: Vec<SocketAddr>,
    /// Addresses that send a browser from http to the `base_url`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redirect: Vec<SocketAddr>,
    /// The proxy in front, whose word about the caller's address is believed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy: Option<IpAddr>,
    /// Who fetches `/metrics` shows this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metrics_token: Option<String>,
    /// Certificate and key for https.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<Tls>,
    /// Sealed files lie in this S3 store instead of the data folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub s3: Option<S3>,
    /// Back-ups of Schoolkeeper itself.
    #[serde(default, skip_serializing_if = "Backups::is_default")]
    pub backup: Backups,
}

/// An S3 store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct S3 {
    /// `https://…`
    pub endpoint: String,
    /// The bucket; it must be there.
    pub bucket: String,
    /// Its region.
    #[serde(default = "region")]
    pub region: String,
    /// Name of the access key.
    pub access_key: String,
    /// Its secret, as `schoolkeeper key seal` printed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed: Option<String>,
    /// Its secret, from the environment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

impl S3 {
    /// The S3 store that the environment names, with its secret.
    pub fn of_environment() -> Result<Self, Error> {
        let file = Path::new("the environment");
        let none =
            "no S3 store is named\nhint: set SCHOOLKEEPER_S3_ENDPOINT, _BUCKET, _REGION, _ACCESS_KEY and _SECRET";
        Settings::parse("", file, &crate::folder::environment)?.s3.ok_or_else(|| Error::refused(none))
    }
}

fn region() -> String {
    "us-east-1".to_owned()
}

/// Where back-ups go and how many are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backups {
    /// A folder, best on another disk, or `s3`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// How many are kept.
    #[serde(default = "keep")]
    pub keep: usize,
}

fn keep() -> usize {
    14
}

impl Default for Backups {
    fn default() -> Self {
        Self { to: None, keep: keep() }
    }
}

impl Backups {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// Where certificate and key for https are; looked at again when they change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The chain, the server's own first, as PEM.
    pub certificate: PathBuf,
    /// Its private key, as PEM.
    pub key: PathBuf,
}

/// Gives a variable of the environment.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What may be set from the environment: key of the file, variable, whether it is a list, whether it is a secret.
const VARIABLES: &[(&str, &str)] = &[
    ("database", "SCHOOLKEEPER_DATABASE"),
    ("base_url", "SCHOOLKEEPER_BASE_URL"),
    ("listen", "SCHOOLKEEPER_LISTEN"),
    ("redirect", "SCHOOLKEEPER_REDIRECT"),
    ("proxy", "SCHOOLKEEPER_PROXY"),
    ("metrics_token", "SCHOOLKEEPER_METRICS_TOKEN"),
    ("tls.certificate", "SCHOOLKEEPER_TLS_CERTIFICATE"),
    ("tls.key", "SCHOOLKEEPER_TLS_KEY"),
    ("s3.endpoint", "SCHOOLKEEPER_S3_ENDPOINT"),
    ("s3.bucket", "SCHOOLKEEPER_S3_BUCKET"),
    ("s3.region", "SCHOOLKEEPER_S3_REGION"),
    ("s3.access_key", "SCHOOLKEEPER_S3_ACCESS_KEY"),
    ("s3.secret", "SCHOOLKEEPER_S3_SECRET"),
    ("backup.to", "SCHOOLKEEPER_BACKUP_TO"),
];
/// Lists are separated by commas in the environment.
const LISTS: &[&str] = &["listen", "redirect"];
/// Never shown.
const SECRETS: &[&str] = &["database", "metrics_token", "s3.secret"];

/// One setting as it is used: name, value, where it comes from.
pub type Shown = (&'static str, String, &'static str);

impl Settings {
    /// Reads the folder's file and what the environment sets over it.
    pub fn read(folder: &Path, environment: Environment) -> Result<Self, Error> {
        let file = folder.join(FILE);
        let shown = folder.display();
        let text = std::fs::read_to_string(&file).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Error::refused(format!(
                "`{shown}` is no data folder of Schoolkeeper\nhint: make one with `schoolkeeper init --data {shown} --school NAME --pack FILE`"
            )),
            _ => Error::refused(format!("`{}` cannot be read: {error}", file.display())),
        })?;
        Self::parse(&text, &file, environment)
    }

    /// Settings from the text of `file`.
    pub fn parse(text: &str, file: &Path, environment: Environment) -> Result<Self, Error> {
        // Read by itself first: a mistake in the file is named with its line, not with what lies over it.
        toml::from_str::<Self>(text).map_err(|error| in_file(text, file, &error))?;
        let mut table: toml::Table = toml::from_str(text).map_err(|error| in_file(text, file, &error))?;
        for (key, variable) in VARIABLES {
            if let Some(value) = environment(variable).filter(|value| !value.is_empty()) {
                set(&mut table, key, &value);
            }
        }
        let settings: Self = table.try_into().map_err(|error: toml::de::Error| {
            Error::refused(format!(
                "the settings of the environment do not fit: {}\nhint: `SCHOOLKEEPER_…` variables lie over `{}`",
                error.message(),
                file.display()
            ))
        })?;
        settings.check(file)?;
        Ok(settings)
    }

    /// Refuses what would show the pages to a network in the clear, and what cannot be meant.
    fn check(&self, file: &Path) -> Result<(), Error> {
        let wrong = |text: String| Err(Error::refused(format!("`{}`: {text}", file.display())));
        let https = self.base_url.as_ref().is_some_and(BaseUrl::https);
        if let Some(open) = self.listen.iter().find(|address| !address.ip().is_loopback())
            && self.tls.is_none()
            && self.proxy.is_none()
        {
            return wrong(format!(
                "`listen` names {open}, but without TLS the pages may only be reached from this machine\nhint: set `tls = {{ certificate = \"…\", key = \"…\" }}`, or `proxy` to the address of the proxy that does TLS, or listen at 127.0.0.1"
            ));
        }
        if self.tls.is_some() && !https {
            return wrong(
                "`tls` is set, but `base_url` is not an https address\nhint: base_url = \"https://NAME\"".to_owned(),
            );
        }
        if https && self.tls.is_none() && self.proxy.is_none() {
            return wrong(
                "`base_url` is an https address, but nothing does TLS\nhint: set `tls`, or `proxy` to the address of the proxy that does".to_owned(),
            );
        }
        if !self.redirect.is_empty() && !https {
            return wrong(
                "`redirect` leads to https, but `base_url` is not an https address\nhint: leave it out".to_owned(),
            );
        }
        if (self.sandbox || self.demo_key || self.demo) && self.listen.iter().any(|address| !address.ip().is_loopback())
        {
            return wrong(
                "a sandbox or demo is for this machine only\nhint: leave `listen` out, or make a folder without --sandbox"
                    .to_owned(),
            );
        }
        if self.metrics_token.as_ref().is_some_and(|token| token.len() < 16) {
            return wrong("`metrics_token` is too short\nhint: at least 16 characters, made by chance".to_owned());
        }
        Ok(())
    }

    /// The text that may lie in a back-up: no address of a database, no tokens, nothing sealed.
    pub(crate) fn without_secrets(&self) -> Result<String, Error> {
        let plain = Self { database: None, metrics_token: None, s3: None, ..self.clone() };
        toml::to_string(&plain).map_err(|error| Error::corrupt(FILE, error))
    }

    /// Every setting with its value and where it comes from; secrets are only said to be set.
    pub fn shown(&self, file: &str, environment: Environment) -> Vec<Shown> {
        let written: toml::Table = toml::from_str(file).unwrap_or_default();
        let used = toml::Table::try_from(self).unwrap_or_default();
        let variables: BTreeMap<_, _> = VARIABLES.iter().copied().collect();
        let mut keys: Vec<&'static str> =
            variables.keys().copied().chain(["demo", "demo_key", "recipient", "sandbox"]).collect();
        keys.sort_unstable();
        let show = |key: &'static str| {
            let source = match variables.get(key) {
                Some(variable) if environment(variable).is_some_and(|value| !value.is_empty()) => *variable,
                _ if get(&written, key).is_some() => FILE,
                _ => "left out",
            };
            let value = match get(&used, key) {
                Some(_) if SECRETS.contains(&key) => "(set)".to_owned(),
                Some(value) => value.to_string(),
                None => default(key),
            };
            (key, value, source)
        };
        keys.into_iter().map(show).collect()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// What holds when a setting is left out.
fn default(key: &str) -> String {
    match key {
        "database" => "schoolkeeper.sqlite in the data folder".to_owned(),
        "base_url" => format!("http://localhost:{PORT}"),
        "listen" => format!("127.0.0.1:{PORT}"),
        _ => "none".to_owned(),
    }
}

fn get<'a>(table: &'a toml::Table, key: &str) -> Option<&'a toml::Value> {
    match key.split_once('.') {
        Some((outer, inner)) => table.get(outer)?.as_table()?.get(inner),
        None => table.get(key),
    }
}

fn set(table: &mut toml::Table, key: &str, value: &str) {
    let given = if LISTS.contains(&key) {
        value.split(',').map(|part| toml::Value::from(part.trim())).collect::<Vec<_>>().into()
    } else {
        toml::Value::from(value)
    };
    match key.split_once('.') {
        Some((outer, inner)) => {
            let outer = table.entry(outer).or_insert_with(|| toml::Table::new().into());
            if let Some(outer) = outer.as_table_mut() {
                outer.insert(inner.to_owned(), given);
            }
        }
        None => drop(table.insert(key.to_owned(), given)),
    }
}

/// A mistake in the file: its line, what is wrong, and what was probably meant.
fn in_file(text: &str, file: &Path, error: &toml::de::Error) -> Error {
    let at = error.span().map_or(0, |span| span.start.min(text.len()));
    let line = text.get(..at).unwrap_or_default().matches('\n').count() + 1;
    let message = error.message();
    let hint = meant(message).map_or_else(
        || "`schoolkeeper settings --help` names every setting".to_owned(),
        |known| format!("did you mean `{known}`?"),
    );
    Error::refused(format!("`{}` line {line}: {message}\nhint: {hint}", file.display()))
}

/// The known key nearest to an unknown one: both stand in the message between backticks, the unknown one first.
fn meant(message: &str) -> Option<String> {
    let mut words = message.strip_prefix("unknown field ")?.split('`').skip(1).step_by(2);
    let given = words.next()?;
    let nearest = words.map(|word| (strsim::damerau_levenshtein(given, word), word)).min()?;
    (nearest.0 <= 3).then(|| nearest.1.to_owned())
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
