//! `schoolkeeper keep run | rules | set | hold | lift | erase | export`

use super::{Folder, Now, Place};
use crate::output;
use clap::{Args, Subcommand};
use jiff::civil::Date;
use schoolkeeper_app::keep::{DueLine, Everything, HoldAsked};
use std::path::PathBuf;
use std::process::ExitCode;

/// How long records are kept, holds, erasing, and everything about one person.
#[derive(Debug, Subcommand)]
pub enum Keep {
    /// Erase what is past its time, as the nightly work does
    Run {
        #[command(flatten)]
        folder: Folder,
        #[command(flatten)]
        now: Now,
        /// Only say what would go
        #[arg(long)]
        dry_run: bool,
    },
    /// How long each kind of record is kept, from when and why; holds; the last proofs
    Rules {
        #[command(flatten)]
        folder: Folder,
        #[command(flatten)]
        now: Now,
    },
    /// Keep a kind of record longer or shorter than usual
    Set(Set),
    /// Keep a record, a person with everything about them, or a whole list from being erased
    Hold(Hold),
    /// Lift a hold
    Lift {
        #[command(flatten)]
        folder: Folder,
        #[command(flatten)]
        now: Now,
        /// The hold's id, as `keep rules` shows it
        hold: uuid::Uuid,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Erase one person now, in two steps: without --confirm it shows what would go
    Erase {
        #[command(flatten)]
        place: Place,
        /// Name, e-mail or id
        person: String,
        /// Why; stays on file and must not name the person
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// The code the first step showed
        #[arg(long, value_name = "CODE")]
        confirm: Option<String>,
    },
    /// Everything about one person as a zip file, other people masked
    Export {
        #[command(flatten)]
        place: Place,
        /// Name, e-mail or id
        person: String,
        /// Where to write it; must not be there yet
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

/// Another time to keep.
#[derive(Debug, Args)]
pub struct Set {
    #[command(flatten)]
    folder: Folder,
    #[command(flatten)]
    now: Now,
    /// The register, or `log:NAME`
    what: String,
    /// Only at this school; at every one when left out
    #[arg(long, value_name = "SCHOOL")]
    school: Option<String>,
    /// As in `5 years`; the usual one when left out
    span: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
}

/// A hold.
#[derive(Debug, Args)]
pub struct Hold {
    #[command(flatten)]
    place: Place,
    /// The record: its id, or a text it is found by; a whole register when left out
    record: Option<String>,
    /// Its register
    #[arg(long, value_name = "REGISTER", default_value = "person")]
    register: String,
    /// Of a person: also everything that refers to them
    #[arg(long)]
    everything: bool,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// When somebody looks at it again
    #[arg(long, value_name = "DATE")]
    review: Option<Date>,
    /// Its last day
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
}

impl Keep {
    /// Carries it out; 1 when a preview found something that must be settled first.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Run { folder, now, dry_run } => run(&folder, &now, dry_run).await,
            Self::Rules { folder, now } => rules(&folder, &now).await,
            Self::Set(set) => set.run().await,
            Self::Hold(hold) => hold.run().await,
            Self::Lift { folder, now, hold, reason } => {
                let house = folder.open(&now).await?;
                house.lift_hold(&house.operator(), hold, &reason).await?;
                output::line("the hold is lifted")?;
                Ok(ExitCode::SUCCESS)
            }
            Self::Erase { place, person, reason, confirm } => erase(&place, &person, &reason, confirm.as_deref()).await,
            Self::Export { place, person, out } => export(&place, &person, &out).await,
        }
    }
}

async fn run(folder: &Folder, now: &Now, dry: bool) -> anyhow::Result<ExitCode> {
    let house = folder.open(now).await?;
    let bar = output::spinner("looking for what is past its time");
    let report = house.keep_run(&house.operator(), dry).await?;
    bar.finish_and_clear();
    for line in &report.lines {
        let place = line.school.as_deref().unwrap_or("everywhere");
        let also = [(line.held, "held"), (line.waiting, "waiting")];
        let also = also.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!(", {count} {what}"));
        let also = also.collect::<Vec<_>>().concat();
        let verb = if dry { "would go" } else { "erased" };
        output::line(&format!("{} ({}), {place}: {} {verb}{also}", line.what, line.rule, line.erased))?;
    }
    let (erased, held, waiting) = report.totals();
    let verb = if dry { "would be erased" } else { "erased" };
    output::line(&format!("{erased} {verb}, {held} held, {waiting} waiting for something that still runs"))?;
    Ok(ExitCode::SUCCESS)
}

