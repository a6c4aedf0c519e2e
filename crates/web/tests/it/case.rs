//! Incidents told in days, through the pages people use: reported, dealt with inside their time, told of when late; whom one
//! concerns never learns of it, and what is hidden is hidden everywhere.

use crate::html::{assert_good, links};
use crate::school::{Answer, Browser, leads_to};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use schoolkeeper_core::permission::BaseRole;

const POLICY: &str = schoolkeeper_testkit::outside!(
    r#"
it-technician = { title = "IT technician", acts_as = "technician" }
dpo = { title = "Data protection officer", acts_as = "protection" }
safeguarding-lead = { title = "Safeguarding lead", acts_as = "safeguarding" }
school-business-manager = { title = "Business manager", acts_as = "office" }
paper-lead = { title = "Paper lead", acts_as = "staff" }
[form]
breach = { fields = [
  { name = "what", type = "long-text", label = "What happened?", required = true },
  { name = "data", type = "yes-no", label = "Does it concern data about people?", required = true },
  { name = "whose", type = "text", label = "Whose data?", required = true, show_if = "form.data" },
] }
conduct = { fields = [{ name = "what", type = "long-text", label = "Which rule was broken?", required = true, sensitive = true }] }
fault = { fields = [{ name = "what", type = "text", label = "What is broken?", required = true }, { name = "asset", type = "ref", to = "asset", label = "Which one?" }] }
mess = { fields = [{ name = "what", type = "text", label = "What lies about?", required = true }, { name = "photo", type = "photo", help = "No people, please." }] }
[ladder]
quick = { steps = [{ at = "0 days", tell = ["headteacher"] }] }
[[clause]]
id = "a/1"
section = "Breaches"
text = "Whoever sees a breach reports it."
mode = "evidenced"
controls = ["breach", "fault", "waste"]
[[clause]]
id = "b/1"
section = "Conduct"
text = "Whoever breaks the rules answers for it."
mode = "evidenced"
controls = ["referral", "referral-closed"]
[control.breach]
type = "case"
title = "Breach of data"
report_by = ["anyone"]
form = "breach"
tell = [{ who = ["dpo"], when = "opened" }, { who = ["headteacher"], when = "overdue" }, { who = ["reporter"], when = "closed" }]
reporter_sees = ["answer", "closed"]
clocks = [{ name = "regulator", within = "72 hours", from = "aware", stops = "done('notified') || (done('risk') && step('risk') == 'none')" }]
steps = [
  { name = "stopped", kind = "task", to = ["it-technician"], says = "Stop it.", within = "2 days", evidence = ["note"], ladder = "quick" },
  { name = "risk", kind = "choose", to = ["dpo"], choices = ["none", "high"], within = "2 days" },
  { name = "notified", kind = "act", act = "case.notify", to = ["dpo"], when = "step('risk') == 'high'", evidence = ["receipt"] },
  { name = "proof", kind = "file", to = ["it-technician"], after = ["stopped"], evidence = ["file"] },
]
close_when = "done('stopped') && done('proof') && done('risk') && (step('risk') == 'none' || done('notified')) && it.answer != null"
exercise = "1 year"
[control.fault]
type = "case"
title = "Fault of equipment"
report_by = ["staff"]
form = "fault"
anonymous = true
tell = [{ who = ["it-technician"], when = "opened" }]
reporter_sees = ["action", "closed"]
close_when = "it.action != null"
[control.waste]
type = "case"
title = "Paper left out"
report_by = ["staff"]
form = "mess"
steps = [{ name = "picture", kind = "file", to = ["paper-lead"], evidence = ["file"] }]
[control.referral]
type = "case"
title = "Breach of conduct"
report_by = ["headteacher", "school-business-manager"]
form = "conduct"
tell = [{ who = ["headteacher", "school-business-manager"], when = "opened" }]
steps = [
  { name = "seriousness", kind = "choose", to = ["headteacher", "school-business-manager"], choices = ["minor", "gross"] },
  { name = "outcome", kind = "choose", to = ["headteacher", "school-business-manager"], after = ["seriousness"], choices = ["advice", "warning"] },
]
close_when = "done('outcome')"
[control.referral-closed]
type = "access"
title = "Only the head and the business manager see a breach of conduct"
on = ["case.see", "case.act", "case.step"]
where = "case.type == 'referral'"
only = "holds(actor, 'headteacher') || holds(actor, 'school-business-manager')"
"#
);

