//! Who: role · audience · kind of person · relation of the subject · `anyone`. Names may not collide.

use super::Checker;
use crate::suggest;
use schoolkeeper_core::diagnostic::Place;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::phrase::Who;
use schoolkeeper_core::schema::{FieldType, Register};

/// Everybody.
const ANYONE: &str = "anyone";
/// Relations that every duty, request, case or problem has.
const RELATIONS: &[&str] = &["owner", "holder", "requester", "subject", "manager", "reporter", "involved"];
/// Kinds of people who work at a school, whatever role they hold.
const STAFF: &[&str] = &["staff", "agency", "volunteer"];
/// Links of a relation such as `asset.device.holder`.
const LINKS_MAX: usize = 3;

/// Roles, audiences, kinds of people and relations with one name are refused.
pub(super) fn check_collisions(checker: &mut Checker<'_>) {
    let pack = checker.pack;
    let kinds = kinds(checker);
    for name in pack.roles.keys() {
        checker.at("role", name);
        let other = if pack.audiences.contains_key(name) { Some("an audience") } else { taken(name, &kinds) };
        refuse(checker, "role", name, other);
    }
    for name in pack.audiences.keys() {
        checker.at("audience", name);
        let other = taken(name, &kinds);
        refuse(checker, "audience", name, other);
    }
}

fn refuse(checker: &mut Checker<'_>, kind: &str, name: &str, other: Option<&str>) {
    if let Some(other) = other {
        let place = checker.name();
        let hint = format!("give the {kind} another name, such as `{name}-{kind}`");
        checker.error_hint(format!("`{name}` is a {kind} and {other}"), place, hint);
    }
}

fn taken(name: &str, kinds: &[Name]) -> Option<&'static str> {
    if name == ANYONE {
        Some("the word for everybody")
    } else if RELATIONS.contains(&name) {
        Some("a relation of the subject")
    } else if kinds.iter().any(|kind| &**kind == name) {
        Some("a kind of person")
    } else {
        None
    }
}

/// The kinds of people of the register `person`.
pub(super) fn kinds(checker: &Checker<'_>) -> Vec<Name> {
    let kind = checker.schemas.get("person").and_then(|register| register.field("kind"));
    match kind.map(|(_, field)| &field.kind) {
        Some(FieldType::Choice(kinds)) => kinds.clone(),
        _ => Vec::new(),
    }
}

/// Every name resolves. `subject` is the register relations are looked up in first.
pub(super) fn check(checker: &mut Checker<'_>, who: &Who, subject: Option<&Register>) {
    for name in who.iter() {
        if !resolves(checker, name, subject) {
            let place = checker.find(name);
            refuse_name(checker, name, subject, place);
        }
    }
}

fn resolves(checker: &Checker<'_>, name: &str, subject: Option<&Register>) -> bool {
    name == ANYONE
        || RELATIONS.contains(&name)
        || checker.pack.roles.contains_key(name)
        || checker.pack.audiences.contains_key(name)
        || kinds(checker).iter().any(|kind| &**kind == name)
        || relation(checker, name, subject)
}

/// A field of the subject that leads to people: `holder`, `room.owner`, `it.system.owner`.
fn relation(checker: &Checker<'_>, name: &str, subject: Option<&Register>) -> bool {
    let mut parts: Vec<&str> = name.split('.').collect();
    let mut register = subject;
    if let Some(named) = parts.first().and_then(|first| checker.schemas.by_subject(first)) {
        register = Some(named);
        parts.remove(0);
    } else if parts.first() == Some(&"it") {
        parts.remove(0);
    }
    if parts.len() > LINKS_MAX {
        return false;
    }
    for (at, part) in parts.iter().enumerate() {
        let Some(known) = register else { return false };
        let to = match known.field(part).map(|(_, field)| &field.kind) {
            Some(FieldType::Ref(to) | FieldType::Refs(to)) => to,
            Some(FieldType::Back { from, .. }) => from,
            _ => return false,
        };
        if at + 1 == parts.len() {
            return matches!(&**to, "person" | "any")
                || checker.schemas.get(to).is_some_and(|r| r.field("person").is_some());
        }
        register = checker.schemas.get(to);
    }
    false
}

/// Whether one person may be meant by a name and belong to `who`, as far as the names tell: a role and an audience may
/// well meet, two roles are two people, and nobody is their own manager. A name that is an audience means several.
pub(super) fn may_be_one_of(checker: &Checker<'_>, name: &str, who: &Who) -> bool {
    let several = name == ANYONE || name == "manager" || checker.pack.audiences.contains_key(name);
    let kinds = kinds(checker);
    if several || kinds.iter().any(|kind| &**kind == name) {
        return false;
    }
    let works = |kind: &str| STAFF.contains(&kind);
    let meets = |one: &Name| {
        let kind = kinds.contains(one);
        **one == *name || (kind && works(one)) || !(kind || checker.pack.roles.contains_key(one))
    };
    who.iter().any(meets)
}

fn refuse_name(checker: &mut Checker<'_>, name: &str, subject: Option<&Register>, place: Place) {
    if checker.out.len() >= super::HINTED_MAX {
        return checker.error(format!("nobody is called `{}`", suggest::short(name)), place);
    }
    let kinds = kinds(checker);
    let pack = checker.pack;
    let people = |register: &Register| -> Vec<String> {
        let fields = register.fields.iter();
        let people =
            fields.filter(|field| matches!(&field.kind, FieldType::Ref(to) | FieldType::Refs(to) if &**to == "person"));
        people.map(|field| format!("{}.{}", register.subject(), field.name)).collect()
    };
    let relations = subject.map(people).unwrap_or_default();
    let known = pack.roles.keys().chain(pack.audiences.keys()).chain(&kinds).map(|name| &**name);
    let known = known.chain(RELATIONS.iter().copied()).chain([ANYONE]).chain(relations.iter().map(String::as_str));
    let hint = match suggest::nearest(name, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            "name a role or audience of this pack, a kind of person, a relation such as `owner`, or `anyone`".to_owned()
        }
    };
    checker.error_hint(format!("nobody is called `{}`", suggest::short(name)), place, hint);
}
