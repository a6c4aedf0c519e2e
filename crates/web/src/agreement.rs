//! Agreements: all of them, who has signed one, reminding those who have not.

mod anew;
mod approve;
mod paper;
mod pile;
mod poster;
mod wording;

pub use anew::{ask as ask_anew, publish as publish_anew};
pub(crate) use approve::{answer_fields, approved};
pub use approve::{ask as ask_approval, decide as decide_approval, page as approve};
pub use paper::{begin as paper, print as slips, read as read_slips};
pub use pile::{begin as piles, hand_in as hand_in_pile, page as pile, picture as pile_page, put_right};
pub use poster::poster;
pub use wording::{compare, edit, keep, look, publish, text};

use crate::error::Error;
use crate::form::{Form, Posted};
use crate::frame::{Filter, Frame, Pager, Status, page_of};
use crate::manage;
use crate::session::{Signed, told};
use crate::{App, download, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, Response};
use schoolkeeper_app::agreement::{AgreementLine, Chased, Roll, RollLine, RollState};
use schoolkeeper_app::{School, dates};
use serde::Deserialize;

/// Lines of one page.
const PAGE: usize = 50;
/// The page in the table of routes, and the act it needs.
pub const LIST: &str = "/school/{school}/agreements";
pub const ANEW: &str = "/school/{school}/agreements/anew";
const SEE: &str = "finding.see";

#[derive(Template)]
#[template(path = "agreement/list.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<Row>,
    kiosk_href: Option<String>,
    anew_href: Option<String>,
}

struct Row {
    href: String,
    title: String,
    status: Status,
    count: String,
    meta: String,
}

#[derive(Template)]
#[template(path = "agreement/roll.html")]
struct RollPage {
    frame: Frame,
    form: Form,
    title: String,
    lead: String,
    notes: Vec<String>,
    classes: Vec<(String, usize, usize)>,
    filters: Vec<Filter>,
    rows: Vec<Person>,
    pages: Pager,
    may: bool,
    open: bool,
    class: String,
    words_href: String,
    paper_href: Option<String>,
    text_href: Option<String>,
    poster_href: Option<String>,
    compare_href: Option<String>,
    export_href: String,
    chase_action: String,
}

struct Person {
    name: String,
    status: Status,
    meta: String,
}

/// `?show=open&class=Governors&page=2`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    show: String,
    class: String,
    page: usize,
}

/// GET /school/{school}/agreements
pub async fn list(State(app): State<App>, signed: Signed, Path(slug): Path<String>) -> Result<Html<String>, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, SEE).await?;
    let lines = app.house.agreements(&signed.actor, &school).await?;
    let may = manage::opens(&signed, "/school/{school}/kiosk");
    let page = ListPage {
        frame: frame("Agreements", &school, &signed).back("Manage", urls::manage()),
        rows: lines.into_iter().map(|line| row(&slug, line)).collect(),
        anew_href: manage::opens(&signed, ANEW).then(|| urls::sign_anew(&slug)),
        kiosk_href: may.then(|| urls::start_kiosk(&slug)),
    };
    Ok(Html(page.render()?))
}

/// GET /school/{school}/agreement/{pack}/{control}
pub async fn roll(
    State(app): State<App>,
    signed: Signed,
    Path((slug, pack, control)): Path<(String, String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, SEE).await?;
    let which = (&*pack, &*control);
    let roll = app.house.roll(&signed.actor, &school, which).await?;
    Ok(Html(roll_page(&signed, &school, (which, roll), &asked).render()?))
}

/// GET /school/{school}/agreement/{pack}/{control}/who.csv
pub async fn export(
    State(app): State<App>,
    signed: Signed,
    Path((slug, pack, control)): Path<(String, String, String)>,
) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, SEE).await?;
    let csv = app.house.roll_csv(&signed.actor, &school, (&pack, &control)).await?;
    Ok(download::csv(&format!("signed-{control}-{slug}"), csv))
}

/// POST /school/{school}/agreement/{pack}/{control}/chase
pub async fn chase(
    State(app): State<App>,
    signed: Signed,
    Path((slug, pack, control)): Path<(String, String, String)>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, "agreement.publish").await?;
    let class = posted.word("class");
    let class = (!class.is_empty()).then_some(&*class);
    let chased = app.house.chase(&signed.actor, &school, ((&pack, &control), class)).await?;
    Ok(told(&app, &urls::agreement(&slug, (&pack, &control)), &chased_words(chased)))
}

fn chased_words(Chased { told, unreached }: Chased) -> String {
    let words = match told {
        0 => "Nobody was reminded: everybody was reminded today already, or no mail reaches them".to_owned(),
        1 => "1 person is reminded by mail".to_owned(),
        many => format!("{many} people are reminded by mail"),
    };
    match unreached {
        0 => words,
        many => format!("{words}. {many} have no address on record: see the list below"),
    }
}

pub(super) fn frame(title: &str, school: &School, signed: &Signed) -> Frame {
    manage::frame_of(school, title, signed, LIST)
}

