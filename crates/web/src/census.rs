//! Are these all? Somebody vouches for a list, until a day.

use crate::error::Error;
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use crate::register::framed;
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use schoolkeeper_app::School;
use schoolkeeper_app::census::{CensusShown, ClassLine, How, ListAt, SaidOfList, Vouch};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "census/page.html")]
struct CensusPage {
    frame: Frame,
    form: Form,
    heading: String,
    held: String,
    waiting: Option<String>,
    said: Vec<SaidOfList>,
    classes: Vec<ClassRow>,
    answer: Field,
    how: Field,
    until: Field,
    action: String,
}

struct ClassRow {
    title: String,
    href: String,
    held: String,
    said: String,
}

/// `?of=CLASS`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    of: String,
}

impl Asked {
    fn list<'a>(&'a self, register: &'a str) -> ListAt<'a> {
        ListAt { register, class: Some(self.of.as_str()).filter(|of| !of.is_empty()) }
    }
}

/// GET /school/{school}/records/{register}/complete
pub async fn page(
    State(app): State<App>,
    signed: Signed,
    Path((school, register)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    show(&app, &signed, (&school, asked.list(&register)), (&Posted::default(), &[])).await
}

/// POST /school/{school}/records/{register}/complete
pub async fn answer(
    State(app): State<App>,
    signed: Signed,
    Path((school, register)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let list = asked.list(&register);
    let done = match read(&posted) {
        Ok(None) => withdraw(&app, &signed, &school, list).await?,
        Ok(Some(vouch)) => match app.house.vouch(&signed.actor, &school, list, vouch).await {
            Ok(said) => format!("Recorded in your name: {said}"),
            Err(schoolkeeper_app::Error::Refused(why)) => {
                return show(&app, &signed, (&school, list), (&posted, &[("until", why)])).await;
            }
            Err(error) => return Err(error.into()),
        },
        Err(mistakes) => return show(&app, &signed, (&school, list), (&posted, &mistakes)).await,
    };
    app.house.evaluate(&signed.actor, &school).await?;
    Ok(told(&app, &urls::register(&school.slug, &register), &done))
}

async fn withdraw(app: &App, signed: &Signed, school: &School, list: ListAt<'_>) -> Result<String, Error> {
    let ended = app.house.withdraw_census(&signed.actor, school, list).await?;
    let said =
        if ended { "Taken back: nobody says that these are all" } else { "Nothing was said, so nothing changed" };
    Ok(said.to_owned())
}

/// What was chosen; `None` = not yet.
fn read(posted: &Posted) -> Result<Option<Vouch>, Vec<(&'static str, String)>> {
    let mut mistakes = Vec::new();
    let none = match posted.get("answer") {
        "not-yet" => return Ok(None),
        "all" => false,
        "none" => true,
        _ => {
            mistakes.push(("answer", "Choose an answer".to_owned()));
            false
        }
    };
    let how = match posted.get("how") {
        "stocktake" => How::Stocktake,
        "compared" => How::Compared,
        "other" => How::Other,
        _ => {
            mistakes.push(("how", "Choose how you know".to_owned()));
            How::Other
        }
    };
    let until = crate::role::date_of(posted, "until").unwrap_or_else(|why| {
        mistakes.push(("until", why));
        None
    });
    if mistakes.is_empty() { Ok(Some(Vouch { none, how, until })) } else { Err(mistakes) }
}

async fn show(
    app: &App,
    signed: &Signed,
    (school, list): (&School, ListAt<'_>),
    (posted, mistakes): (&Posted, &[(&'static str, String)]),
) -> Result<Response, Error> {
    let shown = app.house.census_of(&signed.actor, school, list).await?;
    let (at, whole) = (urls::register(&school.slug, list.register), urls::complete(&school.slug, list.register));
    let [answer, how, until] = fields(&shown, posted, mistakes);
    let form = Form::of(signed.csrf(), &[&answer, &how, &until]);
    let heading = format!("Are these all our {}?", shown.many);
    let frame = framed(app, signed, school, &heading).await?;
    let frame = match list.class {
        Some(_) => frame.back("The whole list", whole.clone()),
        None => frame.back(&shown.title, at),
    };
    let page = CensusPage {
        frame: frame.faulty(&form),
        held: held(shown.held),
        waiting: waiting(shown.waiting),
        said: shown.said,
        classes: shown.classes.iter().map(|class| row(&whole, class)).collect(),
        action: list.class.map_or_else(|| whole.clone(), |class| of(&whole, class)),
        heading,
        answer,
        how,
        until,
        form,
    };
    let html = page.render()?;
    Ok(page.form.answer(html))
}

fn held(count: u64) -> String {
    match count {
        0 => "None is in the records.".to_owned(),
        1 => "1 is in the records.".to_owned(),
        many => format!("{} are in the records.", schoolkeeper_app::register::number(many)),
    }
}

fn of(whole: &str, class: &str) -> String {
    whole.to_owned() + &urls::query(&[("of", class)])
}

fn row(whole: &str, class: &ClassLine) -> ClassRow {
    let said = class.said.as_ref();
    ClassRow {
        title: class.title.clone(),
        href: of(whole, &class.id),
        held: schoolkeeper_app::register::number(class.held),
        said: said.map_or_else(
            || "Nothing".to_owned(),
            |said| said.late.iter().fold(said.words.clone(), |words, late| format!("{words} {late}")),
        ),
    }
}

fn fields(shown: &CensusShown, posted: &Posted, mistakes: &[(&'static str, String)]) -> [Field; 3] {
    let answers = vec![
        Choice::new("all", "Yes, these are all"),
        Choice { hint: Some("Takes back what was said before".to_owned()), ..Choice::new("not-yet", "Not yet") },
        Choice {
            hint: Some("Ends by itself when the first one comes".to_owned()),
            ..Choice::new("none", "We have none")
        },
    ];
    let ways = vec![
        Choice::new("stocktake", "Stocktake"),
        Choice::new("compared", "Compared with another list: the network, the payroll, the invoices"),
        Choice::new("other", "In another way"),
    ];
    let typed = crate::role::typed(posted, "until");
    let until = if typed == "--" { crate::role::parts(Some(shown.latest)) } else { typed };
    let latest = schoolkeeper_app::dates::long(shown.latest);
    [
        Field::new("answer", "Your answer").choices(answers).value(posted.word("answer")).check(mistakes),
        Field::new("how", "How do you know?").choices(ways).value(posted.word("how")).check(mistakes),
        Field::new("until", "Good until").hint(format!("At most until {latest}")).value(until).check(mistakes),
    ]
}

fn waiting(count: usize) -> Option<String> {
    match count {
        0 => None,
        1 => Some("1 statement waits for this. Until then it is not known.".to_owned()),
        many => Some(format!("{many} statements wait for this. Until then they are not known.")),
    }
}
