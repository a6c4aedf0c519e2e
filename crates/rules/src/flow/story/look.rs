//! What a line of a story expects to see.

use super::super::record::Row;
use super::super::{agreement, case, request, told_by};
use super::Story;
use crate::evaluate;
use crate::judge::Ctx;
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::pack::StoryLine;
use schoolkeeper_core::standing::ControlResult;
use schoolkeeper_core::world::World;

/// Compares everything a line names with what came; `refusal` is that of its act.
pub fn came_out(story: &Story<'_>, world: &World, line: &StoryLine, refusal: Option<&str>) -> Result<(), String> {
    let ctx = story.ctx(world);
    told(ctx, story, line)?;
    let expect = line.expect.as_deref();
    if line.act.is_some() && matches!(expect, Some("refused" | "allowed")) || refusal.is_some() {
        return tried(line, expect, refusal);
    }
    let said = match expect {
        None => return Ok(()),
        Some("waiting" | "granted" | "refused" | "withdrawn" | "ended" | "open" | "closed") => {
            let came = state(ctx, story);
            if came != expect {
                return Err(format!("expected {}, came {}", expect.unwrap_or_default(), came.unwrap_or("nothing")));
            }
            Vec::new()
        }
        Some(expect) => standing(ctx, story, expect)?,
    };
    words(line, &said)
}

fn words(line: &StoryLine, said: &[String]) -> Result<(), String> {
    let Some(words) = &line.message else { return Ok(()) };
    let holds = |said: &String| said.to_lowercase().contains(&words.to_lowercase());
    if said.iter().any(holds) {
        return Ok(());
    }
    Err(format!("message: expected words `{words}`, came `{}`", said.join("`, `")))
}

fn tried(line: &StoryLine, expect: Option<&str>, refusal: Option<&str>) -> Result<(), String> {
    match (expect, refusal) {
        (Some("refused"), None) => Err("expected refused, came allowed".to_owned()),
        (Some("refused"), Some(refusal)) => words(line, &[refusal.to_owned()]),
        (_, Some(refusal)) => Err(format!("the act was refused: {refusal}")),
        (_, None) => Ok(()),
    }
}

fn told(ctx: Ctx<'_>, story: &Story<'_>, line: &StoryLine) -> Result<(), String> {
    let heard: Vec<_> = told_by(ctx, story.control, ctx.world.now).into_iter().flat_map(|told| told.who).collect();
    match line.told.iter().find(|name| !heard.contains(name)) {
        None => Ok(()),
        Some(name) => {
            let heard: Vec<_> = heard.iter().map(ToString::to_string).collect();
            Err(format!("`{name}` was not told; told were: {}", heard.join(", ")))
        }
    }
}

/// The state of the newest request, grant or case of the control.
fn state(ctx: Ctx<'_>, story: &Story<'_>) -> Option<&'static str> {
    match &story.control.control.kind {
        ControlKind::Case(_) => {
            let last = case::cases(ctx, story.control).last()?;
            Some(if case::is_open(last) { "open" } else { "closed" })
        }
        ControlKind::Request(_) => {
            let newest = request::requests(ctx, story.control).last();
            match newest.map(|row| (request::is_waiting(row), row.text("outcome"))) {
                Some((true, _)) => Some("waiting"),
                Some((false, Some("refused"))) => Some("refused"),
                Some((false, Some("withdrawn"))) => Some("withdrawn"),
                _ => request::grants(ctx, story.control).last().map(|grant| of_grant(ctx, grant)),
            }
        }
        _ => None,
    }
}

fn of_grant(ctx: Ctx<'_>, grant: Row<'_>) -> &'static str {
    let today = ctx.world.calendar.day(ctx.world.now);
    if request::last_day(grant).is_some_and(|last| last < today) { "ended" } else { "granted" }
}

fn standing(ctx: Ctx<'_>, story: &Story<'_>, expect: &str) -> Result<Vec<String>, String> {
    let result = result(ctx, story, expect == "told");
    let mut said: Vec<String> = result.findings.iter().map(|finding| finding.message.clone()).collect();
    said.extend(result.missing.iter().map(ToString::to_string));
    if result.standing.name() == expect {
        return Ok(said);
    }
    Err(format!("expected {expect}, came {} ({})", result.standing, said.join("; ")))
}

/// The control as the evaluation sees it; for *told* as the first clause with an article does.
fn result(ctx: Ctx<'_>, story: &Story<'_>, article: bool) -> ControlResult {
    let id = &story.control.control.id;
    let mut clauses = ctx.pack.pack.clauses_of(id).filter(|clause| clause.article.is_some());
    match (&story.control.control.kind, clauses.next()) {
        (ControlKind::Agreement(spec), Some(clause)) if article => {
            let judged = agreement::judge_article(ctx, story.control, spec, clause.id.get_ref());
            judged.fold(id, ctx.world, |_, _| true)
        }
        _ => evaluate::control(ctx, story.control).1,
    }
}
