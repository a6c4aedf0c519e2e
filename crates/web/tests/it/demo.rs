//! Looking at a demo as somebody else, and that nothing of the kind exists anywhere else.

use crate::html::assert_good;
use crate::school::{Browser, POLICY};
use axum::http::StatusCode;
use schoolkeeper_app::demo::Seat;
use schoolkeeper_app::house::NewHouse;
use schoolkeeper_app::sign_in::Arrival;
use schoolkeeper_core::permission::BaseRole;

/// A made-up house with a headteacher, who is at the browser, and a governor.
async fn demo() -> Browser {
    let browser = Browser::made_for(POLICY, NewHouse { demo: true, ..NewHouse::default() }).await;
    browser.signed_in(BaseRole::Head).await;
    browser.also(BaseRole::Governor, "hill").await;
    browser
}

async fn seat(browser: &Browser, role: &str) -> Seat {
    let seats = browser.house().seats().await.unwrap();
    seats.into_iter().find(|seat| seat.role == role).unwrap()
}

#[tokio::test]
async fn a_demo_is_looked_at_as_anybody_in_it_and_the_history_says_so() {
    let browser = demo().await;
    let page = browser.get("/school/hill/policy/outside").await;
    assert!(page.body.contains("You look at this as: <strong>Headteacher of Hill</strong>"), "{}", page.body);
    let people = browser.get("/demo").await;
    assert_good("/demo", &people.body);
    assert!(people.body.contains("Look as Madeup governor"), "{}", people.body);

    let before = browser.cookie("schoolkeeper").unwrap();
    let governor = seat(&browser, "Governor").await;
    let looked = browser.post("/demo", "/demo", &[("login", &governor.login.to_string())]).await;
    assert_eq!(looked.status, StatusCode::SEE_OTHER, "{}", looked.body);
    let page = browser.get("/school/hill/policy/outside").await;
    assert!(page.body.contains("Governor of Hill"), "{}", page.body);
    assert_eq!(
        browser.get("/school/hill/roles/appoint").await.status,
        StatusCode::NOT_FOUND,
        "with a governor's rights"
    );
    let history = browser.get("/history").await;
    assert!(history.body.contains("Looked at the demo as somebody else"), "{}", history.body);

    browser.set_cookie("schoolkeeper", Some(&before));
    assert_eq!(browser.get("/account").await.status, StatusCode::SEE_OTHER, "the session before has ended");
}

#[tokio::test]
async fn somebody_who_is_not_signed_in_chooses_too_and_a_stranger_is_not_there() {
    let browser = demo().await;
    browser.set_cookie("schoolkeeper", None);
    let page = browser.get("/sign-in").await;
    assert!(page.body.contains("governor@school.example") && page.body.contains("made-up demo"), "{}", page.body);
    let nobody = [("login", "018f3c1e-0000-7000-8000-000000000000")];
    assert_eq!(browser.post("/demo", "/demo", &nobody).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.post("/demo", "/demo", &[("login", "governor")]).await.status, StatusCode::NOT_FOUND);
    let head = seat(&browser, "Headteacher").await;
    assert_eq!(
        browser.post("/demo", "/demo", &[("login", &head.login.to_string())]).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(browser.get("/account").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_change_of_looks_comes_from_a_page_of_the_demo_only() {
    let browser = demo().await;
    let governor = seat(&browser, "Governor").await;
    let bare = [("login".to_owned(), governor.login.to_string())];
    assert_eq!(browser.post_raw("/demo", &bare).await.status, StatusCode::FORBIDDEN, "without a form's token");
    assert!(browser.get("/school/hill/policy/outside").await.body.contains("Headteacher of Hill"));
}

/// A real house, a sandbox, and a real one whose settings somebody has changed: nowhere is there a way in without a
/// password, not by any method, and no page speaks of it.
#[tokio::test]
async fn a_house_that_is_no_demo_has_no_way_to_look_as_somebody_else() {
    let meddled = Browser::new(POLICY).await;
    meddled.set_setting("demo = true").await;
    for browser in [Browser::new(POLICY).await, Browser::pretending(POLICY).await, meddled] {
        browser.signed_in(BaseRole::Head).await;
        let (nothing, page) = (browser.get("/nothing").await, browser.get("/demo").await);
        assert_eq!((page.status, &page.body), (StatusCode::NOT_FOUND, &nothing.body));
        let login = browser.login_of("head@school.example").await;
        let form = [("login".to_owned(), login.to_string())];
        let held = browser.cookie("schoolkeeper");
        let (posted, nowhere) = (browser.post_raw("/demo", &form).await, browser.post_raw("/nothing", &form).await);
        assert_eq!((posted.status, posted.body), (nowhere.status, nowhere.body), "as if it were not there");
        assert_eq!(browser.cookie("schoolkeeper"), held, "no session began");
        for path in ["/", "/manage", "/account", "/school/hill/policy/outside", "/sign-in"] {
            let body = browser.get(path).await.body;
            assert!(!body.contains("You look at this as") && !body.contains("/demo"), "{path}: {body}");
        }
        assert!(browser.house().seats().await.is_err());
        assert!(browser.house().look_as(login, None, &Arrival::default()).await.is_err());
    }
}

#[tokio::test]
async fn a_demo_behind_another_address_is_none() {
    let browser = demo().await;
    browser.set_setting("base_url = \"https://school.example\"\nproxy = \"127.0.0.1\"").await;
    assert!(!browser.house().is_demo());
    assert!(browser.house().seats().await.is_err());
}
