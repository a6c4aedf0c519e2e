//! The one address people type. It decides links in mails, names of cookies and which `Host` the gate answers to.

use serde::{Deserialize, Serialize};
use std::fmt;

/// `https://policy.hill.sch.uk`: a scheme, a name, perhaps a port; no path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BaseUrl {
    https: bool,
    name: String,
    port: Option<u16>,
}

impl BaseUrl {
    /// An address of this machine, without TLS.
    pub fn local(port: u16) -> Self {
        Self { https: false, name: "localhost".to_owned(), port: Some(port) }
    }

    /// Reads an address.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = |why: &str| format!("`{text}` is no address of this server: {why}");
        let (scheme, rest) = text.split_once("://").ok_or_else(|| wrong("it begins with https:// or http://"))?;
        let https = match scheme {
            "https" => true,
            "http" => false,
            _ => return Err(wrong("it begins with https:// or http://")),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.contains(['/', '?', '#', '@']) {
            return Err(wrong("only a name and perhaps a port follow, no path"));
        }
        let (name, port) = split(rest);
        let port = match port {
            None => None,
            Some(port) => Some(port.parse::<u16>().ok().filter(|port| *port > 0).ok_or_else(|| wrong("its port"))?),
        };
        if !is_name(name) {
            return Err(wrong("its name"));
        }
        if !https && !is_loopback(name) {
            return Err(wrong("only localhost may be reached without https"));
        }
        let default = if https { 443 } else { 80 };
        Ok(Self { https, name: name.to_ascii_lowercase(), port: port.filter(|port| *port != default) })
    }

    /// Whether it names this machine and nothing else.
    pub fn is_local(&self) -> bool {
        ["localhost", "127.0.0.1", "[::1]"].contains(&self.name())
    }

    /// Whether browsers reach it by https.
    pub fn https(&self) -> bool {
        self.https
    }

    /// The name alone: relying party of passkeys, name of the certificate.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The port browsers connect to.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(if self.https { 443 } else { 80 })
    }

    /// The address of a path, which begins with `/`.
    pub fn to(&self, path: &str) -> String {
        format!("{self}{path}")
    }

    /// Whether a `Host` header names this server: the address itself, or this machine at any port.
    pub fn answers(&self, host: &str) -> bool {
        let (name, port) = split(host);
        let own = name.eq_ignore_ascii_case(&self.name)
            && port.map_or(Some(self.default_port()), |port| port.parse().ok()) == Some(self.port());
        own || (is_loopback(name) && port.is_none_or(|port| port.parse::<u16>().is_ok()))
    }

    fn default_port(&self) -> u16 {
        if self.https { 443 } else { 80 }
    }
}

/// Name and port; the brackets of an IPv6 address stay.
fn split(text: &str) -> (&str, Option<&str>) {
    let from = text.rfind(']').map_or(0, |at| at + 1);
    match text[from..].split_once(':') {
        Some((before, port)) => (&text[..from + before.len()], Some(port)),
        None => (text, None),
    }
}

/// `localhost`, `127.0.0.1` or `[::1]`.
fn is_loopback(name: &str) -> bool {
    name.eq_ignore_ascii_case("localhost") || name == "127.0.0.1" || name == "[::1]"
}

fn is_name(name: &str) -> bool {
    if let Some(address) = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return address.parse::<std::net::Ipv6Addr>().is_ok();
    }
    let part = |part: &str| {
        !part.is_empty()
            && part.len() <= 63
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    name.len() <= 253 && name.split('.').all(part)
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}://{}", if self.https { "https" } else { "http" }, self.name)?;
        self.port.map_or(Ok(()), |port| write!(out, ":{port}"))
    }
}

impl TryFrom<String> for BaseUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

impl From<BaseUrl> for String {
    fn from(url: BaseUrl) -> Self {
        url.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::BaseUrl;

    #[test]
    fn only_an_address_of_a_server_is_one() {
        for (text, shown) in [
            ("https://policy.hill.example", "https://policy.hill.example"),
            ("https://Policy.Hill.example:443/", "https://policy.hill.example"),
            ("https://policy.hill.example:8443", "https://policy.hill.example:8443"),
            ("http://localhost:8087", "http://localhost:8087"),
            ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
        ] {
            assert_eq!(BaseUrl::parse(text).unwrap().to_string(), shown);
        }
        for text in [
            "policy.hill.example",
            "ftp://policy.hill.example",
            "http://policy.hill.example",
            "https://policy.hill.example/app",
            "https://a:b@policy.hill.example",
            "https://",
            "https://-.example",
            "https://hill..example",
            "https://hill.example:0",
            "https://hill.example:99999",
            "https://[::g]",
        ] {
            assert!(BaseUrl::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn only_its_own_name_and_this_machine_get_in() {
        let school = BaseUrl::parse("https://policy.hill.example").unwrap();
        for host in [
            "policy.hill.example",
            "POLICY.hill.example:443",
            "localhost",
            "localhost:8087",
            "127.0.0.1:1",
            "[::1]:8087",
            "LOCALHOST",
        ] {
            assert!(school.answers(host), "{host}");
        }
        for host in [
            "",
            "policy.hill.example:8443",
            "policy.hill.example.evil.example",
            "school.example",
            "127.0.0.1.school.example",
            "localhost.school.example:80",
            "[::2]",
            "localhost:80:evil",
            "localhost:",
        ] {
            assert!(!school.answers(host), "{host}");
        }
        assert!(BaseUrl::parse("https://hill.example:8443").unwrap().answers("hill.example:8443"));
        assert!(!BaseUrl::parse("https://hill.example:8443").unwrap().answers("hill.example"));
    }
}
