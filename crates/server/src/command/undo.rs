//! `schoolkeeper undo`

use super::{Folder, Now};
use crate::output;
use clap::Args;
use schoolkeeper_app::Error;
use std::process::ExitCode;

/// Take an import back, while nothing later touched its records.
#[derive(Debug, Args)]
pub struct Undo {
    #[command(flatten)]
    folder: Folder,
    #[command(flatten)]
    now: Now,
    /// The school (name or id); needed when there are several
    #[arg(long, value_name = "ID")]
    school: Option<String>,
    /// The import's id, as `import` printed it; the last one when left out
    import: Option<uuid::Uuid>,
}

impl Undo {
    /// Restores what the import changed and works out the standing again.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let house = self.folder.open(&self.now).await?;
        let actor = house.operator();
        let school = house.one_school(&actor, self.school.as_deref()).await?;
        let said = house.undo(&actor, &school, self.import).await.map_err(|error| match error {
            Error::Missing => Error::refused("there is no such import\nhint: `import` prints the id of each"),
            other => other,
        })?;
        house.evaluate(&actor, &school).await?;
        output::line(&said)?;
        Ok(ExitCode::SUCCESS)
    }
}