fn row(slug: &str, line: AgreementLine) -> Row {
    let (colour, mark, text) = match &line {
        line if line.not_started => ("grey", "–", "Not started"),
        line if line.version.is_none() => ("grey", "?", "Not published"),
        line if line.late > 0 => ("red", "!", "Late"),
        line if line.unknown > 0 || line.uncounted => ("yellow", "?", "Not known yet"),
        line if line.waiting > 0 => ("blue", "…", "Being signed"),
        _ => ("green", "✓", "Signed"),
    };
    let all = line.signed + line.waiting + line.late + line.unknown;
    let version = match &line.version {
        Some((name, Some(day))) => format!("Version {name}, since {}", dates::long(*day)),
        Some((name, None)) => format!("Version {name}"),
        None => "Nothing is published yet".to_owned(),
    };
    let mut meta = vec![line.policy.clone(), version, format!("Signed by: {}", line.audience)];
    meta.extend(line.blocks.then(|| "Something waits until it is signed".to_owned()));
    meta.extend((line.left_out > 0).then(|| format!("{} points of the policy are left out", line.left_out)));
    meta.extend(line.uncounted.then(|| "Nobody has said that the list of people is complete".to_owned()));
    Row {
        href: urls::agreement(slug, (&line.pack, &line.control)),
        title: line.title,
        status: Status { colour, mark, text },
        count: format!("{} of {all} have signed", line.signed),
        meta: meta.join(" · "),
    }
}

fn roll_page(signed: &Signed, school: &School, (which, roll): ((&str, &str), Roll), asked: &Asked) -> RollPage {
    let slug = &*school.slug;
    let here = urls::agreement(slug, which);
    let classes = roll.classes();
    let address = |show: &str, class: &str, page: usize| {
        here.clone() + &urls::query(&[("show", show), ("class", class), ("page", &page.to_string())])
    };
    let open = |line: &RollLine| line.state != RollState::Signed;
    let still = roll.lines.iter().filter(|line| open(line)).count();
    let filter = |show: &str, class: &str, text: String| Filter {
        text,
        href: address(show, class, 1),
        current: asked.show == show && asked.class == class,
    };
    let mut filters = vec![
        filter("", "", format!("Still to sign ({still})")),
        filter("all", "", format!("Everybody ({})", roll.lines.len())),
    ];
    filters.extend(
        classes.iter().map(|(class, signed, all)| filter("all", class, format!("{class} ({signed} of {all})"))),
    );
    let notes = notes(&roll);
    let lead = match &roll.version {
        Some(version) => {
            format!("{} of {} have signed version {version}.", roll.lines.len() - still, roll.lines.len())
        }
        None => "Nothing is published yet, so nobody can sign. Word it, then publish it.".to_owned(),
    };
    let on_paper = roll.version.is_some() && (roll.ways.is_empty() || roll.ways.iter().any(|way| way == "paper"));
    let any = roll.lines.iter().any(|line| matches!(line.state, RollState::Late | RollState::Waiting));
    let mut lines = roll.lines;
    lines.retain(|line| (asked.show == "all" || open(line)) && (asked.class.is_empty() || line.class == asked.class));
    let (lines, pages) = page_of(lines, asked.page, PAGE, |page| address(&asked.show, &asked.class, page));
    let may = manage::opens(signed, "/school/{school}/agreement/{pack}/{control}/words");
    let page = |page: &str| urls::agreement_page(slug, which, page);
    RollPage {
        frame: frame(&format!("Who has signed: {}", roll.title), school, signed)
            .back("Agreements", urls::agreements(slug)),
        form: Form::of(signed.csrf(), &[]),
        title: roll.title,
        lead,
        notes,
        classes,
        filters,
        rows: lines.into_iter().map(person).collect(),
        pages,
        may,
        open: any && may && !roll.not_started,
        class: asked.class.clone(),
        words_href: page("words"),
        paper_href: on_paper.then(|| page("paper")),
        poster_href: roll.text.as_ref().map(|_| page("poster")),
        text_href: roll.text.as_ref().map(|text| page("text") + &urls::query(&[("version", &text.version)])),
        compare_href: roll.text.is_some().then(|| page("compare")),
        export_href: page("who.csv"),
        chase_action: page("chase"),
    }
}

fn notes(roll: &Roll) -> Vec<String> {
    let mut out = vec![format!("{}. Signed by: {}.", roll.policy, roll.audience)];
    if !roll.ways.is_empty() {
        let ways: Vec<&str> = roll.ways.iter().map(|way| way_words(way)).collect();
        out.push(format!("Ways to sign: {}.", ways.join(", ")));
    }
    if roll.unsure {
        out.push("Nobody has said that the list of people is complete, so others may have to sign too.".to_owned());
    }
    if roll.not_started {
        out.push("The section of the policy it belongs to is not started: nobody is reminded.".to_owned());
    }
    out
}

fn way_words(way: &str) -> &str {
    match way {
        "browser" => "signed in",
        "kiosk" => "at reception",
        "link" => "by one-time link",
        "paper" => "on paper",
        other => other,
    }
}

fn person(line: RollLine) -> Person {
    let status = match line.state {
        RollState::Late => Status { colour: "red", mark: "!", text: "Late" },
        RollState::Waiting => Status { colour: "blue", mark: "…", text: "Still to sign" },
        RollState::Unknown => Status { colour: "yellow", mark: "?", text: "Not known yet" },
        RollState::Signed => Status { colour: "green", mark: "✓", text: "Signed" },
    };
    let mut meta = vec![line.class];
    meta.extend(line.about);
    meta.extend(line.signed_on.map(|day| format!("signed {}", dates::long(day))));
    meta.extend(line.until.map(|day| format!("good until {}", dates::long(day))));
    if line.state != RollState::Signed {
        meta.extend(line.due.map(|day| format!("by {}", dates::long(day))));
        meta.extend((!line.has_email).then(|| "no address on record".to_owned()));
    }
    Person { name: line.name, status, meta: meta.join(" · ") }
}
