//! Where packs and registers are found: folders on disk, or texts inside the binary.
//!
//! Invariant: a name inside a pack never reaches a file outside its library: names are kebab-case parts.

use crate::bounds::{FILE_BYTES_MAX, FILES_MAX};
use schoolkeeper_core::diagnostic::Source;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Shelves in the order they are searched.
#[derive(Clone, Debug, Default)]
pub struct Library {
    shelves: Vec<Shelf>,
}

#[derive(Clone, Debug)]
enum Shelf {
    Folder(PathBuf),
    Embedded(Vec<Source>),
}

impl Library {
    /// Folders that hold `ID.toml`, `ID/*.toml` and `common/NAME.toml` (or, for registers, `*.toml`).
    pub fn from_dirs<P: Into<PathBuf>>(folders: impl IntoIterator<Item = P>) -> Self {
        Self { shelves: folders.into_iter().map(|folder| Shelf::Folder(folder.into())).collect() }
    }

    /// Texts inside the binary, named as files below one folder: `hill-trust.toml`, `common/usual.toml`.
    pub fn embedded(files: impl IntoIterator<Item = (String, String)>) -> Self {
        let files = files.into_iter().map(|(path, text)| Source { path, text }).collect();
        Self { shelves: vec![Shelf::Embedded(files)] }
    }

    /// Searches another library after this one.
    pub fn then(mut self, other: Self) -> Self {
        self.shelves.extend(other.shelves);
        self
    }

    /// The ids of all packs on all shelves, sorted.
    pub fn ids(&self) -> Vec<String> {
        let mut ids: Vec<String> = self.shelves.iter().flat_map(Shelf::ids).collect();
        ids.sort();
        ids.dedup();
        ids
    }

    /// The files of a pack: by id, or by the path of a file or folder. A path's own folder is searched first
    /// for what the pack imports and extends. `Err` is a sentence.
    pub(crate) fn open(&self, what: &str) -> Result<(Self, String, Vec<Source>), String> {
        if is_name(what) {
            let files = self.pack(what)?;
            return match files {
                Some(files) => Ok((self.clone(), what.to_owned(), files)),
                None => Err(format!("no pack `{what}` in the library")),
            };
        }
        let path = Path::new(what);
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        let files = if path.is_dir() { folder_files(path)? } else { vec![file(path)?] };
        let beside = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Ok((Self::from_dirs([beside]).then(self.clone()), stem, files))
    }

    /// The files of a pack by its id.
    pub(crate) fn pack(&self, id: &str) -> Result<Option<Vec<Source>>, String> {
        self.first(|shelf| shelf.pack(id))
    }

    /// A file of shared tables: `common/NAME`.
    pub(crate) fn common(&self, name: &str) -> Result<Option<Source>, String> {
        self.first(|shelf| shelf.file(&format!("{name}.toml")))
    }

    /// Every `*.toml` directly on each shelf, last shelf first, so that earlier shelves replace later ones.
    pub(crate) fn all_files(&self) -> Result<Vec<Vec<Source>>, String> {
        self.shelves.iter().rev().map(Shelf::files).collect()
    }

    fn first<T>(&self, of: impl Fn(&Shelf) -> Result<Option<T>, String>) -> Result<Option<T>, String> {
        for shelf in &self.shelves {
            if let Some(found) = of(shelf)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}

/// Kebab-case: small letters and digits, `-` between them.
pub fn is_name(text: &str) -> bool {
    let part = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    text.len() <= 80 && text.split('-').all(part)
}

impl Shelf {
    fn ids(&self) -> Vec<String> {
        let names: Vec<String> = match self {
            Self::Embedded(files) => {
                files.iter().map(|file| file.path.split('/').next().unwrap_or_default().to_owned()).collect()
            }
            Self::Folder(folder) => std::fs::read_dir(folder)
                .into_iter()
                .flatten()
                .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
                .filter(|name| name.strip_suffix(".toml").is_some() || folder.join(name).is_dir())
                .collect(),
        };
        let ids = names.into_iter().map(|name| name.strip_suffix(".toml").unwrap_or(&name).to_owned());
        ids.filter(|id| is_name(id) && id != "common").collect()
    }

    fn pack(&self, id: &str) -> Result<Option<Vec<Source>>, String> {
        if let Some(one) = self.file(&format!("{id}.toml"))? {
            return Ok(Some(vec![one]));
        }
        let files = match self {
            Self::Embedded(files) => {
                let inside = |path: &str| {
                    path.strip_prefix(id)
                        .and_then(|rest| rest.strip_prefix('/'))
                        .is_some_and(|rest| !rest.contains('/'))
                };
                let mut files: Vec<Source> = files.iter().filter(|file| inside(&file.path)).cloned().collect();
                files.sort_by(|a, b| a.path.cmp(&b.path));
                files
            }
            Self::Folder(folder) if folder.join(id).is_dir() => folder_files(&folder.join(id))?,
            Self::Folder(_) => Vec::new(),
        };
        Ok((!files.is_empty()).then_some(files))
    }

    fn file(&self, path: &str) -> Result<Option<Source>, String> {
        match self {
            Self::Embedded(files) => Ok(files.iter().find(|file| file.path == path).cloned()),
            Self::Folder(folder) => {
                let path = folder.join(path);
                path.is_file().then(|| file(&path)).transpose()
            }
        }
    }

    fn files(&self) -> Result<Vec<Source>, String> {
        match self {
            Self::Embedded(files) => Ok(files.clone()),
            Self::Folder(folder) => folder_files(folder),
        }
    }
}

/// The `*.toml` files of a folder by name.
fn folder_files(folder: &Path) -> Result<Vec<Source>, String> {
    let cannot = |error: std::io::Error| format!("the folder `{}` cannot be read: {error}", folder.display());
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(cannot)? {
        let path = entry.map_err(cannot)?.path();
        if path.extension().is_some_and(|extension| extension == "toml") && path.is_file() {
            paths.push(path);
        }
        if paths.len() > FILES_MAX {
            return Err(format!("the folder `{}` has more than {FILES_MAX} files", folder.display()));
        }
    }
    if paths.is_empty() {
        return Err(format!("the folder `{}` has no `.toml` file", folder.display()));
    }
    paths.sort();
    paths.iter().map(|path| file(path)).collect()
}

fn file(path: &Path) -> Result<Source, String> {
    let cannot = |error: std::io::Error| format!("the file `{}` cannot be read: {error}", path.display());
    if !std::fs::metadata(path).map_err(cannot)?.is_file() {
        return Err(format!("`{}` is no file", path.display()));
    }
    // One byte more than allowed tells that there is more; a file may grow while it is read.
    let mut bytes = Vec::new();
    let source = std::fs::File::open(path).map_err(cannot)?;
    source.take(FILE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() > FILE_BYTES_MAX {
        let path = path.display();
        return Err(format!(
            "the file `{path}` has more than {FILE_BYTES_MAX} bytes, more than a file of a pack may have"
        ));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        format!("the file `{}` is not UTF-8 text (byte {at}); save it as UTF-8", path.display())
    })?;
    Ok(Source { path: path.display().to_string(), text })
}
