//! Signing on paper: a slip for each person with a code that is theirs, and the signed pile read back by its codes.
//!
//! Invariant: a code gives one signature, for the person and the version it was printed for; whoever reads the pile says
//! that the slips are signed and their check is right.

use super::link::NewLink;
use super::question::drawn;
use super::roll::{RollState, row, state};
use super::sign::part;
use super::wording::system;
use super::{Answers, Part, Question, Signing, ToSign, place};
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

impl House {
    /// Whose slips would be printed; missing when an agreement is not signed on paper at all.
    pub async fn slips_wanted(
        &self,
        actor: &Actor,
        school: &School,
        which: (&str, &str),
    ) -> Result<SlipsWanted, Error> {
        self.scope_at(actor, "agreement.publish", school).await?;
        let before = self.before(actor, school).await?;
        let place = place(&before, which)?;
        if !place.takes("paper") {
            return Err(Error::Missing);
        }
        let lines: Vec<_> = open(&place).iter().map(|line| row(&place, line)).collect();
        let mut classes = BTreeMap::new();
        for line in &lines {
            *classes.entry(line.class.clone()).or_default() += 1;
        }
        let people = lines.into_iter().map(|line| (line.person, line.name)).collect();
        Ok(SlipsWanted { title: place.title(), people, classes })
    }

    /// Makes a slip for everybody who has not signed, or for those of one class of person.
    pub async fn slips(
        &self,
        actor: &Actor,
        school: &School,
        (which, class): ((&str, &str), Option<&str>),
    ) -> Result<Slips, Error> {
        self.slips_wanted(actor, school, which).await?;
        let before = self.before(actor, school).await?;
        let place = place(&before, which)?;
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
        self.slips_wanted(actor, school, which).await?;
        let mut out = Vec::new();
        for (at, code) in codes.lines().map(str::trim).enumerate().filter(|(_, code)| !code.is_empty()).take(SLIPS_MAX)
        {
            out.push(ReadSlip { line: at + 1, ..self.read_slip(school, (which, code), None).await? });
        }
        Ok(out)
    }

    /// Reads one code. What was used up since an instant was used up by the same reading, which is done again.
    pub(super) async fn read_slip(
        &self,
        school: &School,
        (which, code): ((&str, &str), &str),
        since: Option<Timestamp>,
    ) -> Result<ReadSlip, Error> {
        let Some(token) = Secret::read(&code.to_lowercase()) else {
            return Ok(ReadSlip::no("This is no code of a slip. Read it again"));
        };
        let link = self.read().await?.sign_link(&system(), &token.hash()).await?;
        let here = |link: &SignLink| link.carrier == Carrier::Paper && link.school == school.id;
        let Some(link) = link.filter(here) else { return Ok(ReadSlip::no(READ_BEFORE)) };
        let mut target = link.target.splitn(3, '/');
        if (target.next(), target.next()) != (Some(which.0), Some(which.1)) {
            return Ok(ReadSlip::no("This slip is for something else"));
        }
        let version = target.next().unwrap_or_default().to_owned();
        let person = link.person.ok_or(Error::Missing)?;
        let actor = match self.actor(person, link.organisation).await {
            Err(Error::Missing) => return Ok(ReadSlip::no("Whose slip it is, is not on record any more")),
            actor => actor?,
        };
        let shown = match self.to_sign(&actor, school, (which, link.entry)).await {
            Err(Error::Missing | Error::NotAllowed(_)) => {
                return Ok(ReadSlip::no("It is not asked of them any more"));
            }
            shown => shown?,
        };
        let why = match link.used_at {
            Some(used) if since.is_some_and(|since| used >= since) => None,
            Some(_) => Some(READ_BEFORE.to_owned()),
            None if link.ends_at <= self.now() => Some(READ_BEFORE.to_owned()),
            None if shown.parts.first().is_none_or(|part| part.text.version != version) => {
                Some("A newer version is published, so this slip does not count. Print a new one".to_owned())
            }
            None => self.sign_on_paper(&actor, which, (&shown, Some(&link))).await?,
        };
        Ok(ReadSlip { line: 0, whose: Some((person, shown.name)), why })
    }

    /// Signs what somebody vouches for; why it is not signed, otherwise.
    pub(super) async fn sign_on_paper(
        &self,
        actor: &Actor,
        which: (&str, &str),
        (shown, link): (&ToSign, Option<&SignLink>),
    ) -> Result<Option<String>, Error> {
        if shown.signed.is_some() {
            return Ok(Some("They have signed this version already".to_owned()));
        }
        let entry = shown.entry.as_ref().map(|(entry, _)| *entry);
        let using = (&vouched(shown), "paper", link);
        match self.sign_using(actor, &shown.school, (which, entry), using).await {
            Err(Error::Missing) => Ok(Some(READ_BEFORE.to_owned())),
            Err(error) => Err(error),
            Ok(Signing::Done(..)) => Ok(None),
            Ok(Signing::Refused(_, why)) => Ok(Some(why)),
            Ok(Signing::Mistakes(..)) => Ok(Some("A newer version came meanwhile. Print a new slip".to_owned())),
        }
    }
}

/// Those who have not signed, in the order of classes and names.
fn open(place: &super::Place<'_>) -> Vec<engine::Line> {
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

/// What stands on a slip whose reader says that it is signed and its check is right.
fn vouched(shown: &ToSign) -> Answers {
    Answers {
        versions: shown.parts.iter().map(|part| (part.control.to_string(), part.text.version.clone())).collect(),
        opened: shown.documents.iter().map(|document| document.key.clone()).collect(),
        answers: shown.questions.iter().map(|one| (one.clause.to_string(), one.right.clone())).collect(),
        agreed: true,
    }
}
