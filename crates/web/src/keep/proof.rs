//! What was erased, with its receipt, and the copies that may still hold it.

use crate::error::{Error, Known};
use crate::frame::{Frame, Pager};
use crate::session::Signed;
use crate::{App, download, urls};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{Html, Response};
use jiff::Timestamp;
use schoolkeeper_app::keep::{OldCopy, ProofLine};
use serde::Deserialize;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "keep/proofs.html")]
struct ProofsPage {
    frame: Frame,
    proofs: Vec<(ProofLine, String)>,
    copies: Vec<OldCopy>,
    pager: Pager,
}

/// Where a page of proofs begins.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    before: String,
}

impl Asked {
    /// `MICROSECONDS.ID`; anything else begins at the start.
    fn cursor(&self) -> Option<(Timestamp, Uuid)> {
        let (at, id) = self.before.split_once('.')?;
        Some((Timestamp::from_microsecond(at.parse().ok()?).ok()?, id.parse().ok()?))
    }
}

/// GET /keep/proofs
pub async fn proofs(State(app): State<App>, signed: Signed, Query(asked): Query<Asked>) -> Result<Html<String>, Error> {
    let page = app.house.keep_page(&signed.actor, "", asked.cursor()).await?;
    let next = page.next.map(|(at, id)| urls::keep_proofs(&format!("{}.{id}", at.as_microsecond())));
    let page = ProofsPage {
        frame: Frame::titled("What was erased").signed(&signed).back("Keeping and erasing", urls::keep("", 1)),
        proofs: page
            .proofs
            .into_iter()
            .map(|proof| (urls::keep_receipt(proof.id), proof))
            .map(|(u, p)| (p, u))
            .collect(),
        copies: app.house.old_copies(&signed.actor).await?,
        pager: Pager { previous: asked.cursor().map(|_| urls::keep_proofs("")), next },
    };
    Ok(Html(page.render()?))
}

/// GET /keep/receipt/{proof}
pub async fn receipt(State(app): State<App>, signed: Signed, Known(proof): Known) -> Result<Response, Error> {
    match app.house.erasure_receipt(&signed.actor, proof).await {
        Ok(text) => Ok(download::file(&format!("erased-{proof}.tlog-proof"), "text/plain; charset=utf-8", text)),
        // Its record waits for its place, or was itself erased.
        Err(schoolkeeper_app::Error::Refused(_)) => Err(Error::Busy),
        Err(error) => Err(error.into()),
    }
}
