//! The program from outside: a document in, and what Debian's PDF tools read out of the pages.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::io::Write;
use std::process::{Command, Output, Stdio};

fn document(title: &str, text: &str) -> String {
    let value = serde_json::json!({
        "title": title, "from": "Thistledown Made-up School", "lang": "en", "day": [2026, 11, 22],
        "foot": "As of 22 November 2026", "facts": [["Approved", "by the governing body"]], "contents": "Contents",
        "blocks": [
            {"kind": "heading", "text": "Passwords"},
            {"kind": "paragraph", "text": "Signed at reception"},
            {"kind": "point", "number": "4.1a", "text": text, "below": ["Must", "How long is a password? 12"]},
            {"kind": "words", "pairs": [["Breach", "What went wrong"]]},
            {"kind": "list", "lines": ["A law"]},
        ],
    });
    value.to_string()
}

fn set(document: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_schoolkeeper-typeset"))
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A document that is too large is refused before its end.
    let _ = child.stdin.take().unwrap().write_all(document);
    child.wait_with_output().unwrap()
}

/// What a tool of poppler says of a PDF; nothing where it is not installed.
fn tool(name: &str, option: &str, pdf: &[u8]) -> Option<String> {
    let file = std::env::temp_dir().join(format!("typeset-{}-{name}.pdf", std::process::id()));
    std::fs::write(&file, pdf).unwrap();
    let out = Command::new(name).arg(option).arg(&file).args((name == "pdftotext").then_some("-")).output();
    std::fs::remove_file(&file).unwrap();
    if out.is_err() {
        eprintln!("skipped: no {name} (Debian: poppler-utils)");
    }
    out.ok().map(|out| String::from_utf8_lossy(&out.stdout).into_owned())
}

#[test]
fn what_comes_in_is_text_and_stands_on_the_page_as_it_is() {
    let hostile = r#"#read("/etc/passwd") $x$ *bold* @ref <label> \u{41} // no comment #sys.version"#;
    let out = set(document("Policy – ŵ", hostile).as_bytes());
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    assert!(out.stdout.starts_with(b"%PDF-1.7"));
    let Some(text) = tool("pdftotext", "-layout", &out.stdout) else { return };
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for wanted in [
        "Policy – ŵ",
        "#read(",
        "/etc/passwd",
        "$x$ *bold* @ref <label>",
        "4.1a",
        "Breach",
        "A law",
        "Signed at reception",
        "1/1",
    ] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    assert!(!text.contains("root:"), "{text}");
}

#[test]
fn the_pages_can_be_read_aloud_and_kept() {
    let out = set(document("Policy", "Everyone keeps their password.").as_bytes());
    let pdf = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(pdf.contains("pdfuaid:part") && pdf.contains("pdfaid:part"), "it says that it keeps both standards");
    let Some(said) = tool("pdfinfo", "-struct", &out.stdout) else { return };
    for wanted in ["H1 \"Passwords\"", "TOC", "LBody"] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
}

#[test]
fn letters_no_font_has_cost_the_promise_and_not_the_document() {
    let out = set(document("Policy", "Smile \u{1F600} \u{4F60}\u{597D}").as_bytes());
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    assert!(out.stdout.starts_with(b"%PDF-"));
}

#[test]
fn what_is_no_document_is_refused_in_a_line() {
    for (wrong, why) in [("{\"title\": 1", "this is no document"), ("{}", "title"), ("", "this is no document")] {
        let out = set(wrong.as_bytes());
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert!(!out.status.success() && out.stdout.is_empty(), "{wrong}");
        assert!(said.starts_with("error: ") && said.contains(why) && said.lines().count() == 1, "{said}");
    }
    let out = set(&vec![b' '; (8 << 20) + 1]);
    assert!(String::from_utf8_lossy(&out.stderr).contains("larger than 8 MB"));
}
