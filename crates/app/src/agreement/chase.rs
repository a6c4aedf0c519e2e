//! Telling people that something is to be signed: by one press, and by itself as the policy says.
//!
//! Invariant: the same is told once; a section that is not started tells nobody; whoever has signed is not told.

use super::link::{NewLink, sign_path};
use super::roll::{RollState, of};
use super::wording::system;
use super::{Place, place, places};
use crate::act::Before;
use crate::mail::NewMail;
use crate::{Error, House};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::mail::MailKind;
use schoolkeeper_rules::flow;
use schoolkeeper_rules::flow::people::{NameKind, holders, kind_of};
use schoolkeeper_store::School;
use schoolkeeper_store::sign_link::Carrier;
use std::collections::BTreeMap;

/// How long somebody has by a link.
const LINK_DAYS: i64 = 14;
/// Words of a ladder that mean whoever signs.
const SIGNER: &[&str] = &["owner", "subject", "holder"];

/// Whom one press told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chased {
    /// Mails that wait now.
    pub told: usize,
    /// People no mail reaches.
    pub unreached: usize,
}

/// What is to be told to one person.
struct Telling {
    person: EntryId,
    kind: MailKind,
    link: String,
    key: String,
}

impl House {
    /// Mails everybody who has not signed, or those of one class of person; the same person once a day.
    pub async fn chase(
        &self,
        actor: &Actor,
        school: &School,
        (which, class): ((&str, &str), Option<&str>),
    ) -> Result<Chased, Error> {
        self.scope_at(actor, "agreement.publish", school).await?;
        let before = self.before(actor, school).await?;
        let place = place(&before, which)?;
        let mut out = Chased::default();
        if !place.is_started() {
            return Ok(out);
        }
        let today = self.today(school);
        let mut write = self.write().await?;
        for line in of(&place).lines {
            let open = matches!(line.state, RollState::Late | RollState::Waiting);
            if !open || class.is_some_and(|class| class != line.class) {
                continue;
            }
            if !line.has_email {
                out.unreached += 1;
                continue;
            }
            let key = format!("chase:{}:{}:{}:{today}", school.id, place.target(), line.person);
            let until = self.now() + SignedDuration::from_hours(24 * LINK_DAYS);
            let (kind, link) = if place.takes("link") {
                let new = NewLink {
                    carrier: Carrier::Mail,
                    target: place.target(),
                    entry: line.entry,
                    person: Some(line.person),
                    ends_at: until,
                };
                let token = self.make_sign_link(&mut write, school, new).await?;
                (MailKind::SignLink { until }, sign_path(&token))
            } else {
                (MailKind::Signature { by: line.due }, own_page(&place, school))
            };
            let telling = Telling { person: line.person, kind, link, key };
            out.told += usize::from(self.tell_one(&mut write, school, telling).await?);
        }
        write.commit().await?;
        Ok(out)
    }

    /// What the policies tell by themselves about signatures that are missing; how many mails wait after it.
    pub(crate) async fn tell_signers(&self, before: &Before, school: &School) -> Result<usize, Error> {
        let mut tellings = Vec::new();
        for place in places(before).iter().filter(|place| place.is_started()) {
            tellings.extend(of_ladder(place, school, self.now()));
        }
        let (mut write, mut told) = (self.write().await?, 0);
        for telling in tellings {
            told += usize::from(self.tell_one(&mut write, school, telling).await?);
        }
        write.commit().await?;
        Ok(told)
    }

    async fn tell_one(
        &self,
        write: &mut schoolkeeper_store::Write,
        school: &School,
        telling: Telling,
    ) -> Result<bool, Error> {
        let mail = NewMail::of(school, (telling.person, telling.kind), (telling.link, telling.key));
        self.send(write, &system(), mail).await
    }
}

fn own_page(place: &Place<'_>, school: &School) -> String {
    format!("/school/{}/sign/{}", school.slug, place.target())
}

/// The newest rung each open signature has reached: its giver is told to sign, others that people have not.
fn of_ladder(place: &Place<'_>, school: &School, now: Timestamp) -> Vec<Telling> {
    let open: BTreeMap<EntryId, Option<Date>> = of(place)
        .lines
        .into_iter()
        .filter(|line| matches!(line.state, RollState::Late | RollState::Waiting))
        .map(|line| (line.person, line.due.filter(|_| line.has_email)))
        .collect();
    let mut newest: BTreeMap<(EntryId, Vec<Name>), Timestamp> = BTreeMap::new();
    for told in flow::told_by(place.ctx, place.control, now) {
        if let Some(person) = told.what.entry.filter(|person| open.contains_key(person)) {
            newest.insert((person, told.who), told.when);
        }
    }
    let mut out: BTreeMap<String, Telling> = BTreeMap::new();
    let mut put = |telling: Telling| out.insert(telling.key.clone(), telling);
    for ((person, who), when) in &newest {
        let at = format!("{}:{}", school.id, place.target());
        let day = place.ctx.world.calendar.day(*when);
        if who.iter().any(|name| SIGNER.contains(&&**name)) {
            let kind = MailKind::Signature { by: open[person] };
            let key = format!("sign:{at}:{person}:{day}");
            put(Telling { person: *person, kind, link: own_page(place, school), key });
        }
        let roles = who.iter().filter(|name| kind_of(place.ctx, name, None) == NameKind::Role);
        for leader in roles.flat_map(|role| holders(place.ctx, role)) {
            let link = format!("/school/{}/agreement/{}", school.slug, place.target());
            let key = format!("unsigned:{at}:{leader}:{day}");
            put(Telling { person: leader, kind: MailKind::Task { by: None }, link, key });
        }
    }
    out.into_values().collect()
}
