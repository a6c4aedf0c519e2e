//! A policy's form as somebody goes through it: which button was pressed, what is to be asked more, what is to be mended.
//! One way for whatever is asked for or reported.
//!
//! Invariant: nothing is sent before every question that is asked has been seen.

use super::{Item, Step, items, points_to, step, typed};
use crate::App;
use crate::entry::find::Finding;
use crate::error::Error;
use crate::form::{Fault, Field, Form, Posted};
use crate::frame::Frame;
use crate::session::Signed;
use axum::response::Response;
use schoolkeeper_app::School;
use schoolkeeper_app::pack_form::{Filling, PackForm, Typed};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::value::Value;
use std::collections::BTreeMap;

/// What is wrong: with a field, or with the form as a whole.
pub type Wrong = (Option<Name>, String);

/// A form, whoever fills it in, and what they sent.
pub struct Sheet<'a> {
    /// The house and its settings.
    pub app: &'a App,
    /// Who.
    pub signed: &'a Signed,
    /// Where.
    pub school: &'a School,
    /// The form.
    pub filling: &'a Filling,
    /// What was sent.
    pub posted: &'a Posted,
    /// Files may be handed in with it.
    pub takes_files: bool,
    /// Its address.
    pub here: String,
    /// What it is for, in the list of acts.
    pub act: &'static str,
}

/// What the button asks for.
pub enum Next {
    /// The form again, with what changed in it.
    Again(Typed),
    /// The page that finds an entry.
    Find {
        /// The field and its label.
        field: (String, String),
        /// Where to look.
        register: String,
        /// It was looked for already.
        searched: bool,
    },
    /// It is kept for later.
    Keep,
    /// It is sent.
    Send(Typed),
}

/// What the page shows.
pub struct Drawn {
    /// The questions.
    pub items: Vec<Item>,
    /// The form around them, with what is to be mended.
    pub form: Form,
    /// The fields that are shown now.
    pub shown: String,
}

impl Sheet<'_> {
    /// What the button asks for.
    pub fn next(&self) -> Next {
        let mut typed = typed(&self.filling.whole, self.posted);
        match step(&self.filling.whole, self.posted, &mut typed) {
            Step::Show => Next::Again(typed),
            Step::Find { name, label, register, searched } => Next::Find { field: (name, label), register, searched },
            Step::On if self.posted.get("step") == "keep" => Next::Keep,
            Step::On => Next::Send(typed),
        }
    }

    /// Keeps what was typed for a day.
    pub async fn keep(&self) -> Result<(), Error> {
        if let Some(login) = self.signed.login {
            self.app.house.keep_own_draft(login, &self.here, self.posted.fields()).await?;
        }
        Ok(())
    }

    /// Forgets what was kept.
    pub async fn done(&self) -> Result<(), Error> {
        if let Some(login) = self.signed.login {
            self.app.house.take_draft(login, &self.here).await?;
        }
        Ok(())
    }

    /// The answers, with what is wrong with them; `None` when more is asked first.
    pub fn read(&self, typed: &Typed) -> Option<(Value, Vec<Wrong>)> {
        answers((self.filling, self.posted), typed)
    }

    /// The questions with what was typed, beside other fields of the page.
    pub async fn drawn(&self, typed: &Typed, wrong: &[Wrong], beside: Option<&Field>) -> Result<Drawn, Error> {
        let form = asked(self.filling, typed);
        let names = self.app.house.names_at(self.school, &points_to(&form, typed)).await?;
        let items = items(&form, (typed, &mistakes(wrong)), (&names, self.takes_files));
        Ok(drawn((self.signed.csrf(), &form), items, (wrong, beside)))
    }

    /// The page that finds an entry for a field.
    pub async fn find(
        &self,
        frame: Frame,
        ((name, label), register, searched): ((&str, &str), &str, bool),
    ) -> Result<Response, Error> {
        let like = self.posted.word("like");
        let found = if searched {
            let whose = (&self.signed.actor, self.act);
            Some(self.app.house.nameable(whose, self.school, (register, &like)).await?)
        } else {
            None
        };
        Finding { name, label, action: self.here.clone(), posted: self.posted }.page(frame, self.signed.csrf(), found)
    }
}

/// The questions of a form with what somebody typed who signs in nowhere: they point to no record.
pub fn drawn_unnamed(filling: &Filling, typed: &Typed, wrong: &[Wrong]) -> Drawn {
    let form = asked(filling, typed);
    let items = items(&form, (typed, &mistakes(wrong)), (&BTreeMap::new(), false));
    drawn((String::new(), &form), items, (wrong, None))
}

/// The answers of a form, with what is wrong with them; `None` when more is asked first.
pub fn answers((filling, posted): (&Filling, &Posted), typed: &Typed) -> Option<(Value, Vec<Wrong>)> {
    let (answers, mistakes) = filling.whole.read(typed, &filling.zone);
    let (form, answers) = filling.asked(&answers);
    let seen: Vec<&str> = posted.get("shown").split(' ').collect();
    if form.asked.iter().any(|asked| !seen.contains(&&*asked.field.name)) {
        return None;
    }
    let mut wrong: Vec<Wrong> = mistakes.into_iter().map(|(name, why)| (Some(name), why)).collect();
    wrong.retain(|(name, _)| name.as_ref().is_none_or(|name| form.get(name).is_some()));
    Some((answers, wrong))
}

fn asked(filling: &Filling, typed: &Typed) -> PackForm {
    let (answers, _) = filling.whole.read(typed, &filling.zone);
    filling.asked(&answers).0
}

fn drawn((csrf, form): (String, &PackForm), items: Vec<Item>, (wrong, beside): (&[Wrong], Option<&Field>)) -> Drawn {
    let mut fields: Vec<&Field> = items.iter().map(Item::field).collect();
    fields.extend(beside);
    let mut sheet = Form::of(csrf, &fields);
    for (_, text) in wrong.iter().filter(|(name, _)| name.is_none()) {
        sheet.faults.insert(0, Fault { href: "#main-content".to_owned(), text: text.clone() });
    }
    let shown: Vec<&str> = form.asked.iter().map(|asked| &*asked.field.name).collect();
    Drawn { shown: shown.join(" "), items, form: sheet }
}

/// What is wrong with single fields.
pub fn mistakes(wrong: &[Wrong]) -> Vec<(Name, String)> {
    wrong.iter().filter_map(|(name, why)| Some((name.clone()?, why.clone()))).collect()
}
