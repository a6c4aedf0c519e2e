//! Mail leaves: to a real server, once, with a reason when it does not.

use crate::house::{Made, password, server, t};
use schoolkeeper_app::mail::{Encryption, Grant, GrantBy, MailKind, Progress, Secret, Way};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::mail::Gathered;
use schoolkeeper_store::mail::Step;
use schoolkeeper_testkit::MailServer;

const ADA: &str = "ada@hill.example";

#[tokio::test]
async fn a_link_goes_by_starttls_with_a_password_and_is_erased() {
    let Some(peer) = MailServer::start().unwrap() else { return };
    let made = Made::with_reader(ADA).await;
    let at = server(peer.port("starttls"), Encryption::StartTls, Some(peer.authority().unwrap()));
    let (way, secret) = password(at);
    made.set(way, secret).await;
    assert!(made.send_link().await);
    assert!(!made.send_link().await, "the same key went twice");
    let sealed = made.only().await.link.unwrap();
    assert!(sealed.starts_with("sealed:1:") && !sealed.contains("k7q2"), "{sealed}");
    made.house.work_once().await.unwrap();
    let mail = made.only().await;
    assert_eq!((mail.progress, mail.link), (Progress::Sent, None), "{:?}", mail.reason);
    assert_eq!(mail.reason.as_deref(), Some("250 2.0.0 Taken as made-up-1"));
    let mails = peer.mails();
    assert_eq!(mails.len(), 1);
    for part in ["\"tls\": true", "\"signed\": true", "k7q2secret", "Auto-Submitted: auto-generated", "Hello Ada,"] {
        assert!(mails[0].contains(part), "{part}: {}", mails[0]);
    }
    assert!(mails[0].contains(&format!("Message-ID: <schoolkeeper.{}@", mail.id)));
    assert!(!mails[0].contains("Marlpit"));
    made.house.work_once().await.unwrap();
    assert_eq!(peer.mails().len(), 1, "it was sent twice");
    assert!(made.recorded().await.contains(&"mail-sent".to_owned()));
}

#[tokio::test]
async fn a_mail_goes_by_tls_and_by_a_relay() {
    let Some(peer) = MailServer::start().unwrap() else { return };
    let made = Made::with_reader(ADA).await;
    let (way, secret) = password(server(peer.port("tls"), Encryption::Tls, Some(peer.authority().unwrap())));
    made.set(way, secret).await;
    assert!(made.send_link().await);
    made.house.work_once().await.unwrap();
    made.set(Way::Relay { server: server(peer.port("relay"), Encryption::Clear, None) }, None).await;
    made.send(MailKind::JobDead, true, "dead:1", None).await;
    made.house.work_once().await.unwrap();
    let listeners: Vec<bool> = peer.mails().iter().map(|mail| mail.contains("\"listener\": \"relay\"")).collect();
    assert_eq!(listeners, [false, true]);
}

fn token(peer: &MailServer, by: GrantBy) -> (Way, Secret) {
    let grant = Grant {
        token_url: format!("http://127.0.0.1:{}/token", peer.port("token")),
        client_id: "made-up-app".to_owned(),
        scope: "https://outlook.office365.com/.default".to_owned(),
        by,
    };
    let at = server(peer.port("starttls"), Encryption::StartTls, Some(peer.authority().unwrap()));
    let secret = Secret {
        client_secret: "made-up-secret".to_owned(),
        refresh_token: "refresh-1".to_owned(),
        ..Secret::default()
    };
    (Way::Token { server: at, user: "office@hill.example".to_owned(), grant }, secret)
}

#[tokio::test]
async fn tokens_are_asked_for_once_kept_sealed_and_renewed() {
    for by in [GrantBy::ClientCredentials, GrantBy::RefreshToken] {
        let Some(peer) = MailServer::start().unwrap() else { return };
        let mut made = Made::with_reader(ADA).await;
        let (way, secret) = token(&peer, by);
        made.set(way, Some(secret)).await;
        made.send_link().await;
        made.send(MailKind::JobDead, true, "dead:1", None).await;
        made.house.work_once().await.unwrap();
        let asked = || peer.mails().iter().filter(|line| line.contains("\"granted\": true")).count();
        assert_eq!(made.mails().await.iter().filter(|mail| mail.progress == Progress::Sent).count(), 2, "{by:?}");
        assert_eq!(asked(), 1, "the token was not kept");
        made.at("2026-11-23T12:00:00Z").await;
        made.send(MailKind::JobDead, true, "dead:2", None).await;
        made.house.work_once().await.unwrap();
        assert_eq!((made.only().await.progress, asked()), (Progress::Sent, 2), "{:?}", made.only().await.reason);
    }
}

