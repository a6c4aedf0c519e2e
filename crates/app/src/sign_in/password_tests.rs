use super::{About, Hashing, NOBODY, SLOTS, WAITING_MAX, fits, floor, is_outdated};
use crate::Error;

const ABOUT: About<'_> = About { name: "Ash Sample", email: "ash.sample@marlpit.example", schools: &[] };

fn says(password: &str) -> String {
    let schools = ["Marlpit Lane Primary (made up)".to_owned()];
    floor(password, About { schools: &schools, ..ABOUT }).join(" ")
}

#[test]
fn a_good_password_has_nothing_against_it() {
    for good in ["copper lantern drifts north", "7 otters juggle quietly", "Tr4verse-the-quiet-moor"] {
        assert_eq!(says(good), "", "{good}");
    }
}

#[test]
fn what_stands_against_a_password_is_said_in_words() {
    for (bad, word) in [
        ("short", "at least 12"),
        ("elevenchars", "at least 12"),
        (&"long ".repeat(50)[..], "at most 200"),
        ("marlpit otters juggle", "school's name"),
        ("SAMPLE otters juggle quietly", "your name"),
        ("password1234", "everybody tries"),
        ("aaaaaaaaaaaaaaaa", "easy to guess"),
        ("abcdefghijklmnop", "easy to guess"),
        ("123456789012345", "easy to guess"),
    ] {
        assert!(says(bad).contains(word), "{bad}: {}", says(bad));
    }
}

#[tokio::test]
async fn a_password_fits_its_own_hash_only() {
    let hashing = Hashing::default();
    let hash = hashing.hash("copper lantern drifts north").await.unwrap();
    assert!(!is_outdated(&hash), "{hash}");
    assert!(hashing.verify("copper lantern drifts north", Some(&hash)).await.unwrap());
    assert!(!hashing.verify("copper lantern drifts south", Some(&hash)).await.unwrap());
    assert!(!hashing.verify("copper lantern drifts north", None).await.unwrap());
    assert_ne!(hash, hashing.hash("copper lantern drifts north").await.unwrap(), "every hash has its own salt");
}

#[test]
fn the_hash_of_nobody_reads_and_costs_what_a_real_one_costs() {
    assert!(!is_outdated(NOBODY) && !fits("", NOBODY));
    argon2::password_hash::phc::PasswordHash::new(NOBODY).unwrap();
    assert!(is_outdated("$argon2id$v=19$m=4096,t=2,p=1$c2Nob29sa2VlcGVyLW5vYm9keQ$000"));
}

#[tokio::test]
async fn beyond_the_queue_somebody_is_told_that_we_are_busy_and_the_queue_empties() {
    let hashing = std::sync::Arc::new(Hashing::default());
    let all: Vec<_> = (0..WAITING_MAX + 20)
        .map(|_| {
            let hashing = hashing.clone();
            tokio::spawn(async move { hashing.run(|| std::thread::sleep(std::time::Duration::from_millis(5))).await })
        })
        .collect();
    let mut busy = 0;
    for one in all {
        busy += usize::from(matches!(one.await.unwrap(), Err(Error::Busy)));
    }
    assert!((1..=20).contains(&busy), "{busy} were turned away");
    assert!(hashing.run(|| ()).await.is_ok() && hashing.slots.available_permits() == SLOTS);
}
