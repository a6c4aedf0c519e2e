//! Automatic checks, and what operators see from outside.

use crate::school::{Browser, POLICY};
use axum::http::StatusCode;
use schoolkeeper_core::permission::BaseRole;

#[tokio::test]
async fn the_page_says_what_happens_by_itself_and_what_it_last_did() {
    let browser = Browser::at(POLICY).await;
    let before = browser.get("/jobs").await;
    assert_eq!(before.status, StatusCode::OK);
    for words in ["No program works at the moment", "Works out again where each school stands", "Has not run yet"] {
        assert!(before.body.contains(words), "{words}");
    }
    browser.only_import("hill", "device", "Device name,Encrypted\nMU-1,yes\n").await;
    browser.house().work_once().await.unwrap();
    let after = browser.get("/jobs").await.body;
    assert!(after.contains("Evaluate") && after.contains("schools: ") && after.contains("Done"), "{after}");
    assert!(!after.contains("Could not be done"));
    let everything = browser.get("/jobs?show=all").await.body;
    assert!(everything.contains("Nothing to do"), "idle runs are shown when they are asked for");
    for odd in ["/jobs?before=x_y", "/jobs?show=%00&before=1_1", "/jobs?before=99999999999999999999_1"] {
        assert_eq!(browser.get(odd).await.status, StatusCode::OK, "{odd}");
    }
}

#[tokio::test]
async fn a_job_that_is_not_there_is_missing_whatever_is_asked_of_it() {
    let browser = Browser::at(POLICY).await;
    for job in ["00000000-0000-0000-0000-000000000001", "no-id"] {
        assert_eq!(browser.get(&format!("/jobs/{job}")).await.status, StatusCode::NOT_FOUND);
        for act in ["retry", "give-up"] {
            let csrf = crate::html::hidden(&browser.get("/account").await.body, "/sign-out");
            let answer = browser.post_raw(&format!("/jobs/{job}/{act}"), &csrf).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{act}");
        }
    }
}

#[tokio::test]
async fn only_those_who_run_the_place_see_automatic_checks() {
    let browser = Browser::new(POLICY).await;
    browser.signed_in(BaseRole::Staff).await;
    let hidden = browser.get("/jobs").await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
    browser.signed_in(BaseRole::Technician).await;
    assert_eq!(browser.get("/jobs").await.status, StatusCode::OK);
}

#[tokio::test]
async fn figures_are_read_as_prometheus_reads_them() {
    let browser = Browser::at(POLICY).await;
    browser.house().work_once().await.unwrap();
    browser.get("/school/hill/policy/outside").await;
    browser.get("/nowhere/M.-Made-Up").await;
    let answer = browser.get("/metrics").await;
    assert_eq!(answer.status, StatusCode::OK);
    let kind = answer.headers.get("content-type").unwrap().to_str().unwrap();
    assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
    let mut known = std::collections::BTreeSet::new();
    for line in answer.body.lines().filter(|line| !line.starts_with('#')) {
        let (series, value) = line.rsplit_once(' ').unwrap();
        value.parse::<f64>().unwrap_or_else(|_| panic!("{line}"));
        let name = series.split('{').next().unwrap();
        assert!(name.starts_with("schoolkeeper_") && known.insert(series.to_owned()), "{line}");
    }
    assert!(answer.body.ends_with("# EOF\n"));
    for series in [
        "schoolkeeper_requests_total{route=\"/school/{school}/policy/{pack}\",status=\"200\"} 1",
        "schoolkeeper_requests_total{route=\"none\",status=\"404\"} 1",
        "schoolkeeper_job_runs_total{kind=\"evaluate\",outcome=\"done\"} 1",
        "schoolkeeper_jobs{stage=\"dead\"} 0",
        "schoolkeeper_database_failures 0",
    ] {
        assert!(answer.body.contains(series), "{series} is missing in {}", answer.body);
    }
    assert!(!answer.body.contains("Made-Up") && !answer.body.contains("hill"), "no label says who or where");
}

#[tokio::test]
async fn health_and_readiness_say_what_is_so() {
    let browser = Browser::new(POLICY).await;
    assert_eq!(browser.get("/health").await.body, "ok\n");
    let ready = browser.get("/ready").await;
    assert_eq!((ready.status, ready.body.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "no process works\n"));
    assert!(ready.headers.contains_key("x-request-id"));
}

/// A mail's job that names no mail: it fails for good at once.
async fn dead_job(browser: &Browser) -> String {
    let sql = "INSERT INTO job (id, kind, organisation, document, stage, attempts, run_at) \
        VALUES (X'00000000000040008000000000000abc', 'mail-send', NULL, '{}', 'waiting', 0, 0)";
    schoolkeeper_testkit::execute(&browser.database(), sql).await.unwrap();
    browser.house().work_once().await.unwrap();
    "/jobs/00000000-0000-4000-8000-000000000abc".to_owned()
}

