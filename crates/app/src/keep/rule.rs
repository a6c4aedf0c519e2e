//! Which rule a record stands under: the type of case of a policy, else what the organisation chose, else the register.

use crate::authority::Try;
use crate::{Error, House};
use jiff::Timestamp;
use jiff::civil::Date;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_core::control::{ControlKind, SpanOrParam};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::keep::{self, LOGS, Life, Log};
use schoolkeeper_core::phrase::{OrParam, Span};
use schoolkeeper_core::schema::Register;
use schoolkeeper_core::value::Value;
use schoolkeeper_core::world::{ParamValue, Params};
use schoolkeeper_store::School;
use schoolkeeper_store::keep::{KeepRule, Kept};
use std::collections::BTreeMap;

/// The rules that hold at one school.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Chosen by the organisation, by register or `log:NAME`.
    own: BTreeMap<String, KeepRule>,
    /// By type of case.
    cases: BTreeMap<Name, Span>,
    /// By register, at least so long, and the policy that asks for it.
    asked: BTreeMap<Name, (Span, String)>,
    calendar: Calendar,
}

/// A record measured against its rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Age {
    /// The rule.
    pub span: Span,
    /// The day its time began.
    pub start: Date,
    /// The first instant at which it is past its time.
    pub ends_at: Timestamp,
}

impl Rules {
    /// How long entries of a register are kept here, unless they are of a type of case that says otherwise.
    pub fn span(&self, register: &Register) -> Option<Span> {
        let own = self.own.get(&*register.id).map(|rule| rule.span);
        let span = own.or_else(|| register.keep.as_ref().map(|keep| keep.span))?;
        let asked = self.asked.get(&register.id).map(|(asked, _)| *asked);
        Some(asked.filter(|asked| asked.rough_seconds() > span.rough_seconds()).unwrap_or(span))
    }

    /// The same without what a single school chose.
    pub(super) fn span_everywhere(&self, register: &Register) -> Option<Span> {
        let own = self.own.get(&*register.id).filter(|rule| rule.school.is_none()).map(|rule| rule.span);
        own.or_else(|| register.keep.as_ref().map(|keep| keep.span))
    }

    /// What a policy in force asks for at least, and which one.
    pub fn asked(&self, register: &str) -> Option<(Span, &str)> {
        self.asked.get(register).map(|(span, policy)| (*span, policy.as_str()))
    }

    /// How long rows of a log are kept.
    pub fn of_log(&self, log: &Log) -> Span {
        self.own.get(&format!("log:{}", log.name)).map_or(log.span, |rule| rule.span)
    }

    /// What the school, or else its organisation, chose itself.
    pub fn own(&self, what: &str) -> Option<&KeepRule> {
        self.own.get(what)
    }

    /// Longer or shorter for some types of case: type and time.
    pub fn cases(&self) -> impl Iterator<Item = (&Name, Span)> {
        self.cases.iter().map(|(name, span)| (name, *span))
    }

    /// The school's calendar.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// How old an entry is under its rule; `None` while its time has not begun.
    pub fn age(&self, register: &Register, kept: &Kept) -> Option<Age> {
        let life = Life { since: kept.since, left_at: kept.left_at, facts: &kept.facts };
        let start = life.start(register, &self.calendar)?;
        let span = self.case_span(register, kept).or_else(|| self.span(register))?;
        let ends_at = keep::ends_at(start, span, &self.calendar)?;
        Some(Age { span, start, ends_at })
    }

    /// Whether something about it still runs: its end is not known or is still to come.
    pub fn runs(&self, register: &Register, kept: &Kept, now: Timestamp) -> bool {
        let life = Life { since: kept.since, left_at: kept.left_at, facts: &kept.facts };
        life.start(register, &self.calendar).is_none_or(|start| start >= self.calendar.day(now))
    }

    fn case_span(&self, register: &Register, kept: &Kept) -> Option<Span> {
        let of_case = |name: &str| match kept.facts.get(name).map(|fact| &fact.value) {
            Some(Value::Text(text)) => self.cases.get(text).copied(),
            _ => None,
        };
        (&*register.id == "case").then(|| of_case("type")).flatten()
    }
}

