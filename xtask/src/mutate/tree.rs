//! A pack as one tree: its files and what it imports, joined.

use anyhow::{Context, bail};
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// A pack to be changed.
pub struct Tree {
    /// Its id.
    pub id: String,
    /// Everything but the examples; `imports` is gone.
    pub whole: Table,
    /// Its examples.
    pub examples: Vec<Value>,
    /// The registers, read once.
    pub schemas: std::sync::Arc<schoolkeeper_core::schema::Schemas>,
}

impl Tree {
    /// Reads `packs/ID.toml` or `packs/ID/*.toml`, what it imports, and the registers.
    pub fn read(root: &Path, id: &str) -> anyhow::Result<Self> {
        let mut whole = Table::new();
        for path in files(&root.join("packs"), id)? {
            join(&mut whole, table(&path)?);
        }
        for import in imports(&mut whole) {
            join(&mut whole, table(&root.join("packs").join(format!("{import}.toml")))?);
        }
        let Some(Value::Array(examples)) = whole.remove("example") else {
            bail!("the pack `{id}` has no examples, so nothing can notice a mistake");
        };
        let registers = schoolkeeper_pack::Library::from_dirs([root.join("registers")]);
        let schemas = schoolkeeper_pack::registers(&registers)?.into();
        Ok(Self { id: id.to_owned(), whole, examples, schemas })
    }

    /// The controls that a change of `(table, name)` may show in.
    pub fn touched(&self, (table, name): &(String, String)) -> Vec<String> {
        let controls = self.whole.get("control").and_then(Value::as_table);
        let named =
            |text: &str, name: &str| text.contains(&format!("\"{name}\"")) || text.contains(&format!("'{name}'"));
        if table == "control" {
            let own = controls.and_then(|all| all.get(name)).map(ToString::to_string).unwrap_or_default();
            let all = controls.into_iter().flatten();
            let near =
                all.filter(|(other, text)| *other == name || named(&text.to_string(), name) || named(&own, other));
            return near.map(|(other, _)| other.clone()).collect();
        }
        let uses = |text: &str| match table.as_str() {
            "param" => text.contains(&format!("${name}\"")) || has_word(text, &format!("param.{name}")),
            _ => has_word(text, name),
        };
        let all = controls.into_iter().flatten();
        all.filter(|(_, control)| uses(&control.to_string())).map(|(control, _)| control.clone()).collect()
    }
}

fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let after = text[at + word.len()..].chars().next();
        !after.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '-')
    })
}

fn files(packs: &Path, id: &str) -> anyhow::Result<Vec<PathBuf>> {
    let one = packs.join(format!("{id}.toml"));
    if one.is_file() {
        return Ok(vec![one]);
    }
    let folder = packs.join(id);
    let entries = std::fs::read_dir(&folder).with_context(|| format!("there is no pack `{}`", folder.display()))?;
    let mut out = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            out.push(path);
        }
    }
    out.sort();
    Ok(out)
}

fn table(path: &Path) -> anyhow::Result<Table> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading `{}`", path.display()))?;
    text.parse().with_context(|| format!("`{}` is no TOML", path.display()))
}

fn imports(whole: &mut Table) -> Vec<String> {
    let head = whole.get_mut("pack").and_then(Value::as_table_mut);
    let imports = head.and_then(|head| head.remove("imports"));
    let names = imports.as_ref().and_then(Value::as_array).into_iter().flatten();
    names.filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

fn join(into: &mut Table, from: Table) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(Value::Table(known)), Value::Table(new)) => join(known, new),
            (Some(Value::Array(known)), Value::Array(new)) => known.extend(new),
            (_, value) => drop(into.insert(key, value)),
        }
    }
}
