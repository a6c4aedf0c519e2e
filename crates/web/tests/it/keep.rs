//! Keeping and erasing in the browser: periods, holds, one person in two steps, and what other schools see of it.

use crate::html::{assert_good, hidden};
use crate::school::{Answer, Browser, POLICY, leads_to};
use axum::http::StatusCode;
use schoolkeeper_core::permission::BaseRole;

const PERIOD: &str = "/keep/period/person";
const PERSON: &str = "/keep/person";
const ERASE: &str = "/keep/person/erase";

/// One who left long ago, one who is still there.
async fn browser() -> Browser {
    let browser = Browser::at(POLICY).await;
    let list = "Name,Email,Kind,End date\nWilla Longgone,willa@hill.example,staff,2005-07-20\nTom Made-Up,tom@hill.example,staff,\n";
    browser.import("hill", "person", list).await;
    browser
}

fn to_mend(answer: &Answer, why: &str) {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
    assert!(answer.body.contains(why), "{}", answer.body);
    assert_good("to mend", &answer.body);
}

#[tokio::test]
async fn how_long_a_kind_is_kept_is_found_and_changed_for_one_school() {
    let browser = browser().await;
    let page = browser.get("/keep?find=people").await;
    assert_good("keep", &page.body);
    assert!(page.body.contains(PERIOD) && page.body.contains("7 years after"), "{}", page.body);
    assert!(!page.body.contains("/keep/period/device"), "only what was looked for");
    assert!(browser.get("/keep?find=no-such-thing").await.body.contains("No kind of record or log says that"));
    let set = async |fields: &[(&str, &str)]| browser.post(PERIOD, PERIOD, fields).await;
    to_mend(&set(&[("span", "8 years"), ("reason", "Our schedule")]).await, "Choose where it holds");
    to_mend(&set(&[("school", "hill"), ("span", "2 days"), ("reason", "x")]).await, "is not between");
    to_mend(&set(&[("school", "hill"), ("span", "8 years")]).await, "needs a reason");
    assert_eq!(set(&[("school", "elsewhere"), ("span", "8 years")]).await.status, StatusCode::NOT_FOUND);
    let done = set(&[("school", "hill"), ("span", "8 years"), ("reason", "Our schedule")]).await;
    assert!(browser.get(&leads_to(&done)).await.body.contains("Chosen for Hill: 8 years. Our schedule"));
    assert!(browser.get("/keep.csv").await.body.contains("Chosen for Hill: 8 years"));
    assert_eq!(browser.get("/keep/period/log:mail").await.status, StatusCode::NOT_FOUND, "a log is everybody's");
    leads_to(&set(&[("school", "hill")]).await);
    assert!(!browser.get("/keep?find=people").await.body.contains("Chosen for"));
}

#[tokio::test]
async fn a_policy_may_ask_to_keep_longer_and_nobody_chooses_less() {
    let asks = "[[clause]]\nid = \"c/1\"\nsection = \"Records\"\ntext = \"People stay on record.\"\nmode = \"detected\"\ncontrols = [\"people\"]\n\
        [control.people]\ntype = \"retention\"\nregister = \"person\"\nkeep = \"30 years\"\nfrom = \"person.last_day\"\nthen = \"review\"\n";
    let browser = Browser::at(&format!("{POLICY}{asks}")).await;
    let list = "Name,Email,Kind,End date\nWilla Longgone,willa@hill.example,staff,2005-07-20\n";
    browser.import("hill", "person", list).await;
    assert!(browser.get("/keep?find=people").await.body.contains("Outside asks for at least 30 years"));
    assert!(browser.get("/keep/due").await.body.contains("Nothing is past its time"), "30 years are not over");
    let short = [("school", "hill"), ("span", "8 years"), ("reason", "Our schedule")];
    to_mend(&browser.post(PERIOD, PERIOD, &short).await, "asks to keep it for at least 30 years");
}

