//! Two versions beside each other, word by word.

use super::Text;
use schoolkeeper_core::id::Name;
use similar::{ChangeTag, TextDiff};

/// What became of a piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceKind {
    /// It stayed.
    Same,
    /// It came.
    Added,
    /// It went.
    Removed,
}

/// Some words and what became of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What became of them.
    pub kind: PieceKind,
    /// The words.
    pub text: String,
}

/// One point of two versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedPoint {
    /// Its statement; none for what stands around the points.
    pub clause: Option<Name>,
    /// Its words, old and new.
    pub pieces: Vec<Piece>,
    /// It stands at another place.
    pub moved: bool,
}

impl ComparedPoint {
    /// Whether anything is different.
    pub fn is_changed(&self) -> bool {
        self.moved || self.pieces.iter().any(|piece| piece.kind != PieceKind::Same)
    }
}

/// The words of two texts; neighbours that became the same are one piece.
pub fn words(old: &str, new: &str) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    for change in TextDiff::from_words(old, new).iter_all_changes() {
        let kind = match change.tag() {
            ChangeTag::Equal => PieceKind::Same,
            ChangeTag::Insert => PieceKind::Added,
            ChangeTag::Delete => PieceKind::Removed,
        };
        match out.last_mut().filter(|last| last.kind == kind) {
            Some(last) => last.text.push_str(change.value()),
            None => out.push(Piece { kind, text: change.value().to_owned() }),
        }
    }
    out
}

/// Two versions: what stands around the points, the points of the new one in its order, then those that went.
pub(super) fn texts(old: &Text, new: &Text) -> Vec<ComparedPoint> {
    let around = [(&old.summary, &new.summary), (&old.statement, &new.statement)];
    let around = around.into_iter().filter(|(old, new)| !(old.is_empty() && new.is_empty()));
    let mut out: Vec<ComparedPoint> =
        around.map(|(old, new)| ComparedPoint { clause: None, pieces: words(old, new), moved: false }).collect();
    let stays = |text: &Text, other: &Text| -> Vec<Name> {
        let both = text.points.iter().filter(|point| other.points.iter().any(|one| one.clause == point.clause));
        both.map(|point| point.clause.clone()).collect()
    };
    let (before, after) = (stays(old, new), stays(new, old));
    for point in &new.points {
        let known = old.points.iter().find(|one| one.clause == point.clause);
        let place = |order: &[Name]| order.iter().position(|clause| *clause == point.clause);
        out.push(ComparedPoint {
            clause: Some(point.clause.clone()),
            pieces: words(known.map_or("", |known| &known.words), &point.words),
            moved: place(&before) != place(&after),
        });
    }
    for gone in old.points.iter().filter(|point| new.points.iter().all(|one| one.clause != point.clause)) {
        out.push(ComparedPoint { clause: Some(gone.clause.clone()), pieces: words(&gone.words, ""), moved: false });
    }
    out
}

#[cfg(test)]
#[path = "compare_tests.rs"]
mod compare_tests;