async fn rules(folder: &Folder, now: &Now) -> anyhow::Result<ExitCode> {
    let house = folder.open(now).await?;
    let page = house.keep_page(&house.operator(), "", None).await?;
    for kind in &page.kinds {
        let numbers = kind.now.map_or_else(String::new, |now| format!("; {now} now"));
        output::line(&format!("{}: {}{numbers}", kind.what, kind.period))?;
        for own in &kind.own {
            output::line(&format!("  {own}"))?;
        }
    }
    for due in house.keep_due(&house.operator()).await? {
        let DueLine { what, school, past, held, soon, .. } = due;
        output::line(&format!("{what}, {school}: {past} past its time, {held} held, {soon} more within 30 days"))?;
    }
    for old in house.old_copies(&house.operator()).await? {
        output::line(&format!("{} may still hold what was erased, until {}", old.title, old.until))?;
    }
    for hold in &page.holds {
        output::line(&format!("hold {}: {} ({}). {}", hold.id, hold.covers, hold.reason, hold.times))?;
    }
    for proof in &page.proofs {
        output::line(&format!(
            "{}: {} {} erased, {}. {}",
            proof.at, proof.erased, proof.title, proof.school, proof.rule
        ))?;
    }
    output::line(page.last_run.as_deref().unwrap_or("the nightly work has not run yet"))?;
    Ok(ExitCode::SUCCESS)
}

impl Set {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let house = self.folder.open(&self.now).await?;
        let rule = self.span.as_deref().map(|span| (span, self.reason.as_str()));
        let actor = house.operator();
        let school = match self.school.as_deref() {
            Some(school) => Some(house.one_school(&actor, Some(school)).await?),
            None => None,
        };
        house.set_keep(&actor, school.as_ref(), &self.what, rule).await?;
        let span = self.span.as_deref().unwrap_or("as long as usual");
        output::line(&format!("{} is kept for {span}", self.what))?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Hold {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let (house, school) = self.place.open().await?;
        let asked = HoldAsked {
            record: self.record.unwrap_or_default(),
            register: self.register,
            everything: self.everything,
            reason: self.reason,
            review_on: self.review,
            until: self.until,
        };
        let id = house.place_hold(&house.operator(), &school, &asked).await?;
        output::line(&format!("hold {id} is placed"))?;
        Ok(ExitCode::SUCCESS)
    }
}

async fn erase(place: &Place, person: &str, reason: &str, confirm: Option<&str>) -> anyhow::Result<ExitCode> {
    let (house, school) = place.open().await?;
    let actor = house.operator();
    if let Some(code) = confirm {
        let gone = house.erase_person(&actor, &school, (person, code), reason).await?;
        house.keep_finish().await?;
        output::line(&format!("{gone} records erased"))?;
        return Ok(ExitCode::SUCCESS);
    }
    let known = house.everything(&actor, &school, person).await?;
    preview(&known)?;
    Ok(if known.refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn preview(known: &Everything) -> anyhow::Result<()> {
    output::line(&format!("{}, as the records are now:", known.name))?;
    for part in &known.parts {
        let mut words = Vec::new();
        if part.about > 0 {
            words.push(format!("{} to erase", part.about));
        }
        if part.mentions > 0 {
            words.push(format!("{} stay and no longer name them", part.mentions));
        }
        if let Some((count, why)) = &part.law {
            words.push(format!("{count} must be kept and no longer name them: {why}"));
        }
        output::line(&format!("  {}: {}", part.title, words.join("; ")))?;
    }
    for why in &known.refused {
        output::line(&format!("not now: {why}"))?;
    }
    if known.refused.is_empty() {
        output::line(&format!("nothing was erased yet\nhint: the same again with --confirm {}", known.code))?;
    }
    Ok(())
}

async fn export(place: &Place, person: &str, out: &std::path::Path) -> anyhow::Result<ExitCode> {
    let (house, school) = place.open().await?;
    let zip = house.export_person(&house.operator(), &school, person).await?;
    let wrong = |error: std::io::Error| anyhow::anyhow!("`{}`: {error}", out.display());
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    std::io::Write::write_all(&mut options.open(out).map_err(wrong)?, &zip).map_err(wrong)?;
    output::line(&format!("{} bytes in `{}`, for this account only", zip.len(), out.display()))?;
    Ok(ExitCode::SUCCESS)
}
