//! What happened on the days nobody ticked, asked under the month of a task of every day.

use super::tally::show;
use crate::error::Error;
use crate::form::{Choice, Field, Posted, refusal};
use crate::session::{Signed, told};
use crate::{App, urls};
use axum::extract::{Path, State};
use axum::response::Response;
use jiff::civil::Date;
use schoolkeeper_app::act::Acted;
use schoolkeeper_app::duty::{DayState, Said, Tally, TallyDay};
use schoolkeeper_app::{School, dates};

/// The question, where some day is not ticked and the one who looks may say why.
pub(super) struct Gaps {
    /// Where it goes.
    pub action: String,
    /// `2 days not ticked: 11 November and 12 November.`
    pub says: String,
    /// The question; `None` for whoever only looks.
    pub asks: Option<[Field; 3]>,
}

impl Gaps {
    /// What a month asks; with the mistakes of what was sent.
    pub fn of(
        (school, which): (&School, (&str, &str)),
        tally: &Tally,
        (mistakes, posted): (&[(&'static str, String)], Option<&Posted>),
    ) -> Option<Self> {
        let says = missing(&tally.days)?;
        let sent = |name: &str| posted.map(|posted| posted.get(name).to_owned()).unwrap_or_default();
        let chosen = posted.map(|posted| posted.all("day"));
        let day = |one: &TallyDay| Choice {
            chosen: chosen.as_ref().is_none_or(|days| days.contains(&&*one.day.to_string())),
            ..Choice::new(one.day.to_string(), dates::with_weekday(one.day))
        };
        let open = tally.days.iter().filter(|day| day.state == DayState::Missing);
        let done = tally.tap.as_ref().map(|_| Choice::new("done", "It was done, only nobody ticked it"));
        let what = done.into_iter().chain([Choice::new("missed", "It was not done")]).collect();
        let fields = || {
            [
                Field::new("day", "On which days?").choices(open.map(day).collect()),
                Field::new("what", "What happened?").choices(what).value(sent("what")),
                Field::new("why", "Why was it not done?")
                    .hint("Only if it was not done. A sentence is enough; leave out names.")
                    .value(sent("why")),
            ]
            .map(|field| field.check(mistakes))
        };
        let asks = tally.may_say.then(fields);
        Some(Self { action: urls::tally_days(&school.slug, which), says, asks })
    }

    /// Its fields, for the summary of mistakes.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.asks.iter().flatten()
    }
}

/// POST /school/{school}/tally/{pack}/{control}/days
pub async fn say(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack, control)): Path<(String, String, String)>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let which = (&*pack, &*control);
    let days: Vec<Date> = posted.all("day").into_iter().filter_map(|day| day.parse().ok()).collect();
    let (at, why) = match said(&posted) {
        Err(mistake) => mistake,
        Ok(said) => match app.house.say_of_days((&signed.actor, &school), which, (&days, &said)).await? {
            Acted::Done(_) => return Ok(told(&app, &urls::tally(&school.slug, which), "Written down.")),
            Acted::Refused(why) => ("day", refusal(&why)),
        },
    };
    let shown = app.house.tally(&signed.actor, &school, (which, days.first().copied())).await?;
    show(&signed, &school, (which, &shown), (&[(at, why)], Some(&posted)))
}

fn said(posted: &Posted) -> Result<Said, (&'static str, String)> {
    match (posted.get("what"), posted.word("why")) {
        ("done", _) => Ok(Said::Done),
        ("missed", why) if why.is_empty() => Err(("why", "Write a sentence about why it was not done".to_owned())),
        ("missed", why) => Ok(Said::Missed(why)),
        _ => Err(("what", "Choose what happened".to_owned())),
    }
}

/// `2 days not ticked: 11 November and 12 November.`
fn missing(days: &[TallyDay]) -> Option<String> {
    let days: Vec<String> = days
        .iter()
        .filter(|day| day.state == DayState::Missing)
        .map(|day| day.day.strftime("%-d %B").to_string())
        .collect();
    let (last, others) = days.split_last()?;
    Some(match others {
        [] => format!("1 day not ticked: {last}."),
        _ => format!("{} days not ticked: {} and {last}.", days.len(), others.join(", ")),
    })
}
