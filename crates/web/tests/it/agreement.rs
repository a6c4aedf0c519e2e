//! Agreements in days: worded, approved, published, signed at reception, by link and signed in, changed and signed again.

use crate::html::{assert_good, hidden};
use crate::school::{Answer, Browser};
use axum::http::StatusCode;
use schoolkeeper_app::sign_in::secret::mark;
use schoolkeeper_core::permission::BaseRole;

pub const POLICY: &str = schoolkeeper_testkit::outside!(
    r#"
[audience]
staff-all = { title = "Everybody who works here", where = "person.kind in ['staff', 'agency'] && person.active" }
[[clause]]
id = "s/1"
section = "What people sign"
text = "Passwords are one's own."
mode = "acknowledged"
who = ["headteacher"]
controls = ["aup"]
article = { words = "Keep your password to yourself.", ask = "A colleague asks for your password.", right = "I keep it", wrong = ["I tell it"] }
[[clause]]
id = "s/2"
text = "Screens are locked."
mode = "acknowledged"
controls = ["aup", "visitors"]
article = { words = "Lock the screen when you leave it." }
[ladder.asks]
steps = [{ at = "-7 days", tell = ["owner"] }, { at = "0 days", tell = ["owner", "headteacher"] }]
[control.aup]
type = "agreement"
ladder = "asks"
title = "Acceptable use"
audience = ["staff-all"]
articles = "bound"
sign = ["browser", "link", "kiosk", "paper"]
within = "10 days"
again = { every = "1 year", on = "material-change" }
questions = 1
[control.visitors]
type = "agreement"
title = "Rules for visitors"
audience = ["visitor"]
articles = "bound"
sign = ["kiosk", "link"]
within = "1 day"
"#
);
pub const PEOPLE: &str = "Name,Email,Kind,Active\n\
    Sue Supply (made up),,agency,yes\n\
    Tom Made-Up,tom@hill.example,staff,yes\n\
    Gail Made-Up,gail@hill.example,governor,yes\n";
pub const AUP: &str = "/school/hill/agreement/outside/aup";
pub const SIGN: &str = "/school/hill/sign/outside/aup";
const DAY: i64 = 24 * 60;

schoolkeeper_testkit::both_engines!(
    a_supply_teacher_signs_at_reception_in_a_minute,
    a_changed_rule_is_signed_again_and_a_mended_word_is_not,
    a_link_gives_one_signature_however_often_it_is_sent,
    a_signed_slip_is_read_once_and_only_for_the_version_printed_on_it,
    what_is_signed_for_a_year_is_asked_for_again_and_only_those_who_have_not_are_told,
    a_copy_that_cannot_be_kept_leaves_nothing_signed_and_the_link_good
);

pub fn location(answer: &Answer) -> String {
    answer.headers.get("location").map_or(String::new(), |to| to.to_str().unwrap().to_owned())
}

pub async fn school(url: &str) -> Browser {
    let browser = Browser::pretending_over(POLICY, Some(url)).await;
    browser.import("hill", "person", PEOPLE).await;
    browser
}

