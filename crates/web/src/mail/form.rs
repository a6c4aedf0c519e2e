//! The forms of how mail leaves and where reports come in: first which way, then what that way needs.

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
use schoolkeeper_app::mail::{Encryption, Grant, GrantBy, Hours, Mailbox, Secret, Server, Side, Transport, Way};
use serde::Deserialize;

/// Name, words and hint of each way.
const WAYS: [(&str, &str, &str); 5] = [
    ("microsoft", "Microsoft 365", "With a registered application: no password is kept."),
    ("google", "Google Workspace", "With a registered application: no password is kept."),
    ("password", "Another mail server, with name and password", ""),
    ("relay", "A relay that asks for no sign-in", "For instance the firewall's."),
    ("none", "Not at all", "Messages wait on a page, to print or to hand over."),
];

/// The ways of a side: a mailbox always asks who reads it.
fn ways(side: Side) -> &'static [(&'static str, &'static str, &'static str)] {
    if side == Side::Out { &WAYS } else { &WAYS[..3] }
}

fn title(side: Side) -> &'static str {
    if side == Side::Out { "How mail leaves" } else { "Where reports come in" }
}

#[derive(Template)]
#[template(path = "mail/way.html")]
struct WayPage {
    frame: Frame,
    action: String,
    form: Form,
    way: Field,
}

#[derive(Template)]
#[template(path = "mail/details.html")]
struct DetailsPage {
    frame: Frame,
    title: &'static str,
    action: String,
    way: String,
    form: Form,
    words: Vec<Field>,
    encryption: Option<Field>,
    secrets: Vec<Field>,
    gather: Option<Field>,
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
    show_ways((&signed, &school), Side::Out, None)
}

/// GET /school/{school}/mail/mailbox
pub async fn choose_mailbox(
    State(app): State<App>,
    signed: Signed,
    Path(slug): Path<String>,
) -> Result<Response, Error> {
    let school = school_for(&app, &signed.actor, &slug, "mail.set").await?;
    show_ways((&signed, &school), Side::In, None)
}

/// POST /school/{school}/mail/way
pub async fn chosen(
    State(app): State<App>,
    signed: Signed,
    Path(slug): Path<String>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = school_for(&app, &signed.actor, &slug, "mail.set").await?;
    go_on((&signed, &school), Side::Out, &posted)
}

/// POST /school/{school}/mail/mailbox
pub async fn chosen_mailbox(
    State(app): State<App>,
    signed: Signed,
    Path(slug): Path<String>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = school_for(&app, &signed.actor, &slug, "mail.set").await?;
    go_on((&signed, &school), Side::In, &posted)
}

fn go_on(at: (&Signed, &School), side: Side, posted: &Posted) -> Result<Response, Error> {
    let way = posted.word("way");
    if ways(side).iter().all(|(name, ..)| *name != way) {
        let why = if side == Side::Out { "Choose how mail leaves" } else { "Choose where the mailbox is" };
        return show_ways(at, side, Some(why.to_owned()));
    }
    Ok(Redirect::to(&urls::mail_details(&at.1.slug, side, &way)).into_response())
}

fn show_ways((signed, school): (&Signed, &School), side: Side, error: Option<String>) -> Result<Response, Error> {
    let choices = ways(side).iter().map(|(name, text, hint)| {
        let hint = (!hint.is_empty()).then(|| (*hint).to_owned());
        Choice { hint, ..Choice::new(*name, *text) }
    });
    let asks = if side == Side::Out { "How does mail leave?" } else { "Where is the mailbox for reports?" };
    let mut way = Field::new("way", asks).choices(choices.collect());
    way.heading = true;
    way.error = error;
    let form = Form::of(signed.csrf(), &[&way]);
    let frame = frame(title(side), school, signed).faulty(&form).back("Back", urls::mail(&school.slug));
    let page = WayPage { frame, action: urls::mail_way(&school.slug, side), form, way };
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
    let known = app.house.mail_setup(&signed.actor, &school).await?.transport.map(|transport| {
        let mut fields = fields_of(&transport.way);
        fields.push(("from", transport.from_address));
        fields.push(("gather", if transport.hours.weekly { "week" } else { "day" }.to_owned()));
        fields
    });
    show_details((&signed, &school), Side::Out, &filled(Side::Out, &asked.way, known), None)
}

/// GET /school/{school}/mail/mailbox/details
pub async fn mailbox_details(
    State(app): State<App>,
    signed: Signed,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let school = school_for(&app, &signed.actor, &slug, "mail.set").await?;
    let known = app.house.mailbox_setup(&signed.actor, &school).await?.mailbox.map(|mailbox| {
        let mut fields = fields_of(&mailbox.way);
        fields.extend([("folder", mailbox.folder), ("done_folder", mailbox.done_folder.unwrap_or_default())]);
        fields
    });
    show_details((&signed, &school), Side::In, &filled(Side::In, &asked.way, known), None)
}

