//! Handover in the browser: what somebody leaves, handing it on, and what nobody takes over.

use crate::html::assert_good;
use crate::school::{Browser, POLICY};
use axum::http::StatusCode;
use jiff::civil::date;
use schoolkeeper_app::role::NewAppointment;
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::permission::BaseRole;

const HANDOVER: &str = "/school/hill/handover";
const PEOPLE: &str = "Name,Email,Kind,Last day\nTom Made-Up,tom@hill.example,staff,2026-12-18\n\
    Tomma Made-Up,tomma@hill.example,staff,\nSam Made-Up,sam@hill.example,staff,\n";
const DEVICES: &str = "Device name,Encrypted,Primary user UPN\nMU-1,yes,tom@hill.example\n";

/// Tom looks after the computers, holds a laptop, and leaves at Christmas.
async fn browser() -> Browser {
    let browser = Browser::pretending(POLICY).await;
    browser.import("hill", "person", PEOPLE).await;
    browser.import("hill", "device", DEVICES).await;
    let (house, tom) = (browser.house(), browser.entry("person", "Tom Made-Up").await);
    let school = house.one_school(&house.operator(), Some("hill")).await.unwrap();
    let new = NewAppointment {
        person: Some(EntryId(tom.parse().unwrap())),
        role: "it-technician".to_owned(),
        from: Some(date(2026, 9, 1)),
        delegation: "Letter of 1 September".to_owned(),
        ..NewAppointment::default()
    };
    house.appoint(&house.operator(), &school, &new).await.unwrap();
    browser
}

#[tokio::test]
async fn a_view_somebody_saved_for_themselves_is_handed_on_by_name() {
    let browser = browser().await;
    let tom = browser.entry("person", "Tom Made-Up").await;
    browser.signed_in(BaseRole::Technician).await;
    let list = "/school/hill/records/device";
    let mine = browser.actor().await.person.unwrap();
    let ask = format!("{list}/view?q=MU");
    let kept = browser.post(&ask, &ask, &[("name", "Off (made up)"), ("whose", "mine")]).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
    browser.signed_in(BaseRole::Head).await;
    let page = format!("{HANDOVER}/{mine}");
    let shown = browser.get(&page).await;
    assert_good(&page, &shown.body);
    assert!(shown.body.contains("Off (made up)") && shown.body.contains("Saved view: "), "{}", shown.body);
    let key = shown.body.split("value=\"view:").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let key = format!("view:{key}");
    let to = [
        ("thing", &*key),
        ("to", "tomma@hill.example"),
        ("from-day", "19"),
        ("from-month", "12"),
        ("from-year", "2026"),
    ];
    let done = browser.post(&page, &page, &to).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    // The page says once what was handed on; after that the view is no longer theirs.
    browser.get(&page).await;
    assert!(!browser.get(&page).await.body.contains("Off (made up)"));
    assert!(!browser.get(&format!("{HANDOVER}/{tom}")).await.body.contains("Off (made up)"));
}

#[tokio::test]
async fn what_somebody_leaves_is_listed_and_handed_on_in_one_table() {
    let browser = browser().await;
    let begin = browser.get(HANDOVER).await;
    assert_good(HANDOVER, &begin.body);
    assert!(begin.body.contains("Tom Made-Up") && begin.body.contains("18 December 2026"), "{}", begin.body);
    let both = browser.post(HANDOVER, HANDOVER, &[("like", "Tom")]).await;
    assert!(both.body.contains("Who is meant?"), "{}", both.body);
    let tom = browser.entry("person", "Tom Made-Up").await;
    let page = format!("{HANDOVER}/{tom}");
    let shown = browser.get(&page).await;
    assert_good(&page, &shown.body);
    for words in ["IT technician", "MU-1", "2 things stop when they go", "What nobody takes over", "Cases"] {
        assert!(shown.body.contains(words), "{words}: {}", shown.body);
    }
    let keys: Vec<String> = shown
        .body
        .split("name=\"thing\"")
        .skip(1)
        .map(|rest| rest.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned())
        .collect();
    assert_eq!(keys.len(), 2, "{keys:?}");
    let nobody = browser.post(&page, &page, &[("thing", &keys[0])]).await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_good("nobody", &nobody.body);
    assert!(nobody.body.contains("Say who takes it over"), "{}", nobody.body);
    let to = [
        ("thing", keys[0].as_str()),
        ("thing", keys[1].as_str()),
        ("to", "tomma@hill.example"),
        ("from-day", "19"),
        ("from-month", "12"),
        ("from-year", "2026"),
        ("paper", "Letter of 1 December"),
    ];
    let done = browser.post(&page, &page, &to).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert!(browser.get(&page).await.body.contains("Handed over: Role IT technician, Device: "));
    let after = browser.get(&page).await;
    assert_good("after", &after.body);
    assert!(after.body.contains("it ends for them on 18 December 2026"), "{}", after.body);
    assert!(after.body.contains("Nothing is left") && !after.body.contains("MU-1"), "{}", after.body);
    let roles = browser.get("/school/hill/roles").await;
    assert!(roles.body.contains("Tomma Made-Up") && roles.body.contains("from 19 December 2026"), "{}", roles.body);
    let device = browser.entry("device", "MU-1").await;
    assert!(browser.get(&format!("/school/hill/records/device/{device}")).await.body.contains("Tomma Made-Up"));
    let csv = browser.get(&format!("{page}/list.csv")).await;
    assert!(csv.body.contains("Stays,Role,IT technician,Handed over"), "{}", csv.body);
}

