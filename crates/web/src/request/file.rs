//! The files of a request on its page, and handing one out to whoever has a part in it.

use super::entry_id;
use crate::attachment::{FileLines, handed_out, read_lines, shown_small};
use crate::error::Error;
use crate::session::Signed;
use crate::{App, urls};
use axum::extract::{Path, State};
use axum::response::Response;
use schoolkeeper_app::School;
use schoolkeeper_app::attachment::Attachment;
use schoolkeeper_core::id::EntryId;
use uuid::Uuid;

/// School, request and file of an address.
type There = (String, String, String);

/// The files as whoever has a part in the request reads them.
pub(super) async fn lines(app: &App, signed: &Signed, (school, id): (&School, EntryId)) -> Result<FileLines, Error> {
    let files = app.house.files_of_request(&signed.actor, school, id).await?;
    Ok(read_lines(school, &files, |file| urls::request_file(&school.slug, id, file)))
}

/// GET /school/{school}/request/{request}/file/{attachment}
pub async fn download(State(app): State<App>, signed: Signed, Path(there): Path<There>) -> Result<Response, Error> {
    let file = file(&app, &signed, &there).await?;
    Ok(handed_out(&file, app.house.attachment_content(&file, false).await?))
}

/// GET /school/{school}/request/{request}/file/{attachment}/small
pub async fn small(State(app): State<App>, signed: Signed, Path(there): Path<There>) -> Result<Response, Error> {
    let file = file(&app, &signed, &there).await?;
    Ok(shown_small(app.house.attachment_content(&file, true).await?))
}

async fn file(app: &App, signed: &Signed, (school, id, file): &There) -> Result<Attachment, Error> {
    let school = app.house.school_at(&signed.actor, school).await?;
    let file = Uuid::parse_str(file).map_err(|_| Error::Missing)?;
    Ok(app.house.file_of_request(&signed.actor, &school, (entry_id(id)?, file)).await?)
}
