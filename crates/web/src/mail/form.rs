//! The form of how mail leaves: first which way, then what that way needs.

use super::{frame, school_for};
use crate::error::Error;
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use crate::session::{self, Signed};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use schoolkeeper_app::School;
use schoolkeeper_app::mail::{Encryption, Grant, GrantBy, Hours, Secret, Server, Transport, Way};
use serde::Deserialize;

/// Name, words and hint of each way.
const WAYS: [(&str, &str, &str); 5] = [
    ("microsoft", "Microsoft 365", "With a registered application: no password is kept."),
    ("google", "Google Workspace", "With a registered application: no password is kept."),
    ("password", "Another mail server, with name and password", ""),
    ("relay", "A relay that asks for no sign-in", "For instance the firewall's."),
    ("none", "Not at all", "Messages wait on a page, to print or to hand over."),
];

#[derive(Template)]
#[template(path = "mail/way.html")]
struct WayPage {
    frame: Frame,
    slug: String,
    form: Form,
    way: Field,
}

#[derive(Template)]
#[template(path = "mail/details.html")]
struct DetailsPage {
    frame: Frame,
    slug: String,
    way: String,
    form: Form,
    words: Vec<Field>,
    encryption: Option<Field>,
    secrets: Vec<Field>,
}

/// `?way=password`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    way: String,
}

/// GET /school/{school}/mail/way
pub async fn choose(State(app): State<App>, signed: Signed, Path(slug): Path<String>) -> Result<Response, Error> {
    let school = school_for(&app, &signed.actor, &slug, "mail.set").await?;
    show_ways(&signed, &school, None)
}

/// POST /school/{school}/mail/way
pub async fn chosen(
    State(app): State<App>,
    signed: Signed,
    Path(slug): Path<String>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = school_for(&app, &signed.actor, &slug, "mail.set").await?;
    let way = posted.word("way");
    if WAYS.iter().all(|(name, ..)| *name != way) {
        return show_ways(&signed, &school, Some("Choose how mail leaves".to_owned()));
    }
    Ok(Redirect::to(&urls::mail_details(&school.slug, &way)).into_response())
}

fn show_ways(signed: &Signed, school: &School, error: Option<String>) -> Result<Response, Error> {
    let choices = WAYS.iter().map(|(name, text, hint)| {
        let hint = (!hint.is_empty()).then(|| (*hint).to_owned());
        Choice { hint, ..Choice::new(*name, *text) }
    });
    let mut way = Field::new("way", "How does mail leave?").choices(choices.collect());
    way.heading = true;
    way.error = error;
    let form = Form::of(signed.csrf(), &[&way]);
    let frame = frame("How mail leaves", school, signed).faulty(&form).back("Back", urls::mail(&school.slug));
    let page = WayPage { frame, slug: school.slug.clone(), form, way };
    Ok(page.form.answer(page.render()?))
}

/// GET /school/{school}/mail/details
pub async fn details(
    State(app): State<App>,
    signed: Signed,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let school = school_for(&app, &signed.actor, &slug, "mail.set").await?;
    let way = WAYS.iter().find(|(name, ..)| *name == asked.way).map_or("password", |(name, ..)| name);
    show_details(&signed, &school, &preset(way), None)
}

/// POST /school/{school}/mail/details
pub async fn save(
    State(app): State<App>,
    signed: Signed,
    Path(slug): Path<String>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = school_for(&app, &signed.actor, &slug, "mail.set").await?;
    let transport = transport(&posted, &school);
    match app.house.set_mail(&signed.actor, &school, &transport, secret(&posted).as_ref()).await {
        Ok(()) => Ok(session::told(&app, &urls::mail(&school.slug), "Saved. Send a test mail to try it out.")),
        Err(schoolkeeper_app::Error::Refused(why)) => show_details(&signed, &school, &posted, Some(why)),
        Err(error) => Err(error.into()),
    }
}

