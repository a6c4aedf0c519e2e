//! Lists as somebody wants to see them again.

use super::ListAsked;
use crate::{Error, House};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_store::School;
use schoolkeeper_store::list_view::{ListView, VIEWS_MAX};
use uuid::Uuid;

/// Longest name of a view, in characters.
const NAME_MAX: usize = 60;

/// A view that somebody wants to keep.
#[derive(Clone, Debug, Default)]
pub struct NewView {
    /// What it is called.
    pub name: String,
    /// Search, filters, order and columns.
    pub query: String,
    /// For everybody at the school.
    pub shared: bool,
    /// The list opens with it.
    pub is_default: bool,
}

impl House {
    /// The views of a list: one's own and the school's.
    pub async fn list_views(&self, actor: &Actor, school: &School, register: &str) -> Result<Vec<ListView>, Error> {
        let register = self.schemas.get(register).ok_or(Error::Missing)?;
        let scope = self.scope_at(actor, "records.see", school).await?;
        Ok(self.read().await?.list_views(&scope, school.id, &register.id).await?)
    }

    /// Whether somebody may make views for everybody at the school.
    pub async fn may_share_views(&self, actor: &Actor, school: &School) -> bool {
        self.scope_at(actor, "records.import", school).await.is_ok()
    }

    /// Keeps a view; `Err` of the inner result says what is to be mended.
    pub async fn save_list_view(
        &self,
        actor: &Actor,
        school: &School,
        register: &str,
        new: &NewView,
    ) -> Result<Result<Uuid, String>, Error> {
        let register = self.schemas.get(register).ok_or(Error::Missing)?;
        let scope = self.scope_at(actor, "records.see", school).await?;
        let name = new.name.trim();
        if name.is_empty() {
            return Ok(Err("Give the view a name".to_owned()));
        }
        if name.chars().count() > NAME_MAX {
            return Ok(Err(format!("The name can have {NAME_MAX} characters at most")));
        }
        let known = self.read().await?.list_views(&scope, school.id, &register.id).await?;
        if known.iter().any(|view| view.shared == new.shared && view.name.eq_ignore_ascii_case(name)) {
            return Ok(Err(format!("There is a view called \"{name}\" already")));
        }
        let shared = new.shared && self.may_share_views(actor, school).await;
        let view = ListView {
            id: Self::new_id(),
            shared,
            name: name.to_owned(),
            query: new.query.clone(),
            is_default: new.is_default,
        };
        let mut write = self.write().await?;
        if !write.put_list_view(&scope, (school.id, &register.id), &view, self.now()).await? {
            return Ok(Err(format!("There are {VIEWS_MAX} views already. Delete one first")));
        }
        write.commit().await?;
        Ok(Ok(view.id))
    }

    /// Deletes a view, or takes that back.
    pub async fn drop_list_view(&self, actor: &Actor, school: &School, view: Uuid, back: bool) -> Result<(), Error> {
        let scope = self.scope_at(actor, "records.see", school).await?;
        let shared = self.may_share_views(actor, school).await;
        let mut write = self.write().await?;
        let mine = write.drop_list_view(&scope, (school.id, view), (back, shared), self.now()).await?;
        if !mine {
            return Err(Error::Missing);
        }
        write.commit().await?;
        Ok(())
    }
}

/// The view a list opens with: one's own before the school's.
pub fn opening(views: &[ListView]) -> Option<&ListView> {
    let own = views.iter().find(|view| view.is_default && !view.shared);
    own.or_else(|| views.iter().find(|view| view.is_default))
}

/// Whether a view is what is shown.
pub fn is_shown(view: &ListView, asked: &ListAsked, written: impl Fn(&ListAsked) -> String) -> bool {
    view.query == written(&ListAsked { turn: None, ..asked.clone() })
}
