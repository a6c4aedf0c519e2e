//! Reports come in: each once, whatever the mailbox holds.

use crate::house::{Made, server};
use schoolkeeper_app::mail::{Encryption, MailKind, Mailbox, Progress, ReportsAsked, Secret, Way};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_store::mail::Step;
use schoolkeeper_testkit::MailboxServer;

async fn set(made: &Made, peer: &MailboxServer, done: Option<&str>, password: &str) {
    let mailbox = Mailbox {
        way: Way::Password {
            server: server(peer.port(), Encryption::StartTls, Some(peer.authority().unwrap())),
            user: "reports@hill.example".to_owned(),
        },
        folder: "INBOX".to_owned(),
        done_folder: done.map(str::to_owned),
    };
    let secret = Secret { password: password.to_owned(), ..Secret::default() };
    made.house.set_mailbox(&made.house.operator(), &made.school, &mailbox, Some(&secret)).await.unwrap();
}

async fn subjects(made: &Made) -> Vec<String> {
    let asked = ReportsAsked::default();
    let (reports, _) = made.house.reports(&made.house.operator(), &made.school, asked).await.unwrap();
    reports.into_iter().map(|report| report.subject).collect()
}

const REPORT: &str =
    "From: Bo Hill <bo@hill.example>\r\nSubject: Projector\r\nMessage-ID: <one@hill.example>\r\n\r\nIt is dark.\r\n";

#[tokio::test]
async fn a_message_becomes_a_report_once_and_is_moved() {
    let Some(peer) = MailboxServer::start().unwrap() else { return };
    let mut made = Made::with_reader("ada@hill.example").await;
    peer.put("1", REPORT.as_bytes()).unwrap();
    peer.put("2", b"From: bo@hill.example\r\nAuto-Submitted: auto-replied\r\nSubject: Away\r\n\r\nAway\r\n").unwrap();
    set(&made, &peer, Some("Done"), "made-up").await;
    made.house.work_once().await.unwrap();
    let setup = made.house.mailbox_setup(&made.house.operator(), &made.school).await.unwrap();
    assert_eq!(setup.problem, None);
    assert_eq!(subjects(&made).await, ["Projector"]);
    assert_eq!(peer.done(), 2);
    made.at("2026-11-23T10:10:00Z").await;
    peer.put("3", REPORT.as_bytes()).unwrap();
    peer.put("4", REPORT.replace("one@", "two@").replace("Projector", "Door").as_bytes()).unwrap();
    made.house.work_once().await.unwrap();
    assert_eq!(subjects(&made).await, ["Door", "Projector"]);
}

#[tokio::test]
async fn a_mailbox_that_does_not_open_says_why() {
    let Some(peer) = MailboxServer::start().unwrap() else { return };
    let made = Made::with_reader("ada@hill.example").await;
    set(&made, &peer, None, "wrong").await;
    made.house.work_once().await.unwrap();
    let setup = made.house.mailbox_setup(&made.house.operator(), &made.school).await.unwrap();
    assert!(setup.problem.unwrap().contains("did not let us in"));
    assert!(setup.looked_at.is_some());
}

#[tokio::test]
async fn a_mail_that_comes_back_is_marked() {
    let Some(peer) = MailboxServer::start().unwrap() else { return };
    let made = Made::with_reader("ada@hill.example").await;
    made.send(MailKind::JobDead, true, "dead:1", None).await;
    let id = made.only().await.id;
    let mut write = made.store().write_tx().await.unwrap();
    let step = Step { mail: id, from: Progress::Waiting, to: Progress::Sent, reason: None, now: made.house.now() };
    assert!(write.move_mail(&Scope::system("test"), step).await.unwrap());
    write.commit().await.unwrap();
    let bounce = format!(
        "From: MAILER-DAEMON@mail.example\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n\
         --b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <schoolkeeper.{id}@localhost>\r\n\r\n--b--\r\n"
    );
    peer.put("1", bounce.as_bytes()).unwrap();
    set(&made, &peer, None, "made-up").await;
    made.house.work_once().await.unwrap();
    let mail = made.only().await;
    assert_eq!((mail.progress, mail.reason.as_deref()), (Progress::Bounced, Some("It came back: 5.1.1")));
    assert_eq!(subjects(&made).await, Vec::<String>::new());
}
