use super::*;
use proptest::prelude::*;

const LINK: &str = "https://schoolkeeper.marlpit.example/d/k7q2";

fn every_kind() -> Vec<MailKind> {
    let at: Timestamp = "2026-11-24T08:00:00Z".parse().unwrap();
    let by = Some("2026-11-27".parse().unwrap());
    let mut gathered = Gathered::default();
    for kind in [MailKind::Decision { by }, MailKind::Task { by: None }] {
        gathered.add(&kind);
    }
    vec![
        MailKind::Link { until: at },
        MailKind::Invite { until: at },
        MailKind::Digest(gathered),
        MailKind::Decision { by },
        MailKind::Task { by: None },
        MailKind::Answer,
        MailKind::Incident { by },
        MailKind::Reported,
        MailKind::Unopened,
        MailKind::Signature { by },
        MailKind::SignLink { until: at },
        MailKind::CourseLink { until: at },
        MailKind::BreakGlass { at },
        MailKind::JobDead,
        MailKind::Checkpoint { line: "A".repeat(44) },
        MailKind::TokenEnds { at },
        MailKind::Test,
    ]
}

fn write(kind: &MailKind, name: &str, school: &str) -> Text {
    let zone = TimeZone::get("Europe/London").unwrap();
    let now = "2026-11-23T09:00:00Z".parse().unwrap();
    compose(kind, &Reader { name, school, link: LINK, now, zone: &zone })
}

#[test]
fn every_kind_has_words_and_no_words_are_without_a_kind() {
    let named: Vec<&str> = every_kind().iter().map(MailKind::name).collect();
    let mut written: Vec<&str> = kinds().map(|(name, _)| name).collect();
    for kind in every_kind() {
        assert!(page(&kind).starts_with('/'));
        assert_ne!(says(kind.name()), "Mail");
    }
    written.retain(|name| !named.contains(name));
    assert_eq!(written, Vec::<&str>::new());
}

#[test]
fn a_mail_names_nobody_but_the_readers_first_name() {
    for kind in every_kind() {
        for name in ["Ada Marlpit", "Marlpit, Ada"] {
            let text = write(&kind, name, "Hill (made up)");
            let all = format!("{}{}{}", text.subject, text.plain, text.html);
            assert!(!all.contains("Marlpit "), "{all}");
            assert!(all.contains("Hello Ada,"));
            assert!(!text.subject.contains("Ada"));
        }
    }
}

#[test]
fn every_mail_reads_as_it_was_read_and_found_good() {
    let all = every_kind().into_iter().map(|kind| {
        let text = write(&kind, "Ada Marlpit", "Hill (made up)");
        format!("=== {}\nSubject: {}\n\n{}\n--- html\n{}\n", kind.name(), text.subject, text.plain, text.html)
    });
    insta::assert_snapshot!("mails", all.collect::<String>());
}

#[test]
fn a_mail_has_one_link() {
    for kind in every_kind() {
        let text = write(&kind, "Ada", "Hill (made up)");
        assert_eq!(text.plain.matches("://").count(), 1);
        assert_eq!(text.html.matches("<a ").count(), 1);
        assert!(text.plain.contains(LINK) && text.html.contains(&format!("href=\"{LINK}\"")));
    }
}

#[test]
fn no_name_ends_a_header_or_opens_a_tag() {
    let hostile = "Hill\r\nBcc: everybody@elsewhere.example\r\n\r\n<script>alert(1)</script>\"'&";
    for kind in every_kind() {
        let text = write(&kind, hostile, hostile);
        assert!(!text.subject.contains(['\r', '\n']), "{}", text.subject);
        assert!(!text.plain.lines().any(|line| line.starts_with("Bcc:")), "{}", text.plain);
        assert!(!text.html.contains("<script"), "{}", text.html);
    }
}

proptest! {
    #[test]
    fn html_has_our_tags_only(name in "\\PC{0,60}", school in "\\PC{0,60}") {
        let tags = |html: &str| html.matches('<').count();
        let text = write(&MailKind::Test, &name, &school);
        prop_assert_eq!(tags(&text.html), tags(&write(&MailKind::Test, "Ada", "Hill").html));
        prop_assert!(!text.subject.chars().any(char::is_control));
    }

    #[test]
    fn what_is_filled_in_is_not_filled_in_again(name in "[{}a-z_]{1,20}") {
        let text = write(&MailKind::Test, "Ada", &name);
        prop_assert!(text.plain.contains(&one_line(&name)));
    }
}
