//! Appointments: who holds which role. Entries like any other; these are the two questions asked at every sign-in.

use crate::entry::StoredEntry;
use crate::error::Error;
use crate::sql::{id, statements, text};
use crate::transaction::Read;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, OrganisationId, SchoolId};

statements! {
    OF_PERSON = "SELECT DISTINCT e.id, e.register, e.school, e.version, e.since FROM school s \
        JOIN entry_index x ON x.school = s.id AND x.register = 'appointment' AND x.field = 'person' AND x.key = $2 \
        JOIN entry e ON e.id = x.entry \
        WHERE s.organisation = $1 AND e.left_at IS NULL ORDER BY e.since, e.id LIMIT 1000";
    AT_SCHOOL = "SELECT id, register, school, version, since FROM entry \
        WHERE left_at IS NULL AND register = 'appointment' AND school IN ( \
        SELECT o.id FROM school s JOIN school o ON o.id = s.id OR (o.trust AND o.organisation = s.organisation) \
        WHERE s.id = $1) ORDER BY since, id LIMIT 20000";
}

impl Read {
    /// A person's appointments at the schools of an organisation that the scope reaches whole, past ones included.
    pub async fn appointments_of(
        &self,
        scope: &Scope,
        organisation: OrganisationId,
        person: EntryId,
    ) -> Result<Vec<StoredEntry>, Error> {
        if scope.organisation().is_some_and(|bound| bound != organisation) {
            return Ok(Vec::new());
        }
        let rows = self.all("entry", OF_PERSON, vec![id(organisation.0), text(person.to_string())]).await?;
        let mut found = self.filled(&rows).await?;
        found.retain(|entry| scope.reaches_whole(entry.school));
        Ok(found)
    }

    /// Every appointment at a school and at its central office; none when the school is not reached.
    pub async fn appointments(&self, scope: &Scope, school: SchoolId) -> Result<Vec<StoredEntry>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        let rows = self.all("entry", AT_SCHOOL, vec![reached.id()]).await?;
        self.filled(&rows).await
    }
}
