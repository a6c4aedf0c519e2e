//! The school's calendar: its terms month by month, and the form that changes them after a look at what moves.

use crate::error::Error;
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use crate::manage::{frame_of, opens};
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, Response};
use schoolkeeper_app::calendar::change::{CalendarPreview, Month};
use schoolkeeper_app::{School, dates};
use schoolkeeper_core::calendar::{Division, Term};

const HERE: &str = "/school/{school}/calendar";
const CHANGE: &str = "/school/{school}/calendar/change";
const DIVISIONS: [(&str, &str, Division); 3] = [
    ("england-and-wales", "England and Wales", Division::EnglandAndWales),
    ("scotland", "Scotland", Division::Scotland),
    ("northern-ireland", "Northern Ireland", Division::NorthernIreland),
];

#[derive(Template)]
#[template(path = "calendar/page.html")]
struct CalendarPage {
    frame: Frame,
    warning: Option<String>,
    whose: &'static str,
    terms: Vec<TermRow>,
    months: Vec<MonthRow>,
    bank: String,
    history: Vec<String>,
    change_href: Option<String>,
}

struct TermRow {
    name: String,
    days: String,
    half: String,
    inset: String,
    closed: String,
}

struct MonthRow {
    title: String,
    school_days: usize,
    inset: String,
    bank: String,
}

#[derive(Template)]
#[template(path = "calendar/change.html")]
struct ChangePage {
    frame: Frame,
    form: Form,
    text: Field,
    division: Field,
    preview: Option<Preview>,
    own: bool,
    action: String,
}

struct Preview {
    terms: Vec<TermRow>,
    left_out: Vec<String>,
    moved: String,
    days: String,
}

/// GET /school/{school}/calendar
pub async fn page(State(app): State<App>, signed: Signed, Path(school): Path<String>) -> Result<Html<String>, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let shown = app.house.calendar_page(&signed.actor, &school).await?;
    let (_, part, _) = DIVISIONS.iter().find(|(.., one)| *one == school.division).unwrap_or(&DIVISIONS[0]);
    let page = CalendarPage {
        frame: frame_of(&school, "Calendar", &signed, HERE).back("Manage", urls::manage()),
        warning: shown.warning,
        whose: if shown.own || school.trust {
            "These are the school's own dates."
        } else {
            "These are the trust's dates."
        },
        terms: shown.calendar.terms().iter().map(term).collect(),
        months: shown.months.iter().map(month).collect(),
        bank: format!("Bank holidays of {part}, known until {}.", dates::long(shown.bank_until)),
        history: shown.history,
        change_href: opens(&signed, CHANGE).then(|| urls::change_calendar(&school.slug)),
    };
    Ok(Html(page.render()?))
}

/// GET /school/{school}/calendar/change
pub async fn change(State(app): State<App>, signed: Signed, Path(school): Path<String>) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    show(&app, &signed, &school, (&Posted::default(), None, None)).await
}

/// POST /school/{school}/calendar/change
pub async fn save(
    State(app): State<App>,
    signed: Signed,
    Path(school): Path<String>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let (house, actor) = (&app.house, &signed.actor);
    let done = match posted.get("step") {
        "save" => {
            house.save_calendar(actor, &school, posted.get("text")).await.map(|terms| format!("Saved {terms} terms"))
        }
        "drop" => house.drop_calendar(actor, &school).await.map(|_| "The trust's dates hold".to_owned()),
        "division" => match DIVISIONS.iter().find(|(name, ..)| *name == posted.get("division")) {
            Some((_, words, division)) => house
                .choose_division(actor, &school, *division)
                .await
                .map(|()| format!("Bank holidays of {words} hold")),
            None => return Err(Error::Missing),
        },
        _ => match house.calendar_preview(actor, &school, posted.get("text")).await {
            Ok(preview) => return show(&app, &signed, &school, (&posted, Some(preview), None)).await,
            Err(error) => Err(error),
        },
    };
    match done {
        Ok(said) => Ok(told(&app, &urls::calendar(&school.slug), &said)),
        Err(schoolkeeper_app::Error::Refused(why)) => show(&app, &signed, &school, (&posted, None, Some(why))).await,
        Err(error) => Err(error.into()),
    }
}

async fn show(
    app: &App,
    signed: &Signed,
    school: &School,
    (posted, preview, why): (&Posted, Option<CalendarPreview>, Option<String>),
) -> Result<Response, Error> {
    let shown = app.house.calendar_page(&signed.actor, school).await?;
    let typed = posted.get("text");
    let hint = "One line each, as in: Autumn term: 1 September 2026 to 18 December 2026. Then: Half term: … to …, \
                INSET: a date, a date. A CSV of name, from, to or the text of an iCal file (.ics) works too";
    let mut text = Field::new("text", "Terms, half terms, INSET and closed days").hint(hint);
    text = text.value(if typed.is_empty() { shown.lines.as_str() } else { typed });
    text.error = why;
    let name = DIVISIONS.iter().find(|(.., one)| *one == school.division).map_or("", |(name, ..)| *name);
    let choices = DIVISIONS.iter().map(|(name, words, _)| Choice::new(*name, *words)).collect();
    let division = Field::new("division", "Bank holidays of").choices(choices).value(name);
    let form = Form::of(signed.csrf(), &[&text]);
    let page = ChangePage {
        frame: frame_of(school, "Change the calendar", signed, HERE)
            .back("Calendar", urls::calendar(&school.slug))
            .faulty(&form),
        preview: preview.map(previewed),
        own: shown.own,
        action: urls::change_calendar(&school.slug),
        text,
        division,
        form,
    };
    let html = page.render()?;
    Ok(page.form.answer(html))
}

fn previewed(preview: CalendarPreview) -> Preview {
    Preview {
        terms: preview.terms.iter().map(term).collect(),
        left_out: preview.left_out,
        moved: match preview.moved {
            0 => "No due date moves.".to_owned(),
            1 => "1 due date of the next twelve months moves.".to_owned(),
            many => format!("{many} due dates of the next twelve months move."),
        },
        days: format!("{}.", preview.days),
    }
}

fn term(term: &Term) -> TermRow {
    let span = |from, to| format!("{} to {}", dates::long(from), dates::long(to));
    TermRow {
        name: term.name.clone(),
        days: span(term.from, term.to),
        half: term.half_from.zip(term.half_to).map_or_else(String::new, |(from, to)| span(from, to)),
        inset: list(&term.inset),
        closed: list(&term.closed),
    }
}

fn month(month: &Month) -> MonthRow {
    MonthRow {
        title: month.title.clone(),
        school_days: month.school_days,
        inset: list(&month.inset),
        bank: list(&month.bank),
    }
}

fn list(days: &[jiff::civil::Date]) -> String {
    if days.is_empty() {
        "None".to_owned()
    } else {
        days.iter().map(|day| dates::long(*day)).collect::<Vec<_>>().join(", ")
    }
}
