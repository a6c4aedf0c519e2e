//! Signing: what somebody reads, opens and answers, and what becomes of it.
//!
//! Invariant: everything that is signed together is shown together; the version shown is the version signed; nothing is
//! signed before every document was opened and every question answered rightly.

use super::copy::{Receipt, SIGNATURE};
use super::read_with::{ReadWith, documents_of};
use super::text::text;
use super::{Place, Question, Text, place, places, question};
use crate::act::{Acted, Before, PolicyAct, Showing};
use crate::sign_in::SIGN_IN;
use crate::{Error, House, dates};
use jiff::Timestamp;
use jiff::civil::Date;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::flow::agreement as engine;
use schoolkeeper_rules::flow::clock;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_store::School;
use schoolkeeper_store::sign_link::SignLink;
use std::collections::BTreeMap;

/// Points somebody who is here for a day is shown at most.
pub const SHORT_MAX: usize = 8;
/// Kinds of people who are shown no more than that.
const SHORT_KINDS: &[&str] = &["agency", "visitor", "parent"];

/// One agreement among those signed together.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its control.
    pub control: Name,
    /// Its title.
    pub title: String,
    /// Its text, with the points this person is shown.
    pub text: Text,
    /// Further points, for whoever is shown only some.
    pub rest: Vec<super::Point>,
}

/// Everything one person reads and answers to sign.
#[derive(Clone, Debug)]
pub struct ToSign {
    /// Where.
    pub school: School,
    /// The policy.
    pub pack: Name,
    /// The agreement that was asked for.
    pub control: Name,
    /// Its title.
    pub title: String,
    /// Who signs.
    pub person: EntryId,
    /// Their name.
    pub name: String,
    /// What it is signed for, where there is one signature an entry.
    pub entry: Option<(EntryId, String)>,
    /// It and what is signed together with it.
    pub parts: Vec<Part>,
    /// To be opened before.
    pub documents: Vec<ReadWith>,
    /// To be answered before.
    pub questions: Vec<Question>,
    /// Until when it is to be signed.
    pub due: Option<Date>,
    /// What waits for it, in words.
    pub blocks: Vec<String>,
    /// When it was signed, and until when that counts.
    pub signed: Option<(Date, Option<Date>)>,
    pub(super) checked: bool,
}

/// What somebody sends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// The versions that were shown, by control.
    pub versions: BTreeMap<String, String>,
    /// Keys of the documents that were opened.
    pub opened: Vec<String>,
    /// Answers by statement.
    pub answers: BTreeMap<String, String>,
    /// They said the statement.
    pub agreed: bool,
}

/// A signature just given.
#[derive(Clone, Debug)]
pub struct SignedNow {
    /// The signatures; the first is that of the agreement that was asked for.
    pub signatures: Vec<EntryId>,
    /// When.
    pub at: Timestamp,
    /// Until when it counts.
    pub until: Option<Date>,
    /// By which its copy is found in the history.
    pub receipt: String,
}

/// What became of it.
#[derive(Clone, Debug)]
pub enum Signing {
    /// It is signed.
    Done(Box<ToSign>, SignedNow),
    /// Nothing was signed: this is to be mended, field by field.
    Mistakes(Box<ToSign>, Vec<(String, String)>),
    /// Nothing was signed, for this reason.
    Refused(Box<ToSign>, String),
}

impl ToSign {
    /// How long it takes, in minutes: two hundred words a minute, and half a minute a question.
    pub fn minutes(&self) -> usize {
        let points = self.parts.iter().flat_map(|part| &part.text.points);
        let words: usize = points.map(|point| point.words.split_whitespace().count()).sum();
        (words / 200 + self.questions.len().div_ceil(2) + self.documents.len()).max(1)
    }

    /// What somebody says by signing.
    pub fn statement(&self) -> &str {
        self.parts.first().map_or(super::text::STATEMENT, |part| &part.text.statement)
    }

