//! `cargo xtask check`: the house rules a compiler does not know.

use anyhow::{Context, bail};
use std::path::Path;
use std::process::Command;

/// Longest file without its tests.
const LINES_MAX: usize = 500;
/// Packages in the server's tree.
const PACKAGES_MAX: usize = 465;

/// Runs every check and fails with all that was found.
pub fn run() -> anyhow::Result<()> {
    let files = tracked()?;
    let mut found = Vec::new();
    for file in &files {
        let Ok(text) = std::fs::read_to_string(file) else { continue };
        found.extend(lengths(file, &text));
        found.extend(paths_of_this_machine(file, &text));
        found.extend(inline_code(file, &text));
    }
    found.extend(reasons(&std::fs::read_to_string("Cargo.toml")?));
    found.extend(arrows()?);
    found.extend(crate::coverage::check(Path::new("."))?);
    let packages = packages()?;
    if packages > PACKAGES_MAX {
        found.push(format!("the server has {packages} packages; {PACKAGES_MAX} are allowed"));
    }
    if !found.is_empty() {
        bail!("{}", found.join("\n"));
    }
    crate::say(&format!("{} files, {packages} of {PACKAGES_MAX} packages: the house rules hold", files.len()));
    Ok(())
}

fn tracked() -> anyhow::Result<Vec<String>> {
    let out = Command::new("git").args(["ls-files"]).output().context("git ls-files")?;
    Ok(String::from_utf8_lossy(&out.stdout).lines().map(str::to_owned).collect())
}

fn is_test(file: &str) -> bool {
    file.contains("/tests/") || file.contains("/benches/") || file.ends_with("_tests.rs") || file.ends_with("/tests.rs")
}

fn lengths(file: &str, text: &str) -> Option<String> {
    let lines = text.lines().take_while(|line| *line != "#[cfg(test)]").count();
    let rust = Path::new(file).extension().is_some_and(|extension| extension == "rs");
    let long = rust && !is_test(file) && lines > LINES_MAX;
    long.then(|| format!("{file}: {lines} lines; split it by what it is about (limit {LINES_MAX})"))
}

/// Folders of a developer's machine have no place in what is shipped.
fn paths_of_this_machine(file: &str, text: &str) -> Option<String> {
    let bad = [concat!("/", "work/"), concat!("/", "tmp/w/"), concat!("..", "/shared")];
    let hit = bad.iter().find(|bad| text.contains(**bad))?;
    Some(format!("{file}: speaks of `{hit}`, which exists on one machine only"))
}

/// The content security policy allows no inline script or style.
fn inline_code(file: &str, text: &str) -> Option<String> {
    // The policy to take away is a file of its own, shown by no page of ours.
    let page = file.starts_with("crates/web/templates/") && file != "crates/web/templates/policy/file.html";
    let bad = ["<script", " style=", "<style", " onclick=", "javascript:"];
    let hit = bad.iter().find(|bad| page && text.contains(**bad))?;
    Some(format!("{file}: `{hit}` is refused by the content security policy"))
}

/// Every dependency says why it is there.
fn reasons(manifest: &str) -> Vec<String> {
    let others = manifest.split("# Others").nth(1).unwrap_or_default();
    let section = others.split("\n[").next().unwrap_or_default();
    let lines = section.lines().skip(1).filter(|line| !line.trim().is_empty());
    lines.filter(|line| !line.contains(" # ")).map(|line| format!("Cargo.toml: `{line}` does not say why")).collect()
}

/// Which of our crates each may use, outside tests. See docs/ARCHITECTURE.md.
const ARROWS: &[(&str, &[&str])] = &[
    ("core", &[]),
    ("pack", &["core"]),
    ("rules", &["core"]),
    ("ledger", &[]),
    ("store", &["core", "ledger"]),
    ("app", &["core", "pack", "rules", "ledger", "store"]),
    ("web", &["core", "app"]),
    ("server", &["core", "pack", "rules", "ledger", "store", "app", "web"]),
];

fn arrows() -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    for (name, allowed) in ARROWS {
        let file = Path::new("crates").join(name).join("Cargo.toml");
        let manifest: toml::Table = std::fs::read_to_string(&file)?.parse()?;
        let used = manifest.get("dependencies").and_then(toml::Value::as_table).cloned().unwrap_or_default();
        let ours = used.keys().filter_map(|key| key.strip_prefix("schoolkeeper-"));
        let wrong = ours.filter(|other| !allowed.contains(other));
        found.extend(wrong.map(|other| format!("crates/{name} must not use crates/{other}")));
    }
    Ok(found)
}

fn packages() -> anyhow::Result<usize> {
    let args = ["tree", "-p", "schoolkeeper", "-e", "normal,build", "--prefix", "none", "--format", "{p}", "--locked"];
    let out = Command::new("cargo").args(args).output().context("cargo tree")?;
    let text = String::from_utf8_lossy(&out.stdout);
    let mut names: Vec<&str> = text.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    names.sort_unstable();
    names.dedup();
    Ok(names.len())
}
