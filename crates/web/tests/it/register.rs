//! Records as a browser meets them: found, narrowed, exported, kept as a view, changed many at once and taken back;
//! and nothing of what a policy hides.

use crate::html::assert_good;
use crate::school::{Answer, Browser, POLICY};
use axum::http::StatusCode;
use schoolkeeper_core::permission::BaseRole;

const LIST: &str = "Device name,Serial number,Kind,Encrypted,Last check-in\n\
    ML-2,S1,laptop,no,2026-10-09\nML-10,S2,laptop,yes,2026-11-20\nÉcole Pad,S3,tablet,,2026-11-19\n=1+1,S4,phone,yes,2026-11-18\n";
const AT: &str = "/school/hill/records/device";

/// Only those named see a case of monitoring.
const NARROW: &str = r#"
[[clause]]
id = "c/1"
section = "Cases"
text = "Only those named see a monitoring case."
mode = "enforced"
controls = ["seen"]
[control.seen]
type = "access"
title = "Monitoring cases"
on = ["case.see"]
where = "case.type == 'monitoring'"
only = "actor in case.named"
"#;

async fn filled() -> Browser {
    let browser = Browser::at(POLICY).await;
    browser.import("hill", "device", LIST).await;
    browser
}

/// Names of a list in order.
fn names(answer: &Answer) -> Vec<&str> {
    let rows = answer.body.split("role=\"rowheader\">").skip(1);
    rows.map(|row| {
        let cell = row.split("</th>").next().unwrap();
        cell.rsplit_once("\">").map_or(cell, |(_, rest)| rest).trim_end_matches("</a>")
    })
    .collect()
}

