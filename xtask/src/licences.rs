//! `cargo xtask licences`: every dependency's licence is one that `deny.toml` allows.

use anyhow::{Context, bail};
use std::collections::BTreeSet;
use std::process::Command;

/// Fails with every package whose licence is not allowed.
pub fn run() -> anyhow::Result<()> {
    let deny: toml::Table = std::fs::read_to_string("deny.toml")?.parse()?;
    let allowed: BTreeSet<String> = deny["licenses"]["allow"]
        .as_array()
        .context("deny.toml: licenses.allow is a list")?
        .iter()
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect();
    let (mut found, mut count) = (Vec::new(), 0);
    for manifest in ["Cargo.toml", "typeset/Cargo.toml"] {
        let asked = ["metadata", "--format-version", "1", "--locked", "--manifest-path", manifest];
        let out = Command::new("cargo").args(asked).output()?;
        let metadata: serde_json::Value = serde_json::from_slice(&out.stdout).context("cargo metadata")?;
        let packages = metadata["packages"].as_array().context("cargo metadata lists packages")?;
        count += packages.len();
        let licence = |package: &serde_json::Value| package["license"].as_str().unwrap_or("none").to_owned();
        let refused = packages.iter().filter(|package| !allows(&allowed, &licence(package)));
        found
            .extend(refused.map(|package| format!("{} {}: {}", package["name"], package["version"], licence(package))));
    }
    if !found.is_empty() {
        bail!("licences that deny.toml does not allow:\n{}", found.join("\n"));
    }
    crate::say(&format!("{count} packages, all under licences that deny.toml allows"));
    Ok(())
}

/// `A OR (B AND C)`, and the older `A/B`.
fn allows(allowed: &BTreeSet<String>, licence: &str) -> bool {
    let licence = licence.replace('/', " OR ");
    split(&licence, " OR ").iter().any(|either| {
        split(either, " AND ").iter().all(|name| {
            let name = name.trim();
            match name.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
                Some(inner) => allows(allowed, inner),
                None => allowed.contains(name),
            }
        })
    })
}

/// Splits outside parentheses.
fn split(text: &str, by: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if depth == 0 && rest.starts_with(by) {
            parts.push(String::new());
            rest = &rest[by.len()..];
            continue;
        }
        depth += i32::from(first == '(') - i32::from(first == ')');
        if let Some(part) = parts.last_mut() {
            part.push(first);
        }
        rest = &rest[first.len_utf8()..];
    }
    parts
}
