//! The fingerprint of a resolved pack: the same content gives the same hash, whatever its layout and comments.

use crate::node::{Node, Table, Value};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// SHA-256 over the tree, keys sorted, in hexadecimal.
pub(crate) fn of(tree: &Table) -> String {
    let mut hasher = Sha256::new();
    add_table(&mut hasher, tree);
    hasher.finalize().iter().fold(String::with_capacity(64), |mut out, byte| {
        // Writing into a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn add(hasher: &mut Sha256, kind: u8, bytes: &[u8]) {
    hasher.update([kind]);
    hasher.update((bytes.len() as u64).to_le_bytes());
    hasher.update(bytes);
}

fn add_table(hasher: &mut Sha256, table: &Table) {
    let mut items: Vec<_> = table.items.iter().collect();
    items.sort_by(|a, b| a.key.cmp(&b.key));
    hasher.update([b't']);
    hasher.update((items.len() as u64).to_le_bytes());
    for item in items {
        add(hasher, b'k', item.key.as_bytes());
        add_node(hasher, &item.node);
    }
}

fn add_node(hasher: &mut Sha256, node: &Node) {
    match &node.value {
        Value::Bool(value) => add(hasher, b'b', &[u8::from(*value)]),
        Value::Int(value) => add(hasher, b'i', &value.to_le_bytes()),
        Value::Number(value) => add(hasher, b'n', &value.to_le_bytes()),
        Value::Text(text) => add(hasher, b's', text.as_bytes()),
        Value::List(items) => {
            hasher.update([b'l']);
            hasher.update((items.len() as u64).to_le_bytes());
            for item in items {
                add_node(hasher, item);
            }
        }
        Value::Table(table) => add_table(hasher, table),
    }
}
