//! Policies a school writes itself: begun from one that is there, changed by forms or as text, every state kept.
//!
//! Invariant: an edition is text until it is adopted like any other policy; it is read from its own texts, from the
//! policies in force here and from those that come with Schoolkeeper, and from nowhere else.

mod change;
mod check;
mod draft;

pub use change::Kept;
pub use check::{Checked, Found};
pub use schoolkeeper_pack::{Field as FieldOf, Typed, control_type, fields, shown_table, tables};
pub use schoolkeeper_rules::example::Outcome;

/// The types of controls.
pub const CONTROL_TYPES: &[&str] = schoolkeeper_pack::CONTROL_TYPES;

use crate::authority::Try;
use crate::number::reason;
use crate::pages::office_of;
use crate::{Error, House, dates, shipped};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::Name;
use schoolkeeper_store::edition::{EditionState, Sources};
use schoolkeeper_store::{Read, School};

/// Writing one.
const ACT: &str = "policy.write";
/// Most editions of one school.
const EDITIONS_MAX: usize = 20;
/// Bytes of all texts of one.
const BYTES_MAX: usize = 4_000_000;

/// An edition in one of its states.
#[derive(Clone, Debug)]
pub struct Edition {
    /// Whose it is.
    pub school: School,
    /// Which state.
    pub state: EditionState,
    /// Path and text of every file.
    pub sources: Sources,
    /// It is the newest state, so it may be changed.
    pub newest: bool,
}

/// One state as pages list it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateLine {
    /// Id of the policy.
    pub pack: Name,
    /// Its number.
    pub number: i64,
    /// What was done.
    pub says: String,
    /// Who and when.
    pub who: String,
}

/// How one is begun.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Begin {
    /// The policy it starts from.
    pub from: String,
    /// It takes that policy's place; else it extends it, under an id of its own.
    pub replaces: bool,
    /// Its id, when it extends another.
    pub id: String,
    /// Its title, when it extends another.
    pub title: String,
}

/// What was begun, or what is to be mended field by field.
pub type Begun = Result<Name, Vec<(&'static str, String)>>;

impl Edition {
    /// Its id.
    pub fn pack(&self) -> &str {
        &self.state.pack
    }

    /// Whether a file is its own, and not one of a parent or of shared tables.
    pub fn is_own(&self, path: &str) -> bool {
        let own = path.strip_prefix(self.pack()).is_some_and(|rest| rest == ".toml" || rest.starts_with('/'));
        own && self.sources.iter().any(|(known, _)| known == path)
    }

    /// The text of one of its files.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.sources.iter().find(|(known, _)| known == path).map(|(_, text)| text.as_str())
    }
}

impl House {
    /// A school for somebody who may write a policy there; missing for anybody else.
    pub async fn edition_school(&self, actor: &Actor, slug: &str) -> Result<School, Error> {
        let school = self.school_at(actor, slug).await?;
        self.scope_at(actor, ACT, &school).await?;
        Ok(school)
    }

    /// Every edition of a school in its newest state.
    pub async fn editions(&self, actor: &Actor, school: &School) -> Result<Vec<StateLine>, Error> {
        let scope = self.scope_at(actor, ACT, school).await?;
        let found = self.read().await?.editions(&scope, school.id).await?;
        self.state_lines(school, found).await
    }

    /// Every kept state of one, newest first.
    pub async fn edition_states(&self, actor: &Actor, edition: &Edition) -> Result<Vec<StateLine>, Error> {
        let scope = self.scope_at(actor, ACT, &edition.school).await?;
        let found = self.read().await?.edition_states(&scope, edition.school.id, edition.pack()).await?;
        self.state_lines(&edition.school, found).await
    }

    async fn state_lines(&self, school: &School, found: Vec<EditionState>) -> Result<Vec<StateLine>, Error> {
        let calendar = schoolkeeper_core::calendar::Calendar::new(school.division, Vec::new());
        let mut out = Vec::new();
        for one in found {
            let who = self.who_did(&Scope::system("names"), &one.kept_by).await?;
            let who = format!("{who}, {}", dates::moment(one.kept_at, calendar.zone()));
            out.push(StateLine { pack: one.pack, number: one.number, says: one.says, who });
        }
        Ok(out)
    }

