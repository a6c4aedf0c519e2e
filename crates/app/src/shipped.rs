//! The policies and registers that come with Schoolkeeper, inside the binary.

use rust_embed::RustEmbed;
use schoolkeeper_core::schema::Schemas;
use schoolkeeper_pack::{Library, Report};
use std::path::Path;

#[derive(RustEmbed)]
#[folder = "../../packs/"]
struct Packs;

#[derive(RustEmbed)]
#[folder = "../../registers/"]
struct Registers;

/// Every policy.
pub fn packs() -> Library {
    Library::embedded(texts::<Packs>())
}

/// Every register; those in `further` replace shipped ones of the same name.
pub fn registers(further: Option<&Path>) -> Result<Schemas, Report> {
    let shipped = Library::embedded(texts::<Registers>());
    let library = match further {
        Some(folder) => Library::from_dirs([folder]).then(shipped),
        None => shipped,
    };
    schoolkeeper_pack::registers(&library)
}

fn texts<E: RustEmbed>() -> Vec<(String, String)> {
    E::iter()
        .filter_map(|path| {
            let file = E::get(&path)?;
            Some((path.into_owned(), String::from_utf8_lossy(&file.data).into_owned()))
        })
        .collect()
}
