//! One appointment: what is known of it, when its holder is away, when it ends, and what happened to it.

use super::{date_of, framed, parts, typed};
use crate::attachment::FileLines;
use crate::error::{Error, sentences};
use crate::form::{Field, Form, Posted};
use crate::frame::{Frame, Link};
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use schoolkeeper_app::role::{AppointmentChange, Holder};
use schoolkeeper_app::{Error as AppError, School, dates};
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_core::id::EntryId;

#[derive(Template)]
#[template(path = "role/appointment.html")]
struct AppointmentPage {
    frame: Frame,
    form: Form,
    heading: String,
    words: String,
    fields: Vec<Field>,
    last: Field,
    change_href: String,
    end_href: String,
    files: FileLines,
    csrf: String,
    history: Vec<String>,
}

/// GET /school/{school}/roles/appointment/{appointment}
pub async fn show(
    State(app): State<App>,
    signed: Signed,
    Path((school, appointment)): Path<(String, String)>,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    page(&app, &signed, &school, (id(&appointment)?, None)).await
}

/// POST /school/{school}/roles/appointment/{appointment}
pub async fn change(
    State(app): State<App>,
    signed: Signed,
    Path((school, appointment)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let (_, known) = app.house.appointment(&signed.actor, &school, id(&appointment)?).await?;
    let (Ok(away_from), Ok(away_until)) = (date_of(&posted, "away-from"), date_of(&posted, "away-until")) else {
        return page(&app, &signed, &school, (id(&appointment)?, Some((&posted, None)))).await;
    };
    let change = AppointmentChange { until: known.until, away_from, away_until };
    app.house.change_appointment(&signed.actor, &school, (known.id, &change)).await?;
    Ok(told(&app, &urls::appointment(&school.slug, known.id), "It was written down when they are away."))
}

/// POST /school/{school}/roles/appointment/{appointment}/end
pub async fn end(
    State(app): State<App>,
    signed: Signed,
    Path((school, appointment)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    match date_of(&posted, "last") {
        Ok(Some(last)) => match app.house.end_appointment(&signed.actor, &school, (id(&appointment)?, last)).await {
            Ok(()) => {
                let words = format!("The role ends after {}.", dates::long(last));
                Ok(told(&app, &urls::roles(&school.slug), &words))
            }
            Err(AppError::Refused(why)) => {
                page(&app, &signed, &school, (id(&appointment)?, Some((&posted, Some(why))))).await
            }
            Err(other) => Err(other.into()),
        },
        _ => page(&app, &signed, &school, (id(&appointment)?, Some((&posted, None)))).await,
    }
}

/// The id in an address; a thing that cannot be there is missing.
fn id(text: &str) -> Result<EntryId, Error> {
    text.parse().map(EntryId).map_err(|_| Error::Missing)
}

async fn page(
    app: &App,
    signed: &Signed,
    school: &School,
    (appointment, sent): (EntryId, Option<(&Posted, Option<String>)>),
) -> Result<Response, Error> {
    let (posted, refused) = sent.map_or((None, None), |(posted, why)| (Some(posted), why));
    let (_, known) = app.house.appointment(&signed.actor, school, appointment).await?;
    let lines = app.house.roles(&signed.actor, school).await?;
    let of = |holder: &&Holder| holder.appointment.id == appointment;
    let line = lines.iter().find_map(|line| Some((line, line.people.iter().find(of)?)));
    let (line, holder) = line.ok_or(Error::Missing)?;
    let field = |name: &'static str, label: &str, known: String| match posted {
        None => Field::new(name, label).value(known),
        Some(posted) => {
            Field { error: date_of(posted, name).err(), ..Field::new(name, label).value(typed(posted, name)) }
        }
    };
    let fields = vec![
        field("away-from", "First day away", parts(known.away_from)),
        field("away-until", "Last day away", parts(known.away_until)),
    ];
    let mut last = field("last", "Last day", parts(known.until));
    if posted.is_some_and(|posted| posted.get("step") == "end" && last.error.is_none()) {
        last.error = Some(refused.map_or_else(|| "Give the last day".to_owned(), |why| sentences(&why)));
    }
    let form = Form::of(signed.csrf(), &fields.iter().chain([&last]).collect::<Vec<_>>());
    let zone = Calendar::new(school.division, Vec::new());
    let history = app.house.appointment_history(&signed.actor, school, appointment).await?;
    let back = Link { text: "Roles".to_owned(), href: urls::roles(&school.slug) };
    let frame = framed(&format!("{}: {}", line.title, holder.name), school, signed);
    let at = app.house.entry_at(&signed.actor, school, ("appointment", appointment)).await?;
    let page = AppointmentPage {
        files: crate::attachment::lines(app, signed, &at).await?,
        csrf: signed.csrf(),
        frame: Frame { back: Some(back), ..frame }.faulty(&form),
        heading: format!("{}: {}", line.title, holder.name),
        words: super::words(holder),
        change_href: urls::appointment(&school.slug, appointment),
        end_href: urls::end_appointment(&school.slug, appointment),
        history: history.iter().map(|past| schoolkeeper_app::role::past_words(past, zone.zone())).collect(),
        fields,
        last,
        form,
    };
    Ok(page.form.answer(page.render()?))
}
