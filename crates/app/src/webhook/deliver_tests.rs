//! What a real receiver hears, and what becomes of what it does not take.

use super::{BASE64, sign};
use crate::House;
use crate::bring_in::List;
use crate::entry::{Filled, Saved};
use crate::job::tests::house_under;
use crate::webhook::{Delivered, Delivery, Event, NewWebhook};
use base64::Engine;
use jiff::SignedDuration;
use schoolkeeper_core::value::Value;
use schoolkeeper_store::School;
use schoolkeeper_testkit::WebhookReceiver;
use serde_json::Value as Json;
use uuid::Uuid;

const POLICY: &str = r#"
[pack]
id = "outside"
title = "Outside"
version = "1"
language = 1
owner = ["headteacher"]
[role]
headteacher = { title = "Headteacher", acts_as = "head" }
[[clause]]
id = "1"
section = "All"
text = "Devices are encrypted."
mode = "detected"
controls = ["encrypted"]
[control.encrypted]
type = "rule"
title = "Encrypted devices"
for = "device"
expect = "device.encrypted"
message = "{device.name} is not encrypted"
"#;

/// The example of the Standard Webhooks specification.
#[test]
fn the_signature_is_the_one_of_the_standard() {
    let secret = BASE64.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    let body = "{\"test\": 2432232314}";
    let signature = sign(&secret, &["msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body]);
    assert_eq!(BASE64.encode(signature), "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

async fn one_school(house: &House) -> School {
    house.one_school(&house.operator(), None).await.unwrap()
}

async fn subscribe(house: &House, school: &School, url: String, events: &[Event]) -> (Uuid, String) {
    let new = NewWebhook { name: "Helpdesk (made up)".to_owned(), url, events: events.to_vec() };
    house.make_webhook(&house.operator(), school, &new).await.unwrap()
}

async fn last(house: &House, school: &School, webhook: Uuid) -> Delivery {
    house.deliveries(&house.operator(), (school, webhook), None, 1).await.unwrap().remove(0)
}

#[tokio::test]
async fn a_receiver_of_the_standard_takes_what_is_told_and_reads_nothing_personal_in_it() {
    let Some(receiver) = WebhookReceiver::start().unwrap() else { return };
    let (house, _folder) = house_under("sqlite", POLICY).await;
    let school = one_school(&house).await;
    let (webhook, secret) = subscribe(&house, &school, receiver.url("/status/200"), &Event::ALL).await;
    receiver.knows(&secret).unwrap();
    let operator = house.operator();
    let filled = Filled { say: [("tag".into(), Value::text("Secret lectern"))].into(), ..Filled::default() };
    let Saved::Done(entry) = house.create_entry(&operator, &school, ("asset", &filled)).await.unwrap() else {
        panic!()
    };
    let list = "Device name,Encrypted\nPersonal laptop of A,no\nPersonal laptop of B,no\n";
    let list = List { register: "device", file: "list.csv", bytes: list.as_bytes(), ..List::default() };
    house.bring_in(&operator, &school, &list).await.unwrap();
    house.evaluate(&operator, &school).await.unwrap();
    house.ping_webhook(&operator, &school, webhook).await.unwrap();
    house.work_once().await.unwrap();
    let told: Vec<Json> = receiver.told().iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kinds: Vec<&str> = told.iter().map(|one| one["body"]["type"].as_str().unwrap()).collect();
    for kind in ["record.created", "import.done", "problem.opened", "ping"] {
        assert_eq!(kinds.iter().filter(|known| **known == kind).count(), 1, "{kind} among {kinds:?}");
    }
    for one in &told {
        assert_eq!(one["good"], true, "{one}");
        let text = one.to_string();
        assert!(!text.contains("lectern") && !text.contains("laptop of"), "{text}");
        assert!(one["body"]["data"]["link"].as_str().unwrap().starts_with("http://localhost:"), "{text}");
    }
    let created = told.iter().find(|one| one["body"]["type"] == "record.created").unwrap();
    assert_eq!(created["body"]["data"]["record"], entry.to_string());
    let opened = told.iter().find(|one| one["body"]["type"] == "problem.opened").unwrap();
    assert_eq!(opened["body"]["data"]["title"], "Encrypted devices: 2 new problems");
    assert_eq!(last(&house, &school, webhook).await.delivered, Delivered::Done);
}

#[tokio::test]
async fn what_is_not_taken_is_tried_again_under_the_same_id_and_given_up_in_the_end() {
    let Some(receiver) = WebhookReceiver::start().unwrap() else { return };
    let (mut house, _folder) = house_under("sqlite", POLICY).await;
    let school = one_school(&house).await;
    let (busy, secret) = subscribe(&house, &school, receiver.url("/busy"), &[Event::RecordCreated]).await;
    receiver.knows(&secret).unwrap();
    house.ping_webhook(&house.operator(), &school, busy).await.unwrap();
    let start = house.now();
    house.work_once().await.unwrap();
    let waiting = last(&house, &school, busy).await;
    assert_eq!((waiting.delivered, waiting.attempts), (Delivered::Waiting, 1));
    assert!(waiting.answer.unwrap().contains("503"));
    house.pretend(start + SignedDuration::from_secs(20));
    house.work_once().await.unwrap();
    let done = last(&house, &school, busy).await;
    assert_eq!((done.delivered, done.attempts), (Delivered::Done, 2), "{:?}", done.answer);
    let ids: Vec<Json> =
        receiver.told().iter().map(|line| serde_json::from_str::<Json>(line).unwrap()["id"].clone()).collect();
    assert_eq!((ids.len(), &ids[0]), (2, &ids[1]));
    let (gone, secret) = subscribe(&house, &school, receiver.url("/status/410"), &[Event::RecordCreated]).await;
    receiver.knows(&secret).unwrap();
    house.ping_webhook(&house.operator(), &school, gone).await.unwrap();
    house.work_once().await.unwrap();
    assert_eq!(last(&house, &school, gone).await.delivered, Delivered::Dead);
    let (away, secret) = subscribe(&house, &school, receiver.url("/away"), &[Event::RecordCreated]).await;
    receiver.knows(&secret).unwrap();
    house.ping_webhook(&house.operator(), &school, away).await.unwrap();
    let before = receiver.told().len();
    house.work_once().await.unwrap();
    assert_eq!(receiver.told().len(), before + 1, "nobody follows it elsewhere");
    for hour in 1..30 {
        house.pretend(start + SignedDuration::from_hours(hour * 2));
        house.work_once().await.unwrap();
    }
    let dead = last(&house, &school, away).await;
    assert_eq!((dead.delivered, dead.attempts), (Delivered::Dead, 12), "{:?}", dead.answer);
    assert!(dead.answer.unwrap().contains("12 times"));
    house.redeliver(&house.operator(), (&school, away), dead.id).await.unwrap();
    assert_eq!(last(&house, &school, away).await.delivered, Delivered::Waiting);
}

#[tokio::test]
async fn a_wrong_secret_shows_at_the_receiver() {
    let Some(receiver) = WebhookReceiver::start().unwrap() else { return };
    let (house, _folder) = house_under("sqlite", POLICY).await;
    let school = one_school(&house).await;
    let (webhook, _) = subscribe(&house, &school, receiver.url("/status/200"), &[Event::RecordCreated]).await;
    receiver.knows("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    house.ping_webhook(&house.operator(), &school, webhook).await.unwrap();
    house.work_once().await.unwrap();
    assert!(last(&house, &school, webhook).await.answer.unwrap().contains("401"));
}
