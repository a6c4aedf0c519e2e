//! What a pack says, checked against itself, the registers and the closed lists of the product.
//!
//! Invariant: expressions are not looked into here (`rules::check` does that); everything else a pack names is.

pub(crate) mod catalogue;
mod clause;
mod control;
mod example;
mod flow;
mod form;
mod occur;
mod param;
mod strict;
mod table;
mod who;

use crate::suggest;
use schoolkeeper_core::control::Control;
use schoolkeeper_core::diagnostic::{Diagnostic, Place, Severity};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::pack::Pack;
use schoolkeeper_core::schema::{Register, Schemas};
use serde_spanned::Spanned;

/// Messages that get a "did you mean".
const HINTED_MAX: usize = 500;

/// A report a duty ends with, in words: `the board paper on ICT`.
pub fn report_words(name: &str) -> &str {
    catalogue::says(catalogue::REPORTS, name)
}

/// Everything but the expressions (those are checked by `rules::check`). `strict` asks besides for examples and for
/// controls strong enough for the mode of their clause. In the order of the files.
pub fn check(pack: &Pack, schemas: &Schemas, strict: bool) -> Vec<Diagnostic> {
    let mut checker = Checker { pack, schemas, key: String::new(), out: Vec::new() };
    table::check(&mut checker);
    param::check(&mut checker);
    form::check(&mut checker);
    clause::check(&mut checker);
    for control in pack.controls.values() {
        control::check(&mut checker, control);
    }
    example::check(&mut checker);
    if strict {
        strict::check(&mut checker);
    }
    let mut out = checker.out;
    out.sort_by_key(|one| one.place.as_ref().map(|place| (place.range.start, place.range.end)));
    out.dedup();
    out
}

/// What is looked at, and what was found.
struct Checker<'a> {
    pack: &'a Pack,
    schemas: &'a Schemas,
    /// The table that is being looked at, as in [`Pack::places`].
    key: String,
    out: Vec<Diagnostic>,
}

impl<'a> Checker<'a> {
    /// Says which table is looked at.
    fn at(&mut self, kind: &str, name: &str) {
        self.key = format!("{kind}/{name}");
    }

    /// The place of a quoted text (or else of a bare word) within the table that is looked at, or of its beginning.
    fn find(&self, text: &str) -> Place {
        let table = self.pack.place(&self.key);
        let start = schoolkeeper_core::diagnostic::locate(&self.pack.sources, table.range.start);
        let Some((file, from)) = start else { return table };
        let source = &self.pack.sources[file].text;
        let Some(body) = source.get(from..(from + table.range.len()).min(source.len())) else { return table };
        let quoted = [format!("\"{text}\""), format!("'{text}'"), text.to_owned()];
        let hit = quoted.iter().find_map(|quoted| body.find(quoted.as_str()).map(|at| (at, quoted.len())));
        match hit {
            Some((at, length)) => {
                let start = table.range.start + at;
                Place { file, range: start..start + length }
            }
            None => table,
        }
    }

    /// The place of a key within the table that is looked at, or of its name.
    fn find_key(&self, key: &str) -> Place {
        let table = self.pack.place(&self.key);
        let start = schoolkeeper_core::diagnostic::locate(&self.pack.sources, table.range.start);
        let body = start.and_then(|(file, from)| self.pack.sources[file].text.get(from..from + table.range.len()));
        let starts = |at: &usize, body: &str| !body[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let hit =
            body.and_then(|body| body.match_indices(&format!("{key} =")).map(|(at, _)| at).find(|at| starts(at, body)));
        match hit {
            Some(at) => Place { range: table.range.start + at..table.range.start + at + key.len(), ..table },
            None => self.name(),
        }
    }

    /// The name of the table that is looked at.
    fn name(&self) -> Place {
        let table = self.pack.place(&self.key);
        let length = self.key.split_once('/').map_or(0, |(_, name)| name.len());
        let start = table.range.start;
        Place { range: start..(start + length).min(table.range.end), ..table }
    }

    fn place<T>(&self, spanned: &Spanned<T>) -> Place {
        self.pack.place_of(spanned.span())
    }

    fn error(&mut self, message: impl Into<String>, place: Place) {
        self.out.push(Diagnostic::error(message, place));
    }

    fn error_hint(&mut self, message: impl Into<String>, place: Place, hint: impl Into<String>) {
        self.out.push(Diagnostic::error(message, place).hint(hint));
    }

    fn warning(&mut self, message: impl Into<String>, place: Place, hint: impl Into<String>) {
        self.out.push(Diagnostic { severity: Severity::Warning, ..Diagnostic::error(message, place).hint(hint) });
    }

    /// The name is one of the known ones, or an error says so.
    fn known<'k>(
        &mut self,
        what: &str,
        name: &str,
        place: Place,
        known: impl Iterator<Item = &'k str> + Clone,
    ) -> bool {
        if known.clone().any(|known| known == name) {
            return true;
        }
        let mut error = Diagnostic::error(format!("{what} `{}` is not known", suggest::short(name)), place);
        // Hints cost the most; nobody reads that many.
        if self.out.len() < HINTED_MAX {
            error = error.hint(suggest::hint(name, known, "known are"));
        }
        self.out.push(error);
        false
    }

