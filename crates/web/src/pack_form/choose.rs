//! Choosing one of the forms of a school's policies, searched and under the headings of the policies.

use crate::error::Error;
use crate::frame::Link;
use crate::session::Signed;
use crate::{App, urls};
use schoolkeeper_app::School;
use schoolkeeper_app::pack_form::Offered;
use serde::Deserialize;

/// `?q=words`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Looked {
    #[serde(deserialize_with = "crate::problem::asked")]
    pub(crate) q: String,
}

/// School, policy and control of an address.
pub(crate) type There = (String, String, String);

/// What may be chosen.
pub(crate) struct Choosing {
    pub(crate) action: String,
    pub(crate) q: String,
    pub(crate) any: bool,
    pub(crate) subjects: Vec<(String, Vec<Line>)>,
}

/// One form.
pub(crate) struct Line {
    pub(crate) link: Link,
    pub(crate) statements: Vec<Link>,
}

impl Choosing {
    /// Those that fit what is looked for; `href` leads to the form of a policy's control at a school.
    pub(crate) fn new(
        (slug, action): (&str, String),
        looked: Looked,
        all: Vec<Offered>,
        href: fn(&str, &str, &str) -> String,
    ) -> Self {
        let any = !all.is_empty();
        let mut subjects: Vec<(String, Vec<Line>)> = Vec::new();
        for one in all.into_iter().filter(|one| one.fits(&looked.q)) {
            let link = Link { href: href(slug, &one.pack, &one.control), text: one.title };
            let offered = Line { link, statements: statements(slug, &one.pack, &one.statements) };
            match subjects.last_mut().filter(|(subject, _)| *subject == one.subject) {
                Some((_, lines)) => lines.push(offered),
                None => subjects.push((one.subject, vec![offered])),
            }
        }
        Self { action, q: looked.q, any, subjects }
    }
}

/// The statements behind a form, as links.
pub(crate) fn statements(slug: &str, pack: &str, statements: &[(String, String)]) -> Vec<Link> {
    let link =
        |(id, text): &(String, String)| Link { text: format!("{id} {text}"), href: urls::statement(slug, pack, id) };
    statements.iter().map(link).collect()
}

/// Where somebody begins who names no school: the first of theirs that is no central office.
pub(crate) async fn first_school(app: &App, signed: &Signed) -> Result<School, Error> {
    let mut schools = app.house.all_schools(&signed.actor).await?;
    let at = schools.iter().position(|school| !school.trust).unwrap_or_default();
    if schools.is_empty() { Err(Error::Missing) } else { Ok(schools.swap_remove(at)) }
}
