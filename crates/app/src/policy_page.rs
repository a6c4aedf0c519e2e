//! The policy on a page anybody may read: switched on by somebody, off again, and without anything of people.
//!
//! Invariant: what is shown is the text of the policy in force, its version, its approval and its review date. Of numbers,
//! only those that are numbers: words a school filled in stay inside, since they may name somebody.

use crate::authority::Try;
use crate::kept::{At, Kept};
use crate::life::Document;
use crate::{Error, House, Standpoint, typeset};
use jiff::civil::Date;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_core::id::{Name, SchoolId};
use schoolkeeper_core::pack::Literal;
pub use schoolkeeper_store::policy_page::Found;
use schoolkeeper_store::policy_page::PolicyPage;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;

/// What anybody may read.
#[derive(Debug)]
pub struct Public {
    rendered: Mutex<BTreeMap<String, Arc<str>>>,
    day: Date,
    pdf: OnceCell<Arc<[u8]>>,
    /// The policy as it is in force at the school; no results and no people are read from it.
    pub at: Standpoint,
    /// Whether search engines may list it, and since when it is there.
    pub page: PolicyPage,
    /// The record of the policy, without who keeps it.
    pub document: Option<Document>,
    /// By when it is looked at again.
    pub review: Option<Date>,
}

/// What a public page was read at besides the records: while it is the same, so is the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReadAt {
    adopted: Vec<(Name, String)>,
    page: PolicyPage,
    day: Date,
}

/// The public pages as they were last read, by school and policy.
pub(crate) type Published = Kept<(SchoolId, Name), ReadAt, Public>;

/// Most public pages held at once.
pub(crate) const PUBLISHED_MAX: usize = 64;

impl Public {
    /// The day it was read on.
    pub fn day(&self) -> Date {
        self.day
    }

    /// A page of it by its name, made once. Names are the policy's own, so that there are not many.
    pub fn page_of<E>(&self, name: &str, make: impl FnOnce() -> Result<String, E>) -> Result<Arc<str>, E> {
        let ready = self.rendered.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
        if let Some(page) = ready {
            return Ok(page);
        }
        let fresh: Arc<str> = make()?.into();
        self.rendered.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), fresh.clone());
        Ok(fresh)
    }
}

impl House {
    /// The policy anybody may read as a PDF, made once.
    pub async fn public_pdf(
        &self,
        public: &Public,
        document: impl FnOnce() -> typeset::Document + Send,
    ) -> Result<Arc<[u8]>, Error> {
        let made = public.pdf.get_or_try_init(|| async { self.typeset(&document()).await.map(Arc::from) });
        made.await.cloned()
    }

    /// The page anybody may read; missing while nobody switched it on.
    /// Read anew only when a record, the policy, the page or the day has changed.
    pub async fn public_policy(&self, school: &str, pack: &str) -> Result<Arc<Public>, Error> {
        let (system, read) = (Scope::system("public page"), self.read().await?);
        let school = read.schools(&system).await?.into_iter().find(|one| one.slug == *school).ok_or(Error::Missing)?;
        let page = read.policy_page(&system, school.id, pack).await?.ok_or(Error::Missing)?;
        let day = Calendar::new(school.division, Vec::new()).day(self.now());
        let adopted = read.adopted_hashes(&system, school.id).await?;
        let read_at = At { generation: read.generation().await?, also: ReadAt { adopted, page: page.clone(), day } };
        let key = (school.id, Name::from(pack));
        if let Some(kept) = self.published.get(&key, &read_at) {
            return Ok(kept);
        }
        let mut at = self.read_standpoint(&read, &system, school, pack).await?;
        let (document, review) = self.approved(&read, &at).await?;
        at.set.retain(|_, value| !matches!(value, Literal::Text(text) if !is_measure(text)));
        at.set.retain(|_, value| !matches!(value, Literal::List(_)));
        let (rendered, pdf) = (Mutex::default(), OnceCell::new());
        let public = Arc::new(Public { rendered, day, pdf, at, page, document, review });
        self.published.keep(key, read_at, (&public, 1));
        Ok(public)
    }

    /// How the page of a policy is switched, and by whom.
    pub async fn policy_page(&self, actor: &Actor, at: &Standpoint) -> Result<Option<(PolicyPage, String)>, Error> {
        let scope = self.scope_at(actor, "policy.see", &at.school).await?;
        let page = self.read().await?.policy_page(&scope, at.school.id, at.pack_id()).await?;
        Ok(match page {
            Some(page) => Some((page.clone(), self.who_did(&Scope::system("names"), &page.by).await?)),
            None => None,
        })
    }

    /// Switches the page on as said, or off.
    pub async fn set_policy_page(&self, actor: &Actor, at: &Standpoint, found: Option<Found>) -> Result<(), Error> {
        let scope = self.allow(actor, &at.school, &Try::plain("policy.publish")).await?.scope;
        let mut write = self.write().await?;
        write.set_policy_page(&scope, (at.school.id, at.pack_id()), found, self.now()).await?;
        write.commit().await?;
        if found.is_some() {
            self.say_published(actor, &at.school, &at.pack.pack).await?;
        }
        Ok(())
    }
}

/// `26 hours`, `1 term`: a number with its unit names nobody.
fn is_measure(text: &str) -> bool {
    text.parse::<schoolkeeper_core::phrase::Span>().is_ok()
}
