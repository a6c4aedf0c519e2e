//! Whether a pack's examples would notice a mistake: every mistake we know to make is made, one at a time.
//!
//! Invariant: a mistake nobody notices is printed, and the command fails unless `PACK.survivors.toml` says why it
//! may stay (mistake = reason); reasons of mistakes that are noticed fail too.

mod conjunct;
mod edit;
mod kinds;
mod tree;
mod trial;

use crate::say;
use anyhow::{Context, bail};
use edit::Mutation;
use std::collections::BTreeMap;
use std::path::Path;
use tree::Tree;

/// Tries every mutation of `packs/ID` and prints what its examples noticed.
pub fn run(id: &str, root: &Path) -> anyhow::Result<()> {
    let tree = Tree::read(root, id)?;
    let survivors = survivors(root, id)?;
    let failing = trial::failing(&tree, &tree.whole, None)?;
    if !failing.is_empty() {
        bail!("examples fail before anything is changed: {}", failing.join("; "));
    }
    let mutations = kinds::all(&tree.whole);
    let alive = try_all(&tree, &mutations)?;
    let total = mutations.len();
    say(&format!("{} of {total} mistakes noticed", total - alive.len()));
    judge(&alive, &survivors)
}

/// The mutations no example noticed, in order. Two threads: one for each half.
fn try_all<'m>(tree: &Tree, mutations: &'m [Mutation]) -> anyhow::Result<Vec<&'m Mutation>> {
    let half = mutations.len() / 2;
    let (first, second) = mutations.split_at(half);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| survivors_of(tree, second));
        let mut alive = survivors_of(tree, first)?;
        let joined = other.join().map_err(|_| anyhow::anyhow!("a thread of the trial stopped"))?;
        alive.extend(joined?);
        Ok(alive)
    })
}

fn survivors_of<'m>(tree: &Tree, mutations: &'m [Mutation]) -> anyhow::Result<Vec<&'m Mutation>> {
    let mut alive = Vec::new();
    for mutation in mutations {
        let touched = tree.touched(&mutation.about);
        if trial::failing(tree, &mutation.of(&tree.whole), Some(&touched))?.is_empty() {
            alive.push(mutation);
        }
    }
    Ok(alive)
}

/// Prints what survived and fails when that is not explained.
fn judge(alive: &[&Mutation], survivors: &BTreeMap<String, String>) -> anyhow::Result<()> {
    let mut unexplained = 0;
    for mutation in alive {
        if let Some(reason) = survivors.get(&mutation.name) {
            say(&format!("survived, explained: {} ({reason})", mutation.name));
        } else {
            unexplained += 1;
            say(&format!("survived: {}", mutation.name));
        }
    }
    let stale: Vec<&String> =
        survivors.keys().filter(|name| !alive.iter().any(|mutation| mutation.name == **name)).collect();
    for name in &stale {
        say(&format!("explained, but noticed or no longer made: {name}"));
    }
    if unexplained + stale.len() > 0 {
        bail!("{unexplained} mistakes would go unnoticed; {} explanations are out of date", stale.len());
    }
    Ok(())
}

fn survivors(root: &Path, id: &str) -> anyhow::Result<BTreeMap<String, String>> {
    let path = root.join(format!("packs/{id}.survivors.toml"));
    if !path.is_file() {
        return Ok(BTreeMap::new());
    }
    let text = std::fs::read_to_string(&path).with_context(|| format!("reading `{}`", path.display()))?;
    toml::from_str(&text).with_context(|| format!("`{}` holds lines `\"mistake\" = \"reason\"`", path.display()))
}