fn pairs(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Words the first point, keeps it, and publishes it under a name.
pub async fn publish(browser: &Browser, control: &str, words: &str, (version, material): (&str, &str)) {
    let base = format!("/school/hill/agreement/outside/{control}");
    let page = format!("{base}/words");
    let second = ("words-s/2", "Lock the screen when you leave it.");
    let fields: &[(&str, &str)] = if control == "aup" { &[("words-s/1", words), second] } else { &[second] };
    let statement = ("statement", "I keep to this.");
    let kept = browser.post(&page, &page, &[fields, &[statement]].concat()).await;
    assert_eq!(location(&kept), format!("{base}/publish"), "{}", kept.body);
    let page = format!("{base}/publish");
    assert_good(&page, &browser.get(&page).await.body);
    let done = browser.post(&page, &page, &[("version", version), ("material", material)]).await;
    assert_eq!(location(&done), base, "{}", done.body);
}

/// Fills in a page of signing as it stands.
pub async fn signs(browser: &Browser, page: &Answer, action: &str, fields: &[(&str, &str)]) -> Answer {
    let all = [hidden(&page.body, action), pairs(&[("step", "sign")]), pairs(fields)].concat();
    browser.post_raw(action, &all).await
}

pub const RIGHT: &[(&str, &str)] = &[("answer-s/1", "I keep it"), ("agreed", "yes")];

async fn a_supply_teacher_signs_at_reception_in_a_minute(url: String) {
    let mut browser = school(&url).await;
    publish(&browser, "aup", "Keep your password to yourself.", ("2026-1", "yes")).await;
    publish(&browser, "visitors", "", ("2026-1", "yes")).await;
    let list = browser.get("/school/hill/agreements").await;
    assert_good("agreements", &list.body);
    assert!(list.body.contains("0 of 3 have signed"), "the head, Tom and Sue: {}", list.body);
    let page = "/school/hill/kiosk";
    assert_good(page, &browser.get(page).await.body);
    let started = browser.post(page, page, &[]).await;
    assert_eq!(location(&started), "/kiosk", "{}", started.body);
    assert_eq!(browser.get("/school/hill/agreements").await.status, StatusCode::SEE_OTHER, "nobody is signed in");
    let kiosk = browser.get("/kiosk").await;
    assert_good("kiosk", &kiosk.body);
    assert!(kiosk.body.contains("Sue Supply") && !kiosk.body.contains("Tom Made-Up"), "{}", kiosk.body);
    let sue = kiosk.body.split("name=\"who\" type=\"radio\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let fields =
        [hidden(&kiosk.body, "/kiosk")[..1].to_vec(), pairs(&[("target", "outside/aup"), ("who", sue)])].concat();
    let link = location(&browser.post_raw("/kiosk", &fields).await);
    let start = browser.get(&link).await;
    assert_good("start", &start.body);
    assert!(start.body.contains("Are you Sue Supply (made up)?"), "{}", start.body);
    let goes = |answer: &Answer| answer.headers.get("refresh").map(|to| to.to_str().unwrap().to_owned());
    assert_eq!(goes(&kiosk).as_deref(), Some("120; url=/kiosk"), "what is typed does not stay");
    assert_eq!(goes(&start).as_deref(), Some("60; url=/kiosk"));
    assert_eq!(start.headers["cache-control"], "no-store", "nor is it found by going back");
    let page = browser.post(&link, &link, &[("step", "start")]).await;
    assert_good("sign", &page.body);
    assert!(page.body.contains("Lock the screen when you leave it."), "{}", page.body);
    let wrong = signs(&browser, &page, &link, &[("answer-s/1", "I tell it"), ("agreed", "yes")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("Not quite. Keep your password to yourself. Try again"), "{}", wrong.body);
    let done = signs(&browser, &wrong, &link, RIGHT).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    assert_good("done", &done.body);
    assert_eq!(goes(&wrong).as_deref(), Some("180; url=/kiosk"), "who reads has longer");
    assert_eq!(goes(&done).as_deref(), Some("60; url=/kiosk"));
    assert!(done.body.contains("You signed “Acceptable use” on 23 November 2026"), "{}", done.body);
    assert!(done.body.contains("href=\"/kiosk\""), "{}", done.body);
    assert!(done.body.contains("The address of your copy as a QR code"), "{}", done.body);
    assert!(!browser.get("/kiosk").await.body.contains("Sue Supply"), "whoever has signed is not asked again");
    // Somebody nobody expected types a name.
    let kiosk = browser.get("/kiosk").await;
    let token = hidden(&kiosk.body, "/kiosk")[..1].to_vec();
    let typed = [token.clone(), pairs(&[("target", "outside/visitors"), ("name", "Vera Visitor (made up)")])].concat();
    let link = location(&browser.post_raw("/kiosk", &typed).await);
    let page = browser.post(&link, &link, &[("step", "start")]).await;
    assert!(page.body.contains("Vera Visitor"), "{}", page.body);
    let done = signs(&browser, &page, &link, &[("agreed", "yes")]).await;
    assert!(done.body.contains("Thank you"), "{}", done.body);
    // Somebody types their name, and walks away.
    let typed = [token.clone(), pairs(&[("target", "outside/visitors"), ("name", "Walt Walker (made up)")])].concat();
    let link = location(&browser.post_raw("/kiosk", &typed).await);
    browser.later(2).await;
    assert_eq!(location(&browser.get(&link).await), "/kiosk", "nobody finds whose name it was");
    let ended = browser.post_raw("/kiosk", &[token, pairs(&[("do", "end")])].concat()).await;
    assert_eq!(location(&ended), "/sign-in");
    assert_eq!(browser.get("/kiosk").await.status, StatusCode::NOT_FOUND);
    browser.signed_in_again().await;
    let roll = browser.get(&format!("{AUP}?show=all")).await;
    assert_good(AUP, &roll.body);
    assert!(roll.body.contains("1 of 3 have signed version 2026-1"), "{}", roll.body);
    let csv = browser.get(&format!("{AUP}/who.csv")).await;
    assert!(
        csv.body.contains("Sue Supply (made up),Supply and agency staff,,Signed,2026-11-23,2027-11-23"),
        "{}",
        csv.body
    );
    assert!(csv.body.contains("Tom Made-Up,Staff,,Still to sign"), "{}", csv.body);
}

async fn a_changed_rule_is_signed_again_and_a_mended_word_is_not(url: String) {
    let mut browser = school(&url).await;
    publish(&browser, "aup", "Keep your password to yourself.", ("2026-1", "yes")).await;
    let page = browser.get(SIGN).await;
    assert_good(SIGN, &page.body);
    let unsaid = signs(&browser, &page, SIGN, &[("answer-s/1", "I keep it")]).await;
    assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unsaid.body.contains("Tick the statement"), "{}", unsaid.body);
    let done = signs(&browser, &page, SIGN, RIGHT).await;
    assert!(done.body.contains("It is good until 23 November 2027"), "{}", done.body);
    let mine = browser.get("/school/hill/signed").await;
    assert_good("signed", &mine.body);
    assert!(mine.body.contains("Version 2026-1") && mine.body.contains("signed in, in the browser"), "{}", mine.body);
    let copy = mine.body.split("href=\"").find(|rest| rest.contains("/copy\"")).unwrap().split('"').next().unwrap();
    let kept = browser.get(copy).await;
    assert!(
        kept.body.contains("Keep your password to yourself.") && kept.body.contains("Madeup head"),
        "{}",
        kept.body
    );
    let receipt = browser.get(&copy.replace("/copy", "/receipt")).await;
    assert!(receipt.body.starts_with("c2sp.org/tlog-proof@v1"), "{}", receipt.body);
    let sum = mark(&kept.body).to_uppercase();
    let code = format!("{}-{}", &sum[..4], &sum[4..8]);
    assert!(done.body.contains(&code), "the receipt is the beginning of the copy's checksum, {code}: {}", done.body);
    browser.later(DAY).await;
    browser.signed_in_again().await;
    publish(&browser, "aup", "Keep your password to yourself!", ("2026-2", "no")).await;
    assert!(browser.get(SIGN).await.body.contains("You signed this on 23 November 2026"), "a mended word");
    browser.later(DAY).await;
    browser.signed_in_again().await;
    publish(&browser, "aup", "Keep your passphrase to yourself!", ("2026-3", "yes")).await;
    let compared = browser.get(&format!("{AUP}/compare")).await;
    assert_good("compare", &compared.body);
    let (removed, added) = ("removed: </span>password</del>", "added: </span>passphrase</ins>");
    assert!(compared.body.contains(removed) && compared.body.contains(added), "{}", compared.body);
    let again = browser.get(SIGN).await;
    assert!(again.body.contains("Agree and sign") && again.body.contains("passphrase"), "{}", again.body);
    let old: Vec<_> = hidden(&again.body, SIGN).into_iter().filter(|(name, _)| name == "csrf").collect();
    let old = [old, pairs(&[("version-aup", "2026-1"), ("step", "sign")]), pairs(RIGHT)].concat();
    let late = browser.post_raw(SIGN, &old).await;
    assert!(late.body.contains("A new version came while you read"), "the old page signs nothing: {}", late.body);
    let done = signs(&browser, &again, SIGN, RIGHT).await;
    assert!(done.body.contains("Thank you"), "{}", done.body);
    let kept = browser.get(copy).await;
    assert!(kept.body.contains("password") && !kept.body.contains("passphrase"), "what was signed stays as it was");
}

async fn a_link_gives_one_signature_however_often_it_is_sent(url: String) {
    let browser = school(&url).await;
    publish(&browser, "aup", "Keep your password to yourself.", ("2026-1", "yes")).await;
    let page = browser.get(AUP).await;
    assert!(page.body.contains("Remind everybody who has not signed"), "{}", page.body);
    let chased = browser.post(AUP, &format!("{AUP}/chase"), &[]).await;
    assert_eq!(location(&chased), AUP, "{}", chased.body);
    let told = browser.get(AUP).await;
    assert!(told.body.contains("reminded by mail") && told.body.contains("1 have no address"), "{}", told.body);
    browser.post(AUP, &format!("{AUP}/chase"), &[]).await;
    assert!(browser.get(AUP).await.body.contains("Nobody was reminded"), "twice the same day is once");
    let link = handed_over(&browser, "Tom Made-Up").await;
    browser.set_cookie("schoolkeeper", None);
    for _ in 0..3 {
        assert_eq!(browser.get(&link).await.status, StatusCode::OK, "a machine that looks uses nothing up");
    }
    let page = browser.post(&link, &link, &[("step", "start")]).await;
    assert!(page.body.contains("Tom Made-Up"), "{}", page.body);
    let done = signs(&browser, &page, &link, RIGHT).await;
    assert!(done.body.contains("Thank you") && !done.body.contains("/kiosk"), "{}", done.body);
    assert_eq!(signs(&browser, &page, &link, RIGHT).await.status, StatusCode::GONE, "a link used twice");
    let ended = browser.get(&link).await;
    assert_eq!(ended.status, StatusCode::GONE);
    assert_good("ended", &ended.body);
    browser.signed_in_again().await;
    let csv = browser.get(&format!("{AUP}/who.csv")).await;
    assert_eq!(csv.body.matches("Signed,2026-11-23").count(), 1, "{}", csv.body);
}

async fn a_signed_slip_is_read_once_and_only_for_the_version_printed_on_it(url: String) {
    let browser = school(&url).await;
    publish(&browser, "aup", "Keep your password to yourself.", ("2026-1", "yes")).await;
    let page = format!("{AUP}/paper");
    assert_good(&page, &browser.get(&page).await.body);
    let slips = browser.post(&page, &format!("{AUP}/slips"), &[]).await;
    assert_eq!(slips.status, StatusCode::OK, "{}", slips.body);
    assert_good("slips", &slips.body);
    assert!(slips.body.contains("Slip of Tom Made-Up") && slips.body.contains("☐ I keep it"), "{}", slips.body);
    let hill = browser.house().one_school(&browser.house().operator(), Some("hill")).await.unwrap();
    let head = browser.actor().await;
    let made = browser.house().slips(&head, &hill, (("outside", "aup"), None)).await.unwrap();
    let code = |name: &str| made.slips.iter().find(|slip| slip.name.starts_with(name)).unwrap().code.clone();
    let unseen = browser.post(&page, &page, &[("codes", &code("Tom"))]).await;
    assert_eq!(unseen.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody said that they looked");
    let pile = format!("{}\n{0}\nsmudge\n", code("Tom"));
    let read = browser.post(&page, &page, &[("codes", &pile), ("vouched", "yes")]).await;
    assert_good("read", &read.body);
    assert!(read.body.contains("<strong>Tom Made-Up</strong>: signed."), "{}", read.body);
    assert!(
        read.body.contains("This slip was read before") && read.body.contains("no code of a slip"),
        "{}",
        read.body
    );
    let by_link = browser.get(&format!("/sign-by/{}", code("Sue"))).await;
    assert_eq!(by_link.status, StatusCode::GONE, "a slip is no link");
    publish(&browser, "aup", "Keep your passphrase to yourself.", ("2026-2", "yes")).await;
    let late = browser.post(&page, &page, &[("codes", &code("Sue")), ("vouched", "yes")]).await;
    assert!(late.body.contains("A newer version is published"), "{}", late.body);
}

async fn what_is_signed_for_a_year_is_asked_for_again_and_only_those_who_have_not_are_told(url: String) {
    let mut browser = school(&url).await;
    publish(&browser, "aup", "Keep your password to yourself.", ("2026-1", "yes")).await;
    chased_by_link(&browser, "Tom Made-Up").await;
    signs(&browser, &browser.get(SIGN).await, SIGN, RIGHT).await;
    browser.later(300 * DAY).await;
    browser.signed_in_again().await;
    browser.house().remind().await.unwrap();
    assert_eq!(asked(&browser, "Tom Made-Up").await, 0, "it still counts");
    // A year and a day: both are asked for again, and only one of them signs.
    browser.later(66 * DAY).await;
    browser.signed_in_again().await;
    let csv = browser.get(&format!("{AUP}/who.csv")).await;
    assert!(csv.body.contains("Tom Made-Up,Staff,,Still to sign"), "{}", csv.body);
    browser.house().remind().await.unwrap();
    assert!(browser.get("/mine").await.body.contains("Acceptable use"), "it is on My page");
    let done = signs(&browser, &browser.get(SIGN).await, SIGN, RIGHT).await;
    assert!(done.body.contains("It is good until"), "{}", done.body);
    browser.later(12 * DAY).await;
    browser.signed_in_again().await;
    browser.house().remind().await.unwrap();
    assert_eq!(browser.house().remind().await.unwrap(), 0, "the same is told once");
    let (tom, head) = (asked(&browser, "Tom Made-Up").await, asked(&browser, "Madeup head").await);
    assert!(tom > 0, "who has not signed is told");
    let csv = browser.get(&format!("{AUP}/who.csv")).await;
    assert!(csv.body.contains("Tom Made-Up,Staff,,Late"), "{}", csv.body);
    browser.later(DAY).await;
    browser.house().remind().await.unwrap();
    assert_eq!(asked(&browser, "Madeup head").await, head, "who has signed is told no more");
}

/// How many mails somebody got because they are to sign.
async fn asked(browser: &Browser, name: &str) -> usize {
    let outbox = browser.get("/school/hill/mail/outbox").await;
    outbox.body.split("<li>").filter(|row| row.contains(name) && row.contains("To sign")).count()
}

/// Somebody signs by a mailed link, and the head is back at the browser.
async fn chased_by_link(browser: &Browser, name: &str) {
    browser.post(AUP, &format!("{AUP}/chase"), &[]).await;
    let link = handed_over(browser, name).await;
    let page = browser.post(&link, &link, &[("step", "start")]).await;
    let done = signs(browser, &page, &link, RIGHT).await;
    assert!(done.body.contains("Thank you"), "{}", done.body);
}

async fn a_copy_that_cannot_be_kept_leaves_nothing_signed_and_the_link_good(url: String) {
    let browser = school(&url).await;
    publish(&browser, "aup", "Keep your password to yourself.", ("2026-1", "yes")).await;
    browser.post(AUP, &format!("{AUP}/chase"), &[]).await;
    let link = handed_over(&browser, "Tom Made-Up").await;
    let page = browser.post(&link, &link, &[("step", "start")]).await;
    let (there, away) = (browser.files(), browser.files().with_extension("away"));
    std::fs::create_dir_all(&there).unwrap();
    std::fs::rename(&there, &away).unwrap();
    std::fs::write(&there, "no folder").unwrap();
    let failed = signs(&browser, &page, &link, RIGHT).await;
    assert!(failed.status.is_server_error(), "{}: {}", failed.status, failed.body);
    std::fs::remove_file(&there).unwrap();
    std::fs::rename(&away, &there).unwrap();
    let csv = browser.get(&format!("{AUP}/who.csv")).await;
    assert!(csv.body.contains("Tom Made-Up,Staff,,Still to sign"), "{}", csv.body);
    let done = signs(&browser, &page, &link, RIGHT).await;
    assert!(done.body.contains("Thank you"), "the link was not used up: {}", done.body);
}

/// The link to sign by of a mail.
pub async fn handed_over(browser: &Browser, name: &str) -> String {
    let handed = browser.handed_over(name, "Link to sign by").await;
    let at = handed.find("/sign-by/").unwrap_or_else(|| panic!("{handed}"));
    handed[at..at + "/sign-by/".len() + 64].to_owned()
}

#[tokio::test]
async fn a_point_is_left_out_only_by_saying_so_and_who_was_faster_wins() {
    let browser = Browser::pretending(POLICY).await;
    browser.import("hill", "person", PEOPLE).await;
    let page = format!("{AUP}/words");
    assert_good(&page, &browser.get(&page).await.body);
    let empty = browser.post(&page, &page, &[("words-s/1", "Keep it."), ("words-s/2", "")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.body.contains("Word point s/2, or tick that it is left out"), "{}", empty.body);
    assert_good("words", &empty.body);
    let out = [("words-s/1", "Keep it."), ("out-s/2", "yes"), ("approved_by", "Governing body (made up)")];
    let stale = browser.get(&page).await;
    let kept = browser.post(&page, &page, &out).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
    let look = browser.get(&format!("{AUP}/publish")).await;
    assert!(look.body.contains("Left out: s/2.") && look.body.contains("Governing body"), "{}", look.body);
    let late = browser.post_raw(&page, &[hidden(&stale.body, &page), pairs(&out)].concat()).await;
    assert!(late.body.contains("Somebody else changed it"), "{}", late.body);
    let publish = format!("{AUP}/publish");
    browser.post(&publish, &publish, &[("version", "2026-1")]).await;
    let again = browser.post(&publish, &publish, &[("version", "2026-1")]).await;
    assert!(again.body.contains("is published already"), "{}", again.body);
    let list = browser.get("/school/hill/agreements").await;
    assert!(list.body.contains("1 points of the policy are left out"), "{}", list.body);
    let text = browser.get(&format!("{AUP}/text?version=2026-1")).await;
    assert!(text.body.contains("Keep it.") && !text.body.contains("Lock the screen"), "{}", text.body);
    let poster = browser.get(&format!("{AUP}/poster")).await;
    assert_good("poster", &poster.body);
    for words in ["Notice for the wall", "Keep it.", "http://localhost", "/school/hill/report", "<svg"] {
        assert!(poster.body.contains(words), "{words}: {}", poster.body);
    }
    assert!(!poster.body.contains("Lock the screen"), "as it was published");
    // A chapter of the policy is a notice as well, with the points somebody chooses.
    let chapter = "/school/hill/policy/outside/read/chapter/what-people-sign";
    let notice = format!("{chapter}/notice");
    assert!(crate::html::links(&browser.get(chapter).await.body).contains(&notice));
    let page = browser.get(&notice).await;
    assert_good(&notice, &page.body);
    let says = |body: &str| body.split("<section").nth(1).unwrap().matches("<li>").count();
    assert_eq!(says(&page.body), 2, "{}", page.body);
    let one = browser.get(&format!("{notice}?point=s/2")).await.body;
    assert!(says(&one) == 1 && one.split("<section").nth(1).unwrap().contains("Lock the screen"), "{one}");
    assert_eq!(browser.get("/school/hill/policy/outside/read/chapter/none/notice").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn everybody_signs_for_themselves_and_only_leaders_see_who_has_signed() {
    let browser = Browser::pretending(POLICY).await;
    browser.import("hill", "person", PEOPLE).await;
    publish(&browser, "aup", "Keep your password to yourself.", ("2026-1", "yes")).await;
    let page = browser.get(SIGN).await;
    signs(&browser, &page, SIGN, RIGHT).await;
    let mine = browser.get("/school/hill/signed").await;
    let copy = mine.body.split("href=\"").find(|rest| rest.contains("/copy\"")).unwrap().split('"').next().unwrap();
    browser.signed_in(BaseRole::Staff).await;
    for path in ["/school/hill/agreements", AUP, "/school/hill/kiosk", &format!("{AUP}/words"), copy] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let open = browser.get("/school/hill/signed").await;
    assert!(open.body.contains("You have not signed anything here yet"), "{}", open.body);
    browser.signed_in(BaseRole::Governor).await;
    assert_eq!(browser.get(SIGN).await.status, StatusCode::NOT_FOUND, "it is not asked of governors");
    assert_eq!(browser.get(AUP).await.status, StatusCode::OK, "governors see who has signed");
}
