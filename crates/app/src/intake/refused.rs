//! The rows that were left out, as a file to mend and bring in again.

use super::look::shown_of;
use super::{Intake, LineShown};
use crate::export::table;
use crate::{Error, House};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_store::School;
use schoolkeeper_store::intake::{LineKind, LinesPage};

/// Lines read at once.
const AT_ONCE: u32 = 1_000;
/// The column that says what to mend; it is not read when the file comes back.
const WHY: &str = "What to mend";

impl House {
    /// The refused rows of the last look as CSV: what to mend, and the row as it stood.
    pub async fn intake_refused(&self, actor: &Actor, school: &School, intake: &Intake) -> Result<Vec<u8>, Error> {
        let desk = self.desk(actor, school).await?;
        let shown = shown_of(intake)?.ok_or(Error::Missing)?;
        let read = self.read().await?;
        let (mut rows, mut after) = (Vec::new(), 0);
        loop {
            let page = LinesPage { kind: LineKind::Refused, after, limit: AT_ONCE, search: None };
            let lines = read.intake_lines(&desk.scope, intake.id, page).await?;
            let Some(last) = lines.last() else { break };
            after = last.number;
            for line in &lines {
                let line: LineShown =
                    serde_json::from_str(&line.document).map_err(|error| Error::corrupt("a line", error))?;
                let mut cells = line.raw;
                cells.resize(shown.columns.len(), String::new());
                cells.push(line.says.join(" "));
                rows.push(cells);
            }
        }
        let head: Vec<&str> = shown.columns.iter().map(String::as_str).chain([WHY]).collect();
        table(&head, rows)
    }
}
