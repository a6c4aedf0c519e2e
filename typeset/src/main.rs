//! Sets a finished document as a PDF: JSON in at standard input, PDF out at standard output. `schoolkeeper` starts it
//! for each document, without files and without a network.
//!
//! Invariant: what comes in is text to be shown and never a program; it ends with a PDF and 0, or with one line of why
//! at standard error and something else.

mod page;

use std::io::{Read, Write};
use std::process::ExitCode;

/// Largest document read, in bytes.
const DOCUMENT_MAX: u64 = 8 << 20;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            let _ = writeln!(std::io::stderr(), "error: {why}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let mut document = Vec::new();
    let read = std::io::stdin().lock().take(DOCUMENT_MAX + 1).read_to_end(&mut document);
    read.map_err(|error| format!("the document could not be read: {error}"))?;
    if document.len() as u64 > DOCUMENT_MAX {
        return Err(format!("the document is larger than {} MB", DOCUMENT_MAX >> 20));
    }
    let pdf = page::set(document)?;
    let written = std::io::stdout().lock().write_all(&pdf);
    written.map_err(|error| format!("the PDF could not be written: {error}"))
}
