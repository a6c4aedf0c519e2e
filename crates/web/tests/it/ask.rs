//! Permissions told in days, through the pages people use: asked, asked back, refused, granted, ended; and what one asks
//! for oneself, somebody above decides.

use crate::html::{assert_good, links};
use crate::school::{Answer, Browser, PASSWORD, leads_to};
use axum::http::StatusCode;
use schoolkeeper_app::sign_in::NewLogin;
use schoolkeeper_core::permission::BaseRole;

const POLICY: &str = schoolkeeper_testkit::outside!(
    r#"
it-technician = { title = "IT technician", acts_as = "technician" }
chair-of-governors = { title = "Chair of governors", acts_as = "governor" }
[form]
install = { fields = [
  { name = "program", type = "text", label = "Which program?", required = true },
  { name = "things", type = "list", of = "device", label = "On which computers?", required = true },
  { name = "for_work", type = "yes-no", label = "Is it for work only?", required = true },
  { name = "private", type = "text", label = "What else is it for?", required = true, show_if = "!form.for_work" },
  { name = "secret", type = "text", label = "What nobody else should read", sensitive = true },
  { name = "until", type = "date", label = "Until when?", required = true },
] }
without = { fields = [
  { name = "things", type = "list", of = "device", label = "Which devices?", required = true },
  { name = "until", type = "date", label = "Until when?", required = true },
] }
take-home = { fields = [{ name = "what", type = "text", label = "What do you take?", required = true }] }
[[clause]]
id = "a/1"
section = "Programs"
text = "Whatever is installed was permitted first."
mode = "evidenced"
controls = ["install"]
[[clause]]
id = "b/1"
section = "At home"
text = "Whoever takes data home asks first."
mode = "evidenced"
controls = ["take-home"]
[[clause]]
id = "c/1"
section = "Devices"
text = "Devices are encrypted."
mode = "detected"
controls = ["encrypted", "unencrypted"]
[control.encrypted]
type = "rule"
title = "Encrypted devices"
for = "device"
expect = "device.encrypted"
message = "{device.name} is not encrypted"
excused_by = ["unencrypted"]
[control.unencrypted]
type = "request"
title = "Use a device without encryption"
who = ["staff"]
form = "without"
stages = [{ by = ["headteacher"], else = ["chair-of-governors"] }]
excuses = ["encrypted"]
[control.install]
type = "request"
title = "Install a program"
who = ["staff"]
form = "install"
checks = [{ field = "program", test = "form.program != 'qbittorrent'", says = "This program is never installed." }]
stages = [
  { by = ["it-technician"], within = "5 days" },
  { by = ["headteacher"], else = ["chair-of-governors"], within = "5 days", step_up = true, signed = true },
]
conditions = ["I use it for work only", "I do not pass it on"]
longest = "60 days"
at_end = [{ says = "Is it removed again?", evidence = ["statement"] }]
[control.take-home]
type = "request"
title = "Take data home"
who = ["staff"]
form = "take-home"
stages = [{ by = ["headteacher"], else = ["chair-of-governors"], within = "5 days" }]
"#
);

const DEVICES: &str = "Device name,Encrypted\nMU-1,yes\nMU-2,no\n";
const INSTALL: &str = "/school/hill/ask/outside/install";
const DAY: i64 = 24 * 60;

async fn browser(url: &str) -> Browser {
    let browser = Browser::pretending_over(POLICY, Some(url)).await;
    for role in [BaseRole::Staff, BaseRole::Technician] {
        browser.also(role, "hill").await;
    }
    browser.import("hill", "device", DEVICES).await;
    browser
}

fn to_mend(answer: &Answer, words: &[&str]) {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
    assert!(answer.body.contains("There is a problem"));
    holds(answer, words);
}

fn holds(answer: &Answer, words: &[&str]) {
    for words in words {
        assert!(answer.body.contains(words), "“{words}” is missing: {}", answer.body);
    }
    assert_good("page", &answer.body);
}

async fn shows(browser: &Browser, path: &str, words: &[&str]) {
    let answer = browser.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    holds(&answer, words);
}

/// Asks for a program; says where the request is.
async fn ask(browser: &Browser, device: &str) -> String {
    let fields = [
        ("step", "send"),
        ("f-program", "Made-up Paint"),
        ("f-things", device),
        ("f-for_work", "yes"),
        ("f-secret", "a lesson in March"),
        ("f-until-day", "4"),
        ("f-until-month", "12"),
        ("f-until-year", "2026"),
        ("condition", "0"),
        ("condition", "1"),
    ];
    leads_to(&browser.post(INSTALL, INSTALL, &fields).await)
}

