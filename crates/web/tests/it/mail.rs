//! Mail on pages: the outbox leafed and searched through, the mailbox for reports.

use crate::html::assert_good;
use crate::school::{Browser, POLICY};
use axum::http::StatusCode;
use schoolkeeper_app::sign_in::NewLogin;

/// A mail for each of so many made-up people.
async fn invited(browser: &Browser, many: usize) {
    let (house, actor) = (browser.house(), browser.actor().await);
    let school = house.one_school(&house.operator(), Some("hill")).await.unwrap();
    for number in 0..many {
        let (name, email) = (format!("Madeup Number{number:02}"), format!("number{number:02}@hill.example"));
        let new = NewLogin { name, email, role: None, school: school.clone() };
        house.invite(&actor, &new).await.unwrap();
    }
}

fn link(body: &str, rel: &str) -> Option<String> {
    let before = body.split(&format!("\" rel=\"{rel}\"")).next().filter(|before| before.len() < body.len())?;
    Some(before.rsplit("href=\"").next()?.replace("&#38;", "&").replace("&amp;", "&"))
}

fn names(body: &str) -> Vec<String> {
    let all = body.split("</strong> to ").skip(1);
    all.map(|rest| rest.split(" <strong").next().unwrap_or_default().trim().to_owned()).collect()
}

#[tokio::test]
async fn the_outbox_is_leafed_through_both_ways_and_no_mail_is_left_out() {
    let browser = Browser::at(POLICY).await;
    invited(&browser, 45).await;
    let (mut at, mut seen, mut pages) = ("/school/hill/mail/outbox".to_owned(), Vec::new(), Vec::new());
    loop {
        let page = browser.get(&at).await.body;
        seen.extend(names(&page));
        pages.push(names(&page));
        let Some(next) = link(&page, "next") else { break };
        at = next;
    }
    assert_eq!((pages.len(), seen.len()), (3, 45), "{pages:?}");
    let unique: std::collections::BTreeSet<_> = seen.iter().collect();
    assert_eq!(unique.len(), 45);
    let mut back = vec![pages[2].clone()];
    while let Some(previous) = link(&browser.get(&at).await.body, "prev") {
        back.push(names(&browser.get(&previous).await.body));
        at = previous;
        assert!(back.len() < 9, "it never ends");
    }
    back.reverse();
    assert_eq!(back.last(), pages.last());
    assert_eq!(back.first(), pages.first(), "the first page is whole again");
}

#[tokio::test]
async fn the_outbox_is_searched_by_name_address_or_reason() {
    let browser = Browser::at(POLICY).await;
    invited(&browser, 23).await;
    for (text, found) in [("number07", 1), ("MADEUP%20NUMBER1", 10), ("nobody", 0), ("%25", 0), ("_umber07", 0)] {
        let page = browser.get(&format!("/school/hill/mail/outbox?find={text}")).await;
        assert_good("outbox", &page.body);
        assert_eq!((page.status, names(&page.body).len()), (StatusCode::OK, found), "{text}");
    }
    let file = browser.get("/school/hill/mail/outbox.csv?find=number07").await.body;
    assert_eq!(file.lines().count(), 2, "{file}");
    let other = browser.get("/school/vale/mail/outbox?find=number07").await.body;
    assert!(other.contains("No mail fits"), "another school's mails are not found");
}

#[tokio::test]
async fn a_school_says_whether_a_day_or_a_week_is_gathered_in_one_mail() {
    let browser = Browser::at(POLICY).await;
    let at = "/school/hill/mail";
    let details = format!("{at}/details?way=relay");
    let form = browser.get(&details).await;
    assert_good(&details, &form.body);
    assert!(form.body.contains("Once a week"), "{}", form.body);
    let set = [("host", "localhost"), ("port", "2525"), ("encryption", "clear"), ("from", "office@hill.example")];
    for (gather, says) in [("week", "once a week"), ("day", "once a day and person")] {
        let post = format!("{at}/details");
        let done = browser.post(&details, &post, &[&set[..], &[("gather", gather)]].concat()).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        assert!(browser.get(at).await.body.contains(says), "{gather}");
        let chosen = browser.get(&details).await.body;
        assert!(chosen.contains(&format!("value=\"{gather}\" checked")), "{chosen}");
    }
}

#[tokio::test]
async fn a_mailbox_is_set_on_pages_and_says_why_it_does_not_open() {
    let browser = Browser::at(POLICY).await;
    let at = "/school/hill/mail";
    let page = browser.get(at).await.body;
    assert!(page.contains("Set up a mailbox for reports") && !page.contains("Try whether the mailbox opens"));
    let ways = browser.post(&format!("{at}/mailbox"), &format!("{at}/mailbox"), &[]).await;
    assert_eq!(ways.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(ways.body.contains("Choose where the mailbox is") && !ways.body.contains("A relay"), "{}", ways.body);
    let on = browser.post(&format!("{at}/mailbox"), &format!("{at}/mailbox"), &[("way", "password")]).await;
    let details = on.headers["location"].to_str().unwrap().to_owned();
    let form = browser.get(&details).await;
    assert_good(&details, &form.body);
    assert!(form.body.contains("value=\"993\"") && form.body.contains("value=\"INBOX\""), "{}", form.body);
    let (post, mut fields) = (format!("{at}/mailbox/details"), vec![("host", "localhost"), ("port", "1")]);
    let wrong = browser.post(&details, &post, &fields).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "no name, no folder");
    fields.extend([("folder", "Reports"), ("user", "it"), ("encryption", "tls"), ("password", "sealed words")]);
    assert_eq!(browser.post(&details, &post, &fields).await.status, StatusCode::SEE_OTHER);
    let set = browser.get(at).await.body;
    assert!(set.contains("localhost, port 1, TLS, as it with a password, folder Reports"), "{set}");
    assert!(!set.contains("sealed words"), "a secret is never shown again");
    let again = browser.get(&details).await.body;
    assert!(again.contains("value=\"Reports\"") && !again.contains("sealed words"), "{again}");
    let tried = browser.post(at, &format!("{at}/mailbox/test"), &[]).await;
    assert!(tried.body.contains("The mailbox did not open.") && tried.body.contains("cannot be reached"));
    let said = browser.get("/history").await.body;
    assert!(said.contains("Tried the mailbox for reports"), "{said}");
}
