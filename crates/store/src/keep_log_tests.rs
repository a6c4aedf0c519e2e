use crate::erase::OF_ENTRY;
use crate::keep_log::{LEDGER_LOG, LOGS};
use crate::migrate::ALL;
use std::collections::BTreeSet;

/// Tables whose rows belong to an entry and go with it, or are emptied with it.
const WITH_ENTRY: &[&str] = &[
    "entry",
    "observation",
    "entry_index",
    "entry_alias",
    "listed",
    "blob",
    "attachment_change",
    "ledger_record",
    "token",
    "feed",
];

/// Tables without rows about people, and why they may stay.
const STAYING: &[(&str, &str)] = &[
    ("organisation", "the trust or school itself"),
    ("school", "the school itself"),
    ("calendar", "term dates"),
    ("calendar_change", "term dates as they were"),
    ("bank_holiday", "a list of days"),
    ("agreement_wording", "the school's words for an agreement; replaced by the next ones"),
    ("section", "which sections are started, and when"),
    ("task_owner", "roles and dates; replaced by the next ones"),
    ("task_plan", "days a school means to do tasks on; replaced by the next plan"),
    ("not_here", "why a statement does not apply, in words about things; goes into every report"),
    ("generation", "one number"),
    ("pending_record", "ids and counts on their way to the ledger"),
    ("ledger", "its name and its sealed key"),
    ("ledger_tile", "hashes of salted hashes"),
    ("ledger_checkpoint", "sizes, roots and signatures"),
    ("census", "that a list is complete; replaced by the next one"),
    ("column_mapping", "names of columns; replaced by the next import"),
    ("adopted_pack", "the policy's own text"),
    ("role_label", "words for roles; replaced by the next one"),
    ("naming", "words for lists and columns; replaced by the next ones"),
    ("own_field", "what a school asks for beside; no record says it"),
    ("pack_version", "the policy's own text as it was adopted; shows which rules held when"),
    ("policy_page", "which policy anybody may read"),
    ("edition", "a policy that is being written; its oldest states make room, and it goes when it is let go"),
    ("param_value", "numbers of the policy; replaced by the next one"),
    ("pack_conflict", "which policy holds, in words about things; replaced by the next decision"),
    ("named_entry", "which record a policy means; its entry cannot go before it"),
    ("probe", "whether a control refused; replaced by the next run"),
    ("evaluation", "the last run's counts; replaced by the next one"),
    ("schedule", "when each line of the schedule was last begun"),
    ("mail_setup", "how mail leaves and comes in; replaced by the next settings"),
    ("lease", "which process works; replaced by the next one"),
    ("login", "an address and when it was here; forgotten once it is nobody any more"),
    ("login_password", "hashes; go with their login"),
    ("throttle", "hashes; forgotten after a day"),
    ("draft", "sealed; forgotten after a day"),
    ("intake", "a list that is not saved yet; forgotten after a day"),
    ("intake_line", "what a look at it shows; goes with it"),
    ("pile", "which page of a scan was whose slip, by id; forgotten after a week"),
    ("import_turn", "a number for each list"),
    ("listed_shape", "by which fields lists were made"),
    ("repeat_answer", "ids of what a program made; forgotten after a day"),
    ("webhook", "which program is told what"),
    ("setup_code", "one hash, until the first person is in"),
    ("emergency_code", "one hash; replaced by the next one"),
    ("sign_in_setting", "what an organisation chose"),
    ("backup", "which back-ups there are: sizes and digests"),
    ("recovery_sheet", "whose sheet was put away"),
    ("keep_period", "times an organisation or school chose"),
    ("keep_run", "when the nightly work ran"),
    ("keep_clean", "two numbers"),
    ("erasure", "proofs: kind, count, rule and day"),
    ("erased", "ids that never come back"),
];

/// Names of all tables both folders of migrations make.
fn tables() -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for text in ALL.iter().flat_map(|step| [step.sqlite, step.postgres]) {
        for line in text.lines() {
            if let Some(rest) = line.trim_start().strip_prefix("CREATE TABLE ") {
                out.insert(rest.trim_start_matches("IF NOT EXISTS ").split([' ', '(']).next().unwrap().to_owned());
            }
            if let Some(gone) = line.strip_prefix("DROP TABLE ") {
                out.remove(gone.trim_end_matches(';'));
            }
            let renamed = line.strip_prefix("ALTER TABLE ").and_then(|rest| rest.split_once(" RENAME TO "));
            if let Some((old, new)) = renamed {
                out.remove(old);
                out.insert(new.trim_end_matches(';').to_owned());
            }
        }
    }
    out
}

#[test]
fn every_table_has_a_rule_or_a_reason_to_stay() {
    let ruled: BTreeSet<&str> = LOGS
        .iter()
        .flat_map(|rows| rows.tables)
        .chain(WITH_ENTRY)
        .chain(OF_ENTRY.iter().map(|(t, _)| t))
        .copied()
        .collect();
    let staying: BTreeSet<&str> = STAYING.iter().map(|(table, _)| *table).collect();
    let tables = tables();
    let without: Vec<&String> =
        tables.iter().filter(|table| !ruled.contains(&***table) && !staying.contains(&***table)).collect();
    assert!(without.is_empty(), "say in keep_log.rs how long rows of {without:?} are kept");
    let gone: Vec<&&str> = ruled.union(&staying).filter(|table| !tables.contains(**table)).collect();
    assert!(gone.is_empty(), "{gone:?} are no tables any more");
    assert_eq!(ruled.intersection(&staying).count(), 0, "a table that has a rule does not stay");
}

#[test]
fn every_log_of_the_house_is_one_the_store_knows() {
    let words: BTreeSet<&str> = schoolkeeper_core::keep::LOGS.iter().map(|log| log.name).collect();
    let rows: BTreeSet<&str> = LOGS.iter().map(|rows| rows.log).chain([LEDGER_LOG]).collect();
    assert_eq!(words, rows);
}
