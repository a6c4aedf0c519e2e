//! Text that means harm, from policies and from lists: it stays text.

use crate::html::{assert_good, tags};
use crate::school::{Browser, POLICY};
use axum::http::StatusCode;

const MARKUP: &str = "<script>alert(1)</script><img src=x onerror=alert(1)>\\\"'><h1>&amp;{{ 7*7 }}";
const TURNED: &str = "a\u{202e}gnp.exe\u{202c} \u{2066}b\u{2069}";

fn hostile_policy() -> String {
    POLICY
        .replace("title = \"Outside\"", &format!("title = \"{MARKUP}\""))
        .replace("Devices and laptops", &format!("Devices {MARKUP}"))
        .replace("Devices are encrypted.", &format!("{MARKUP} {TURNED} {}", "long".repeat(2_500)))
        .replace("Encrypted devices", MARKUP)
        .replace("{device.name} is not encrypted", &format!("{{device.name}} {}", MARKUP.replace("{{ 7*7 }}", "")))
        .replace("title = \"Headteacher\"", &format!("title = \"{MARKUP}\""))
}

#[tokio::test]
async fn hostile_text_of_policies_and_lists_stays_text_on_every_page() {
    let browser = Browser::at(&hostile_policy()).await;
    let long = "N".repeat(10_000);
    let list = format!(
        "Device name,Encrypted\n<script>alert(2)</script>,no\n\"\"\"><b onmouseover=alert(3)>\",no\n{TURNED},no\n{long},no\njavascript:alert(4),no\n"
    );
    browser.import("hill", "device", &list).await;
    let all = browser.crawl().await;
    let mut seen = 0;
    for (path, answer) in all.iter().filter(|(_, answer)| answer.body.starts_with("<!doctype html>")) {
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_good(path, &answer.body);
        assert!(tags(&answer.body).iter().all(|tag| !matches!(tag.name.as_str(), "script" | "img" | "b")), "{path}");
        seen += usize::from(answer.body.contains("&#60;script&#62;") || answer.body.contains("&lt;script&gt;"));
        assert!(answer.body.len() < 400_000, "{path}: {} bytes", answer.body.len());
    }
    assert!(seen > 4, "the hostile text is shown on {seen} pages only");
}

#[tokio::test]
async fn names_of_ten_thousand_letters_break_no_list() {
    let browser = Browser::at(POLICY).await;
    let rows: Vec<String> = (0..60).map(|at| format!("{at:03}{},no", "W".repeat(9_990))).collect();
    let rows = rows.join("\n");
    browser.import("hill", "device", &format!("Device name,Encrypted\n{rows}")).await;
    let page = browser.get("/school/hill/policy/outside/cause/encrypted").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_good("cause", &page.body);
    eprintln!("a page of fifty such names has {} bytes", page.body.len());
}

#[tokio::test]
async fn no_cell_of_the_export_begins_a_formula() {
    let browser = Browser::at(POLICY).await;
    let list = "Device name,Encrypted\n=1+1,no\n+1,no\n-1,no\n@SUM(A1),no\n\"=HYPERLINK(\"\"http://x.example\"\",\"\"y\"\")\",no\n\"a,b\"\"c\",no\n";
    browser.import("hill", "device", list).await;
    let answer = browser.get("/school/hill/policy/outside/to-fix.csv").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.headers["content-type"].to_str().unwrap().starts_with("text/csv"));
    assert!(answer.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    assert_eq!(answer.body.lines().count(), 7, "{}", answer.body);
    for line in answer.body.lines() {
        for cell in line.split(',') {
            let cell = cell.trim_start_matches('"');
            assert!(!cell.starts_with(['=', '+', '-', '@']), "{line}");
        }
    }
    assert!(
        answer.body.contains("'=1+1 is not encrypted") && answer.body.contains("\"a,b\"\"c is not encrypted\""),
        "{}",
        answer.body
    );
}
