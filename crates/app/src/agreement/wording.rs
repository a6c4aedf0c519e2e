//! Wording an agreement and publishing it.
//!
//! Invariant: a point of the policy is left out only by saying so; what was published never changes.

use super::approval::{self, Approval, ApprovalState};
use super::text::{STATEMENT, as_the_policy_has_it, versions};
use super::{ComparedPoint, Place, Text, audience, compare, place};
use crate::act::{Acted, PolicyAct};
use crate::{Error, House};
use jiff::civil::Date;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::flow::agreement as engine;
use schoolkeeper_store::School;
use schoolkeeper_store::agreement::{AgreementAt, Worded};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Longest words of one point, in characters.
pub const WORDS_MAX: usize = 2_000;
/// Longest line.
pub const LINE_MAX: usize = 300;
/// Most questions before a signature.
pub const QUESTIONS_MAX: u32 = 20;
/// Most documents to be opened before.
pub const READ_WITH_MAX: usize = 10;

/// A point as it is worded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordedPoint {
    /// Its statement.
    pub clause: Name,
    /// Its words.
    pub words: String,
    /// The same in the other language.
    #[serde(default)]
    pub other: String,
    /// It is left out, and somebody said so.
    #[serde(default)]
    pub out: bool,
}

/// How a school words an agreement.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wording {
    /// What it is about.
    pub summary: String,
    /// What people say when they sign.
    pub statement: String,
    /// The other language, empty for none.
    pub language: String,
    /// Documents to be opened before.
    pub read_with: Vec<String>,
    /// How many questions are asked before; as the policy has it when `None`.
    pub questions: Option<u32>,
    /// Its points, in order; those left out as well.
    pub points: Vec<WordedPoint>,
    /// Who approved it.
    pub approved_by: String,
    /// When.
    pub approved_on: Option<Date>,
    /// By which minute.
    pub minute: String,
    /// Whether somebody was asked to approve it here, and what they said.
    pub approval: Option<Approval>,
}

/// An agreement as its page of wording shows it.
#[derive(Clone, Debug)]
pub struct Composed {
    /// Its title.
    pub title: String,
    /// Who signs, in words.
    pub audience: String,
    /// The wording, with everything the policy asks for.
    pub wording: Wording,
    /// Which one it is; 0 when none was kept yet.
    pub number: i64,
    /// How far its approval is, where somebody was asked for it here.
    pub approval: Option<ApprovalState>,
    /// Roles that may be asked to approve it: name and title.
    pub approvers: Vec<(Name, String)>,
    /// How many questions the policy asks before, and how many there are to be drawn from.
    pub asks: (u32, usize),
    /// How the policy words each point.
    pub policy: BTreeMap<Name, String>,
    /// Published versions, newest first.
    pub published: Vec<Text>,
    /// The text as it would be published.
    pub text: Text,
    /// What would change, point by point; none while nothing was published.
    pub changes: Option<Vec<ComparedPoint>>,
    /// A name for the next version: `2026-2`.
    pub next: String,
    /// It is a document of its own: there are no points to word.
    pub document: Option<String>,
    /// Points that are left out.
    pub left_out: Vec<Name>,
}

/// What is said of a version when it is published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Publish {
    /// Its name.
    pub version: String,
    /// Everybody signs again.
    pub material: bool,
    /// Which wording was looked at.
    pub number: i64,
}

impl House {
    /// An agreement with its wording.
    pub async fn composed(&self, actor: &Actor, school: &School, which: (&str, &str)) -> Result<Composed, Error> {
        let scope = self.scope_at(actor, "agreement.publish", school).await?;
        let before = self.before(actor, school).await?;
        let place = place(&before, which)?;
        let at = AgreementAt { school: school.id, pack: which.0, control: which.1 };
        let kept = self.read().await?.wording::<Wording>(&scope, at).await?;
        let (wording, number) = kept.map_or_else(Default::default, |kept| (kept.document, kept.version));
        Ok(composed(&place, wording, number))
    }

