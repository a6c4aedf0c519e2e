//! A folder with sealed files, for tests of what must keep them.

use super::BlobOf;
use crate::House;
use crate::job::tests::house;
use futures_util::{StreamExt, TryStreamExt, stream};
use schoolkeeper_core::actor::Scope;
use std::path::Path;
use tempfile::TempDir;
use uuid::Uuid;

const FILES: usize = 5;

fn content(number: usize) -> Vec<u8> {
    vec![u8::try_from(number).unwrap(); 70_000 + number]
}

/// A folder with sealed files and the sealed key of its ledger.
pub(crate) async fn filled() -> (TempDir, Vec<Uuid>) {
    let (house, folder) = house("sqlite").await;
    let system = Scope::system("test");
    let school = house.all_schools(&house.operator()).await.unwrap().remove(0);
    let mut ids = Vec::new();
    for number in 0..FILES {
        let of = BlobOf { school: school.id, register: "person", owner: House::new_id(), size_max: 1_000_000 };
        let blob = house.seal_blob(of, stream::iter([Ok(content(number))])).await.unwrap();
        let mut write = house.write().await.unwrap();
        assert!(write.add_blob(&system, &blob).await.unwrap());
        write.commit().await.unwrap();
        ids.push(blob.id);
    }
    house.sequence_once().await.unwrap();
    (folder, ids)
}

/// It opens with the key that lies there: every sealed file, and the ledger's key.
pub(crate) async fn is_whole(data: &Path, ids: &[Uuid], at: &str) {
    let house = House::open(data, None).await.unwrap_or_else(|error| panic!("{at}: {error}"));
    for (number, id) in ids.iter().enumerate() {
        let opened = house.open_blob(&Scope::system("test"), *id).await;
        let (_, parts) = opened.unwrap_or_else(|error| panic!("{at}, file {number}: {error}"));
        let parts: Vec<Vec<u8>> =
            parts.boxed().try_collect().await.unwrap_or_else(|error| panic!("{at}, file {number}: {error}"));
        assert!(parts.concat() == content(number), "{at}: file {number} is another");
    }
    // Signs with the sealed key of the ledger.
    house.acknowledge_sheet(&house.operator()).await.unwrap();
    house.sequence_once().await.unwrap_or_else(|error| panic!("{at}: {error}"));
    assert!(house.verify_ledger(&house.operator(), &[], |_, _| {}).await.unwrap().report.is_whole(), "{at}");
}
