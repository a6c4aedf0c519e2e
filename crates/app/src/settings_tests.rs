//! Settings: what is refused, with line and hint, and where each comes from.

use super::Settings;
use std::path::Path;

const NONE: super::Environment = &|_| None;

fn read(text: &str, environment: super::Environment) -> Result<Settings, String> {
    Settings::parse(text, Path::new("schoolkeeper.toml"), environment).map_err(|error| error.to_string())
}

#[track_caller]
fn refused(text: &str, says: &[&str]) {
    let error = read(text, NONE).unwrap_err();
    assert!(says.iter().all(|word| error.contains(word)), "{error}");
    assert!(error.contains("\nhint: "), "{error}");
}

const FULL: &str = "base_url = \"https://policy.hill.example\"\nlisten = [\"0.0.0.0:443\", \"[::]:443\"]\n\
    redirect = [\"0.0.0.0:80\"]\nmetrics_token = \"0123456789abcdef\"\n\
    tls = { certificate = \"/etc/c.pem\", key = \"/etc/k.pem\" }\n";

#[test]
fn a_misspelt_key_is_refused_with_its_line_and_what_was_meant() {
    refused(
        "sandbox = false\nbase_ulr = \"https://hill.example\"\n",
        &["line 2", "base_ulr", "did you mean `base_url`?"],
    );
    refused("[tls]\ncertificate = \"c\"\nky = \"k\"\n", &["line 3", "ky", "did you mean `key`?"]);
    refused("listen = [\"8087\"]\n", &["line 1", "address"]);
    refused("listen = [", &["line 1"]);
}

#[test]
fn pages_are_never_shown_to_a_network_in_the_clear() {
    refused("listen = [\"0.0.0.0:80\"]\n", &["0.0.0.0:80", "without TLS"]);
    refused("base_url = \"http://policy.hill.example\"\n", &["only localhost"]);
    refused("base_url = \"https://policy.hill.example\"\n", &["nothing does TLS"]);
    refused("tls = { certificate = \"c\", key = \"k\" }\n", &["not an https address"]);
    refused("redirect = [\"0.0.0.0:80\"]\n", &["redirect"]);
    refused(&format!("sandbox = true\n{FULL}"), &["this machine only"]);
    refused("metrics_token = \"short\"\n", &["too short"]);
    read(FULL, NONE).unwrap();
    read("base_url = \"https://hill.example\"\nproxy = \"10.0.0.2\"\nlisten = [\"10.0.0.1:8087\"]\n", NONE).unwrap();
    read("listen = [\"127.0.0.1:1\", \"[::1]:1\"]\n", NONE).unwrap();
}

#[test]
fn the_environment_lies_over_the_file_and_secrets_are_not_shown() {
    let environment = |name: &str| match name {
        "SCHOOLKEEPER_LISTEN" => Some("127.0.0.1:1, [::1]:2".to_owned()),
        "SCHOOLKEEPER_TLS_KEY" => Some("/run/credentials/key".to_owned()),
        "SCHOOLKEEPER_DATABASE" => Some("postgres://me:secret@db/x".to_owned()),
        _ => None,
    };
    let settings = read(FULL, &environment).unwrap();
    assert_eq!(settings.listen, ["127.0.0.1:1".parse().unwrap(), "[::1]:2".parse().unwrap()]);
    let tls = settings.tls.clone().unwrap();
    assert_eq!(
        (tls.certificate.as_path(), tls.key.as_path()),
        (Path::new("/etc/c.pem"), Path::new("/run/credentials/key"))
    );
    let shown = settings.shown(FULL, &environment);
    let find =
        |key: &str| shown.iter().find(|(known, ..)| *known == key).map(|(_, value, from)| (value.as_str(), *from));
    assert_eq!(find("tls.certificate"), Some(("\"/etc/c.pem\"", "schoolkeeper.toml")));
    assert_eq!(find("tls.key"), Some(("\"/run/credentials/key\"", "SCHOOLKEEPER_TLS_KEY")));
    assert_eq!(find("database"), Some(("(set)", "SCHOOLKEEPER_DATABASE")));
    assert_eq!(find("metrics_token"), Some(("(set)", "schoolkeeper.toml")));
    assert_eq!(find("proxy"), Some(("none", "left out")));
    assert!(!format!("{shown:?}").contains("secret@"));
}

#[test]
fn a_value_of_the_environment_that_does_not_fit_is_said_to_come_from_there() {
    let error = read("", &|name| (name == "SCHOOLKEEPER_BASE_URL").then(|| "hill".to_owned())).unwrap_err();
    assert!(error.contains("environment") && error.contains("`hill`"), "{error}");
}
