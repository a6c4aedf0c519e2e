//! Forms: what was posted, the fields as a page shows them, and the summary of what is to be mended.
//!
//! Invariant: a form that comes back keeps what was typed except secrets, answers 422, and names each fault twice:
//! beside its field and in a summary that links to it.

use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use std::borrow::Cow;

/// Most fields of one form.
const FIELDS_MAX: usize = 500;

/// What a browser posted, in order.
#[derive(Clone, Debug, Default)]
pub struct Posted(Vec<(String, String)>);

impl Posted {
    /// From names and values.
    pub fn new(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }

    /// A field as it was typed; empty when it was not sent.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// A field without blanks around it.
    pub fn word(&self, name: &str) -> String {
        self.get(name).trim().to_owned()
    }

    /// Every value of a field, as tick boxes send them.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect()
    }

    /// Names and values.
    pub fn fields(&self) -> &[(String, String)] {
        &self.0
    }
}

impl<S: Send + Sync> FromRequest<S> for Posted {
    type Rejection = StatusCode;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let fields = if crate::door::in_pieces(request.headers()) {
            pieces(request, state).await?
        } else {
            let form = axum::Form::<Vec<(String, String)>>::from_request(request, state).await;
            form.map_err(|_| StatusCode::BAD_REQUEST)?.0
        };
        if fields.len() > FIELDS_MAX { Err(StatusCode::BAD_REQUEST) } else { Ok(Self(fields)) }
    }
}

/// A form with small files: a file stands as its text. The route's limit of the body bounds it.
async fn pieces<S: Send + Sync>(request: Request, state: &S) -> Result<Vec<(String, String)>, StatusCode> {
    let mut parts = Multipart::from_request(request, state).await.map_err(|_| StatusCode::BAD_REQUEST)?;
    let mut out = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(|error| error.status())? {
        if out.len() == FIELDS_MAX {
            return Err(StatusCode::BAD_REQUEST);
        }
        let name = part.name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(|error| error.status())?;
        out.push((name, String::from_utf8_lossy(&bytes).into_owned()));
    }
    Ok(out)
}

/// One choice among radios, tick boxes or a select.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What people read.
    pub text: String,
    /// One more line.
    pub hint: Option<String>,
    /// It is chosen.
    pub chosen: bool,
}

impl Choice {
    /// A choice without a hint, not chosen.
    pub fn new(value: impl Into<String>, text: impl Into<String>) -> Self {
        Self { value: value.into(), text: text.into(), hint: None, chosen: false }
    }
}

/// A field as `part/form.html` shows it. Its id is its name; a choice's id is `NAME-1`, `NAME-2` …
#[derive(Clone, Debug, Default)]
pub struct Field {
    /// What is sent.
    pub name: Cow<'static, str>,
    /// What people read; for radios and tick boxes the legend.
    pub label: String,
    /// How to fill it in.
    pub hint: Option<String>,
    /// What stands in it.
    pub value: String,
    /// What is wrong with it.
    pub error: Option<String>,
    /// Token of autocomplete: `email`, `current-password` …
    pub autocomplete: &'static str,
    /// Radios, tick boxes, options.
    pub choices: Vec<Choice>,
    /// The label is the page's heading.
    pub heading: bool,
    /// Its choices drop down, so the field itself is what the summary leads to.
    pub drops: bool,
}

impl Field {
    /// A field by its name and label.
    pub fn new(name: impl Into<Cow<'static, str>>, label: impl Into<String>) -> Self {
        Self { name: name.into(), label: label.into(), ..Self::default() }
    }

    /// Says how to fill it in.
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// Fills it in, or chooses among its choices.
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        for choice in &mut self.choices {
            choice.chosen = choice.value == self.value;
        }
        self
    }

    /// Adds what may be chosen.
    pub fn choices(mut self, choices: Vec<Choice>) -> Self {
        self.choices = choices;
        let value = std::mem::take(&mut self.value);
        if value.is_empty() { self } else { self.value(value) }
    }

    /// Adds what may be chosen from a list that drops down.
    pub fn drop_down(self, choices: Vec<Choice>) -> Self {
        Self { drops: true, ..self }.choices(choices)
    }

    /// Says what it holds, for password managers and browsers.
    pub fn autocomplete(self, token: &'static str) -> Self {
        Self { autocomplete: token, ..self }
    }

    /// Takes its fault from a list of (field, why).
    pub fn check(mut self, mistakes: &[(&'static str, String)]) -> Self {
        self.error = mistakes.iter().find(|(name, _)| *name == self.name).map(|(_, why)| why.clone());
        self
    }

    /// `NAME-hint NAME-error`, as far as they are there.
    pub fn described_by(&self) -> String {
        let hint = self.hint.as_ref().map(|_| format!("{}-hint", self.name));
        let error = self.error.as_ref().map(|_| format!("{}-error", self.name));
        [hint, error].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// Where the summary leads: the field, or its first choice.
    fn target(&self) -> String {
        if self.drops || self.choices.is_empty() { format!("#{}", self.name) } else { format!("#{}-1", self.name) }
    }

    /// One part of a date: `day`, `month`, `year` of `27-3-2027`.
    pub fn part(&self, at: usize) -> &str {
        self.value.split('-').nth(at).unwrap_or_default()
    }
}

/// A refusal of the engines as people read it: sentences, names without the marks of the language.
pub fn refusal(why: &str) -> String {
    crate::error::sentences(&why.replace('`', ""))
}

/// One line of the error summary.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Link to the field.
    pub href: String,
    /// What is wrong.
    pub text: String,
}

/// What every form has besides its fields.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// Value of the hidden field.
    pub csrf: String,
    /// What is to be mended; empty on a form that was not sent yet.
    pub faults: Vec<Fault>,
}

impl Form {
    /// A form with the faults of its fields, in the order of the page.
    pub fn of(csrf: String, fields: &[&Field]) -> Self {
        let faults = fields
            .iter()
            .filter_map(|field| field.error.as_ref().map(|text| Fault { href: field.target(), text: text.clone() }));
        Self { csrf, faults: faults.collect() }
    }

    /// A fault of the form as a whole, above all others.
    pub fn fault(mut self, field: &Field, text: &str) -> Self {
        self.faults.insert(0, Fault { href: field.target(), text: text.to_owned() });
        self
    }

    /// The finished page: 422 when something is to be mended.
    pub fn answer(&self, html: String) -> Response {
        let status = if self.faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        (status, Html(html)).into_response()
    }
}
