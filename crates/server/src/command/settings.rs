//! `schoolkeeper settings`

use super::Folder;
use crate::output;
use clap::Args;
use schoolkeeper_app::folder::environment;
use schoolkeeper_app::settings::{FILE, Settings};
use std::process::ExitCode;

/// Show every setting, its value and where it comes from. Secrets are only said to be set.
#[derive(Debug, Args)]
#[command(after_help = "Settings stand in schoolkeeper.toml of the data folder:\n  \
    base_url = \"https://policy.hill.sch.uk\"   what people type (SCHOOLKEEPER_BASE_URL)\n  \
    listen = [\"0.0.0.0:443\", \"[::]:443\"]      where the pages listen (SCHOOLKEEPER_LISTEN, separated by commas)\n  \
    tls = { certificate = \"FILE\", key = \"FILE\" }  PEM files (SCHOOLKEEPER_TLS_CERTIFICATE, SCHOOLKEEPER_TLS_KEY)\n  \
    redirect = [\"0.0.0.0:80\"]                 sends http to https (SCHOOLKEEPER_REDIRECT)\n  \
    proxy = \"10.0.0.2\"                        the proxy that does TLS instead (SCHOOLKEEPER_PROXY)\n  \
    metrics_token = \"…\"                       who fetches /metrics shows it (SCHOOLKEEPER_METRICS_TOKEN)\n  \
    database = \"postgres://…\"                 PostgreSQL instead of a file (SCHOOLKEEPER_DATABASE)\n  \
    sandbox = true                            time may be pretended; set by `init --sandbox`")]
pub struct ShowSettings {
    #[command(flatten)]
    folder: Folder,
}

impl ShowSettings {
    /// Reads and shows them; nothing is opened or locked.
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        let settings = Settings::read(&self.folder.data, &environment)?;
        let text = std::fs::read_to_string(self.folder.data.join(FILE))?;
        for (key, value, from) in settings.shown(&text, &environment) {
            output::line(&format!("{key:16} {value}  ({from})"))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
