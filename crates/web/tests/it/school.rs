//! A house with two schools, and a browser in front of it.

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use schoolkeeper_app::House;
use schoolkeeper_app::bring_in::List;
use schoolkeeper_app::house::NewHouse;
use schoolkeeper_web::{App, router};
use std::sync::Arc;
use tempfile::TempDir;
use tower::ServiceExt;

/// The policy of both schools.
pub const POLICY: &str = r#"
[pack]
id = "outside"
title = "Outside"
version = "1"
language = 1
owner = ["headteacher"]
[role]
headteacher = { title = "Headteacher", acts_as = "head" }
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
"#;

/// The house, its folder, and its pages.
pub struct Browser {
    house: Arc<House>,
    _folder: TempDir,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Browser {
    /// Schools *Hill* and *Vale* under a policy.
    pub async fn at(policy: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pack = folder.path().join("outside.toml");
        std::fs::write(&pack, policy).unwrap();
        let new = NewHouse {
            schools: vec!["Hill".to_owned(), "Vale".to_owned()],
            pack: pack.to_str().unwrap().to_owned(),
            ..NewHouse::default()
        };
        let data = folder.path().join("data");
        new.make(&data, None).await.unwrap();
        let house = Arc::new(House::open(&data, None).await.unwrap());
        Self { house, _folder: folder }
    }

    /// Brings a list into a school and works out the standing.
    pub async fn import(&self, school: &str, register: &str, list: &str) {
        self.only_import(school, register, list).await;
        let actor = self.house.operator();
        let school = self.house.one_school(&actor, Some(school)).await.unwrap();
        self.house.evaluate(&actor, &school).await.unwrap();
    }

    /// What `serve` does every few seconds.
    pub async fn watch(&self) {
        self.house.evaluate_due().await.unwrap();
    }

    /// Brings a list in as a program does that is killed before it works out the standing.
    pub async fn only_import(&self, school: &str, register: &str, list: &str) {
        let actor = self.house.operator();
        let school = self.house.one_school(&actor, Some(school)).await.unwrap();
        let list = List { register, file: "list.csv", bytes: list.as_bytes(), ..List::default() };
        let brought = self.house.bring_in(&actor, &school, &list).await.unwrap();
        assert!(!brought.text.contains("left out"), "{}", brought.text);
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, "localhost:8087").await
    }

    /// Any method, any host.
    pub async fn ask(&self, method: Method, path: &str, host: &str) -> Answer {
        let request = Request::builder().method(method).uri(path).header("host", host).body(Body::empty()).unwrap();
        let response = router(App { house: self.house.clone() }).oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = axum::body::to_bytes(response.into_body(), 50_000_000).await.unwrap();
        Answer { status, headers, body: String::from_utf8_lossy(&bytes).into_owned() }
    }

    /// Every address of this server that can be reached from the start, with its answer.
    pub async fn crawl(&self) -> Vec<(String, Answer)> {
        let mut open = vec!["/".to_owned()];
        let mut seen: Vec<(String, Answer)> = Vec::new();
        while let Some(path) = open.pop() {
            if seen.iter().any(|(known, _)| *known == path) {
                continue;
            }
            let answer = self.get(&path).await;
            let location = answer.headers.get("location").map(|to| to.to_str().unwrap().to_owned());
            open.extend(location);
            open.extend(crate::html::links(&answer.body).into_iter().filter(|href| href.starts_with('/')));
            seen.push((path, answer));
            assert!(seen.len() < 500, "the pages never end");
        }
        seen
    }
}
