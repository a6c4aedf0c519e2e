//! A policy's own checks, from the schedule to the standing of their statements.

use crate::job::tests::house_under;
use jiff::{SignedDuration, Timestamp};
use schoolkeeper_core::standing::Standing;

schoolkeeper_testkit::both_engines!(
    a_policys_checks_run_and_move_its_statements,
    a_policys_back_up_check_is_the_schedules_own_back_up,
);

const JOBS: &str = schoolkeeper_testkit::outside!(
    r#"
[[clause]]
id = "good"
section = "All"
text = "Shares are looked through."
mode = "detected"
controls = ["scan"]
[[clause]]
id = "bad"
text = "The directory is read."
mode = "detected"
controls = ["sync"]
[[clause]]
id = "history"
text = "The history is checked."
mode = "detected"
controls = ["history"]
[[clause]]
id = "absent"
text = "Restores are tried."
mode = "detected"
controls = ["drill"]
[control]
scan = { type = "job", title = "Look through shares", run = "share-scan", every = "1 day", late_after = "6 hours" }
sync = { type = "job", title = "Read the directory", run = "directory-sync", every = "1 day", late_after = "6 hours" }
history = { type = "job", title = "Check the history", run = "history-check", every = "1 day", late_after = "6 hours" }
drill = { type = "job", title = "Restore drill", run = "restore-drill", every = "1 day", late_after = "6 hours" }
"#
);

async fn a_policys_checks_run_and_move_its_statements(url: String) {
    let (mut house, _folder) = house_under(&url, JOBS).await;
    let start: Timestamp = house.now();
    let school = house.all_schools(&house.operator()).await.unwrap().remove(0);
    let standings = async |house: &crate::House| -> Vec<(String, Standing)> {
        let evaluated = house.evaluate(&house.operator(), &school).await.unwrap();
        evaluated[0].clauses.iter().map(|clause| (clause.clause.to_string(), clause.standing)).collect()
    };
    let of = |all: &[(String, Standing)], id: &str| all.iter().find(|(clause, _)| clause == id).unwrap().1;
    let before = standings(&house).await;
    assert_eq!(of(&before, "good"), Standing::Due, "it has not run yet");
    house.work_once().await.unwrap();
    let after = standings(&house).await;
    assert_eq!(of(&after, "good"), Standing::Kept);
    assert_eq!(of(&after, "history"), Standing::Kept, "the ledger is whole");
    assert_eq!(of(&after, "bad"), Standing::Broken, "it failed, and says so at once");
    house.pretend(start + SignedDuration::from_hours(40));
    let late = standings(&house).await;
    assert_eq!(of(&late, "good"), Standing::Broken, "it is late");
    assert_eq!(of(&late, "absent"), Standing::Unknown, "what is not set up is not known");
    house.work_once().await.unwrap();
    let again = standings(&house).await;
    assert_eq!(of(&again, "good"), Standing::Kept, "one run catches up");
    house.work_once().await.unwrap();
    let page = crate::job::view::RunsAsked { all: true, before: None };
    let jobs = house.jobs(&house.operator(), &page).await.unwrap();
    assert_eq!(jobs.runs.iter().filter(|run| run.kind == "check").count(), 6, "three checks, twice each");
    assert_eq!(jobs.dead.iter().map(|job| job.kind.as_str()).collect::<Vec<_>>(), ["check"], "{:?}", jobs.dead);
    let (dead, attempts) = house.dead_job(&house.operator(), jobs.dead[0].id).await.unwrap();
    assert_eq!(attempts[0].why.as_deref(), Some("It does not answer."));
    assert_eq!(house.retry_job(&house.operator(), dead.id).await.unwrap(), "check");
    house.work_once().await.unwrap();
    house.give_up_job(&house.operator(), dead.id).await.unwrap();
    assert!(house.jobs(&house.operator(), &page).await.unwrap().dead.is_empty());
}

async fn a_policys_back_up_check_is_the_schedules_own_back_up(url: String) {
    let policy = JOBS.split("[[clause]]").next().unwrap().to_owned()
        + "[[clause]]\nid = \"1\"\nsection = \"All\"\ntext = \"Backed up.\"\nmode = \"detected\"\ncontrols = [\"own\"]\n\
           [control]\nown = { type = \"job\", title = \"Back-up\", run = \"self-backup\", every = \"1 day\", late_after = \"6 hours\" }\n";
    let (mut house, folder) = house_under(&url, &policy).await;
    let start = house.now();
    let school = house.all_schools(&house.operator()).await.unwrap().remove(0);
    let standing =
        async |house: &crate::House| house.evaluate(&house.operator(), &school).await.unwrap()[0].clauses[0].standing;
    let made = async |house: &crate::House| house.backups(&house.operator()).await.unwrap().history.len();
    house.backup_job().await.unwrap();
    house.work_once().await.unwrap();
    assert_eq!((standing(&house).await, made(&house).await), (Standing::Kept, 1), "the schedule's own counts");
    house.pretend(start + SignedDuration::from_hours(25));
    house.push_checks().await.unwrap();
    // Nobody made one that night, so the check does; here it cannot.
    std::fs::remove_dir_all(folder.path().join("data/backups")).unwrap();
    std::fs::write(folder.path().join("data/backups"), "in the way").unwrap();
    house.work_once().await.unwrap();
    assert_eq!(standing(&house).await, Standing::Broken, "it failed, and says so at once");
}
