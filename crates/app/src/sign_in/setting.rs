//! How an organisation wants sign-in to be: who replaces a forgotten password, and how long one may rest.

use crate::authority::Try;
use crate::{Error, House};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_store::login::{Reset, Setting};

/// Longest rest anybody may set, in minutes.
const MINUTES_MAX: i64 = 120;

impl House {
    /// How the actor's organisation wants it.
    pub async fn sign_in_setting(&self, actor: &Actor) -> Result<Setting, Error> {
        let scope = Self::scope(actor, "role.assign")?;
        Ok(self.read().await?.sign_in_setting(&scope, actor.organisation).await?)
    }

    /// Sets it for the whole organisation: only who gives roles at each of its schools may. Policies stay stricter.
    pub async fn set_sign_in(
        &self,
        actor: &Actor,
        reset: Reset,
        (leading, staff): (&str, &str),
    ) -> Result<Vec<(&'static str, String)>, Error> {
        let scope = self.allow_throughout(actor, &Try::plain("login.set")).await?;
        let schools = self.read().await?.schools(&schoolkeeper_core::actor::Scope::system("sign-in")).await?;
        let mut own = schools.iter().filter(|school| school.organisation == actor.organisation);
        if !own.all(|school| scope.reaches_whole(school.id)) {
            return Err(Error::Missing);
        }
        let minutes =
            |text: &str| text.trim().parse::<i64>().ok().filter(|minutes| (1..=MINUTES_MAX).contains(minutes));
        let why = format!("Enter a number of minutes from 1 to {MINUTES_MAX}.");
        let (Some(idle_leading_minutes), Some(idle_staff_minutes)) = (minutes(leading), minutes(staff)) else {
            let faulty = [("leading", leading), ("staff", staff)].into_iter();
            return Ok(faulty
                .filter(|(_, text)| minutes(text).is_none())
                .map(|(name, _)| (name, why.clone()))
                .collect());
        };
        let mut write = self.write().await?;
        let setting = Setting { reset, idle_leading_minutes, idle_staff_minutes };
        write.set_sign_in(&scope, setting, self.now()).await?;
        write.commit().await?;
        Ok(Vec::new())
    }
}
