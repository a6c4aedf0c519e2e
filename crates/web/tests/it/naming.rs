//! What a school calls its lists and columns: said on a page, read on every page, file and answer of a program, and
//! taken back by leaving it empty.

use crate::api::{Program, all_scopes};
use crate::html::assert_good;
use crate::school::{Answer, Browser, POLICY, leads_to};
use axum::http::StatusCode;
use schoolkeeper_app::entry::naming::NamingSaved;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::naming::Naming;
use schoolkeeper_core::permission::BaseRole;

const ALL: &str = "/school/hill/names";
const NAMES: &str = "/school/hill/names/device";
const LIST: &str = "/school/hill/records/device";
const DEVICES: &str = "Device name,Serial number,Kind,Encrypted\nMU-1,S1,laptop,no\nMU-2,S2,laptop,no\n";

/// Saves names as the form does.
async fn named(browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let form = browser.get(path).await;
    assert_good(path, &form.body);
    browser.post(path, path, fields).await
}

async fn house() -> Browser {
    let browser = Browser::at(POLICY).await;
    browser.import("hill", "device", DEVICES).await;
    browser
}

/// The text of a page without its tags, so that addresses do not count.
fn text(page: &str) -> String {
    let main = page.split("<main").nth(1).unwrap_or(page).split("</main>").next().unwrap();
    main.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect()
}

#[tokio::test]
async fn every_page_and_file_says_the_schools_words_and_no_other_school_does() {
    let browser = house().await;
    let page = browser.get(ALL).await;
    assert_good(ALL, &page.body);
    let said = [("one", "Gadget"), ("many", "Gadgets"), ("f-serial", "Sticker"), ("f-encrypted", "Scrambled")];
    assert_eq!(leads_to(&named(&browser, NAMES, &said).await), ALL);
    let all = browser.get(ALL).await.body;
    assert!(all.contains("Gadgets") && all.contains("devices without your own name, 2 columns have names"), "{all}");
    let entry = format!("{LIST}/{}", browser.entry("device", "MU-1").await);
    let paths = [
        LIST.to_owned(),
        format!("{LIST}/new"),
        format!("{LIST}/fields"),
        format!("{LIST}/complete"),
        format!("{LIST}/import"),
        format!("{entry}/history"),
        format!("{entry}/merge"),
        "/school/hill/imports".to_owned(),
        "/school/hill/records?q=gadget".to_owned(),
        "/keep/due".to_owned(),
    ];
    for path in &paths {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        let words = text(&page.body).to_lowercase();
        assert!(!words.contains("device"), "{path}: {words}");
        let silent = ["/due", "/merge", "/history"].iter().any(|end| path.ends_with(end));
        assert!(silent || words.contains("gadget") || words.contains("sticker"), "{path}: {words}");
    }
    let list = browser.get(LIST).await.body;
    assert!(list.contains("2 gadgets") && list.contains("Scrambled"), "{list}");
    let csv = browser.get(&format!("{LIST}/file/list.csv?col=serial&col=encrypted")).await.body;
    assert!(csv.starts_with("Record,Version") && csv.contains("Sticker,Scrambled"), "{csv}");
    let entry = browser.get(&entry).await.body;
    assert!(entry.contains("Gadget") && entry.contains("Sticker") && !entry.contains("Serial number"), "{entry}");
    let program = Program::given(&browser, &["hill"], all_scopes()).await;
    let registers = program.get("/api/v1/schools/hill/registers").await.body;
    assert!(registers.contains("\"Gadget\"") && registers.contains("\"Sticker\""), "{registers}");
    assert!(program.get("/api/v1/openapi.json").await.body.contains("Sticker"));
    let cause = browser.get("/school/hill/policy/outside/cause/encrypted").await.body;
    assert!(cause.contains("2 gadgets") && !text(&cause).contains("2 devices"), "{cause}");
    let vale = browser.get("/school/vale/records/device/new").await.body;
    assert!(vale.contains("Serial number") && !vale.contains("Gadget") && !vale.contains("Sticker"), "{vale}");
    let history = browser.get("/history").await.body;
    assert!(history.contains("Named a list or its columns") && history.contains("list gadgets"), "{history}");
    assert!(!text(&history).contains("device"), "{history}");
}

