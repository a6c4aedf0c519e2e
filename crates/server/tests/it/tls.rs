//! TLS as real clients meet it: curl and openssl with an authority of our own.

use crate::binary::{ENCRYPTED, Place, program};
use std::fmt::Write;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const NAME: &str = "policy.hill.example";

/// Whether the clients are there.
fn clients() -> bool {
    let there = ["curl", "openssl"].iter().all(|name| Command::new(name).arg("version").output().is_ok());
    if !there {
        eprintln!("skipped: install curl and openssl");
    }
    there
}

#[track_caller]
fn openssl(folder: &Path, line: &str) {
    let done = Command::new("openssl").args(line.split(' ')).current_dir(folder).output().unwrap();
    assert!(done.status.success(), "openssl {line}: {}", String::from_utf8_lossy(&done.stderr));
}

/// An authority `ca.pem` and, signed by it, `NAME.pem` with `NAME.key`.
fn certificates(folder: &Path, names: &[&str]) {
    openssl(
        folder,
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=made-up -days 2 -keyout ca.key -out ca.pem",
    );
    for name in names {
        std::fs::write(folder.join("san"), format!("subjectAltName=DNS:{NAME}\nbasicConstraints=CA:FALSE\n")).unwrap();
        openssl(folder, &format!("req -newkey rsa:2048 -nodes -subj /CN={name} -keyout {name}.key -out {name}.csr"));
        openssl(
            folder,
            &format!(
                "x509 -req -in {name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 1 -extfile san -out {name}.pem"
            ),
        );
    }
}

/// A folder that is served by TLS once `first.pem` and `first.key` lie beside it.
fn place() -> Place {
    let place = Place::new();
    let pack = place.write("outside.toml", ENCRYPTED);
    place.run(&["init", "--school", "Hill"], &[("--pack", &pack)]).good();
    let (certificate, key) = (place.folder_path().join("first.pem"), place.folder_path().join("first.key"));
    let mut settings = std::fs::read_to_string(place.data().join("schoolkeeper.toml")).unwrap();
    write!(
        settings,
        "base_url = \"https://{NAME}\"\nlisten = [\"127.0.0.1:0\"]\nredirect = [\"127.0.0.1:0\"]\n\
         tls = {{ certificate = '{}', key = '{}' }}\n",
        certificate.display(),
        key.display()
    )
    .unwrap();
    std::fs::write(place.data().join("schoolkeeper.toml"), settings).unwrap();
    place
}

