//! Every route with every role, with nobody, and with somebody of another school, by both methods: exactly what the
//! permission table says. A route that is new is tried without a line here; one that needs no act must be listed.

use crate::routes::filled;
use crate::school::{Answer, Browser, POLICY};
use axum::http::{Method, StatusCode};
use schoolkeeper_app::sign_in::{LINK_ACTS, link_path};
use schoolkeeper_core::permission::{BaseRole, Reach, reach};
use schoolkeeper_web::routes::{ROUTES, Route};

/// Reached by anybody; everything else needs an act of the permission table.
const OPEN: [&str; 22] = [
    "/set-up",
    "/set-up/person",
    "/sign-in",
    "/sign-in/link",
    "/link/{token}",
    "/emergency",
    "/kiosk",
    "/sign-by/{token}",
    "/sign-by/{token}/copy",
    "/sign-by/{token}/document/{document}/{attachment}",
    "/learn-by/{token}",
    "/static/{name}",
    "/health",
    "/ready",
    "/metrics",
    "/feed/{token}",
    "/published/{school}/{pack}",
    "/published/{school}/{pack}/policy.pdf",
    "/published/{school}/{pack}/role/{role}",
    "/tell/{school}",
    "/tell/{school}/look",
    "/tell/{school}/{pack}/{control}",
];
/// What a handler may answer once the table lets somebody through: shown, done, to be mended, refused by a policy, or
/// no such method.
const INSIDE: [u16; 6] = [200, 303, 400, 403, 405, 422];

async fn post(browser: &Browser, path: &str) -> Answer {
    let page = browser.get("/account").await;
    let mut fields = crate::html::hidden(&page.body, "/sign-out");
    fields.push(("nothing".to_owned(), "else".to_owned()));
    browser.post_raw(path, &fields).await
}

/// Routes that need an act, with a path to things that are there.
async fn guarded(browser: &Browser) -> Vec<(&'static Route, &'static str, String)> {
    let (appointment, entry) = (browser.appointment().await, browser.entry("device", "MU-1").await);
    let path =
        |route: &Route| filled(route.path, None).replace("{appointment}", &appointment).replace("{entry}", &entry);
    let act = |route: &'static Route| Some((route, route.act?, path(route)));
    // After these nobody is at the browser.
    let ends = ["/sign-out", "/school/{school}/kiosk"];
    ROUTES.iter().filter(|route| !ends.contains(&route.path)).filter_map(act).collect()
}

fn hidden(answer: &Answer, nothing: &Answer, what: &str) {
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "{what}");
    assert_eq!(answer.body, nothing.body, "{what} tells that something is hidden");
}

#[test]
fn a_route_without_an_act_is_listed() {
    for route in ROUTES.iter().filter(|route| route.act.is_none()) {
        assert!(
            OPEN.contains(&route.path),
            "{} needs an act of the permission table, or a reason to be open",
            route.path
        );
    }
    for act in ROUTES.iter().filter_map(|route| route.act) {
        let known = schoolkeeper_core::act::ACTS.iter().any(|spec| spec.name == act);
        assert!(known, "`{act}` is no act");
    }
}

/// Ends of paths that are told which thing is meant by their query or form, and so find nothing without; `/why` is asked
/// of a control as a whole, and here only single records are problems.
const ASKS_FOR: &[&str] =
    &["/changed", "/why", "/move", "/unmerge", "/mail/outbox/do", "/reports/do", "/reports/file", "/conflicts"];

/// A control that is no request, agreement or task.
const NO_SUCH: &str = "/outside/encrypted";

async fn as_the_table_says(role: BaseRole) {
    let browser = Browser::at(POLICY).await;
    browser.import("hill", "device", "Device name,Encrypted\nMU-1,no\n").await;
    browser.signed_in(role).await;
    let bases = browser.actor().await.roles.iter().map(|held| held.base).collect::<Vec<_>>();
    assert!(bases.contains(&role), "{} came as {bases:?}", role.name());
    let nothing = browser.get("/there/is/nothing").await;
    for (route, act, path) in guarded(&browser).await {
        let within = bases.iter().any(|base| reach(*base, act) != Reach::None);
        for method in [Method::GET, Method::POST] {
            let what = format!("{method} {path} ({act}) as {}", role.name());
            let answer = match method {
                Method::GET => browser.get(&path).await,
                _ => post(&browser, &path).await,
            };
            if within {
                // A path whose thing this test does not know leads to nothing, whoever asks.
                let open =
                    path.contains('{') || path.contains(NO_SUCH) || ASKS_FOR.iter().any(|end| path.ends_with(end));
                let unknown = open && answer.status == StatusCode::NOT_FOUND;
                assert!(unknown || INSIDE.contains(&answer.status.as_u16()), "{what}: {}", answer.status);
                assert!(
                    !answer.headers.get("location").is_some_and(|to| to.as_bytes().starts_with(b"/sign-in")),
                    "{what}"
                );
            } else {
                hidden(&answer, &nothing, &what);
            }
        }
        let _ = route;
    }
}

