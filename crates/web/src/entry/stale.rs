//! A form that was written while somebody else changed the record: what does not meet is put together, what meets is
//! chosen field by field. Nothing anybody wrote is lost.

use super::control::{Typed, sent};
use super::form::Work;
use crate::error::Error;
use crate::form::{Choice, Fault, Field, Form};
use crate::frame::{Frame, Link};
use crate::register::framed;
use crate::urls;
use askama::Template;
use axum::response::Response;
use schoolkeeper_app::dates;
use schoolkeeper_app::entry::past::Since;
use schoolkeeper_app::entry::{form, value};

#[derive(Template)]
#[template(path = "entry/pick.html")]
struct PickPage {
    frame: Frame,
    form: Form,
    heading: String,
    action: String,
    version: i64,
    why: String,
    kept: Vec<(String, String)>,
    fields: Vec<Field>,
    cancel: String,
}

impl Work<'_> {
    /// Puts both together, or asks where both changed the same field.
    pub(super) async fn moved_on(&self, typed: &Typed) -> Result<Response, Error> {
        let Some(at) = &self.at else { return Err(Error::Missing) };
        let looked = self.posted.word("version").parse().unwrap_or_default();
        let since = self.app.house.entry_since(at, looked).await?;
        let (mut together, theirs, mut meet) = (typed.clone(), self.known_typed(), Vec::new());
        for one in since {
            let Some((_, field)) = self.register.field(&one.name).filter(|(_, field)| form::control(field).is_some())
            else {
                continue;
            };
            let base = one.base.as_ref().map_or_else(String::new, |base| form::typed_as(field, base, &self.zone));
            let (yours, now) = (typed.get(&one.name), theirs.get(&one.name));
            let same = yours.map_or("", String::as_str) == now.map_or("", String::as_str);
            if !same && yours.map_or("", String::as_str) == base {
                together.insert(one.name.clone(), now.cloned().unwrap_or_default());
            } else if !same {
                meet.push(one);
            }
        }
        self.ask(&together, &meet).await
    }

    /// Takes the others' word where that was chosen.
    pub(super) fn pick(&self, typed: &mut Typed) {
        let theirs = self.known_typed();
        for field in &self.register.fields {
            if self.posted.get(&format!("pick-{}", field.name)) == "theirs" {
                typed.insert(field.name.clone(), theirs.get(&field.name).cloned().unwrap_or_default());
            }
        }
    }

    async fn ask(&self, together: &Typed, meet: &[Since]) -> Result<Response, Error> {
        let Some(at) = &self.at else { return Err(Error::Missing) };
        let names = self.app.house.entry_names(at, &at.points_to()).await?;
        let mut fields = Vec::new();
        for one in meet {
            let Some((_, field)) = self.register.field(&one.name) else { continue };
            let text = together.get(&one.name).map_or("", String::as_str);
            let yours = match form::read(field, text, &self.zone) {
                Ok(Some(yours)) => value(field, &yours, &names, &self.zone),
                _ if text.is_empty() => "Not known".to_owned(),
                _ => text.to_owned(),
            };
            let now = at.whole.entry.facts.get(&one.name);
            let now = now.map_or_else(|| "Not known".to_owned(), |fact| value(field, &fact.value, &names, &self.zone));
            let when = dates::moment(one.at, &self.zone);
            let choices = vec![
                Choice { hint: Some("Yours".to_owned()), ..Choice::new("yours", yours) },
                Choice { hint: Some(format!("Changed by {}, {when}", one.who)), ..Choice::new("theirs", now) },
            ];
            fields.push(Field::new(format!("pick-{}", one.name), field.label.clone()).choices(choices).value("yours"));
        }
        let mut form = Form::of(self.signed.csrf(), &[]);
        let (href, text) = match fields.first() {
            Some(first) => {
                (format!("#{}-1", first.name), "Somebody else changed the same while you wrote. Choose which is right")
            }
            None => (
                "#main-content".to_owned(),
                "Somebody else changed this record while you wrote. Both changes go together: save again",
            ),
        };
        form.faults.push(Fault { href, text: text.to_owned() });
        let heading = format!("Yours and theirs: {}", self.app.house.entry_title(at).await?);
        let (slug, register) = (&self.school.slug, &self.register.id);
        let cancel = urls::entry(slug, register, at.id());
        let back = Link { text: "Back".to_owned(), href: cancel.clone() };
        let frame = framed(self.app, self.signed, &self.school, &heading).await?;
        let page = PickPage {
            frame: Frame { back: Some(back), ..frame }.faulty(&form),
            version: at.whole.entry.version,
            why: self.posted.word("why"),
            kept: sent(&self.register, together),
            action: urls::entry_act(slug, register, (at.id(), "change")),
            heading,
            fields,
            cancel,
            form,
        };
        Ok(page.form.answer(page.render()?))
    }
}
