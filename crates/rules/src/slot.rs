//! Every place of a pack where an expression stands: what it may speak of and what it must give.
//!
//! Invariant: checking and compiling walk this one list, so nothing is run that was not checked.

use crate::expr::{Environment, Form, Want};
use schoolkeeper_core::control::{
    Access, Case, Control, ControlKind, Duty, Expr, FormCheck, FormField, Rule, WhoOrExpr,
};
use schoolkeeper_core::diagnostic::Place;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::pack::Pack;
use schoolkeeper_core::schema::Schemas;
use serde_spanned::Spanned;
use std::ops::Range;

/// One expression of a pack.
pub(crate) struct Slot<'a> {
    /// Its name within its control or table.
    pub name: String,
    /// Its text.
    pub text: &'a str,
    /// Where it stands.
    pub place: TextPlace<'a>,
    /// What it may speak of.
    pub environment: Environment<'a>,
    /// What it must give.
    pub want: Want,
}

/// Tables of the pack that hold expressions outside controls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outside {
    /// `[audience]`.
    Audience,
    /// `only_if` of clauses.
    OnlyIf,
    /// `show_if` of form fields.
    ShowIf,
}

/// Where a text stands in the files.
pub(crate) enum TextPlace<'a> {
    /// A string of the file: its span, its whole value, and the bytes of it before this expression.
    Written { span: Range<usize>, value: &'a str, offset: usize },
    /// Somewhere in this table.
    Within(Place),
}

impl TextPlace<'_> {
    /// The place of a part of the text: exact when the string holds no escapes, else all of it.
    pub fn of(&self, pack: &Pack, part: Range<usize>) -> Place {
        match self {
            Self::Within(place) => place.clone(),
            Self::Written { span, value, offset } => match inner_start(pack, span, value) {
                Some(start) => pack.place_of(start + offset + part.start..start + offset + part.end),
                None => pack.place_of(span.clone()),
            },
        }
    }
}

/// Where the value of a string begins in the files, when it stands there as it is.
fn inner_start(pack: &Pack, span: &Range<usize>, value: &str) -> Option<usize> {
    let (file, from) = schoolkeeper_core::diagnostic::locate(&pack.sources, span.start)?;
    let raw = pack.sources[file].text.get(from..from + span.len())?;
    let quotes = ["\"\"\"\n", "'''\n", "\"\"\"", "'''", "\"", "'"];
    let quote = quotes.into_iter().find(|quote| raw.starts_with(quote)).unwrap_or("");
    raw[quote.len()..].starts_with(value).then_some(span.start + quote.len())
}

fn written(text: &Spanned<String>) -> TextPlace<'_> {
    TextPlace::Written { span: text.span(), value: text.get_ref(), offset: 0 }
}

/// The expressions outside controls, by table.
pub(crate) fn slots_of_pack<'a>(pack: &'a Pack, schemas: &'a Schemas) -> impl Iterator<Item = (Outside, Slot<'a>)> {
    let slot = |name: String, text: &'a Expr, environment: Environment<'a>| Slot {
        name,
        text: text.get_ref(),
        place: written(text),
        environment,
        want: Want::Test,
    };
    let people = schemas.index("person");
    let audiences = pack.audiences.iter().map(move |(name, audience)| {
        (Outside::Audience, slot(name.to_string(), &audience.filter, Environment::new(pack, schemas, people)))
    });
    let clauses = pack.clauses.iter().filter_map(move |clause| {
        let id = clause.id.get_ref().to_string();
        Some((Outside::OnlyIf, slot(id, clause.only_if.as_ref()?, Environment::new(pack, schemas, None))))
    });
    let fields = pack.forms.iter().flat_map(|(name, form)| form.fields.iter().map(move |field| (name, form, field)));
    let shown = fields.filter_map(move |(name, form, field)| {
        let environment = Environment::new(pack, schemas, None).at_an_act(Form::Fields(&form.fields));
        Some((Outside::ShowIf, slot(format!("{name}/{}", field.name), field.show_if.as_ref()?, environment)))
    });
    audiences.chain(clauses).chain(shown)
}

