//! Agreements: how a school words them, who signs, who has not, and what stays of a signature.
//!
//! Invariant: people sign exactly the text of a published version, and only what the policies ask of them; whatever is
//! said of who has signed is worked out by the engine *flow*, never kept beside it.

mod anew;
mod approval;
mod chase;
mod compare;
mod copy;
mod copy_pdf;
mod kiosk;
mod later;
mod link;
mod paper;
mod pile;
mod question;
mod read_with;
mod roll;
mod sign;
mod text;
mod wording;

pub use anew::{Anew, ForAnew};
pub use approval::{Answer, Approval, ApprovalState, Approving};
pub(crate) use approval::{approvers, of_mine as approvals_of_mine};
pub use chase::Chased;
pub use compare::{ComparedPoint, Piece, PieceKind, words as compare_words};
pub use copy::{MySignature, Receipt, SignedCopy};
pub use kiosk::{Kiosk, KioskChoice, Picked};
pub(crate) use later::of_mine as question_of_mine;
pub use later::{Answered, LaterShown};
pub(crate) use link::{NewLink, copied_by};
pub use link::{SeenSign, copy_path, sign_path};
pub use paper::{ReadSlip, Slip, Slips, SlipsWanted};
pub(crate) use pile::HANDLER as PILE;
pub use pile::{Pile, Sheet};
pub use question::Question;
pub(crate) use question::{mixed, question};
pub use read_with::{ReadWith, Readable};
pub(crate) use roll::class_of;
pub use roll::{Roll, RollLine, RollState};
pub use sign::{Answers, Part, SignedNow, Signing, ToSign};
pub use text::{Point, Text};
pub use wording::{Composed, Publish, WordedPoint, Wording};

use crate::act::Before;
use crate::snapshot::Adopted;
use crate::{Error, House};
use jiff::civil::Date;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::control::{Agreement, ControlKind};
use schoolkeeper_core::id::Name;
use schoolkeeper_rules::flow::agreement as engine;
use schoolkeeper_rules::flow::people::{NameKind, kind_of};
use schoolkeeper_rules::{CompiledControl, Ctx};
use schoolkeeper_store::School;

/// An agreement of a policy in force.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) policy: &'a Adopted,
    pub(crate) ctx: Ctx<'a>,
    pub(crate) control: &'a CompiledControl,
    pub(crate) spec: &'a Agreement,
}

impl Place<'_> {
    pub(crate) fn title(&self) -> String {
        self.control.control.title.clone()
    }

    pub(crate) fn id(&self) -> &str {
        &self.control.control.id
    }

    /// `PACK/CONTROL`.
    pub(crate) fn target(&self) -> String {
        format!("{}/{}", self.policy.id(), self.id())
    }

    /// A section that is not started tells nobody.
    pub(crate) fn is_started(&self) -> bool {
        self.ctx.world.started.get(self.id()).is_none_or(Option::is_some)
    }

    /// Whether it may be signed in a way; an agreement that names none takes any.
    pub(crate) fn takes(&self, way: &str) -> bool {
        self.spec.sign.is_empty() || self.spec.sign.iter().any(|known| &**known == way)
    }
}

/// Every agreement of the policies in force.
pub(crate) fn places<'a>(before: &'a Before) -> Vec<Place<'a>> {
    let of_policy = |(policy, ctx): (&'a Adopted, Ctx<'a>)| {
        ctx.pack.controls.values().filter_map(move |control| match &control.control.kind {
            ControlKind::Agreement(spec) => Some(Place { policy, ctx, control, spec }),
            _ => None,
        })
    };
    before.policies().flat_map(of_policy).collect()
}

/// One agreement; missing when there is none of that name.
pub(crate) fn place<'a>(before: &'a Before, (pack, control): (&str, &str)) -> Result<Place<'a>, Error> {
    let found = places(before).into_iter().find(|place| &**place.policy.id() == pack && place.id() == control);
    found.ok_or(Error::Missing)
}

