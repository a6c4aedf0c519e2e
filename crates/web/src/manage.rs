//! Manage: one page that leads to everything there is to look after, as far as one's roles reach.
//!
//! Invariant: what it leads to is asked of the table of routes, so it never shows a door that does not open.

use crate::frame::{Frame, Here, Link, NavItem};
use crate::menu;
use crate::routes::ROUTES;
use crate::session::Signed;
use crate::{App, error::Error};
use askama::Template;
use axum::extract::State;
use axum::response::Html;
use schoolkeeper_app::School;
use schoolkeeper_core::actor::Narrowing;

/// Address in the table of routes, its words, what it is for. `{school}` stands for each school in reach.
const PAGES: &[(&str, &str, &str)] = &[
    ("/school/{school}/records", "Records", "Everything the school keeps a list of"),
    ("/school/{school}/tasks", "Tasks", "What is open and late, whose it is, the school year"),
    ("/school/{school}/imports", "Lists that were brought in", "What each changed, and taking it back"),
    ("/school/{school}/calendar", "Calendar", "Terms, half terms, INSET days, bank holidays"),
    (crate::edition::LIST, "Policies you write", "Changing a policy, or writing one of your own, before it is adopted"),
    ("/school/{school}/agreements", "Agreements", "What people sign, and who has not"),
    ("/school/{school}/training", "Training", "Who lacks which course, lessons, certificates, trials"),
    ("/school/{school}/my-training", "My training", "What is asked of you, and handing in a certificate"),
    ("/school/{school}/signed", "What I signed", "Your own signatures, with copies"),
    ("/school/{school}/kiosk", "Sign at reception", "A device for visitors and supply teachers"),
    ("/school/{school}/roles", "Roles", "Who holds what, deputies, what is vacant"),
    ("/school/{school}/new-year", "New school year", "What is to be ready on 1 September, yearly tasks over the year"),
    ("/school/{school}/handover", "Handover", "What somebody who leaves hands to whoever comes after"),
    ("/school/{school}/requests", "Requests for permission", "Who has asked for permission, what waits, what is late"),
    ("/school/{school}/grants", "Permissions given", "What is allowed to whom, until when, and what its end asks for"),
    ("/school/{school}/ask", "Ask for permission", "What needs a yes first, and asking for it"),
    ("/school/{school}/cases", "Incidents", "What was reported, what is open, what is late"),
    ("/school/{school}/report", "Report something", "A breach, a loss, a fault: say it here, now"),
    ("/school/{school}/mail", "Mail", "How mail leaves and comes in, the outbox"),
    ("/school/{school}/webhook", "Webhooks", "Which program is told when something happens"),
    ("/school/{school}/reports", "Reports by mail", "What people wrote to the mailbox for reports"),
    ("/school/{school}/names", "Names of lists", "What the school calls its lists and their columns"),
    ("/roles", "Every role", "Search who held, holds and will hold which role"),
    ("/login", "People who can sign in", "Invite, end access"),
    ("/token", "Access tokens", "Programs that read or write here, in whose name"),
    ("/api", "Programming interface", "What programs can do, and how"),
    ("/backup", "Back-up of Schoolkeeper", "The last good one, the recovery sheet"),
    ("/keep", "Keeping and erasing", "What is kept how long, holds, proofs of erasure, one person"),
    ("/jobs", "Automatic checks", "What happens by itself, and what could not be done"),
    ("/history", "History", "Who did what, and when"),
    ("/proof", "Proof", "The line by which a change of the history shows"),
];

/// Those that belong to another one: they stand in no menu, so that it stays at seven.
const WITHIN: &[&str] = &["/api", "/proof"];

#[derive(Template)]
#[template(path = "manage/page.html")]
struct ManagePage {
    frame: Frame,
    groups: Vec<Group>,
}

struct Group {
    title: String,
    rows: Vec<(Link, &'static str)>,
}

/// GET /manage
pub async fn page(State(app): State<App>, signed: Signed) -> Result<Html<String>, Error> {
    let schools = match app.house.all_schools(&signed.actor).await {
        Ok(schools) => schools,
        Err(schoolkeeper_app::Error::NotAllowed(_)) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let mut groups: Vec<Group> =
        schools.into_iter().map(|school| group(&signed, school.title, Some(&school.slug))).collect();
    groups.push(group(&signed, "Schoolkeeper itself".to_owned(), None));
    groups.retain(|group| !group.rows.is_empty());
    let frame = Frame::titled("Manage").signed(&signed).back("Start", crate::urls::home());
    Ok(Html(ManagePage { frame, groups }.render()?))
}

fn group(signed: &Signed, title: String, school: Option<&str>) -> Group {
    let here = PAGES.iter().filter(|(path, ..)| path.contains("{school}") == school.is_some());
    let open = here.filter(|(path, ..)| opens(signed, path));
    let rows = open.map(|(path, text, says)| {
        let href = path.replace("{school}", school.unwrap_or_default());
        (Link { text: (*text).to_owned(), href }, *says)
    });
    Group { title, rows: rows.collect() }
}

/// The frame of such a page of a school, in its reader's own menu; whoever leads finds the way back here.
pub(crate) fn frame_of(school: &School, title: &str, signed: &Signed, here: &str) -> Frame {
    let entry = menu::entry_of(here);
    let frame = Frame::of_school(title, school, entry.unwrap_or(Here::Elsewhere)).signed(signed);
    let leads = menu::leads(&signed.actor.bases_at(school.id));
    if leads && entry.is_none() { frame.back("Manage", crate::urls::manage()) } else { frame }
}

/// The frame of such a page of no school: the others of no school beside it, and the way back here.
pub(crate) fn frame(title: &str, signed: &Signed, here: &str) -> Frame {
    let beside = PAGES.iter().filter(|(path, ..)| !path.contains("{school}") && !WITHIN.contains(path));
    let beside = beside.filter(|(path, ..)| opens(signed, path)).map(|(path, text, _)| NavItem {
        text,
        href: (*path).to_owned(),
        current: *path == here,
        count: None,
    });
    let frame = Frame { nav: beside.collect(), ..Frame::titled(title) };
    frame.signed(signed).back("Manage", crate::urls::manage())
}

/// Whether there is such a route and the one who is signed in may take it.
pub(crate) fn opens(signed: &Signed, path: &str) -> bool {
    let act = ROUTES.iter().find(|route| route.path == path).and_then(|route| route.act);
    act.is_some_and(|act| signed.actor.scope(act, &Narrowing::default()).is_ok())
}
