//! Signing on paper: a slip for each person with a code that is theirs, and the signed pile read back by its codes.
//!
//! Invariant: a code gives one signature, for the person and the version it was printed for; whoever reads the pile says
//! that the slips are signed and their check is right.

use super::link::NewLink;
use super::question::drawn;
use super::roll::{RollState, row, state};
use super::sign::part;
use super::{Answers, Part, Question, Signing, ToSign, place};
use crate::sign_in::secret::Secret;
use crate::{Error, House};
use jiff::SignedDuration;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::Name;
use schoolkeeper_rules::flow::agreement as engine;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_store::School;
use schoolkeeper_store::sign_link::{Carrier, SignLink};

/// How long a slip is good.
const SLIP_DAYS: i64 = 90;
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
    /// Which line it was.
    pub line: usize,
    /// Whose it is.
    pub name: Option<String>,
    /// Why it is not signed; none when it is.
    pub why: Option<String>,
}

impl House {
    /// Whether an agreement is signed on paper at all, and how many slips would be printed.
    pub async fn slips_wanted(
        &self,
        actor: &Actor,
        school: &School,
        which: (&str, &str),
    ) -> Result<(String, usize), Error> {
        self.scope_at(actor, "agreement.publish", school).await?;
        let before = self.before(actor, school).await?;
        let place = place(&before, which)?;
        if !place.takes("paper") {
            return Err(Error::Missing);
        }
        Ok((place.title(), open(&place).len()))
    }

    /// Makes a slip for everybody who has not signed.
    pub async fn slips(&self, actor: &Actor, school: &School, which: (&str, &str)) -> Result<Slips, Error> {
        self.slips_wanted(actor, school, which).await?;
        let before = self.before(actor, school).await?;
        let place = place(&before, which)?;
        let lines = open(&place);
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
            let read = self.read_slip(school, (which, code)).await?;
            let (name, why) = match read {
                Ok(name) => (Some(name), None),
                Err((name, why)) => (name, Some(why)),
            };
            out.push(ReadSlip { line: at + 1, name, why });
        }
        Ok(out)
    }

    /// The name of whose slip it is, or why it was not taken.
    async fn read_slip(
        &self,
        school: &School,
        (which, code): ((&str, &str), &str),
    ) -> Result<Result<String, (Option<String>, String)>, Error> {
        let no = |why: &str| Ok(Err((None, why.to_owned())));
        let Some(token) = Secret::read(&code.to_lowercase()) else {
            return no("This is no code of a slip. Read it again");
        };
        let found =
            self.sign_link(&token).await?.filter(|(link, at)| link.carrier == Carrier::Paper && at.id == school.id);
        let Some((link, _)) = found else { return no("This slip was read before, or it has ended") };
        let mut target = link.target.splitn(3, '/');
        if (target.next(), target.next()) != (Some(which.0), Some(which.1)) {
            return no("This slip is for something else");
        }
        let version = target.next().unwrap_or_default().to_owned();
        let person = link.person.ok_or(Error::Missing)?;
        let actor = match self.actor(person, link.organisation).await {
            Err(Error::Missing) => return no("Whose slip it is, is not on record any more"),
            actor => actor?,
        };
        match self.to_sign(&actor, school, (which, link.entry)).await {
            Err(Error::Missing | Error::NotAllowed(_)) => no("It is not asked of them any more"),
            Err(error) => Err(error),
            Ok(shown) => self.sign_slip(&actor, (which, &link), (&shown, &version)).await,
        }
    }

    async fn sign_slip(
        &self,
        actor: &Actor,
        (which, link): ((&str, &str), &SignLink),
        (shown, version): (&ToSign, &str),
    ) -> Result<Result<String, (Option<String>, String)>, Error> {
        let no = |why: &str| Ok(Err((Some(shown.name.clone()), why.to_owned())));
        if shown.parts.first().is_none_or(|part| part.text.version != version) {
            return no("A newer version is published, so this slip does not count. Print a new one");
        }
        if shown.signed.is_some() {
            return no("They have signed this version already");
        }
        let mut write = self.write().await?;
        if !write.use_sign_link(&super::wording::system(), link, self.now()).await? {
            return no("This slip was read before, or it has ended");
        }
        write.commit().await?;
        match self.sign(actor, &shown.school, (which, link.entry), (&vouched(shown), "paper")).await? {
            Signing::Done(..) => Ok(Ok(shown.name.clone())),
            Signing::Refused(_, why) => no(&why),
            Signing::Mistakes(..) => no("A newer version came meanwhile. Print a new slip"),
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