/// One agreement as the list shows it.
#[expect(clippy::struct_excessive_bools, reason = "each is a word on its line")]
#[derive(Clone, Debug)]
pub struct AgreementLine {
    /// Id of its policy.
    pub pack: Name,
    /// Title of its policy.
    pub policy: String,
    /// Id of its control.
    pub control: Name,
    /// Its title.
    pub title: String,
    /// Who signs, in words.
    pub audience: String,
    /// The version signed now, and since when.
    pub version: Option<(String, Option<Date>)>,
    /// How many have signed.
    pub signed: usize,
    /// How many have not, and are in time.
    pub waiting: usize,
    /// How many have not, and are late.
    pub late: usize,
    /// Of how many nobody can say.
    pub unknown: usize,
    /// Nobody has vouched that the list of those who sign is complete.
    pub uncounted: bool,
    /// Its section is not started.
    pub not_started: bool,
    /// Its words are written and published here; else a document is signed, in the version its record says.
    pub worded: bool,
    /// Something waits until it is signed.
    pub blocks: bool,
    /// Points of the policy the version leaves out.
    pub left_out: usize,
}

impl House {
    /// Every agreement the policies of a school ask for.
    pub async fn agreements(&self, actor: &Actor, school: &School) -> Result<Vec<AgreementLine>, Error> {
        self.scope_at(actor, "finding.see", school).await?;
        let before = self.before(actor, school).await?;
        Ok(places(&before).iter().map(line).collect())
    }

    /// A school of the actor's organisation where an act of agreements is theirs: also for people without a role.
    pub async fn agreement_school(&self, actor: &Actor, slug: &str, act: &str) -> Result<School, Error> {
        let schools = self.read().await?.schools(&Scope::system("agreement")).await?;
        let school = schools.into_iter().find(|one| one.slug == slug && one.organisation == actor.organisation);
        let school = school.ok_or(Error::Missing)?;
        self.scope_at(actor, act, &school).await?;
        Ok(school)
    }
}

fn line(place: &Place<'_>) -> AgreementLine {
    let Place { ctx, control, spec, policy } = *place;
    let roll = engine::roll(ctx, control, spec);
    let papers = engine::papers(ctx, control, spec);
    let current = papers.found.first().map(engine::Paper::current);
    let state = |state: RollState| roll.iter().filter(|line| roll::state(ctx, line) == state).count();
    let left_out = current.and_then(|version| version.articles.as_ref());
    let (bound, _) = engine::bound_articles(ctx, control);
    AgreementLine {
        pack: policy.id().clone(),
        policy: ctx.pack.pack.head.title.clone(),
        control: control.control.id.clone(),
        title: place.title(),
        audience: audience(place),
        version: current.map(|version| (version.name.to_string(), Some(ctx.world.calendar.day(version.at)))),
        signed: state(RollState::Signed),
        waiting: state(RollState::Waiting),
        late: state(RollState::Late),
        unknown: state(RollState::Unknown),
        uncounted: !engine::signers(ctx, spec, &[]).missing.is_empty(),
        not_started: !place.is_started(),
        worded: spec.document.is_none(),
        blocks: !spec.blocks.is_empty(),
        left_out: left_out.map_or(0, |there| bound.iter().filter(|id| !there.contains(id)).count()),
    }
}

/// Who signs: `Everybody who works here, governors`.
pub(crate) fn audience(place: &Place<'_>) -> String {
    let pack = &place.ctx.pack.pack;
    let words = place.spec.audience.iter().map(|name| match kind_of(place.ctx, name, None) {
        NameKind::Audience => {
            let title = pack.audiences.get(name).and_then(|found| found.title.clone());
            title.unwrap_or_else(|| crate::view::cause::role_title(pack, name))
        }
        NameKind::Kind => many(name),
        _ => crate::view::cause::role_title(pack, name),
    });
    words.collect::<Vec<_>>().join(", ")
}

/// A kind of person, of several.
pub(crate) fn many(kind: &str) -> String {
    match kind {
        "staff" => "Staff".to_owned(),
        "agency" => "Supply and agency staff".to_owned(),
        other => {
            let mut letters = other.chars();
            letters.next().map_or_else(String::new, |first| format!("{}{}s", first.to_uppercase(), letters.as_str()))
        }
    }
}
