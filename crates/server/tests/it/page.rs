//! The served pages, read by a client that knows nothing but HTTP and HTML.

use crate::binary::{Place, program};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A running `serve`; ended when dropped.
pub struct Served {
    child: Child,
    port: u16,
    cookie: String,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Served {
    /// Serves a data folder on a free port.
    pub fn over(place: &Place, more: &[&str]) -> Self {
        Self::telling(place, more, "error").0
    }

    /// The same, which writes a log of this level; with everything it says.
    pub fn telling(place: &Place, more: &[&str], level: &str) -> (Self, Arc<Mutex<String>>) {
        let mut command = program();
        command.args(["serve", "--port", "0", "--data"]).arg(place.data()).args(more);
        command.env("SCHOOLKEEPER_LOG", level).stderr(Stdio::piped()).stdout(Stdio::null());
        let mut child = command.spawn().unwrap();
        let said = Arc::new(Mutex::new(String::new()));
        let keeps = said.clone();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut lines = lines.inspect(move |line| {
            let mut said = keeps.lock().unwrap();
            said.push_str(line.as_deref().unwrap_or_default());
            said.push('\n');
        });
        let port = loop {
            let line = lines.next().expect("serve names its address").unwrap();
            if let Some((_, port)) = line.split_once("http://localhost:") {
                break port.trim().trim_end_matches('/').parse().unwrap();
            }
        };
        let mut served = Self { child, port, cookie: String::new() };
        if served.get("/set-up").status == 200 {
            let code =
                lines.find_map(|line| line.unwrap().split_once("set-up code is ").map(|(_, code)| code.to_owned()));
            served.set_up(&code.expect("serve prints the code of the first run"));
        } else {
            served.sign_in();
        }
        std::thread::spawn(move || lines.for_each(drop));
        (served, said)
    }

    /// Goes through the first run as a headteacher does.
    fn set_up(&mut self, code: &str) {
        let shown = self.get("/set-up");
        self.cookie = kept(&shown);
        let csrf = shown.body.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let school = self.post("/set-up", &format!("csrf={csrf}&code={code}"));
        let school = school
            .body
            .split("name=\"school\" type=\"radio\" value=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned();
        let answer = self.post(
            "/set-up/person",
            &format!(
                "csrf={csrf}&code={code}&school={school}&name=Madeup+Head&email=head@school.example&role=headteacher\
                 &password=copper+lantern+drifts+north&again=copper+lantern+drifts+north"
            ),
        );
        assert_eq!(answer.status, 303, "{}", text(&answer.body));
        self.cookie = kept(&answer);
        let notice = self.get("/notice").body;
        let csrf = notice.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert_eq!(self.post("/notice", &format!("csrf={csrf}&agree=yes")).status, 303);
    }

    /// What the browser holds.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    /// GET by whoever holds a cookie, from a browser that says it is this one.
    pub fn get_with(&self, path: &str, cookie: &str, agent: &str) -> Answer {
        self.ask(&format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nUser-Agent: {agent}\r\nConnection: close\r\n\r\n"
        ))
    }

    /// Sends a form of a page with nothing but its token.
    pub fn press(&self, page: &str, action: &str) -> Answer {
        let shown = self.get(page).body;
        let csrf = shown.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        self.post(action, &format!("csrf={csrf}"))
    }

    /// Signs the headteacher in who went through the first run before.
    pub fn sign_in(&mut self) {
        self.cookie.clear();
        let shown = self.get("/sign-in");
        self.cookie = kept(&shown);
        let csrf = shown.body.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let body = format!("csrf={csrf}&email=head@school.example&password=copper+lantern+drifts+north");
        let answer = self.post("/sign-in", &body);
        assert_eq!(answer.status, 303, "{}", text(&answer.body));
        let fresh = kept(&answer);
        assert_ne!(fresh, self.cookie, "who signs in is given a token that nobody held before");
        self.cookie = fresh;
    }

    /// POST of a form.
    pub fn post(&self, path: &str, body: &str) -> Answer {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {}\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.cookie,
            body.len()
        );
        self.ask(&head)
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// GET with the right host.
    pub fn get(&self, path: &str) -> Answer {
        self.get_as(path, "localhost")
    }

    /// GET with this host.
    pub fn get_as(&self, path: &str, host: &str) -> Answer {
        self.ask(&format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {}\r\nConnection: close\r\n\r\n",
            self.cookie
        ))
    }

