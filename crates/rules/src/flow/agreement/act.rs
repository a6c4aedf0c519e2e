//! Publishing a version, signing it, and what is refused until then.

use super::super::change::{Change, Refusal};
use super::super::form::Acting;
use super::super::record::Row;
use super::super::request::named;
use super::super::{clock, people};
use super::bound_articles;
use super::paper::{Paper, papers};
use super::signature::{Signatures, Wanted};
use crate::compiled::CompiledControl;
use crate::expr::Truth;
use crate::judge::Ctx;
use schoolkeeper_core::control::{Agreement, ControlKind};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::value::Value;

/// What may be said of a version besides its name and its articles.
const SAID: &[&str] =
    &["summary", "statement", "language", "read_with", "questions", "approved_by", "approved_on", "minute"];

/// Publishes a version. The form holds `version`, and `material = false` when signatures of the version before go on
/// counting. With `text` (rows of `clause`, `words`, `other`) its articles are those, in that order; without, all that
/// are bound today.
pub fn publish(ctx: Ctx<'_>, control: &CompiledControl, acting: Acting<'_>) -> Result<Vec<Change>, Refusal> {
    let Some(version) = acting.text("version").filter(|version| version.chars().count() <= 50) else {
        return Refusal::say(
            "the version has no name of at most 50 characters\nhint: answer `version`, as in `2026-1`",
        );
    };
    let mut before = named(ctx, "publication", "agreement", control);
    if before.any(|row| row.text("version") == Some(version)) {
        return Refusal::say(format!(
            "the version `{version}` is published already\nhint: give the new one another name"
        ));
    }
    let material = acting.form.get("material").and_then(Value::as_bool).unwrap_or(true);
    let articles = worded(ctx, control, acting)?;
    let mut change = Change::new("publication")
        .set("agreement", Value::text(&control.control.id))
        .set("version", Value::text(version))
        .set("published_at", Value::Instant(ctx.world.now))
        .set("material", Value::Bool(material))
        .set("articles", Value::List(articles.iter().map(Value::text).collect()))
        .set_some("text", acting.answer("text").cloned());
    for field in SAID {
        change = change.set_some(field, acting.answer(field).cloned());
    }
    Ok(vec![change])
}

/// The articles of a version: each is bound, worded, and there once.
fn worded(ctx: Ctx<'_>, control: &CompiledControl, acting: Acting<'_>) -> Result<Vec<Name>, Refusal> {
    let (bound, _) = bound_articles(ctx, control);
    let Some(text) = acting.answer("text") else { return Ok(bound) };
    let mut out: Vec<Name> = Vec::new();
    for row in text.items() {
        let of = |field: &str| row.get(field).and_then(Value::as_text).filter(|text| !text.trim().is_empty());
        let clause = of("clause").and_then(|clause| bound.iter().find(|known| &***known == clause));
        let Some(clause) = clause.filter(|clause| !out.contains(clause)) else {
            return Refusal::say(
                "a point of the text is none of this agreement, or is there twice\nhint: read it again",
            );
        };
        if of("words").is_none() {
            return Refusal::say(format!("point {clause} has no words\nhint: word it, or leave it out"));
        }
        out.push(clause.clone());
    }
    if out.is_empty() && !bound.is_empty() {
        return Refusal::say("the text has no point\nhint: leave at least one in");
    }
    Ok(out)
}

/// Somebody signs what is published now, with everything of the same bundle. The form may hold `way`, `version`,
/// `passed` (the check), and `entry` with `per`.
pub fn sign(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    spec: &Agreement,
    acting: Acting<'_>,
) -> Result<Vec<Change>, Refusal> {
    let mut changes = sign_one(ctx, control, spec, acting)?;
    for (other, spec) in bundle(ctx, control, spec) {
        changes.extend(sign_one(ctx, other, spec, acting).unwrap_or_default());
    }
    Ok(changes)
}

/// The other agreements signed together with this one.
pub fn bundle<'c>(
    ctx: Ctx<'c>,
    control: &CompiledControl,
    spec: &Agreement,
) -> Vec<(&'c CompiledControl, &'c Agreement)> {
    let others = ctx.pack.controls.values().filter(|other| other.control.id != control.control.id);
    let same = others.filter_map(|other| match &other.control.kind {
        ControlKind::Agreement(found) if spec.bundle.is_some() && found.bundle == spec.bundle => Some((other, found)),
        _ => None,
    });
    same.collect()
}

