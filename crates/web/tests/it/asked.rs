//! Addresses and queries nobody would write by hand: an answer, never a failure.

use crate::html::assert_good;
use crate::school::{Browser, POLICY};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

const PATHS: [&str; 5] = [
    "/school/hill/policy/outside/to-fix",
    "/school/hill/policy/outside/to-fix.csv",
    "/school/hill/policy/outside/cause/encrypted",
    "/school/hill/policy/outside/section/devices-and-laptops",
    "/school/hill/policy/outside",
];

async fn browser() -> Browser {
    let browser = Browser::at(POLICY).await;
    browser.import("hill", "device", "Device name,Encrypted\nMU-1,no\nMU-2,no\n").await;
    browser
}

async fn is_answered(browser: &Browser, path: &str) {
    let answer = browser.get(path).await;
    assert!(answer.status.as_u16() < 500, "{path}: {} {}", answer.status, answer.body);
    if answer.body.starts_with("<!doctype html>") {
        assert_good(path, &answer.body);
    } else {
        let kind = answer.headers.get("content-type").map_or("", |kind| kind.to_str().unwrap());
        assert!(!kind.contains("html") || answer.body.is_empty(), "{path}: HTML that is no page: {:.100}", answer.body);
    }
}

#[tokio::test]
async fn queries_at_every_edge_are_answered() {
    let browser = browser().await;
    let long = format!("q={}", "x".repeat(50_000));
    for path in PATHS {
        for query in [
            "page=0",
            "page=1",
            "page=2",
            "page=18446744073709551615",
            "page=18446744073709551616",
            "page=-1",
            "page=x",
            "page=",
            "page=1&page=2",
            "show=broken&q=%00&sort=owner",
            "q=%ff%fe",
            "q=%",
            "q=%25_",
            "q='%22%3C%3E",
            "q=%E2%80%AE",
            "after=x",
            "after=00000000-0000-0000-0000-000000000000",
            "after=",
            "control=nothing",
            "control=%00",
            "status=kept",
            "status=%3Cb%3E",
            "status%5B%5D=1",
            "&&&==",
            long.as_str(),
        ] {
            is_answered(&browser, &format!("{path}?{query}")).await;
        }
    }
}

#[tokio::test]
async fn a_page_beyond_the_last_is_the_last() {
    let browser = browser().await;
    let first = browser.get(PATHS[0]).await;
    let beyond = browser.get(&format!("{}?page=99", PATHS[0])).await;
    assert!(beyond.status.is_success() && beyond.body.contains("2 devices"), "{}", beyond.body);
    assert!(
        first.body.contains("start=\"1\"") && beyond.body.contains("start=\"1\""),
        "numbering goes on from the page shown"
    );
}

#[tokio::test]
async fn a_search_finds_signs_that_mean_something_to_databases() {
    let browser = Browser::at(POLICY).await;
    browser
        .import(
            "hill",
            "device",
            "Device name,Encrypted\n100%,no\nunder_score,no\nplain,no\n\"it's\",no\nback\\slash,no\n",
        )
        .await;
    for (search, found) in [("%25", "100%"), ("_", "under_score"), ("%27", "it"), ("%5C", "back\\slash")] {
        let page = browser.get(&format!("{}?q={search}", PATHS[2])).await;
        assert!(page.body.contains(found), "{search}: {found} is not found");
        assert!(!page.body.contains("plain is not"), "{search} finds everything");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn any_query_and_any_path_are_answered() {
    let browser = browser().await;
    let handle = tokio::runtime::Handle::current();
    tokio::task::block_in_place(|| {
        let config = ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() };
        let words = (
            0..PATHS.len(),
            "(page|q|show|sort|after|control|status|[a-z]{1,3})",
            "[!-~]{0,30}",
            "[a-z0-9%./~!$&'()*+,;=:@-]{0,40}",
        );
        TestRunner::new(config)
            .run(&words, |(at, name, value, tail)| {
                let value = value.replace(['#', '"', '<', '>', '\\', '^', '`', '{', '|', '}'], "%");
                handle.block_on(async {
                    is_answered(&browser, &format!("{}?{name}={value}", PATHS[at])).await;
                    is_answered(&browser, &format!("{}/{tail}", PATHS[at])).await;
                    is_answered(&browser, &format!("/school/{tail}")).await;
                });
                Ok(())
            })
            .unwrap();
    });
}
