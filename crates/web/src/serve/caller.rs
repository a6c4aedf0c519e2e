//! Who asks, as far as the network tells.

use crate::App;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};

/// The other end of the connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) IpAddr);

/// The address a request comes from: the other end of the connection, or what the declared proxy says it is.
/// For throttling; never kept in a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Its address.
    pub address: IpAddr,
}

impl FromRequestParts<App> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        // Without a connection a test asks the router itself.
        let peer = parts.extensions.get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0);
        let believed = app.house.settings().proxy.is_some_and(|proxy| proxy.to_canonical() == peer);
        let address = if believed { forwarded(&parts.headers).unwrap_or(peer) } else { peer };
        Ok(Self { address })
    }
}

/// What the proxy itself added comes last; everything before it the caller may have made up.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    let address = last.rsplit(',').next()?.trim();
    Some(address.parse::<IpAddr>().ok()?.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::forwarded;
    use axum::http::HeaderMap;

    #[test]
    fn only_what_the_proxy_added_is_believed() {
        for (lines, address) in [
            (&["10.1.1.1"][..], Some("10.1.1.1")),
            (&["made-up, 1.2.3.4, 10.1.1.1"], Some("10.1.1.1")),
            (&["1.2.3.4", "10.1.1.1"], Some("10.1.1.1")),
            (&["::ffff:10.1.1.1"], Some("10.1.1.1")),
            (&["10.1.1.1, nonsense"], None),
            (&[], None),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("x-forwarded-for", line.parse().unwrap());
            }
            assert_eq!(forwarded(&headers), address.map(|address| address.parse().unwrap()), "{lines:?}");
        }
    }
}
