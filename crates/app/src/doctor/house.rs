//! What only an open house knows: terms, people who may give roles, work that failed, the proof that left.

use super::{Asked, Check, halves};
use crate::dates;
use crate::{Error, House};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::mail::{Transport, Way};
use schoolkeeper_store::job::Stage;
use schoolkeeper_store::mail::{MailPage, Progress};
use schoolkeeper_store::mail_setup::{Setup, SetupOf, Side};

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
const ADMINISTRATORS: Asked =
    Asked("administrators", "When the only one is away, nobody can let anybody in or end somebody's access.");
/// A back-up is made every night; a night may be missed.
const BACKUP_AGE: SignedDuration = SignedDuration::from_hours(50);
/// Mails that failed in that time are told.
const MAIL_LOOKED: SignedDuration = SignedDuration::from_hours(7 * 24);

pub(super) async fn look(house: &House) -> Vec<Check> {
    vec![
        calendar(house).await.unwrap_or_else(|error| failed(CALENDAR, &error)),
        jobs(house).await.unwrap_or_else(|error| failed(JOBS, &error)),
        checkpoint(house).await.unwrap_or_else(|error| failed(CHECKPOINT, &error)),
        backup(house).await.unwrap_or_else(|error| failed(BACKUP, &error)),
        mail(house).await.unwrap_or_else(|error| failed(MAIL, &error)),
        administrators(house).await.unwrap_or_else(|error| failed(ADMINISTRATORS, &error)),
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

async fn backup(house: &House) -> Result<Check, Error> {
    let (scope, read) = (Scope::system("doctor"), house.read().await?);
    let latest = read.backups(&scope, 1).await?.into_iter().next();
    if let Some(why) = latest.and_then(|latest| latest.problem) {
        let (why, hint) = why.split_once("\nhint: ").unwrap_or((&why, "look at *Back-up of Schoolkeeper*"));
        return Ok(BACKUP.problem(format!("the last one failed: {why}"), hint));
    }
    let mend = "make one with `schoolkeeper backup`, and leave `schoolkeeper serve` or `work` running at night";
    let Some(good) = read.last_good_backup(&scope).await? else {
        let none = "none has come back yet";
        return Ok(if house.settings().sandbox { BACKUP.advice(none, mend) } else { BACKUP.problem(none, mend) });
    };
    let found = format!("the last good one is of {}", dates::moment(good.started_at, &TimeZone::UTC));
    let old = house.now().duration_since(good.started_at) > BACKUP_AGE;
    Ok(if old { BACKUP.problem(found, mend) } else { BACKUP.fine(found + " and came back") })
}

async fn mail(house: &House) -> Result<Check, Error> {
    let (scope, read) = (Scope::system("doctor"), house.read().await?);
    let (mut unset, mut failed, mut last) = (Vec::new(), 0, None);
    for school in read.schools(&scope).await? {
        let setup = read.mail_setup(&scope, SetupOf { school: school.id, side: Side::Out }).await?;
        let transport = setup.as_ref().and_then(Setup::settings::<Transport>);
        if transport.is_none_or(|transport| transport.way == Way::None) {
            unset.push(school.title);
            continue;
        }
        let (from, to) = (house.now() - MAIL_LOOKED, Timestamp::MAX);
        let page = |progress, limit| MailPage { progress: Some(progress), from, to, limit, ..MailPage::default() };
        failed += read.mails(&scope, school.id, &page(Progress::Failed, 100)).await?.len();
        failed += read.mails(&scope, school.id, &page(Progress::Bounced, 100)).await?.len();
        let sent = read.mails(&scope, school.id, &page(Progress::Sent, 1)).await?;
        last = last.max(sent.first().map(|mail| mail.changed_at));
    }
    if failed > 0 {
        let found = format!("{failed} mails of the last seven days were not sent or came back");
        return Ok(MAIL.problem(found, "look at *Outgoing mail* on the pages: it says why, and sends again"));
    }
    if let Some(school) = unset.first() {
        let found = format!("it is not set up for {school}: messages wait on a page");
        return Ok(MAIL.advice(found, "set it up with `schoolkeeper mail set`, or on the pages under *Mail*"));
    }
    Ok(match last {
        Some(last) => MAIL.fine(format!("the last one left on {}", dates::moment(last, &TimeZone::UTC))),
        None => MAIL.cannot_tell("none has left in the last seven days", "send a test mail from *Mail* on the pages"),
    })
}

async fn administrators(house: &House) -> Result<Check, Error> {
    let (scope, read) = (Scope::system("doctor"), house.read().await?);
    let mut least = usize::MAX;
    for organisation in read.organisations(&scope).await? {
        let mut many = 0;
        for joined in read.joined_to(&scope, organisation.id).await? {
            let actor = house.actor_in(&read, joined.person, organisation.id).await?;
            many += usize::from(House::scope(&actor, "role.assign").is_ok());
        }
        least = least.min(many);
    }
    let mend = "make a second person headteacher or business manager, and invite them";
    Ok(match least {
        0 => {
            ADMINISTRATORS.advice("nobody can sign in yet", "open the pages; `schoolkeeper setup-code` prints the code")
        }
        1 => ADMINISTRATORS.advice("only one person can give roles and let people in", mend),
        many => ADMINISTRATORS.fine(format!("{many} people can give roles and let people in")),
    })
}
