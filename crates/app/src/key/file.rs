//! The key file: read only when it is private, written whole or not at all.

use super::{Key, KeyError};
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use zeroize::Zeroizing;

/// A key file has a few lines.
const BYTES_MAX: u64 = 10_000;

/// The text of a key file; refused when any of the bits of `forbidden` lets others read it.
pub(super) fn read(path: &Path, forbidden: u32) -> Result<Zeroizing<String>, KeyError> {
    let unusable = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => KeyError::Missing { place: format!("`{}`", path.display()) },
        _ => KeyError::Unusable { file: path.to_owned(), why: error.to_string() },
    };
    let file = File::open(path).map_err(unusable)?;
    let known = file.metadata().map_err(unusable)?;
    if !known.is_file() {
        return Err(KeyError::Unusable { file: path.to_owned(), why: "it is not a file".to_owned() });
    }
    if known.mode() & forbidden != 0 {
        return Err(KeyError::Readable { file: path.to_owned() });
    }
    let mut text = Zeroizing::new(String::new());
    file.take(BYTES_MAX).read_to_string(&mut text).map_err(unusable)?;
    Ok(text)
}

/// Writes a new key file, as `age-keygen` would; never over another one.
pub(super) fn write(path: &Path, key: &Key, demo: bool) -> Result<(), KeyError> {
    let unusable = |error: std::io::Error| KeyError::Unusable { file: path.to_owned(), why: error.to_string() };
    let head = if demo {
        "# DEMO KEY of a made-up school: it lies beside what it seals and protects nothing."
    } else {
        "# Installation key of Schoolkeeper. Without it no back-up opens. Keep it away from the data folder."
    };
    let text = Zeroizing::new(format!("{head}\n# public key: {}\n{}\n", key.recipient(), key.secret().as_str()));
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(unusable)?;
    let part = path.with_extension(format!("part-{}", std::process::id()));
    let mut open = OpenOptions::new();
    let mut file = open.create(true).truncate(true).write(true).mode(0o600).open(&part).map_err(unusable)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).and_then(|()| {
        // A link is made only where nothing is yet, so that two at once cannot write different keys.
        fs::hard_link(&part, path)
    });
    let _ = fs::remove_file(&part);
    written.map_err(unusable)?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(unusable)
}
