//! The files of an incident on its page, and handing one out to whoever deals with it.

use crate::attachment::{FileLines, handed_out, read_lines, shown_small};
use crate::error::Error;
use crate::request::entry_id;
use crate::session::Signed;
use crate::{App, urls};
use axum::extract::{Path, State};
use axum::response::Response;
use schoolkeeper_app::School;
use schoolkeeper_app::attachment::Attachment;
use schoolkeeper_core::id::EntryId;
use uuid::Uuid;

/// School, incident and file of an address.
type There = (String, String, String);

/// The files as somebody reads them who opens no list of records.
pub(super) async fn lines(app: &App, signed: &Signed, (school, case): (&School, EntryId)) -> Result<FileLines, Error> {
    let files = app.house.files_of_case(&signed.actor, school, case).await?;
    Ok(read_lines(school, &files, |file| urls::case_file(&school.slug, case, file)))
}

/// GET /school/{school}/case/{case}/file/{attachment}
pub async fn download(State(app): State<App>, signed: Signed, Path(there): Path<There>) -> Result<Response, Error> {
    let file = file(&app, &signed, &there).await?;
    Ok(handed_out(&file, app.house.attachment_content(&file, false).await?))
}

/// GET /school/{school}/case/{case}/file/{attachment}/small
pub async fn small(State(app): State<App>, signed: Signed, Path(there): Path<There>) -> Result<Response, Error> {
    let file = file(&app, &signed, &there).await?;
    Ok(shown_small(app.house.attachment_content(&file, true).await?))
}

async fn file(app: &App, signed: &Signed, (school, case, file): &There) -> Result<Attachment, Error> {
    let school = app.house.school_at(&signed.actor, school).await?;
    let file = Uuid::parse_str(file).map_err(|_| Error::Missing)?;
    Ok(app.house.file_of_case(&signed.actor, &school, (entry_id(case)?, file)).await?)
}
