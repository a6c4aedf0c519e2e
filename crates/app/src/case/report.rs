//! Reporting: what somebody may report, the form of it, and what will happen.
//!
//! Invariant: besides the policy's own questions only what is known of the incident itself is asked: whom it is about, when
//! it was noticed, whether it is practice.

use super::{CASE, Of, named, of_school};
use crate::act::{Acted, PolicyAct};
use crate::duty::Came;
use crate::pack_form::{Filling, Offered};
use crate::{Error, House};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::control::FormField;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::phrase::When;
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::expr::Truth;
use schoolkeeper_rules::flow::case::{doers, is_restricted_kind, own_keys};
use schoolkeeper_rules::flow::{clock, people};
use schoolkeeper_store::School;

/// The act.
const OPEN: &str = "case.open";
/// Says that nothing happened: it is tried out.
const EXERCISE: &str = "exercise";

/// Somebody before the form of one report.
pub struct Report {
    /// What is reported.
    pub what: Offered,
    /// The form.
    pub form: Filling,
    /// What will happen, in sentences.
    pub happens: Vec<String>,
}

impl House {
    /// Everything somebody may report at a school, by subject.
    pub async fn may_report(&self, actor: &Actor, school: &School) -> Result<Vec<Offered>, Error> {
        self.scope_at(actor, OPEN, school).await?;
        let before = self.before(actor, school).await?;
        let Some(person) = before.person() else { return Ok(Vec::new()) };
        Ok(Offered::all(of_school(&before).filter(|of| may(*of, person))))
    }

    /// The form of one report; missing for whoever may not send it.
    pub async fn report_on(
        &self,
        actor: &Actor,
        school: &School,
        (pack, control): (&str, &str),
    ) -> Result<Report, Error> {
        self.scope_at(actor, OPEN, school).await?;
        let before = self.before(actor, school).await?;
        let person = before.person().ok_or(Error::Missing)?;
        let of = named(&before, pack, control).filter(|of| may(*of, person)).ok_or(Error::Missing)?;
        let (what, happens, own) = (Offered::new(of), happens(of), own_fields(of, person));
        let form = Filling::of(before, person, (what.pack.clone(), what.control.clone()), own);
        Ok(Report { what, form, happens })
    }

    /// Files that come with a report.
    pub fn report_files() -> Came {
        Came::by(OPEN, CASE)
    }

    /// Opens the incident; the inner `Err` says in words why not.
    pub async fn report_it(
        &self,
        (actor, school): (&Actor, &School),
        (report, answers): (&Report, Value),
        shown: Came,
    ) -> Result<Result<EntryId, String>, Error> {
        let (pack, control) = (&report.what.pack, &report.what.control);
        let act = format!("{OPEN}:{control}");
        let act = PolicyAct { pack, control, act: &act, on: None, form: answers };
        match self.act_with((actor, school), act, shown).await? {
            Acted::Refused(why) => Ok(Err(why)),
            Acted::Done(entries) => {
                let case = entries.first().copied().ok_or(Error::Missing)?;
                self.after_case(school).await?;
                self.await_opening(school, case).await?;
                Ok(Ok(case))
            }
        }
    }

    /// What an act on an incident brings about: further incidents by themselves, and mails.
    pub(super) async fn after_case(&self, school: &School) -> Result<(), Error> {
        self.open_due_cases(school).await?;
        self.tell_of_cases(school).await.map(drop)
    }
}

impl Report {
    /// Whether the answers say that this is practice: then the policy's own questions need no answer.
    pub fn is_practice(&self, answers: &Value) -> bool {
        answers.get(EXERCISE) == Some(&Value::Bool(true))
    }
}

fn may(of: Of<'_>, person: usize) -> bool {
    !of.spec.report_by.is_empty() && people::meant(of.ctx, &of.spec.report_by.0, person, None).truth == Truth::True
}

/// What we ask besides the policy, as far as its form does not.
fn own_fields(of: Of<'_>, person: usize) -> Vec<FormField> {
    let form = of.spec.form.as_ref().and_then(|form| of.ctx.pack.pack.forms.get(form.get_ref()));
    let asks = |name: &str| form.is_some_and(|form| form.fields.iter().any(|field| *field.name == *name));
    let handles =
        of.spec.steps.iter().any(|step| people::meant(of.ctx, doers(step), person, None).truth == Truth::True);
    let own = own_keys(of.ctx, of.spec);
    let aware = of.spec.clocks.iter().any(|clock| &*clock.from == "aware");
    let mut out = Vec::new();
    if !asks("person") && !asks("involved") && own.contains(&"subject") {
        let field = FormField::asked("subject", "list", "Who is it about, if about somebody here?");
        let field = field.with_help("They do not see it, and do not deal with it");
        out.push(FormField { of: Some(Name::from("person")), ..field });
    }
    if aware && own.contains(&"aware_at") {
        let field = FormField::asked("aware_at", "instant", "When did somebody here notice it first?");
        out.push(field.with_help("Leave it empty when that was just now. The time for telling others runs from then"));
    }
    if !of.spec.grounds.is_empty() && own.contains(&"grounds") {
        let choices = of.spec.grounds.clone();
        out.push(FormField { choices, ..FormField::asked("grounds", "choice", "On what grounds?") });
    }
    if handles && of.spec.exercise.is_some() && own.contains(&EXERCISE) {
        let field = FormField::asked(EXERCISE, "yes-no", "Is this only practice?");
        out.push(field.with_help("A practice run shows that the way works. Nothing of it counts as an incident"));
    }
    out
}

/// Who hears of it, who sees it, what it runs against, what its reporter reads later.
pub(super) fn happens(of: Of<'_>) -> Vec<String> {
    let mut out = Vec::new();
    let told = of.people(&told_at_once(of));
    if !told.is_empty() {
        out.push(format!("Told at once: {told}."));
    }
    out.push(of.seen_by(is_restricted_kind(of.ctx, of.control)));
    for clock in &of.spec.clocks {
        if let Ok(span) = clock::span(of.ctx, &clock.within) {
            out.push(format!("{} within {span}.", super::view::title_of(&clock.name)));
        }
    }
    let later: Vec<String> = of.spec.reporter_sees.iter().map(|name| super::view::word_label(name)).collect();
    if !later.is_empty() {
        out.push(format!("You read later: {}.", later.join(", ").to_lowercase()));
    }
    out
}

/// Those told at once, by role.
pub(super) fn told_at_once(of: Of<'_>) -> Vec<Name> {
    let told = of.control.control.tell.iter().filter(|tell| tell.when == When::Opened);
    told.flat_map(|tell| tell.who.iter().cloned()).collect()
}
