//! What somebody signs before anything else, where an agreement of a policy in force blocks signing in.
//!
//! Invariant: it is looked for when a session begins, and again for as long as that session is held; somebody is held
//! only by what they can sign here and now, so that nobody is kept out by what only others can do. To report something
//! stays open to them.

use crate::mine::sign;
use crate::{Error, House};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::id::SessionId;
use schoolkeeper_rules::CompiledPack;

/// The act that is blocked.
pub(crate) const SIGN_IN: &str = "sign-in";
/// Of so many schools of somebody it is looked for; whoever has more leads them all and signs at the first.
pub(super) const SCHOOLS_MAX: usize = 3;

impl House {
    /// Whether whoever begins a session signs something first. In a demo one goes on as anybody.
    pub(super) async fn signs_first(&self, actor: &Actor) -> Result<bool, Error> {
        Ok(!self.is_demo() && self.first_to_sign(actor).await?.is_some())
    }

    /// Path of what a held session still waits for; once there is nothing the session is held no longer.
    pub(super) async fn still_first(&self, actor: &Actor, session: SessionId) -> Result<Option<String>, Error> {
        let first = self.first_to_sign(actor).await?;
        if first.is_none() && self.can_write() {
            let mut write = self.write().await?;
            write.release_session(&Scope::system(SIGN_IN), session).await?;
            write.commit().await?;
        }
        Ok(first)
    }

    async fn first_to_sign(&self, actor: &Actor) -> Result<Option<String>, Error> {
        let (schools, _) = self.own_schools(actor).await?;
        for school in schools.into_iter().take(SCHOOLS_MAX) {
            let read = self.read().await?;
            let live = self.live(&read, &Scope::system(SIGN_IN), &school).await?;
            drop(read);
            if !live.iter().any(|pack| blocks_sign_in(pack)) {
                continue;
            }
            let before = self.before(actor, &school).await?;
            if let Some(mine) = sign::of(&before, &school, Some(SIGN_IN)).into_iter().next() {
                return Ok(Some(mine.link));
            }
        }
        Ok(None)
    }
}

fn blocks_sign_in(pack: &CompiledPack) -> bool {
    pack.controls.values().any(|control| match &control.control.kind {
        ControlKind::Agreement(spec) => spec.blocks.iter().any(|act| &**act.get_ref() == SIGN_IN),
        _ => false,
    })
}
