//! `schoolkeeper confirm`

use super::{Folder, Now};
use crate::output;
use clap::{Args, Subcommand};
use std::process::ExitCode;

/// Confirm a named system or record of the policy, or say that a list is complete.
#[derive(Debug, Args)]
pub struct Confirm {
    #[command(flatten)]
    folder: Folder,
    #[command(flatten)]
    now: Now,
    /// The school (name or id); needed when there are several
    #[arg(long, value_name = "ID")]
    school: Option<String>,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// A system, place or record the policy names; without a name all of them that the records already hold
    Entry {
        /// Its name in the policy
        name: Option<String>,
        /// The record it is here, when it has another name
        #[arg(long, value_name = "RECORD")]
        is: Option<String>,
    },
    /// These are all of them
    List {
        /// The register
        register: String,
        /// There are none: refused while the records hold one
        #[arg(long)]
        none: bool,
    },
}

impl Confirm {
    /// Says what was confirmed, and works out the standing again.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let house = self.folder.open(&self.now).await?;
        let actor = house.operator();
        let school = house.one_school(&actor, self.school.as_deref()).await?;
        let said = match &self.what {
            What::Entry { name, is } => house.confirm_entries(&actor, &school, name.as_deref(), is.as_deref()).await?,
            What::List { register, none } => vec![house.confirm_list(&actor, &school, register, *none).await?],
        };
        house.evaluate(&actor, &school).await?;
        for line in said {
            output::line(&line)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