macro_rules! every_role {
    ($($name:ident: $role:ident),* $(,)?) => {
        $(#[tokio::test]
        async fn $name() {
            as_the_table_says(BaseRole::$role).await;
        })*
    };
}

every_role! {
    a_headteacher_reaches_exactly_the_table: Head,
    the_office_reaches_exactly_the_table: Office,
    a_technician_reaches_exactly_the_table: Technician,
    a_protection_officer_reaches_exactly_the_table: Protection,
    a_safeguarding_lead_reaches_exactly_the_table: Safeguarding,
    a_governor_reaches_exactly_the_table: Governor,
    staff_reach_exactly_the_table: Staff,
}

#[tokio::test]
async fn nobody_gets_anything_but_the_way_to_sign_in() {
    let browser = Browser::at(POLICY).await;
    browser.import("hill", "device", "Device name,Encrypted\nMU-1,no\n").await;
    let all = guarded(&browser).await;
    browser.set_cookie("schoolkeeper", None);
    for (_, _, path) in all {
        let answer = browser.get(&path).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
        assert!(answer.headers["location"].to_str().unwrap().starts_with("/sign-in"), "{path}");
        assert!(!answer.body.contains("Hill"), "{path}");
        browser.set_cookie("schoolkeeper", None);
        let answer = browser.post_raw(&path, &[]).await;
        assert!(matches!(answer.status.as_u16(), 303 | 403), "POST {path}: {}", answer.status);
        browser.set_cookie("schoolkeeper", None);
    }
}

#[tokio::test]
async fn whoever_came_by_a_link_reaches_only_what_is_theirs_on_every_route() {
    for role in [BaseRole::Head, BaseRole::Guest] {
        let browser = Browser::at(POLICY).await;
        browser.import("hill", "device", "Device name,Encrypted\nMU-1,no\n").await;
        let all = guarded(&browser).await;
        let nothing = browser.get("/there/is/nothing").await;
        let house = browser.house();
        let (_, person) = browser.also_without_notice(role, "hill").await;
        let path = link_path(&house.link_to_own(&house.operator(), person.login).await.unwrap());
        browser.set_cookie("schoolkeeper", None);
        assert_eq!(browser.post(&path, &path, &[]).await.headers["location"], "/account");
        for (_, act, path) in all.into_iter().filter(|(_, act, _)| !LINK_ACTS.contains(act)) {
            for method in [Method::GET, Method::POST] {
                let what = format!("{method} {path} ({act}) by a link of a {}", role.name());
                let answer = match method {
                    Method::GET => browser.get(&path).await,
                    _ => post(&browser, &path).await,
                };
                hidden(&answer, &nothing, &what);
            }
        }
    }
}

#[tokio::test]
async fn the_headteacher_of_another_school_finds_nothing_here() {
    let browser = Browser::at(POLICY).await;
    browser.import("hill", "device", "Device name,Encrypted\nMU-1,no\n").await;
    let all = guarded(&browser).await;
    browser.signed_in_at(BaseRole::Office, "vale").await;
    assert!(!browser.get("/").await.body.contains("Hill"));
    let nothing = browser.get("/there/is/nothing").await;
    for (route, act, path) in all.into_iter().filter(|(route, ..)| route.path.contains("{school}")) {
        for method in [Method::GET, Method::POST] {
            let what = format!("{method} {path} ({act}) from another school");
            let answer = match method {
                Method::GET => browser.get(&path).await,
                _ => post(&browser, &path).await,
            };
            if answer.status != StatusCode::METHOD_NOT_ALLOWED {
                hidden(&answer, &nothing, &what);
            }
        }
        let _ = route;
    }
}