    /// What stands in the way of signing, field by field.
    pub(super) fn mistakes_of(&self, answers: &Answers) -> Vec<(String, String)> {
        let mut out = Vec::new();
        let shown = |part: &Part| answers.versions.get(&*part.control) == Some(&part.text.version);
        if !self.parts.iter().all(shown) {
            out.push(("agreed".to_owned(), "A new version came while you read. Read it again, then sign".to_owned()));
        }
        for document in self.documents.iter().filter(|document| !answers.opened.contains(&document.key)) {
            out.push((format!("open-{}", document.key), format!("Open “{}” first", document.name)));
        }
        for question in &self.questions {
            let field = format!("answer-{}", question.clause);
            match answers.answers.get(&*question.clause).filter(|answer| !answer.is_empty()) {
                None => out.push((field, format!("Choose an answer: {}", question.ask))),
                Some(answer) if question.is_right(answer) => {}
                Some(_) => out.push((field, format!("Not quite. {} Try again", question.teaches))),
            }
        }
        if !answers.agreed {
            out.push(("agreed".to_owned(), "Tick the statement when you agree to it".to_owned()));
        }
        out
    }
}

impl House {
    /// What somebody reads and answers to sign; missing when it is not asked of them.
    pub async fn to_sign(
        &self,
        actor: &Actor,
        school: &School,
        (which, entry): ((&str, &str), Option<EntryId>),
    ) -> Result<ToSign, Error> {
        self.scope_at(actor, "agreement.sign", school).await?;
        let before = self.before(actor, school).await?;
        shown(&before, school, (which, entry))
    }

    /// Signs what somebody was shown, in one of the ways the policy takes.
    pub async fn sign(
        &self,
        actor: &Actor,
        school: &School,
        of: ((&str, &str), Option<EntryId>),
        (answers, way): (&Answers, &str),
    ) -> Result<Signing, Error> {
        self.sign_using(actor, school, of, (answers, way, None)).await
    }

    /// The same by a link, which is used up with it; missing when it was used meanwhile.
    pub(super) async fn sign_using(
        &self,
        actor: &Actor,
        school: &School,
        (which, entry): ((&str, &str), Option<EntryId>),
        (answers, way, uses): (&Answers, &str, Option<&SignLink>),
    ) -> Result<Signing, Error> {
        let shown = Box::new(self.to_sign(actor, school, (which, entry)).await?);
        let mistakes = shown.mistakes_of(answers);
        if !mistakes.is_empty() {
            return Ok(Signing::Mistakes(shown, mistakes));
        }
        let at = self.now();
        let (act, showing) = self.signs(&shown, (way, uses)).await?;
        let signatures = match self.act_showing(actor, school, act, Some(&showing)).await? {
            Acted::Done(signatures) => signatures,
            Acted::Refused(why) => return Ok(Signing::Refused(shown, why)),
        };
        let receipt = Receipt::of(&crate::sign_in::secret::mark(showing.copy.as_deref().unwrap_or_default()));
        let until = self.to_sign(actor, school, (which, entry)).await?.signed.and_then(|(_, until)| until);
        Ok(Signing::Done(shown, SignedNow { signatures, at, until, receipt }))
    }

    /// The act that signs what somebody was shown, with the copy that stays of it.
    pub(super) async fn signs<'a>(
        &self,
        shown: &'a ToSign,
        (way, uses): (&str, Option<&SignLink>),
    ) -> Result<(PolicyAct<'a>, Showing), Error> {
        let mut form = BTreeMap::from([(Name::from("way"), Value::text(way))]);
        if shown.checked {
            form.insert(Name::from("passed"), Value::Bool(true));
        }
        if let Some((entry, _)) = &shown.entry {
            form.insert(Name::from("entry"), Value::Ref(*entry));
        }
        let form = Value::Map(form.into());
        let act = PolicyAct { pack: &shown.pack, control: &shown.control, act: "agreement.sign", on: None, form };
        let mut showing = Showing::of(SIGNATURE, EntryId(Self::new_id()));
        showing.copy = Some(self.copy_text(shown, (self.now(), way)).await?);
        showing.uses = uses.cloned();
        Ok((act, showing))
    }
}

/// What the actor of a look is shown of an agreement.
pub(super) fn shown(before: &Before, school: &School, of: ((&str, &str), Option<EntryId>)) -> Result<ToSign, Error> {
    shown_to(before, school, of, before.person().ok_or(Error::Missing)?)
}

