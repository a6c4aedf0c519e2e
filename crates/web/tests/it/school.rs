//! A house with two schools, and a browser in front of it.

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use schoolkeeper_app::bring_in::List;
use schoolkeeper_app::house::NewHouse;
use schoolkeeper_app::sign_in::secret::Secret;
use schoolkeeper_app::sign_in::{Arrival, LoginPage, NewLogin, PersonOf, SignIn};
use schoolkeeper_app::{House, School};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::{LoginId, OrganisationId};
use schoolkeeper_core::permission::BaseRole;
use schoolkeeper_web::{App, router};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tower::ServiceExt;
use uuid::Uuid;

/// Everybody's password.
pub const PASSWORD: &str = "copper lantern drifts north";

/// The policy of both schools.
pub const POLICY: &str = schoolkeeper_testkit::outside!(
    r#"
[[clause]]
id = "a/1"
section = "Devices and laptops"
text = "Devices are encrypted."
mode = "detected"
who = ["headteacher"]
controls = ["encrypted"]
[[clause]]
id = "a/2"
text = "This explains."
[[clause]]
id = "b/1"
section = "Back-ups"
text = "Runs are good."
mode = "detected"
controls = ["runs"]
[control.encrypted]
type = "rule"
title = "Encrypted devices"
for = "device"
expect = "device.encrypted"
message = "{device.name} is not encrypted"
[control.runs]
type = "rule"
for = "backup-run"
expect = "backup_run.ok"
"#
);

/// Every byte as `%XX`.
pub fn escaped(text: &str) -> String {
    text.bytes().flat_map(|byte| ["%".to_owned(), format!("{byte:02X}")]).collect::<Vec<_>>().concat()
}

/// The house, its folder, and its pages.
pub struct Browser {
    house: Mutex<Arc<House>>,
    data: PathBuf,
    now: Option<Timestamp>,
    cookies: Mutex<BTreeMap<String, String>>,
    _folder: TempDir,
}

