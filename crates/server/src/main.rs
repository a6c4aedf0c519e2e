//! The binary `schoolkeeper`: configuration, wiring, command line.

mod command;
mod output;

use clap::Parser;
use std::process::ExitCode;

/// A night's evaluation needs five times the memory of a quiet day: this allocator gives it back (.cargo/config.toml says
/// how soon), where the one of glibc keeps it.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

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
