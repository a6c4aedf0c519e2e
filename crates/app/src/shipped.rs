//! The policies and registers that come with Schoolkeeper, inside the binary.

use rust_embed::RustEmbed;
use schoolkeeper_core::schema::Schemas;
use schoolkeeper_pack::{Library, Report};
use std::path::Path;
use std::sync::LazyLock;

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

/// The head of a policy that comes with Schoolkeeper.
#[derive(Clone, Debug)]
pub struct Head {
    /// Its id.
    pub id: String,
    /// What people read.
    pub title: String,
    /// Its version.
    pub version: String,
}

/// The heads of every policy, by id, without reading the rest of them.
pub fn heads() -> &'static [Head] {
    static HEADS: LazyLock<Vec<Head>> = LazyLock::new(|| {
        let mut heads: Vec<Head> = texts::<Packs>().iter().filter_map(|(path, text)| head(path, text)).collect();
        heads.sort_by(|a, b| a.id.cmp(&b.id));
        heads
    });
    &HEADS
}

fn head(path: &str, text: &str) -> Option<Head> {
    if !text.contains("[pack]") || path.ends_with(".survivors.toml") {
        return None;
    }
    let table: toml::Table = text.parse().ok()?;
    let head = table.get("pack")?.as_table()?;
    let word = |key: &str| head.get(key).and_then(toml::Value::as_str).unwrap_or_default().to_owned();
    Some(Head { id: word("id"), title: word("title"), version: word("version") })
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
