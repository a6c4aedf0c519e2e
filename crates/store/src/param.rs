//! The numbers, names and blanks of a policy, as a school or its central office set them.

use crate::error::Error;
use crate::ledger::{About, Detail, actor};
use crate::sql::{Row, at, json, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{Name, SchoolId};
use schoolkeeper_core::pack::Literal;
use std::collections::BTreeMap;

statements! {
    PUT = "INSERT INTO param_value (school, pack, name, literal, set_at, actor, why) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (school, pack, name) DO UPDATE SET \
        literal = excluded.literal, set_at = excluded.set_at, actor = excluded.actor, why = excluded.why";
    REMOVE = "DELETE FROM param_value WHERE school = $1 AND pack = $2 AND name = $3";
    // The school's own values last, so that they win.
    LIST = "SELECT p.name, p.literal FROM school s \
        JOIN school o ON o.id = s.id OR (o.trust AND o.organisation = s.organisation) \
        JOIN param_value p ON p.school = o.id WHERE s.id = $1 AND p.pack = $2 \
        ORDER BY CASE WHEN o.id = s.id THEN 1 ELSE 0 END, p.name";
    SAID = "SELECT p.school, p.name, p.set_at, p.actor, p.why FROM school s \
        JOIN school o ON o.id = s.id OR (o.trust AND o.organisation = s.organisation) \
        JOIN param_value p ON p.school = o.id WHERE s.id = $1 AND p.pack = $2 \
        ORDER BY CASE WHEN o.id = s.id THEN 1 ELSE 0 END, p.name";
}

/// Which value is set, and where.
#[derive(Clone, Copy, Debug)]
pub struct ParamAt<'a> {
    /// The school, or the central office for all its schools.
    pub school: SchoolId,
    /// Pack id.
    pub pack: &'a str,
    /// Name of the value.
    pub name: &'a str,
    /// Why it is set, in words.
    pub why: &'a str,
}

/// Who set a value, when and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParamSaid {
    /// The school, or the central office.
    pub school: SchoolId,
    /// Name of the value.
    pub name: Name,
    /// When.
    pub set_at: Timestamp,
    /// By whom: `person:ID`, `operator`.
    pub set_by: String,
    /// Why, in words.
    pub why: String,
}

impl Write {
    /// Sets a value, or with `None` takes it away; `false` and nothing changed when the school is not reached.
    /// Whether the policy lets it move that way is checked before.
    pub async fn set_param(
        &mut self,
        scope: &Scope,
        param: ParamAt<'_>,
        value: Option<&Literal>,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, param.school).await? else { return Ok(false) };
        let mut values = vec![reached.id(), text(param.pack), text(param.name)];
        match value {
            Some(literal) => {
                values.extend([json(literal), at(now), text(actor(scope.by())), text(param.why)]);
                self.run(PUT, values).await?;
            }
            None => drop(self.run(REMOVE, values).await?),
        }
        let details = [("pack", Detail::Word(param.pack.to_owned())), ("param", Detail::Word(param.name.to_owned()))];
        self.record(scope, About::school(param.school, now), "param-set", &details).await?;
        self.bump_generation().await?;
        Ok(true)
    }
}

impl Read {
    /// The values that hold at a school: its own, else its central office's. What nobody set is not there.
    pub async fn params(&self, scope: &Scope, school: SchoolId, pack: &str) -> Result<BTreeMap<Name, Literal>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(BTreeMap::new()) };
        let rows = self.all("param_value", LIST, vec![reached.id(), text(pack)]).await?;
        rows.iter().map(|row| Ok((Name::from(row.text("name")?), row.json("literal")?))).collect()
    }

    /// Who set the values that hold at a school, when and why; the school's own last.
    pub async fn params_said(&self, scope: &Scope, school: SchoolId, pack: &str) -> Result<Vec<ParamSaid>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        let rows = self.all("param_value", SAID, vec![reached.id(), text(pack)]).await?;
        let said = |row: &Row| {
            Ok(ParamSaid {
                school: SchoolId(row.id("school")?),
                name: Name::from(row.text("name")?),
                set_at: row.at("set_at")?,
                set_by: row.text("actor")?,
                why: row.text("why")?,
            })
        };
        rows.iter().map(said).collect()
    }
}
