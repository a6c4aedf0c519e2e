//! Training in days: who lacks what, lessons here and by link, certificates, joiners, trials with false messages.

use crate::html::{assert_good, hidden};
use crate::school::{Answer, Browser};
use axum::http::StatusCode;
use schoolkeeper_core::permission::BaseRole;

const POLICY: &str = schoolkeeper_testkit::outside!(
    r#"
it-technician = { title = "IT technician", acts_as = "technician" }
school-business-manager = { title = "School business manager", acts_as = "office" }
[[clause]]
id = "l/1"
section = "Courses"
text = "Whoever works or governs here knows the law."
mode = "detected"
who = ["headteacher"]
controls = ["law-known"]
[[clause]]
id = "p/1"
section = "Passwords"
text = "Passwords are one's own."
mode = "acknowledged"
controls = ["aup"]
article = { words = "Keep your password to yourself.", ask = "A colleague asks for your password.", right = "I keep it", wrong = ["I tell it"] }
[[clause]]
id = "p/2"
section = "Passwords"
text = "Screens are locked."
mode = "acknowledged"
controls = ["aup"]
article = { words = "Lock the screen when you leave it." }
[[clause]]
id = "m/1"
section = "Messages"
text = "Nobody opens messages of unknown origin."
mode = "acknowledged"
controls = ["aup", "taught"]
article = { words = "Report a message you do not know.", ask = "A stranger sends an invoice. You …", right = "report it", wrong = ["open it"] }
[control.law-known]
type = "rule"
title = "The law is known"
for = "person"
where = "person.active && person.kind in ['staff', 'agency', 'governor', 'volunteer']"
expect = "['UK GDPR'].all(course, trained(course, person))"
[control.aup]
type = "agreement"
title = "Acceptable use"
audience = ["staff"]
articles = "bound"
within = "10 days"
[control.taught]
type = "rule"
title = "Whoever was taken in was taught"
for = "phishing-result"
where = "phishing_result.did in ['opened', 'typed']"
expect = "phishing_result.taught_on != null"
"#
);
const PEOPLE: &str = "Name,Email,Kind,Active,Start date\n\
    Gail Made-Up,gail@hill.example,governor,yes,2020-01-01\n\
    Vic Made-Up,vic@hill.example,volunteer,yes,2026-11-16\n\
    Sue Supply (made up),,agency,yes,2026-11-20\n\
    Madeup staff,staff@school.example,staff,yes,2026-11-02\n";
/// Everything that is known of training, from a list.
const KNOWN: &str = "Course,Person,Completed,Expires\nFirst aid,Gail Made-Up,2026-01-10,2029-01-09\n";
const LIST: &str = "/school/hill/training";
const COURSE: &str = "/school/hill/training/course?name=UK+GDPR";
const MINE: &str = "/school/hill/my-training";
const DAY: i64 = 24 * 60;
/// One dot.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\0\x05\0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82";

schoolkeeper_testkit::both_engines!(
    a_course_made_of_the_policy_is_taken_here_and_by_link_and_ends_a_year_later,
    a_certificate_counts_once_somebody_else_has_said_so,
    whoever_was_taken_in_is_taught_and_only_their_trainer_sees_who
);

fn location(answer: &Answer) -> String {
    answer.headers.get("location").map_or(String::new(), |to| to.to_str().unwrap().to_owned())
}