#[tokio::test]
async fn a_hold_is_placed_reviewed_and_lifted_with_its_history() {
    let browser = browser().await;
    let due = browser.get("/keep/due").await;
    assert_good("due", &due.body);
    assert!(due.body.contains("data-label=\"Past its time\">1<"), "{}", due.body);
    assert!(browser.get("/keep/due.csv").await.body.contains(",Hill,1,0,0"));
    let day = |year: &'static str| [("review-day", "1"), ("review-month", "2"), ("review-year", year)];
    let place = async |more: &[(&str, &str)]| {
        let usual = [("school", "hill"), ("register", "person"), ("record", "Willa Longgone"), ("everything", "yes")];
        browser.post("/keep/hold", "/keep/hold", &[&usual, more].concat()).await
    };
    to_mend(&place(&day("2190")).await, "needs a reason");
    to_mend(&place(&[&day("2001")[..], &[("reason", "A claim")]].concat()).await, "day in the future");
    let done = place(&[&day("2190")[..], &[("reason", "A claim")]].concat()).await;
    let list = browser.get(&leads_to(&done)).await;
    assert_good("holds", &list.body);
    let hold = list.body.split("href=\"/keep/hold/").nth(1).unwrap().split('"').next().unwrap();
    let hold = format!("/keep/hold/{hold}");
    assert!(browser.get("/keep/due").await.body.contains("data-label=\"Held\">1<"));
    let (later, over) = (format!("{hold}/review"), format!("{hold}/lift"));
    to_mend(&browser.post(&later, &later, &day("2191")).await, "needs a reason");
    to_mend(&browser.post(&later, &later, &[("review-day", "x"), ("reason", "y")]).await, "is no date");
    let still = [&day("2191")[..], &[("reason", "Still at court")]].concat();
    leads_to(&browser.post(&later, &later, &still).await);
    to_mend(&browser.post(&over, &over, &[]).await, "needs a reason");
    leads_to(&browser.post(&over, &over, &[("reason", "Settled")]).await);
    let page = browser.get(&hold).await;
    assert_good("hold", &page.body);
    for said in
        ["A claim", "again on 1 February 2191", "Still at court", "Lifted", "Settled", "covers nothing any more"]
    {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    assert!(browser.get("/keep/holds.csv").await.body.contains("over"));
    browser.signed_in_at(BaseRole::Protection, "vale").await;
    assert_eq!(browser.get(&hold).await.status, StatusCode::NOT_FOUND, "another school's");
    assert!(!browser.get("/keep/holds").await.body.contains("Willa"));
}

#[tokio::test]
async fn one_person_is_erased_in_two_steps_with_their_name_typed() {
    let browser = browser().await;
    let find = async |who: &str| browser.post(PERSON, PERSON, &[("school", "hill"), ("person", who)]).await;
    to_mend(&find("Zebedee").await, "There is no record");
    let preview = find("Tom Made-Up").await;
    assert_eq!(preview.status, StatusCode::OK);
    assert_good("preview", &preview.body);
    let erase = async |preview: &Answer, name: &str| {
        let mut fields = hidden(&preview.body, ERASE);
        fields.extend([("reason", "They asked"), ("confirm", name)].map(|(a, b)| (a.to_owned(), b.to_owned())));
        browser.post_raw(ERASE, &fields).await
    };
    to_mend(&erase(&preview, "Tom").await, "Type the name as it stands above");
    browser.import("hill", "account", "Account,Person,Enabled\ntmadeup,Tom Made-Up,yes\n").await;
    let changed = erase(&preview, "Tom Made-Up").await;
    to_mend(&changed, "have changed");
    assert!(changed.body.contains("Accounts"), "what came in between is shown: {}", changed.body);
    let done = erase(&changed, "tom made-up").await;
    let proofs = browser.get(&leads_to(&done)).await;
    assert_good("proofs", &proofs.body);
    assert!(proofs.body.contains("Asked for: They asked") && !proofs.body.contains("Tom"), "{}", proofs.body);
    to_mend(&find("Tom Made-Up").await, "There is no record");
    assert!(browser.get("/keep/proofs.csv").await.body.contains("They asked"));
    let receipt = proofs.body.split("href=\"/keep/receipt/").nth(1).unwrap().split('"').next().unwrap();
    browser.house().sequence_once().await.unwrap();
    let receipt = browser.get(&format!("/keep/receipt/{receipt}")).await;
    assert_eq!(receipt.status, StatusCode::OK, "{}", receipt.body);
    assert!(receipt.body.contains("tlog-proof"), "{}", receipt.body);
}

#[tokio::test]
async fn everything_about_somebody_is_handed_out_only_by_who_may() {
    let browser = browser().await;
    let preview = browser.post(PERSON, PERSON, &[("school", "hill"), ("person", "Tom Made-Up")]).await;
    let fields = hidden(&preview.body, "/keep/person/export");
    let zip = browser.post_raw("/keep/person/export", &fields).await;
    assert_eq!((zip.status, zip.headers["content-type"].to_str().unwrap()), (StatusCode::OK, "application/zip"));
    browser.signed_in(BaseRole::Technician).await;
    let page = browser.get("/keep").await;
    assert!(
        page.status == StatusCode::OK && !page.body.contains("/keep/person") && !page.body.contains("/keep/period")
    );
    assert_eq!(browser.get(PERSON).await.status, StatusCode::NOT_FOUND);
    browser.signed_in_at(BaseRole::Protection, "vale").await;
    let form = browser.get(PERSON).await;
    let mut fields = hidden(&form.body, PERSON);
    fields.extend([("school", "hill"), ("person", "Tom Made-Up")].map(|(a, b)| (a.to_owned(), b.to_owned())));
    for path in [PERSON, ERASE, "/keep/person/export"] {
        assert_eq!(browser.post_raw(path, &fields).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
