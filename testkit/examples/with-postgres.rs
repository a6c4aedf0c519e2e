//! `cargo run -p schoolkeeper-testkit --example with-postgres -- COMMAND`: one PostgreSQL cluster for all of a
//! command's tests, instead of one per test program.

use anyhow::Result;
use std::process::ExitCode;

fn main() -> Result<ExitCode> {
    let command: Vec<String> = std::env::args().skip(1).collect();
    let status = schoolkeeper_testkit::run_with_postgres(&command)?;
    Ok(ExitCode::from(u8::try_from(status.code().unwrap_or(1)).unwrap_or(1)))
}