async fn a_program_is_refused_once_then_granted_in_two_stages_and_its_end_is_shown_late(url: String) {
    let mut browser = browser(&url).await;
    let device = browser.entry("device", "MU-1").await;
    browser.let_in_as("staff").await;
    let first = ask(&browser, &device).await;
    shows(
        &browser,
        &first,
        &["You asked on", "Waiting for <strong>", "IT technician</strong>", "Take the request back"],
    )
    .await;
    browser.let_in_as("technician").await;
    shows(
        &browser,
        &first,
        &["Madeup staff asked on", "Whatever is installed was permitted first.", "I do not pass it on"],
    )
    .await;
    shows(&browser, &first, &["What the records say", "Encrypted", "Your decision", "Yes, until 4 December 2026"])
        .await;
    to_mend(&browser.post(&first, &first, &[("step", "no"), ("words", " ")]).await, &["Say why not"]);
    leads_to(&browser.post(&first, &first, &[("step", "ask"), ("words", "Which version?")]).await);
    browser.let_in_as("staff").await;
    shows(&browser, &first, &["You are asked something", "Madeup technician: Which version?"]).await;
    to_mend(&browser.post(&first, &first, &[("step", "answer")]).await, &["Write your answer"]);
    leads_to(&browser.post(&first, &first, &[("step", "answer"), ("answer", "9.1")]).await);
    browser.let_in_as("technician").await;
    shows(&browser, &first, &["9.1", "Ask the asker"]).await;
    leads_to(&browser.post(&first, &first, &[("step", "no"), ("words", "That version is too old")]).await);
    to_mend(&browser.post_to(&first, &[("step", "yes"), ("stage", "1")]).await, &["has been decided"]);
    browser.let_in_as("staff").await;
    shows(
        &browser,
        &first,
        &["Refused", "No, Madeup technician (the IT technician)", "That version is too old", "ask again"],
    )
    .await;
    granted(&mut browser, &device).await;
}

/// The second try: two yeses, the second signed and with the password once more.
async fn granted(browser: &mut Browser, device: &str) {
    let second = ask(browser, device).await;
    browser.let_in_as("head").await;
    shows(browser, &second, &["Waiting for <strong>", "IT technician</strong>"]).await;
    assert!(!browser.get(&second).await.body.contains("Your decision"), "it is not their stage");
    browser.let_in_as("technician").await;
    leads_to(&browser.post(&second, &second, &[("step", "yes")]).await);
    browser.let_in_as("head").await;
    let yes = [("step", "yes"), ("password", PASSWORD)];
    to_mend(&browser.post(&second, &second, &yes).await, &["this decision is signed"]);
    let wrong = [("step", "yes"), ("signed", "madeup  HEAD"), ("password", "wrong")];
    to_mend(&browser.post(&second, &second, &wrong).await, &["This is not your password"]);
    leads_to(
        &browser.post(&second, &second, &[("step", "yes"), ("signed", "madeup  HEAD"), ("password", PASSWORD)]).await,
    );
    let page = browser.get(&second).await;
    holds(&page, &["Granted", "Yes, Madeup head (the headteacher)", ", signed"]);
    let grant = links(&page.body).into_iter().find(|href| href.contains("/grant/")).unwrap();
    shows(
        browser,
        &format!("/school/hill/records/device/{device}"),
        &["Install a program, allowed until 4 December 2026"],
    )
    .await;
    shows(browser, "/school/hill/grants", &["Install a program", "Allowed", "Madeup staff"]).await;
    browser.let_in_as("staff").await;
    shows(browser, &grant, &["You have this permission until 4 December 2026.", "Ask for more time", "MU-1"]).await;
    let more = links(&browser.get(&grant).await.body).into_iter().find(|href| href.contains("again=")).unwrap();
    shows(browser, &more, &["Made-up Paint", "MU-1"]).await;
    browser.later(14 * DAY).await;
    browser.let_in_as("staff").await;
    shows(browser, &grant, &["End not shown", "It has ended.", "Is it removed again?"]).await;
    let statement = [("end-0-statement", "Removed on Monday")];
    to_mend(&browser.post(&grant, &grant, &[]).await, &["Say this: Is it removed again?"]);
    leads_to(&browser.post(&grant, &grant, &statement).await);
    shows(browser, &grant, &["It is over.", "Removed on Monday"]).await;
    browser.let_in_as("head").await;
    shows(browser, "/school/hill/requests", &["Refused 1", "Granted 1", "Half of the decisions were made within"])
        .await;
    shows(browser, "/school/hill/requests?show=late", &["No request fits."]).await;
    let csv = browser.get("/school/hill/requests.csv").await.body;
    assert_eq!(csv.lines().count(), 3, "{csv}");
    assert_eq!(browser.get("/school/hill/grants.csv?show=over").await.body.lines().count(), 2);
}