    /// The register has the field, or an error says so.
    fn field(&mut self, register: &Register, name: &str, place: Place) {
        if register.field(name).is_none() {
            let known = register.fields.iter().map(|field| &*field.name);
            let hint = suggest::hint(name, known, "its fields are");
            self.error_hint(format!("`{}` has no field `{}`", register.id, suggest::short(name)), place, hint);
        }
    }

    /// As [`Checker::known`], for a name that carries its own place.
    fn known_at<'k>(&mut self, what: &str, name: &Spanned<Name>, known: impl Iterator<Item = &'k str> + Clone) -> bool {
        let place = self.place(name);
        self.known(what, name.get_ref(), place, known)
    }

    /// Names without a place of their own: each is looked up in the table that is looked at.
    fn known_all<'k>(&mut self, what: &str, names: &[Name], known: impl Iterator<Item = &'k str>) {
        let known: Vec<&str> = known.collect();
        for name in names {
            let place = self.find(name);
            self.known(what, name, place, known.iter().copied());
        }
    }

    /// The register, or an error.
    fn register(&mut self, name: &Spanned<Name>) -> Option<&'a Register> {
        let all = self.schemas.all().iter().map(|register| &*register.id);
        self.known_at("the register", name, all);
        self.schemas.get(name.get_ref())
    }

    /// The control of a type, or an error.
    fn control(&mut self, name: &str, kind: &str, place: Place) -> Option<&'a Control> {
        let Some(control) = self.pack.controls.get(name) else {
            let known = self.pack.controls.values().filter(|control| control.kind.name() == kind);
            self.known(&format!("the {kind}"), name, place, known.map(|control| &*control.id));
            return None;
        };
        if control.kind.name() != kind {
            self.error(format!("`{name}` is of type {}, but a {kind} belongs here", control.kind.name()), place);
            return None;
        }
        Some(control)
    }

    /// The act exists, and its qualifier names something.
    fn act(&mut self, act: &Spanned<Name>) {
        self.act_text(act.get_ref(), self.place(act));
    }

    fn act_text(&mut self, text: &str, place: Place) {
        let schemas = self.schemas;
        let Some(act) = schoolkeeper_core::act::find(text, |register| schemas.get(register).is_some()) else {
            let name = text.split(':').next().unwrap_or_default();
            let verbs = ["save", "move"];
            let records = schemas.all().iter().flat_map(|register| verbs.map(|verb| format!("{}.{verb}", register.id)));
            let records: Vec<String> = records.collect();
            let named = schoolkeeper_core::act::ACTS.iter().map(|act| act.name);
            let known = named.chain(records.iter().map(String::as_str));
            let hint = suggest::hint(name, known, "every register has `REGISTER.save` and `REGISTER.move`; others are");
            return self.error_hint(format!("the act `{}` is not known", suggest::short(text)), place, hint);
        };
        let moved = act.name.strip_suffix(".move").and_then(|register| schemas.get(register));
        if let Some(register) = moved.filter(|register| register.states.is_none()) {
            let hint = format!("use `{}.save`", register.id);
            return self.error_hint(format!("`{}` has no states to move between", register.id), place, hint);
        }
        if let Some(case) = act.qualifier.filter(|_| act.name.starts_with("case.")) {
            self.control(case, "case", place);
        }
    }

    fn ladder(&mut self, name: Option<&Name>) {
        if let Some(name) = name {
            self.known("the ladder", name, self.find(name), self.pack.ladders.keys().map(|name| &**name));
        }
    }
}
