//! One entry in the browser: adding, changing, links, what is there already, removing and putting back.

use crate::html::{assert_good, hidden};
use crate::school::{Answer, Browser, POLICY, leads_to};
use axum::http::StatusCode;
use schoolkeeper_core::permission::BaseRole;

const NEW: &str = "/school/hill/records/asset/new";

async fn browser() -> Browser {
    let browser = Browser::at(POLICY).await;
    let people = "Name,Email,Kind\nTom Made-Up,tom@hill.example,staff\nTomma Made-Up,tomma@hill.example,staff\n";
    browser.import("hill", "person", people).await;
    browser
}

/// The address an answer leads to.
async fn added(browser: &Browser, tag: &str) -> String {
    leads_to(&browser.post(NEW, NEW, &[("step", "save"), ("f-tag", tag), ("f-kind", "laptop")]).await)
}

/// The form of a page as it would be sent, with its text fields.
fn filled(page: &Answer, action: &str, fields: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut out = hidden(&page.body, action);
    out.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    out
}

#[tokio::test]
async fn an_entry_is_added_with_a_link_that_is_searched_for() {
    let browser = browser().await;
    let page = browser.get(NEW).await;
    assert_good(NEW, &page.body);
    let typed = [("f-tag", "MU-7"), ("f-kind", "laptop"), ("f-held_personal_data", "yes"), ("f-place", "Room 4")];
    let find = browser.post_raw(NEW, &filled(&page, NEW, &[&typed[..], &[("step", "find:holder")]].concat())).await;
    assert_good("find", &find.body);
    let search = browser.post_raw(NEW, &filled(&find, NEW, &[("step", "search:holder"), ("like", "tom")])).await;
    assert!(search.body.contains("Tom Made-Up") && search.body.contains("Tomma Made-Up"), "{}", search.body);
    assert_good("search", &search.body);
    let tom = browser.entry("person", "Tom Made-Up").await;
    let chosen = browser.post_raw(NEW, &filled(&search, NEW, &[("step", "choose:holder"), ("pick", &tom)])).await;
    assert!(
        chosen.body.contains("value=\"MU-7\"") && chosen.body.contains("<strong>Tom Made-Up</strong>"),
        "{}",
        chosen.body
    );
    assert_good("chosen", &chosen.body);
    let done = browser.post_raw(NEW, &filled(&chosen, NEW, &[&typed[..], &[("step", "save")]].concat())).await;
    let path = leads_to(&done);
    let shown = browser.get(&path).await;
    assert_good(&path, &shown.body);
    for words in ["MU-7", "Laptop", "Room 4", "Tom Made-Up", "In use", "Asset added.", "Not known", "just now"] {
        assert!(shown.body.contains(words), "{words}: {}", shown.body);
    }
    let tom = browser.get(&format!("/school/hill/records/person/{tom}")).await;
    assert!(tom.body.contains("Assets: holder") && tom.body.contains("MU-7"), "the way back: {}", tom.body);
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field_and_nothing_is_lost() {
    let browser = browser().await;
    let path = "/school/hill/records/disposal/new";
    let day = [("f-recycled_on-day", "31"), ("f-recycled_on-month", "2"), ("f-recycled_on-year", "2027")];
    let answer = browser.post(path, path, &[&day[..], &[("f-recycler", "Madeup Metals")]].concat()).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_good("faults", &answer.body);
    assert!(answer.body.contains("is no date. Write it like 27 3 2027"), "{}", answer.body);
    assert!(answer.body.contains("value=\"31\"") && answer.body.contains("Madeup Metals"));
    let good = [("f-recycled_on-day", "28"), ("f-recycled_on-month", "February"), ("f-recycled_on-year", "2026")];
    let answer = browser.post(path, path, &good).await;
    assert!(answer.body.contains("Fill in reference"), "{}", answer.body);
    let foreign = browser.post(path, path, &[("f-reference", "D-1"), ("f-certificate", &uuid())]).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND, "a link to what is not there");
}

fn uuid() -> String {
    "00000000-0000-7000-8000-000000000001".to_owned()
}