async fn what_the_headteacher_asks_for_herself_the_chair_decides(url: String) {
    let browser = browser(&url).await;
    let school = browser.house().one_school(&browser.house().operator(), Some("hill")).await.unwrap();
    let chair = NewLogin {
        name: "Madeup chair".to_owned(),
        email: "chair@school.example".to_owned(),
        role: Some("chair-of-governors".to_owned()),
        school,
    };
    let login = browser.house().add_person(&chair, PASSWORD).await.unwrap().login;
    browser.house().agree_notice(login).await.unwrap();
    browser.let_in_as("head").await;
    let page = "/school/hill/ask/outside/take-home";
    let request = leads_to(&browser.post(page, page, &[("step", "send"), ("f-what", "Reports")]).await);
    shows(&browser, &request, &["You asked this yourself, or it is for you, so the chair of governors decides."]).await;
    assert!(!browser.get(&request).await.body.contains("Your decision"));
    let forged = browser.post_to(&request, &[("step", "yes"), ("stage", "1")]).await;
    to_mend(&forged, &["Nobody decides their own request"]);
    browser.let_in_as("chair").await;
    shows(&browser, &request, &["Madeup head asked on", "Your decision"]).await;
    leads_to(&browser.post(&request, &request, &[("step", "yes"), ("words", "Keep it locked")]).await);
    browser.let_in_as("head").await;
    shows(&browser, &request, &["Granted", "Yes, Madeup chair", "Keep it locked"]).await;
    shows(&browser, "/school/hill/mail/outbox", &["Decision waiting", "News of a request"]).await;
}

async fn what_a_permission_excuses_stands_beside_the_problems_until_it_ends(url: String) {
    let mut browser = browser(&url).await;
    let (device, form) = (browser.entry("device", "MU-2").await, "/school/hill/ask/outside/unencrypted");
    let to_fix = "/school/hill/policy/outside/to-fix";
    browser.let_in_as("head").await;
    assert!(!browser.get(to_fix).await.body.contains("Allowed by permission"));
    shows(&browser, to_fix, &["MU-2 is not encrypted"]).await;
    // Why it is not met says what would open the way, and the form begins with the device.
    let why = browser.get(&format!("/school/hill/policy/outside/cause/encrypted/why/{device}")).await;
    holds(&why, &["Use a device without encryption"]);
    let about = format!("{form}?about={device}");
    assert!(links(&why.body).contains(&about), "{}", why.body);
    shows(&browser, &about, &["MU-2"]).await;
    assert!(!browser.get(form).await.body.contains("MU-2"));
    browser.let_in_as("staff").await;
    let until = [("f-until-day", "4"), ("f-until-month", "12"), ("f-until-year", "2026")];
    let asked = [&[("step", "send"), ("f-things", device.as_str())][..], &until].concat();
    let request = leads_to(&browser.post(form, form, &asked).await);
    browser.let_in_as("head").await;
    leads_to(&browser.post(&request, &request, &[("step", "yes")]).await);
    let allowed = ["Allowed by permission", "MU-2: Encrypted devices, allowed until 4 December 2026"];
    shows(&browser, to_fix, &allowed).await;
    browser.later(14 * DAY).await;
    browser.watch().await;
    browser.let_in_as("head").await;
    shows(&browser, to_fix, &["MU-2 is not encrypted"]).await;
    assert!(!browser.get(to_fix).await.body.contains("Allowed by permission"));
}

schoolkeeper_testkit::both_engines!(
    what_a_permission_excuses_stands_beside_the_problems_until_it_ends,
    a_program_is_refused_once_then_granted_in_two_stages_and_its_end_is_shown_late,
    what_the_headteacher_asks_for_herself_the_chair_decides,
);

