//! The address people type, and the certificate behind it.

use super::{Asked, Check, halves};
use crate::base_url::BaseUrl;
use crate::certificate::Certificate;
use crate::dates;
use crate::settings::{PORT, Settings};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

/// For a name, and for a connection.
const PATIENCE: Duration = Duration::from_secs(3);
/// A certificate that runs out sooner should have been renewed.
const RENEW: SignedDuration = SignedDuration::from_hours(21 * 24);

const ADDRESS: Asked = Asked("address", "Links in mails lead to it, and only under it do people stay signed in.");
const CERTIFICATE: Asked = Asked("certificate", "When it runs out, every browser warns and nobody comes in.");

pub(super) async fn look(settings: &Settings, now: Timestamp) -> Vec<Check> {
    let local = BaseUrl::local(PORT);
    let url = settings.base_url.as_ref().unwrap_or(&local);
    vec![address(url, settings.base_url.is_some()).await, certificate(settings, url, now)]
}

async fn address(url: &BaseUrl, set: bool) -> Check {
    if !set {
        return ADDRESS.advice(
            format!("no `base_url` is set: only this machine can reach {url}"),
            "set `base_url` and TLS when others are to use it (docs/operating.md)",
        );
    }
    let name = url.name().trim_start_matches('[').trim_end_matches(']');
    let found = timeout(PATIENCE, lookup_host((name, url.port()))).await;
    let Ok(Ok(addresses)) = found else {
        return ADDRESS.problem(format!("the name `{name}` leads nowhere"), "enter it in the DNS of the school");
    };
    let addresses: Vec<_> = addresses.collect();
    for address in &addresses {
        if let Ok(Ok(_)) = timeout(PATIENCE, TcpStream::connect(address)).await {
            return ADDRESS.fine(format!("{url} leads to {} and something answers there", address.ip()));
        }
    }
    let places: Vec<String> = addresses.iter().map(|address| address.ip().to_string()).collect();
    ADDRESS.problem(
        format!("{url} leads to {}, but nothing answers at port {}", places.join(", "), url.port()),
        "start `schoolkeeper serve`, and look at `listen`, the proxy and the firewall",
    )
}

fn certificate(settings: &Settings, url: &BaseUrl, now: Timestamp) -> Check {
    let Some(tls) = &settings.tls else {
        return match settings.proxy {
            Some(proxy) => {
                CERTIFICATE.cannot_tell(format!("the proxy {proxy} does TLS"), "look at its certificate with a browser")
            }
            None => CERTIFICATE.fine("none is needed on this machine alone"),
        };
    };
    let certificate = match Certificate::read(tls) {
        Ok(certificate) => certificate,
        Err(error) => {
            let (found, mend) = halves(&error);
            return CERTIFICATE.problem(found, mend);
        }
    };
    let (left, day) =
        (certificate.expires.duration_since(now), dates::long(certificate.expires.to_zoned(TimeZone::UTC).date()));
    if !certificate.is_for(url.name()) {
        return CERTIFICATE.problem(
            format!("it is not for `{}`, the name in `base_url`", url.name()),
            "get one for that name, or correct `base_url`: browsers refuse the one that is there",
        );
    }
    let mend = "renew it; `serve` takes the new files into use by itself";
    if left.is_negative() {
        CERTIFICATE.problem(format!("it ran out on {day}"), mend)
    } else if left < RENEW {
        CERTIFICATE.problem(format!("it runs out on {day}"), mend)
    } else {
        CERTIFICATE.fine(format!("it holds until {day}"))
    }
}
