//! One question a fortnight about what somebody has signed: those the check before the signature did not ask.
//!
//! Invariant: somebody is asked one question at a time, whatever they signed; none is asked twice of one signature, and
//! what was chosen is never kept.

use super::{Place, Question, places, question, sign};
use crate::act::{Acted, Before, PolicyAct};
use crate::mine::{Mine, What};
use crate::{Error, House};
use jiff::civil::Date;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::flow::agreement as engine;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_store::School;
use std::collections::BTreeMap;

/// The question that waits for somebody.
#[derive(Clone, Debug)]
pub struct LaterShown {
    /// Title of what they signed.
    pub title: String,
    /// The question.
    pub question: Question,
    /// How many come after it.
    pub left: usize,
    pack: Name,
    control: Name,
}

/// What became of an answer.
#[derive(Clone, Debug)]
pub enum Answered {
    /// It is right, and written down that it was answered.
    Right,
    /// It is not, or none was chosen: what the form says.
    Wrong(String),
    /// It was not taken, for this reason.
    Refused(String),
}

impl House {
    /// The question an agreement has for somebody now; missing when there is none.
    pub async fn later_question(
        &self,
        actor: &Actor,
        school: &School,
        which: (&str, &str),
    ) -> Result<LaterShown, Error> {
        let before = self.before(actor, school).await?;
        let open = open(&before).filter(|open| (&*open.pack, &*open.control) == which);
        open.ok_or(Error::Missing)
    }

    /// Answers it.
    pub async fn answer_later(
        &self,
        actor: &Actor,
        school: &School,
        (shown, answer): (&LaterShown, &str),
    ) -> Result<Answered, Error> {
        let question = &shown.question;
        if answer.is_empty() {
            return Ok(Answered::Wrong("Choose an answer".to_owned()));
        }
        if !question.is_right(answer) {
            return Ok(Answered::Wrong(format!("Not quite. {} Try again", question.teaches)));
        }
        let form = Value::Map(BTreeMap::from([(Name::from("clause"), Value::text(&question.clause))]).into());
        let (pack, control) = (&*shown.pack, &*shown.control);
        let act = PolicyAct { pack, control, act: "agreement.answer", on: None, form };
        Ok(match self.act(actor, school, act).await? {
            Acted::Done(_) => Answered::Right,
            Acted::Refused(why) => Answered::Refused(why),
        })
    }
}

/// The question that waits for the actor of a look, as a line of their own page.
pub(crate) fn of_mine(before: &Before, school: &School) -> Option<Mine> {
    open(before).map(|open| Mine {
        what: What::Learn,
        title: open.question.ask.clone(),
        about: format!("A minute about “{}”, which you have signed", open.title),
        due: None,
        late: false,
        link: format!("/school/{}/question/{}/{}", school.slug, open.pack, open.control),
    })
}

/// The first question that waits: none before a fortnight has gone by since they signed or answered anything.
fn open(before: &Before) -> Option<LaterShown> {
    let (me, mut last) = (before.person()?, None::<Date>);
    let mut out = None;
    for place in places(before) {
        let Some(later) = theirs(&place, me) else { continue };
        last = last.max(Some(later.opens(place.ctx)));
        out = out.or_else(|| {
            let mut rest = rest(&place, me, &later).into_iter();
            let question = rest.next()?;
            let (pack, control) = (place.policy.id().clone(), Name::from(place.id()));
            Some(LaterShown { title: place.title(), question, left: rest.count(), pack, control })
        });
    }
    let today = before.world().calendar.day(before.world().now);
    out.filter(|_| last.is_some_and(|opens| opens <= today))
}

fn theirs(place: &Place<'_>, me: usize) -> Option<engine::Later> {
    place.is_started().then_some(())?;
    let person = Row::at(place.ctx.world, place.ctx.world.schemas.index("person")?, me);
    engine::later(place.ctx, place.control, place.spec, person)
}

/// What is left of the questions the check did not draw.
fn rest(place: &Place<'_>, me: usize, later: &engine::Later) -> Vec<Question> {
    let Some(register) = place.ctx.world.schemas.index("person") else { return Vec::new() };
    let person = Row::at(place.ctx.world, register, me).id();
    let text = sign::part(place, me, &later.version).text;
    let pool = question::pool(place, (me, person), &text).into_iter().skip(question::wanted(place, &text));
    pool.filter(|question| !later.answered.contains(&question.clause)).collect()
}