#[tokio::test]
async fn a_form_is_filled_in_steps_without_losing_what_was_typed() {
    let browser = Browser::pretending(POLICY).await;
    browser.import("hill", "device", DEVICES).await;
    browser.signed_in(BaseRole::Staff).await;
    shows(&browser, "/school/hill/ask", &["Install a program", "Programs", "a/1 Whatever is installed"]).await;
    shows(&browser, "/school/hill/ask?q=data", &["Take data home", "At home"]).await;
    shows(&browser, "/school/hill/ask?q=zebra", &["Nothing you can ask for fits"]).await;
    assert_eq!(leads_to(&browser.get("/ask").await), "/school/hill/ask");
    let empty = browser.post(INSTALL, INSTALL, &[("step", "send")]).await;
    to_mend(
        &empty,
        &["Answer “Which program?”", "Accept each condition", "It is decided by the IT technician, within 5 days."],
    );
    assert!(!empty.body.contains("What else is it for?"), "it is asked only after another answer");
    let found =
        browser.post(INSTALL, INSTALL, &[("step", "search:things"), ("f-program", "Paint"), ("like", "MU-2")]).await;
    let device = browser.entry("device", "MU-2").await;
    holds(&found, &["MU-2", &device, "Use this one"]);
    assert!(!found.body.contains("MU-1"));
    let chosen = [("step", "choose:things"), ("f-program", "Paint"), ("pick", &device)];
    let chosen = browser.post(INSTALL, INSTALL, &chosen).await;
    holds(&chosen, &["value=\"Paint\"", "MU-2", &format!("name=\"f-things\" value=\"{device}\"")]);
    let private = [("step", "send"), ("f-program", "qbittorrent"), ("f-things", &device), ("f-for_work", "no")];
    let more = browser.post(INSTALL, INSTALL, &private).await;
    assert_eq!(more.status, StatusCode::OK);
    holds(&more, &["a little more is asked", "What else is it for?", "value=\"qbittorrent\""]);
    let mut fields = crate::html::hidden(&more.body, INSTALL);
    let rest = [("f-private", "games"), ("f-until-day", "4"), ("f-until-month", "12"), ("f-until-year", "2026")];
    fields.extend(private.iter().chain(&rest).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    to_mend(&browser.post_raw(INSTALL, &fields).await, &["This program is never installed."]);
    let kept = browser.post(INSTALL, INSTALL, &[("step", "keep"), ("f-program", "Kept Paint")]).await;
    assert_eq!(leads_to(&kept), "/school/hill/ask");
    for _ in 0..2 {
        shows(&browser, INSTALL, &["value=\"Kept Paint\""]).await;
    }
}

#[tokio::test]
async fn a_request_is_seen_by_those_it_concerns_and_sensitive_answers_by_fewer() {
    let browser = browser_of_two().await;
    browser.let_in_as("staff").await;
    let device = browser.entry("device", "MU-1").await;
    let request = ask(&browser, &device).await;
    shows(&browser, &request, &["a lesson in March"]).await;
    assert_eq!(browser.get("/school/hill/requests").await.status, StatusCode::NOT_FOUND);
    browser.let_in_as("technician").await;
    shows(&browser, &request, &["a lesson in March"]).await;
    browser.let_in_as("safeguarding").await;
    shows(&browser, &request, &["Made-up Paint"]).await;
    assert!(!browser.get(&request).await.body.contains("a lesson in March"), "neither asker nor decider");
    let record = request.replace("/request/", "/records/request/");
    for page in [record.clone(), format!("{record}/history")] {
        let shown = browser.get(&page).await;
        assert_eq!(shown.status, StatusCode::OK, "{page}");
        assert!(!shown.body.contains("a lesson in March"), "what was filled in stands on its own page only: {page}");
    }
    browser.let_in_as("other").await;
    assert_eq!(browser.get(&request).await.status, StatusCode::NOT_FOUND, "nobody's business but theirs");
    assert_eq!(browser.post_to(&request, &[("step", "withdraw")]).await.status, StatusCode::NOT_FOUND);
    browser.let_in_as("staff").await;
    leads_to(&browser.post(&request, &request, &[("step", "withdraw")]).await);
    shows(&browser, &request, &["Taken back"]).await;
    let elsewhere = request.replace("hill", "vale");
    assert_eq!(browser.get(&elsewhere).await.status, StatusCode::NOT_FOUND);
}

async fn browser_of_two() -> Browser {
    let browser = Browser::pretending(POLICY).await;
    browser.import("hill", "device", DEVICES).await;
    for role in [BaseRole::Staff, BaseRole::Technician, BaseRole::Safeguarding] {
        browser.also(role, "hill").await;
    }
    let school = browser.house().one_school(&browser.house().operator(), Some("hill")).await.unwrap();
    let (name, email) = ("Other Madeup".to_owned(), "other@school.example".to_owned());
    let other = NewLogin { name, email, role: None, school };
    let login = browser.house().add_person(&other, PASSWORD).await.unwrap().login;
    browser.house().agree_notice(login).await.unwrap();
    browser
}
