//! Every route with what is there, what is not, and what is not theirs: the exact status, the same bytes.

use crate::html::assert_good;
use crate::school::{Answer, Browser, POLICY};
use axum::http::{Method, StatusCode};
use schoolkeeper_web::routes::ROUTES;

const LIST: &str = "Device name,Encrypted\nMU-1,no\nMU-2,yes\n";

/// Values that are there, and one that is not, for each part of a path.
pub const PARTS: &[(&str, &str, &str)] = &[
    ("{school}", "hill", "nowhere"),
    ("{pack}", "outside", "skeleton"),
    ("{section}", "devices-and-laptops", "nothing"),
    ("{*clause}", "a/1", "a/9"),
    ("{control}", "encrypted", "runs"),
    ("{name}", "icon.svg", "none.svg"),
    ("{register}", "device", "nothing"),
    ("{file}", "list.csv", "list.txt"),
    ("{role}", "headteacher", "nobody"),
    ("{what}", "person", "nothing"),
];

/// Of these there is none in the made-up school: no permission, incident, version, course, kiosk.
const MISSING: &[&str] = &[
    "/emergency/{use}",
    "/feed/{token}",
    "/jobs/{job}",
    "/keep/hold/{hold}",
    "/keep/hold/{hold}/lift",
    "/keep/hold/{hold}/review",
    "/keep/receipt/{proof}",
    "/kiosk",
    "/sign-by/{token}/copy",
    "/login/{login}",
    "/published/{school}/{pack}",
    "/published/{school}/{pack}/policy.pdf",
    "/published/{school}/{pack}/role/{role}",
    "/school/{school}/ask/{pack}/{control}",
    "/school/{school}/case/{case}",
    "/tell/{school}",
    "/tell/{school}/{pack}/{control}",
    "/school/{school}/case/{case}/step/{step}",
    "/school/{school}/edition/{edition}",
    "/school/{school}/edition/{edition}/add/{kind}",
    "/school/{school}/edition/{edition}/file/{*path}",
    "/school/{school}/edition/{edition}/table/{kind}/{*table}",
    "/school/{school}/notice/{task}",
    "/school/{school}/notice/{task}/who.csv",
    "/school/{school}/question/{pack}/{control}",
    "/school/{school}/grant/{grant}",
    "/school/{school}/learn/{course}",
    "/school/{school}/policy/{pack}/cause/{control}/why",
    "/school/{school}/policy/{pack}/changed",
    "/school/{school}/records/{register}/bulk/{bulk}",
    "/school/{school}/records/{register}/fields/{field}",
    "/school/{school}/records/{register}/import/{intake}",
    "/school/{school}/records/{register}/{entry}/move",
    "/school/{school}/records/{register}/{entry}/receipt/{version}",
    "/school/{school}/report/{pack}/{control}",
    "/school/{school}/reports/file",
    "/school/{school}/request/{request}",
    "/school/{school}/proposal/{proposal}",
    "/school/{school}/sent/{dispatch}",
    "/school/{school}/tally/{pack}/{control}",
    "/school/{school}/tally/{pack}/{control}/card",
    "/school/{school}/training/certificate/{certificate}",
    "/school/{school}/training/person/{person}",
    "/school/{school}/training/trial/{day}",
    "/school/{school}/webhook/{webhook}",
    "/set-up",
    "/token/{token}",
];

