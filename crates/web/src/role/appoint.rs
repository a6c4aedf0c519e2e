//! Appointing somebody: who, which role, from when, check, done. One thing a page, and nothing in any address.

use super::{date_of, framed, parts, typed};
use crate::error::Error;
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::{Frame, Link};
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use schoolkeeper_app::appointment::Posts;
use schoolkeeper_app::role::NewAppointment;
use schoolkeeper_app::{School, dates};
use schoolkeeper_core::id::EntryId;
use serde::Deserialize;

/// What the pages before have asked, sent along with each.
const ASKED: [&str; 11] = [
    "like",
    "person",
    "role",
    "stands-in",
    "site",
    "delegation",
    "from-day",
    "from-month",
    "from-year",
    "until-day",
    "until-month",
];

#[derive(Template)]
#[template(path = "role/appoint.html")]
struct AppointPage {
    frame: Frame,
    form: Form,
    action: String,
    step: &'static str,
    heading: &'static str,
    fields: Vec<Field>,
    kept: Vec<(&'static str, String)>,
    answers: Vec<(String, String)>,
    button: &'static str,
}

/// Which role it begins with.
#[derive(Debug, Default, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    role: String,
}

/// Everything the pages know.
struct Work<'a> {
    app: &'a App,
    signed: &'a Signed,
    school: School,
    posts: Posts,
    posted: &'a Posted,
}

/// GET /school/{school}/roles/appoint
pub async fn begin(
    State(app): State<App>,
    signed: Signed,
    Path(school): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let posted = Posted::new(vec![("role".to_owned(), wanted.role)]);
    let work = Work::of(&app, &signed, &school, &posted).await?;
    work.who(None)
}

/// POST /school/{school}/roles/appoint
pub async fn appoint(
    State(app): State<App>,
    signed: Signed,
    Path(school): Path<String>,
    posted: Posted,
) -> Result<Response, Error> {
    let work = Work::of(&app, &signed, &school, &posted).await?;
    match posted.get("step") {
        "who" => work.after_who().await,
        "what" => work.after_what().await,
        "when" => work.after_when().await,
        "check" => work.done().await,
        _ => work.who(None),
    }
}

impl<'a> Work<'a> {
    async fn of(app: &'a App, signed: &'a Signed, school: &str, posted: &'a Posted) -> Result<Self, Error> {
        let school = app.house.school_at(&signed.actor, school).await?;
        let posts = app.house.posts_of(&signed.actor, &school).await?;
        Ok(Self { app, signed, school, posts, posted })
    }

    fn who(&self, error: Option<String>) -> Result<Response, Error> {
        let hint = "Their name or work e-mail address";
        let mut like = Field::new("like", "Who is it?").hint(hint).value(self.posted.word("like"));
        like.heading = true;
        like.error = error;
        self.page(("who", ""), vec![like], "Continue")
    }

    /// Finds the person; asks again when there are several or none.
    async fn after_who(&self) -> Result<Response, Error> {
        let like = self.posted.word("like");
        if like.is_empty() {
            return self.who(Some("Write a name or an e-mail address".to_owned()));
        }
        let found = self.app.house.people_like(&self.signed.actor, &self.school, &like).await?;
        let choices: Vec<Choice> = found.iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect();
        if choices.is_empty() {
            return self.who(Some(format!("Nobody on the staff list is called \"{like}\"")));
        }
        self.what(choices, &[]).await
    }

