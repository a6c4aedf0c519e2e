//! Giving a cause to somebody: the role that does it, the one that stands in, by when.

use crate::error::Error;
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::{Frame, Here};
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use schoolkeeper_app::owner::{GiveAsked, GiveShown};
use schoolkeeper_app::{Standpoint, dates};
use schoolkeeper_core::id::Name;

#[derive(Template)]
#[template(path = "problem/give.html")]
struct GivePage {
    frame: Frame,
    form: Form,
    title: String,
    people: String,
    owner: Field,
    deputy: Field,
    fix: Field,
    action: String,
}

/// GET /school/{school}/policy/{pack}/cause/{control}/give
pub async fn ask(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack, control)): Path<(String, String, String)>,
) -> Result<Response, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    show(&app, &signed, (&at, &control), (&Posted::default(), &[])).await
}

/// POST /school/{school}/policy/{pack}/cause/{control}/give
pub async fn give(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack, control)): Path<(String, String, String)>,
    posted: Posted,
) -> Result<Response, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    let fix_by = match crate::role::date_of(&posted, "fix") {
        Ok(day) => day,
        Err(why) => return show(&app, &signed, (&at, &control), (&posted, &[("fix", why)])).await,
    };
    let role = |name: &str| Some(posted.word(name)).filter(|role| !role.is_empty()).map(Name::from);
    let Some(owner) = role("owner") else {
        let why = "Choose who does it".to_owned();
        return show(&app, &signed, (&at, &control), (&posted, &[("owner", why)])).await;
    };
    let asked = GiveAsked { owner, deputy: role("deputy"), fix_by };
    match app.house.give_cause(&signed.actor, &at, &control, &asked).await {
        Ok(()) => Ok(told(&app, &urls::cause(&school, &pack, &control), "Given")),
        Err(schoolkeeper_app::Error::Refused(why)) => {
            show(&app, &signed, (&at, &control), (&posted, &[("fix", why)])).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn show(
    app: &App,
    signed: &Signed,
    (at, control): (&Standpoint, &str),
    (posted, mistakes): (&Posted, &[(&'static str, String)]),
) -> Result<Response, Error> {
    let shown = app.house.owner_of(&signed.actor, at, control).await?;
    let [owner, deputy, fix] = fields(&shown, posted, mistakes);
    let form = Form::of(signed.csrf(), &[&owner, &deputy, &fix]);
    let (slug, pack) = (&at.school.slug, at.pack_id());
    let page = GivePage {
        frame: Frame::of_policy("Give to somebody", at.named(), pack, Here::ToFix)
            .signed(signed)
            .back("Back to the cause", urls::cause(slug, pack, control))
            .faulty(&form),
        title: shown.cause.title,
        people: match shown.people.as_slice() {
            [] => "Nobody who holds these roles is there today.".to_owned(),
            people => format!("Today that is {}.", people.join(", ")),
        },
        action: urls::give(slug, pack, control),
        owner,
        deputy,
        fix,
        form,
    };
    let html = page.render()?;
    Ok(page.form.answer(html))
}

fn fields(shown: &GiveShown, posted: &Posted, mistakes: &[(&'static str, String)]) -> [Field; 3] {
    let sent = !posted.fields().is_empty();
    let chosen = |name: &str, known: Option<&Name>| {
        if sent { posted.word(name) } else { known.map_or_else(String::new, ToString::to_string) }
    };
    let roles = |none: &str| {
        let all = shown.roles.iter().map(|(name, title)| Choice::new(&**name, title));
        std::iter::once(Choice::new("", none)).chain(all).collect()
    };
    let typed = crate::role::typed(posted, "fix");
    let day = if sent { typed } else { crate::role::parts(shown.cause.fix_by) };
    let hint = format!("It does not change how the statement stands. At most {}", dates::long(shown.latest));
    [
        Field::new("owner", "Who does it")
            .drop_down(roles("Nobody yet"))
            .value(chosen("owner", shown.cause.role.as_ref()))
            .check(mistakes),
        Field::new("deputy", "If they are away")
            .drop_down(roles("Nobody"))
            .value(chosen("deputy", shown.cause.deputy.as_ref()))
            .check(mistakes),
        Field::new("fix", "To be fixed by").hint(hint).value(day).check(mistakes),
    ]
}
