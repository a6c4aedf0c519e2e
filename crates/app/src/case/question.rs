//! Questions about a statement of a policy (`type = "statement"` in the form of a case), and the answers everybody may
//! read.
//!
//! Invariant: what is shown to everybody are the words somebody wrote for everybody (`common_question`) and the answer,
//! of a closed question; who asked, and in which words, stays with those who see it.

use super::CASE;
use crate::{Error, House, Standpoint};
use jiff::civil::Date;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::control::{Control, ControlKind, FormField};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::pack::Pack;
use schoolkeeper_core::value::Value;
use schoolkeeper_store::document::Facts;
use schoolkeeper_store::listing::{By, Listing, Narrow, PAGE_MAX, Sort, Test, Turn};

/// A question that was answered for everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Common {
    /// The statement it is about; `None` when it is about the policy.
    pub statement: Option<String>,
    /// As everybody may read it.
    pub question: String,
    /// The answer.
    pub answer: String,
    /// The day.
    pub on: Date,
}

/// The cases of a policy by which somebody asks about a statement, each with the field that names it.
pub fn ways(pack: &Pack) -> impl Iterator<Item = (&Control, &FormField)> {
    pack.controls.values().filter_map(|control| Some((control, asks(control, pack)?)))
}

/// The field of a case's form that names a statement.
pub(super) fn asks<'p>(control: &Control, pack: &'p Pack) -> Option<&'p FormField> {
    let ControlKind::Case(case) = &control.kind else { return None };
    let form = case.form.as_ref()?;
    pack.forms.get(form.get_ref())?.fields.iter().find(|field| **field.kind.get_ref() == *"statement")
}

impl House {
    /// What was asked about a policy and answered for everybody, the newest first; of each kind those of its newest
    /// [`PAGE_MAX`] questions.
    pub async fn common_questions(&self, at: &Standpoint) -> Result<Vec<Common>, Error> {
        let (scope, read) = (Scope::system("common questions"), self.read().await?);
        let register = self.schemas.get(CASE).ok_or(Error::Missing)?;
        let (pack, mut out) = (&at.pack.pack, Vec::new());
        for (control, field) in ways(pack) {
            let narrow = Narrow { by: By::Field(Name::from("type")), any: vec![Test::Is(control.id.to_string())] };
            let sort = Sort { by: By::Changed, down: true };
            let listing = Listing { narrow: vec![narrow], sort, ..Listing::of(at.school.id, register) };
            let listed = read.listing(&scope, &listing, &Turn { from: None, back: false, limit: PAGE_MAX }).await?;
            let ids: Vec<_> = listed.spots.iter().map(|spot| spot.entry).collect();
            let found = read.entries_by_id(&scope, at.school.id, &ids).await?;
            out.extend(found.iter().filter_map(|case| common(at, field, &case.facts)));
        }
        out.sort_by(|a, b| (b.on, &a.question).cmp(&(a.on, &b.question)));
        Ok(out)
    }
}

fn common(at: &Standpoint, field: &FormField, facts: &Facts) -> Option<Common> {
    let text =
        |name: &str| facts.get(name).and_then(|fact| fact.value.as_text()).filter(|text| !text.trim().is_empty());
    if text("policy").is_some_and(|policy| *policy != **at.pack.pack.origin()) {
        return None;
    }
    let Value::Instant(closed) = facts.get("closed_at")?.value else { return None };
    let statement = facts.get("form").and_then(|form| form.value.get(&field.name)).and_then(Value::as_text);
    Some(Common {
        statement: statement.map(str::to_owned),
        question: text("common_question")?.to_owned(),
        answer: text("answer")?.to_owned(),
        on: at.calendar.day(closed),
    })
}
