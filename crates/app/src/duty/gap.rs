//! Days of a task of every day that nobody ticked: what happened on them, said for several at once.
//!
//! Invariant: what was not done stays missed; a word about it is kept beside it.

use super::TaskAt;
use super::act::{Came, TaskAct};
use super::tally::{find, tap, tapped};
use crate::act::Acted;
use crate::{Error, House};
use jiff::civil::Date;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::occur;
use schoolkeeper_store::School;
use std::collections::BTreeMap;

/// Most days between the first and the last that are named at once.
const SPAN_MAX: i32 = 62;
/// Most things one act answers for.
const THINGS_MAX: usize = 200;

/// What somebody says about days nobody ticked.
#[derive(Clone, Debug)]
pub enum Said {
    /// It was done, only not ticked.
    Done,
    /// It was not done, and why.
    Missed(String),
}

impl House {
    /// Writes down what happened on days nobody ticked, for everything it was about; words when it is refused.
    pub async fn say_of_days(
        &self,
        (actor, school): (&Actor, &School),
        (pack, control): (&str, &str),
        (days, said): (&[Date], &Said),
    ) -> Result<Acted, Error> {
        let before = self.before(actor, school).await?;
        let (_, ctx, compiled, spec) = find(&before, pack, control)?;
        let form = match said {
            Said::Done if tap(spec).is_none() => return Err(Error::Missing),
            Said::Done => tapped(spec),
            Said::Missed(why) => BTreeMap::from([(Name::from("missed_because"), Value::text(why))]),
        };
        let span = days.iter().min().copied().zip(days.iter().max().copied());
        let Some((first, last)) = span.filter(|(first, last)| (*last - *first).get_days() <= SPAN_MAX) else {
            return Ok(refused("no day is chosen\nhint: tick the days you want to say something about"));
        };
        let passed = occur::passed(ctx, (compiled, spec), (first, last));
        let open: Vec<(Date, Vec<Option<EntryId>>)> = passed
            .into_iter()
            .filter(|(one, passed)| days.contains(&one.due) && !passed.silent.is_empty())
            .map(|(one, passed)| (one.due, passed.silent))
            .collect();
        drop(before);
        let mut acted = refused("somebody has said so already\nhint: look at the month again");
        for (due, things) in &open {
            for things in things.chunks(THINGS_MAX) {
                let at = TaskAt { pack: pack.into(), control: control.into(), due: *due, of: things[0] };
                let form = of_day(form.clone(), (*due, things), matches!(said, Said::Done));
                acted = self.act_on_task((actor, school), (&at, TaskAct::Complete, None), form, Came::none()).await?;
                if matches!(acted, Acted::Refused(_)) {
                    return Ok(acted);
                }
            }
        }
        Ok(acted)
    }
}

fn of_day(
    mut form: BTreeMap<Name, Value>,
    (due, things): (Date, &[Option<EntryId>]),
    done: bool,
) -> BTreeMap<Name, Value> {
    if done {
        form.insert(Name::from("on"), Value::Date(due));
    }
    let many: Vec<Value> = things.iter().copied().flatten().map(Value::Ref).collect();
    if many.len() > 1 {
        form.insert(Name::from("entries"), Value::List(many.into()));
    }
    form
}

fn refused(why: &str) -> Acted {
    Acted::Refused(why.to_owned())
}
