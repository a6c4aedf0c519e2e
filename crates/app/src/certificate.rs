//! The server's certificate and private key, read from PEM files, with messages a person can act on.
//!
//! Invariant: what [`Certificate::read`] gives was checked to belong together.

use crate::Error;
use crate::settings::Tls;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use rustls::client::verify_server_name;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;
use std::path::Path;

/// Longest file that is read: a chain of a hundred certificates.
const BYTES_MAX: u64 = 500_000;

/// A chain with its key.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// What a TLS server shows and signs with.
    pub key: std::sync::Arc<CertifiedKey>,
    /// When the server's own certificate runs out.
    pub expires: Timestamp,
}

impl Certificate {
    /// Reads and checks both files.
    pub fn read(tls: &Tls) -> Result<Self, Error> {
        let chain = pem(&tls.certificate)?;
        let chain: Vec<_> = CertificateDer::pem_slice_iter(&chain).collect::<Result<_, _>>().map_err(|error| {
            refused(
                &tls.certificate,
                &format!("is no PEM file ({error})"),
                "convert it to PEM, beginning with -----BEGIN CERTIFICATE-----",
            )
        })?;
        let Some(own) = chain.first() else {
            return Err(refused(
                &tls.certificate,
                "holds no certificate",
                "it must begin with -----BEGIN CERTIFICATE-----; are certificate and key exchanged?",
            ));
        };
        let expires = expires(own)
            .ok_or_else(|| refused(&tls.certificate, "holds a certificate that cannot be read", "ask for it again"))?;
        let key = pem(&tls.key)?;
        let key = PrivateKeyDer::from_pem_slice(&key).map_err(|_| {
            refused(
                &tls.key,
                "holds no private key that can be used",
                "it must be PEM without a password, beginning with -----BEGIN PRIVATE KEY-----",
            )
        })?;
        let provider = rustls::crypto::ring::default_provider();
        let key = CertifiedKey::from_der(chain, key, &provider).map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => refused(
                &tls.key,
                &format!("does not belong to the certificate in `{}`", tls.certificate.display()),
                "give the key the certificate was asked for with",
            ),
            other => refused(&tls.key, &format!("cannot be used: {other}"), "use an RSA, ECDSA or Ed25519 key"),
        })?;
        Ok(Self { key: key.into(), expires })
    }

    /// Whether browsers take it for a server of this name.
    pub fn is_for(&self, name: &str) -> bool {
        let name = name.trim_start_matches('[').trim_end_matches(']');
        let (Ok(name), Some(own)) = (ServerName::try_from(name), self.key.cert.first()) else { return false };
        ParsedCertificate::try_from(own).is_ok_and(|own| verify_server_name(&own, &name).is_ok())
    }
}

fn pem(file: &Path) -> Result<Vec<u8>, Error> {
    let wrong = |error: std::io::Error| {
        refused(file, &format!("cannot be read: {error}"), "the user Schoolkeeper runs as must be able to read it")
    };
    let known = std::fs::metadata(file).map_err(wrong)?;
    if !known.is_file() || known.len() > BYTES_MAX {
        return Err(refused(file, "is no PEM file", "name a file of at most 500 kB"));
    }
    std::fs::read(file).map_err(wrong)
}

fn refused(file: &Path, what: &str, hint: &str) -> Error {
    Error::refused(format!("`{}` {what}\nhint: {hint}", file.display()))
}

/// The end of a certificate's validity: the second time in the fifth part of what is signed.
fn expires(certificate: &[u8]) -> Option<Timestamp> {
    let (_, whole, _) = element(certificate)?;
    let (_, signed, _) = element(whole)?;
    let mut rest = signed;
    // The version may be left out.
    if let (0xa0, _, after) = element(rest)? {
        rest = after;
    }
    // Serial number, algorithm, issuer.
    for _ in 0..3 {
        (_, _, rest) = element(rest)?;
    }
    let (_, validity, _) = element(rest)?;
    let (_, _, rest) = element(validity)?;
    let (tag, time, _) = element(rest)?;
    let text = std::str::from_utf8(time).ok()?;
    let text = match tag {
        // Two digits of the year: 1950 to 2049.
        0x17 if text.get(..2)? < "50" => format!("20{text}"),
        0x17 => format!("19{text}"),
        _ => text.to_owned(),
    };
    let time = DateTime::strptime("%Y%m%d%H%M%SZ", text).ok()?;
    Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// The first element of DER: tag, content, what follows.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f)).filter(|(bytes, _)| bytes.len() <= 4)?;
        (bytes.iter().fold(0_usize, |length, byte| length << 8 | usize::from(*byte)), rest)
    };
    let (content, after) = rest.split_at_checked(length)?;
    Some((tag, content, after))
}
