//! A sandbox with one school, for the tests beside.

use crate::House;
use crate::house::NewHouse;
use tempfile::TempDir;

const POLICY: &str = schoolkeeper_testkit::outside!(
    r#"
[[clause]]
id = "1"
section = "All"
text = "This explains."
"#
);

/// A house over a database of the given engine.
pub(crate) async fn house(url: &str) -> (House, TempDir) {
    house_under(url, POLICY).await
}

/// The same under a policy.
pub(crate) async fn house_under(url: &str, policy: &str) -> (House, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("outside.toml");
    std::fs::write(&pack, policy).unwrap();
    let new = NewHouse {
        schools: vec!["Hill (made up)".to_owned()],
        pack: pack.to_str().unwrap().to_owned(),
        database: url.starts_with("postgres").then(|| url.to_owned()),
        sandbox: true,
        ..NewHouse::default()
    };
    let data = folder.path().join("data");
    new.make(&data, None).await.unwrap();
    (House::open(&data, None).await.unwrap(), folder)
}