#[tokio::test]
async fn lists_with_the_old_and_the_new_names_of_columns_come_in() {
    let browser = house().await;
    leads_to(&named(&browser, NAMES, &[("f-serial", "Sticker"), ("f-encrypted", "Scrambled")]).await);
    for (number, encrypted, is) in [("Sticker", "Scrambled", "MU-1"), ("Serial number", "Encrypted", "MU-2")] {
        let yes = |name: &str| if name == is { "yes" } else { "no" };
        let list = format!("Device name,{number},{encrypted}\nMU-1,S1,{}\nMU-2,S2,{}\n", yes("MU-1"), yes("MU-2"));
        browser.import("hill", "device", &list).await;
        let page = browser.get(&format!("{LIST}?is.encrypted=yes&col=serial")).await.body;
        assert!(page.contains("1 of 2 devices") && page.contains(&format!(">{is}<")), "{encrypted}: {page}");
    }
    let out = browser.get(&format!("{LIST}/file/list.csv?col=serial")).await.body;
    browser.import("hill", "device", &out.replace("S1", "S1b")).await;
    assert!(browser.get(&format!("{LIST}?q=S1b")).await.body.contains(">MU-1<"), "an export comes back");
}

#[tokio::test]
async fn a_school_says_other_words_than_its_organisation_and_empty_ones_go_back() {
    let browser = house().await;
    let house = browser.house();
    let operator = house.operator();
    let school = house.one_school(&operator, Some("hill")).await.unwrap();
    let everywhere = async |naming: Naming| {
        let version = house.naming(&operator, &school, ("device", true)).await.unwrap().stored.version;
        let saved = house.set_naming(&operator, &school, ("device", true), (version, naming)).await.unwrap();
        assert_eq!(saved, NamingSaved::Done);
    };
    let fields = [(Name::from("serial"), "Number".to_owned())].into();
    everywhere(Naming { one: Some("Machine".to_owned()), many: None, fields }).await;
    leads_to(&named(&browser, NAMES, &[("one", "Gadget")]).await);
    let hill = browser.get(&format!("{LIST}/new")).await.body;
    assert!(hill.contains("gadget") && hill.contains("Number"), "{hill}");
    let vale = browser.get("/school/vale/records/device/new").await.body;
    assert!(vale.contains("machine") && vale.contains("Number"), "{vale}");
    let form = browser.get(NAMES).await.body;
    assert!(form.contains("Machine"), "what it falls back to stands under the field: {form}");
    leads_to(&named(&browser, NAMES, &[]).await);
    everywhere(Naming::default()).await;
    let again = browser.get(&format!("{LIST}/new")).await.body;
    assert!(again.contains("device") && again.contains("Serial number"), "{again}");
    assert!(!again.contains("Gadget") && !again.contains("achine"), "{again}");
}

#[tokio::test]
async fn words_that_would_mean_two_things_are_refused_beside_their_field() {
    let browser = house().await;
    let long = "x".repeat(61);
    for (fields, why) in [
        (vec![("many", "rooms")], "Another list is called"),
        (vec![("one", "Room")], "Another list is called"),
        (vec![("one", "<b>")], "letters, digits and plain punctuation"),
        (vec![("one", &long)], "may have 60 characters"),
        (vec![("f-serial", "Encrypted")], "is called, too"),
        (vec![("f-serial", "Same"), ("f-model", "same")], "is called, too"),
    ] {
        let answer = named(&browser, NAMES, &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}: {}", answer.body);
        assert_good(why, &answer.body);
        assert!(answer.body.contains(why), "{why}: {}", answer.body);
    }
    assert!(browser.get(&format!("{LIST}/new")).await.body.contains("Serial number"));
    let unknown = named(&browser, NAMES, &[("f-nothing", "Word")]).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND, "there is no such column");
    let mut stale = crate::html::hidden(&browser.get(NAMES).await.body, NAMES);
    stale.push(("one".to_owned(), "Gadget".to_owned()));
    leads_to(&browser.post_raw(NAMES, &stale).await);
    let faster = browser.post_raw(NAMES, &stale).await;
    assert!(faster.body.contains("Somebody else changed these names meanwhile"), "{}", faster.body);
    browser.signed_in(BaseRole::Technician).await;
    let everywhere = browser.get(&format!("{NAMES}?for=all")).await;
    assert_eq!(everywhere.status, StatusCode::NOT_FOUND, "one school's technician names no list of another");
    browser.signed_in(BaseRole::Staff).await;
    for path in [ALL, NAMES] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
