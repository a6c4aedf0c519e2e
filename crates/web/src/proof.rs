//! Has the history been changed since, and how would we know?

use crate::frame::Frame;
use crate::session::Signed;
use crate::{App, download, error::Error, manage, urls};
use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse};
use jiff::tz::TimeZone;
use qrcode::render::svg::Color;
use qrcode::{EcLevel, QrCode};
use schoolkeeper_app::dates;
use schoolkeeper_app::ledger::Proof;

#[derive(Template)]
#[template(path = "proof/show.html")]
struct ProofPage {
    frame: Frame,
    now: Option<Now>,
}

struct Now {
    proof: Proof,
    signed: String,
    left: Option<String>,
    qr: String,
}

/// GET /proof
pub async fn show(State(app): State<App>, signed: Signed) -> Result<Html<String>, Error> {
    let proof = app.house.proof(&signed.actor).await?;
    let frame = manage::frame("Proof", &signed, "/history").back("History", urls::history());
    let now = proof.map(now).transpose()?;
    Ok(Html(ProofPage { frame, now }.render()?))
}

/// GET /proof/checkpoint
pub async fn checkpoint(State(app): State<App>, signed: Signed) -> Result<impl IntoResponse, Error> {
    let proof = app.house.proof(&signed.actor).await?.ok_or(Error::Missing)?;
    Ok(download::file(&format!("checkpoint-{}.txt", proof.size), "text/plain; charset=utf-8", proof.note))
}

fn now(proof: Proof) -> Result<Now, Error> {
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    let text = format!("{}\n{}\n{}\n", proof.origin, proof.size, proof.root);
    let qr = square(&text, "The same checkpoint as a QR code")?;
    let (signed, left) = (dates::moment(proof.signed_at, &zone), proof.left_at.map(|at| dates::moment(at, &zone)));
    Ok(Now { proof, signed, left, qr })
}

/// A text as a QR code: a picture inside a page has no declaration of its own, and it is read out by its label.
pub(crate) fn square(text: &str, label: &str) -> Result<String, Error> {
    let code =
        QrCode::with_error_correction_level(text, EcLevel::M).map_err(|error| Error::Failed(error.to_string()))?;
    let image = code.render::<Color<'_>>().min_dimensions(200, 200).build();
    let image = image.split_once("?>").map_or(image.as_str(), |(_, image)| image);
    Ok(image.replacen("<svg ", &format!("<svg role=\"img\" aria-label=\"{label}\" "), 1))
}