const BREACH: &str = "/school/hill/report/outside/breach";
const REFERRAL: &str = "/school/hill/report/outside/referral";
const CASES: &str = "/school/hill/cases";
const DAY: i64 = 24 * 60;
const NO_FILE: (&str, &str, &[u8]) = ("file", "", b"");
const PDF: &[u8] = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n";

async fn browser(url: &str) -> Browser {
    let browser = Browser::pretending_over(POLICY, Some(url)).await;
    for role in [BaseRole::Staff, BaseRole::Technician, BaseRole::Protection, BaseRole::Office, BaseRole::Safeguarding]
    {
        browser.also(role, "hill").await;
    }
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

async fn hides(browser: &Browser, path: &str, words: &[&str]) {
    let answer = browser.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    for words in words {
        assert!(!answer.body.contains(words), "{path} tells “{words}”: {}", answer.body);
    }
}

async fn missing(browser: &Browser, path: &str) {
    assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
}

/// Reports a breach; says where it is.
async fn report(browser: &Browser, about: &str) -> String {
    let said = [("step", "send"), ("f-what", "Made-up reports went to the wrong family"), ("f-data", "yes")];
    let more = browser.post(BREACH, BREACH, &said).await;
    assert_eq!(more.status, StatusCode::OK);
    holds(&more, &["a little more is asked", "Whose data?"]);
    let mut fields = crate::html::hidden(&more.body, BREACH);
    let rest = [("f-whose", "Year 6"), ("f-subject", about)];
    fields.extend(said.iter().chain(&rest).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    leads_to(&browser.post_raw(BREACH, &fields).await)
}

async fn does(browser: &Browser, case: &str, step: &str, fields: &[(&str, &str)]) {
    let page = format!("{case}/step/{step}");
    assert_eq!(leads_to(&browser.upload(&page, fields, NO_FILE).await), case, "{step}");
}

async fn a_reported_breach_is_dealt_with_inside_its_time(url: String) {
    let mut browser = browser(&url).await;
    browser.let_in_as("staff").await;
    shows(&browser, "/school/hill/report", &["Breach of data", "Fault of equipment", "If a child is at risk"]).await;
    hides(&browser, "/school/hill/report", &["Breach of conduct"]).await;
    missing(&browser, REFERRAL).await;
    shows(&browser, BREACH, &["Told at once: the data protection officer.", "Regulator within 72 hours."]).await;
    to_mend(&browser.post(BREACH, BREACH, &[("step", "send")]).await, &["Answer “What happened?”"]);
    let case = report(&browser, "").await;
    shows(&browser, &case, &["Thank you for telling us", "Do nothing more", "Not yet", "Year 6"]).await;
    hides(&browser, &case, &["To do", "Who was told"]).await;
    shows(&browser, "/mine", &["Breach of data", "It is being dealt with"]).await;
    missing(&browser, &format!("{case}/step/stopped")).await;
    browser.later(60).await;
    browser.let_in_as("protection").await;
    shows(&browser, "/mine", &["Breach of data", "Risk"]).await;
    shows(&browser, &case, &[" left, ends Thursday 26 November 2026, 8am", "Reported by", "Madeup staff"]).await;
    shows(&browser, CASES, &["Breach of data", "1 is open, none late.", "Open 1", "Late 0"]).await;
    to_mend(&browser.upload(&format!("{case}/step/risk"), &[], NO_FILE).await, &["Answer “What is it?”"]);
    does(&browser, &case, "risk", &[("value", "high")]).await;
    browser.let_in_as("technician").await;
    missing(&browser, &format!("{case}/step/notified")).await;
    missing(&browser, &format!("{case}/step/proof")).await;
    does(&browser, &case, "stopped", &[("note", "The mail was called back")]).await;
    let proof = format!("{case}/step/proof");
    to_mend(&browser.upload(&proof, &[], NO_FILE).await, &["Choose the file that shows it"]);
    leads_to(&browser.upload(&proof, &[], ("file", "recall.pdf", PDF)).await);
    shows(&browser, &case, &["recall.pdf", "The mail was called back, Madeup technician"]).await;
    browser.let_in_as("protection").await;
    does(&browser, &case, "notified", &[("receipt", "ICO-1")]).await;
    let write = format!("{case}/write");
    shows(&browser, &case, &["In time,", "Before it can be closed: The answer to whoever reported it."]).await;
    to_mend(&browser.post(&case, &write, &[("step", "close")]).await, &["It cannot be closed yet", "The answer"]);
    leads_to(&browser.post(&case, &write, &[("step", "close"), ("answer", "The mail was deleted unread")]).await);
    shows(&browser, &case, &["Closed", "closed 23 November 2026", "ICO-1"]).await;
    browser.let_in_as("staff").await;
    shows(&browser, &case, &["The mail was deleted unread"]).await;
    shows(&browser, "/mine", &["You reported it. It is closed"]).await;
    browser.let_in_as("head").await;
    shows(&browser, "/school/hill/mail/outbox", &["Incident", "News of a report"]).await;
    let csv = browser.get("/school/hill/cases.csv").await.body;
    assert!(csv.lines().count() == 2 && csv.contains("closed"), "{csv}");
    shows(&browser, "/school/hill/policy/outside/statement/a/1", &["a/1"]).await;
}

async fn what_is_late_is_told_once_and_looked_at_by_a_second_person(url: String) {
    let mut browser = browser(&url).await;
    browser.let_in_as("staff").await;
    let case = report(&browser, "").await;
    browser.later(4 * DAY).await;
    browser.watch().await;
    browser.house().remind().await.unwrap();
    assert_eq!(browser.house().remind().await.unwrap(), 0, "nothing is told twice");
    browser.let_in_as("protection").await;
    shows(&browser, &case, &["Past since Thursday 26 November 2026, 8am", "was due Wednesday 25 November 2026"]).await;
    shows(&browser, CASES, &["1 is open, 1 of them late."]).await;
    shows(&browser, "/school/hill/cases?show=late", &["1 incident", "Breach of data"]).await;
    shows(&browser, "/school/hill/cases?show=closed", &["No incident fits."]).await;
    shows(&browser, "/mine", &["was due Wednesday 25 November"]).await;
    browser.let_in_as("head").await;
    shows(&browser, &case, &["the headteacher (1 person)", "it is late"]).await;
    let problem = "/school/hill/policy/outside/cause/breach";
    shows(&browser, problem, &["was not done in time"]).await;
    browser.let_in_as("protection").await;
    does(&browser, &case, "risk", &[("value", "none")]).await;
    browser.let_in_as("technician").await;
    does(&browser, &case, "stopped", &[("note", "Late, but stopped")]).await;
    leads_to(&browser.upload(&format!("{case}/step/proof"), &[], ("file", "a.pdf", PDF)).await);
    let close = [("step", "close"), ("answer", "It was dealt with late")];
    leads_to(&browser.post(&case, &format!("{case}/write"), &close).await);
    hides(&browser, &case, &["Looked at by a second person: "]).await;
    browser.let_in_as("protection").await;
    shows(&browser, &case, &["I have looked at it"]).await;
    leads_to(&browser.post(&case, &format!("{case}/write"), &[("step", "review")]).await);
    shows(&browser, &case, &["Looked at by a second person: 27 November 2026"]).await;
    browser.let_in_as("head").await;
    assert_eq!(browser.get(problem).await.status, StatusCode::NOT_FOUND, "it counts no more");
}

async fn whom_it_concerns_never_learns_of_it(url: String) {
    let browser = browser(&url).await;
    let head = browser.entry("person", "Madeup head").await;
    browser.let_in_as("staff").await;
    let found = [("step", "search:subject"), ("f-what", "x"), ("like", "Madeup head")];
    holds(&browser.post(BREACH, BREACH, &found).await, &["Madeup head", &head]);
    let case = report(&browser, &head).await;
    let id = case.rsplit('/').next().unwrap().to_owned();
    browser.let_in_as("head").await;
    let record = format!("/school/hill/records/case/{id}");
    for path in [case.clone(), format!("{case}/step/risk"), record.clone(), format!("{record}/history")] {
        missing(&browser, &path).await;
    }
    for path in [CASES, "/school/hill/cases.csv", "/school/hill/records/case", "/mine", "/school/hill/records"] {
        hides(&browser, path, &["Breach of data", &id]).await;
    }
    hides(&browser, "/school/hill/records/case/file/list.csv", &["breach"]).await;
    hides(&browser, "/history", &["control breach"]).await;
    hides(&browser, "/history.csv", &["control breach"]).await;
    for (to, fields) in [("write", [("step", "close")]), ("write", [("action", "nothing")])] {
        assert_eq!(browser.post_to(&format!("{case}/{to}"), &fields).await.status, StatusCode::NOT_FOUND);
    }
    browser.let_in_as("protection").await;
    let mails = browser.get("/school/hill/mail/outbox").await.body;
    assert!(!mails.contains("Madeup head</"), "and no mail to them: {mails}");
    shows(&browser, &case, &["About", "Madeup head"]).await;
    shows(&browser, CASES, &["Breach of data"]).await;
    shows(&browser, &record, &["Breach"]).await;
}

async fn a_breach_of_conduct_is_seen_by_few_and_counted_without_names(url: String) {
    let browser = browser(&url).await;
    browser.let_in_as("head").await;
    let staff = browser.entry("person", "Madeup staff").await;
    let fields = [("step", "send"), ("f-what", "Made-up gossip"), ("f-subject", &staff)];
    let mut cases = Vec::new();
    for _ in 0..5 {
        cases.push(leads_to(&browser.post(REFERRAL, REFERRAL, &fields).await));
    }
    let case = cases[0].clone();
    shows(&browser, &case, &["Restricted (few may see it)", "Made-up gossip", "Madeup staff"]).await;
    for who in ["technician", "protection", "safeguarding", "staff"] {
        browser.let_in_as(who).await;
        missing(&browser, &case).await;
        missing(&browser, &format!("{case}/step/seriousness")).await;
        hides(&browser, CASES, &["Breach of conduct"]).await;
        hides(&browser, "/school/hill/cases.csv", &["Breach of conduct"]).await;
        hides(&browser, "/mine", &["Breach of conduct"]).await;
    }
    browser.let_in_as("protection").await;
    missing(&browser, &case.replace("/case/", "/records/case/")).await;
    let numbers = "/school/hill/cases/numbers";
    shows(&browser, numbers, &["Breach of conduct", "5", "School year 2026 to 2027"]).await;
    hides(&browser, numbers, &["Minor", "Madeup staff"]).await;
    browser.let_in_as("staff").await;
    missing(&browser, numbers).await;
    browser.let_in_as("office").await;
    for case in &cases {
        does(&browser, case, "seriousness", &[("value", "minor")]).await;
    }
    shows(&browser, numbers, &["Seriousness: Gross 0, Minor 5"]).await;
    does(&browser, &case, "seriousness", &[("value", "gross")]).await;
    shows(&browser, numbers, &["is left out"]).await;
    hides(&browser, numbers, &["Gross"]).await;
    let csv = browser.get("/school/hill/cases/numbers.csv").await.body;
    assert!(csv.contains("Breach of conduct,2026 to 2027,,,5") && !csv.contains("Gross"), "{csv}");
    does(&browser, &case, "outcome", &[("value", "warning")]).await;
    leads_to(&browser.post(&case, &format!("{case}/write"), &[("step", "close")]).await);
    shows(&browser, &case, &["Closed", "Warning, Madeup office"]).await;
}

async fn what_is_about_the_head_goes_to_the_chair_whom_no_policy_names(url: String) {
    let browser = browser(&url).await;
    browser.also_as("chair-of-governors", "hill").await;
    browser.also(BaseRole::Governor, "hill").await;
    let head = browser.entry("person", "Madeup head").await;
    browser.let_in_as("staff").await;
    let other = report(&browser, "").await;
    let breach = report(&browser, &head).await;
    browser.let_in_as("office").await;
    let fields = [("step", "send"), ("f-what", "Made-up gossip"), ("f-subject", &head)];
    let case = leads_to(&browser.post(REFERRAL, REFERRAL, &fields).await);
    browser.let_in_as("head").await;
    missing(&browser, &case).await;
    browser.let_in_as("governor").await;
    missing(&browser, &case).await;
    missing(&browser, &breach).await;
    browser.let_in_as("chair-of-governors").await;
    missing(&browser, &other).await;
    shows(&browser, &breach, &["Breach of data", "Madeup head", "Before it can be closed"]).await;
    missing(&browser, &format!("{breach}/step/risk")).await;
    shows(&browser, &case, &["Made-up gossip", "chair of governors"]).await;
    shows(&browser, CASES, &["Breach of conduct", "Breach of data"]).await;
    shows(&browser, "/mine", &["Breach of conduct", "Seriousness"]).await;
    does(&browser, &case, "seriousness", &[("value", "gross")]).await;
    does(&browser, &case, "outcome", &[("value", "warning")]).await;
    leads_to(&browser.post(&case, &format!("{case}/write"), &[("step", "close")]).await);
    shows(&browser, &case, &["Closed", "Warning, Madeup chair-of-governors"]).await;
    browser.let_in_as("protection").await;
    shows(&browser, "/school/hill/mail/outbox", &["Madeup chair-of-governors"]).await;
}

async fn whoever_does_a_step_without_leading_sees_its_files(url: String) {
    let browser = browser(&url).await;
    browser.also_as("paper-lead", "hill").await;
    browser.let_in_as("staff").await;
    let page = "/school/hill/report/outside/waste";
    shows(&browser, page, &["No people, please.", "type=\"file\"", "multipart/form-data"]).await;
    let photo = ("f-photo", "window.pdf", PDF);
    to_mend(&browser.upload(page, &[("step", "send")], photo).await, &["What lies about?", "Choose the file again"]);
    let bad = ("f-photo", "run.exe", b"MZ\x90\x00made up".as_slice());
    let fields = [("step", "send"), ("f-what", "Registers on a desk")];
    assert_eq!(browser.upload(page, &fields, bad).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let case = leads_to(&browser.upload(page, &fields, photo).await);
    shows(&browser, &case, &["window.pdf"]).await;
    browser.let_in_as("paper-lead").await;
    leads_to(&browser.upload(&format!("{case}/step/picture"), &[], ("file", "desk.pdf", PDF)).await);
    let shown = browser.get(&case).await;
    holds(&shown, &["desk.pdf", "window.pdf", "Photo", "Files (2)"]);
    let file = links(&shown.body).into_iter().rfind(|href| href.contains("/file/")).expect("the file has its own link");
    let got = browser.get(&file).await;
    assert_eq!(got.status, StatusCode::OK);
    assert!(got.headers["content-disposition"].to_str().unwrap().contains(".pdf"));
    browser.let_in_as("staff").await;
    hides(&browser, &case, &["desk.pdf"]).await;
    missing(&browser, &file).await;
}

async fn a_report_that_nobody_opens_within_the_hour_is_told_of_once_more(url: String) {
    let mut browser = browser(&url).await;
    browser.let_in_as("staff").await;
    let (opened, other) = (report(&browser, "").await, report(&browser, "").await);
    browser.let_in_as("protection").await;
    shows(&browser, &opened, &["Breach of data"]).await;
    browser.house().remind().await.unwrap();
    browser.later(61).await;
    assert_eq!(browser.house().remind().await.unwrap(), 3, "technician, officer and head, of one report");
    assert_eq!(browser.house().remind().await.unwrap(), 0, "each once");
    browser.let_in_as("protection").await;
    shows(&browser, "/school/hill/mail/outbox", &["Report not opened"]).await;
    shows(&browser, &other, &["nobody had opened it", "Breach of data"]).await;
    shows(&browser, &opened, &["First opened by somebody who deals with it"]).await;
    hides(&browser, &opened, &["nobody had opened it"]).await;
}

const TELL: &str = "/tell/hill/outside/fault";

/// Somebody without a session sends a form.
async fn tells(browser: &Browser, path: &str, form: &str) -> Answer {
    let request = Request::post(path).header("host", "localhost");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let answer = browser.send(request.body(Body::from(form.to_owned())).unwrap()).await;
    assert!(!answer.headers.contains_key("set-cookie"), "nobody is followed");
    answer
}

async fn what_is_reported_without_a_name_is_kept_without_one_and_answered_by_its_receipt(url: String) {
    let browser = browser(&url).await;
    browser.also_as("chair-of-governors", "hill").await;
    browser.let_in_as("staff").await;
    shows(&browser, "/school/hill/report", &["Report without a name"]).await;
    missing(&browser, "/tell/hill/outside/breach").await;
    missing(&browser, "/tell/nowhere").await;
    shows(&browser, "/tell/hill", &["Fault of equipment", "nothing is kept of who you are"]).await;
    hides(&browser, TELL, &["Which one?", "name=\"csrf\"", " checked"]).await;
    to_mend(&tells(&browser, TELL, "step=send&shown=what+about_head").await, &["Answer “What is broken?”"]);
    let said = "step=send&shown=what+about_head&f-what=The+made-up+printer&f-about_head=yes";
    let sent = tells(&browser, TELL, said).await;
    holds(&sent, &["Sent. Thank you"]);
    let receipt = sent
        .body
        .split("<strong class=\"sk-receipt\">")
        .find_map(|part| part.split("</strong>").next().filter(|it| it.len() == 19));
    let receipt = receipt.expect("a receipt is shown").to_owned();
    browser.let_in_as("head").await;
    hides(&browser, CASES, &["Fault of equipment"]).await;
    browser.let_in_as("technician").await;
    let shown = browser.get(CASES).await;
    let case =
        links(&shown.body).into_iter().find(|href| href.contains("/case/")).expect("it waits for the technician");
    shows(&browser, &case, &["Somebody who did not say who they are", "The made-up printer", "Madeup head"]).await;
    hides(&browser, &case, &[&receipt]).await;
    let look = format!("receipt={}", receipt.to_lowercase());
    holds(&tells(&browser, "/tell/hill/look", &look).await, &["Those who deal with such reports have it.", "Not yet"]);
    to_mend(&tells(&browser, "/tell/hill/look", "receipt=+").await, &["Type the receipt"]);
    to_mend(&tells(&browser, "/tell/hill/look", "receipt=2222-2222-2222-2222").await, &["No report here"]);
    let close = [("step", "close"), ("action", "New paper")];
    leads_to(&browser.post(&case, &format!("{case}/write"), &close).await);
    holds(&tells(&browser, "/tell/hill/look", &look).await, &["New paper", "was closed on 23 November 2026"]);
    let csv = browser.get("/school/hill/cases.csv").await.body;
    assert!(csv.contains("Fault of equipment") && !csv.contains("Madeup staff"), "{csv}");
    let mut tries = 0;
    while tells(&browser, "/tell/hill/look", "receipt=guess").await.status != StatusCode::TOO_MANY_REQUESTS {
        tries += 1;
        assert!(tries < 50, "guessing is never stopped");
    }
}

schoolkeeper_testkit::both_engines!(
    a_report_that_nobody_opens_within_the_hour_is_told_of_once_more,
    what_is_reported_without_a_name_is_kept_without_one_and_answered_by_its_receipt,
    what_is_about_the_head_goes_to_the_chair_whom_no_policy_names,
    whoever_does_a_step_without_leading_sees_its_files,
    a_reported_breach_is_dealt_with_inside_its_time,
    what_is_late_is_told_once_and_looked_at_by_a_second_person,
    whom_it_concerns_never_learns_of_it,
    a_breach_of_conduct_is_seen_by_few_and_counted_without_names,
);

#[tokio::test]
async fn a_fault_without_steps_waits_for_whoever_was_told_of_it_and_a_practice_run_counts_as_none() {
    let browser = Browser::pretending(POLICY).await;
    browser.signed_in(BaseRole::Staff).await;
    browser.also(BaseRole::Technician, "hill").await;
    browser.also(BaseRole::Protection, "hill").await;
    assert_eq!(leads_to(&browser.get("/report").await), "/school/hill/report");
    shows(&browser, "/school/hill/report?q=zebra", &["Nothing you can report fits"]).await;
    shows(&browser, CASES, &["No incident is written down that is yours to see."]).await;
    let page = "/school/hill/report/outside/fault";
    hides(&browser, page, &["Is this only practice?"]).await;
    let fields = [("step", "send"), ("f-what", "The printer")];
    let case = leads_to(&browser.post(page, page, &fields).await);
    shows(&browser, CASES, &["Fault of equipment", "You reported it", "Reported by you 1"]).await;
    browser.let_in_as("technician").await;
    shows(&browser, "/mine", &["Write what was done, and close it"]).await;
    let write = format!("{case}/write");
    leads_to(&browser.post(&case, &write, &[("step", "write"), ("lessons", "Buy paper")]).await);
    shows(&browser, &case, &["Buy paper", "Before it can be closed: What was done."]).await;
    leads_to(&browser.post(&case, &write, &[("step", "close"), ("action", "New paper")]).await);
    shows(&browser, &case, &["Closed"]).await;
    browser.let_in_as("protection").await;
    shows(&browser, BREACH, &["Is this only practice?"]).await;
    let practice = [("step", "send"), ("f-exercise", "yes")];
    let case = leads_to(&browser.post(BREACH, BREACH, &practice).await);
    shows(&browser, &case, &["Practice"]).await;
    hides(&browser, "/school/hill/cases/numbers", &["Breach of data"]).await;
    let all = links(&browser.get("/school/hill/report").await.body);
    assert!(all.iter().any(|href| href == CASES), "those who deal with them find the list");
}
