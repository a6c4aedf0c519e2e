//! `schoolkeeper confirm`

use super::Place;
use crate::output;
use clap::Subcommand;
use schoolkeeper_app::census::{How, ListAt, Vouch};
use std::process::ExitCode;

/// Confirm a named system or record of the policy, or say that a list is complete.
#[derive(Debug, Subcommand)]
pub enum Confirm {
    /// A system, place or record the policy names; without a name all of them that the records already hold
    Entry {
        #[command(flatten)]
        place: Place,
        /// Its name in the policy
        name: Option<String>,
        /// The record it is here, when it has another name
        #[arg(long, value_name = "RECORD")]
        is: Option<String>,
    },
    /// These are all of them
    List {
        #[command(flatten)]
        place: Place,
        /// The register
        register: String,
        /// There are none: refused while the records hold one
        #[arg(long)]
        none: bool,
        /// One kind of them only, as in `laptop`
        #[arg(long)]
        of: Option<String>,
    },
}

impl Confirm {
    /// Says what was confirmed, and works out the standing again.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let (Self::Entry { place, .. } | Self::List { place, .. }) = &self;
        let (house, school) = place.open().await?;
        let actor = house.operator();
        let said = match &self {
            Self::Entry { name, is, .. } => {
                house.confirm_entries(&actor, &school, name.as_deref(), is.as_deref()).await?
            }
            Self::List { register, none, of, .. } => {
                let vouch = Vouch { none: *none, how: How::Other, until: None };
                vec![house.vouch(&actor, &school, ListAt { register, class: of.as_deref() }, vouch).await?]
            }
        };
        house.evaluate(&actor, &school).await?;
        for line in said {
            output::line(&line)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