/// Routes that change something and show nothing.
const ONLY_ACT: &[&str] = &[
    "/school/{school}/agreement/{pack}/{control}/chase",
    "/school/{school}/agreement/{pack}/{control}/slips",
    "/school/{school}/tally/{pack}/{control}/days",
    "/school/{school}/policy/{pack}/change/ask",
    "/school/{school}/case/{case}/write",
    "/tell/{school}/look",
    "/school/{school}/training/chase",
    "/school/{school}/agreement/{pack}/{control}/ask-approval",
    "/school/{school}/task/{pack}/{control}/{due}/{of}/countersign",
    "/school/{school}/task/{pack}/{control}/{due}/{of}/skip",
    "/school/{school}/task/{pack}/{control}/{due}/{of}/undo",
    "/mine/calendar/end",
    "/token/{token}/renew",
    "/token/{token}/end",
    "/school/{school}/webhook/{webhook}/ping",
    "/school/{school}/webhook/{webhook}/again",
    "/school/{school}/webhook/{webhook}/end",
    "/keep/person/erase",
    "/keep/person/export",
    "/school/{school}/records/{register}/bulk",
    "/school/{school}/records/{register}/bulk/{bulk}/undo",
    "/school/{school}/records/{register}/view/{view}",
    "/school/{school}/records/{register}/import/{intake}/extent",
    "/school/{school}/imports/{import}/undo",
    "/school/{school}/records/{register}/import/{intake}/save",
    "/school/{school}/records/{register}/import/{intake}/cancel",
    "/jobs/{job}/retry",
    "/jobs/{job}/give-up",
    "/school/{school}/roles/appointment/{appointment}/end",
    "/school/{school}/records/{register}/{entry}/restore",
    "/school/{school}/records/{register}/fields/{field}/do",
    "/school/{school}/records/{register}/{entry}/attachment/{attachment}/restore",
    "/school/{school}/records/{register}/{entry}/undo",
    "/school/{school}/records/{register}/{entry}/unmerge",
    "/backup/sheet",
    "/school/{school}/mail/test",
    "/school/{school}/mail/mailbox/test",
    "/school/{school}/mail/outbox/do",
    "/school/{school}/reports/do",
    "/set-up/person",
    "/sign-out",
    "/account/switch/{organisation}",
    "/login/{login}/again",
    "/login/{login}/reset",
    "/login/{login}/end",
];

async fn browser() -> Browser {
    let browser = Browser::at(POLICY).await;
    browser.import("hill", "device", LIST).await;
    browser
}

/// A path of the table with things that are there: `{appointment}` stays for whoever knows one.
pub fn filled(path: &str, missing: Option<&str>) -> String {
    PARTS.iter().fold(path.to_owned(), |path, (part, there, not)| {
        path.replace(part, if missing == Some(*part) { not } else { there })
    })
}

