//! The policy on a page anybody may read: switched on by somebody, off again, and without anything of people.
//!
//! Invariant: what is shown is the text of the policy in force, its version, its approval and its review date. Of numbers,
//! only those that are numbers: words a school filled in stay inside, since they may name somebody.

use crate::authority::Try;
use crate::life::Document;
use crate::{Error, House, Standpoint};
use jiff::civil::Date;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::pack::Literal;
pub use schoolkeeper_store::policy_page::Found;
use schoolkeeper_store::policy_page::PolicyPage;

/// What anybody may read.
#[derive(Debug)]
pub struct Public {
    /// The policy as it is in force at the school; no results and no people are read from it.
    pub at: Standpoint,
    /// Whether search engines may list it, and since when it is there.
    pub page: PolicyPage,
    /// The record of the policy, without who keeps it.
    pub document: Option<Document>,
    /// By when it is looked at again.
    pub review: Option<Date>,
}

impl House {
    /// The page anybody may read; missing while nobody switched it on.
    pub async fn public_policy(&self, school: &str, pack: &str) -> Result<Public, Error> {
        let (system, read) = (Scope::system("public page"), self.read().await?);
        let school = read.schools(&system).await?.into_iter().find(|one| one.slug == *school).ok_or(Error::Missing)?;
        let page = read.policy_page(&system, school.id, pack).await?.ok_or(Error::Missing)?;
        let mut at = self.read_standpoint(&read, &system, school, pack).await?;
        let (document, review) = self.approved(&read, &at).await?;
        at.set.retain(|_, value| !matches!(value, Literal::Text(text) if !is_measure(text)));
        at.set.retain(|_, value| !matches!(value, Literal::List(_)));
        Ok(Public { at, page, document, review })
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
        Ok(())
    }
}

/// `26 hours`, `1 term`: a number with its unit names nobody.
fn is_measure(text: &str) -> bool {
    text.parse::<schoolkeeper_core::phrase::Span>().is_ok()
}