    /// The changes between two published versions, old to new.
    pub async fn compared_versions(
        &self,
        actor: &Actor,
        school: &School,
        (which, from, to): ((&str, &str), &str, &str),
    ) -> Result<(Vec<Text>, Vec<ComparedPoint>), Error> {
        self.scope_at(actor, "finding.see", school).await?;
        let before = self.before(actor, school).await?;
        let all = versions(&place(&before, which)?);
        let find = |name: &str, otherwise: usize| match name {
            "" => all.get(otherwise),
            name => all.iter().find(|text| text.version == name),
        };
        let (new, old) = (find(to, 0).ok_or(Error::Missing)?, find(from, 1));
        let changes = compare::texts(old.unwrap_or(&Text::default()), new);
        Ok((all, changes))
    }

    /// Keeps a wording; `Err` names what is to be mended, field by field.
    pub async fn keep_wording(
        &self,
        actor: &Actor,
        school: &School,
        (which, wording, number): ((&str, &str), &Wording, i64),
    ) -> Result<Result<(), Vec<(String, String)>>, Error> {
        let scope = self.scope_at(actor, "agreement.publish", school).await?;
        let before = self.before(actor, school).await?;
        let mistakes = mistakes(&composed(&place(&before, which)?, wording.clone(), number), wording);
        if !mistakes.is_empty() {
            return Ok(Err(mistakes));
        }
        let at = AgreementAt { school: school.id, pack: which.0, control: which.1 };
        let mut write = self.write().await?;
        if !write.keep_wording(&scope, at, (wording, number, Worded::Changed), self.now()).await? {
            let why = "Somebody else changed it since you opened this page. Open it again and put your words in";
            return Ok(Err(vec![("summary".to_owned(), why.to_owned())]));
        }
        write.commit().await?;
        Ok(Ok(()))
    }

    /// Publishes the wording as it was looked at.
    pub async fn publish(
        &self,
        actor: &Actor,
        school: &School,
        (which, publish): ((&str, &str), &Publish),
    ) -> Result<Acted, Error> {
        let composed = self.composed(actor, school, which).await?;
        if composed.number != publish.number {
            return Ok(Acted::Refused("the words changed since you looked\nhint: look at them again".to_owned()));
        }
        let mut wording = composed.wording.clone();
        if let Some(ApprovalState::Approved(answer)) = composed.approval {
            (wording.approved_by, wording.approved_on, wording.minute) = (answer.by, Some(answer.on), answer.words);
        }
        let form = form(&wording, publish);
        let act = PolicyAct { pack: which.0, control: which.1, act: "agreement.publish", on: None, form };
        self.act(actor, school, act).await
    }
}

pub(super) fn composed(place: &Place<'_>, mut wording: Wording, number: i64) -> Composed {
    let policy = as_the_policy_has_it(place, &[]);
    wording.points.retain(|worded| policy.iter().any(|point| point.clause == worded.clause));
    for point in &policy {
        if wording.points.iter().all(|worded| worded.clause != point.clause) {
            let (clause, words) = (point.clause.clone(), point.words.clone());
            wording.points.push(WordedPoint { clause, words, ..WordedPoint::default() });
        }
    }
    if wording.statement.is_empty() {
        STATEMENT.clone_into(&mut wording.statement);
    }
    let published = versions(place);
    let text = text(&wording);
    let year = place.ctx.world.calendar.day(place.ctx.world.now).year();
    let taken = |name: &str| published.iter().any(|text| text.version == name);
    let next = (1..=published.len() + 1).map(|at| format!("{year}-{at}")).find(|name| !taken(name)).unwrap_or_default();
    let document = place.spec.document.as_ref().map(|document| {
        let document = document.get_ref();
        document.split_once('/').map_or(document.clone(), |(_, name)| name.to_owned())
    });
    let clauses = place.ctx.pack.pack.clauses_of(place.id());
    let pool = clauses.filter(|clause| clause.article.as_ref().is_some_and(|article| article.ask.is_some())).count();
    Composed {
        approval: approval::state(place, &wording),
        approvers: approval::approvers(place.ctx),
        asks: (super::question::as_the_policy_has_it(place), pool),
        title: place.title(),
        audience: audience(place),
        number,
        policy: policy.into_iter().map(|point| (point.clause, point.words)).collect(),
        changes: published.first().map(|old| compare::texts(old, &text)),
        left_out: wording.points.iter().filter(|point| point.out).map(|point| point.clause.clone()).collect(),
        published,
        text,
        next,
        document: document.filter(|_| engine::bound_articles(place.ctx, place.control).0.is_empty()),
        wording,
    }
}

