use super::{FileKind, Seen, Unfit, file_name, is_plain, office, seen};

#[test]
fn a_kind_follows_from_the_content_whatever_the_name() {
    for (head, name, kind) in [
        (&b"%PDF-1.7\n"[..], "holiday.jpg", FileKind::Pdf),
        (b"junk\n%PDF-1.4", "a.txt", FileKind::Pdf),
        (&[0xff, 0xd8, 0xff, 0xe1, 0, 0], "report.pdf", FileKind::Jpeg),
        (b"\x89PNG\r\n\x1a\n\0\0", "x", FileKind::Png),
        (b"Name,Room\nMU-1,12\n", "rooms.CSV", FileKind::Csv),
        (b"Name,Room\nMU-1,12\n", "rooms.exe", FileKind::Text),
        (b"From: a@made-up.example\r\nSubject: x\r\n", "mail.eml", FileKind::Mail),
        (b"Caf\xe9 closed", "note.txt", FileKind::Text),
    ] {
        assert_eq!(seen(head, name), Ok(Seen::Kind(kind)), "{name}");
    }
    assert_eq!(seen(b"PK\x03\x04....", "a.docx"), Ok(Seen::Zip));
}

#[test]
fn what_is_not_taken_says_why() {
    for (head, why) in [
        (&b""[..], Unfit::Empty),
        (b"\0\0\0\x18ftypheic\0\0\0\0", Unfit::Heic),
        (b"\0\0\0\x18ftypmif1\0\0\0\0", Unfit::Heic),
        (b"MZ\x90\0\x03", Unfit::Other),
        (b"<!doctype html><script>", Unfit::Other),
        (b"  <svg xmlns=", Unfit::Other),
        (b"#!/bin/sh\n", Unfit::Other),
        (b"{\\rtf1", Unfit::Other),
        (b"GIF89a\x01\0", Unfit::Other),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Unfit::Other),
        (b"\0\0\0\x20ftypisom", Unfit::Other),
    ] {
        assert_eq!(seen(head, "innocent.txt"), Err(why), "{head:?}");
    }
}

#[test]
fn a_zip_file_is_what_lies_in_it() {
    let docx = ["[Content_Types].xml", "word/document.xml"];
    assert_eq!(office(docx, None), Ok(FileKind::Docx));
    assert_eq!(office(["[Content_Types].xml", "xl/workbook.xml"], None), Ok(FileKind::Xlsx));
    assert_eq!(office(["word/document.xml"], None), Err(Unfit::Other), "no list of types");
    assert_eq!(office(["evil.exe"], None), Err(Unfit::Other));
    assert_eq!(office(["[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"], None), Err(Unfit::Macros));
    assert_eq!(office([], Some("application/vnd.oasis.opendocument.text")), Ok(FileKind::Odt));
    assert_eq!(office(docx, Some("application/epub+zip")), Err(Unfit::Other));
}

#[test]
fn a_name_is_one_line_ends_as_its_kind_and_never_leads_elsewhere() {
    for (name, kind, wanted) in [
        ("C:\\Users\\tom\\fire plan.PDF", FileKind::Pdf, "fire plan.PDF"),
        ("../../etc/passwd", FileKind::Text, "passwd.txt"),
        ("invoice.pdf.exe", FileKind::Pdf, "invoice.pdf.exe.pdf"),
        ("IMG_1.jpeg", FileKind::Jpeg, "IMG_1.jpeg"),
        ("gnp\u{202e}exe.jpg", FileKind::Jpeg, "gnpexe.jpg"),
        ("a\r\nSet-Cookie: x", FileKind::Csv, "aSet-Cookie: x.csv"),
        ("", FileKind::Png, "file.png"),
        ("...", FileKind::Png, "file.png"),
    ] {
        assert_eq!(file_name(name, kind), wanted);
    }
    let long = file_name(&"é".repeat(500), FileKind::Pdf);
    assert_eq!(long.chars().count(), 120, "{long}");
}

#[test]
fn plain_text_holds_no_control_codes() {
    assert!(is_plain(b"a\tb\r\n\xe9"));
    assert!(!is_plain(b"a\0b") && !is_plain(b"\x1b[2J"));
}

#[test]
fn every_kind_has_its_word_in_the_tables() {
    let words: Vec<String> =
        FileKind::ALL.iter().map(|kind| serde_json::to_value(kind).unwrap().as_str().unwrap().to_owned()).collect();
    assert_eq!(words, ["pdf", "jpeg", "png", "docx", "xlsx", "odt", "text", "csv", "mail"]);
}
