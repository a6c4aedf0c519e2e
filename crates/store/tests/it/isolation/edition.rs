//! What versions, editions and public pages of a policy read and write.

use super::made_up::version_of;
use super::{Answers, note};
use crate::house::day;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::SchoolId;
use schoolkeeper_store::edition::Sources;
use schoolkeeper_store::pack::AdoptedPack;
use schoolkeeper_store::policy_page::Found;
use schoolkeeper_store::{Read, Write};
use std::collections::BTreeMap;

pub async fn every_read(read: &Read, scope: &Scope, school: SchoolId, out: &mut Answers) {
    let version = version_of(school);
    note(out, "versions", read.versions(scope, school, "p").await);
    note(out, "version_text", read.version_text(scope, school, ("p", &version)).await);
    note(out, "policy_page", read.policy_page(scope, school, "p").await);
    note(out, "editions", read.editions(scope, school).await);
    note(out, "edition_states", read.edition_states(scope, school, "own").await);
    note(out, "edition", read.edition(scope, school, ("own", 1)).await);
}

pub async fn every_write(tx: &mut Write, scope: &Scope, adopted: &AdoptedPack, out: &mut BTreeMap<&'static str, bool>) {
    let school = adopted.school;
    out.insert("keep_version", tx.keep_version(scope, adopted, ("1.0", "why")).await.unwrap());
    let page = tx.set_policy_page(scope, (school, "p"), Some(Found::NoIndex), day(1)).await;
    out.insert("set_policy_page", page.unwrap());
    let own: Sources = vec![("own.toml".to_owned(), "[pack]".to_owned())];
    out.insert("keep_edition", tx.keep_edition(scope, (school, "own", 0), (&own, "Began"), day(1)).await.unwrap());
    out.insert(
        "keep_edition to go",
        tx.keep_edition(scope, (school, "gone", 0), (&own, "Began"), day(1)).await.unwrap(),
    );
    out.insert("drop_edition", tx.drop_edition(scope, (school, "gone"), day(1)).await.unwrap());
}
