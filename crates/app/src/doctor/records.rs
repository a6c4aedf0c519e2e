//! The records: tables, damage, the clock beside them.

use super::{Asked, Check, halves};
use crate::House;
use crate::dates;
use crate::house::{Opening, new_id};
use crate::{Error, upgrade};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use schoolkeeper_store::{Place, Store};
use std::path::Path;

/// So long nobody writes nothing: then the clock has jumped, or nobody uses it.
const SILENCE: SignedDuration = SignedDuration::from_hours(45 * 24);
/// The newest record may lie so far ahead: clocks of two machines.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);

const TABLES: Asked = Asked("schema", "An older or newer program would not understand the records.");
/// What mends records that a disk has damaged.
pub(super) const RESTORE: &str = "stop everything and bring back the last good back-up with `schoolkeeper restore`; keep the damaged files for whoever looks into it";
const DAMAGE: Asked = Asked("database", "A disk that loses pages says nothing until somebody reads them.");
const CLOCK: Asked = Asked("clock", "Every deadline, every record and every sign-in code goes by it.");

pub(super) async fn look(
    path: &Path,
    place: &Place,
    opening: &Opening<'_>,
    (now, sealed): (Timestamp, bool),
) -> Vec<Check> {
    if let Place::Sqlite(file) = place
        && !file.exists()
    {
        return vec![TABLES.problem(
            format!("there is no database `{}`", file.display()),
            "bring back the last back-up with `schoolkeeper restore`, or make a new folder with `schoolkeeper init`",
        )];
    }
    let (mut out, current) = match Store::open(place, new_id()).await {
        Ok(store) => {
            let looked = below(&store, now).await;
            let _ = store.close().await;
            looked
        }
        Err(error) => (vec![unreachable(&error.into())], false),
    };
    if current && sealed {
        match House::open_as(path, &Opening { upgrade: false, holder: "doctor", ..*opening }).await {
            Ok(house) => out.extend(super::house::look(&house).await),
            Err(error) => out.push(unreachable(&error)),
        }
    }
    out
}

fn unreachable(error: &Error) -> Check {
    let (found, mend) = halves(error);
    DAMAGE.problem(found, mend)
}

/// What can be told of the tables without the policy; whether they are of this version.
async fn below(store: &Store, now: Timestamp) -> (Vec<Check>, bool) {
    let (schema, current) = match store.schema().await {
        Ok(schema) if schema.missing.is_empty() => (TABLES.fine("of this version"), true),
        Ok(schema) => (
            TABLES.problem(
                format!("{} steps are missing, the first is `{}`", schema.missing.len(), schema.missing[0]),
                "run `schoolkeeper migrate`, or start `schoolkeeper serve`",
            ),
            false,
        ),
        Err(error) => {
            let (found, mend) = halves(&error.into());
            return (vec![TABLES.problem(found, mend)], false);
        }
    };
    let damage = match store.damage().await {
        Ok(damage) if damage.is_empty() => DAMAGE.fine("every page can be read"),
        Ok(damage) => DAMAGE.problem(damage.join("; "), RESTORE),
        Err(error) => unreachable(&error.into()),
    };
    let mut out = vec![schema, damage];
    if current {
        out.push(clock(store, now).await);
    }
    (out, current)
}

async fn clock(store: &Store, now: Timestamp) -> Check {
    let newest = match store.read().await {
        Ok(read) => read.newest().await,
        Err(error) => Err(error),
    };
    match newest {
        Err(error) => CLOCK.cannot_tell(upgrade::chain(&error), "mend the database first"),
        Ok(None) => CLOCK.fine("nothing was ever written"),
        Ok(Some(newest)) if newest > now + AHEAD => CLOCK.problem(
            format!("it says {}, but the newest record is of {}", at(now), at(newest)),
            "set the clock (`timedatectl`), and let NTP keep it",
        ),
        Ok(Some(newest)) if newest + SILENCE < now => CLOCK.advice(
            format!("nothing was written since {}", at(newest)),
            "either nobody uses it, or the clock has jumped ahead: compare it with another one",
        ),
        Ok(Some(newest)) => CLOCK.fine(format!("it says {}, after the newest record ({})", at(now), at(newest))),
    }
}

fn at(at: Timestamp) -> String {
    format!("{} UTC", dates::moment(at, &TimeZone::UTC))
}