/// The expressions of a control.
pub(crate) fn slots_of_control<'a>(control: &'a Control, pack: &'a Pack, schemas: &'a Schemas) -> Vec<Slot<'a>> {
    if !subject_is_declared(control, schemas) {
        return Vec::new();
    }
    let mut list = List { control, pack, schemas, slots: Vec::new() };
    match &control.kind {
        ControlKind::Setting(setting) => {
            let environment = list.about(setting.subject.as_ref()).at_an_act(Form::Any);
            list.test("except", setting.except.as_ref(), &environment);
        }
        ControlKind::Rule(rule) => list.rule(rule),
        ControlKind::Duty(duty) => list.duty(duty),
        ControlKind::Request(request) => {
            let form = list.form(Some(&request.form));
            list.checks(&request.checks, form);
        }
        ControlKind::Agreement(agreement) => list.document(agreement.document.as_ref()),
        ControlKind::Case(case) => list.case(case),
        ControlKind::Access(access) => list.access(access),
        ControlKind::Channel(_) => {}
        ControlKind::Retention(retention) => {
            let environment = list.about(Some(&retention.register));
            list.test("where", retention.filter.as_ref(), &environment);
            list.add("from", retention.from.as_ref(), &environment, Want::Day);
        }
        ControlKind::Job(job) => {
            let environment = list.about(job.subject.as_ref());
            list.test("where", job.filter.as_ref(), &environment);
            list.test("expect", job.expect.as_ref(), &environment.and_entry("run", "run"));
        }
    }
    list.slots
}

/// A register that no file declares is the pack check's to report; what is said about it cannot be checked.
fn subject_is_declared(control: &Control, schemas: &Schemas) -> bool {
    let subject = match &control.kind {
        ControlKind::Setting(setting) => setting.subject.as_ref(),
        ControlKind::Rule(rule) => Some(&rule.subject),
        ControlKind::Duty(duty) => duty.subject.as_ref(),
        ControlKind::Retention(retention) => Some(&retention.register),
        ControlKind::Job(job) => job.subject.as_ref(),
        _ => None,
    };
    subject.is_none_or(|subject| schemas.index(subject.get_ref()).is_some())
}

struct List<'a> {
    control: &'a Control,
    pack: &'a Pack,
    schemas: &'a Schemas,
    slots: Vec<Slot<'a>>,
}