#[tokio::test]
async fn a_handover_is_not_there_for_those_who_give_no_roles_nor_for_nobody() {
    let browser = browser().await;
    let tom = browser.entry("person", "Tom Made-Up").await;
    let device = browser.entry("device", "MU-1").await;
    for nobody in [device.as_str(), "00000000-0000-0000-0000-000000000001", "tom"] {
        assert_eq!(browser.get(&format!("{HANDOVER}/{nobody}")).await.status, StatusCode::NOT_FOUND, "{nobody}");
    }
    for base in [BaseRole::Staff, BaseRole::Technician, BaseRole::Governor] {
        browser.signed_in(base).await;
        for path in [HANDOVER.to_owned(), format!("{HANDOVER}/{tom}"), format!("{HANDOVER}/{tom}/list.csv")] {
            assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND, "{base:?} {path}");
        }
    }
}

#[tokio::test]
async fn several_who_leave_are_handed_on_by_one_button() {
    let browser = browser().await;
    let more = "Name,Email,Kind,Last day\nZoe Going (made up),zoe@hill.example,staff,2026-12-18\n";
    browser.import("hill", "person", &format!("{}{}", PEOPLE, more.split_once('\n').unwrap().1)).await;
    browser
        .import(
            "hill",
            "device",
            "Device name,Encrypted,Primary user UPN\nMU-1,yes,tom@hill.example\nMU-2,yes,zoe@hill.example\n",
        )
        .await;
    let (tom, zoe) =
        (browser.entry("person", "Tom Made-Up").await, browser.entry("person", "Zoe Going (made up)").await);
    let (tom, zoe) = (format!("to-{tom}"), format!("to-{zoe}"));
    let all = format!("{HANDOVER}/all");
    let wrong = [(&*tom, "Made-Up"), (&*zoe, "tom@hill.example")];
    let answer = browser.post(HANDOVER, &all, &wrong).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_good(HANDOVER, &answer.body);
    for words in ["people are called so. Write the e-mail address", "Tom Made-Up leaves too"] {
        assert!(answer.body.contains(words), "{words}: {}", answer.body);
    }
    let nobody = browser.post(HANDOVER, &all, &[]).await;
    assert!(nobody.body.contains("Nobody was named who takes over"), "{}", nobody.body);
    let right = [(&*tom, "tomma@hill.example"), (&*zoe, "sam@hill.example"), ("paper", "Letter of 1 December")];
    let done = browser.post(HANDOVER, &all, &right).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let told = browser.get(HANDOVER).await.body;
    assert!(
        told.contains(
            "Handed over: 2 things of Tom Made-Up to Tomma Made-Up, 1 thing of Zoe Going (made up) to Sam Made-Up."
        ),
        "{told}"
    );
    let device = browser.entry("device", "MU-2").await;
    assert!(browser.get(&format!("/school/hill/records/device/{device}")).await.body.contains("Sam Made-Up"));
    let roles = browser.get("/school/hill/roles").await.body;
    assert!(roles.contains("Tomma Made-Up") && roles.contains("from 19 December 2026"), "{roles}");
}
