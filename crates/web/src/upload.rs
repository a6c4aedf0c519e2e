//! A form with files as it comes: each file is sealed at once for the record that the act makes or is done on.
//!
//! Invariant: what was sealed for an act that is not done is let go by whoever reads the form.

use crate::App;
use crate::error::Error;
use crate::form::Posted;
use crate::intake::said;
use crate::session::Signed;
use axum::extract::{FromRequest, Multipart, Request};
use futures_util::stream::{self, StreamExt};
use schoolkeeper_app::School;
use schoolkeeper_app::duty::Came;
use std::collections::BTreeMap;
use std::io;

/// Most parts of a form.
const PARTS_MAX: usize = 500;

/// What came.
pub struct Sent {
    /// The fields.
    pub posted: Posted,
    /// By name of its field: what the file is called, or why it is not taken.
    pub files: BTreeMap<String, Result<String, String>>,
    /// The sealed files.
    pub came: Came,
}

/// Reads it; `None` when it is no form. `caption` says what a file of a field is.
pub async fn read(
    app: &App,
    (signed, school): (&Signed, &School),
    mut came: Came,
    (request, caption): (Request, impl Fn(&str) -> Option<String>),
) -> Result<Option<Sent>, Error> {
    if !crate::door::in_pieces(request.headers()) {
        // A form without a file among its fields.
        let posted = Posted::from_request(request, app).await.ok();
        return Ok(posted.map(|posted| Sent { posted, files: BTreeMap::new(), came }));
    }
    let Ok(mut parts) = Multipart::from_request(request, app).await else { return Ok(None) };
    let (mut fields, mut files) = (Vec::new(), BTreeMap::new());
    for _ in 0..PARTS_MAX {
        let Ok(part) = parts.next_field().await else {
            app.house.discard_evidence(came).await;
            return Ok(None);
        };
        let Some(part) = part else { break };
        let name = part.name().unwrap_or_default().to_owned();
        let Some(called) = part.file_name().map(str::to_owned) else {
            let Ok(text) = part.text().await else {
                app.house.discard_evidence(came).await;
                return Ok(None);
            };
            fields.push((name, text));
            continue;
        };
        let mut content = part.map(|piece| piece.map(|bytes| bytes.to_vec()).map_err(io::Error::other));
        let first = content.next().await;
        let Some(caption) = caption(&name).filter(|_| !called.is_empty() && !files.contains_key(&name)) else {
            continue;
        };
        let content = stream::iter(first).chain(content);
        let kept = app.house.receive_evidence((&signed.actor, school), &mut came, (&called, &caption), content).await;
        let kept = match kept {
            Ok(kept) => Ok(kept),
            Err(error) => Err(said(error)?),
        };
        files.insert(name, kept);
    }
    Ok(Some(Sent { posted: Posted::new(fields), files, came }))
}
