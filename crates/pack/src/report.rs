//! What is wrong, with the texts it is wrong in: prints as compiler-style messages.

use schoolkeeper_core::diagnostic::{Diagnostic, Source};
use std::fmt;

/// Why a pack or a register was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What is wrong, in the order of the files.
    pub diagnostics: Vec<Diagnostic>,
    /// The files it is wrong in.
    pub sources: Vec<Source>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::render::render(&self.diagnostics, &self.sources))
    }
}

impl std::error::Error for Report {}