/// What somebody else is shown of it, by their row; missing when it is not asked of them.
pub(super) fn shown_to(
    before: &Before,
    school: &School,
    ((pack, control), entry): ((&str, &str), Option<EntryId>),
    me: usize,
) -> Result<ToSign, Error> {
    let place = place(before, (pack, control))?;
    let world = place.ctx.world;
    let person = Row::at(world, world.schemas.index("person").ok_or(Error::Missing)?, me);
    let of_me = |line: &engine::Line| {
        let about = line.signer.entry.map(|(register, row)| world.table(register).rows[row].id);
        line.signer.person == me && (entry.is_none() || about == entry)
    };
    let mut lines: Vec<engine::Line> = engine::roll(place.ctx, place.control, place.spec);
    lines.retain(of_me);
    // Of several entries the first that is not signed for yet.
    let first = lines.iter().find(|line| line.signed.at.is_none()).or(lines.first()).cloned().ok_or(Error::Missing)?;
    lines.retain(|line| line.signer.entry == first.signer.entry);
    let mut parts = vec![part(&place, me, &first.version)];
    for other in together(before, &place) {
        let theirs =
            engine::roll(other.ctx, other.control, other.spec).into_iter().find(|line| line.signer.person == me);
        parts.extend(theirs.map(|line| part(&other, me, &line.version)));
    }
    let mut documents = Vec::new();
    for part in &parts {
        let at = super::place(before, (pack, &part.control))?;
        documents.extend(documents_of(before, &at, &part.text));
    }
    documents.dedup();
    let mut questions = Vec::new();
    let mut checked = false;
    for part in &parts {
        let at = super::place(before, (pack, &part.control))?;
        checked |= engine::bound_articles(at.ctx, at.control).1 || at.spec.questions.is_some();
        questions.extend(question::drawn(&at, (me, person.id()), &part.text));
    }
    let day = |at: Timestamp| world.calendar.day(at);
    let signed = lines.iter().map(|line| line.signed.at).min().flatten();
    let until = lines.iter().filter_map(|line| line.signed.ends).min();
    // Only what this program itself refuses until then.
    let ours = |act: &str| crate::authority::is_live(act) || act == SIGN_IN;
    let refused = place.spec.blocks.iter().filter(|act| ours(act.get_ref()));
    let blocks = refused.map(|act| says(act.get_ref()));
    Ok(ToSign {
        school: school.clone(),
        pack: Name::from(pack),
        control: Name::from(control),
        title: place.title(),
        person: person.id(),
        name: person.name(),
        entry: first.signer.entry.map(|(register, row)| {
            let about = Row::at(world, register, row);
            (about.id(), about.name())
        }),
        documents,
        questions,
        due: first.due.map(|due| clock::last_day(place.ctx, due)),
        blocks: blocks.collect(),
        signed: signed.map(|at| (day(at), until.map(|ends| clock::last_day(place.ctx, ends)))),
        checked,
        parts,
    })
}

/// What is signed together with an agreement.
fn together<'a>(before: &'a Before, place: &Place<'a>) -> Vec<Place<'a>> {
    let bundled = engine::bundle(place.ctx, place.control, place.spec);
    let all = places(before).into_iter().filter(|other| other.policy.id() == place.policy.id());
    all.filter(|other| {
        bundled.iter().any(|(control, _)| *control.control.id == *other.id()) && other.spec.per.is_none()
    })
    .collect()
}

pub(super) fn part(place: &Place<'_>, me: usize, version: &str) -> Part {
    let mut text = text(place, version).unwrap_or_else(|| Text {
        version: version.to_owned(),
        statement: super::text::STATEMENT.to_owned(),
        points: super::text::as_the_policy_has_it(place, &[]),
        ..Text::default()
    });
    let theirs = engine::articles_for(place.ctx, place.control, me);
    // What a later policy no longer binds stays in the version it was published with.
    let bound = engine::bound_articles(place.ctx, place.control).0;
    text.points
        .retain(|point| !bound.contains(&point.clause) || theirs.iter().any(|(clause, _)| **clause == point.clause));
    let register = place.ctx.world.schemas.index("person").unwrap_or_default();
    let kind = Row::at(place.ctx.world, register, me).text("kind").unwrap_or_default();
    let keep = if SHORT_KINDS.contains(&kind) { SHORT_MAX.min(text.points.len()) } else { text.points.len() };
    let rest = text.points.split_off(keep);
    Part { control: Name::from(place.id()), title: place.title(), text, rest }
}

/// An act in words.
fn says(act: &str) -> String {
    let known = schoolkeeper_core::act::ACTS.iter().find(|spec| spec.name == act);
    known.map_or_else(|| act.to_owned(), |spec| spec.says.to_owned())
}

impl SignedNow {
    /// `23 November 2026, 8:11am`
    pub fn when(&self, zone: &jiff::tz::TimeZone) -> String {
        dates::moment(self.at, zone)
    }
}