#[tokio::test]
async fn every_route_answers_what_is_there_and_hides_everything_else_in_the_same_bytes() {
    let browser = browser().await;
    let nothing = browser.get("/there/is/nothing").await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
    let (appointment, entry) = (browser.appointment().await, browser.entry("device", "MU-1").await);
    for route in ROUTES {
        let path = filled(route.path, None).replace("{appointment}", &appointment).replace("{entry}", &entry);
        let wanted = match route.path {
            "/school/{school}" | "/school/{school}/to-fix" | "/sign-in" | "/ask" | "/report" => StatusCode::SEE_OTHER,
            path if MISSING.contains(&path) => StatusCode::NOT_FOUND,
            file if file.contains("{attachment}") && !ONLY_ACT.contains(&file) => StatusCode::NOT_FOUND,
            step if step.contains("/import/{intake}/") && !ONLY_ACT.contains(&step) => StatusCode::NOT_FOUND,
            // No duty is in this policy.
            task if task.contains("/task/") && !ONLY_ACT.contains(&task) => StatusCode::NOT_FOUND,
            // No typesetter lies beside this test.
            "/school/{school}/policy/{pack}/policy.pdf" => StatusCode::FORBIDDEN,
            // Nobody works at jobs here.
            "/ready" => StatusCode::SERVICE_UNAVAILABLE,
            "/link/{token}" | "/sign-by/{token}" | "/learn-by/{token}" => StatusCode::GONE,
            path if path.contains("/handover/{person}") || path.contains("/{signature}/") => StatusCode::NOT_FOUND,
            // The policy asks nobody to sign anything.
            path if !ONLY_ACT.contains(&path) && (path.contains("/agreement/") || path.contains("/sign/")) => {
                StatusCode::NOT_FOUND
            }
            path if ONLY_ACT.contains(&path) => {
                assert_eq!(browser.get(&filled(path, None)).await.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
                continue;
            }
            _ => StatusCode::OK,
        };
        assert_eq!(browser.get(&path).await.status, wanted, "{path}");
        for (part, ..) in PARTS.iter().filter(|(part, ..)| route.path.contains(part)) {
            let path = filled(route.path, Some(part)).replace("{appointment}", &appointment).replace("{entry}", &entry);
            let answer = browser.get(&path).await;
            if answer.status == StatusCode::METHOD_NOT_ALLOWED {
                continue;
            }
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            if route.act.is_some() {
                assert_eq!(answer.body, nothing.body, "{path} tells that something is hidden");
            }
        }
    }
}

#[tokio::test]
async fn another_school_has_its_own_problems_only() {
    let browser = browser().await;
    let hill = browser.get("/school/hill/policy/outside/cause/encrypted").await;
    assert!(hill.body.contains("MU-1"));
    let vale = browser.get("/school/vale/policy/outside/cause/encrypted").await;
    assert_eq!(vale.status, StatusCode::NOT_FOUND, "at Vale nothing is known, so there is no cause");
    for path in [
        "/school/vale/policy/outside",
        "/school/vale/policy/outside/to-fix",
        "/school/vale/policy/outside/to-fix.csv",
        "/school/vale/policy/outside/statement/a/1",
    ] {
        assert!(!browser.get(path).await.body.contains("MU-1"), "{path}");
    }
}

fn is_guarded(path: &str, answer: &Answer) {
    for (name, holds) in [
        ("content-security-policy", "default-src 'none'"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=()"),
        ("cache-control", ""),
    ] {
        let value = answer.headers.get(name).unwrap_or_else(|| panic!("{path}: no {name}")).to_str().unwrap();
        assert!(value.contains(holds), "{path}: {name}: {value}");
    }
    let policy = answer.headers["content-security-policy"].to_str().unwrap();
    assert!(!policy.contains("unsafe") && !policy.contains('*'), "{path}: {policy}");
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let browser = browser().await;
    for (path, answer) in browser.crawl().await {
        is_guarded(&path, &answer);
    }
    for path in ["/nothing", "/school/nowhere", "/static/none.css", "/school/hill/policy/outside/to-fix?page=x"] {
        is_guarded(path, &browser.get(path).await);
    }
    is_guarded("foreign", &browser.ask(Method::GET, "/", "school.example").await);
    is_guarded("post", &browser.ask(Method::POST, "/", "localhost").await);
}

#[tokio::test]
async fn a_foreign_name_is_turned_away_from_every_route() {
    let browser = browser().await;
    for route in ROUTES {
        let path = filled(route.path, None);
        for host in ["school.example", "localhost.school.example", "192.168.1.2:8087", "", "localhost@school.example"] {
            let answer = browser.ask(Method::GET, &path, host).await;
            assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{path} for {host}");
            assert!(!answer.body.contains("Hill"), "{path} for {host}");
        }
    }
}

#[tokio::test]
async fn nothing_can_be_sent_to_pages_that_only_show() {
    let browser = browser().await;
    for route in ROUTES {
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
            let path = filled(route.path, None);
            let answer = browser.ask(method.clone(), &path, "localhost").await;
            // Whoever gives no name has no token either: there it is only no form.
            let unnamed = route.path.starts_with("/tell/") && answer.status == StatusCode::BAD_REQUEST;
            let turned_away = [StatusCode::METHOD_NOT_ALLOWED, StatusCode::FORBIDDEN].contains(&answer.status);
            let turned_away = turned_away || unnamed;
            assert!(turned_away, "{method} {path}: {}", answer.status);
        }
    }
}

#[tokio::test]
async fn every_page_that_can_be_reached_is_there_and_well_formed() {
    let browser = browser().await;
    let all = browser.crawl().await;
    let pages = all.iter().filter(|(_, answer)| answer.body.starts_with("<!doctype html>"));
    let mut titles: Vec<(&str, &str)> = Vec::new();
    for (path, answer) in pages {
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_good(path, &answer.body);
        titles.push((crate::html::title(&answer.body), path.split('?').next().unwrap()));
    }
    assert!(titles.len() > 12, "only {} pages", titles.len());
    titles.sort_unstable();
    titles.dedup();
    let names: Vec<&str> = titles.iter().map(|(title, _)| *title).collect();
    let mut once = names.clone();
    once.dedup();
    assert_eq!(once, names, "two pages have one title: {titles:?}");
    assert_good("missing", &browser.get("/nothing").await.body);
    for (path, answer) in &all {
        let built = path == "/static/app.css";
        assert!(built || answer.status.is_success() || answer.status.is_redirection(), "{path}: {}", answer.status);
    }
}

#[tokio::test]
async fn a_list_whose_program_died_is_noticed_by_the_one_that_serves() {
    let browser = browser().await;
    browser.only_import("vale", "device", LIST).await;
    let path = "/school/vale/policy/outside/cause/encrypted";
    assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "nobody has looked yet");
    browser.watch().await;
    assert!(browser.get(path).await.body.contains("MU-1"));
}