#[tokio::test]
async fn a_second_one_of_a_tag_is_asked_about() {
    let browser = browser().await;
    let first = added(&browser, "MU-7").await;
    let again = browser.post(NEW, NEW, &[("step", "save"), ("f-tag", "mu-7")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        again.body.contains(&format!("href=\"{first}\"")) && again.body.contains("it is another one"),
        "{}",
        again.body
    );
    assert_good("same", &again.body);
    let other = browser.post(NEW, NEW, &[("step", "save"), ("f-tag", "mu-7"), ("another", "yes")]).await;
    assert_ne!(leads_to(&other), first);
}

#[tokio::test]
async fn a_change_keeps_what_was_not_asked_and_refuses_an_old_look() {
    let browser = browser().await;
    let path = added(&browser, "MU-7").await;
    let change = format!("{path}/change");
    let page = browser.get(&change).await;
    assert_good(&change, &page.body);
    assert!(page.body.contains("value=\"MU-7\""));
    let look = hidden(&page.body, &change);
    let all = |place: &str| {
        [look.clone(), filled_in(&[("f-tag", "MU-7"), ("f-kind", "tablet"), ("f-place", place)])].concat()
    };
    leads_to(&browser.post_raw(&change, &all("Hall")).await);
    let shown = browser.get(&path).await;
    assert!(shown.body.contains("Tablet") && shown.body.contains("Hall"), "{}", shown.body);
    let late = browser.post_raw(&change, &all("Cellar")).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", late.body);
    assert!(late.body.contains("Somebody else changed the same while you wrote"), "{}", late.body);
    assert!(
        late.body.contains("Cellar") && late.body.contains("Changed by Madeup head"),
        "yours and theirs: {}",
        late.body
    );
    assert_good("pick", &late.body);
    let picked = filled(&late, &change, &[("pick-place", "theirs")]);
    leads_to(&browser.post_raw(&change, &picked).await);
    assert!(browser.get(&path).await.body.contains("Hall"));
    let picked = filled(&late, &change, &[("pick-place", "yours")]);
    leads_to(&browser.post_raw(&change, &picked).await);
    assert!(browser.get(&path).await.body.contains("Cellar"));
}

fn filled_in(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[tokio::test]
async fn what_a_list_says_is_corrected_with_a_reason_and_stays_beside_it() {
    let browser = browser().await;
    browser.import("hill", "device", "Device name,Encrypted\nMU-1,no\n").await;
    let path = format!("/school/hill/records/device/{}", browser.entry("device", "MU-1").await);
    let change = format!("{path}/change");
    let say = [("f-name", "MU-1"), ("f-encrypted", "yes")];
    let why = browser.post(&change, &change, &say).await;
    assert_eq!(why.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(why.body.contains("Say why: List says something else about “Encrypted”"), "{}", why.body);
    leads_to(&browser.post(&change, &change, &[&say[..], &[("why", "Looked at it")]].concat()).await);
    let page = browser.get(&path).await;
    assert!(page.body.contains("says: No") && page.body.contains("Madeup head"), "{}", page.body);
    assert!(!page.body.contains("MU-1 is not encrypted"), "the problem ended with the newer word");
}

#[tokio::test]
async fn a_removed_entry_says_so_and_comes_back() {
    let browser = browser().await;
    let path = added(&browser, "MU-7").await;
    let remove = format!("{path}/remove");
    let page = browser.get(&remove).await;
    assert_good(&remove, &page.body);
    let none = browser.post(&remove, &remove, &[]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.body.contains("Say why it is removed"));
    leads_to(&browser.post(&remove, &remove, &[("why", "Written down twice")]).await);
    let gone = browser.get(&path).await;
    assert!(gone.body.contains("Not in the lists since") && !gone.body.contains(">Change<"), "{}", gone.body);
    assert_eq!(browser.get(&format!("{path}/change")).await.status, StatusCode::NOT_FOUND);
    let restore = format!("{path}/restore");
    leads_to(&browser.post(&path, &restore, &[]).await);
    assert!(browser.get(&path).await.body.contains(">Change<"));
}

#[tokio::test]
async fn only_those_who_may_change_records_find_the_forms() {
    let browser = browser().await;
    let path = added(&browser, "MU-7").await;
    for closed in ["signature", "grant", "case", "appointment"] {
        let new = format!("/school/hill/records/{closed}/new");
        assert_eq!(browser.get(&new).await.status, StatusCode::NOT_FOUND, "{closed} has pages of its own");
    }
    browser.signed_in(BaseRole::Governor).await;
    let page = browser.get(&path).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.body.contains(">Change<") && !page.body.contains(">Remove<"), "{}", page.body);
    for act in ["change", "remove"] {
        assert_eq!(browser.get(&format!("{path}/{act}")).await.status, StatusCode::NOT_FOUND);
    }
    browser.signed_in(BaseRole::Staff).await;
    assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND);
    browser.signed_in_at(BaseRole::Office, "vale").await;
    assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        browser.get(&path.replace("hill", "vale")).await.status,
        StatusCode::NOT_FOUND,
        "another school's entry"
    );
}

