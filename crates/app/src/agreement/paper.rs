//! Signing on paper: a slip for each person with a code that is theirs, and the signed pile read back by its codes.
//!
//! Invariant: a code gives one signature, for the person and the version it was printed for; whoever reads the pile says
//! that the slips are signed and their check is right.

use super::link::NewLink;
use super::question::drawn;
use super::roll::{RollState, row, state};
use super::sign::{part, shown_to};
use super::wording::system;
use super::{Part, Place, Question, ToSign, place};
use crate::act::{Acted, Before, Each};
use crate::evaluate::{TRIES_MAX, moved};
use crate::sign_in::secret::Secret;
use crate::{Error, House};
use jiff::{SignedDuration, Timestamp};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_rules::flow::agreement as engine;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_store::School;
use schoolkeeper_store::sign_link::{Carrier, SignLink};
use std::collections::BTreeMap;

/// How long a slip is good.
const SLIP_DAYS: i64 = 90;
const READ_BEFORE: &str = "This slip was read before, or it has ended";
/// Slips printed or read at once.
pub const SLIPS_MAX: usize = 500;

/// Slips to be printed.
#[derive(Clone, Debug)]
pub struct Slips {
    /// What is signed.
    pub title: String,
    /// One for each person who has not signed.
    pub slips: Vec<Slip>,
    /// Those beyond the most that are printed at once.
    pub more: usize,
}

/// Whose slips would be printed.
#[derive(Clone, Debug)]
pub struct SlipsWanted {
    /// What is signed.
    pub title: String,
    /// Everybody who has not signed, in the order of the slips.
    pub people: Vec<(EntryId, String)>,
    /// Their classes of person, each with how many.
    pub classes: BTreeMap<String, usize>,
}

/// One person's slip.
#[derive(Clone, Debug)]
pub struct Slip {
    /// Whose.
    pub name: String,
    /// Their class of person.
    pub class: String,
    /// What it is signed for, where there is one signature an entry.
    pub about: Option<String>,
    /// What they sign.
    pub part: Part,
    /// What is asked before signing.
    pub questions: Vec<Question>,
    /// What the square holds.
    pub code: String,
}

/// What became of one code of the pile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadSlip {
    /// Which line or page it was.
    pub line: usize,
    /// Whose it is.
    pub whose: Option<(EntryId, String)>,
    /// Why it is not signed; none when it is.
    pub why: Option<String>,
}

impl ReadSlip {
    fn no(why: impl Into<String>) -> Self {
        Self { line: 0, whose: None, why: Some(why.into()) }
    }
}

/// What is read off a pile.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sheet<'a> {
    /// A slip, by the code on it.
    Code(&'a str),
    /// Whose it is, as somebody says who looks at it.
    Of(EntryId),
}

/// Somebody's slip, with what they sign by it.
struct Found {
    link: Option<SignLink>,
    giver: Actor,
    shown: ToSign,
}

impl House {
    /// Whose slips would be printed; missing when an agreement is not signed on paper at all.
    pub async fn slips_wanted(
        &self,
        actor: &Actor,
        school: &School,
        which: (&str, &str),
    ) -> Result<SlipsWanted, Error> {
        let before = self.before_paper(actor, school).await?;
        Ok(wanted(&on_paper(&before, which)?))
    }

    /// The look of somebody who may print slips and read them.
    pub(super) async fn before_paper(&self, actor: &Actor, school: &School) -> Result<Before, Error> {
        self.scope_at(actor, "agreement.publish", school).await?;
        self.before(actor, school).await
    }

    /// Makes a slip for everybody who has not signed, or for those of one class of person.
    pub async fn slips(
        &self,
        actor: &Actor,
        school: &School,
        (which, class): ((&str, &str), Option<&str>),
    ) -> Result<Slips, Error> {
        let before = self.before_paper(actor, school).await?;
        let place = on_paper(&before, which)?;
        let mut lines = open(&place);
        lines.retain(|line| class.is_none_or(|class| row(&place, line).class == class));
        let ends_at = self.now() + SignedDuration::from_hours(24 * SLIP_DAYS);
        let (more, mut slips) = (lines.len().saturating_sub(SLIPS_MAX), Vec::new());
        let mut write = self.write().await?;
        for line in lines.into_iter().take(SLIPS_MAX) {
            let shown = row(&place, &line);
            let new = NewLink {
                carrier: Carrier::Paper,
                target: format!("{}/{}", place.target(), line.version),
                entry: shown.entry,
                person: Some(shown.person),
                ends_at,
            };
            let code = self.make_sign_link(&mut write, school, new).await?.text();
            let part = part(&place, line.signer.person, &line.version);
            let questions = drawn(&place, (line.signer.person, shown.person), &part.text);
            slips.push(Slip { name: shown.name, class: shown.class, about: shown.about, part, questions, code });
        }
        write.commit().await?;
        Ok(Slips { title: place.title(), slips, more })
    }

