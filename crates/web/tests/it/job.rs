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
    assert!(after.contains("Evaluate") && after.contains("schools: 1") && after.contains("Done"), "{after}");
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
