//! Fields a school added itself.

use crate::{Error, House};
use schoolkeeper_core::schema::Schemas;
use schoolkeeper_store::School;
use std::sync::Arc;

impl House {
    #[expect(clippy::unused_async, reason = "fields of a school come from the store")]
    pub(super) async fn own_registers(&self, _school: &School) -> Result<Arc<Schemas>, Error> {
        Ok(self.schemas.clone())
    }
}