struct Served {
    child: Child,
    ca: PathBuf,
    pages: u16,
    redirect: u16,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Served {
    fn over(place: &Place) -> Self {
        let mut command = program();
        command.args(["serve", "--data"]).arg(place.data()).stderr(Stdio::piped()).stdout(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        let mut port = |before: &str| -> u16 {
            let line = lines.find(|line| line.starts_with(before)).expect("serve names its addresses");
            line.rsplit_once(':').unwrap().1.parse().unwrap()
        };
        let (pages, redirect) = (port("listening at"), port("sending on from"));
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, ca: place.folder_path().join("ca.pem"), pages, redirect }
    }

    /// Headers and body curl shows; its exit code.
    fn curl(&self, url: &str, more: &[&str]) -> (i32, String) {
        let mut curl = Command::new("curl");
        curl.args(["-sSi", "--max-time", "20", "--noproxy", "*", "--connect-to"])
            .arg(format!("{NAME}:443:127.0.0.1:{}", self.pages))
            .arg("--connect-to")
            .arg(format!("{NAME}:80:127.0.0.1:{}", self.redirect))
            .arg("--cacert")
            .arg(&self.ca);
        let done = curl.args(more).arg(url).output().unwrap();
        (done.status.code().unwrap_or(-1), String::from_utf8_lossy(&done.stdout).into_owned())
    }
}

#[test]
fn pages_come_by_https_over_both_versions_of_http_and_http_leads_there() {
    if !clients() {
        return;
    }
    let place = place();
    certificates(place.folder_path(), &["first"]);
    let served = Served::over(&place);
    let url = format!("https://{NAME}/");
    for (version, begins) in [("--http2", "HTTP/2 "), ("--http1.1", "HTTP/1.1 ")] {
        for tls in ["1.2", "1.3"] {
            let (code, text) = served.curl(&url, &[version, "--tls-max", tls]);
            assert_eq!(code, 0, "{version} {tls} {text}");
            assert!(text.starts_with(begins) && !text.contains(" 421"), "{text}");
            assert!(text.to_lowercase().contains("\nstrict-transport-security: max-age=31536000"), "{text}");
        }
        let (_, text) = served.curl(&url, &[version, "-H", "Host: evil.example"]);
        assert!(text.starts_with(&format!("{begins}421")), "{text}");
    }
    let (code, text) = served.curl(&format!("http://{NAME}/school/hill?a=b"), &[]);
    assert_eq!(code, 0);
    assert!(
        text.starts_with("HTTP/1.1 308") && text.contains(&format!("\nlocation: https://{NAME}/school/hill?a=b")),
        "{text}"
    );
    let (code, text) = served.curl(&url, &["--tls-max", "1.1"]);
    assert_eq!((code, text.as_str()), (35, ""), "TLS 1.1 was spoken");
    let (code, _) = served.curl(&format!("http://127.0.0.1:{}/", served.pages), &[]);
    assert_ne!(code, 0, "the pages answered in the clear");
}

#[test]
fn a_new_certificate_is_used_without_a_new_start_and_a_broken_one_is_not() {
    if !clients() {
        return;
    }
    let place = place();
    let folder = place.folder_path();
    certificates(folder, &["first", "second"]);
    let served = Served::over(&place);
    let shown = || {
        let line = format!("s_client -connect 127.0.0.1:{} -servername {NAME}", served.pages);
        let done = Command::new("openssl").args(line.split(' ')).stdin(Stdio::null()).output().unwrap();
        let text = String::from_utf8_lossy(&done.stdout).into_owned();
        text.lines().find_map(|line| line.strip_prefix("subject=")).unwrap_or_default().replace(' ', "")
    };
    let comes = |subject: &str| {
        let started = Instant::now();
        while shown() != subject {
            assert!(started.elapsed() < Duration::from_secs(15), "{} is still shown", shown());
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    comes("CN=first");
    let hangup = || {
        let told = Command::new("kill").args(["-HUP", &served.child.id().to_string()]).status().unwrap();
        assert!(told.success());
    };
    // The key alone: they do not belong together, so the old ones stay.
    std::fs::copy(folder.join("second.key"), folder.join("first.key")).unwrap();
    hangup();
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(shown(), "CN=first");
    std::fs::copy(folder.join("second.pem"), folder.join("first.pem")).unwrap();
    hangup();
    comes("CN=second");
    // Nobody tells it this time.
    certificates(folder, &["third"]);
    std::fs::copy(folder.join("third.key"), folder.join("first.key")).unwrap();
    std::fs::copy(folder.join("third.pem"), folder.join("first.pem")).unwrap();
    comes("CN=third");
}

#[test]
fn files_that_do_not_fit_are_refused_by_name_before_the_first_page() {
    if !clients() {
        return;
    }
    let place = place();
    let folder = place.folder_path();
    let serve = || place.run(&["serve"], &[]);
    serve().refused(&["first.pem", "cannot be read", "hint:"]);
    certificates(folder, &["first", "second"]);
    let good = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let (certificate, key, other) = (good("first.pem"), good("first.key"), good("second.key"));
    for (certificate, key, says) in [
        (&key, &certificate, &["first.pem", "holds no certificate", "exchanged"]),
        (&certificate, &other, &["first.key", "does not belong", "first.pem"]),
        (&certificate, &b"-----BEGIN PRIVATE KEY-----\nnonsense".to_vec(), &["first.key", "no private key", "PEM"]),
        (
            &b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n".to_vec(),
            &key,
            &["first.pem", "cannot be read", "hint:"],
        ),
    ] {
        std::fs::write(folder.join("first.pem"), certificate).unwrap();
        std::fs::write(folder.join("first.key"), key).unwrap();
        serve().refused(says);
    }
}