#[tokio::test]
async fn somebody_who_holds_a_role_is_let_go_of_first() {
    let browser = browser().await;
    let path = format!("/school/hill/records/person/{}", browser.entry("person", "Madeup head").await);
    let remove = format!("{path}/remove");
    let no = browser.post(&remove, &remove, &[("why", "Left")]).await;
    assert!(no.body.contains("This person holds a role"), "{}", no.body);
}

#[tokio::test]
async fn changes_of_different_fields_go_together() {
    let browser = browser().await;
    let path = added(&browser, "MU-7").await;
    let change = format!("{path}/change");
    let look = hidden(&browser.get(&change).await.body, &change);
    let all = |more: &[(&str, &str)]| {
        [look.clone(), filled_in(&[("f-tag", "MU-7"), ("f-kind", "laptop")]), filled_in(more)].concat()
    };
    leads_to(&browser.post_raw(&change, &all(&[("f-place", "Hall")])).await);
    let late = browser.post_raw(&change, &all(&[("f-model", "Slate 3")])).await;
    assert!(late.body.contains("Both changes go together"), "{}", late.body);
    leads_to(&browser.post_raw(&change, &hidden(&late.body, &change)).await);
    let page = browser.get(&path).await.body;
    assert!(page.contains("Hall") && page.contains("Slate 3"), "{page}");
}