    fn ask(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: BTreeMap<String, String> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .rev()
            .collect();
        let chunked = headers.get("transfer-encoding").is_some_and(|value| value == "chunked");
        Answer { status, body: if chunked { unchunk(body) } else { body.to_owned() }, headers }
    }

    /// The page behind a path, redirects followed.
    #[track_caller]
    pub fn page(&self, path: &str) -> String {
        let mut answer = self.get(path);
        for _ in 0..3 {
            if let Some(to) = answer.headers.get("location") {
                answer = self.get(&to.clone());
            }
        }
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The session's cookie of an answer.
fn kept(answer: &Answer) -> String {
    answer.headers["set-cookie"].split(';').find(|part| part.contains("schoolkeeper=")).unwrap().trim().to_owned()
}

/// Signs the headteacher of [`Served`] in at whatever listens there; whether they came in.
pub fn try_sign_in(port: u16) -> bool {
    let ask = |request: &str| -> Option<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
        stream.write_all(request.as_bytes()).ok()?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).ok()?;
        String::from_utf8(bytes).ok()
    };
    let shown = ask("GET /sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap_or_default();
    let between = |before: &str, after: &str| shown.split(before).nth(1)?.split(after).next().map(ToOwned::to_owned);
    let (Some(cookie), Some(csrf)) = (between("set-cookie: ", ";"), between("name=\"csrf\" value=\"", "\"")) else {
        return false;
    };
    let body = format!("csrf={csrf}&email=head@school.example&password=copper+lantern+drifts+north");
    let answer = ask(&format!(
        "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    ));
    answer.is_some_and(|answer| answer.starts_with("HTTP/1.1 303"))
}

/// GET of whatever listens there; the status, when an answer came whole.
pub fn try_get(port: u16, path: &str) -> Option<u16> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    // Nobody listens any more, and the system has given this connection the same port: it speaks to itself.
    if stream.local_addr().ok()? == stream.peer_addr().ok()? {
        return None;
    }
    stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").ok()?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).ok()?;
    std::str::from_utf8(bytes.get(9..12)?).ok()?.parse().ok()
}

fn unchunk(body: &str) -> String {
    let (mut rest, mut out) = (body, String::new());
    while let Some((size, more)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size.trim(), 16).unwrap();
        out.push_str(&more[..size]);
        rest = more.get(size + 2..).unwrap_or_default();
    }
    out
}

/// The texts between a tag that begins with `open` and the next `close`, tags inside removed.
pub fn texts(html: &str, open: &str, close: &str) -> Vec<String> {
    html.split(open)
        .skip(1)
        .map(|part| part.split_once('>').map_or("", |(_, inner)| inner))
        .map(|inner| text(inner.split(close).next().unwrap_or_default()))
        .collect()
}

/// What people read of a piece of HTML.
pub fn text(html: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                out.push(' ');
            }
            c if !inside => out.push(c),
            _ => {}
        }
    }
    let plain = out
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#38;", "&")
        .replace("&amp;", "&");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The addresses of all links that begin with a prefix, in order, each once.
pub fn links(html: &str, prefix: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for part in html.split("href=\"").skip(1) {
        let href = part.split('"').next().unwrap_or_default().replace("&amp;", "&").replace("&#38;", "&");
        if href.starts_with(prefix) && !out.contains(&href) {
            out.push(href);
        }
    }
    out
}
