//! Many at once: which field, what it becomes, what would happen, done, taken back.

use super::{framed, href};
use crate::error::Error;
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use schoolkeeper_app::School;
use schoolkeeper_app::register::bulk::{BULK_MAX, BulkAct, BulkAsked, BulkShown, BulkStands, Chosen};
use schoolkeeper_app::register::cell::choice;
use schoolkeeper_app::register::{ListAsked, number};
use schoolkeeper_app::words::plural_of;
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::schema::{self, FieldType, Register};
use uuid::Uuid;

#[derive(Template)]
#[template(path = "register/bulk.html")]
struct BulkPage {
    frame: Frame,
    form: Form,
    heading: String,
    action: String,
    kept: Vec<(String, String)>,
    fields: Vec<(Field, &'static str)>,
    preview: Option<Preview>,
    button: String,
    warns: bool,
}

/// What would happen, in words.
struct Preview {
    says: Vec<String>,
    refused: Vec<(String, String)>,
    more: Option<String>,
}

#[derive(Template)]
#[template(path = "register/bulk_done.html")]
struct DonePage {
    frame: Frame,
    csrf: String,
    heading: String,
    says: String,
    again: Option<String>,
    undo: Option<String>,
    list: String,
    many: String,
}

/// Who asks for what, where.
struct At<'a> {
    app: &'a App,
    signed: &'a Signed,
    school: &'a School,
    register: &'a Register,
    posted: &'a Posted,
}

/// POST /school/{school}/records/{register}/bulk
pub async fn bulk(
    State(app): State<App>,
    signed: Signed,
    Path((school, register)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let schema = app.house.register_to_change(&signed.actor, &school, &register).await?;
    let at = At { app: &app, signed: &signed, school: &school, register: &schema, posted: &posted };
    if at.chosen().is_none() {
        let to = href(&urls::register(&school.slug, &register), &at.list().parts());
        return Ok(told(&app, &to, "Nothing was chosen. Tick some of the list first"));
    }
    match posted.get("act") {
        "change" => at.change().await,
        "remove" => at.remove().await,
        _ => Err(Error::Missing),
    }
}

/// GET /school/{school}/records/{register}/bulk/{bulk}
pub async fn stands(
    State(app): State<App>,
    signed: Signed,
    Path((school, register, bulk)): Path<(String, String, String)>,
) -> Result<Html<String>, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let bulk: Uuid = bulk.parse().map_err(|_| Error::Missing)?;
    let stands = app.house.bulk_stands(&signed.actor, &school, &register, bulk).await?;
    let many = app.house.many_at(&school, &register).await?;
    let list = urls::register(&school.slug, &register);
    let here = format!("{list}/bulk/{bulk}");
    let (heading, says, undo) = match &stands {
        BulkStands::Working => ("Working".to_owned(), format!("The {many} are being changed."), false),
        BulkStands::Done { act, count, undone } => {
            let done = if *act == BulkAct::Remove { "removed" } else { "changed" };
            let heading = format!("{} {done}", number(*count));
            let says = if *undone {
                "This was taken back.".to_owned()
            } else if *act == BulkAct::Remove {
                format!("They are listed under \u{201c}Removed {many}\u{201d} with what was known of them.")
            } else {
                "It stands in the history of each of them.".to_owned()
            };
            (heading, says, !undone)
        }
    };
    let page = DonePage {
        frame: framed(&app, &signed, &school, &heading).await?.back("Back to the list", list.clone()),
        csrf: signed.csrf(),
        again: (stands == BulkStands::Working).then(|| here.clone()),
        undo: undo.then(|| format!("{here}/undo")),
        heading,
        says,
        list,
        many,
    };
    Ok(Html(page.render()?))
}

/// POST /school/{school}/records/{register}/bulk/{bulk}/undo
pub async fn undo(
    State(app): State<App>,
    signed: Signed,
    Path((school, register, bulk)): Path<(String, String, String)>,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let bulk: Uuid = bulk.parse().map_err(|_| Error::Missing)?;
    let words = app.house.undo_bulk(&signed.actor, &school, &register, bulk).await?;
    Ok(told(&app, &format!("{}/bulk/{bulk}", urls::register(&school.slug, &register)), &words))
}