/// What a way usually needs.
fn preset(way: &str) -> Posted {
    let known: &[(&str, &str)] = match way {
        "microsoft" => &[
            ("host", "smtp.office365.com"),
            ("port", "587"),
            ("token_url", "https://login.microsoftonline.com/TENANT-ID/oauth2/v2.0/token"),
            ("scope", "https://outlook.office365.com/.default"),
        ],
        "google" => &[
            ("host", "smtp.gmail.com"),
            ("port", "587"),
            ("token_url", "https://oauth2.googleapis.com/token"),
            ("scope", "https://mail.google.com/"),
        ],
        "relay" => &[("port", "25")],
        _ => &[("port", "587")],
    };
    let fields = [("way", way), ("encryption", "start-tls")].into_iter().chain(known.iter().copied());
    Posted::new(fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

fn transport(posted: &Posted, school: &School) -> Transport {
    let encryption = match posted.get("encryption") {
        "tls" => Encryption::Tls,
        "clear" => Encryption::Clear,
        _ => Encryption::StartTls,
    };
    let authority = Some(posted.word("authority")).filter(|text| !text.is_empty());
    let port = posted.word("port").parse().unwrap_or(0);
    let server = Server { host: posted.word("host"), port, encryption, authority };
    let user = posted.word("user");
    let by = if posted.get("way") == "google" { GrantBy::RefreshToken } else { GrantBy::ClientCredentials };
    let grant = || Grant {
        token_url: posted.word("token_url"),
        client_id: posted.word("client_id"),
        scope: posted.word("scope"),
        by,
    };
    let way = match posted.get("way") {
        "microsoft" | "google" => Way::Token { server, user, grant: grant() },
        "password" => Way::Password { server, user },
        "relay" => Way::Relay { server },
        _ => Way::None,
    };
    let from_address = posted.word("from");
    Transport { way, from_name: school.title.clone(), from_address, hours: Hours::default() }
}

/// What was typed; nothing keeps what is there.
fn secret(posted: &Posted) -> Option<Secret> {
    let typed = |name: &str| posted.get(name).trim().to_owned();
    let secret = Secret {
        password: typed("password"),
        client_secret: typed("client_secret"),
        refresh_token: typed("refresh_token"),
    };
    (secret != Secret::default()).then_some(secret)
}

fn show_details(signed: &Signed, school: &School, typed: &Posted, why: Option<String>) -> Result<Response, Error> {
    let way = typed.get("way").to_owned();
    let field = |name: &'static str, label: &str| Field::new(name, label).value(typed.word(name));
    let (mut words, mut secrets) = (Vec::new(), Vec::new());
    let token = matches!(&*way, "microsoft" | "google");
    if way != "none" {
        words.push(
            field("host", "Name of the mail server").hint("As its certificate has it, for instance smtp.hill.example"),
        );
        words.push(field("port", "Port"));
        words.push(field("from", "Address mails come from").hint("For instance office@hill.example"));
    }
    if token || way == "password" {
        words.push(field("user", "Name to sign in with").hint("Mostly the address itself"));
    }
    if token {
        words.push(field("client_id", "Id of the registered application"));
        words.push(field("token_url", "Address that gives tokens"));
        words.push(field("scope", "What the token is for"));
        secrets.push(Field::new("client_secret", "Secret of the application"));
    }
    if way == "google" {
        secrets.push(Field::new("refresh_token", "Refresh token"));
    }
    if way == "password" {
        secrets.push(Field::new("password", "Password"));
    }
    for secret in &mut secrets {
        secret.hint =
            Some("Kept sealed and never shown again. Leave it empty to keep the one that is there.".to_owned());
    }
    let encryption = (way != "none").then(|| encryption(&way, typed.get("encryption")));
    let shown: Vec<&Field> = words.iter().chain(&encryption).chain(&secrets).collect();
    let mut form = Form::of(signed.csrf(), &shown);
    if let (Some(why), Some(first)) = (why, shown.first()) {
        form = form.fault(first, &why);
    }
    let frame = frame("How mail leaves", school, signed).faulty(&form).back("Back", urls::mail_way(&school.slug));
    let page = DetailsPage { frame, slug: school.slug.clone(), way, form, words, encryption, secrets };
    Ok(page.form.answer(page.render()?))
}

fn encryption(way: &str, chosen: &str) -> Field {
    let mut choices =
        vec![Choice::new("start-tls", "STARTTLS, mostly port 587"), Choice::new("tls", "TLS, mostly port 465")];
    if way == "relay" {
        choices.push(Choice::new("clear", "Not at all"));
    }
    Field::new("encryption", "How is the connection encrypted?").choices(choices).value(chosen)
}