    async fn what(&self, people: Vec<Choice>, mistakes: &[(&'static str, String)]) -> Result<Response, Error> {
        let chosen = match people.as_slice() {
            [only] => only.value.clone(),
            _ => self.posted.word("person"),
        };
        let roles = self.posts.roles.iter().map(|(name, _)| Choice::new(&**name, self.posts.title(name)));
        let mut roles: Vec<Choice> = roles.collect();
        roles.sort_by_key(|choice| choice.text.to_lowercase());
        let mut deputies = vec![Choice::new("", "No, they hold the role themselves")];
        deputies.push(Choice {
            hint: Some("They act while nobody who holds it is there".to_owned()),
            ..Choice::new("yes", "Yes, they stand in for it")
        });
        let sites = self.app.house.sites(&self.signed.actor, &self.school).await?;
        let mut places = vec![Choice::new("", "The whole school")];
        places.extend(sites.iter().map(|(id, name)| Choice::new(id.to_string(), name)));
        let mut fields = vec![
            Field::new("person", "Person").choices(people).value(chosen).check(mistakes),
            Field::new("role", "Role").choices(roles).value(self.posted.word("role")).check(mistakes),
            Field::new("stands-in", "Are they a deputy?").choices(deputies).value(self.posted.word("stands-in")),
        ];
        if !sites.is_empty() {
            fields.push(Field::new("site", "Where").choices(places).value(self.posted.word("site")));
        }
        self.page(("what", "Which role is it?"), fields, "Continue")
    }

    async fn after_what(&self) -> Result<Response, Error> {
        let found = self.app.house.people_like(&self.signed.actor, &self.school, &self.posted.word("like")).await?;
        let person = found.iter().find(|(id, _)| id.to_string() == self.posted.word("person"));
        let role = self.posts.roles.get(&self.posted.word("role"));
        let mut mistakes = Vec::new();
        mistakes.extend(person.is_none().then(|| ("person", "Choose who it is".to_owned())));
        mistakes.extend(role.is_none().then(|| ("role", "Choose a role".to_owned())));
        if mistakes.is_empty() {
            return self.when(&[]);
        }
        let choices = found.iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect();
        self.what(choices, &mistakes).await
    }

    fn when(&self, mistakes: &[(&'static str, String)]) -> Result<Response, Error> {
        let today = parts(Some(self.posts.today));
        let from = typed(self.posted, "from");
        let from = if from == "--" { today } else { from };
        let fields = vec![
            Field::new("from", "First day").value(from).check(mistakes),
            Field::new("until", "Last day, if there is one").value(typed(self.posted, "until")).check(mistakes),
            Field::new("delegation", "Minute or letter")
                .hint("Needed when a leading role is handed on, or stood in for: where it is written down")
                .value(self.posted.word("delegation"))
                .check(mistakes),
        ];
        self.page(("when", "From when?"), fields, "Continue")
    }

    async fn after_when(&self) -> Result<Response, Error> {
        let mut mistakes = Vec::new();
        for name in ["from", "until"] {
            mistakes.extend(date_of(self.posted, name).err().map(|why| (name, why)));
        }
        if !mistakes.is_empty() {
            return self.when(&mistakes);
        }
        let new = self.new_one();
        let name = self.name(&new).await?;
        let answers = self.answers(&new, &name);
        self.show(("check", "Check before you appoint"), Vec::new(), answers, "Appoint")
    }

    async fn done(&self) -> Result<Response, Error> {
        let new = self.new_one();
        let name = self.name(&new).await?;
        self.app.house.appoint(&self.signed.actor, &self.school, &new).await?;
        let title = self.posts.title(&self.posted.word("role"));
        let what = if new.deputy_of.is_some() { "stands in for" } else { "holds the role" };
        Ok(told(self.app, &urls::roles(&self.school.slug), &format!("{name} {what} {title}.")))
    }

    async fn name(&self, new: &NewAppointment) -> Result<String, Error> {
        let found = self.app.house.people_like(&self.signed.actor, &self.school, &self.posted.word("like")).await?;
        found.into_iter().find(|(id, _)| Some(*id) == new.person).map(|(_, name)| name).ok_or(Error::Missing)
    }

    fn new_one(&self) -> NewAppointment {
        let id = |name: &str| self.posted.word(name).parse().ok().map(EntryId);
        let (role, deputy) = (self.posted.word("role"), !self.posted.word("stands-in").is_empty());
        NewAppointment {
            person: id("person"),
            role: if deputy { "deputy".to_owned() } else { role.clone() },
            site: id("site"),
            from: date_of(self.posted, "from").ok().flatten().or(Some(self.posts.today)),
            until: date_of(self.posted, "until").ok().flatten(),
            deputy_of: deputy.then_some(role),
            delegation: self.posted.word("delegation"),
        }
    }

    fn answers(&self, new: &NewAppointment, name: &str) -> Vec<(String, String)> {
        let mut out = vec![("Who".to_owned(), name.to_owned())];
        let word = if new.deputy_of.is_some() { "Stands in for" } else { "Role" };
        out.push((word.to_owned(), self.posts.title(&self.posted.word("role"))));
        out.extend(new.from.map(|day| ("First day".to_owned(), dates::long(day))));
        out.push(("Last day".to_owned(), new.until.map_or_else(|| "None".to_owned(), dates::long)));
        out.extend((!new.delegation.is_empty()).then(|| ("Minute or letter".to_owned(), new.delegation.clone())));
        out
    }

    fn page(
        &self,
        of: (&'static str, &'static str),
        fields: Vec<Field>,
        button: &'static str,
    ) -> Result<Response, Error> {
        self.show(of, fields, Vec::new(), button)
    }

    fn show(
        &self,
        (step, heading): (&'static str, &'static str),
        fields: Vec<Field>,
        answers: Vec<(String, String)>,
        button: &'static str,
    ) -> Result<Response, Error> {
        let form = Form::of(self.signed.csrf(), &fields.iter().collect::<Vec<_>>());
        let asked_here =
            |name: &str| fields.iter().any(|field| name == field.name || name.starts_with(&format!("{}-", field.name)));
        let kept = ASKED.iter().chain(&["until-year"]).filter(|name| !asked_here(name));
        let kept = kept.map(|name| (*name, self.posted.word(name))).filter(|(_, value)| !value.is_empty()).collect();
        let back = Link { text: "Roles".to_owned(), href: urls::roles(&self.school.slug) };
        let frame = Frame { back: Some(back), ..framed("Appoint somebody", &self.school, self.signed) }.faulty(&form);
        let action = urls::appoint(&self.school.slug);
        let page = AppointPage { frame, form, action, step, heading, fields, kept, answers, button };
        Ok(page.form.answer(page.render()?))
    }
}
