//! Whole previews of real-shaped lists, as people read them.

use crate::school::{List, School, fixture, list};

fn text(school: &School, list: &List) -> String {
    match school.preview(list) {
        Ok(preview) => preview.text(&school.before()),
        Err(refused) => refused.to_string(),
    }
}

macro_rules! preview_of {
    ($test:ident, $school:expr, $register:literal, $file:literal, $map:expr) => {
        #[test]
        fn $test() {
            let bytes = fixture($file);
            let list = List { file: $file, map: $map, ..list($register, &bytes) };
            insta::assert_snapshot!(text(&$school, &list));
        }
    };
}

const DIRECTORY: &str = include_str!("../fixtures/directory-users.map.toml");
const CPOMS: &str = include_str!("../fixtures/cpoms-users.map.toml");

preview_of!(a_staff_list_with_titles_and_totals, School::default(), "person", "staff.csv", "");
preview_of!(systems, School::default(), "system", "systems.csv", "");
preview_of!(users_of_the_directory, School::made_up(), "account", "directory-users.csv", DIRECTORY);
preview_of!(an_intune_export, School::made_up(), "device", "intune-devices.csv", "");
preview_of!(backup_jobs, School::default(), "backup-job", "backup-jobs.csv", "");
preview_of!(backup_runs_with_semicolons, School::made_up(), "backup-run", "backup-runs.csv", "");
preview_of!(users_of_another_system, School::made_up(), "system-user", "cpoms-users.csv", CPOMS);
preview_of!(chromebooks, School::made_up(), "device", "google-chromeos.csv", "");
preview_of!(assets_of_snipe_it, School::made_up(), "asset", "snipe-it.csv", "");

#[test]
fn every_list_brought_in_again_changes_nothing() {
    let lists = [
        ("account", "directory-users.csv", DIRECTORY),
        ("device", "intune-devices.csv", ""),
        ("device", "google-chromeos.csv", ""),
        ("backup-run", "backup-runs.csv", ""),
        ("system-user", "cpoms-users.csv", CPOMS),
        ("asset", "snipe-it.csv", ""),
        ("person", "staff.csv", ""),
    ];
    let mut school = School::made_up();
    for (register, file, map) in lists {
        let bytes = fixture(file);
        let list = List { file, map, ..list(register, &bytes) };
        let first = school.save(&list);
        assert!(first.census.is_some() || first.register.contains("run"), "{file}: {:?}", first.notes);
        school.now += jiff::SignedDuration::from_hours(24);
        let again = school.preview(&list).unwrap();
        assert!(again.changes_nothing(), "{file}: {:?} {:?}", again.new.first(), again.changed.first());
        assert_eq!(again.same.len(), first.new.len() + first.same.len() + first.changed.len(), "{file}");
    }
}
