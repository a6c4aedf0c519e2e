//! Who has signed, who has not, per class of person.

use super::text::text;
use super::{Place, Text, audience, many, place};
use crate::export::safe;
use crate::{Error, House};
use jiff::civil::Date;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::world::World;
use schoolkeeper_rules::Ctx;
use schoolkeeper_rules::flow::agreement as engine;
use schoolkeeper_rules::flow::clock;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_store::School;
use std::collections::BTreeMap;

/// Where somebody stands before an agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RollState {
    /// Has not, and the time is over.
    Late,
    /// Has not yet.
    Waiting,
    /// Nobody can say whether they must.
    Unknown,
    /// Has signed.
    Signed,
}

impl RollState {
    /// As it is written in files.
    pub fn words(self) -> &'static str {
        match self {
            Self::Late => "Late",
            Self::Waiting => "Still to sign",
            Self::Unknown => "Not known yet",
            Self::Signed => "Signed",
        }
    }
}

/// One person before an agreement, or before one document or entry of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RollLine {
    /// Who.
    pub person: EntryId,
    /// Their name.
    pub name: String,
    /// `Governors`, `Pupils: Oak class`.
    pub class: String,
    /// The document or entry it is about.
    pub about: Option<String>,
    /// Where they stand.
    pub state: RollState,
    /// When they signed.
    pub signed_on: Option<Date>,
    /// Until when it counts.
    pub until: Option<Date>,
    /// Until when it is to be signed.
    pub due: Option<Date>,
    /// Mail reaches them.
    pub has_email: bool,
    pub(super) entry: Option<EntryId>,
}

/// An agreement with everybody who signs it.
#[derive(Clone, Debug)]
pub struct Roll {
    /// Its title.
    pub title: String,
    /// Title of its policy.
    pub policy: String,
    /// Who signs, in words.
    pub audience: String,
    /// The version signed now.
    pub text: Option<Text>,
    /// Its name, also of a document.
    pub version: Option<String>,
    /// Everybody, late ones first.
    pub lines: Vec<RollLine>,
    /// The lists nobody has vouched for, by which it is known who must sign.
    pub unsure: bool,
    /// Its section is not started: nobody is told.
    pub not_started: bool,
    /// Ways to sign.
    pub ways: Vec<String>,
}

impl Roll {
    /// Classes of person with how many have signed and how many there are.
    pub fn classes(&self) -> Vec<(String, usize, usize)> {
        let mut out: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for line in &self.lines {
            let (signed, all) = out.entry(&line.class).or_default();
            *signed += usize::from(line.state == RollState::Signed);
            *all += 1;
        }
        out.into_iter().map(|(class, (signed, all))| (class.to_owned(), signed, all)).collect()
    }
}

/// Where a line stands.
pub(super) fn state(ctx: Ctx<'_>, line: &engine::Line) -> RollState {
    match (line.is_unknown(), line.signed.at, line.due) {
        (true, ..) => RollState::Unknown,
        (_, Some(_), _) => RollState::Signed,
        (_, None, Some(due)) if due <= ctx.world.now => RollState::Late,
        _ => RollState::Waiting,
    }
}

/// `Governors`, `Pupils: Oak class`.
pub(crate) fn class_of(world: &World, person: Row<'_>) -> String {
    let kind = person.text("kind").map_or_else(|| "Kind not known".to_owned(), many);
    let group = person.one("class_group").and_then(|group| Row::of(world, group));
    group.map_or_else(|| kind.clone(), |group| format!("{kind}: {}", group.name()))
}

/// A line of a roll in words.
pub(super) fn row(place: &Place<'_>, line: &engine::Line) -> RollLine {
    let world = place.ctx.world;
    let person = Row::at(world, world.schemas.index("person").unwrap_or_default(), line.signer.person);
    let of_entry = line.signer.entry.map(|(register, row)| Row::at(world, register, row));
    let about = of_entry.or_else(|| line.paper.and_then(|paper| Row::of(world, paper)));
    let day = |at| world.calendar.day(at);
    RollLine {
        person: person.id(),
        name: person.name(),
        class: class_of(world, person),
        about: about.map(Row::name),
        state: state(place.ctx, line),
        signed_on: line.signed.at.map(day),
        until: line.signed.ends.map(|ends| clock::last_day(place.ctx, ends)),
        due: line.due.map(|due| clock::last_day(place.ctx, due)),
        has_email: person.text("email").is_some(),
        entry: of_entry.map(Row::id),
    }
}

impl House {
    /// Who has signed an agreement and who has not.
    pub async fn roll(&self, actor: &Actor, school: &School, which: (&str, &str)) -> Result<Roll, Error> {
        self.scope_at(actor, "finding.see", school).await?;
        let before = self.before(actor, school).await?;
        let place = place(&before, which)?;
        Ok(of(&place))
    }

    /// The same as CSV.
    pub async fn roll_csv(&self, actor: &Actor, school: &School, which: (&str, &str)) -> Result<Vec<u8>, Error> {
        let roll = self.roll(actor, school, which).await?;
        let mut out = csv::Writer::from_writer(Vec::new());
        let day = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
        let head = ["Name", "Class of person", "For", "Status", "Signed", "Until", "To be signed by", "Mail"];
        let rows = roll.lines.iter().map(|line| {
            let (about, mail) = (line.about.clone().unwrap_or_default(), if line.has_email { "yes" } else { "no" });
            let (signed, until, due) = (day(line.signed_on), day(line.until), day(line.due));
            let words = [&line.name, &line.class, &about].map(|text| safe(text));
            let [name, class, about] = words;
            [name, class, about, line.state.words().to_owned(), signed, until, due, mail.to_owned()]
        });
        for row in std::iter::once(head.map(str::to_owned)).chain(rows) {
            out.write_record(&row).map_err(|error| Error::corrupt("the export", error))?;
        }
        out.into_inner().map_err(|error| Error::corrupt("the export", error.to_string()))
    }
}

pub(super) fn of(place: &Place<'_>) -> Roll {
    let mut lines: Vec<RollLine> =
        engine::roll(place.ctx, place.control, place.spec).iter().map(|line| row(place, line)).collect();
    lines.sort_by(|a, b| (a.state, &a.class, &a.name).cmp(&(b.state, &b.class, &b.name)));
    let papers = engine::papers(place.ctx, place.control, place.spec);
    let version = papers.found.first().map(|paper| paper.current().name.to_string());
    Roll {
        title: place.title(),
        policy: place.ctx.pack.pack.head.title.clone(),
        audience: audience(place),
        text: version.as_deref().and_then(|version| text(place, version)),
        version,
        lines,
        unsure: !engine::signers(place.ctx, place.spec, &[]).missing.is_empty(),
        not_started: !place.is_started(),
        ways: place.spec.sign.iter().map(ToString::to_string).collect(),
    }
}
