//! TLS of the pages: 1.2 and 1.3 by rustls; certificates are read again when their files change.

use rustls::ServerConfig;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use schoolkeeper_app::Error;
use schoolkeeper_app::certificate::Certificate;
use schoolkeeper_app::settings::Tls;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;
use tokio_rustls::TlsAcceptor;

/// HTTP/2 in the handshake.
pub(super) const HTTP_2: &[u8] = b"h2";

/// The certificate in use, and the files it is read from.
#[derive(Debug)]
pub struct Certificates {
    files: Tls,
    current: Arc<Current>,
    config: Arc<ServerConfig>,
}

#[derive(Debug)]
struct Current(RwLock<(Arc<CertifiedKey>, Stamp)>);

/// When both files were last changed.
type Stamp = [Option<SystemTime>; 2];

impl Certificates {
    /// Reads the files; refused with a message when they do not fit.
    pub fn open(files: &Tls) -> Result<Self, Error> {
        let stamp = stamp(files);
        let current = Arc::new(Current(RwLock::new((Certificate::read(files)?.key, stamp))));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
            .map_err(|error| Error::corrupt("the TLS of this program", error))?
            .with_no_client_auth()
            .with_cert_resolver(current.clone());
        config.alpn_protocols = vec![HTTP_2.to_vec(), b"http/1.1".to_vec()];
        Ok(Self { files: files.clone(), current, config: Arc::new(config) })
    }

    /// Reads the files again when they have changed, or whenever `asked`; whether it did. When they do not fit, the
    /// old ones stay in use.
    pub fn renew(&self, asked: bool) -> Result<bool, Error> {
        let stamp = stamp(&self.files);
        if !asked && self.current.0.read().unwrap_or_else(PoisonError::into_inner).1 == stamp {
            return Ok(false);
        }
        let read = Certificate::read(&self.files);
        let mut current = self.current.0.write().unwrap_or_else(PoisonError::into_inner);
        // A mistake is told once, not at every look.
        current.1 = stamp;
        current.0 = read?.key;
        Ok(true)
    }

    pub(super) fn acceptor(&self) -> TlsAcceptor {
        self.config.clone().into()
    }
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.read().unwrap_or_else(PoisonError::into_inner).0.clone())
    }
}

fn stamp(files: &Tls) -> Stamp {
    [&files.certificate, &files.key].map(|file| std::fs::metadata(file).and_then(|known| known.modified()).ok())
}
