//! What somebody decides, is asked, has asked and holds by permissions.

use super::{Mine, What};
use crate::act::Before;
use crate::grant::{self, Holds};
use crate::request::{Of, Outcome, id_of, name_of, of_row, of_school};
use jiff::SignedDuration;
use jiff::civil::Date;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::flow::clock::last_day;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_rules::flow::request::{deciding, due_at, grants, is_waiting, lacks, may_decide, requests, stage_of};

/// A decision is shown to its asker for so long.
const NEWS_DAYS: i64 = 14;

/// Every line, of a school by its address.
pub(super) fn of(before: &Before, school: &str) -> Vec<Mine> {
    let Some(person) = before.person() else { return Vec::new() };
    let mut out = Vec::new();
    for of in of_school(before) {
        let own = |row: &Row<'_>| of_row(before, *row).is_some_and(|other| other.policy.id() == of.policy.id());
        out.extend(requests(of.ctx, of.control).filter(own).filter_map(|row| request(of, row, (person, school))));
        out.extend(grants(of.ctx, of.control).filter(own).filter_map(|row| held(of, row, (person, school))));
    }
    out.sort_by_key(|mine| (mine.what, mine.due));
    out
}

fn request(of: Of<'_>, row: Row<'_>, (person, school): (usize, &str)) -> Option<Mine> {
    let (ctx, me) = (of.ctx, id_of(of.ctx, person));
    let due = due_at(ctx, of.spec, row);
    let by = due.map(|due| last_day(ctx, due));
    let late = due.is_some_and(|due| due <= ctx.world.now);
    let line = |what, about: String, due: Option<Date>, late| Mine {
        what,
        title: of.title(),
        about,
        due,
        late,
        link: format!("/school/{school}/request/{}", row.id()),
    };
    if row.one("requester") == Some(me) {
        let open = row.items("questions").iter().find(|question| question.get("answered_at").is_none());
        if let (true, Some(question)) = (is_waiting(row), open) {
            let by = question.get("by").and_then(Value::as_ref_id);
            return Some(line(What::Answer, format!("{} asks you something about it", name_of(ctx, by)), None, false));
        }
        return asked(of, row).map(|about| line(What::Asked, about, None, false));
    }
    let roles = may_decide(ctx, of.spec, row, person).ok().filter(|_| is_waiting(row))?;
    if has_said(of, row, me) || has_agreed(of, row, &roles) {
        return None;
    }
    let asker = name_of(ctx, row.one("requester"));
    let when = row.date("asked_at").map(|day| format!(" on {}", crate::dates::long(day))).unwrap_or_default();
    Some(line(What::Decide, format!("{asker} asked{when}"), by, late))
}

/// Whether each of several must say yes, and whoever has these roles already did: then only the others are waited for.
fn has_agreed(of: Of<'_>, row: Row<'_>, roles: &[Name]) -> bool {
    let (sides, more) = lacks(of.ctx, of.spec, row);
    more == 0 && !sides.is_empty() && !sides.iter().flatten().any(|role| roles.contains(role))
}

/// Whether they have said yes at this stage already.
fn has_said(of: Of<'_>, row: Row<'_>, me: EntryId) -> bool {
    let stage = stage_of(of.spec, row).map_or(1, |(at, _)| at as i64);
    row.items("decisions").iter().any(|one| {
        let here = one.get("stage").is_none_or(|at| *at == Value::Int(stage));
        here && one.get("by") == Some(&Value::Ref(me))
    })
}

/// Where what they asked stands; nothing once it is old news.
fn asked(of: Of<'_>, row: Row<'_>) -> Option<String> {
    let decided = row.instant("decided_at");
    let fresh =
        decided.is_some_and(|at| of.ctx.world.now.duration_since(at) < SignedDuration::from_hours(24 * NEWS_DAYS));
    match Outcome::of(row) {
        Outcome::Waiting => {
            let stage = stage_of(of.spec, row).map(|(_, stage)| of.people(&deciding(of.ctx, stage, row)));
            Some(format!("With {}", stage.unwrap_or_else(|| "nobody: ask again".to_owned())))
        }
        Outcome::Granted => fresh.then(|| "Granted".to_owned()),
        Outcome::Refused => fresh.then(|| "Refused".to_owned()),
        Outcome::Withdrawn => None,
    }
}

/// A permission they hold; once it has ended what its end asks for is a task.
fn held(of: Of<'_>, row: Row<'_>, (person, school): (usize, &str)) -> Option<Mine> {
    if row.one("person") != Some(id_of(of.ctx, person)) {
        return None;
    }
    let line = grant::line(of, row);
    let for_what = if line.things.is_empty() { String::new() } else { format!("For {}. ", line.things.join(", ")) };
    let (what, about, due) = match line.holds {
        Holds::Over => return None,
        Holds::Open => {
            let says = of.spec.at_end.first().map_or("", |end| end.says.as_str());
            (What::Do, format!("{for_what}It has ended: {says}"), line.until)
        }
        Holds::Now | Holds::Ahead => {
            (What::Held, format!("{for_what}Allowed {}", grant::until(line.until)), line.until)
        }
    };
    let late = line.holds == Holds::Open;
    let page = format!("/school/{school}/grant/{}", row.id());
    Some(Mine { what, title: line.title, about, due, late, link: page })
}