fn sign_one(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    spec: &Agreement,
    acting: Acting<'_>,
) -> Result<Vec<Change>, Refusal> {
    let title = &control.control.title;
    let published = papers(ctx, control, spec).found;
    if published.is_empty() {
        return Refusal::say(format!("no version of `{title}` is published\nhint: publish one first"));
    }
    let entry = acting.form.get("entry").and_then(Value::as_ref_id);
    asked_of(ctx, spec, title, (acting, entry))?;
    let (articles, asks) = bound_articles(ctx, control);
    let passed = acting.form.get("passed").and_then(Value::as_bool);
    if (asks || spec.questions.is_some()) && passed != Some(true) {
        return Refusal::say(format!("the check of `{title}` is not passed\nhint: answer its questions again"));
    }
    if let Some(way) = acting.text("way").filter(|way| !spec.sign.iter().any(|known| &**known == *way)) {
        let ways = clock::any_of(&spec.sign);
        if !spec.sign.is_empty() {
            return Refusal::say(format!("`{title}` is not signed by `{way}`\nhint: sign by {ways}"));
        }
    }
    let one = |paper: &Paper| {
        let version = &paper.current().name;
        if acting.text("version").is_some_and(|given| given != &**version) {
            return Refusal::say(format!("`{version}` is the version to sign now\nhint: read it, then sign it"));
        }
        Ok(Change::new("signature")
            .set("agreement", Value::text(&control.control.id))
            .set("person", Value::Ref(acting.id(ctx)))
            .set("version", Value::text(version))
            .set("signed_at", Value::Instant(ctx.world.now))
            .set_some("passed", passed.map(Value::Bool))
            .set_some("way", acting.text("way").map(Value::text))
            .set_some("entry", paper.entry.or(entry.filter(|_| spec.per.is_some())).map(Value::Ref))
            .set("articles", Value::List(articles.iter().map(Value::text).collect())))
    };
    let chosen = |paper: &&Paper| entry.is_none() || paper.entry.is_none() || paper.entry == entry;
    published.iter().filter(chosen).map(one).collect()
}

fn asked_of(
    ctx: Ctx<'_>,
    spec: &Agreement,
    title: &str,
    (acting, entry): (Acting<'_>, Option<EntryId>),
) -> Result<(), Refusal> {
    let Some(per) = &spec.per else {
        let meant = people::meant(ctx, &spec.audience.0, acting.person, None);
        return match meant.truth {
            Truth::False => Refusal::say(format!("`{title}` is not asked of you\nhint: there is nothing to sign")),
            _ => Ok(()),
        };
    };
    if entry.and_then(|id| Row::of(ctx.world, id)).is_none() {
        return Refusal::say(format!("`{title}` is signed for one {}\nhint: answer `entry`", per.get_ref()));
    }
    Ok(())
}

/// Why an act the agreement blocks is refused to a person: they must sign and have not. With `per`, `entry` is what
/// the act is about. Nothing published blocks nothing; who cannot be placed is refused.
pub fn blocks(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    spec: &Agreement,
    person: usize,
    entry: Option<EntryId>,
) -> Option<Refusal> {
    let register = ctx.world.schemas.index("person")?;
    let row = Row::at(ctx.world, register, person);
    let title = &control.control.title;
    if spec.per.is_none() {
        let meant = people::meant(ctx, &spec.audience.0, person, None);
        match meant.truth {
            Truth::False => return None,
            Truth::Unknown => {
                let why: Vec<_> = meant.missing.iter().map(ToString::to_string).collect();
                let why = why.join("; ");
                let name = row.name();
                return Some(Refusal(format!("nobody can say whether {name} must sign `{title}`\nhint: {why}")));
            }
            Truth::True => {}
        }
    }
    let signatures = Signatures::read(ctx, control, spec);
    let unsigned = papers(ctx, control, spec).found.into_iter().find(|paper| {
        let wanted = Wanted { paper, person: row.id(), entry, article: None };
        !signatures.find(ctx, spec, wanted).is_ok_and(|signed| signed.at.is_some())
    });
    let version = unsigned?.current().name.clone();
    let name = row.name();
    Some(Refusal(format!("{name} has not signed `{title}`, version `{version}`\nhint: sign it first, then try again")))
}
