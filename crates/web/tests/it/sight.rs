//! Whom a policy keeps from a row of a list finds it at no address: not its page, forms, history, files, nor for
//! programs; and the answer is that of what is not there.

use crate::api::{Program, all_scopes};
use crate::school::{Answer, Browser, POLICY};
use axum::http::StatusCode;
use schoolkeeper_core::permission::BaseRole;
use serde_json::json;

schoolkeeper_testkit::both_engines!(
    whoever_is_kept_from_a_row_finds_it_at_no_address,
    a_program_finds_no_row_that_its_maker_is_kept_from,
);

/// Only the headteacher sees what is secret.
const CLASSES: &str = r#"
[class]
order = ["open", "secret"]
[[clause]]
id = "c/1"
section = "Files"
text = "Only the headteacher sees secret files."
mode = "enforced"
controls = ["seen"]
[control.seen]
type = "access"
title = "Secret files"
on = ["records.see"]
class = ["secret"]
only = "holds(actor, 'headteacher')"
"#;
const LIST: &str = "Reference,Class,Signed out to\nMU-secret,secret,Tom Made-Up\nMU-open,open,Tom Made-Up\n";
const AT: &str = "/school/hill/records/paper-file";

/// A secret file and an open one, and the headteacher at the browser.
async fn filled(url: &str) -> (Browser, [String; 2]) {
    let browser = Browser::over(&format!("{POLICY}{CLASSES}"), Some(url)).await;
    browser.signed_in(BaseRole::Head).await;
    browser.import("hill", "person", "Name,Email,Kind\nTom Made-Up,tom.made-up@hill.example,staff\n").await;
    browser.import("hill", "paper-file", LIST).await;
    let ids = [browser.entry("paper-file", "MU-secret").await, browser.entry("paper-file", "MU-open").await];
    (browser, ids)
}

/// What a page hides: every way to read or change a record and its files.
fn ways(at: &str, file: &str) -> (Vec<String>, Vec<String>) {
    let read = ["", "/change", "/remove", "/merge", "/history", "/history.csv", "/receipt/1", "/attachment"];
    let write = ["/change", "/remove", "/move", "/merge", "/undo", "/restore", "/unmerge"];
    let files = [String::new(), "/small".to_owned(), "/change".to_owned(), "/remove".to_owned()];
    let read = read.iter().map(|way| format!("{at}{way}")).chain(files.iter().map(|way| format!("{file}{way}")));
    let write = write.iter().map(|way| format!("{at}{way}"));
    let write = write.chain(["/change", "/remove", "/restore"].iter().map(|way| format!("{file}{way}")));
    (read.collect(), write.collect())
}

/// Puts a file on a record and gives its address.
async fn with_file(browser: &Browser, at: &str) -> String {
    let done = browser.upload(&format!("{at}/attachment"), &[], ("file", "n.txt", b"Made up")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let page = browser.get(at).await;
    let links = crate::html::links(&page.body);
    let is_file = |href: &String| href.rsplit_once("/attachment/").is_some_and(|(_, file)| !file.contains('/'));
    links.into_iter().find(is_file).unwrap()
}

async fn whoever_is_kept_from_a_row_finds_it_at_no_address(url: String) {
    let (browser, [secret, open]) = filled(&url).await;
    let [secret, open] = [format!("{AT}/{secret}"), format!("{AT}/{open}")];
    let files = [with_file(&browser, &secret).await, with_file(&browser, &open).await];
    let tom = format!("/school/hill/records/person/{}", browser.entry("person", "Tom Made-Up").await);
    let page = browser.get(&tom).await.body;
    assert!(page.contains("MU-secret") && page.contains("MU-open"), "the headteacher sees both: {page}");
    let technician = async |removed: bool| {
        browser.signed_in(BaseRole::Technician).await;
        let nothing = browser.get(&format!("{AT}/00000000-0000-4000-8000-000000000000")).await;
        let hidden = |answer: Answer, path: &str| {
            assert_eq!((answer.status, &answer.body), (StatusCode::NOT_FOUND, &nothing.body), "{path} {removed}");
        };
        let (reads, writes) = ways(&secret, &files[0]);
        for path in reads {
            hidden(browser.get(&path).await, &path);
        }
        // The token of a form one may see is good for every address.
        let form = format!("{open}/change");
        let mut sent = crate::html::hidden(&browser.get(&form).await.body, &form);
        let fields = [("step", "save"), ("why", "It is mine"), ("to", "gone"), ("f-reference", "Mine")];
        sent.extend(fields.map(|(name, value)| (name.to_owned(), value.to_owned())));
        for path in writes {
            hidden(browser.post_raw(&path, &sent).await, &path);
        }
        let (reads, _) = ways(&open, &files[1]);
        for path in reads.iter().filter(|path| !path.ends_with("/receipt/1") && !path.ends_with("/small")) {
            assert_eq!(browser.get(path).await.status, StatusCode::OK, "{path}: the other row is theirs to see");
        }
        let merge = format!("{open}/merge");
        for step in [vec![("step", "search"), ("like", "MU")], vec![("step", "search")]] {
            let found = browser.post(&merge, &merge, &step).await.body;
            assert!(!found.contains("MU-secret"), "{step:?}: {found}");
        }
        assert!(!browser.get(&tom).await.body.contains("MU-secret"), "nor does it show where it points to");
    };
    technician(false).await;
    browser.signed_in(BaseRole::Head).await;
    let page = browser.get(&secret).await;
    assert!(page.body.contains("MU-secret") && page.body.contains("n.txt"), "nothing was changed: {}", page.body);
    let remove = format!("{secret}/remove");
    let gone = browser.post(&remove, &remove, &[("why", "Shredded")]).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.body);
    technician(true).await;
    browser.signed_in(BaseRole::Head).await;
    let page = browser.get(&secret).await;
    assert_eq!(page.status, StatusCode::OK, "who saw it sees it among the removed ones: {}", page.body);
}

async fn a_program_finds_no_row_that_its_maker_is_kept_from(url: String) {
    let (browser, [secret, open]) = filled(&url).await;
    browser.signed_in(BaseRole::Technician).await;
    let program = Program::given(&browser, &["hill"], all_scopes()).await;
    let at = |id: &str| format!("/api/v1/schools/hill/records/paper-file/{id}");
    let nothing = program.get(&at("00000000-0000-4000-8000-000000000000")).await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
    for way in ["", "/history", "/moves"] {
        assert_eq!(program.get(&format!("{}{way}", at(&open))).await.status, StatusCode::OK, "{way}");
        let answer = program.get(&format!("{}{way}", at(&secret))).await;
        assert_eq!((answer.status, &answer.body), (StatusCode::NOT_FOUND, &nothing.body), "{way}");
    }
    let list = program.get("/api/v1/schools/hill/records/paper-file").await;
    assert!(list.body.contains("MU-open") && !list.body.contains("MU-secret"), "{}", list.body);
    let (fields, why) = (json!({ "fields": { "reference": "Mine" } }), json!({ "why": "It is mine" }));
    let to = json!({ "to": "gone" });
    for (method, way, body) in [("PATCH", "", &fields), ("DELETE", "", &why), ("POST", "/moves", &to)] {
        let matches = [("if-match", "\"1\"")];
        let answer = program.send(method, &format!("{}{way}", at(&secret)), &matches, body).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {way}: {}", answer.body);
    }
    browser.signed_in(BaseRole::Head).await;
    let page = browser.get(&format!("{AT}/{secret}")).await.body;
    assert!(page.contains("MU-secret") && !page.contains("Mine"), "{page}");
}