#[tokio::test]
async fn a_job_that_could_not_be_done_tells_its_attempts_and_is_tried_again_or_given_up() {
    let browser = Browser::at(POLICY).await;
    let page = dead_job(&browser).await;
    let list = browser.get("/jobs").await.body;
    assert!(list.contains("Could not be done") && list.contains(&format!("href=\"{page}\"")), "{list}");
    let dead = browser.get(&page).await;
    crate::html::assert_good(&page, &dead.body);
    for words in ["Mail send could not be done", "the job names no mail", "Failed", "Try again", "Give up"] {
        assert!(dead.body.contains(words), "{words}: {}", dead.body);
    }
    let tried = browser.post(&page, &format!("{page}/retry"), &[]).await;
    assert_eq!(tried.status, StatusCode::SEE_OTHER);
    assert!(browser.get("/jobs").await.body.contains("Mail send is tried again now"));
    assert_eq!(browser.get(&page).await.status, StatusCode::NOT_FOUND, "it waits, so it is not dead");
    browser.house().work_once().await.unwrap();
    let again = browser.get(&page).await.body;
    assert_eq!(again.matches("the job names no mail").count(), 2, "both attempts are told: {again}");
    assert_eq!(browser.post(&page, &format!("{page}/give-up"), &[]).await.status, StatusCode::SEE_OTHER);
    let after = browser.get("/jobs").await.body;
    assert!(after.contains("Mail send was given up") && !after.contains("Could not be done"), "{after}");
    let history = browser.get("/history").await.body;
    assert!(history.contains("Gave up work that could not be done"), "{history}");
}

#[tokio::test]
async fn attempts_to_sign_in_and_what_waits_for_the_ledger_are_counted() {
    let browser = Browser::at(POLICY).await;
    browser.set_cookie("schoolkeeper", None);
    let wrong = [("email", "nobody@hill.example"), ("password", "not this one at all")];
    browser.post("/sign-in", "/sign-in", &wrong).await;
    let figures = browser.get("/metrics").await.body;
    assert!(figures.contains("schoolkeeper_sign_ins_total{outcome=\"wrong\"} 1"), "{figures}");
    let value = |name: &str| -> i64 {
        let line = figures.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap();
        line.rsplit(' ').next().unwrap().parse().unwrap()
    };
    assert!(value("schoolkeeper_ledger_waiting") > 0, "{figures}");
    assert!((0..600).contains(&value("schoolkeeper_ledger_lag_seconds")), "{figures}");
    browser.house().sequence_once().await.unwrap();
    let after = browser.get("/metrics").await.body;
    assert!(after.contains("schoolkeeper_ledger_waiting 0"), "{after}");
}

#[tokio::test]
async fn every_page_that_looks_after_something_has_a_way_back_and_a_menu_of_seven_at_most() {
    let browser = Browser::at(POLICY).await;
    let of_house = ["/jobs", "/backup", "/proof", "/history", "/login", "/token", "/api", "/roles", "/keep"];
    let of_school = ["/school/hill/mail", "/school/hill/mail/outbox", "/school/hill/reports"];
    for page in of_house.iter().chain(&of_school) {
        let body = browser.get(page).await.body;
        assert!(body.contains("govuk-back-link"), "{page} has no way back");
        let menu = body.split("aria-label=\"Menu\"").nth(1).unwrap_or_else(|| panic!("{page} has no menu"));
        let menu = menu.split("</nav>").next().unwrap();
        let here = usize::from(of_house.contains(page));
        assert_eq!(menu.matches("aria-current").count(), here, "{page}: {menu}");
        assert!(here == 1 || menu.contains(">Records<"), "one's own menu at a school: {menu}");
        assert!(menu.matches("<li").count() <= 7, "{page}");
    }
    browser.signed_in(BaseRole::Technician).await;
    let body = browser.get("/jobs").await.body;
    let menu = body.split("aria-label=\"Menu\"").nth(1).unwrap().split("</nav>").next().unwrap().to_owned();
    for href in menu.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert_eq!(browser.get(href).await.status, StatusCode::OK, "{href} is shown and does not open");
    }
}

#[tokio::test]
async fn pages_ask_for_a_back_up_and_the_recovery_sheet_until_both_are_there() {
    let browser = Browser::at(POLICY).await;
    let asks =
        "Before the first list of real people comes in, make a back-up that comes back, and put the recovery sheet";
    assert!(browser.get("/manage").await.body.contains(asks));
    assert!(!browser.get("/backup").await.body.contains(asks), "the page itself says what to do");
    assert_eq!(browser.post("/backup", "/backup", &[]).await.status, StatusCode::SEE_OTHER);
    browser.house().work_once().await.unwrap();
    let half = browser.get("/manage").await.body;
    assert!(half.contains("comes in, put the recovery sheet into the safe."), "{half}");
    assert_eq!(browser.post("/backup", "/backup/sheet", &[]).await.status, StatusCode::SEE_OTHER);
    assert!(!browser.get("/manage").await.body.contains("Before the first list"));
    let other = Browser::at(POLICY).await;
    other.signed_in(BaseRole::Staff).await;
    assert!(!other.get("/account").await.body.contains("Before the first list"), "not for those who cannot");
    let sandbox = Browser::pretending(POLICY).await;
    assert!(!sandbox.get("/manage").await.body.contains("Before the first list"), "nothing there is real");
}
