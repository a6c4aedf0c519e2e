//! Adding and changing an entry: one form made from the register, a page to find what it points to, and what was
//! typed kept through all of it. Nothing typed stands in any address.

use super::control::{Asking, Group, Mistakes, Typed, typed};
use super::{There, entry_to_change, find};
use crate::error::Error;
use crate::form::{Choice, Fault, Field, Form, Posted};
use crate::frame::{Frame, Link};
use crate::register::framed;
use crate::session::{Draft, Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use jiff::tz::TimeZone;
use schoolkeeper_app::School;
use schoolkeeper_app::advice::Advice;
use schoolkeeper_app::entry::{EntryAt, Filled, Saved, Version, form};
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::schema::{FieldType, Register};
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "entry/form.html")]
struct FormPage {
    frame: Frame,
    form: Form,
    heading: String,
    lead: &'static str,
    advice: Vec<Advice>,
    action: String,
    version: String,
    groups: Vec<Group>,
    why: Option<Field>,
    same: Vec<Link>,
    another: Option<Field>,
    button: &'static str,
    cancel: String,
}

/// Everything the forms know.
pub(super) struct Work<'a> {
    pub(super) app: &'a App,
    pub(super) signed: &'a Signed,
    pub(super) school: School,
    pub(super) register: Register,
    pub(super) at: Option<EntryAt>,
    pub(super) posted: &'a Posted,
    pub(super) zone: TimeZone,
}

/// GET /school/{school}/records/{register}/new
pub async fn begin(
    State(app): State<App>,
    signed: Signed,
    Path((school, register)): Path<(String, String)>,
    draft: Draft,
) -> Result<Response, Error> {
    let work = Work::new_one(&app, &signed, (&school, &register), &draft.0).await?;
    work.form(&work.typed(), &[]).await
}