fn text(wording: &Wording) -> Text {
    let there = wording.points.iter().filter(|point| !point.out);
    let points = there.map(|point| super::Point {
        clause: point.clause.clone(),
        words: point.words.clone(),
        other: (!point.other.is_empty()).then(|| point.other.clone()),
    });
    Text {
        summary: wording.summary.clone(),
        statement: wording.statement.clone(),
        language: (!wording.language.is_empty()).then(|| wording.language.clone()),
        read_with: wording.read_with.clone(),
        questions: wording.questions,
        points: points.collect(),
        ..Text::default()
    }
}

fn mistakes(composed: &Composed, wording: &Wording) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let long = |text: &str, most: usize| text.chars().count() > most;
    for point in &wording.points {
        if !point.out && point.words.trim().is_empty() {
            out.push((
                format!("words-{}", point.clause),
                format!("Word point {}, or tick that it is left out", point.clause),
            ));
        }
        if long(&point.words, WORDS_MAX) || long(&point.other, WORDS_MAX) {
            out.push((
                format!("words-{}", point.clause),
                format!("Point {} may have {WORDS_MAX} characters", point.clause),
            ));
        }
    }
    let all_out = !composed.policy.is_empty() && wording.points.iter().all(|point| point.out);
    if all_out {
        out.push(("summary".to_owned(), "Leave at least one point in".to_owned()));
    }
    for (name, text) in
        [("statement", &wording.statement), ("language", &wording.language), ("minute", &wording.minute)]
    {
        if long(text, LINE_MAX) {
            out.push((name.to_owned(), format!("This may have {LINE_MAX} characters")));
        }
    }
    if long(&wording.summary, WORDS_MAX) {
        out.push(("summary".to_owned(), format!("The summary may have {WORDS_MAX} characters")));
    }
    if wording.read_with.len() > READ_WITH_MAX || wording.read_with.iter().any(|name| long(name, LINE_MAX)) {
        out.push(("read_with".to_owned(), format!("Name at most {READ_WITH_MAX} documents, one a line")));
    }
    if wording.questions.is_some_and(|number| !(1..=QUESTIONS_MAX).contains(&number)) {
        out.push(("questions".to_owned(), format!("Give a number from 1 to {QUESTIONS_MAX}, or leave it empty")));
    }
    if wording.approved_on.is_some() && wording.approved_by.is_empty() {
        out.push(("approved_by".to_owned(), "Say who approved it".to_owned()));
    }
    out
}

fn form(wording: &Wording, publish: &Publish) -> Value {
    let mut form: BTreeMap<Name, Value> = BTreeMap::new();
    let mut put = |name: &str, text: &str| {
        if !text.trim().is_empty() {
            form.insert(Name::from(name), Value::text(text.trim()));
        }
    };
    put("version", &publish.version);
    put("summary", &wording.summary);
    put("statement", &wording.statement);
    put("language", &wording.language);
    put("approved_by", &wording.approved_by);
    put("minute", &wording.minute);
    form.insert(Name::from("material"), Value::Bool(publish.material));
    if let Some(day) = wording.approved_on {
        form.insert(Name::from("approved_on"), Value::Date(day));
    }
    if let Some(number) = wording.questions {
        form.insert(Name::from("questions"), Value::Int(number.into()));
    }
    if !wording.read_with.is_empty() {
        form.insert(Name::from("read_with"), Value::List(wording.read_with.iter().map(Value::text).collect()));
    }
    let there = wording.points.iter().filter(|point| !point.out);
    let rows: Vec<Value> = there
        .map(|point| {
            let fields = [("clause", &*point.clause), ("words", &point.words), ("other", &point.other)];
            let said = fields.into_iter().filter(|(_, text)| !text.trim().is_empty());
            let map: BTreeMap<Name, Value> =
                said.map(|(name, text)| (Name::from(name), Value::text(text.trim()))).collect();
            Value::Map(map.into())
        })
        .collect();
    if !rows.is_empty() {
        form.insert(Name::from("text"), Value::List(rows.into()));
    }
    Value::Map(form.into())
}

/// Scope of what the system does for people without a role.
pub(super) fn system() -> Scope {
    Scope::system("agreement")
}
