//! One changed pack, read, compiled and tried against the examples that should notice.

use super::tree::Tree;
use schoolkeeper_core::diagnostic::Severity;
use schoolkeeper_core::pack::Pack;
use schoolkeeper_pack::Library;
use schoolkeeper_rules::{compile, example};
use std::sync::Arc;
use toml::{Table, Value};

/// What noticed the change: names of failing examples, or that the pack is refused. Only examples of the `touched`
/// controls are tried; all of them when `None`. Stops at the first one that fails.
pub fn failing(tree: &Tree, changed: &Table, touched: Option<&[String]>) -> anyhow::Result<Vec<String>> {
    let concerns = |example: &&Value| {
        let control = example.get("control").and_then(Value::as_str).unwrap_or_default();
        touched.is_none_or(|touched| touched.iter().any(|name| name == control))
    };
    let mut whole = changed.clone();
    let examples: Vec<Value> = tree.examples.iter().filter(concerns).cloned().collect();
    whole.insert("example".to_owned(), Value::Array(examples));
    let file = (format!("{}.toml", tree.id), toml::to_string(&whole)?);
    let pack = match schoolkeeper_pack::load(&Library::embedded([file]), &tree.id) {
        Ok(pack) => Arc::new(pack),
        Err(report) => return Ok(vec![report.to_string()]),
    };
    Ok(tried(&pack, tree))
}

fn tried(pack: &Arc<Pack>, tree: &Tree) -> Vec<String> {
    let refused = schoolkeeper_pack::check(pack, &tree.schemas, false);
    if refused.iter().any(|one| one.severity == Severity::Error) {
        return vec![schoolkeeper_pack::render(&refused, &pack.sources)];
    }
    let compiled = match compile(pack.clone(), tree.schemas.clone()) {
        Ok(compiled) => compiled,
        Err(errors) => return vec![schoolkeeper_pack::render(&errors, &pack.sources)],
    };
    let failures =
        pack.examples.iter().filter_map(|one| example::run(&compiled, one).err().map(|failure| (one, failure)));
    let first = failures.map(|(one, failure)| format!("{}: {}", one.control.get_ref(), failure.message)).next();
    first.into_iter().collect()
}