async fn shown(browser: &Browser, query: &str) -> Vec<String> {
    let answer = browser.get(&format!("{AT}?{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.body);
    assert_good(query, &answer.body);
    names(&answer).into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_list_is_found_through_narrowed_and_sorted() {
    let browser = filled().await;
    assert_eq!(shown(&browser, "").await, ["=1+1", "École Pad", "ML-2", "ML-10"], "numbers count by their size");
    assert_eq!(shown(&browser, "q=ecole").await, ["École Pad"]);
    assert_eq!(shown(&browser, "q=ml10").await, ["ML-10"]);
    assert_eq!(shown(&browser, "q=s4").await, ["=1+1"], "what recognises it is searched, too");
    assert_eq!(shown(&browser, "is.kind=laptop&sort=-name").await, ["ML-10", "ML-2"]);
    assert_eq!(shown(&browser, "is.encrypted=unknown&is.encrypted=no").await, ["École Pad", "ML-2"]);
    assert_eq!(
        shown(&browser, "from.last_seen_at=2026-11-19&to.last_seen_at=2026-11-20").await,
        ["École Pad", "ML-10"]
    );
    assert_eq!(shown(&browser, "sort=-last_seen_at&is.kind=laptop&is.kind=phone").await, ["ML-10", "=1+1", "ML-2"]);
    let page = browser.get(&format!("{AT}?is.kind=laptop&q=ml")).await.body;
    assert!(page.contains("2 of 4 devices"), "{page}");
    assert!(page.contains("Remove filter: </span>Kind: Laptop"));
    let nothing = browser.get(&format!("{AT}?q=nothing")).await.body;
    assert!(nothing.contains("No device fits.") && nothing.contains("Clear filters"), "{nothing}");
    let wrong = browser.get(&format!("{AT}?from.last_seen_at=31%2F02%2F2026")).await;
    assert!(
        wrong.body.contains("Write it like 2026-11-21") && names(&wrong).is_empty(),
        "a filter that cannot be read widened the list"
    );
}

#[tokio::test]
async fn pages_lead_there_and_back() {
    let browser = Browser::at(POLICY).await;
    let rows = (1..=45).map(|number| format!("MU-{number},laptop\n")).collect::<Vec<_>>().concat();
    browser.import("hill", "device", &format!("Device name,Kind\n{rows}")).await;
    let (mut path, mut seen, mut pages) = (format!("{AT}?rows=20"), Vec::new(), Vec::new());
    loop {
        let page = browser.get(&path).await;
        seen.extend(names(&page).into_iter().map(str::to_owned));
        let next = page.body.split("rel=\"next\"").next().filter(|_| page.body.contains("rel=\"next\""));
        let next = next
            .and_then(|before| before.rsplit("href=\"").next())
            .map(|href| href.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&"));
        pages.push((path.clone(), page));
        let Some(next) = next else { break };
        path = next;
    }
    assert_eq!((pages.len(), seen.len()), (3, 45));
    assert_eq!(seen[..3], ["MU-1", "MU-2", "MU-3"]);
    let last = &pages[2].1.body;
    let back = last.split("rel=\"prev\"").next().unwrap().rsplit("href=\"").next().unwrap();
    let back = back.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
    assert_eq!(names(&browser.get(&back).await), seen[20..40].iter().map(String::as_str).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_empty_list_says_what_to_do_next() {
    let browser = filled().await;
    let page = browser.get("/school/hill/records/room").await.body;
    assert!(page.contains("No rooms yet.") && page.contains("Nobody has said that these are all."), "{page}");
    let all = browser.get("/school/hill/records?q=dev").await.body;
    assert!(all.contains(">Devices</a>") && !all.contains(">Rooms</a>"), "{all}");
    assert_eq!(browser.get("/school/hill/records/nothing").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_export_is_what_is_shown_and_no_formula() {
    let browser = filled().await;
    let csv = browser.get(&format!("{AT}/file/list.csv?is.encrypted=yes&sort=-name&col=encrypted")).await;
    let lines: Vec<&str> = csv.body.lines().collect();
    assert_eq!(lines[0], "Record,Version,Name,Encrypted");
    assert!(lines[1].ends_with(",1,ML-10,Yes") && lines[2].ends_with(",1,'=1+1,Yes") && lines.len() == 3, "{lines:?}");
    let book = browser.get(&format!("{AT}/file/list.xlsx?is.encrypted=yes")).await;
    assert_eq!(book.headers["content-type"], "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    assert!(book.body.starts_with("PK"));
}

#[tokio::test]
async fn many_are_changed_after_a_look_and_taken_back() {
    let browser = filled().await;
    let bulk = format!("{AT}/bulk");
    let first = browser.post(&format!("{AT}?is.kind=laptop"), &bulk, &[("all", "yes"), ("act", "change")]).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.body);
    assert!(first.body.contains("What do you want to change?"));
    let go = async |page: &Answer, fields: &[(&str, &str)]| {
        let mut all = crate::html::hidden(&page.body, &bulk);
        all.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        browser.post_raw(&bulk, &all).await
    };
    let value = go(&first, &[("field", "encrypted")]).await;
    assert!(value.body.contains("become?"), "{}", value.body);
    let nothing = go(&value, &[("value", "")]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    let look = go(&value, &[("value", "yes"), ("why", "Checked by hand")]).await;
    assert_good("preview", &look.body);
    assert!(
        look.body.contains("1 of 2 devices will change.") && look.body.contains("1 say so already."),
        "{}",
        look.body
    );
    assert_eq!(shown(&browser, "is.encrypted=no").await, ["ML-2"], "a look changed something");
    let done = go(&look, &[]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let at = done.headers["location"].to_str().unwrap().to_owned();
    assert_eq!(shown(&browser, "is.encrypted=no").await, [""; 0]);
    let page = browser.get(&at).await;
    assert!(page.body.contains("1 changed"), "{}", page.body);
    let undone = browser.post(&at, &format!("{at}/undo"), &[]).await;
    assert_eq!(undone.status, StatusCode::SEE_OTHER);
    assert_eq!(shown(&browser, "is.encrypted=no").await, ["ML-2"]);
    assert!(browser.get(&at).await.body.contains("This was taken back."));
}

#[tokio::test]
async fn many_are_removed_with_a_reason_and_listed_apart() {
    let browser = filled().await;
    let bulk = format!("{AT}/bulk");
    let ask = browser.post(&format!("{AT}?is.kind=laptop"), &bulk, &[("all", "yes"), ("act", "remove")]).await;
    let mut fields = crate::html::hidden(&ask.body, &bulk);
    assert_eq!(browser.post_raw(&bulk, &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY, "without a reason");
    fields.push(("why".to_owned(), "Sold".to_owned()));
    let look = browser.post_raw(&bulk, &fields).await;
    assert!(look.body.contains("2 of 2 devices will change."), "{}", look.body);
    let fields = crate::html::hidden(&look.body, &bulk);
    assert_eq!(browser.post_raw(&bulk, &fields).await.status, StatusCode::SEE_OTHER);
    assert_eq!(shown(&browser, "").await, ["=1+1", "École Pad"]);
    assert_eq!(shown(&browser, "show=removed").await, ["ML-2", "ML-10"]);
    let nothing = browser.post(AT, &bulk, &[("act", "remove")]).await;
    assert_eq!(nothing.status, StatusCode::SEE_OTHER, "nothing was chosen");
}

#[tokio::test]
async fn a_view_opens_the_list_and_can_be_deleted_and_brought_back() {
    let browser = filled().await;
    let ask = format!("{AT}/view?is.kind=tablet");
    let kept = browser.post(&ask, &ask, &[("name", "Tablets"), ("whose", "school"), ("opens", "yes")]).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
    let again = browser.post(&ask, &ask, &[("name", "tablets"), ("whose", "school")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "two views of one name");
    let opened = browser.get(AT).await;
    assert_eq!(opened.headers["location"], format!("{AT}?is.kind=tablet"));
    browser.signed_in(BaseRole::Governor).await;
    let page = browser.get(&format!("{AT}?view=all")).await;
    assert!(page.body.contains(">Tablets</a>"), "a shared view is everybody's");
    let remove = page.body.split("action=\"").find(|part| part.starts_with(&format!("{AT}/view/"))).unwrap();
    let remove = remove.split('"').next().unwrap().to_owned();
    let refused = browser.post(&format!("{AT}?view=all"), &remove, &[]).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND, "who may not share may not delete");
    browser.signed_in_again().await;
    let gone = browser.post(&format!("{AT}?view=all"), &remove, &[]).await;
    let to = gone.headers["location"].to_str().unwrap().to_owned();
    assert_eq!(browser.get(AT).await.status, StatusCode::OK, "no view opens the list any more");
    let back = browser.post(&to, &remove, &[]).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.get(AT).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn what_a_policy_hides_is_not_shown_counted_or_handed_out() {
    let browser = Browser::at(&format!("{POLICY}{NARROW}")).await;
    browser.import("hill", "case", "Type,Opened\nmonitoring,2026-11-01\nfault,2026-11-02\nfault,2026-11-03\n").await;
    let at = "/school/hill/records/case";
    let page = browser.get(at).await;
    assert_eq!(names(&page), ["fault", "fault"], "{}", page.body);
    assert!(page.body.contains("2 incidents and requests") && !page.body.contains("monitoring"), "{}", page.body);
    for query in ["q=monitor", "sort=-opened_at", "rows=20", "to.opened_at=2026-11-01"] {
        assert!(!names(&browser.get(&format!("{at}?{query}")).await).contains(&"monitoring"), "{query}");
    }
    let csv = browser.get(&format!("{at}/file/list.csv")).await.body;
    assert!(csv.lines().count() == 3 && !csv.contains("monitoring"), "{csv}");
    let all = browser.get("/school/hill/records?q=incident").await.body;
    assert!(all.contains("data-label=\"How many\">2<"), "{all}");
}

#[tokio::test]
async fn another_school_shows_only_its_own() {
    let browser = filled().await;
    let vale = browser.get("/school/vale/records/device").await;
    assert!(vale.body.contains("No devices yet.") && !vale.body.contains("ML-2"));
    browser.signed_in_at(BaseRole::Technician, "vale").await;
    for path in [AT.to_owned(), format!("{AT}/file/list.csv"), format!("{AT}?q=ML"), format!("{AT}/view")] {
        let answer = browser.get(&path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(!answer.body.contains("ML-2"), "{path}");
    }
}
