//! The page within a form that finds an entry to point to, and what its buttons change in what was typed.

use crate::error::Error;
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use askama::Template;
use axum::response::Response;
use schoolkeeper_app::entry::Pointed;
use schoolkeeper_core::schema::FieldType;

/// Fields of the page itself: everything else is carried through it.
const OURS: [&str; 5] = ["csrf", "step", "like", "pick", "gone"];

#[derive(Template)]
#[template(path = "entry/find.html")]
struct FindPage {
    frame: Frame,
    form: Form,
    action: String,
    name: String,
    like: Field,
    found: Option<Field>,
    nothing: Option<String>,
    kept: Vec<(String, String)>,
}

/// A look for what a field points to.
pub struct Finding<'a> {
    /// The field's name.
    pub name: &'a str,
    /// What people read.
    pub label: &'a str,
    /// Where the form goes.
    pub action: String,
    /// What came with it.
    pub posted: &'a Posted,
}

impl Finding<'_> {
    /// The page: `found` once something was looked for.
    pub fn page(self, frame: Frame, csrf: String, found: Option<Vec<Pointed>>) -> Result<Response, Error> {
        let typed = self.posted.word("like");
        let mut like = Field::new("like", self.label.to_owned()).hint("A name, or a part of it").value(typed);
        like.heading = true;
        if found.is_some() && like.value.is_empty() {
            like.error = Some("Write a name or a part of it".to_owned());
        }
        let nothing = found
            .as_ref()
            .filter(|found| found.is_empty() && like.error.is_none())
            .map(|_| format!("Nothing is called \"{}\". Look for a shorter part of the name.", like.value));
        let choice = |one: Pointed| Choice {
            hint: Some(one.more).filter(|more| !more.is_empty()),
            ..Choice::new(one.id.to_string(), one.name)
        };
        let choices: Vec<Choice> = found.into_iter().flatten().map(choice).collect();
        let mut found = (!choices.is_empty()).then(|| Field::new("pick", "Which one is it?").choices(choices));
        if let Some(found) = found.as_mut().filter(|_| chooses_nothing(self.posted)) {
            found.error = Some("Choose one, or go back to the form without choosing".to_owned());
        }
        let asked: Vec<&Field> = std::iter::once(&like).chain(&found).collect();
        let form = Form::of(csrf, &asked);
        let carried = self.posted.fields().iter().filter(|(name, _)| !OURS.contains(&name.as_str()));
        let kept = carried.cloned().collect();
        let frame = frame.faulty(&form);
        let page =
            FindPage { frame, form, action: self.action, name: self.name.to_owned(), like, found, nothing, kept };
        Ok(page.form.answer(page.render()?))
    }
}

/// Whether somebody pressed *Use this one* without having chosen one: then they choose again.
pub fn chooses_nothing(posted: &Posted) -> bool {
    posted.get("step").starts_with("choose:") && posted.word("pick").is_empty()
}

/// What the buttons beside links change: one more is chosen, or one is taken out.
pub fn relink(kind: &FieldType, step: &str, posted: &Posted, slot: &mut String) {
    match step {
        "choose" => {
            let one = posted.word("pick");
            let known = slot.lines().any(|line| line == one);
            if one.is_empty() || known {
                return;
            }
            let more = matches!(kind, FieldType::Refs(_)) && !slot.is_empty();
            *slot = if more { format!("{slot}\n{one}") } else { one };
        }
        "clear" => {
            let gone = posted.word("gone");
            *slot = slot.lines().filter(|line| *line != gone && !gone.is_empty()).collect::<Vec<_>>().join("\n");
        }
        _ => {}
    }
}