impl BulkPage {
    /// A field is the page's heading.
    fn has_heading(&self) -> bool {
        self.fields.iter().any(|(field, _)| field.heading)
    }
}

impl At<'_> {
    /// The list the choice was made in.
    fn list(&self) -> ListAsked {
        let parts: Vec<(String, String)> = self
            .posted
            .get("query")
            .split('&')
            .filter_map(|part| part.split_once('='))
            .map(|(name, value)| (urls::unescape(name), urls::unescape(value)))
            .collect();
        ListAsked::read(&parts)
    }

    fn chosen(&self) -> Option<Chosen> {
        if self.posted.get("all") == "yes" {
            return Some(Chosen::All(self.list()));
        }
        let ids: Vec<EntryId> =
            self.posted.all("entry").iter().filter_map(|id| id.parse().ok().map(EntryId)).take(BULK_MAX).collect();
        (!ids.is_empty()).then_some(Chosen::Some(ids))
    }

    /// What the next form must know of this one.
    fn kept(&self, more: &[&str]) -> Vec<(String, String)> {
        let kept = |name: &str| ["entry", "all", "query", "act"].contains(&name) || more.contains(&name);
        self.posted.fields().iter().filter(|(name, _)| kept(name)).cloned().collect()
    }

    async fn change(&self) -> Result<Response, Error> {
        let fields = self.app.house.bulk_fields(self.register);
        let Some(field) = fields.iter().copied().find(|field| *field.name == *self.posted.get("field")) else {
            return self.ask_field(&fields).await;
        };
        if self.posted.get("step") == "field" {
            return self.ask_value(field, None).await;
        }
        let value = match self.app.house.bulk_value(self.school, field, self.posted.get("value")).await? {
            Ok(value) => value,
            Err(mistake) => return self.ask_value(field, Some(mistake)).await,
        };
        let asked = BulkAsked { act: BulkAct::Change, set: Some((field.name.clone(), value)), why: self.why() };
        let typed = self.posted.get("value");
        let becomes = match field.kind {
            FieldType::Choice(_) | FieldType::YesNo => choice(typed),
            _ => typed.to_owned(),
        };
        self.look_or_do(&asked, &format!("{} \u{2192} {becomes}", field.label)).await
    }

    async fn remove(&self) -> Result<Response, Error> {
        if self.posted.get("step").is_empty() {
            return self.ask_why(None).await;
        }
        if self.why().is_empty() {
            return self.ask_why(Some("Say why they are removed".to_owned())).await;
        }
        let asked = BulkAsked { act: BulkAct::Remove, set: None, why: self.why() };
        self.look_or_do(&asked, "removed from the list").await
    }

    fn why(&self) -> String {
        self.posted.word("why").chars().take(500).collect()
    }

    async fn look_or_do(&self, asked: &BulkAsked, becomes: &str) -> Result<Response, Error> {
        let (house, actor) = (&self.app.house, &self.signed.actor);
        let chosen = self.chosen().ok_or(Error::Missing)?;
        let place = (self.school, &*self.register.id);
        let shown = house.look_at_bulk(actor, place, &chosen, asked).await?;
        if self.posted.get("step") == "do" && !shown.can.is_empty() {
            let id = house.do_bulk(actor, place, &shown, asked).await?;
            let at = urls::register(&self.school.slug, &self.register.id);
            return Ok(Redirect::to(&format!("{at}/bulk/{id}")).into_response());
        }
        let count = shown.can.len() as u64;
        let verb = if asked.act == BulkAct::Remove { "Remove" } else { "Change" };
        let many = self.many();
        let page = BulkPage {
            heading: format!("{verb} {} {many}: {becomes}", number(shown.chosen as u64)),
            kept: with_step(self.kept(&["field", "value", "why"]), "do"),
            preview: Some(preview(&shown, &many)),
            button: if count == 0 { String::new() } else { format!("{verb} {}", number(count)) },
            warns: asked.act == BulkAct::Remove,
            ..self.page("").await?
        };
        Ok(Html(page.render()?).into_response())
    }

    async fn ask_field(&self, fields: &[&schema::Field]) -> Result<Response, Error> {
        let choices = fields.iter().map(|field| Choice::new(&*field.name, field.label.clone())).collect();
        let mut field = Field::new("field", "What do you want to change?").choices(choices);
        field.heading = true;
        if self.posted.get("step") == "field" {
            field.error = Some("Choose what to change".to_owned());
        }
        self.ask("field", vec![(field, "radios")], &[]).await
    }

    async fn ask_value(&self, of: &schema::Field, mistake: Option<String>) -> Result<Response, Error> {
        let label = format!("What does \u{201c}{}\u{201d} become?", of.label);
        let (choices, kind, hint): (Vec<Choice>, _, _) = match &of.kind {
            FieldType::Choice(all) => {
                (all.iter().map(|one| Choice::new(&**one, choice(one))).collect(), "radios", None)
            }
            FieldType::YesNo => (vec![Choice::new("yes", "Yes"), Choice::new("no", "No")], "radios", None),
            FieldType::Date => (Vec::new(), "day", None),
            FieldType::Ref(_) => (Vec::new(), "text", Some("The name, as it stands in the records")),
            FieldType::Money => (Vec::new(), "text", Some("In pounds, for example 12.50")),
            _ => (Vec::new(), "text", None),
        };
        let mut value = Field::new("value", label).choices(choices).value(self.posted.word("value"));
        value.hint = hint.map(str::to_owned);
        value.error = mistake;
        let why =
            Field::new("why", "Why? (optional)").hint("It stands in the history of each of them.").value(self.why());
        self.ask("value", vec![(value, kind), (why, "text")], &["field"]).await
    }

    async fn ask_why(&self, mistake: Option<String>) -> Result<Response, Error> {
        let mut why = Field::new("why", format!("Why are these {} removed?", self.many())).value(self.why());
        why.hint = Some(
            "They leave the list, and what was known of them stays. A list that names them again brings them back."
                .to_owned(),
        );
        why.error = mistake;
        self.ask("why", vec![(why, "text")], &[]).await
    }

    async fn ask(&self, step: &str, fields: Vec<(Field, &'static str)>, kept: &[&str]) -> Result<Response, Error> {
        let form = Form::of(self.signed.csrf(), &fields.iter().map(|(field, _)| field).collect::<Vec<_>>());
        let base = self.page(&format!("Change many {}", self.many())).await?;
        let page = BulkPage {
            frame: base.frame.faulty(&form),
            form,
            fields,
            kept: with_step(self.kept(kept), step),
            button: "Continue".to_owned(),
            heading: String::new(),
            ..base
        };
        Ok(page.form.answer(page.render()?))
    }

    async fn page(&self, title: &str) -> Result<BulkPage, Error> {
        let at = urls::register(&self.school.slug, &self.register.id);
        let title = if title.is_empty() { "What would change" } else { title };
        let frame = framed(self.app, self.signed, self.school, title).await?;
        Ok(BulkPage {
            frame: frame.back("Back to the list", href(&at, &self.list().parts())),
            form: Form::of(self.signed.csrf(), &[]),
            heading: String::new(),
            action: format!("{at}/bulk"),
            kept: Vec::new(),
            fields: Vec::new(),
            preview: None,
            button: String::new(),
            warns: false,
        })
    }

    fn many(&self) -> String {
        plural_of(self.register)
    }
}

fn with_step(mut kept: Vec<(String, String)>, step: &str) -> Vec<(String, String)> {
    kept.retain(|(name, _)| name != "step");
    kept.push(("step".to_owned(), step.to_owned()));
    kept
}

fn preview(shown: &BulkShown, many: &str) -> Preview {
    let count = number(shown.can.len() as u64);
    let mut says = vec![format!("{count} of {} {many} will change.", number(shown.chosen as u64))];
    says.extend((shown.same > 0).then(|| format!("{} say so already.", number(shown.same as u64))));
    says.extend(
        (shown.chosen >= BULK_MAX).then(|| format!("Only the first {} are looked at.", number(BULK_MAX as u64))),
    );
    says.extend(
        (shown.refused_count > 0).then(|| format!("{} cannot be changed:", number(shown.refused_count as u64))),
    );
    let hidden = shown.refused_count - shown.refused.len();
    Preview {
        more: (hidden > 0).then(|| format!("and {} more", number(hidden as u64))),
        refused: shown.refused.clone(),
        says,
    }
}
