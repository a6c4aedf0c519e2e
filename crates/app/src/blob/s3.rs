//! The S3 store of the settings, with its secret opened.

use crate::Error;
use crate::key::Key;
use crate::settings::S3;
use schoolkeeper_store::object;

impl S3 {
    /// The same with its secret sealed, as it may lie in the settings.
    pub(crate) fn sealed_by(&self, key: &Key) -> Self {
        let sealed = self.secret.as_ref().map(|secret| key.seal_text(secret.as_bytes()));
        Self { sealed: sealed.or_else(|| self.sealed.clone()), secret: None, ..self.clone() }
    }

    /// Ready to be asked. The environment's secret goes before the sealed one.
    pub(crate) fn open(&self, key: &Key) -> Result<object::S3, Error> {
        let secret = match (&self.secret, &self.sealed) {
            (Some(secret), _) => secret.clone(),
            (None, Some(sealed)) => String::from_utf8_lossy(&key.open_text(sealed)?).into_owned(),
            (None, None) => {
                return Err(Error::refused(
                    "the S3 store has no secret\nhint: seal it with `schoolkeeper key seal` and write it as `sealed` under [s3]",
                ));
            }
        };
        Ok(object::S3 {
            endpoint: self.endpoint.clone(),
            bucket: self.bucket.clone(),
            region: self.region.clone(),
            access_key: self.access_key.clone(),
            secret,
        })
    }
}
