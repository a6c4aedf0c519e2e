//! Permissions that were given: the list, one of them, its end, and where it matters.

use crate::act::{Acted, Before, PolicyAct};
use crate::entry::EntryAt;
use crate::request::{Of, id_of, name_of, of_row};
use crate::{Error, House, dates};
use jiff::civil::Date;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::phrase::Evidence;
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::expr::Truth;
use schoolkeeper_rules::flow::people::meant;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_rules::flow::request::{covers, is_renewed, last_day};
use schoolkeeper_store::School;
use std::collections::BTreeMap;

/// Answers that stand on the page of a permission anyway.
const SHOWN_APART: [&str; 4] = ["person", "things", "from", "until"];
/// Where permissions stand.
const GRANT: &str = "grant";

/// Where a permission stands today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// It begins on a later day.
    Ahead,
    /// It may be used.
    Now,
    /// It has ended, and what its end asks for is not shown.
    Open,
    /// It is over.
    Over,
}

impl Holds {
    /// As addresses name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ahead => "ahead",
            Self::Now => "now",
            Self::Open => "open",
            Self::Over => "over",
        }
    }
}

/// A permission in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantLine {
    /// The permission.
    pub id: EntryId,
    /// Its control.
    pub control: String,
    /// What it allows.
    pub title: String,
    /// Who has it.
    pub person: String,
    /// For which things.
    pub things: Vec<String>,
    /// From when.
    pub from: Option<Date>,
    /// The last day, when it has one.
    pub until: Option<Date>,
    /// Where it stands.
    pub holds: Holds,
}

/// The page of a permission.
#[expect(clippy::struct_excessive_bools, reason = "each is a door of the page or a word on it")]
#[derive(Clone, Debug)]
pub struct GrantPage {
    /// As a list has it.
    pub line: GrantLine,
    /// Its policy and control.
    pub of: (Name, Name),
    /// The statements behind it: id and text.
    pub statements: Vec<(String, String)>,
    /// Things it is for, with their registers.
    pub things: Vec<(String, Name, EntryId)>,
    /// Who gave it of their own, when nobody decided it.
    pub given_by: Option<String>,
    /// What was answered when it was asked for.
    pub answers: Vec<(String, String)>,
    /// Accepted when it was asked for.
    pub conditions: Vec<String>,
    /// When it was given.
    pub decided: Option<String>,
    /// What its end asks for: the question, what is to be shown, and what was.
    pub at_end: Vec<AtEnd>,
    /// Whoever looks may end it, or show what its end asks for.
    pub ends: bool,
    /// Whoever looks may ask for more time.
    pub extends: bool,
    /// Whoever looks has it.
    pub mine: bool,
    /// It goes on in another one.
    pub renewed: bool,
}

/// One question at the end of a permission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtEnd {
    /// The question.
    pub says: String,
    /// What is to be shown.
    pub evidence: Vec<Evidence>,
    /// What was shown.
    pub shown: Vec<(Evidence, String)>,
}

impl House {
    /// Every permission of a school, what runs first; `show` keeps one state, `search` words.
    pub async fn grants(
        &self,
        actor: &Actor,
        school: &School,
        (show, search): (&str, &str),
    ) -> Result<Vec<GrantLine>, Error> {
        self.scope_at(actor, "finding.see", school).await?;
        let before = self.before(actor, school).await?;
        let wanted = search.trim().to_lowercase();
        let lines = Row::all(before.world(), GRANT).filter_map(|row| {
            let of = of_row(&before, row)?;
            let hidden = of.is_restricted() && before.person().is_none_or(|me| !has_part(of, row, me));
            (!hidden).then(|| line(of, row))
        });
        let fits = |line: &GrantLine| {
            let words = format!("{} {} {}", line.title, line.person, line.things.join(" ")).to_lowercase();
            (show.is_empty() || line.holds.name() == show) && words.contains(&wanted)
        };
        let mut out: Vec<GrantLine> = lines.filter(fits).collect();
        let order = |holds| [Holds::Open, Holds::Now, Holds::Ahead, Holds::Over].iter().position(|one| *one == holds);
        out.sort_by_key(|line| (order(line.holds), line.until, line.title.clone()));
        Ok(out)
    }

    /// The page of a permission; missing for whoever has no part in it.
    pub async fn grant_page(&self, actor: &Actor, school: &School, id: EntryId) -> Result<GrantPage, Error> {
        self.scope_at(actor, "request.answer", school).await?;
        let leads = self.scope_at(actor, "finding.see", school).await.is_ok();
        let before = self.before(actor, school).await?;
        let row = Row::of(before.world(), id).filter(|row| row.kind() == GRANT).ok_or(Error::Missing)?;
        let of = of_row(&before, row).ok_or(Error::Missing)?;
        let part = before.person().is_some_and(|me| has_part(of, row, me));
        if !part && (!leads || of.is_restricted()) {
            return Err(Error::Missing);
        }
        let ends = part && self.scope_at(actor, "grant.end", school).await.is_ok();
        let answers = self.answers_of(of, row, (part, &SHOWN_APART));
        Ok(GrantPage { answers, ..page(&before, (of, row), ends) })
    }

