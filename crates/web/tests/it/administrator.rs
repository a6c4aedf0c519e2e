//! Never without an administrator: today, and on no day to come.

use crate::html::assert_good;
use crate::school::{Browser, POLICY};
use axum::http::StatusCode;
use jiff::civil::{Date, date};
use schoolkeeper_app::role::NewAppointment;
use schoolkeeper_app::{Error, House, School};
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::permission::BaseRole;

/// The last day of a school year that none of us sees.
const SUMMER: Date = date(2190, 8, 31);

schoolkeeper_testkit::both_engines!(
    a_last_day_to_come_that_leaves_nobody_is_refused,
    two_last_days_given_at_once_leave_somebody
);

async fn hill(house: &House) -> School {
    house.one_school(&house.operator(), Some("hill")).await.unwrap()
}

/// The person and the appointment of whoever holds a role at Hill.
async fn holder(house: &House, role: &str) -> (EntryId, EntryId) {
    let lines = house.roles(&house.operator(), &hill(house).await).await.unwrap();
    let line = lines.into_iter().find(|line| &*line.role == role).unwrap();
    (line.people[0].appointment.person, line.people[0].appointment.id)
}

async fn ends(house: &House, role: &str, last: Date) -> Result<(), Error> {
    let (_, appointment) = holder(house, role).await;
    house.end_appointment(&house.operator(), &hill(house).await, (appointment, last)).await
}

fn refusal(result: Result<(), Error>) -> String {
    match result {
        Err(Error::Refused(why)) => why,
        other => panic!("not refused: {other:?}"),
    }
}

async fn a_last_day_to_come_that_leaves_nobody_is_refused(url: String) {
    let browser = Browser::over(POLICY, Some(&url)).await;
    browser.also(BaseRole::Head, "hill").await;
    let house = browser.house();
    let why = refusal(ends(&house, "headteacher", SUMMER).await);
    assert!(why.starts_with("from 1 September 2190 on nobody else could give roles"), "{why}");
    browser.also(BaseRole::Office, "hill").await;
    ends(&house, "headteacher", SUMMER).await.expect("the business manager stays");
    for (last, from) in [(date(2190, 12, 31), "1 January 2191"), (date(2190, 7, 31), "1 September 2190")] {
        let why = refusal(ends(&house, "school-business-manager", last).await);
        assert!(why.contains(&format!("from {from} on")), "{why}");
    }
    let (office, _) = holder(&house, "school-business-manager").await;
    let next = NewAppointment {
        person: Some(office),
        role: "headteacher".to_owned(),
        from: Some(date(2190, 9, 1)),
        delegation: "Minute 12".to_owned(),
        ..NewAppointment::default()
    };
    house.appoint(&house.operator(), &hill(&house).await, &next).await.unwrap();
    ends(&house, "school-business-manager", date(2190, 7, 31)).await.expect("they lead from September on");
}

async fn two_last_days_given_at_once_leave_somebody(url: String) {
    let browser = Browser::over(POLICY, Some(&url)).await;
    for role in [BaseRole::Head, BaseRole::Office] {
        browser.also(role, "hill").await;
    }
    let house = browser.house();
    let (one, two) = tokio::join!(ends(&house, "headteacher", SUMMER), ends(&house, "school-business-manager", SUMMER));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
}

#[tokio::test]
async fn the_reason_stands_beside_the_day_and_a_stored_end_stands_on_to_fix() {
    let browser = Browser::new(POLICY).await;
    browser.signed_in(BaseRole::Head).await;
    let to_fix = "/school/hill/policy/outside/to-fix";
    assert!(!browser.get(to_fix).await.body.contains("nobody can give roles"));
    let (_, appointment) = holder(&browser.house(), "headteacher").await;
    let page = format!("/school/hill/roles/appointment/{appointment}");
    let last = [("last-day", "31"), ("last-month", "8"), ("last-year", "2190")];
    let refused = browser.post(&page, &format!("{page}/end"), &last).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    assert_good("refused", &refused.body);
    for words in ["From 1 September 2190 on nobody else could give roles", "Make somebody else headteacher"] {
        assert!(refused.body.contains(words), "{words}: {}", refused.body);
    }
    let leaving = "Name,Email,Kind,End date\nMadeup head,head@school.example,staff,2190-05-31\n";
    browser.import("hill", "person", leaving).await;
    let shown = browser.get(to_fix).await;
    assert_good("to fix", &shown.body);
    assert!(shown.body.contains("From 1 June 2190 on nobody can give roles or let people in"), "{}", shown.body);
    browser.also(BaseRole::Office, "hill").await;
    assert!(!browser.get(to_fix).await.body.contains("nobody can give roles"), "the business manager stays");
}
