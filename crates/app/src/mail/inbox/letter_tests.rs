use super::*;
use proptest::prelude::*;

const ID: &str = "01942a3b-4c5d-7e6f-8a9b-0c1d2e3f4a5b";

fn parse_text(text: &str) -> Letter {
    parse(text.replace('\n', "\r\n").as_bytes(), false)
}

#[test]
fn a_report_is_read_with_its_sender_subject_and_text() {
    let letter = parse_text(
        "From: Bo Hill <bo@hill.example>\nSubject: =?utf-8?q?Projector_=C3=A9?=\nMessage-ID: <a@b>\n\nIt is dark.\n",
    );
    assert_eq!(letter.sort, Sort::Report);
    assert_eq!(
        (&*letter.sender, &*letter.subject, &*letter.text),
        ("Bo Hill <bo@hill.example>", "Projector é", "It is dark.")
    );
    assert_eq!(letter.key, hash(b"a@b"));
}

#[test]
fn answers_of_programs_are_no_reports() {
    for header in ["Auto-Submitted: auto-replied", "Precedence: bulk", "X-Autoreply: yes"] {
        let letter = parse_text(&format!("From: bo@hill.example\nSubject: Away\n{header}\n\nI am away.\n"));
        assert_eq!(letter.sort, Sort::Automatic, "{header}");
    }
    let letter = parse_text("From: bo@hill.example\nAuto-Submitted: no\n\nHello\n");
    assert_eq!(letter.sort, Sort::Report);
}

#[test]
fn a_mail_that_came_back_names_ours() {
    let text = format!(
        "From: MAILER-DAEMON@mail.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n\
         --b\nContent-Type: message/delivery-status\n\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 no such user\n\n\
         --b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <schoolkeeper.{ID}@hill.example>\n\n--b--\n"
    );
    let Sort::CameBack { mail, why } = parse_text(&text).sort else { panic!("it did not come back") };
    assert_eq!(mail.to_string(), ID);
    assert_eq!(why, "It came back: smtp; 550 no such user");
    let delayed = parse_text(&text.replace("Action: failed", "Action: delayed"));
    assert_eq!(delayed.sort, Sort::Automatic);
}

#[test]
fn files_beyond_the_limits_are_refused_by_name() {
    let part = |size: usize| {
        format!(
            "--b\nContent-Type: image/png\nContent-Disposition: attachment; filename=\"p.png\"\n\n{}\n",
            "x".repeat(size)
        )
    };
    let parts = part(10).repeat(12);
    let text = format!(
        "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nSee\n{parts}{}--b--\n",
        part(FILE_MAX + 1)
    );
    let letter = parse_text(&text);
    let kept = letter.files.iter().filter(|(_, content)| content.is_some()).count();
    assert_eq!((letter.files.len(), kept), (13, FILES_MAX));
    assert!(letter.files.iter().all(|(file, content)| file.refused.is_some() == content.is_none()));
    let alone = parse_text(&format!(
        "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n{}--b--\n",
        part(FILE_MAX + 1)
    ));
    assert_eq!(alone.files[0].0.refused.as_deref(), Some("it is bigger than 2 MB"));
}

#[test]
fn a_long_text_is_cut_and_says_so() {
    let letter = parse_text(&format!("From: a@b.example\n\n{}\n", "word ".repeat(TEXT_MAX)));
    assert!(letter.cut);
    assert!(letter.text.chars().count() <= TEXT_MAX);
}

#[test]
fn deep_parts_and_bad_charsets_end() {
    let deep = "Content-Type: multipart/mixed; boundary=b\n\n--b\n".repeat(5000);
    let letter = parse_text(&format!("From: a@b.example\n{deep}"));
    assert!(letter.files.len() <= FILES_MAX * 10);
    let letter =
        parse(b"From: a@b.example\r\nContent-Type: text/plain; charset=klingon\r\n\r\n\xff\xfe\x00x\r\n", false);
    assert_eq!(letter.sort, Sort::Report);
    assert!(!letter.text.contains('\0'));
}

#[test]
fn a_sender_cannot_turn_a_line_around() {
    let letter = parse("From: =?utf-8?b?4oCudHh0LmV4ZQ==?= <a@b.example>\r\nSubject: a\r\n\r\nx\r\n".as_bytes(), false);
    assert!(!letter.sender.contains('\u{202e}'), "{}", letter.sender);
}

proptest! {
    #[test]
    fn no_bytes_break_it(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let letter = parse(&bytes, false);
        prop_assert!(letter.text.chars().count() <= TEXT_MAX);
        prop_assert!(!letter.subject.contains('\n'));
        prop_assert_eq!(letter.key.len(), 64);
    }
}
