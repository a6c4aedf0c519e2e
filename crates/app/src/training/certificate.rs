//! Certificates of courses taken elsewhere: handed in by the person, looked at by whoever looks after training.
//!
//! Invariant: a certificate counts for nothing until somebody else has said so; then a record of training points to it.

use super::course::NAME_MAX;
use super::{CERTIFICATE, TRAINING};
use crate::act::{Acted, Before, PolicyAct};
use crate::duty::Came;
use crate::{Error, House};
use jiff::civil::Date;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_rules::flow::{Change, Refusal};
use schoolkeeper_store::School;
use std::collections::BTreeMap;

/// The acts of handing one in, and of saying whether it counts.
const HAND_IN: &str = "training.hand-in";
const DECIDE: &str = "training.decide";
/// Longest reason, in characters.
const REASON_MAX: usize = 500;

/// A certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Its record.
    pub id: EntryId,
    /// The course.
    pub course: String,
    /// Whose.
    pub person: Option<EntryId>,
    /// Their name.
    pub name: String,
    /// The day of the course.
    pub on: Option<Date>,
    /// Until when it says it is valid.
    pub until: Option<Date>,
    /// Who gave it.
    pub issuer: Option<String>,
    /// When it was handed in.
    pub handed_in_on: Option<Date>,
    /// When it was looked at, and whether it counts.
    pub decided: Option<(Date, bool)>,
    /// Why it does not count.
    pub reason: Option<String>,
}

/// What somebody hands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandIn {
    /// The course, as policies call it.
    pub course: String,
    /// The day of the course; `Err` says why it is no date.
    pub on: Result<Option<Date>, String>,
    /// Until when it is valid, when it says so.
    pub until: Result<Option<Date>, String>,
    /// Who gave it.
    pub issuer: String,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandedIn {
    /// It waits to be looked at.
    Done,
    /// Nothing was kept: to be mended, field by field.
    Mistakes(Vec<(&'static str, String)>),
    /// Nothing was kept, for this reason.
    Refused(String),
}

/// What somebody says of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It counts, until a day or for ever.
    Counts(Option<Date>),
    /// It does not, for a reason.
    Returned(String),
}

impl HandIn {
    /// No files yet of a certificate that is to be handed in.
    pub fn no_files() -> Came {
        Came::by(HAND_IN, CERTIFICATE)
    }
}

impl House {
    /// Hands in one's own certificate, with its file.
    pub async fn hand_in_certificate(
        &self,
        (actor, school): (&Actor, &School),
        new: &HandIn,
        came: Came,
    ) -> Result<HandedIn, Error> {
        let today = self.today(school);
        let mistakes = mistakes(new, &came, today);
        if !mistakes.is_empty() {
            self.discard_evidence(came).await;
            return Ok(HandedIn::Mistakes(mistakes));
        }
        let form = BTreeMap::from([(Name::from("course"), Value::text(new.course.trim()))]);
        let (act, form) = (HAND_IN, Value::Map(form.into()));
        let act = PolicyAct { pack: "", control: CERTIFICATE, act, on: None, form };
        let judge = |before: &Before, _: &PolicyAct<'_>| handed_in(before, new, today);
        let acted = self.act_judged((actor, school), act, Some(came.showing()), judge).await;
        if !matches!(acted, Ok(Acted::Done(_))) {
            self.discard_evidence(came).await;
        }
        Ok(match acted? {
            Acted::Done(_) => HandedIn::Done,
            Acted::Refused(why) => HandedIn::Refused(why),
        })
    }

    /// A certificate, for whoever says whether it counts.
    pub async fn certificate(&self, actor: &Actor, school: &School, id: EntryId) -> Result<Certificate, Error> {
        self.scope_at(actor, DECIDE, school).await?;
        let before = self.before(actor, school).await?;
        let row = Row::of(before.world(), id).filter(|row| row.kind() == CERTIFICATE).ok_or(Error::Missing)?;
        Ok(certificate(&before, row))
    }

    /// Says whether a certificate counts; nobody does so for their own.
    pub async fn decide_certificate(
        &self,
        actor: &Actor,
        school: &School,
        (id, verdict): (EntryId, &Verdict),
    ) -> Result<Acted, Error> {
        let today = self.today(school);
        let act = PolicyAct {
            pack: "",
            control: CERTIFICATE,
            act: DECIDE,
            on: Some(id),
            form: Value::Map(BTreeMap::new().into()),
        };
        let judge = |before: &Before, _: &PolicyAct<'_>| decided(before, (id, verdict), today);
        self.act_judged((actor, school), act, None, judge).await
    }
}

fn mistakes(new: &HandIn, came: &Came, today: Date) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    let course = new.course.trim();
    if course.is_empty() {
        out.push(("course", "Choose the course, or write its name".to_owned()));
    } else if course.chars().count() > NAME_MAX || new.issuer.chars().count() > NAME_MAX {
        out.push(("course", format!("Names may have {NAME_MAX} characters")));
    }
    match &new.on {
        Err(why) => out.push(("on", why.clone())),
        Ok(None) => out.push(("on", "Write the day you finished it, such as 27 3 2026".to_owned())),
        Ok(Some(day)) if *day > today => out.push(("on", "That day is still to come".to_owned())),
        Ok(Some(_)) => {}
    }
    match (&new.until, &new.on) {
        (Err(why), _) => out.push(("until", why.clone())),
        (Ok(Some(until)), Ok(Some(on))) if until < on => {
            out.push(("until", "It cannot end before the day you finished it".to_owned()));
        }
        _ => {}
    }
    if came.is_empty() {
        out.push(("file", "Add the certificate: a photo or a PDF".to_owned()));
    }
    out
}

