//! What is past its time, and what will be soon: worked out from the records as they are, kind by kind.

use super::PAGE;
use super::rule::Rules;
use super::run::title;
use crate::{Error, House};
use jiff::SignedDuration;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::schema::Register;
use schoolkeeper_store::School;
use schoolkeeper_store::hold::Hold;

/// How far ahead it looks.
const AHEAD: SignedDuration = SignedDuration::from_hours(30 * 24);

/// One kind of record at one school.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DueLine {
    /// The register.
    pub what: String,
    /// What people read.
    pub title: String,
    /// The school's name.
    pub school: String,
    /// How many are past their time and go tonight, unless something about them still runs.
    pub past: u64,
    /// How many are past their time and held.
    pub held: u64,
    /// How many more will be past it within 30 days.
    pub soon: u64,
}

impl House {
    /// What is past its time or soon will be, at the schools the actor reaches; nothing where there is nothing.
    pub async fn keep_due(&self, actor: &Actor) -> Result<Vec<DueLine>, Error> {
        let scope = Self::scope(actor, "keep.see")?;
        let read = self.read().await?;
        let holds = read.holds(&scope, actor.organisation, self.now()).await?;
        let mut out = Vec::new();
        for school in read.schools(&scope).await? {
            let rules = self.keep_rules(&scope, &school).await?;
            for register in self.schemas.all() {
                out.extend(self.due_of(&scope, &school, (register, &rules, &holds)).await?);
            }
        }
        Ok(out)
    }

    async fn due_of(
        &self,
        scope: &Scope,
        school: &School,
        (register, rules, holds): (&Register, &Rules, &[Hold]),
    ) -> Result<Option<DueLine>, Error> {
        let (mut after, now, mut line) = (None, self.now(), DueLine::default());
        loop {
            let page = self.read().await?.keep_page(scope, (school.id, &register.id), after, PAGE).await?;
            for kept in &page {
                let Some(age) = rules.age(register, kept).filter(|age| age.ends_at <= now + AHEAD) else { continue };
                match age.ends_at <= now {
                    true if holds.iter().any(|hold| hold.holds(school.id, &register.id, kept)) => line.held += 1,
                    true => line.past += 1,
                    false => line.soon += 1,
                }
            }
            after = page.last().map(|kept| kept.id);
            if page.len() < PAGE as usize {
                break;
            }
        }
        let found = line.past + line.held + line.soon > 0;
        if !found {
            return Ok(None);
        }
        let schemas = self.registers_at(school).await?;
        let title = title(&schemas, &register.id);
        let (what, school) = (register.id.to_string(), school.title.clone());
        Ok(Some(DueLine { what, title, school, ..line }))
    }

    /// The same as CSV.
    pub async fn due_csv(&self, actor: &Actor) -> Result<Vec<u8>, Error> {
        let rows = self.keep_due(actor).await?.into_iter().map(|line| {
            let [past, held, soon] = [line.past, line.held, line.soon].map(|count| count.to_string());
            vec![line.title, line.school, past, held, soon]
        });
        super::csv_of(&["Kind", "School", "Past its time", "Held", "Within 30 days"], rows)
    }
}
