//! What the command line prints: results on standard output, everything else on standard error.

use indicatif::{ProgressBar, ProgressStyle};
use std::io::Write;
use tracing_subscriber::EnvFilter;

/// Structured log on standard error; `SCHOOLKEEPER_LOG` sets the level.
pub fn start_log() {
    let filter = EnvFilter::try_from_env("SCHOOLKEEPER_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}

/// One line on standard output. A closed pipe ends the program quietly.
pub fn line(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{text}") {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        other => Ok(other?),
    }
}

/// One line on standard error.
pub fn note(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// An error with its causes, once.
pub fn error(error: &anyhow::Error) {
    let mut text = error.to_string();
    if !text.starts_with("error: ") {
        text.insert_str(0, "error: ");
    }
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        if !text.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    note(&text);
}

/// A bar for long work; invisible where standard error is no terminal.
pub fn bar(length: u64, what: &str) -> ProgressBar {
    let style =
        ProgressStyle::with_template("{msg} {bar:30} {pos} of {len}").unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(length).with_style(style).with_message(what.to_owned())
}

/// A sign of life for work whose length is not known; invisible where standard error is no terminal.
pub fn spinner(what: &str) -> ProgressBar {
    let spinner = ProgressBar::new_spinner().with_message(what.to_owned());
    spinner.enable_steady_tick(std::time::Duration::from_millis(120));
    spinner
}