/// POST /school/{school}/records/{register}/new
pub async fn add(
    State(app): State<App>,
    signed: Signed,
    Path((school, register)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Error> {
    Work::new_one(&app, &signed, (&school, &register), &posted).await?.step().await
}

/// GET /school/{school}/records/{register}/{entry}/change
pub async fn edit(
    State(app): State<App>,
    signed: Signed,
    Path(there): Path<There>,
    draft: Draft,
) -> Result<Response, Error> {
    let at = entry_to_change(&app, &signed, &there).await?;
    let work = Work::known(&app, &signed, at, &draft.0);
    let stands = if draft.0.fields().is_empty() { work.known_typed() } else { work.typed() };
    work.form(&stands, &[]).await
}

/// POST /school/{school}/records/{register}/{entry}/change
pub async fn change(
    State(app): State<App>,
    signed: Signed,
    Path(there): Path<There>,
    posted: Posted,
) -> Result<Response, Error> {
    let at = entry_to_change(&app, &signed, &there).await?;
    Work::known(&app, &signed, at, &posted).step().await
}

impl<'a> Work<'a> {
    async fn new_one(
        app: &'a App,
        signed: &'a Signed,
        (school, register): (&str, &str),
        posted: &'a Posted,
    ) -> Result<Self, Error> {
        let school = app.house.school_at(&signed.actor, school).await?;
        let register = app.house.register_to_fill(&signed.actor, &school, register).await?;
        let zone = Calendar::new(school.division, Vec::new()).zone().clone();
        Ok(Self { app, signed, school, register, at: None, posted, zone })
    }

    fn known(app: &'a App, signed: &'a Signed, at: EntryAt, posted: &'a Posted) -> Self {
        let zone = Calendar::new(at.school.division, Vec::new()).zone().clone();
        let (school, register) = (at.school.clone(), at.register.clone());
        Self { app, signed, school, register, at: Some(at), posted, zone }
    }

    /// What to do is what the button says.
    async fn step(&self) -> Result<Response, Error> {
        let (step, name) = self.posted.get("step").split_once(':').unwrap_or((self.posted.get("step"), ""));
        let mut typed = self.typed();
        if step == "picked" {
            self.pick(&mut typed);
            return self.save(&typed).await;
        }
        let known = self.register.field(name).map(|(_, field)| (field.name.clone(), field.kind.clone()));
        match (step, known) {
            ("find" | "search", Some((name, kind))) => self.find((name, kind), step == "search").await,
            ("choose", Some((name, kind))) if find::chooses_nothing(self.posted) => self.find((name, kind), true).await,
            ("choose" | "clear", Some((name, kind))) => {
                find::relink(&kind, step, self.posted, typed.entry(name).or_default());
                self.form(&typed, &[]).await
            }
            ("back", _) => self.form(&typed, &[]).await,
            _ => self.save(&typed).await,
        }
    }

    fn typed(&self) -> Typed {
        typed(&self.register, self.posted)
    }

    /// What is on record, as it stands in the form.
    pub(super) fn known_typed(&self) -> Typed {
        let Some(at) = &self.at else { return Typed::new() };
        let said = self
            .register
            .fields
            .iter()
            .filter_map(|field| Some((field, &at.whole.entry.facts.get(&field.name)?.value)));
        said.map(|(field, value)| (field.name.clone(), form::typed_as(field, value, &self.zone))).collect()
    }

    pub(super) async fn save(&self, typed: &Typed) -> Result<Response, Error> {
        let filled = match self.filled(typed) {
            Ok(filled) => filled,
            Err(mistakes) => return self.form(typed, &mistakes).await,
        };
        let house = &self.app.house;
        let (actor, slug, register) = (&self.signed.actor, &self.school.slug, &self.register.id);
        let (saved, words) = match &self.at {
            None => (house.create_entry(actor, &self.school, (register, &filled)).await?, "added"),
            Some(at) => {
                let version = Version(self.posted.word("version").parse().unwrap_or_default());
                (house.change_entry(actor, &self.school, ((register, at.id(), version), &filled)).await?, "changed")
            }
        };
        match saved {
            Saved::Done(entry) => {
                let words = format!("{} {words}.", self.register.title);
                Ok(told(self.app, &urls::entry(slug, register, entry), &words))
            }
            Saved::Mistakes(mistakes) => self.form(typed, &mistakes).await,
            Saved::Same(same) => self.show(typed, &[], &same, false).await,
            Saved::MovedOn => self.moved_on(typed).await,
        }
    }

    /// What was typed as values; a question that is not asked is not answered.
    fn filled(&self, typed: &Typed) -> Result<Filled, Vec<(Name, String)>> {
        let mut out =
            Filled { why: self.posted.word("why"), another: self.posted.get("another") == "yes", ..Filled::default() };
        let mut mistakes = Vec::new();
        for field in self.register.fields.iter().filter(|field| form::control(field).is_some()) {
            let other = |name: &Name| typed.get(name).map_or("", String::as_str);
            let asked = field.when.as_ref().is_none_or(|when| form::is_asked(when, other(&when.field)));
            let text = if asked { other(&field.name) } else { "" };
            match form::read(field, text, &self.zone) {
                Ok(Some(value)) => drop(out.say.insert(field.name.clone(), value)),
                Ok(None) => drop(out.unsay.insert(field.name.clone())),
                Err(why) => mistakes.push((field.name.clone(), why)),
            }
        }
        if mistakes.is_empty() { Ok(out) } else { Err(mistakes) }
    }

    async fn form(&self, typed: &Typed, mistakes: &Mistakes) -> Result<Response, Error> {
        self.show(typed, mistakes, &[], false).await
    }

    pub(super) async fn show(
        &self,
        typed: &Typed,
        mistakes: &Mistakes,
        same: &[(EntryId, String)],
        moved_on: bool,
    ) -> Result<Response, Error> {
        let names = self.names(typed).await?;
        let asking = Asking { register: &self.register, typed, mistakes, names: &names };
        let groups = asking.groups();
        let fault = |name: &str| mistakes.iter().find(|(known, _)| **known == *name).map(|(_, why)| why.clone());
        let why = self.at.as_ref().map(|_| {
            let hint = "Needed when you correct what a list says. It stays in the history";
            Field {
                error: fault("why"),
                ..Field::new("why", "Why do you change it?").hint(hint).value(self.posted.word("why"))
            }
        });
        let another = (!same.is_empty()).then(|| {
            let choices = vec![Choice::new("yes", "I looked: it is another one")];
            let error = Some("This seems to be on record already. Open it, or tick that it is another one".to_owned());
            Field { error, ..Field::new("another", "Is it one of these?").choices(choices) }
        });
        let mut asked: Vec<&Field> = another.iter().collect();
        asked.extend(Asking::faulty(&groups));
        asked.extend(&why);
        let mut form = Form::of(self.signed.csrf(), &asked);
        if moved_on {
            let text = "Somebody else changed this record while you wrote. Look at what stands here and save again";
            form.faults.insert(0, Fault { href: "#main-content".to_owned(), text: text.to_owned() });
        }
        let page = self.page(form, groups, (why, another), same).await?;
        Ok(page.form.answer(page.render()?))
    }

    async fn page(
        &self,
        form: Form,
        groups: Vec<Group>,
        (why, another): (Option<Field>, Option<Field>),
        same: &[(EntryId, String)],
    ) -> Result<FormPage, Error> {
        let (slug, register) = (&self.school.slug, &self.register.id);
        let title = self.register.title.to_lowercase();
        let (heading, action, cancel, button) = match &self.at {
            None => {
                let list = urls::register(slug, register);
                (format!("Add a record: {title}"), urls::new_entry(slug, register), list, "Save")
            }
            Some(at) => {
                let entry = urls::entry(slug, register, at.id());
                let name = self.app.house.entry_title(at).await?;
                (format!("Change {name}"), urls::entry_act(slug, register, (at.id(), "change")), entry, "Save changes")
            }
        };
        let acts: Vec<&str> = self.register.does.iter().map(|does| &*does.act).collect();
        let back = Link { text: "Back".to_owned(), href: cancel.clone() };
        let link = |(id, name): &(EntryId, String)| Link { text: name.clone(), href: urls::entry(slug, register, *id) };
        Ok(FormPage {
            frame: Frame { back: Some(back), ..framed(self.app, self.signed, &self.school, &heading).await? }
                .faulty(&form),
            version: self.at.as_ref().map_or_else(String::new, |at| at.whole.entry.version.to_string()),
            advice: self.app.house.advice(&self.school, &acts).await?,
            lead: "Only what is marked as needed must be filled in; the rest can follow.",
            same: same.iter().map(link).collect(),
            heading,
            action,
            groups,
            why,
            another,
            button,
            cancel,
            form,
        })
    }

    /// Names of everything that is pointed to in the form.
    async fn names(&self, typed: &Typed) -> Result<BTreeMap<EntryId, String>, Error> {
        let links =
            self.register.fields.iter().filter(|field| matches!(field.kind, FieldType::Ref(_) | FieldType::Refs(_)));
        let texts = links.filter_map(|field| typed.get(&field.name));
        let ids: Vec<EntryId> =
            texts.flat_map(|text| text.lines()).filter_map(|id| id.parse().ok().map(EntryId)).collect();
        Ok(self.app.house.names_at(&self.school, &ids).await?)
    }

    /// The page that finds an entry to point to.
    async fn find(&self, (name, kind): (Name, FieldType), searched: bool) -> Result<Response, Error> {
        let (FieldType::Ref(to) | FieldType::Refs(to)) = kind else { return Err(Error::Missing) };
        let label = self.register.field(&name).map_or_else(String::new, |(_, field)| field.label.clone());
        let like = self.posted.word("like");
        let found = if searched && !like.is_empty() {
            Some(self.app.house.entries_like(&self.signed.actor, &self.school, (&to, &like)).await?)
        } else {
            searched.then(Vec::new)
        };
        let action = match &self.at {
            None => urls::new_entry(&self.school.slug, &self.register.id),
            Some(at) => urls::entry_act(&self.school.slug, &self.register.id, (at.id(), "change")),
        };
        let frame = framed(self.app, self.signed, &self.school, &label).await?;
        find::Finding { name: &name, label: &label, action, posted: self.posted }.page(frame, self.signed.csrf(), found)
    }
}