#[tokio::test]
async fn a_refusal_for_good_fails_with_the_servers_words() {
    let Some(peer) = MailServer::start().unwrap() else { return };
    let made = Made::with_reader("nobody@hill.example").await;
    made.set(Way::Relay { server: server(peer.port("relay"), Encryption::Clear, None) }, None).await;
    made.send_link().await;
    made.house.work_once().await.unwrap();
    let mail = made.only().await;
    assert_eq!(mail.progress, Progress::Failed);
    assert!(mail.reason.as_deref().unwrap().contains("There is no such mailbox"), "{:?}", mail.reason);
}

#[tokio::test]
async fn a_refusal_for_now_is_tried_again_later() {
    let Some(peer) = MailServer::start().unwrap() else { return };
    let mut made = Made::with_reader("later@hill.example").await;
    made.set(Way::Relay { server: server(peer.port("relay"), Encryption::Clear, None) }, None).await;
    made.send_link().await;
    made.house.work_once().await.unwrap();
    let mail = made.only().await;
    assert_eq!((mail.progress, mail.attempt_count), (Progress::Waiting, 1));
    assert!(mail.link.is_some() && mail.reason.unwrap().contains("Not now"));
    made.at("2026-11-23T10:05:00Z").await;
    made.house.work_once().await.unwrap();
    assert_eq!(made.only().await.attempt_count, 2);
    made.at("2026-11-24T09:00:00Z").await;
    made.house.work_once().await.unwrap();
    let mail = made.only().await;
    assert_eq!((mail.progress, mail.link), (Progress::Withdrawn, None), "its link has ended");
}

#[tokio::test]
async fn a_server_that_is_away_or_not_the_one_it_says_gets_nothing() {
    let Some(peer) = MailServer::start().unwrap() else { return };
    let made = Made::with_reader(ADA).await;
    let stranger = server(peer.port("starttls"), Encryption::StartTls, None);
    let mut wrong_name = server(peer.port("starttls"), Encryption::StartTls, Some(peer.authority().unwrap()));
    wrong_name.host = "127.0.0.1".to_owned();
    let plain = server(peer.port("relay"), Encryption::StartTls, Some(peer.authority().unwrap()));
    let gone = server(1, Encryption::Tls, None);
    for at in [stranger, wrong_name, plain, gone] {
        let (way, secret) = password(at.clone());
        made.set(way, secret).await;
        let answer = made.house.try_mail(&made.house.operator(), &made.school, ADA).await.unwrap();
        let why = answer.unwrap_err();
        assert!(why.contains(&at.host), "{why}");
    }
    assert_eq!(peer.mails(), Vec::<String>::new());
    let (way, _) = password(server(peer.port("starttls"), Encryption::StartTls, Some(peer.authority().unwrap())));
    made.set(way, Some(Secret { password: "wrong".to_owned(), ..Secret::default() })).await;
    let why = made.house.try_mail(&made.house.operator(), &made.school, ADA).await.unwrap().unwrap_err();
    assert!(why.contains("did not let us in"), "{why}");
}

#[tokio::test]
async fn a_test_mail_gives_the_servers_own_answer() {
    let Some(peer) = MailServer::start().unwrap() else { return };
    let made = Made::with_reader(ADA).await;
    let at = server(peer.port("starttls"), Encryption::StartTls, Some(peer.authority().unwrap()));
    let (way, secret) = password(at);
    made.set(way, secret).await;
    let answer = made.house.try_mail(&made.house.operator(), &made.school, "bo@hill.example").await.unwrap();
    assert_eq!(answer.unwrap(), "250 2.0.0 Taken as made-up-1");
    assert!(made.recorded().await.contains(&"mail-tried".to_owned()));
}

/// What a crash between the server's answer and our note of it does: the mail goes again, under the same Message-ID.
#[tokio::test]
async fn a_mail_whose_sender_died_goes_again_under_the_same_name() {
    let Some(peer) = MailServer::start().unwrap() else { return };
    let mut made = Made::with_reader(ADA).await;
    made.set(Way::Relay { server: server(peer.port("relay"), Encryption::Clear, None) }, None).await;
    made.send_link().await;
    let id = made.only().await.id;
    let mut write = made.store().write_tx().await.unwrap();
    let step = Step { mail: id, from: Progress::Waiting, to: Progress::Sending, reason: None, now: made.house.now() };
    assert!(write.move_mail(&Scope::system("test"), step).await.unwrap());
    write.commit().await.unwrap();
    made.house.work_once().await.unwrap();
    assert_eq!(peer.mails().len(), 0, "another process may still be talking to the server");
    made.at("2026-11-23T10:06:00Z").await;
    made.house.work_once().await.unwrap();
    assert_eq!(made.only().await.progress, Progress::Sent);
    assert!(peer.mails()[0].contains(&format!("schoolkeeper.{id}@")));
}

