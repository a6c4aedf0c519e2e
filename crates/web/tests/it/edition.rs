//! A policy written in the browser: by forms and as text, checked, looked at, adopted, and never looser than the trust's.

use crate::html::{assert_good, hidden};
use crate::school::{Answer, Browser};
use axum::http::StatusCode;
use proptest::prelude::*;
use schoolkeeper_app::house::NewHouse;
use schoolkeeper_core::permission::BaseRole;

/// The test policy with a rule for passwords that people sign.
const POLICY: &str = schoolkeeper_testkit::outside!(
    r#"
[audience]
staff-all = { title = "Everybody who works here", where = "person.kind == 'staff' && person.active" }
[[clause]]
id = "p/1"
section = "Passwords"
text = "Passwords have at least eight characters."
mode = "enforced"
controls = ["passwords", "aup"]
article = { words = "My password has at least eight characters." }
[control.passwords]
type = "setting"
for = "account"
set = { "password.length_min" = 8 }
[control.aup]
type = "agreement"
title = "Acceptable use"
audience = ["staff-all"]
articles = "bound"
sign = ["browser", "link"]
within = "10 days"
again = { every = "1 year", on = "material-change" }
[[example]]
control = "passwords"
title = "Seven are too few"
at = "2026-11-23T08:00"
act = { name = "password.set", actor = "staff", form = { username = "mmade", password = "1234567" } }
expect = "refused"
"#
);
const PEOPLE: &str = "Name,Email,Kind,Active\nTom Made-Up,tom@hill.example,staff,yes\n";
const OWN: &str = "/school/hill/edition/outside";
const NEW: &str = "/school/hill/editions/new";
const CHANGE: &str = "/school/hill/policy/outside/change";
const AUP: &str = "/school/hill/agreement/outside/aup";

schoolkeeper_testkit::both_engines!(a_changed_password_rule_is_previewed_adopted_and_people_sign_again);

fn location(answer: &Answer) -> String {
    answer.headers.get("location").map_or(String::new(), |to| to.to_str().unwrap().to_owned())
}

async fn school(url: Option<&str>) -> Browser {
    let browser = Browser::pretending_over(POLICY, url).await;
    browser.import("hill", "person", PEOPLE).await;
    browser
}

async fn begin(browser: &Browser, fields: &[(&str, &str)]) -> Answer {
    browser.post(NEW, NEW, fields).await
}

/// Fills in the form of a table: what stands there stays, but for what is said.
async fn say(browser: &Browser, table: &str, fields: &[(&str, &str)]) -> Answer {
    let page = browser.get(table).await;
    assert_eq!(page.status, StatusCode::OK, "{table}: {}", page.body);
    assert_good(table, &page.body);
    let action = page.body.split("<form method=\"post\" action=\"").find(|part| part.contains(">Check and keep it<"));
    let action = action.and_then(|part| part.split('"').next()).unwrap().replace("&#38;", "&").replace("&amp;", "&");
    let mut all = hidden(&page.body, &action);
    for (name, value) in crate::html::filled(&page.body) {
        let said = fields.iter().find(|(known, _)| *known == name);
        all.push((name, said.map_or(value, |(_, said)| (*said).to_owned())));
    }
    browser.post_raw(&action, &all).await
}

