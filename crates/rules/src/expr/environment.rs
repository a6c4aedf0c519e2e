//! What an expression may speak of, by the slot it stands in.

use schoolkeeper_core::control::{FormField, Step};
use schoolkeeper_core::pack::Pack;
use schoolkeeper_core::schema::Schemas;

/// The variables of a slot. `now`, `today`, `school` and `param` are everywhere.
#[derive(Clone, Debug)]
pub struct Environment<'a> {
    /// Every register.
    pub schemas: &'a Schemas,
    /// For params, lists, roles, named entries.
    pub pack: &'a Pack,
    /// Register of `it`, by position.
    pub subject: Option<usize>,
    /// `actor` and `act`.
    pub acts: bool,
    /// `form`.
    pub form: Form<'a>,
    /// More entries: name and register (`done`, `run`).
    pub others: Vec<(&'static str, usize)>,
    /// Steps of the case, for `done('…')` and `step('…')`.
    pub steps: Option<&'a [Step]>,
}

/// What `form` is.
#[derive(Clone, Copy, Debug)]
pub enum Form<'a> {
    /// There is none.
    None,
    /// Whatever the act brings.
    Any,
    /// A form of the policy.
    Fields(&'a [FormField]),
}

/// What a slot needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// A yes-no.
    Test,
    /// A day or an instant.
    Day,
    /// A list of entries.
    Entries,
    /// Anything that can be shown in a sentence.
    Shown,
}

impl<'a> Environment<'a> {
    /// Over a subject, or nothing but the school.
    pub fn new(pack: &'a Pack, schemas: &'a Schemas, subject: Option<usize>) -> Self {
        Self { schemas, pack, subject, acts: false, form: Form::None, others: Vec::new(), steps: None }
    }

    /// With `actor`, `act` and a form.
    pub fn at_an_act(mut self, form: Form<'a>) -> Self {
        self.acts = true;
        self.form = form;
        self
    }

    /// With another entry, when its register is declared.
    pub fn and_entry(mut self, name: &'static str, register: &str) -> Self {
        self.others.extend(self.schemas.index(register).map(|at| (name, at)));
        self
    }

    /// With the steps of a case.
    pub fn and_steps(mut self, steps: &'a [Step]) -> Self {
        self.steps = Some(steps);
        self
    }
}