    /// Reads the codes of a signed pile, one a line.
    pub async fn read_slips(
        &self,
        actor: &Actor,
        school: &School,
        (which, codes): ((&str, &str), &str),
    ) -> Result<Vec<ReadSlip>, Error> {
        let lines: Vec<(usize, &str)> =
            codes.lines().map(str::trim).enumerate().filter(|(_, code)| !code.is_empty()).take(SLIPS_MAX).collect();
        let sheets: Vec<Sheet<'_>> = lines.iter().map(|(_, code)| Sheet::Code(code)).collect();
        let read = self.read_sheets((actor, school), (which, &sheets), None).await?;
        Ok(lines.iter().zip(read).map(|((at, _), slip)| ReadSlip { line: at + 1, ..slip }).collect())
    }

    /// Reads sheets in one look at the school and signs those that are good in one change. What was used up since an
    /// instant was used up by the same reading, which is done again.
    pub(super) async fn read_sheets(
        &self,
        (actor, school): (&Actor, &School),
        (which, sheets): ((&str, &str), &[Sheet<'_>]),
        since: Option<Timestamp>,
    ) -> Result<Vec<ReadSlip>, Error> {
        for _ in 0..TRIES_MAX {
            let before = self.before_paper(actor, school).await?;
            on_paper(&before, which)?;
            if let Some(read) = self.read_in(&before, school, (which, sheets), since).await? {
                self.evaluate_after(school).await?;
                return Ok(read);
            }
        }
        Err(moved())
    }

    /// `None` when the records moved since the look.
    async fn read_in(
        &self,
        before: &Before,
        school: &School,
        (which, sheets): ((&str, &str), &[Sheet<'_>]),
        since: Option<Timestamp>,
    ) -> Result<Option<Vec<ReadSlip>>, Error> {
        let (mut out, mut good): (Vec<ReadSlip>, Vec<(usize, Found)>) = (Vec::new(), Vec::new());
        let mut twice = Vec::new();
        for sheet in sheets {
            let found = match self.found(before, school, (which, *sheet)).await? {
                Ok(found) => found,
                Err(why) => {
                    out.push(ReadSlip::no(why));
                    continue;
                }
            };
            let same = good.iter().find(|(_, other)| other.is_as(&found)).map(|(at, _)| *at);
            let why = found.against((since, self.now()));
            out.push(ReadSlip { line: 0, whose: Some((found.shown.person, found.shown.name.clone())), why });
            let at = out.len() - 1;
            match same {
                Some(first) if out[at].why.is_none() => twice.push((at, first)),
                None if out[at].why.is_none() && !found.is_used() => good.push((at, found)),
                _ => {}
            }
        }
        let mut each = Vec::new();
        for (_, found) in &good {
            let (act, showing) = self.signs(&found.shown, ("paper", found.link.as_ref())).await?;
            each.push(Each { actor: found.giver.clone(), act, showing });
        }
        let Some(acted) = self.act_together(school, before, &each).await? else { return Ok(None) };
        for ((at, _), acted) in good.iter().zip(acted) {
            if let Acted::Refused(why) = acted {
                out[*at].why = Some(why);
            }
        }
        for (at, first) in twice {
            // Of one pile it is the same slip once more; else it was read a moment ago.
            out[at].why = if since.is_some() { out[first].why.clone() } else { Some(READ_BEFORE.to_owned()) };
        }
        Ok(Some(out))
    }

    /// Whose sheet it is and what they sign by it, of everybody a slip is printed for; why not, otherwise.
    async fn found(
        &self,
        before: &Before,
        school: &School,
        (which, sheet): ((&str, &str), Sheet<'_>),
    ) -> Result<Result<Found, String>, Error> {
        let (link, person) = match sheet {
            Sheet::Of(person) => (None, person),
            Sheet::Code(code) => match self.slip_link(school, (which, code)).await? {
                Ok((link, person)) => (Some(link), person),
                Err(why) => return Ok(Err(why.to_owned())),
            },
        };
        let giver = match self.actor(person, school.organisation).await {
            Err(Error::Missing) => return Ok(Err("Whose slip it is, is not on record any more".to_owned())),
            giver => giver?,
        };
        let (ctx, _) = before.control(which.0, which.1)?;
        let row = ctx.world.table_of("person").and_then(|people| people.row(person));
        let entry = link.as_ref().and_then(|link| link.entry);
        match row.map_or(Err(Error::Missing), |row| shown_to(before, school, (which, entry), row)) {
            Err(Error::Missing) => Ok(Err("It is not asked of them any more".to_owned())),
            shown => Ok(Ok(Found { link, giver, shown: shown? })),
        }
    }

    /// The link of a slip of this agreement, and whose it is; why not, otherwise.
    async fn slip_link(
        &self,
        school: &School,
        (which, code): ((&str, &str), &str),
    ) -> Result<Result<(SignLink, EntryId), &'static str>, Error> {
        let Some(token) = Secret::read(&code.to_lowercase()) else {
            return Ok(Err("This is no code of a slip. Read it again"));
        };
        let link = self.read().await?.sign_link(&system(), &token.hash()).await?;
        let here = |link: &SignLink| link.carrier == Carrier::Paper && link.school == school.id;
        let Some(link) = link.filter(here) else { return Ok(Err(READ_BEFORE)) };
        if !link.target.starts_with(&format!("{}/{}/", which.0, which.1)) {
            return Ok(Err("This slip is for something else"));
        }
        let person = link.person.ok_or(Error::Missing)?;
        Ok(Ok((link, person)))
    }
}

impl Found {
    fn is_used(&self) -> bool {
        self.link.as_ref().is_some_and(|link| link.used_at.is_some())
    }

    /// Whether another sheet gives the same signature.
    fn is_as(&self, other: &Self) -> bool {
        (self.shown.person, &self.shown.entry) == (other.shown.person, &other.shown.entry)
    }

    /// Why it gives no signature.
    fn against(&self, (since, now): (Option<Timestamp>, Timestamp)) -> Option<String> {
        let link = self.link.as_ref();
        let version = link.and_then(|link| link.target.rsplit('/').next());
        let current = self.shown.parts.first().map(|part| &*part.text.version);
        let why = match link.and_then(|link| link.used_at) {
            Some(used) if since.is_some_and(|since| used >= since) => return None,
            Some(_) => READ_BEFORE,
            None if link.is_some_and(|link| link.ends_at <= now) => READ_BEFORE,
            None if version.is_some_and(|version| Some(version) != current) => {
                "A newer version is published, so this slip does not count. Print a new one"
            }
            None if self.shown.signed.is_some() => "They have signed this version already",
            None => return None,
        };
        Some(why.to_owned())
    }
}

/// An agreement that is signed on paper; missing when it is not.
pub(super) fn on_paper<'a>(before: &'a Before, which: (&str, &str)) -> Result<Place<'a>, Error> {
    let place = place(before, which)?;
    if place.takes("paper") { Ok(place) } else { Err(Error::Missing) }
}

/// Everybody who has not signed, with their classes.
pub(super) fn wanted(place: &Place<'_>) -> SlipsWanted {
    let lines: Vec<_> = open(place).iter().map(|line| row(place, line)).collect();
    let mut classes = BTreeMap::new();
    for line in &lines {
        *classes.entry(line.class.clone()).or_default() += 1;
    }
    let people = lines.into_iter().map(|line| (line.person, line.name)).collect();
    SlipsWanted { title: place.title(), people, classes }
}

/// Those who have not signed, in the order of classes and names.
fn open(place: &Place<'_>) -> Vec<engine::Line> {
    let world = place.ctx.world;
    let register = world.schemas.index("person").unwrap_or_default();
    let mut lines = engine::roll(place.ctx, place.control, place.spec);
    lines.retain(|line| matches!(state(place.ctx, line), RollState::Late | RollState::Waiting));
    lines.sort_by_cached_key(|line| {
        let person = Row::at(world, register, line.signer.person);
        (person.text("kind").map(Name::from), person.one("class_group"), person.name())
    });
    lines
}