#[tokio::test]
async fn a_connection_cut_after_the_mail_was_taken_is_tried_again() {
    let Some(peer) = MailServer::start().unwrap() else { return };
    let made = Made::with_reader("vanish@hill.example").await;
    made.set(Way::Relay { server: server(peer.port("relay"), Encryption::Clear, None) }, None).await;
    made.send_link().await;
    made.house.work_once().await.unwrap();
    assert_eq!((made.only().await.progress, peer.mails().len()), (Progress::Waiting, 1));
}

#[tokio::test]
async fn without_mail_a_link_is_handed_over_once_and_recorded() {
    let made = Made::with_reader(ADA).await;
    made.set(Way::None, None).await;
    made.send_link().await;
    made.house.work_once().await.unwrap();
    let (actor, id) = (made.house.operator(), made.only().await.id);
    assert_eq!(made.only().await.progress, Progress::Waiting);
    let text = made.house.hand_over(&actor, &made.school, id).await.unwrap();
    assert!(text.plain.contains("/link/k7q2secret"));
    assert!(made.house.hand_over(&actor, &made.school, id).await.is_err());
    assert_eq!(made.only().await.link, None);
    assert!(made.recorded().await.contains(&"mail-handed-over".to_owned()));
}

#[tokio::test]
async fn where_mail_leaves_nobody_sees_somebody_elses_link() {
    let made = Made::with_reader(ADA).await;
    made.set(Way::Relay { server: server(1, Encryption::Clear, None) }, None).await;
    made.send_link().await;
    let (actor, id) = (made.house.operator(), made.only().await.id);
    assert!(made.house.hand_over(&actor, &made.school, id).await.is_err());
    let lines = made.house.outbox(&actor, &made.school, &schoolkeeper_app::mail::Asked::default()).await.unwrap();
    assert!(!format!("{lines:?}").contains("k7q2"));
    let csv = made.house.outbox_csv(&actor, &made.school, &schoolkeeper_app::mail::Asked::default()).await.unwrap();
    assert!(!String::from_utf8(csv).unwrap().contains("k7q2"));
}

#[tokio::test]
async fn what_is_not_urgent_waits_for_the_schools_hours() {
    let mut made = Made::with_reader(ADA).await;
    made.at("2026-11-23T20:00:00Z").await;
    made.send(MailKind::Invite { until: t("2026-12-01T08:00:00Z") }, false, "invite:1", Some("/link/a")).await;
    assert_eq!(made.only().await.due_at, t("2026-11-24T07:30:00Z"));
    made.send(MailKind::Task { by: None }, false, "task:1", None).await;
    made.house.work_once().await.unwrap();
    assert!(made.mails().await.iter().all(|mail| mail.progress == Progress::Waiting));
}

#[tokio::test]
async fn a_reader_without_an_address_is_said_to_have_none() {
    let made = Made::with_reader("not an address").await;
    made.set(Way::Relay { server: server(1, Encryption::Clear, None) }, None).await;
    made.send_link().await;
    made.house.work_once().await.unwrap();
    let mail = made.only().await;
    assert_eq!(mail.progress, Progress::Failed);
    assert!(mail.reason.unwrap().contains("no e-mail address"));
}

#[tokio::test]
async fn nothing_goes_to_somebody_who_has_left() {
    let made = Made::with_reader(ADA).await;
    made.set(Way::Relay { server: server(1, Encryption::Clear, None) }, None).await;
    made.send_link().await;
    made.send(MailKind::Invite { until: t("2026-12-01T08:00:00Z") }, true, "invite:1", Some("/link/a")).await;
    made.send(MailKind::JobDead, true, "dead:1", None).await;
    made.send(MailKind::Digest(Gathered::default()), true, "digest:1", None).await;
    made.leaves().await;
    made.house.work_once().await.unwrap();
    for mail in made.mails().await {
        assert_eq!(mail.progress, Progress::Withdrawn, "{:?}", mail.kind);
        assert!(mail.reason.unwrap().contains("have left"));
    }
    assert_eq!(made.mails().await.len(), 4);
}

#[tokio::test]
async fn the_link_of_somebody_who_has_left_is_not_handed_over() {
    let made = Made::with_reader(ADA).await;
    made.set(Way::None, None).await;
    made.send_link().await;
    made.leaves().await;
    let no = made.house.hand_over(&made.house.operator(), &made.school, made.only().await.id).await;
    assert!(no.unwrap_err().to_string().contains("have left"));
}