async fn publish(browser: &Browser, words: &str, version: &str) {
    let page = format!("{AUP}/words");
    let said = [("words-p/1", words), ("statement", "I keep to this.")];
    let kept = browser.post(&page, &page, &said).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
    let page = format!("{AUP}/publish");
    let done = browser.post(&page, &page, &[("version", version), ("material", "yes")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
}

async fn sign(browser: &Browser) {
    let page = "/school/hill/sign/outside/aup";
    let shown = browser.get(page).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
    let mut all = hidden(&shown.body, page);
    all.extend([("step", "sign"), ("agreed", "yes")].map(|(name, value)| (name.to_owned(), value.to_owned())));
    let done = browser.post_raw(page, &all).await;
    assert!(done.body.contains("Thank you"), "{}", done.body);
}

/// At the start of a year several agreements are published at once, under one name.
async fn everybody_signs_anew(browser: &Browser) {
    let anew = "/school/hill/agreements/anew";
    let page = browser.get(anew).await.body;
    assert_good(anew, &page);
    for words in ["Acceptable use", "Version 2026-2 is signed by 1 of 2", "value=\"2026-27\""] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(browser.get("/school/hill/agreements").await.body.contains(anew));
    let none = browser.post(anew, anew, &[("version", "2026-27")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.body.contains("Choose at least one"), "{}", none.body);
    let taken = browser.post(anew, anew, &[("which", "outside/aup"), ("version", "2026-2")]).await;
    assert!(taken.body.contains("These were not published"), "a version of this name is there: {}", taken.body);
    let done = browser.post(anew, anew, &[("which", "outside/aup"), ("version", "2026-27")]).await;
    assert_eq!(location(&done), "/school/hill/agreements", "{}", done.body);
    let list = browser.get("/school/hill/agreements").await.body;
    assert!(list.contains("Published: Acceptable use (2 to sign)") && list.contains("0 of 2 have signed"), "{list}");
}

async fn a_changed_password_rule_is_previewed_adopted_and_people_sign_again(url: String) {
    let mut browser = school(Some(&url)).await;
    publish(&browser, "My password has at least eight characters.", "2026-1").await;
    sign(&browser).await;
    assert!(browser.get("/school/hill/agreements").await.body.contains("1 of 2 have signed"));

    browser.later(24 * 60).await;
    browser.signed_in_again().await;
    let begun = begin(&browser, &[("from", "outside"), ("way", "replaces")]).await;
    assert_eq!(location(&begun), OWN, "{}", begun.body);
    let set = r#"{ "password.length_min" = 12 }"#;
    let kept = say(&browser, &format!("{OWN}/table/control/passwords"), &[("set", set)]).await;
    assert_eq!(location(&kept), OWN, "{}", kept.body);
    let article = r#"{ words = "My password has at least twelve characters." }"#;
    let text = "Passwords have at least twelve characters.";
    let kept = say(&browser, &format!("{OWN}/table/clause/p/1"), &[("text", text), ("article", article)]).await;
    assert_eq!(location(&kept), OWN, "{}", kept.body);
    let kept = say(&browser, &format!("{OWN}/table/pack/-"), &[("version", "4.0")]).await;
    assert_eq!(location(&kept), OWN, "{}", kept.body);
    let page = browser.get(&format!("{OWN}?examples=yes")).await.body;
    assert!(page.contains("Nothing is wrong") && page.contains("examples come out as they say"), "{page}");
    let before = browser.get("/school/hill/policy/outside/read/whole").await.body;
    assert!(before.contains("at least eight"), "nothing holds before it is adopted: {before}");

    let look = format!("{CHANGE}?with=edition%3Aoutside");
    let looked = browser.get(&look).await;
    assert_good("look", &looked.body);
    assert!(looked.body.contains("With what we know today"), "{}", looked.body);
    let compared = browser.get("/school/hill/policy/outside/compare?with=edition%3Aoutside&show=checks").await.body;
    assert!(compared.contains("12"), "{compared}");
    let fields = [("with", "edition:outside"), ("why", "Governors agreed it on 24 November")];
    let done = browser.post(&look, CHANGE, &fields).await;
    assert_eq!(location(&done), "/school/hill/policy/outside", "{}", done.body);
    let life = browser.get("/school/hill/policy/outside/life").await.body;
    for words in ["Version 4.0", "Governors agreed it on 24 November", "What it changed"] {
        assert!(life.contains(words), "{words}: {life}");
    }
    let changed = browser.get("/school/hill/policy/outside/changed?from=1&to=2").await.body;
    assert!(changed.contains("at least twelve") && changed.contains("at least eight"), "{changed}");
    assert!(browser.get("/school/hill/agreements").await.body.contains("1 of 2 have signed"), "the same agreement");

    browser.later(24 * 60).await;
    browser.signed_in_again().await;
    publish(&browser, "My password has at least twelve characters.", "2026-2").await;
    assert!(browser.get("/school/hill/agreements").await.body.contains("0 of 2 have signed"));
    sign(&browser).await;
    assert!(browser.get("/school/hill/agreements").await.body.contains("1 of 2 have signed"));
    everybody_signs_anew(&browser).await;
    let other = "/school/vale/policy/outside/read/whole";
    browser.also(BaseRole::Head, "vale").await;
    assert!(browser.get(other).await.body.contains("at least eight"), "the other school keeps its own");
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field_and_in_a_text_at_its_line() {
    let browser = school(None).await;
    begin(&browser, &[("from", "outside"), ("way", "replaces")]).await;
    let table = format!("{OWN}/table/control/passwords");
    for (field, value, words) in [
        ("set", "{ \"password.lenth_min\" = 12 }", "password.length_min"),
        ("within", "soon", "soon"),
        ("set", "{ oops", "no value of the pack language"),
        ("except", "account.nothing == 1", "nothing"),
    ] {
        let answer = say(&browser, &table, &[(field, value)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}: {}", answer.body);
        assert_good(&table, &answer.body);
        let beside = format!("id=\"{field}-error\"");
        assert!(answer.body.contains(words) && answer.body.contains(&beside), "{field}: {}", answer.body);
    }
    let file = format!("{OWN}/file/outside.toml");
    let page = browser.get(&file).await;
    assert_good(&file, &page.body);
    let write = async |text: &str| {
        let mut all = hidden(&browser.get(&file).await.body, &file);
        all.push(("text".to_owned(), text.to_owned()));
        browser.post_raw(&file, &all).await
    };
    let answer = write("[pack\n").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("this is not TOML"), "{}", answer.body);
    let wrong = POLICY.replace("controls = [\"passwords\", \"aup\"]", "controls = [\"paswords\", \"aup\"]");
    assert_eq!(location(&write(&wrong).await), OWN);
    let page = browser.get(OWN).await.body;
    for words in ["to be mended before it can be adopted", "paswords", "did you mean", "Statement p/1", "line "] {
        assert!(page.to_lowercase().contains(&words.to_lowercase()), "{words}: {page}");
    }
    let look = browser.get(&format!("{CHANGE}?with=edition%3Aoutside")).await;
    assert_eq!(look.status, StatusCode::FORBIDDEN, "{}", look.body);
    let back = browser.post(OWN, OWN, &[("back", "1")]).await;
    assert_eq!(location(&back), OWN, "{}", back.body);
    assert!(browser.get(OWN).await.body.contains("Nothing is wrong"));
}

#[tokio::test]
async fn a_failing_example_keeps_a_policy_from_being_adopted_and_a_forged_head_from_being_read() {
    let browser = school(None).await;
    begin(&browser, &[("from", "outside"), ("way", "replaces")]).await;
    let table = format!("{OWN}/table/control/passwords");
    say(&browser, &table, &[("set", "{ \"password.length_min\" = 7 }")]).await;
    let tried = browser.get(&format!("{OWN}?examples=yes")).await.body;
    assert!(tried.contains("Seven are too few"), "{tried}");
    let look = format!("{CHANGE}?with=edition%3Aoutside");
    let refused = browser.post(&look, CHANGE, &[("with", "edition:outside"), ("why", "It is easier")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("examples fail") && refused.body.contains("Seven are too few"), "{}", refused.body);
    let file = format!("{OWN}/file/outside.toml");
    for (from, to) in [
        ("language = 1", "language = 1\nimports = [\"../../etc/passwd\", \"/etc/passwd\", \"common/../../x\"]"),
        ("language = 1", "language = 1\nextends = \"/tmp/other.toml\""),
        ("id = \"outside\"", "id = \"../outside\""),
    ] {
        let mut all = hidden(&browser.get(&file).await.body, &file);
        all.push(("text".to_owned(), POLICY.replacen(from, to, 1)));
        browser.post_raw(&file, &all).await;
        let page = browser.get(OWN).await;
        assert!(page.status == StatusCode::OK && page.body.contains("to be mended"), "{to}: {}", page.body);
        assert!(!page.body.contains("root:"), "{to}");
    }
}

#[tokio::test]
async fn two_who_write_at_once_do_not_lose_each_others_words_and_letting_go_keeps_what_holds() {
    let browser = school(None).await;
    begin(&browser, &[("from", "outside"), ("way", "replaces")]).await;
    let again = begin(&browser, &[("from", "outside"), ("way", "replaces")]).await;
    assert!(again.status == StatusCode::UNPROCESSABLE_ENTITY && again.body.contains("writing this one already"));
    let table = format!("{OWN}/table/pack/-");
    let page = browser.get(&table).await.body;
    say(&browser, &table, &[("version", "4.0")]).await;
    let mut old = hidden(&page, &table);
    old.extend([("title", "Mine"), ("version", "5.0")].map(|(name, value)| (name.to_owned(), value.to_owned())));
    let late = browser.post_raw(&table, &old).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.body.contains("Somebody else kept another state") && late.body.contains("5.0"), "{}", late.body);
    let gone = browser.post(OWN, OWN, &[("do", "drop")]).await;
    assert_eq!(location(&gone), "/school/hill/editions");
    assert_eq!(browser.get(OWN).await.status, StatusCode::NOT_FOUND);
    assert!(browser.get("/school/hill/editions").await.body.contains("You are writing no policy"));
    assert_eq!(browser.get("/school/hill/policy/outside").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_school_of_a_trust_extends_what_the_trust_orders_and_cannot_loosen_it() {
    let new = NewHouse { trust: Some("Central".to_owned()), ..NewHouse::default() };
    let browser = Browser::made_for(POLICY, new).await;
    browser.signed_in(BaseRole::Head).await;
    let refused = begin(&browser, &[("from", "outside"), ("way", "replaces")]).await;
    assert!(refused.body.contains("The trust orders this policy"), "{}", refused.body);
    let fields = [("from", "outside"), ("way", "extends"), ("id", "hill-own"), ("title", "Hill's own")];
    let own = "/school/hill/edition/hill-own";
    assert_eq!(location(&begin(&browser, &fields).await), own);
    let page = browser.get(own).await;
    assert_good(own, &page.body);
    assert!(
        page.body.contains("From the policy it extends") && page.body.contains("Nothing is wrong"),
        "{}",
        page.body
    );
    let table = format!("{own}/table/control/passwords");
    let shown = browser.get(&table).await.body;
    assert!(shown.contains("The policy it extends says: { &#34;password.length_min&#34; = 8 }"), "{shown}");
    let looser = say(&browser, &table, &[("set", "{ \"password.length_min\" = 6 }")]).await;
    assert_eq!(looser.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(looser.body.contains("loosens the setting"), "{}", looser.body);
    let stricter = say(&browser, &table, &[("set", "{ \"password.length_min\" = 14 }")]).await;
    assert_eq!(location(&stricter), own, "{}", stricter.body);
    let look = format!("{CHANGE}?with=edition%3Ahill-own");
    assert_eq!(browser.get(&look).await.status, StatusCode::OK);
    let done = browser.post(&look, CHANGE, &[("with", "edition:hill-own"), ("why", "We want more")]).await;
    assert_eq!(location(&done), "/school/hill/policy/hill-own", "{}", done.body);
}

#[tokio::test]
async fn what_the_trust_answers_is_shown_at_its_school_as_the_trusts() {
    let at_trust = |text: &str, control: &str| text.replacen(control, &format!("{control}\nlevel = \"trust\""), 1);
    let text = at_trust(&at_trust(POLICY, "[control.passwords]"), "[control.aup]");
    let new = NewHouse { trust: Some("Central".to_owned()), ..NewHouse::default() };
    let browser = Browser::made_for(&text, new).await;
    browser.signed_in(BaseRole::Head).await;
    let page = browser.get("/school/hill/policy/outside/statement/p/1").await;
    assert_good("inherited", &page.body);
    assert!(page.body.contains("Answered by Central for all its schools"), "the trust answers it: {}", page.body);
}

#[tokio::test]
async fn a_real_conflict_stops_an_adoption_until_somebody_says_which_policy_holds() {
    let with = |text: &str, on: bool| {
        text.replacen(
            "set = { \"password.length_min\" = 8 }",
            &format!("set = {{ \"password.length_min\" = 8, \"password.not_common\" = {on} }}"),
            1,
        )
    };
    let browser = Browser::pretending(&with(POLICY, true)).await;
    let own = "/school/hill/edition/other";
    let fields = [("from", "skeleton"), ("way", "extends"), ("id", "other"), ("title", "Other")];
    assert_eq!(location(&begin(&browser, &fields).await), own);
    let file = format!("{own}/file/other.toml");
    let mut all = hidden(&browser.get(&file).await.body, &file);
    let text = with(POLICY, false).replacen("id = \"outside\"", "id = \"other\"", 1);
    all.push(("text".to_owned(), text));
    assert_eq!(location(&browser.post_raw(&file, &all).await), own);
    assert!(browser.get(own).await.body.contains("Nothing is wrong"), "{}", browser.get(own).await.body);
    let look = format!("{CHANGE}?with=edition%3Aother");
    let looked = browser.get(&look).await;
    assert_good("conflict", &looked.body);
    for words in ["What cannot both be met", "A password is not on the list of common ones"] {
        assert!(looked.body.contains(words), "{words}: {}", looked.body);
    }
    let fields = [("with", "edition:other"), ("why", "Two policies")];
    let open = browser.post(&look, CHANGE, &fields).await;
    assert_eq!(open.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", open.body);
    assert!(open.body.contains("choose which policy holds"), "{}", open.body);
    let mut fields = fields.to_vec();
    fields.push(("holds-1", "outside"));
    let done = browser.post(&look, CHANGE, &fields).await;
    assert_eq!(location(&done), "/school/hill/policy/other", "{}", done.body);
    let decided = browser.get("/school/hill/conflicts").await.body;
    assert!(decided.contains("Decided by") && decided.contains("Two policies"), "{decided}");
}

#[tokio::test]
async fn only_who_writes_policies_sees_what_is_being_written() {
    let browser = school(None).await;
    begin(&browser, &[("from", "outside"), ("way", "replaces")]).await;
    for role in [BaseRole::Technician, BaseRole::Governor, BaseRole::Staff] {
        browser.signed_in(role).await;
        for path in [OWN, NEW, "/school/hill/editions", &format!("{OWN}/file/outside.toml")] {
            assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{role:?} {path}");
        }
    }
}

#[test]
fn whatever_is_typed_into_a_form_or_a_file_ends_in_a_page() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let browser = runtime.block_on(async {
        let browser = school(None).await;
        begin(&browser, &[("from", "outside"), ("way", "replaces")]).await;
        browser
    });
    let hostile = prop_oneof![
        "\\PC{0,200}",
        "[\\[\\]{}=.\"'#\\n]{0,300}",
        Just("[".repeat(5_000)),
        Just(format!("x = \"{}\"", "a".repeat(70_000))),
        Just("[[clause]]\n".repeat(6_000)),
        Just("[control.a]\ntype = \"rule\"\nfor = \"device\"\nexpect = \"((((((((((((((((((((((1))))))))))))))))))))))\"".to_owned()),
    ];
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig { cases: 24, ..ProptestConfig::default() });
    let done = runner.run(&hostile, |typed| {
        runtime.block_on(async {
            let file = format!("{OWN}/file/outside.toml");
            for (page, field) in [(file.as_str(), "text"), (&format!("{OWN}/table/control/passwords"), "set")] {
                let shown = browser.get(page).await;
                if shown.status == StatusCode::NOT_FOUND {
                    // The text that was kept before has no such check any more.
                    continue;
                }
                let action = if field == "text" { page.to_owned() } else { format!("{page}?type=") };
                let action = if hidden(&shown.body, &action).is_empty() { page.to_owned() } else { action };
                let mut all = hidden(&shown.body, &action);
                all.push((field.to_owned(), typed.clone()));
                let said = browser.post_raw(&action, &all).await;
                let answered = [200, 303, 413, 422].contains(&said.status.as_u16());
                prop_assert!(answered, "{}: {}", said.status, said.body);
                prop_assert!(browser.get(OWN).await.status == StatusCode::OK);
            }
            Ok(())
        })
    });
    done.unwrap();
}