impl<'a> List<'a> {
    fn about(&self, register: Option<&Spanned<Name>>) -> Environment<'a> {
        let subject = register.and_then(|register| self.schemas.index(register.get_ref()));
        Environment::new(self.pack, self.schemas, subject)
    }

    fn add(&mut self, name: impl Into<String>, text: Option<&'a Expr>, environment: &Environment<'a>, want: Want) {
        let Some(text) = text else { return };
        let (name, environment) = (name.into(), environment.clone());
        self.slots.push(Slot { name, text: text.get_ref(), place: written(text), environment, want });
    }

    fn test(&mut self, name: impl Into<String>, text: Option<&'a Expr>, environment: &Environment<'a>) {
        self.add(name, text, environment, Want::Test);
    }

    fn form(&self, name: Option<&Spanned<Name>>) -> Form<'a> {
        let form = name.and_then(|name| self.pack.forms.get(name.get_ref()));
        form.map_or(Form::Any, |form| Form::Fields(&form.fields))
    }

    fn checks(&mut self, checks: &'a [FormCheck], form: Form<'a>) {
        let environment = Environment::new(self.pack, self.schemas, None).at_an_act(form);
        for (at, check) in checks.iter().enumerate() {
            self.test(format!("checks/{at}"), check.test.as_ref(), &environment);
        }
    }

    fn rule(&mut self, rule: &'a Rule) {
        let mut environment = self.about(Some(&rule.subject));
        if !rule.guards.is_empty() {
            environment = environment.at_an_act(Form::Any);
        }
        self.test("where", rule.filter.as_ref(), &environment);
        self.test("expect", Some(&rule.expect), &environment);
        for (at, also) in rule.expect_also.iter().enumerate() {
            self.test(format!("expect_also/{at}"), Some(also), &environment);
        }
        let Some(message) = &rule.message else { return };
        let value = message.get_ref();
        for (at, hole) in holes(value).into_iter().enumerate() {
            let place = TextPlace::Written { span: message.span(), value, offset: hole.start };
            let (name, environment) = (format!("message/{at}"), environment.clone());
            self.slots.push(Slot { name, text: &value[hole], place, environment, want: Want::Shown });
        }
    }

    fn duty(&mut self, duty: &'a Duty) {
        let sampled = duty.sample.as_ref().map(|sample| &sample.subject);
        let environment = self.about(duty.subject.as_ref().or(sampled));
        self.test("where", duty.filter.as_ref(), &environment);
        self.test("measured", duty.measured.as_ref(), &environment.clone().and_entry("done", "done"));
        let each = duty.decide_each.as_ref().map(|each| &each.of);
        self.add("decide_each", each, &environment, Want::Entries);
    }

    /// `each REGISTER where EXPR`.
    fn document(&mut self, document: Option<&'a Spanned<String>>) {
        let Some(document) = document else { return };
        let value: &'a str = document.get_ref();
        let Some((register, text)) = value.strip_prefix("each ").and_then(|rest| rest.split_once(" where ")) else {
            return;
        };
        let offset = value.len() - text.len();
        let place = TextPlace::Written { span: document.span(), value, offset };
        let environment = Environment::new(self.pack, self.schemas, self.schemas.index(register.trim()));
        self.slots.push(Slot { name: "document".into(), text, place, environment, want: Want::Test });
    }

    fn case(&mut self, case: &'a Case) {
        let form = self.form(case.form.as_ref());
        self.checks(&case.checks, form);
        let subject = Environment::new(self.pack, self.schemas, self.schemas.index("case"));
        let environment = subject.at_an_act(form).and_steps(&case.steps);
        for clock in &case.clocks {
            self.test(format!("clocks/{}", clock.name), clock.stops.as_ref(), &environment);
        }
        for step in &case.steps {
            self.test(format!("steps/{}/when", step.name), step.when.as_ref(), &environment);
            if let Some(WhoOrExpr::Expr(text)) = &step.by {
                let place = TextPlace::Within(self.control.place.clone());
                let (name, environment) = (format!("steps/{}/by", step.name), environment.clone());
                self.slots.push(Slot { name, text, place, environment, want: Want::Test });
            }
        }
        self.test("close_when", case.close_when.as_ref(), &environment);
    }

    /// Over what the acts are about, when that is one register.
    fn access(&mut self, access: &'a Access) {
        let is_register = |name: &str| self.schemas.index(name).is_some();
        let registers =
            access.on.iter().filter_map(|act| schoolkeeper_core::act::find(act.get_ref(), is_register)?.register);
        let mut subjects: Vec<usize> = registers.filter_map(|register| self.schemas.index(register)).collect();
        subjects.dedup();
        let subject = if let [one] = subjects[..] { Some(one) } else { None };
        let environment = Environment::new(self.pack, self.schemas, subject).at_an_act(Form::Any);
        self.test("where", access.filter.as_ref(), &environment);
        self.test("only", access.only.as_ref(), &environment);
        let fields: &'a [FormField] = &access.ask;
        for field in fields {
            let environment = environment.clone().at_an_act(Form::Fields(fields));
            self.test(format!("ask/{}", field.name), field.show_if.as_ref(), &environment);
        }
    }
}

/// The places of the `{expression}`s of a sentence, without their braces.
fn holes(template: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut from = 0;
    while let Some(open) = template[from..].find('{').map(|at| from + at + 1) {
        let Some(close) = template[open..].find('}').map(|at| open + at) else { break };
        out.push(open..close);
        from = close + 1;
    }
    out
}