type Judged = Result<Result<Vec<Change>, Refusal>, Error>;

fn handed_in(before: &Before, new: &HandIn, today: Date) -> Judged {
    let world = before.world();
    let Some(me) = before.person() else {
        let words = "nobody on record hands it in\nhint: sign in as yourself";
        return Ok(Refusal::say(words));
    };
    let me = Row::at(world, world.schemas.index("person").ok_or(Error::Missing)?, me).id();
    let waits =
        all(before).any(|one| one.person == Some(me) && one.course == new.course.trim() && one.decided.is_none());
    if waits {
        let words = "a certificate of this course is waiting already\nhint: it is looked at first";
        return Ok(Refusal::say(words));
    }
    let day = |said: &Result<Option<Date>, String>| said.clone().ok().flatten().map(Value::Date);
    let issuer = Some(new.issuer.trim()).filter(|issuer| !issuer.is_empty()).map(Value::text);
    Ok(Ok(vec![
        Change::new(CERTIFICATE)
            .set("course", Value::text(new.course.trim()))
            .set("person", Value::Ref(me))
            .set_some("on", day(&new.on))
            .set_some("until", day(&new.until))
            .set_some("issuer", issuer)
            .set("handed_in_on", Value::Date(today)),
    ]))
}

fn decided(before: &Before, (id, verdict): (EntryId, &Verdict), today: Date) -> Judged {
    let world = before.world();
    let row = Row::of(world, id).filter(|row| row.kind() == CERTIFICATE).ok_or(Error::Missing)?;
    let one = certificate(before, row);
    let person = world.schemas.index("person").ok_or(Error::Missing)?;
    let me = before.person().map(|row| Row::at(world, person, row).id());
    if one.decided.is_some() {
        return Ok(Refusal::say("somebody has looked at it meanwhile\nhint: open it again"));
    }
    if me.is_some() && me == one.person {
        return Ok(Refusal::say("nobody decides on their own certificate\nhint: ask a colleague to look at it"));
    }
    let (counts, reason) = match verdict {
        Verdict::Counts(_) => (true, None),
        Verdict::Returned(reason) if reason.trim().is_empty() => {
            return Ok(Refusal::say("a certificate goes back with a reason\nhint: say what is missing"));
        }
        Verdict::Returned(reason) => (false, Some(reason.trim().chars().take(REASON_MAX).collect::<String>())),
    };
    let mut out = vec![
        Change::of(CERTIFICATE, id)
            .set("decided_on", Value::Date(today))
            .set_some("decided_by", me.map(Value::Ref))
            .set("counts", Value::Bool(counts))
            .set_some("reason", reason.map(Value::text)),
    ];
    if let (Verdict::Counts(until), Some(whose)) = (verdict, one.person) {
        out.push(
            Change::new(TRAINING)
                .set("course", Value::text(&one.course))
                .set("person", Value::Ref(whose))
                .set("on", Value::Date(one.on.unwrap_or(today)))
                .set_some("until", until.map(Value::Date))
                .set("way", Value::text("certificate"))
                .set("certificate", Value::Ref(id)),
        );
    }
    Ok(Ok(out))
}

/// Every certificate on record.
pub(super) fn all(before: &Before) -> impl Iterator<Item = Certificate> {
    Row::all(before.world(), CERTIFICATE).map(|row| certificate(before, row))
}

fn certificate(before: &Before, row: Row<'_>) -> Certificate {
    let said = |field: &str| row.text(field).map(str::to_owned);
    let person = row.one("person");
    Certificate {
        id: row.id(),
        course: said("course").unwrap_or_default(),
        person,
        name: person.and_then(|one| Row::of(before.world(), one)).map_or_else(String::new, Row::name),
        on: row.date("on"),
        until: row.date("until"),
        issuer: said("issuer"),
        handed_in_on: row.date("handed_in_on"),
        decided: row.date("decided_on").zip(row.flag("counts")),
        reason: said("reason"),
    }
}
