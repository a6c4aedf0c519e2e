//! What only an open house knows: terms, people who may give roles, work that failed, the proof that left.

use super::{Asked, Check, halves};
use crate::dates;
use crate::{Error, House};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_store::job::Stage;

/// Terms should be known for so long.
const TERMS: SignedDuration = SignedDuration::from_hours(60 * 24);
/// A checkpoint should leave the machine so often.
const PROOF: SignedDuration = SignedDuration::from_hours(7 * 24);

const CALENDAR: Asked = Asked("calendar", "Without terms no school day is known, and no deadline can be worked out.");
const JOBS: Asked = Asked("jobs", "Work that failed for good waits for somebody to look at it.");
const CHECKPOINT: Asked = Asked(
    "checkpoint",
    "Only a checkpoint outside of this machine shows when somebody who holds both records and key has changed them.",
);
const BACKUP: Asked = Asked("backup", "A back-up nobody has tried to read is a hope.");
const MAIL: Asked = Asked("mail", "Without mail nobody is told of what is due.");

pub(super) async fn look(house: &House) -> Vec<Check> {
    vec![
        calendar(house).await.unwrap_or_else(|error| failed(CALENDAR, &error)),
        jobs(house).await.unwrap_or_else(|error| failed(JOBS, &error)),
        checkpoint(house).await.unwrap_or_else(|error| failed(CHECKPOINT, &error)),
        BACKUP.cannot_tell("this version keeps no account of it here", "try one: restore the last back-up elsewhere"),
        MAIL.cannot_tell("this version does not look at it here", "send a test mail from the mail settings"),
    ]
}

fn failed(asked: Asked, error: &Error) -> Check {
    let (found, mend) = halves(error);
    asked.problem(found, mend)
}

async fn calendar(house: &House) -> Result<Check, Error> {
    let scope = Scope::system("doctor");
    let read = house.read().await?;
    let mut out = CALENDAR.fine("the terms of every school are known for the next 60 days");
    for school in read.schools(&scope).await?.iter().filter(|school| !school.trust) {
        let last = read.terms(&scope, school.id).await?.iter().map(|term| term.to).max();
        let today = house.today(school);
        let mend = format!("schoolkeeper calendar TERMS.toml --school {}", school.slug);
        match last {
            None => return Ok(CALENDAR.problem(format!("{} has no terms", school.title), mend)),
            Some(last) if last < today => {
                return Ok(CALENDAR.problem(format!("the last term of {} ended on {last}", school.title), mend));
            }
            Some(last) if today.checked_add(TERMS).is_ok_and(|day| day > last) => {
                out = CALENDAR.advice(format!("the last known term of {} ends on {last}", school.title), mend);
            }
            Some(_) => {}
        }
    }
    Ok(out)
}

async fn jobs(house: &House) -> Result<Check, Error> {
    let dead = house.read().await?.jobs(&Scope::system("doctor"), Stage::Dead, 100).await?;
    let Some(first) = dead.first() else { return Ok(JOBS.fine("nothing has failed for good")) };
    Ok(JOBS.problem(
        format!("{} failed for good, the oldest is `{}`", dead.len(), first.kind),
        "look at *Automatic checks* on the pages: it says why, and tries again",
    ))
}

async fn checkpoint(house: &House) -> Result<Check, Error> {
    let mend = "hand one out: put it into board papers, or let it go by mail";
    Ok(match house.checkpoint_left_at().await? {
        None => CHECKPOINT.advice("none has left this machine yet", mend),
        Some(left) => {
            let found = format!("the last one left on {}", dates::moment(left, &TimeZone::UTC));
            if house.now().duration_since(left) > PROOF {
                CHECKPOINT.advice(found, mend)
            } else {
                CHECKPOINT.fine(found)
            }
        }
    })
}