/// POST /school/{school}/mail/details
pub async fn save(
    State(app): State<App>,
    signed: Signed,
    Path(slug): Path<String>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = school_for(&app, &signed.actor, &slug, "mail.set").await?;
    let (from_name, from_address) = (school.title.clone(), posted.word("from"));
    let hours = app.house.mail_setup(&signed.actor, &school).await?.transport.map(|transport| transport.hours);
    let hours = Hours { weekly: posted.get("gather") == "week", ..hours.unwrap_or_else(Hours::default) };
    let transport = Transport { way: way(&posted), from_name, from_address, hours };
    let saved = app.house.set_mail(&signed.actor, &school, &transport, secret(&posted).as_ref()).await;
    let said = if transport.way == Way::None {
        "Saved: messages wait on a page."
    } else {
        "Saved. Send a test mail to try it out."
    };
    answer(&app, (&signed, &school), (Side::Out, &posted), saved.map(|()| said))
}

/// POST /school/{school}/mail/mailbox/details
pub async fn save_mailbox(
    State(app): State<App>,
    signed: Signed,
    Path(slug): Path<String>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = school_for(&app, &signed.actor, &slug, "mail.set").await?;
    let done_folder = Some(posted.word("done_folder")).filter(|folder| !folder.is_empty());
    let mailbox = Mailbox { way: way(&posted), folder: posted.word("folder"), done_folder };
    let saved = app.house.set_mailbox(&signed.actor, &school, &mailbox, secret(&posted).as_ref()).await;
    answer(&app, (&signed, &school), (Side::In, &posted), saved.map(|()| "Saved. Try whether the mailbox opens."))
}

fn answer(
    app: &App,
    at: (&Signed, &School),
    (side, posted): (Side, &Posted),
    saved: Result<&str, schoolkeeper_app::Error>,
) -> Result<Response, Error> {
    match saved {
        Ok(said) => Ok(session::told(app, &urls::mail(&at.1.slug), said)),
        Err(schoolkeeper_app::Error::Refused(why)) => show_details(at, side, posted, Some(why)),
        Err(error) => Err(error.into()),
    }
}