fn pairs(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

async fn school(url: &str) -> Browser {
    let browser = Browser::pretending_over(POLICY, Some(url)).await;
    browser.also(BaseRole::Staff, "hill").await;
    browser.import("hill", "person", PEOPLE).await;
    browser
}

async fn see(browser: &Browser, path: &str) -> String {
    let answer = browser.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    assert_good(path, &answer.body);
    answer.body
}

/// Publishes the agreement, so that people are held to it.
async fn publish(browser: &Browser) {
    let page = "/school/hill/agreement/outside/aup/words";
    let words = [("words-p/1", "Keep it."), ("words-p/2", "Lock it."), ("words-m/1", "Report it.")];
    let kept = browser.post(page, page, &[&words[..], &[("statement", "I keep to this.")]].concat()).await;
    let page = location(&kept);
    let done = browser.post(&page, &page, &[("version", "2026-1"), ("material", "yes")]).await;
    assert_eq!(location(&done), "/school/hill/agreement/outside/aup", "{}", done.body);
}

/// One press on a page of a course.
async fn press(browser: &Browser, page: &Answer, action: &str, fields: &[(&str, &str)]) -> Answer {
    let answer = browser.post_raw(action, &[hidden(&page.body, action), pairs(fields)].concat()).await;
    assert_good(action, &answer.body);
    answer
}

/// Makes the course *UK GDPR* of two chapters; says the address where it is taken.
async fn course(browser: &Browser) -> String {
    let page = see(browser, COURSE).await;
    let chapter = |title: &str| {
        let at = page.split("name=\"chapters\" type=\"checkbox\" value=\"").find(|part| part.contains(title));
        at.unwrap_or_else(|| panic!("no chapter {title}: {page}")).split('"').next().unwrap().to_owned()
    };
    let both = [chapter("Passwords"), "outside: Messages".to_owned()];
    let fields = [("name", "UK GDPR"), ("chapters", &*both[0]), ("chapters", &both[1]), ("months", "12")];
    let action = "/school/hill/training/course?name=UK+GDPR";
    let wrong = [("name", "UK GDPR"), ("months", "soon")];
    let first = browser.get(action).await;
    let form = "/school/hill/training/course";
    let mistaken = press(browser, &first, form, &wrong).await;
    assert_eq!(mistaken.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", mistaken.body);
    assert!(mistaken.body.contains("Write a number of months from 1 to 120"), "{}", mistaken.body);
    assert!(mistaken.body.contains("Choose chapters to teach it here"), "{}", mistaken.body);
    let saved = browser.post_raw(form, &[hidden(&first.body, form), pairs(&fields)].concat()).await;
    assert_eq!(location(&saved), "/school/hill/training/courses", "{}", saved.body);
    let list = see(browser, "/school/hill/training/courses").await;
    assert!(list.contains("Taught here, 3 screens · counts for 12 months"), "{list}");
    let links = crate::html::links(&list);
    links.into_iter().find(|href| href.contains("/learn/")).expect("a course to take")
}

/// Takes the course to its end: a wrong answer first.
async fn takes(browser: &Browser, at: &str) -> Answer {
    let start = browser.get(at).await;
    assert_good(at, &start.body);
    let one = press(browser, &start, at, &[("step", "start")]).await;
    assert!(one.body.contains("Keep your password to yourself.") && one.body.contains("1 of 5"), "{}", one.body);
    let two = press(browser, &one, at, &[("step", "next")]).await;
    assert!(two.body.contains("Lock the screen when you leave it."), "{}", two.body);
    let asked = press(browser, &two, at, &[("step", "next")]).await;
    assert!(asked.body.contains("A colleague asks for your password."), "{}", asked.body);
    let none = press(browser, &asked, at, &[("step", "next")]).await;
    assert!(none.body.contains("Choose an answer"), "{}", none.body);
    let wrong = press(browser, &none, at, &[("step", "next"), ("answer-p/1", "I tell it")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("Not quite. Keep your password to yourself. Try again"), "{}", wrong.body);
    let three = press(browser, &wrong, at, &[("step", "next"), ("answer-p/1", "I keep it")]).await;
    assert!(three.body.contains("Report a message you do not know."), "{}", three.body);
    let last = press(browser, &three, at, &[("step", "next")]).await;
    press(browser, &last, at, &[("step", "next"), ("answer-m/1", "report it")]).await
}

/// Stops at the second page and comes back to it.
async fn half_way(browser: &Browser, at: &str) {
    let one = press(browser, &browser.get(at).await, at, &[("step", "start")]).await;
    press(browser, &one, at, &[("step", "next")]).await;
    for _ in 0..2 {
        let again = see(browser, at).await;
        assert!(again.contains("You left off at page 2 of 5.") && again.contains("Start again"), "{again}");
    }
    let on = press(browser, &browser.get(at).await, at, &[("step", "go-on")]).await;
    assert!(on.body.contains("Lock the screen when you leave it."), "{}", on.body);
}

async fn a_course_made_of_the_policy_is_taken_here_and_by_link_and_ends_a_year_later(url: String) {
    let mut browser = school(&url).await;
    let page = see(&browser, &format!("{LIST}?show=all")).await;
    assert!(page.contains("Gail Made-Up") && page.contains("Supply and agency staff"), "{page}");
    assert!(page.contains("Not known yet") && !page.contains("Lacks it"), "nobody vouched for the list: {page}");
    browser.import("hill", "training", KNOWN).await;
    let page = see(&browser, LIST).await;
    assert!(page.contains("Lacks it"), "{page}");
    publish(&browser).await;
    let at = course(&browser).await;
    assert_eq!(browser.get("/school/vale/training").await.status, StatusCode::NOT_FOUND);

    // Vic has no account, so the press sends a link; the same day it sends none again.
    let chase = "/school/hill/training/chase";
    assert_eq!(location(&browser.post(LIST, chase, &[]).await), LIST);
    let told = browser.get(LIST).await;
    assert!(told.body.contains("people are reminded by mail. 1 have no address on record"), "{}", told.body);
    browser.post(LIST, chase, &[]).await;
    assert!(browser.get(LIST).await.body.contains("Nobody was reminded"), "once a day");
    let link = handed_over(&browser, "Vic Made-Up").await;

    browser.signed_in(BaseRole::Staff).await;
    let mine = see(&browser, "/mine").await;
    assert!(mine.contains("Course: UK GDPR") && mine.contains(&at), "{mine}");
    assert_eq!(browser.get(LIST).await.status, StatusCode::NOT_FOUND, "who lacks what is for leaders");
    half_way(&browser, &at).await;
    let done = takes(&browser, &at).await;
    assert!(!see(&browser, &at).await.contains("You left off"), "what is finished begins anew");
    assert!(done.body.contains("finished this on 23 November 2026"), "{}", done.body);
    assert!(done.body.contains("It counts until 23 November 2027."), "{}", done.body);
    assert!(!see(&browser, "/mine").await.contains("Course: UK GDPR"));
    // A forged end without answers writes nothing.
    let forged = browser.post_to(&at, &[("step", "next"), ("at", "4"), ("answer-m/1", "report it")]).await;
    assert!(forged.body.contains("This question is still open"), "{}", forged.body);

    browser.set_cookie("schoolkeeper", None);
    let by_link = takes(&browser, &link).await;
    assert!(by_link.body.contains("Vic Made-Up finished this"), "{}", by_link.body);
    assert_eq!(browser.get(&link).await.status, StatusCode::GONE, "it works once");

    browser.signed_in_again().await;
    let all = see(&browser, &format!("{LIST}?show=all&q=made")).await;
    assert!(all.contains("2 of ") && all.contains("Has it"), "{all}");
    let csv = browser.get(&format!("{LIST}.csv?show=all")).await;
    assert!(csv.body.contains("Vic Made-Up,Volunteers,UK GDPR,Has it,2027-11-23,yes"), "{}", csv.body);
    assert!(csv.body.contains("Gail Made-Up,Governors,UK GDPR,Lacks it,,yes"), "{}", csv.body);
    let joiners = see(&browser, &format!("{LIST}?show=joiners")).await;
    assert!(joiners.contains("Vic Made-Up") && !joiners.contains("Gail Made-Up"), "{joiners}");
    let vic = crate::html::links(&joiners).into_iter().filter(|href| href.contains("/training/person/"));
    let mut found = false;
    for href in vic {
        let page = see(&browser, &href).await;
        found |=
            page.contains("Induction: Madeup staff") && page.contains("Acceptable use") && page.contains("Agreement");
    }
    assert!(found, "the joiner's page has the agreement too");

    browser.later(320 * DAY).await;
    browser.signed_in_again().await;
    let soon = see(&browser, &format!("{LIST}?show=soon")).await;
    assert!(soon.contains("Vic Made-Up") && soon.contains("Ends soon"), "{soon}");
    browser.later(50 * DAY).await;
    browser.signed_in_again().await;
    assert!(see(&browser, LIST).await.contains("Ended"), "a year is over");
}

async fn a_certificate_counts_once_somebody_else_has_said_so(url: String) {
    let browser = school(&url).await;
    browser.import("hill", "training", KNOWN).await;
    browser.signed_in(BaseRole::Staff).await;
    let page = see(&browser, MINE).await;
    assert!(page.contains("UK GDPR") && page.contains("Not taught here"), "{page}");
    let empty = browser.upload(MINE, &[("course", "UK GDPR")], ("file", "", b"")).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", empty.body);
    assert_good(MINE, &empty.body);
    for words in ["Write the day you finished it", "Add the certificate"] {
        assert!(empty.body.contains(words), "{words}: {}", empty.body);
    }
    let day = [("on-day", "20"), ("on-month", "11"), ("on-year", "2026")];
    let until = [("until-day", "20"), ("until-month", "11"), ("until-year", "2027")];
    let fields = [&[("course", "UK GDPR"), ("issuer", "NCSC (made up)")], &day[..], &until[..]].concat();
    let done = browser.upload(MINE, &fields, ("file", "certificate.png", PNG)).await;
    assert_eq!(location(&done), MINE, "{}", done.body);
    assert!(see(&browser, MINE).await.contains("waits to be looked at"));
    let twice = browser.upload(MINE, &fields, ("file", "certificate.png", PNG)).await;
    assert!(twice.body.contains("waiting already"), "{}", twice.body);
    assert!(see(&browser, "/mine").await.contains("Course: UK GDPR"), "it does not count yet");

    browser.signed_in_again().await;
    let mine = see(&browser, "/mine").await;
    let at = crate::html::links(&mine).into_iter().find(|href| href.contains("/training/certificate/"));
    let at = at.unwrap_or_else(|| panic!("nothing to decide: {mine}"));
    let page = see(&browser, &at).await;
    assert!(page.contains("NCSC (made up)") && page.contains("See the file"), "{page}");
    let file = crate::html::links(&page).into_iter().find(|href| href.contains("/records/training-certificate/"));
    assert!(see(&browser, &file.unwrap()).await.contains("certificate.png"));
    let back = browser.post(&at, &at, &[("verdict", "back")]).await;
    assert!(back.body.contains("Say what is missing"), "{}", back.body);
    let counts = browser.post(&at, &at, &[&[("verdict", "counts")], &until[..]].concat()).await;
    assert_eq!(location(&counts), "/mine", "{}", counts.body);
    let again = browser.post_to(&at, &[("verdict", "counts")]).await;
    assert!(again.body.contains("Somebody has looked at it meanwhile"), "{}", again.body);
    let csv = browser.get(&format!("{LIST}.csv?show=all")).await;
    assert!(csv.body.contains("Madeup staff,Staff,UK GDPR,Has it,2027-11-20,yes"), "{}", csv.body);
    let standing = see(&browser, "/school/hill/policy/outside/statement/l/1").await;
    assert!(standing.contains("Not met") || standing.contains("Not known"), "others still lack it: {standing}");

    // The head hands one in too, and cannot wave it through.
    let other = [&[("other", "Leading securely (made up)")], &day[..]].concat();
    browser.upload(MINE, &other, ("file", "certificate.png", PNG)).await;
    let list = browser.get("/school/hill/records/training-certificate").await;
    let own = crate::html::links(&list.body).into_iter().filter(|href| href.contains("/records/training-certificate/"));
    let own = own.map(|href| href.rsplit('/').next().unwrap().to_owned()).filter(|id| id.len() == 36);
    let mut refused = false;
    for id in own {
        let at = format!("/school/hill/training/certificate/{id}");
        refused |= browser.post_to(&at, &[("verdict", "counts")]).await.body.contains("Nobody decides on their own");
    }
    assert!(refused, "one's own certificate is decided by another");
}

async fn whoever_was_taken_in_is_taught_and_only_their_trainer_sees_who(url: String) {
    let browser = school(&url).await;
    browser.import("hill", "phishing-trial", "Trial,Sent,Audience\nParcel trick,2026-11-16,All staff\n").await;
    let results = "Person,Sent,Result\n\
        Madeup staff,2026-11-16T09:00,opened\n\
        Gail Made-Up,2026-11-16T09:00,reported\n";
    browser.import("hill", "phishing-result", results).await;
    let few = see(&browser, "/school/hill/training/trials").await;
    assert!(few.contains("Parcel trick") && few.contains("too few people"), "{few}");
    assert!(!few.contains("1 opened it"), "{few}");
    browser
        .import(
            "hill",
            "phishing-result",
            &format!(
                "{results}Vic Made-Up,2026-11-16T09:00,left\n\
        Sue Supply (made up),2026-11-16T09:00,left\nMadeup head,2026-11-16T09:00,reported\n"
            ),
        )
        .await;
    let head = see(&browser, "/school/hill/training/trials").await;
    assert!(head.contains("Sent to 5: 2 reported it, 2 left it alone, 1 opened it"), "{head}");
    let one = "/school/hill/training/trial/2026-11-16";
    for hidden in [one, "/school/hill/records/phishing-result"] {
        assert_eq!(browser.get(hidden).await.status, StatusCode::NOT_FOUND, "{hidden} is for the trainer");
    }
    let to_fix = browser.get("/school/hill/policy/outside/to-fix").await;
    assert!(!to_fix.body.contains("taken in"), "a problem would name them: {}", to_fix.body);

    browser.signed_in(BaseRole::Technician).await;
    let page = see(&browser, one).await;
    assert!(page.contains("<strong>Madeup staff</strong> Opened it") && page.contains("not taught yet"), "{page}");

    browser.signed_in(BaseRole::Staff).await;
    let mine = see(&browser, "/mine").await;
    let at = crate::html::links(&mine).into_iter().find(|href| href.contains("/learn/"));
    let at = at.unwrap_or_else(|| panic!("no lesson: {mine}"));
    let start = browser.get(&at).await;
    let screen = press(&browser, &start, &at, &[("step", "start")]).await;
    assert!(screen.body.contains("Report a message you do not know."), "{}", screen.body);
    let asked = press(&browser, &screen, &at, &[("step", "next")]).await;
    let done = press(&browser, &asked, &at, &[("step", "next"), ("answer-m/1", "report it")]).await;
    assert!(done.body.contains("Next time, report what looks wrong"), "{}", done.body);
    assert!(!see(&browser, "/mine").await.contains("/learn/"));
    browser.signed_in(BaseRole::Governor).await;
    assert_eq!(browser.get(&at).await.status, StatusCode::NOT_FOUND, "another's lesson");

    browser.signed_in_again().await;
    let head = see(&browser, "/school/hill/training/trials").await;
    assert!(head.contains("1 of those taken in were taught since"), "{head}");
}

/// The link of a mail, as the outbox hands it over where no mail leaves.
async fn handed_over(browser: &Browser, name: &str) -> String {
    let outbox = browser.get("/school/hill/mail/outbox").await;
    let row = outbox.body.split("<li>").find(|row| row.contains(name) && row.contains("Link to a course"));
    let row = row.unwrap_or_else(|| panic!("no mail to {name}: {}", outbox.body));
    let row = format!("<!doctype html>{}</form>", row.split("</form>").next().unwrap());
    let to = "/school/hill/mail/outbox/do";
    let handed = browser.post_raw(to, &[hidden(&row, to), pairs(&[("do", "hand-over")])].concat()).await;
    let at = handed.body.find("/learn-by/").unwrap_or_else(|| panic!("{}", handed.body));
    handed.body[at..at + "/learn-by/".len() + 64].to_owned()
}
