//! Where a webhook may lead: a receiver out there or in the school's own network, never this machine or the machinery
//! around it.
//!
//! Invariant: the addresses that are connected to are those that were looked at here, whatever the name says later.

use reqwest::Url;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Longest address, in bytes.
const URL_MAX: usize = 1000;
/// Most addresses of one name that are looked at.
const ADDRESSES_MAX: usize = 16;

/// Whether an address can be told at all; `loopback` allows this machine, and there plain HTTP.
pub fn check(text: &str, loopback: bool) -> Result<Url, String> {
    let text = text.trim();
    let wrong = "Write the whole address, such as https://helpdesk.hill.example/hooks/policy".to_owned();
    if text.len() > URL_MAX {
        return Err(format!("The address may have {URL_MAX} characters"));
    }
    let url = Url::parse(text).map_err(|_| wrong.clone())?;
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or(wrong)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("Leave name and password out of the address: the receiver checks the signature".to_owned());
    }
    let local = loopback && is_loopback(host);
    match url.scheme() {
        "https" => {}
        "http" if local => {}
        _ => return Err("The address begins with https://".to_owned()),
    }
    if is_loopback(host) && !local {
        return Err("The address must not lead to this machine itself".to_owned());
    }
    if let Ok(ip) = host.trim_matches(['[', ']']).parse::<IpAddr>()
        && !local
    {
        allowed(ip, loopback)?;
    }
    Ok(url)
}

/// The addresses of a name, when every one of them may be told.
pub(super) async fn resolve(url: &Url, loopback: bool) -> Result<Vec<SocketAddr>, String> {
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or(443);
    let found = tokio::net::lookup_host((host.trim_matches(['[', ']']), port)).await;
    let found: Vec<SocketAddr> =
        found.map_err(|_| format!("{host} is not known in the network"))?.take(ADDRESSES_MAX).collect();
    if found.is_empty() {
        return Err(format!("{host} is not known in the network"));
    }
    for address in &found {
        allowed(address.ip(), loopback)?;
    }
    Ok(found)
}

/// The school's own network is allowed: helpdesks live there.
fn allowed(ip: IpAddr, loopback: bool) -> Result<(), String> {
    let ip = ip.to_canonical();
    if ip.is_loopback() {
        return if loopback { Ok(()) } else { Err("The address must not lead to this machine itself".to_owned()) };
    }
    let refused = match ip {
        IpAddr::V4(ip) => is_refused_4(ip),
        IpAddr::V6(ip) => is_refused_6(ip),
    };
    if refused { Err(format!("{ip} is no address a receiver can have")) } else { Ok(()) }
}

fn is_refused_4(ip: Ipv4Addr) -> bool {
    // 100.100.100.200 and 168.63.129.16 are where machines of clouds ask about themselves.
    let metadata = [Ipv4Addr::new(100, 100, 100, 200), Ipv4Addr::new(168, 63, 129, 16)].contains(&ip);
    ip.is_link_local()
        || ip.is_unspecified()
        || ip.is_broadcast()
        || ip.is_multicast()
        || ip.octets()[0] == 0
        || metadata
}

fn is_refused_6(ip: Ipv6Addr) -> bool {
    let link_local = ip.segments()[0] & 0xffc0 == 0xfe80;
    let metadata = ip == Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);
    // What only wraps an IPv4 address is judged by it: 6to4, NAT64.
    let wrapped = match ip.segments() {
        [0x2002, high, low, ..] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some((high, low)),
        _ => None,
    };
    let inner = wrapped.map(|(high, low)| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)));
    let inner = inner.is_some_and(|inner| inner.is_loopback() || is_refused_4(inner));
    link_local || metadata || ip.is_unspecified() || ip.is_multicast() || inner
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase();
    let ip = bare.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback());
    ip || bare == "localhost" || bare.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::{check, resolve};

    #[test]
    fn a_receiver_is_somebody_out_there_or_in_the_schools_network() {
        for fine in [
            "https://helpdesk.hill.example/hooks/1?a=b",
            "https://192.168.7.4/hook",
            "https://10.0.0.9:8443/",
            "https://[fd12:3456::1]/hook",
        ] {
            assert!(check(fine, false).is_ok(), "{fine}");
        }
        for wrong in [
            "",
            "helpdesk",
            "http://helpdesk.hill.example/",
            "ftp://helpdesk.hill.example/",
            "https://name:word@helpdesk.hill.example/",
            "https://localhost/",
            "https://LOCALHOST./",
            "https://a.localhost/",
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://169.254.169.254/latest/meta-data",
            "https://[::ffff:169.254.169.254]/",
            "https://[fe80::1]/",
            "https://[fd00:ec2::254]/",
            "https://[64:ff9b::a9fe:a9fe]/",
            "https://[2002:a9fe:a9fe::]/",
            "https://100.100.100.200/",
            "https://0.0.0.0/",
            "https://0.1.2.3/",
            "https://255.255.255.255/",
            "https://224.0.0.1/",
            "file:///etc/passwd",
        ] {
            assert!(check(wrong, false).is_err(), "{wrong}");
        }
        assert!(check("http://localhost:9/", true).is_ok() && check("http://127.0.0.1:9/x", true).is_ok());
        assert!(check("http://helpdesk.hill.example/", true).is_err(), "only this machine is told without https");
        assert!(check("https://169.254.169.254/", true).is_err());
    }

    #[tokio::test]
    async fn a_name_that_leads_to_this_machine_is_refused_when_it_is_told() {
        let url = "https://localhost/".parse().unwrap();
        assert!(resolve(&url, false).await.is_err());
        assert!(resolve(&url, true).await.is_ok());
    }
}