/// What stands in the form: what is set, when it is of this way, else what the way usually needs.
fn filled(side: Side, asked: &str, known: Option<Vec<(&'static str, String)>>) -> Posted {
    let way = ways(side).iter().find(|(name, ..)| *name == asked).map_or("password", |(name, ..)| name);
    let known = known.filter(|known| known.iter().any(|(name, value)| *name == "way" && value == way));
    let fields = known.unwrap_or_else(|| preset(side, way));
    Posted::new(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Settings as fields of the form, without any secret.
fn fields_of(way: &Way) -> Vec<(&'static str, String)> {
    let (name, server, user, grant) = match way {
        Way::None => return vec![("way", "none".to_owned())],
        Way::Relay { server } => ("relay", server, "", None),
        Way::Password { server, user } => ("password", server, user.as_str(), None),
        Way::Token { server, user, grant } if grant.by == GrantBy::RefreshToken => {
            ("google", server, user.as_str(), Some(grant))
        }
        Way::Token { server, user, grant } => ("microsoft", server, user.as_str(), Some(grant)),
    };
    let encryption = match server.encryption {
        Encryption::Tls => "tls",
        Encryption::StartTls => "start-tls",
        Encryption::Clear => "clear",
    };
    let mut out = vec![
        ("way", name.to_owned()),
        ("host", server.host.clone()),
        ("port", server.port.to_string()),
        ("encryption", encryption.to_owned()),
        ("authority", server.authority.clone().unwrap_or_default()),
        ("user", user.to_owned()),
    ];
    if let Some(Grant { token_url, client_id, scope, .. }) = grant.cloned() {
        out.extend([("token_url", token_url), ("client_id", client_id), ("scope", scope)]);
    }
    out
}

/// What a way usually needs.
fn preset(side: Side, way: &str) -> Vec<(&'static str, String)> {
    let out = side == Side::Out;
    let (host, port) = match (way, out) {
        ("microsoft", true) => ("smtp.office365.com", "587"),
        ("microsoft", false) => ("outlook.office365.com", "993"),
        ("google", true) => ("smtp.gmail.com", "587"),
        ("google", false) => ("imap.gmail.com", "993"),
        ("relay", _) => ("", "25"),
        (_, true) => ("", "587"),
        (_, false) => ("", "993"),
    };
    let (token_url, scope) = match way {
        "microsoft" => {
            ("https://login.microsoftonline.com/TENANT-ID/oauth2/v2.0/token", "https://outlook.office365.com/.default")
        }
        "google" => ("https://oauth2.googleapis.com/token", "https://mail.google.com/"),
        _ => ("", ""),
    };
    let encryption = if out { "start-tls" } else { "tls" };
    let all = [
        ("way", way),
        ("host", host),
        ("port", port),
        ("encryption", encryption),
        ("token_url", token_url),
        ("scope", scope),
        ("folder", "INBOX"),
        ("gather", "day"),
    ];
    all.map(|(name, value)| (name, value.to_owned())).to_vec()
}

fn way(posted: &Posted) -> Way {
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
    match posted.get("way") {
        "microsoft" | "google" => Way::Token { server, user, grant: grant() },
        "password" => Way::Password { server, user },
        "relay" => Way::Relay { server },
        _ => Way::None,
    }
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

fn show_details(
    (signed, school): (&Signed, &School),
    side: Side,
    typed: &Posted,
    why: Option<String>,
) -> Result<Response, Error> {
    let way = typed.get("way").to_owned();
    let (words, secrets) = (words(side, &way, typed), secrets(&way));
    let encryption = (way != "none").then(|| encryption(&way, side, typed.get("encryption")));
    let gather = (way != "none" && side == Side::Out).then(|| gather(typed.get("gather")));
    let shown: Vec<&Field> = words.iter().chain(&encryption).chain(&secrets).chain(&gather).collect();
    let mut form = Form::of(signed.csrf(), &shown);
    if let (Some(why), Some(first)) = (why, shown.first()) {
        form = form.fault(first, &why);
    }
    let frame = frame(title(side), school, signed).faulty(&form).back("Back", urls::mail_way(&school.slug, side));
    let action = urls::mail_details(&school.slug, side, "");
    let page = DetailsPage { frame, title: title(side), action, way, form, words, encryption, secrets, gather };
    Ok(page.form.answer(page.render()?))
}

fn words(side: Side, way: &str, typed: &Posted) -> Vec<Field> {
    let field = |name: &'static str, label: &str| Field::new(name, label).value(typed.word(name));
    let mut words = Vec::new();
    if way == "none" {
        return words;
    }
    words.push(
        field("host", "Name of the mail server").hint("As its certificate has it, for instance mail.hill.example"),
    );
    words.push(field("port", "Port"));
    if side == Side::Out {
        words.push(field("from", "Address mails come from").hint("For instance office@hill.example"));
    } else {
        words.push(field("folder", "Folder that is read").hint("Mostly INBOX"));
        words.push(
            field("done_folder", "Folder for what was taken (optional)")
                .hint("It must be there. Left empty, messages stay where they are, marked as read."),
        );
    }
    if way != "relay" {
        words.push(field("user", "Name to sign in with").hint("Mostly the address itself"));
    }
    if matches!(way, "microsoft" | "google") {
        words.push(field("client_id", "Id of the registered application"));
        words.push(field("token_url", "Address that gives tokens"));
        words.push(field("scope", "What the token is for"));
    }
    words
}

fn secrets(way: &str) -> Vec<Field> {
    let mut secrets = match way {
        "microsoft" => vec![Field::new("client_secret", "Secret of the application")],
        "google" => {
            vec![Field::new("client_secret", "Secret of the application"), Field::new("refresh_token", "Refresh token")]
        }
        "password" => vec![Field::new("password", "Password")],
        _ => Vec::new(),
    };
    for secret in &mut secrets {
        secret.hint =
            Some("Kept sealed and never shown again. Leave it empty to keep the one that is there.".to_owned());
    }
    secrets
}

fn gather(chosen: &str) -> Field {
    let week = "On the first day of the week with staff. What must be done within seven days, and what others wait for, still comes on its day";
    let choices = vec![
        Choice { hint: Some("At most one a day and person".to_owned()), ..Choice::new("day", "Every school day") },
        Choice { hint: Some(week.to_owned()), ..Choice::new("week", "Once a week") },
    ];
    Field::new("gather", "How often does one mail gather what is not urgent?").choices(choices).value(chosen)
}

fn encryption(way: &str, side: Side, chosen: &str) -> Field {
    let (start, whole) = if side == Side::Out { (587, 465) } else { (143, 993) };
    let mut choices = vec![
        Choice::new("start-tls", format!("STARTTLS, mostly port {start}")),
        Choice::new("tls", format!("TLS, mostly port {whole}")),
    ];
    if way == "relay" {
        choices.push(Choice::new("clear", "Not at all"));
    }
    Field::new("encryption", "How is the connection encrypted?").choices(choices).value(chosen)
}
