//! A change of keys that ends at any of its steps: the folder opens with what lies there, and the change goes on.

use super::next_to;
use crate::House;
use crate::blob::tests::{filled, is_whole};
use crate::key::{KeyFrom, file};
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Gives up after so many polls, as a process that is killed there.
struct Killed<F> {
    run: Pin<Box<F>>,
    left: usize,
}

impl<F: Future> Future for Killed<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        self.left -= 1;
        self.run.as_mut().poll(cx).map(Some)
    }
}

fn copied(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let at = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copied(&entry.path(), &at);
        } else {
            std::fs::copy(entry.path(), &at).unwrap();
        }
    }
}

fn key_in_force(data: &Path) -> String {
    KeyFrom::Beside.read(data, true).unwrap().recipient()
}

#[tokio::test]
async fn a_change_of_keys_that_ends_at_any_step_leaves_everything_open_and_goes_on() {
    let (folder, ids) = filled().await;
    let data = folder.path().join("data");
    let before = key_in_force(&data);
    let (mut polls, mut ended) = (1, 0);
    loop {
        let to = folder.path().join(format!("copy-{polls}"));
        copied(&data, &to);
        let change = House::change_key(&to, None, &KeyFrom::Beside, |_| ());
        let done = Killed { run: Box::pin(change), left: polls }.await;
        let at = format!("ended at poll {polls}");
        is_whole(&to, &ids, &at).await;
        if let Some(done) = done {
            assert_ne!(done.unwrap().recipient, before);
            break;
        }
        ended += 1;
        let after = House::change_key(&to, None, &KeyFrom::Beside, |_| ()).await;
        let after = after.unwrap_or_else(|error| panic!("{at}: {error}"));
        assert_eq!(key_in_force(&to), after.recipient, "{at}");
        is_whole(&to, &ids, &format!("{at}, then finished")).await;
        std::fs::remove_dir_all(&to).unwrap();
        polls += 1 + polls / 4;
    }
    assert!(ended > 8, "it was ended at {ended} places only");
}

#[tokio::test]
async fn a_change_of_keys_that_ends_between_its_last_two_renames_goes_on() {
    let (folder, ids) = filled().await;
    let data = folder.path().join("data");
    let changed = House::change_key(&data, None, &KeyFrom::Beside, |_| ()).await.unwrap();
    let at = KeyFrom::Beside.file(&data, true).unwrap();
    // The old key has stepped aside, the new one still waits.
    std::fs::rename(&at, next_to(&at)).unwrap();
    is_whole(&data, &ids, "between").await;
    let again = House::change_key(&data, None, &KeyFrom::Beside, |_| ()).await.unwrap();
    assert_eq!((again.recipient, again.blobs), (changed.recipient.clone(), 0));
    assert_eq!(key_in_force(&data), changed.recipient);
    // The records know both, the settings still the old one.
    std::fs::rename(&at, next_to(&at)).unwrap();
    std::fs::copy(&changed.old, &at).unwrap();
    is_whole(&data, &ids, "both are there").await;
    assert!(file::read(&changed.old, 0o077).is_ok(), "the old key is kept for old back-ups");
}
