//! How mail leaves: what is set, a test mail with the server's own answer, and the form, one thing a page.

mod form;
pub mod outbox;

pub use form::{choose, choose_mailbox, chosen, chosen_mailbox, details, mailbox_details, save, save_mailbox};

use crate::error::Error;
use crate::form::{Field, Form, Posted};
use crate::frame::Frame;
use crate::session::{self, Signed};
use crate::{App, manage, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use schoolkeeper_app::School;
use schoolkeeper_app::dates;
use schoolkeeper_app::mail::{Encryption, MailSetup, MailboxSetup, Server, Way};
use schoolkeeper_core::actor::{Actor, Narrowing};
use schoolkeeper_core::calendar::Calendar;

const TAKEN: &str = "The mail server took the test mail. Look whether it arrives.";
const NOT_TAKEN: &str = "The test mail did not leave.";

#[derive(Template)]
#[template(path = "mail/set_up.html")]
struct SetUpPage {
    frame: Frame,
    slug: String,
    rows: Vec<(&'static str, String)>,
    leaves: bool,
    may: bool,
    comes: bool,
    mailbox: Vec<(&'static str, String)>,
    form: Form,
    to: Field,
    answer: Option<Answer>,
}

/// What a server said when it was tried.
struct Answer {
    title: &'static str,
    words: String,
}

/// The school of a path, when the act reaches it; otherwise it does not exist.
pub(crate) async fn school_for(app: &App, actor: &Actor, slug: &str, act: &str) -> Result<School, Error> {
    let scope = actor.scope(act, &Narrowing::default()).map_err(|_| Error::Missing)?;
    let schools = app.house.all_schools(actor).await?;
    schools.into_iter().find(|school| school.slug == slug && scope.reaches(school.id)).ok_or(Error::Missing)
}

/// The frame of a page of a school outside its policy.
pub(crate) fn frame(title: &str, school: &School, signed: &Signed) -> Frame {
    manage::frame_of(school, title, signed, "/school/{school}/mail")
}

/// GET /school/{school}/mail
pub async fn page(State(app): State<App>, signed: Signed, Path(slug): Path<String>) -> Result<Response, Error> {
    let school = school_for(&app, &signed.actor, &slug, "mail.see").await?;
    show(&app, &signed, &school, None, None).await
}

/// POST /school/{school}/mail/test
pub async fn test(
    State(app): State<App>,
    signed: Signed,
    Path(slug): Path<String>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = school_for(&app, &signed.actor, &slug, "mail.set").await?;
    match app.house.try_mail(&signed.actor, &school, &posted.word("to")).await {
        Ok(Ok(words)) => show(&app, &signed, &school, Some(Answer { title: TAKEN, words }), None).await,
        Ok(Err(words)) => show(&app, &signed, &school, Some(Answer { title: NOT_TAKEN, words }), None).await,
        Err(schoolkeeper_app::Error::Refused(why)) => {
            show(&app, &signed, &school, None, Some((posted.word("to"), why))).await
        }
        Err(error) => Err(error.into()),
    }
}

/// POST /school/{school}/mail/mailbox/test
pub async fn test_mailbox(State(app): State<App>, signed: Signed, Path(slug): Path<String>) -> Result<Response, Error> {
    let school = school_for(&app, &signed.actor, &slug, "mail.set").await?;
    let answer = match app.house.try_mailbox(&signed.actor, &school).await {
        Ok(Ok(words)) => Answer { title: "The mailbox opens.", words },
        Ok(Err(words)) => Answer { title: "The mailbox did not open.", words },
        Err(schoolkeeper_app::Error::Refused(_)) => {
            return Ok(session::told(
                &app,
                &urls::mail(&school.slug),
                "No mailbox is set. Say first where reports come in.",
            ));
        }
        Err(error) => return Err(error.into()),
    };
    show(&app, &signed, &school, Some(answer), None).await
}

async fn show(
    app: &App,
    signed: &Signed,
    school: &School,
    answer: Option<Answer>,
    mistake: Option<(String, String)>,
) -> Result<Response, Error> {
    let setup = app.house.mail_setup(&signed.actor, school).await?;
    let mailbox = app.house.mailbox_setup(&signed.actor, school).await?;
    let mut to =
        Field::new("to", "Send a test mail to").hint("An address you can look into now.").autocomplete("email");
    if let Some((typed, why)) = mistake {
        to = to.value(typed);
        to.error = Some(why);
    }
    let form = Form::of(signed.csrf(), &[&to]);
    let page = SetUpPage {
        frame: frame("Mail", school, signed).faulty(&form).back("Manage", urls::manage()),
        slug: school.slug.clone(),
        leaves: setup.transport.as_ref().is_some_and(|transport| transport.way != Way::None),
        rows: rows(&setup),
        may: signed.may_try("mail.set"),
        comes: mailbox.mailbox.is_some(),
        mailbox: mailbox_rows(&mailbox, school),
        form,
        to,
        answer,
    };
    Ok(page.form.answer(page.render()?))
}

fn rows(setup: &MailSetup) -> Vec<(&'static str, String)> {
    let Some(transport) = &setup.transport else {
        return vec![("How mail leaves", "Mail is not set up: messages wait on a page.".to_owned())];
    };
    let mut rows = vec![("How mail leaves", way(&transport.way))];
    if transport.way != Way::None {
        rows.push(("From", format!("{} <{}>", transport.from_name, transport.from_address)));
        let (from, to) = (dates::clock(transport.hours.from), dates::clock(transport.hours.to));
        rows.push((
            "What is not urgent",
            if transport.hours.weekly {
                format!("{from} to {to} on days when staff are there; what can wait longer than a week, once a week")
            } else {
                format!("{from} to {to} on days when staff are there, once a day and person")
            },
        ));
    }
    if setup.from_office {
        rows.push(("Set by", "the central office, for all its schools".to_owned()));
    }
    rows
}

fn mailbox_rows(setup: &MailboxSetup, school: &School) -> Vec<(&'static str, String)> {
    let Some(mailbox) = &setup.mailbox else {
        return vec![("Reports by mail", "No mailbox is read yet.".to_owned())];
    };
    let mut rows = vec![("Reports by mail", format!("{}, folder {}", way(&mailbox.way), mailbox.folder))];
    let zone = Calendar::new(school.division, Vec::new());
    let looked = setup.looked_at.map_or_else(|| "not yet".to_owned(), |at| dates::moment(at, zone.zone()));
    rows.push(("Last looked at", looked));
    if let Some(problem) = &setup.problem {
        rows.push(("What is wrong", problem.clone()));
    }
    rows
}

fn way(way: &Way) -> String {
    let at = |server: &Server| {
        let encrypted = match server.encryption {
            Encryption::Tls => "TLS",
            Encryption::StartTls => "STARTTLS",
            Encryption::Clear => "not encrypted",
        };
        format!("{}, port {}, {encrypted}", server.host, server.port)
    };
    match way {
        Way::None => "It does not: messages wait on a page".to_owned(),
        Way::Relay { server } => format!("{}, without sign-in", at(server)),
        Way::Password { server, user } => format!("{}, as {user} with a password", at(server)),
        Way::Token { server, user, .. } => format!("{}, as {user} with a token", at(server)),
    }
}