impl House {
    /// The rules that hold at a school.
    pub(crate) async fn keep_rules(&self, scope: &Scope, school: &School) -> Result<Rules, Error> {
        let (mut cases, mut asked) = (BTreeMap::<Name, Span>::new(), BTreeMap::<Name, (Span, String)>::new());
        for adopted in self.adopted(scope, school).await? {
            let params = adopted.params();
            // Two policies: the longer one keeps both promises.
            for (name, control) in &adopted.live.pack.controls {
                let longer = |known: &Span, span: &Span| span.rough_seconds() > known.rough_seconds();
                let span = |keep: &Option<SpanOrParam>| keep.as_ref().and_then(|keep| span_of(keep, &params));
                match &control.kind {
                    ControlKind::Case(case) => {
                        let Some(span) = span(&case.keep) else { continue };
                        let known = cases.entry(name.clone()).or_insert(span);
                        *known = if longer(known, &span) { span } else { *known };
                    }
                    // What the policy says of some of them is theirs alone; the record itself stays as long as usual.
                    ControlKind::Retention(retention) if retention.filter.is_none() => {
                        let Some(span) = span(&retention.keep) else { continue };
                        let title = adopted.live.pack.head.title.clone();
                        let known = asked.entry(retention.register.get_ref().clone());
                        let known = known.or_insert_with(|| (span, title.clone()));
                        if longer(&known.0, &span) {
                            *known = (span, title);
                        }
                    }
                    _ => {}
                }
            }
        }
        let read = self.read().await?;
        let own = read.keep_rules(scope, school.organisation).await?;
        let terms = read.terms(scope, school.id).await?;
        // Those of the organisation first, so that the school's own take their place.
        let (everywhere, here): (Vec<_>, Vec<_>) = own.into_iter().partition(|rule| rule.school.is_none());
        let here = here.into_iter().filter(|rule| rule.school == Some(school.id));
        Ok(Rules {
            own: everywhere.into_iter().chain(here).map(|rule| (rule.what.clone(), rule)).collect(),
            cases,
            asked,
            calendar: Calendar::new(school.division, terms),
        })
    }

    /// Lets an organisation, or one of its schools, keep something longer or shorter, within the bounds of the register
    /// and of the policies and with a reason; `None` goes back to what holds without.
    pub async fn set_keep(
        &self,
        actor: &Actor,
        school: Option<&School>,
        what: &str,
        rule: Option<(&str, &str)>,
    ) -> Result<(), Error> {
        let schools = self.all_schools(actor).await?;
        let first = school.or(schools.first()).ok_or(Error::Missing)?;
        let scope = self.allow(actor, first, &Try::plain("keep.set")).await?.scope;
        let (usual, min, max) = self.bounds(what)?;
        if school.is_some() && what.starts_with("log:") {
            return Err(Error::refused(
                "a log belongs to the whole organisation\nhint: choose its time for every school",
            ));
        }
        let rule = rule.map(|(span, reason)| checked(span, reason, (min, max))).transpose()?;
        for school in school.map_or(&schools[..], std::slice::from_ref) {
            self.within_policies(&scope, school, what, rule.map(|(span, _)| span)).await?;
        }
        let rule = rule.filter(|(span, _)| school.is_some() || *span != usual);
        let place = (actor.organisation, school.map(|school| school.id), what);
        let mut write = self.write().await?;
        if !write.set_keep_rule(&scope, place, rule, self.now()).await? {
            return Err(Error::refused(
                "only somebody for the whole organisation may change how long it keeps records\nhint: choose it for one school",
            ));
        }
        Ok(write.commit().await?)
    }

    async fn within_policies(
        &self,
        scope: &Scope,
        school: &School,
        what: &str,
        span: Option<Span>,
    ) -> Result<(), Error> {
        let Some(span) = span else { return Ok(()) };
        let rules = self.keep_rules(scope, school).await?;
        match rules.asked(what).filter(|(asked, _)| asked.rough_seconds() > span.rough_seconds()) {
            Some((asked, policy)) => Err(Error::refused(format!(
                "`{policy}` at {} asks to keep it for at least {asked}\nhint: choose that or longer",
                school.title
            ))),
            None => Ok(()),
        }
    }

    fn bounds(&self, what: &str) -> Result<(Span, Span, Span), Error> {
        if let Some(log) = what.strip_prefix("log:").and_then(|name| LOGS.iter().find(|log| log.name == name)) {
            return Ok((log.span, keep::MIN, keep::MAX));
        }
        let register = self.schemas.get(what).ok_or_else(|| self.no_register(what))?;
        let keep = register.keep.as_ref().ok_or_else(|| self.no_register(what))?;
        Ok((keep.span, keep.min, keep.max))
    }
}

fn checked<'a>(span: &str, reason: &'a str, (min, max): (Span, Span)) -> Result<(Span, &'a str), Error> {
    let refused = |text: String| Err(Error::refused(text));
    let parsed: Span = match span.parse() {
        Ok(parsed) if keep::is_fit(parsed) => parsed,
        _ => return refused(format!("`{span}` is no time to keep a record\nhint: write it as in `7 years`")),
    };
    if parsed.rough_seconds() < min.rough_seconds() || parsed.rough_seconds() > max.rough_seconds() {
        return refused(format!("`{parsed}` is not between {min} and {max}\nhint: choose a time between them"));
    }
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > 500 {
        return refused(
            "this needs a reason of at most 500 characters\nhint: name the law or schedule it follows".to_owned(),
        );
    }
    Ok((parsed, reason))
}

fn span_of(keep: &SpanOrParam, params: &Params) -> Option<Span> {
    let name = match keep {
        OrParam::Is(span) => return Some(*span),
        OrParam::Param(name) => name,
    };
    match params.get(name)? {
        ParamValue::Span(span) => Some(*span),
        ParamValue::Value(Value::Text(text)) => text.parse().ok(),
        ParamValue::Value(_) => None,
    }
}