    /// Ends a permission, or shows what its end asks for; `Err` of the inner result says what is missing.
    pub async fn end_grant(
        &self,
        actor: &Actor,
        (school, grant): (&School, EntryId),
        shown: &[BTreeMap<Evidence, String>],
    ) -> Result<Result<(), String>, Error> {
        let page = self.grant_page(actor, school, grant).await?;
        let given = |map: &BTreeMap<Evidence, String>| {
            let fields = map.iter().filter(|(_, text)| !text.trim().is_empty());
            Value::Map(
                fields
                    .map(|(kind, text)| (Name::from(kind.name()), Value::text(text.trim())))
                    .collect::<BTreeMap<_, _>>()
                    .into(),
            )
        };
        let at_end = Value::List(shown.iter().map(given).collect());
        let form = Value::Map(BTreeMap::from([(Name::from("at_end"), at_end)]).into());
        let (pack, control) = page.of;
        let act = PolicyAct { pack: &pack, control: &control, act: "grant.end", on: Some(grant), form };
        match self.act(actor, school, act).await? {
            Acted::Done(_) => Ok(Ok(())),
            Acted::Refused(why) => Ok(Err(why)),
        }
    }

    /// What is allowed to a person or for a thing today: *Take data home, allowed until 12 March 2027*.
    pub async fn allowed_for(&self, actor: &Actor, at: &EntryAt) -> Result<Vec<(EntryId, String)>, Error> {
        if self.scope_at(actor, "finding.see", &at.school).await.is_err() {
            return Ok(Vec::new());
        }
        let before = self.before(actor, &at.school).await?;
        let today = before.world().calendar.day(before.world().now);
        let about = |row: &Row<'_>| row.one("person") == Some(at.id()) || row.refs("things").contains(&at.id());
        let rows = Row::all(before.world(), GRANT).filter(|row| about(row) && covers(*row, today));
        let words = rows.filter_map(|row| {
            let of = of_row(&before, row).filter(|of| !of.is_restricted())?;
            Some((row.id(), format!("{}, allowed {}", of.title(), until(last_day(row)))))
        });
        Ok(words.collect())
    }
}

/// `until 12 March 2027`, `without an end`.
pub fn until(day: Option<Date>) -> String {
    day.map_or_else(|| "without an end".to_owned(), |day| format!("until {}", dates::long(day)))
}

/// Whether somebody has a permission, asked for it, or may end it.
fn has_part(of: Of<'_>, row: Row<'_>, person: usize) -> bool {
    let last = of.spec.stages.last().map_or(&[][..], |stage| &stage.by.0);
    let me = Some(id_of(of.ctx, person));
    row.one("person") == me || row.one("given_by") == me || meant(of.ctx, last, person, Some(row)).truth == Truth::True
}

/// Where it stands today.
pub(crate) fn holds(of: Of<'_>, row: Row<'_>) -> Holds {
    let today = of.ctx.world.calendar.day(of.ctx.world.now);
    let open =
        !of.spec.at_end.is_empty() && row.value("at_end_done_on").is_none() && !is_renewed(of.ctx, of.control, row);
    if covers(row, today) {
        Holds::Now
    } else if row.value("ended_on").is_none() && row.date("from").is_some_and(|from| from > today) {
        Holds::Ahead
    } else if open {
        Holds::Open
    } else {
        Holds::Over
    }
}

/// A permission as a list has it.
pub(crate) fn line(of: Of<'_>, row: Row<'_>) -> GrantLine {
    GrantLine {
        id: row.id(),
        control: of.control.control.id.to_string(),
        title: of.title(),
        person: name_of(of.ctx, row.one("person")),
        things: row.refs("things").into_iter().map(|id| name_of(of.ctx, Some(id))).collect(),
        from: row.date("from"),
        until: last_day(row),
        holds: holds(of, row),
    }
}

fn page(before: &Before, (of, row): (Of<'_>, Row<'_>), may_end: bool) -> GrantPage {
    let shown = line(of, row);
    let mine = before.person().map(|me| id_of(of.ctx, me)) == row.one("person");
    let asked = before.person().is_some_and(|me| meant(of.ctx, &of.spec.who.0, me, None).truth == Truth::True);
    let things = row.refs("things").into_iter().filter_map(|id| {
        let thing = Row::of(of.ctx.world, id)?;
        Some((thing.name(), Name::from(thing.kind()), id))
    });
    let given = row.value("form").and_then(|form| form.get("at_end"));
    let at_end = of.spec.at_end.iter().enumerate().map(|(at, item)| AtEnd {
        says: item.says.clone(),
        evidence: item.evidence.clone(),
        shown: given
            .and_then(|given| given.items().get(at))
            .map(|map| {
                let text = |kind: &Evidence| Some((*kind, map.get(kind.name())?.as_text()?.to_owned()));
                item.evidence.iter().filter_map(text).collect()
            })
            .unwrap_or_default(),
    });
    let renewed = is_renewed(of.ctx, of.control, row);
    let done = row.value("at_end_done_on").is_some() || of.spec.at_end.is_empty();
    GrantPage {
        of: (of.policy.id().clone(), of.control.control.id.clone()),
        statements: of.statements(),
        things: things.collect(),
        given_by: row.one("given_by").map(|id| name_of(of.ctx, Some(id))),
        answers: Vec::new(),
        conditions: of.spec.conditions.clone(),
        decided: row.instant("decided_at").map(|at| crate::request::moment(of.ctx, at)),
        at_end: at_end.collect(),
        ends: may_end && !(shown.holds == Holds::Over && done),
        extends: mine
            && asked
            && !of.spec.given
            && of.spec.renew != Some(false)
            && shown.until.is_some()
            && shown.holds != Holds::Over,
        mine,
        renewed,
        line: shown,
    }
}