/// The role of a policy by which somebody holds a base role.
pub fn role_of(base: BaseRole) -> &'static str {
    match base {
        BaseRole::Head => "headteacher",
        BaseRole::Office => "school-business-manager",
        BaseRole::Technician => "it-technician",
        BaseRole::Protection => "dpo",
        BaseRole::Safeguarding => "safeguarding-lead",
        BaseRole::Governor => "governor",
        other => other.name(),
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

/// Where an answer that went well leads.
pub fn leads_to(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.headers["location"].to_str().unwrap().to_owned()
}

impl Browser {
    /// Schools *Hill* and *Vale* under a policy, and the headteacher of both at the browser.
    pub async fn at(policy: &str) -> Self {
        let browser = Self::new(policy).await;
        browser.signed_in(BaseRole::Head).await;
        browser.also(BaseRole::Head, "vale").await;
        browser
    }

    /// The same on Monday 23 November 2026, and later.
    pub async fn pretending(policy: &str) -> Self {
        let browser = Self::made(policy, None, Some("2026-11-23T08:00:00Z".parse().unwrap())).await;
        browser.signed_in(BaseRole::Head).await;
        browser
    }

    /// The same in another database.
    pub async fn pretending_over(policy: &str, database: Option<&str>) -> Self {
        let browser = Self::made(policy, database, Some("2026-11-23T08:00:00Z".parse().unwrap())).await;
        browser.signed_in(BaseRole::Head).await;
        browser
    }

    /// So many minutes pass.
    pub async fn later(&mut self, minutes: i64) {
        self.now = self.now.map(|now| now + SignedDuration::from_mins(minutes));
        *self.house.lock().unwrap() = Arc::new(House::open(&self.data, self.now).await.unwrap());
    }

    /// The same at an address of the settings.
    pub async fn at_address(policy: &str, address: &str) -> Self {
        let browser = Self::new(policy).await;
        browser.set_setting(&format!("base_url = \"{address}\"\nproxy = \"127.0.0.1\"")).await;
        browser
    }

    /// The same in another database.
    pub async fn over(policy: &str, database: Option<&str>) -> Self {
        Self::made(policy, database, None).await
    }

    /// Schools *Hill* and *Vale* under a policy, where nobody can sign in yet.
    pub async fn new(policy: &str) -> Self {
        Self::made(policy, None, None).await
    }

    /// On Monday 23 November 2026, with nothing started yet, and the headteacher at the browser.
    pub async fn by_sections(policy: &str) -> Self {
        let now = Some("2026-11-23T08:00:00Z".parse().unwrap());
        let browser = Self::made_as(policy, now, NewHouse { by_section: true, ..NewHouse::default() }).await;
        browser.signed_in(BaseRole::Head).await;
        browser
    }

    /// Another kind of house.
    pub async fn made_for(policy: &str, new: NewHouse) -> Self {
        Self::made_as(policy, None, new).await
    }

    /// Puts lines before the settings, and opens the house anew.
    pub async fn set_setting(&self, lines: &str) {
        let file = self.data.join("schoolkeeper.toml");
        let settings = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, format!("{lines}\n{settings}")).unwrap();
        *self.house.lock().unwrap() = Arc::new(House::open(&self.data, self.now).await.unwrap());
    }

    /// Somebody's sign-in by their address.
    pub async fn login_of(&self, email: &str) -> LoginId {
        let page = LoginPage { limit: 100, ..LoginPage::default() };
        let lines = self.house().people_who_sign_in(&self.house().operator(), &page).await.unwrap();
        lines.iter().find(|line| line.email == email).unwrap().joined.login
    }

    async fn made(policy: &str, database: Option<&str>, now: Option<Timestamp>) -> Self {
        Self::made_as(policy, now, NewHouse { database: database.map(str::to_owned), ..NewHouse::default() }).await
    }

    async fn made_as(policy: &str, now: Option<Timestamp>, new: NewHouse) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pack = folder.path().join("outside.toml");
        std::fs::write(&pack, policy).unwrap();
        let new = NewHouse {
            schools: vec!["Hill".to_owned(), "Vale".to_owned()],
            pack: pack.to_str().unwrap().to_owned(),
            sandbox: now.is_some(),
            ..new
        };
        let data = folder.path().join("data");
        new.make(&data, now).await.unwrap();
        let house = Mutex::new(Arc::new(House::open(&data, now).await.unwrap()));
        Self { house, data, now, cookies: Mutex::default(), _folder: folder }
    }

    /// The file its records lie in.
    pub fn database(&self) -> String {
        self.data.join("schoolkeeper.sqlite").to_str().unwrap().to_owned()
    }

    /// The folder its sealed files lie in.
    pub fn files(&self) -> PathBuf {
        self.data.join("blob")
    }

    /// The house behind it.
    pub fn house(&self) -> Arc<House> {
        self.house.lock().unwrap().clone()
    }

    /// An appointment at Hill.
    pub async fn appointment(&self) -> String {
        let operator = self.house().operator();
        let school = self.house().one_school(&operator, Some("hill")).await.unwrap();
        let lines = self.house().roles(&operator, &school).await.unwrap();
        lines.iter().find_map(|line| line.people.first()).unwrap().appointment.id.to_string()
    }

    /// An entry of Hill by its name.
    pub async fn entry(&self, register: &str, name: &str) -> String {
        let operator = self.house().operator();
        let school = self.house().one_school(&operator, Some("hill")).await.unwrap();
        let found = self.house().entries_like(&operator, &school, (register, name)).await.unwrap();
        found.first().unwrap_or_else(|| panic!("no {register} {name}")).id.to_string()
    }

    /// Who is at the browser, as the house knows them.
    pub async fn actor(&self) -> Actor {
        let token = Secret::read(&self.cookie("schoolkeeper").unwrap()).unwrap();
        self.house().signed_in(&token).await.unwrap().unwrap().actor
    }

    /// Puts somebody at the browser who holds a base role at Hill and at no other school.
    pub async fn signed_in(&self, role: BaseRole) {
        self.signed_in_at(role, "hill").await;
    }

    /// The same at another school.
    pub async fn signed_in_at(&self, role: BaseRole, school: &str) {
        let email = self.also(role, school).await;
        self.let_in(&email).await;
    }

    /// The headteacher anew.
    pub async fn signed_in_again(&self) {
        self.let_in("head@school.example").await;
    }

    /// Somebody by their address.
    pub async fn let_in(&self, email: &str) {
        let arrival = Arrival { browser: "A browser on an unknown system".to_owned(), ..Arrival::default() };
        let SignIn::In(new) = self.house().sign_in(email, PASSWORD, &arrival).await.unwrap() else {
            panic!("{email} is not let in");
        };
        self.set_cookie("schoolkeeper", Some(&new.token.text()));
    }

    /// Somebody by what stands before the @ of their address.
    pub async fn let_in_as(&self, who: &str) {
        self.let_in(&format!("{who}@school.example")).await;
    }

    /// Somebody at no browser, by their base role at a school; says their address.
    pub async fn also(&self, role: BaseRole, school: &str) -> String {
        let (email, person) = self.also_without_notice(role, school).await;
        self.house().agree_notice(person.login).await.unwrap();
        email
    }

    /// The same by the role they are given, called after it.
    pub async fn also_as(&self, role: &str, school: &str) {
        let operator = self.house().operator();
        let school = self.house().one_school(&operator, Some(school)).await.unwrap();
        let (name, email) = (format!("Madeup {role}"), format!("{role}@school.example"));
        let new = NewLogin { name, email, role: Some(role.to_owned()), school };
        let person = self.house().add_person(&new, PASSWORD).await.unwrap();
        self.house().agree_notice(person.login).await.unwrap();
    }

    /// The same before they have agreed to the notice.
    pub async fn also_without_notice(&self, role: BaseRole, school: &str) -> (String, PersonOf) {
        let operator = self.house().operator();
        let school = self.house().one_school(&operator, Some(school)).await.unwrap();
        let email = format!("{}@school.example", role.name());
        let name = format!("Madeup {}", role.name());
        let new = NewLogin { name, email: email.clone(), role: Some(role_of(role).to_owned()), school };
        (email, self.house().add_person(&new, PASSWORD).await.unwrap())
    }

    /// Another organisation of the same installation, with one school.
    pub async fn elsewhere(&self) -> School {
        self.elsewhere_called("elsewhere").await
    }

    /// The same under a short name.
    pub async fn elsewhere_called(&self, slug: &str) -> School {
        let organisation = OrganisationId(Uuid::from_u128(91));
        let sql = format!(
            "INSERT INTO organisation (id, title, created_at) VALUES (x'{0}', 'Elsewhere', 0); \
             INSERT INTO school (id, organisation, slug, title, trust, division, created_at) \
             VALUES (x'{1}', x'{0}', '{slug}', 'Elsewhere', 0, 'england-and-wales', 0);",
            organisation.0.simple(),
            Uuid::from_u128(92).simple()
        );
        schoolkeeper_testkit::execute(&self.database(), &sql).await.unwrap();
        self.house().one_school(&Actor::operator(organisation), Some(slug)).await.unwrap()
    }

    /// Somebody with a role at a school of any organisation, at no browser.
    pub async fn stranger(&self, school: &School, (email, role): (&str, BaseRole)) {
        let (name, role) = ("Stranger Elsewhere".to_owned(), Some(role_of(role).to_owned()));
        let new = NewLogin { name, email: email.to_owned(), role, school: school.clone() };
        let person = self.house().add_person(&new, PASSWORD).await.unwrap();
        self.house().agree_notice(person.login).await.unwrap();
    }

    /// What the browser holds.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    /// Sets or takes away what the browser holds.
    pub fn set_cookie(&self, name: &str, value: Option<&str>) {
        let mut cookies = self.cookies.lock().unwrap();
        match value {
            Some(value) => cookies.insert(name.to_owned(), value.to_owned()),
            None => cookies.remove(name),
        };
    }

    /// Any request, with what the browser holds.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let mut request = request;
        let held: Vec<String> =
            self.cookies.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !held.is_empty() && !request.headers().contains_key(header::COOKIE) {
            request.headers_mut().insert(header::COOKIE, held.join("; ").parse().unwrap());
        }
        let response = router(App { house: self.house() }).oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        for set in headers.get_all(header::SET_COOKIE) {
            let (name, rest) = set.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            self.set_cookie(name, Some(value).filter(|value| !value.is_empty()));
        }
        let bytes = axum::body::to_bytes(response.into_body(), 50_000_000).await.unwrap();
        Answer { status, headers, body: String::from_utf8_lossy(&bytes).into_owned() }
    }

    /// Fills in a form of a page as a browser does: its hidden fields are sent along.
    pub async fn post(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let shown = self.get(page).await;
        let mut all = crate::html::hidden(&shown.body, action);
        all.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.post_raw(action, &all).await
    }

    /// Fills in a form of a page that takes a file.
    pub async fn upload(
        &self,
        page: &str,
        fields: &[(&str, &str)],
        (name, file, bytes): (&str, &str, &[u8]),
    ) -> Answer {
        let shown = self.get(page).await;
        let mut body = Vec::new();
        let hidden = crate::html::hidden(&shown.body, page);
        let hidden = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in hidden.chain(fields.iter().copied()) {
            body.extend(
                format!("--made-up\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        let head = format!(
            "--made-up\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
             content-type: application/octet-stream\r\n\r\n"
        );
        body.extend(head.bytes());
        body.extend(bytes);
        body.extend(b"\r\n--made-up--\r\n");
        let request = Request::post(page)
            .header("host", "localhost:8087")
            .header("content-type", "multipart/form-data; boundary=made-up");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// What the outbox shows of a mail that it hands over where no mail leaves.
    pub async fn handed_over(&self, name: &str, says: &str) -> String {
        let outbox = self.get("/school/hill/mail/outbox").await;
        let row = outbox.body.split("<li>").find(|row| row.contains(name) && row.contains(says));
        let row = row.unwrap_or_else(|| panic!("no mail to {name}: {}", outbox.body));
        let row = format!("<!doctype html>{}</form>", row.split("</form>").next().unwrap());
        let to = "/school/hill/mail/outbox/do";
        let fields = [crate::html::hidden(&row, to), vec![("do".to_owned(), "hand-over".to_owned())]].concat();
        self.post_raw(to, &fields).await.body
    }

    /// A forged form of somebody who is signed in: just these fields, with a good token.
    pub async fn post_to(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = crate::html::hidden(&self.get("/account").await.body, "/sign-out");
        all.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.post_raw(path, &all).await
    }

    /// POST of just these fields.
    pub async fn post_raw(&self, path: &str, fields: &[(String, String)]) -> Answer {
        let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
        let request = Request::post(path)
            .header("host", "localhost:8087")
            .header("origin", "http://localhost:8087")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body.join("&")))
            .unwrap();
        self.send(request).await
    }

    /// Brings a list into a school and works out the standing.
    pub async fn import(&self, school: &str, register: &str, list: &str) {
        self.only_import(school, register, list).await;
        let actor = self.house().operator();
        let school = self.house().one_school(&actor, Some(school)).await.unwrap();
        self.house().evaluate(&actor, &school).await.unwrap();
    }

    /// What `serve` does every few seconds.
    pub async fn watch(&self) {
        self.house().evaluate_due().await.unwrap();
    }

    /// Brings a list in as a program does that is killed before it works out the standing.
    pub async fn only_import(&self, school: &str, register: &str, list: &str) {
        let actor = self.house().operator();
        let school = self.house().one_school(&actor, Some(school)).await.unwrap();
        let list = List { register, file: "list.csv", bytes: list.as_bytes(), ..List::default() };
        let brought = self.house().bring_in(&actor, &school, &list).await.unwrap();
        assert!(!brought.text.contains("left out"), "{}", brought.text);
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, "localhost:8087").await
    }

    /// Any method, any host.
    pub async fn ask(&self, method: Method, path: &str, host: &str) -> Answer {
        let request = Request::builder().method(method).uri(path).header("host", host).body(Body::empty()).unwrap();
        self.send(request).await
    }

    /// Every address of this server that can be reached from the start, with its answer.
    pub async fn crawl(&self) -> Vec<(String, Answer)> {
        let mut open = vec!["/".to_owned()];
        let mut seen: Vec<(String, Answer)> = Vec::new();
        while let Some(path) = open.pop() {
            if seen.iter().any(|(known, _)| *known == path) || is_one_more(&path, &seen) {
                continue;
            }
            let answer = self.get(&path).await;
            let location = answer.headers.get("location").map(|to| to.to_str().unwrap().to_owned());
            open.extend(location);
            open.extend(crate::html::links(&answer.body).into_iter().filter(|href| href.starts_with('/')));
            seen.push((path, answer));
            assert!(seen.len() < 1_000, "the pages never end");
        }
        seen
    }
}

/// Pages lead to themselves in every order, narrowed in every way, and what stands under one of them is made from its
/// register by the same code as under all others: a few of each are enough.
fn is_one_more(path: &str, seen: &[(String, Answer)]) -> bool {
    let (page, query) = path.split_once('?').map_or((path, None), |(page, query)| (page, Some(query)));
    let narrowed = |known: &str| known.split_once('?').is_some_and(|(other, _)| other == page);
    let others = seen.iter().filter(|(known, _)| narrowed(known)).count();
    let Some((_, list)) = page.split_once("/records/") else { return query.is_some() && others >= 6 };
    if !["device", "person"].contains(&list.split('/').next().unwrap_or_default()) {
        return query.is_some() || list.contains('/');
    }
    query.is_some() && others >= 2
}
