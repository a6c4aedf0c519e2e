//! Where the database lives.

use std::fmt;
use std::path::PathBuf;

/// A SQLite file or a PostgreSQL address.
#[derive(Clone, PartialEq, Eq)]
pub enum Place {
    /// A file; made when it is not there.
    Sqlite(PathBuf),
    /// `postgres://…`; may hold a password, so `Debug` hides it.
    Postgres(String),
}

impl Place {
    /// `postgres://…` and `postgresql://…` are PostgreSQL; anything else is a file, with or without `sqlite:`.
    pub fn parse(text: &str) -> Self {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Self::Postgres(text.to_owned());
        }
        let path = text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:")).unwrap_or(text);
        Self::Sqlite(PathBuf::from(path))
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(_) => f.write_str("postgres"),
        }
    }
}