    /// One edition, in its newest state or in one that was kept before.
    pub async fn edition(
        &self,
        actor: &Actor,
        school: &School,
        (pack, number): (&str, Option<i64>),
    ) -> Result<Edition, Error> {
        let scope = self.scope_at(actor, ACT, school).await?;
        let read = self.read().await?;
        let states = read.edition_states(&scope, school.id, pack).await?;
        let newest = states.first().ok_or(Error::Missing)?.number;
        let number = number.unwrap_or(newest);
        let (state, sources) = read.edition(&scope, school.id, (pack, number)).await?.ok_or(Error::Missing)?;
        Ok(Edition { school: school.clone(), state, sources, newest: number == newest })
    }

    /// Begins an edition of a policy that is in force here, or one that extends a policy.
    pub async fn begin_edition(&self, actor: &Actor, school: &School, begin: &Begin) -> Result<Begun, Error> {
        let scope = self.allow(actor, school, &Try::plain(ACT)).await?.scope;
        let read = self.read().await?;
        let known = read.editions(&scope, school.id).await?;
        let adopted = read.adopted_packs(&Scope::system("editions"), school.id).await?;
        let here = adopted.iter().find(|one| *one.pack == *begin.from);
        let shipped = shipped::packs().ids().contains(&begin.from);
        if here.is_none() && (begin.replaces || !shipped) {
            return Ok(Err(vec![("from", "Choose the policy it starts from".to_owned())]));
        }
        let mut wrong = Vec::new();
        if begin.replaces && ordered_by_trust(&read, school, &begin.from).await? {
            wrong.push((
                "way",
                "The trust orders this policy. Write one that extends it: it may ask for more".to_owned(),
            ));
        }
        let id = if begin.replaces { begin.from.clone() } else { begin.id.trim().to_owned() };
        if !schoolkeeper_pack::is_name(&id) || id == "common" {
            wrong.push(("id", "Use small letters, digits and - between them, as in: marlpit-lane".to_owned()));
        } else if !begin.replaces
            && (shipped::packs().ids().contains(&id) || adopted.iter().any(|one| *one.pack == *id))
        {
            wrong.push(("id", "Another policy has this name already".to_owned()));
        } else if known.iter().any(|one| *one.pack == *id) {
            wrong.push(("id", "You are writing this one already".to_owned()));
        }
        if !begin.replaces && reason(&begin.title).is_err() {
            wrong.push(("title", "Give it a title".to_owned()));
        }
        if known.len() >= EDITIONS_MAX {
            wrong.push(("from", format!("At most {EDITIONS_MAX} policies are written at once. Let one go first")));
        }
        if !wrong.is_empty() {
            return Ok(Err(wrong));
        }
        let sources = match here {
            Some(here) if begin.replaces => here.sources.clone(),
            _ => vec![(format!("{id}.toml"), change::first_text(&id, begin)?)],
        };
        drop(read);
        let mut write = self.write().await?;
        let says = if begin.replaces { "Began with what is in force" } else { "Began" };
        write.keep_edition(&scope, (school.id, &id, 0), (&sources, says), self.now()).await?;
        write.commit().await?;
        Ok(Ok(Name::from(id)))
    }

    /// Lets an edition go. What was adopted of it stays in force.
    pub async fn drop_edition(&self, actor: &Actor, edition: &Edition) -> Result<(), Error> {
        let scope = self.allow(actor, &edition.school, &Try::plain(ACT)).await?.scope;
        let mut write = self.write().await?;
        write.drop_edition(&scope, (edition.school.id, edition.pack()), self.now()).await?;
        write.commit().await?;
        Ok(())
    }
}

/// Whether the trust adopted a policy of this id for all its schools, this one among them.
pub(crate) async fn ordered_by_trust(read: &Read, school: &School, pack: &str) -> Result<bool, Error> {
    let Some(office) = office_of(read, school).await? else { return Ok(false) };
    let orders = read.adopted_hashes(&Scope::system("orders"), office.id).await?;
    Ok(orders.iter().any(|(id, _)| **id == *pack))
}
