//! The binary `schoolkeeper`: configuration, wiring, command line.

mod command;
mod output;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let line = command::Line::parse();
    output::start_log();
    match command::run(line) {
        Ok(code) => code,
        Err(error) => {
            output::error(&error);
            ExitCode::from(2)
        }
    }
}