#[tokio::test]
async fn the_history_says_who_what_and_why_and_the_last_change_is_taken_back() {
    let browser = browser().await;
    let path = added(&browser, "MU-7").await;
    let change = format!("{path}/change");
    let say = [("f-tag", "MU-7"), ("f-kind", "laptop"), ("f-place", "Hall"), ("why", "Moved at half-term")];
    leads_to(&browser.post(&change, &change, &say).await);
    let history = browser.get(&format!("{path}/history")).await;
    assert_good("history", &history.body);
    for words in ["Changed by Madeup head", "Why: Moved at half-term", "Added by Madeup head", "Not said", "Hall"] {
        assert!(history.body.contains(words), "{words}: {}", history.body);
    }
    let csv = browser.get(&format!("{path}/history.csv")).await;
    assert!(csv.body.contains("Place,Not said,Hall"), "{}", csv.body);
    assert_eq!(browser.get(&format!("{path}/receipt/9")).await.status, StatusCode::NOT_FOUND);
    let undo = format!("{path}/undo");
    leads_to(&browser.post(&path, &undo, &[]).await);
    let page = browser.get(&path).await;
    assert!(!page.body.contains("Undo the last change"), "what was taken back is not taken back again: {}", page.body);
    assert_good(&path, &page.body);
    let history = browser.get(&format!("{path}/history")).await.body;
    assert!(history.contains("Put back by Madeup head"), "{history}");
    let second = added(&browser, "MU-8").await;
    let gone = browser.post(&second, &format!("{second}/undo"), &[]).await;
    assert_eq!(leads_to(&gone), "/school/hill/records/asset");
    assert_eq!(browser.get(&second).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_move_says_what_is_missing_and_who_may() {
    let browser = browser().await;
    let new = "/school/hill/records/backup-job/new";
    let path = leads_to(&browser.post(new, new, &[("step", "save"), ("f-name", "Nightly")]).await);
    let page = browser.get(&path).await;
    assert!(page.body.contains("Planned") && page.body.contains("Mark as live"), "{}", page.body);
    let ask = format!("{path}/move?to=live");
    let shown = browser.get(&ask).await;
    assert_good("move", &shown.body);
    assert!(
        shown.body.contains("Only It technician may do this") && shown.body.contains("Kind of place"),
        "{}",
        shown.body
    );
    let act = format!("{path}/move");
    let no = browser.post(&ask, &act, &[]).await;
    assert_eq!(no.status, StatusCode::FORBIDDEN);
    assert!(no.body.contains("You cannot mark it as live yet") && no.body.contains("is not filled in"), "{}", no.body);
    assert_eq!(browser.get(&format!("{path}/move?to=ended")).await.status, StatusCode::NOT_FOUND, "no such step");
    browser.signed_in(BaseRole::Technician).await;
    assert_eq!(browser.post(&ask, &act, &[]).await.status, StatusCode::FORBIDDEN, "its field is still missing");
    let change = format!("{path}/change");
    leads_to(&browser.post(&change, &change, &[("f-name", "Nightly"), ("f-target_kind", "server")]).await);
    leads_to(&browser.post(&ask, &act, &[("why", "Set up")]).await);
    let page = browser.get(&path).await;
    assert!(page.body.contains(">Live<") && page.body.contains("Mark as ended"), "{}", page.body);
}

const AUTHORISED: &str = r#"
[[clause]]
id = "c/1"
text = "Only programs with a licence are authorised."
mode = "enforced"
controls = ["licensed", "unlicensed"]
[form.unlicensed]
fields = [{ name = "until", type = "date", label = "Until when?", required = true }]
[control.unlicensed]
type = "request"
title = "Use a program without a licence"
who = ["staff"]
form = "unlicensed"
stages = [{ by = ["headteacher"] }]
excuses = ["licensed"]
[control.licensed]
type = "rule"
for = "software-title"
where = "software_title.authorised_on != null"
expect = "software_title.licence != null"
guards = ["software.authorise"]
"#;

#[tokio::test]
async fn what_filling_in_a_field_does_is_asked_besides_the_save() {
    let browser = Browser::at(&(POLICY.to_owned() + AUTHORISED)).await;
    let new = "/school/hill/records/software-title/new";
    let path = leads_to(&browser.post(new, new, &[("step", "save"), ("f-name", "Made-up Draw")]).await);
    let day = [("f-authorised_on-day", "2"), ("f-authorised_on-month", "11"), ("f-authorised_on-year", "2026")];
    let with_day = [&[("step", "save"), ("f-name", "Made-up Sums")][..], &day[..]].concat();
    let refused = browser.post(new, new, &with_day).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.body);
    assert!(refused.body.contains("Only programs with a licence are authorised."), "{}", refused.body);
    let asks = crate::html::links(&refused.body).contains(&"/school/hill/ask/outside/unlicensed".to_owned());
    assert!(asks && refused.body.contains("Ask for it: Use a program without a licence"), "{}", refused.body);
    let change = format!("{path}/change");
    let changed = [&[("f-name", "Made-up Draw")][..], &day[..]].concat();
    assert_eq!(browser.post(&change, &change, &changed).await.status, StatusCode::FORBIDDEN);
    leads_to(&browser.post(&change, &change, &[("f-name", "Made-up Draw"), ("f-publisher", "Made-up Press")]).await);
    browser.import("hill", "software-title", "Program,Authorised\nMade-up Maps,2026-11-02\n").await;
    let list = browser.get("/school/hill/records/software-title").await;
    assert!(list.body.contains("Made-up Maps") && !list.body.contains("Made-up Sums"), "{}", list.body);
    leads_to(&browser.post(&change, &change, &[&changed[..], &[("f-licence", "For schools")]].concat()).await);
}

#[tokio::test]
async fn rows_of_a_list_are_held_to_the_same_moves() {
    let browser = browser().await;
    added(&browser, "MU-7").await;
    let house = browser.house();
    let operator = house.operator();
    let school = house.one_school(&operator, Some("hill")).await.unwrap();
    let bytes = b"Asset Tag,State\nMU-7,disposed\nMU-9,in-use\n";
    let list = schoolkeeper_app::bring_in::List { register: "asset", file: "assets.csv", bytes, ..Default::default() };
    let brought = house.bring_in(&operator, &school, &list).await.unwrap();
    assert!(brought.text.contains("`in use` does not become `disposed` in one step"), "{}", brought.text);
    assert!(brought.text.contains("1 new"), "{}", brought.text);
}

#[tokio::test]
async fn two_records_of_one_person_become_one_and_two_again() {
    let browser = browser().await;
    let [tom, tomma] = [browser.entry("person", "Tom Made-Up").await, browser.entry("person", "Tomma Made-Up").await];
    let at = |id: &str| format!("/school/hill/records/person/{id}");
    let asset = leads_to(&browser.post(NEW, NEW, &[("step", "save"), ("f-tag", "MU-7"), ("f-holder", &tomma)]).await);
    let merge = format!("{}/merge", at(&tom));
    let page = browser.get(&merge).await;
    assert_good(&merge, &page.body);
    assert!(page.body.contains("Tomma Made-Up"), "a near name is offered: {}", page.body);
    let both = browser.post(&merge, &merge, &[("other", &tomma)]).await;
    assert_good("both", &both.body);
    assert!(both.body.contains("tom@hill.example") && both.body.contains("tomma@hill.example"), "{}", both.body);
    let act = filled(&both, &merge, &[("f-name", "mine"), ("f-email", "theirs"), ("why", "The same desk")]);
    leads_to(&browser.post_raw(&merge, &act).await);
    assert_eq!(leads_to(&browser.get(&at(&tomma)).await), at(&tom), "the old address leads on");
    let page = browser.get(&at(&tom)).await;
    assert!(page.body.contains("tomma@hill.example") && page.body.contains("MU-7"), "{}", page.body);
    assert_good("merged", &page.body);
    assert!(browser.get(&asset).await.body.contains(&at(&tom)), "links were moved");
    leads_to(&browser.post(&at(&tom), &format!("{}/unmerge", at(&tom)), &[]).await);
    assert_eq!(browser.get(&at(&tomma)).await.status, StatusCode::OK);
    assert!(browser.get(&asset).await.body.contains(&at(&tomma)), "links are back");
    let form = browser.get(&format!("{}/change", at(&tom))).await.body;
    assert!(form.contains("value=\"tom@hill.example\""), "{form}");
}

#[tokio::test]
async fn a_merge_that_was_touched_stays() {
    let browser = browser().await;
    let [tom, tomma] = [browser.entry("person", "Tom Made-Up").await, browser.entry("person", "Tomma Made-Up").await];
    let path = format!("/school/hill/records/person/{tom}");
    let merge = format!("{path}/merge");
    let both = browser.post(&merge, &merge, &[("other", &tomma)]).await;
    leads_to(&browser.post_raw(&merge, &filled(&both, &merge, &[])).await);
    let change = format!("{path}/change");
    leads_to(
        &browser
            .post(
                &change,
                &change,
                &[
                    ("f-name", "Tom Made-Up"),
                    ("f-job_title", "Caretaker"),
                    ("f-email", "tom@hill.example"),
                    ("f-kind", "staff"),
                ],
            )
            .await,
    );
    let page = browser.get(&path).await.body;
    assert!(!page.contains("Make them two again"), "{page}");
    let token = hidden(&page, "/sign-out");
    leads_to(&browser.post_raw(&format!("{path}/unmerge"), &token).await);
    assert_eq!(browser.get(&format!("/school/hill/records/person/{tomma}")).await.status, StatusCode::SEE_OTHER);
}
