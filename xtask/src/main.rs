//! Checks of the house, mutation of packs. Run as `cargo xtask COMMAND`.

mod check;
mod coverage;
mod licences;
mod mutate;

use clap::{Parser, Subcommand};
use std::io::Write;
use std::path::Path;

/// Checks of the house.
#[derive(Debug, Parser)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// House rules a compiler does not know: lengths, arrows, reasons, packages
    Check,
    /// Licences of all dependencies against deny.toml
    Licences,
    /// Fills docs/coverage.csv with what the shipped policies prove live
    Coverage,
    /// Makes every mistake we know in a pack, one at a time, and asks its examples whether they notice
    Mutate {
        /// The pack, by its id
        pack: String,
    },
}

fn main() -> anyhow::Result<()> {
    match Line::parse().command {
        Command::Check => check::run(),
        Command::Coverage => coverage::run(Path::new(".")),
        Command::Licences => licences::run(),
        Command::Mutate { pack } => mutate::run(&pack, Path::new(".")),
    }
}

/// One line on standard output.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}
