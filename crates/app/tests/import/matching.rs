//! Who is who: identities, doubles, lost zeros, leavers and answers.

use crate::school::{List, School, list};
use jiff::SignedDuration;
use schoolkeeper_app::import::{Answer, Counts, Preview};
use schoolkeeper_core::id::{EntryId, SchoolId};
use schoolkeeper_core::value::Value;
use std::collections::BTreeMap;

fn school(register: &str, csv: &str) -> School {
    let mut school = School::default();
    school.save(&list(register, csv));
    school.now += SignedDuration::from_hours(24);
    school
}

fn counts(preview: &Preview) -> (usize, usize, usize, usize, usize, usize) {
    let Counts { new, changed, same, left, refused, questions } = preview.counts();
    (new, changed, same, left, refused, questions)
}

#[test]
fn the_strongest_sign_that_is_filled_decides() {
    let school = school(
        "person",
        "Name,Payroll number,Email\nAda Testwood,00101,ada@school.example\nBen Sample,,ben@school.example\n",
    );
    let preview = school
        .preview(&list("person", "Name,Payroll number,Email\nAda Married,00101,ada.married@school.example\nBen Sample,00102,ben@school.example\n"))
        .unwrap();
    assert_eq!(counts(&preview), (0, 2, 0, 0, 0, 0));
    let words = preview.text(&school.before());
    assert!(
        words.contains("Name Ada Testwood → Ada Married; Email ada@school.example → ada.married@school.example"),
        "{words}"
    );
    assert!(words.contains("Ben Sample, row 3: Payroll number 00102"), "{words}");
}

#[test]
fn what_did_not_change_keeps_since_when_it_holds() {
    let mut school = school("person", "Name,Email,Job title\nAda Testwood,ada@school.example,Teacher\n");
    let before = school.entries[0].facts.clone();
    school.save(&list("person", "Name,Email,Job title\nAda Testwood,ada@school.example,Headteacher\n"));
    let after = &school.entries[0].facts;
    assert_eq!(after["email"].held_since, before["email"].held_since);
    assert_eq!(after["email"].at, school.now, "it was seen again");
    assert_eq!(after["job_title"].held_since, school.now);
}

#[test]
fn a_name_alone_never_joins_two_payroll_numbers() {
    let school = school("person", "Name,Payroll number\nJohn Sample,00101\n");
    let preview =
        school.preview(&List { part: true, ..list("person", "Name,Payroll number\nJohn Sample,00388\n") }).unwrap();
    assert_eq!(counts(&preview), (1, 0, 0, 0, 0, 0));
    assert!(preview.notes.iter().any(|note| note.contains("taken as another person")), "{:?}", preview.notes);
}

#[test]
fn two_hits_are_a_question_and_an_answer_settles_it() {
    let school = school("person", "Name,Payroll number\nJohn Sample,00388\nJohn Sample,00391\nAda Testwood,00101\n");
    let csv = "Name,Job title\nJohn Sample,Cleaner\nAda Testwood,Teacher\n";
    let preview = school.preview(&list("person", csv)).unwrap();
    assert_eq!(counts(&preview), (0, 1, 0, 0, 0, 1), "neither of the two has left");
    assert_eq!(preview.questions[0].message, "row 2 fits 2 entries by name");
    assert_eq!(preview.census, None, "a question is a hole in the list");
    let (id, _) = preview.questions[0].candidates[1];
    let answers = BTreeMap::from([(2, Answer::Is(id))]);
    let preview = school.preview(&List { answers, confirm_left: true, ..list("person", csv) }).unwrap();
    assert_eq!(counts(&preview), (0, 2, 0, 1, 0, 0));
    assert!(preview.changed.iter().any(|changed| changed.id == id));
    let answers = BTreeMap::from([(2, Answer::New)]);
    let preview = school.preview(&List { answers, part: true, ..list("person", csv) }).unwrap();
    assert_eq!(counts(&preview), (1, 1, 0, 0, 0, 0));
    let answers = BTreeMap::from([(2, Answer::LeaveOut)]);
    let preview = school.preview(&List { answers, part: true, ..list("person", csv) }).unwrap();
    assert_eq!(counts(&preview), (0, 1, 0, 0, 0, 0));
}

#[test]
fn zeros_that_excel_lost_are_never_merged_in_silence() {
    let school = school("person", "Name,Payroll number\nAda Testwood,00412\nBen Sample,00413\n");
    let csv = "Name,Payroll number,Job title\nAda Testwood,412,Teacher\nB. Sample,413,Cleaner\n";
    let preview = school.preview(&list("person", csv)).unwrap();
    assert_eq!(counts(&preview), (0, 1, 0, 0, 0, 1));
    assert_eq!(
        preview.questions[0].message,
        "row 3 has payroll number `413`; Excel drops leading zeros. Is it the same?"
    );
    assert_eq!(preview.questions[0].candidates[0].1, "Ben Sample");
    let changed: Vec<&str> = preview.changed[0].changes.iter().map(|change| &*change.field).collect();
    assert_eq!(changed, ["job_title"], "the padded number stays");
    assert!(preview.notes.iter().any(|note| note.contains("lost leading zeros")), "{:?}", preview.notes);
}

#[test]
fn doubles_that_agree_are_one_and_doubles_that_differ_are_asked() {
    let csv = "Name,Payroll number,Email,Job title\nAda Testwood,00101,ada@school.example,\nAda Testwood,00101,,Teacher\nBen Sample,00102,,Teacher\nBen Sample,00102,,Caretaker\nCara Demo,00103,,\nDev Demo,00103,,\n";
    let school = School::default();
    let preview = school.preview(&list("person", csv)).unwrap();
    insta::assert_snapshot!(preview.text(&school.before()));
    let ada = &preview.new[0].facts.facts();
    assert_eq!(
        (ada["email"].value.as_text(), ada["job_title"].value.as_text()),
        (Some("ada@school.example"), Some("Teacher"))
    );
    assert!(!preview.new[1].facts.facts().contains_key("job_title"), "what two rows disagree on is not guessed");
}

#[test]
fn a_machine_that_was_enrolled_again_is_the_same_machine() {
    let header = "Device ID,Device name,Serial number,Last check-in,Encrypted\n";
    let school =
        school("device", &format!("{header}a,ML-1,SN1,2026-11-01,True\nb,ML-2,Default string,2026-11-01,True\n"));
    let again = format!("{header}c,ML-1,SN1,2026-11-20,True\nd,ML-3,Default string,2026-11-20,True\n");
    let preview = school.preview(&List { confirm_left: true, ..list("device", &again) }).unwrap();
    assert_eq!(counts(&preview), (1, 1, 0, 1, 0, 0), "a serial that means nothing joins nobody");
    assert!(!preview.new[0].facts.facts().contains_key("serial"), "and is not kept");
}

#[test]
fn the_id_of_one_source_says_nothing_about_another_source() {
    let school = school("device", "Device ID,Device name\n77,ML-1\n");
    let other = List { source: "jamf", ..list("device", "Device ID,Device name\n77,IPAD-9\n") };
    assert_eq!(counts(&school.preview(&other).unwrap()), (1, 0, 0, 0, 0, 0));
}

#[test]
fn many_leavers_stop_the_import_until_somebody_confirms() {
    let all = people(20);
    let school = school("person", &format!("Name,Email\n{all}"));
    let some = people(17);
    let csv = format!("Name,Email\n{some}");
    let preview = school.preview(&list("person", &csv)).unwrap();
    insta::assert_snapshot!(preview.stop.unwrap(), @r"
    3 of 20 people are missing from this list. Is it the whole list?
    hint: If it is only part, say --part. If they have left, say --confirm-left.
    ");
    let confirmed = school.preview(&List { confirm_left: true, ..list("person", &csv) }).unwrap();
    assert_eq!((confirmed.stop.clone(), confirmed.left.len(), confirmed.left_is_proposal), (None, 3, true));
    let part = school.preview(&List { part: true, ..list("person", &csv) }).unwrap();
    assert_eq!((part.stop.clone(), part.left.len(), part.census.clone()), (None, 0, None));
    let two = people(18);
    assert_eq!(school.preview(&list("person", &format!("Name,Email\n{two}"))).unwrap().stop, None, "a tenth may leave");
}

#[test]
fn a_refused_row_is_not_a_leaver() {
    let school = school("person", "Name,Leaving date\nAda Testwood,\nBen Sample,\n");
    let preview = school.preview(&list("person", "Name,Leaving date\nAda Testwood,\nBen Sample,31/02/2026\n")).unwrap();
    assert_eq!(counts(&preview), (0, 0, 1, 0, 1, 0));
}

#[test]
fn an_entry_of_another_source_is_nobodys_leaver() {
    let school = school("person", "Name\nAda Testwood\nBen Sample\n");
    let other = List { source: "arbor", ..list("person", "Name\nAda Testwood\n") };
    let preview = school.preview(&other).unwrap();
    assert_eq!(counts(&preview), (0, 0, 1, 0, 0, 0));
    assert!(!preview.same[0].facts.is_empty(), "the new source's word is kept too");
}

#[test]
fn a_blank_empties_what_people_fill_and_never_who_it_is() {
    let school = school("person", "Name,Email,End date\nAda Testwood,ada@school.example,31/12/2026\n");
    let preview = school.preview(&list("person", "Name,Email,End date\nAda Testwood,,\n")).unwrap();
    let changes = &preview.changed[0].changes;
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert_eq!((&*changes[0].field, &changes[0].after), ("last_day", &Some(Value::Empty)));
}

#[test]
fn an_observed_value_that_is_not_said_any_more_is_not_known_any_more() {
    let school = school("device", "Device name,Serial number,Encrypted\nML-1,SN1,Yes\n");
    let preview = school.preview(&list("device", "Device name,Serial number,Encrypted\nML-1,SN1,\n")).unwrap();
    assert!(preview.text(&school.before()).contains("Encrypted yes → (not said any more)"));
}

#[test]
fn a_line_manager_may_stand_in_a_later_row() {
    let school = School::default();
    let csv = "Name,Line manager\nAda Testwood,\"Sample, Ben\"\nBen Sample,Nobody We Know\n";
    let preview = school.preview(&list("person", csv)).unwrap();
    assert_eq!(preview.new[0].facts.facts()["manager"].value, Value::Ref(preview.new[1].id));
    assert!(
        preview.notes.contains(&"Manager: left out in row 3 (no person is called `Nobody We Know`).".to_owned()),
        "{:?}",
        preview.notes
    );
}

#[test]
fn a_list_of_things_that_belong_to_unknown_things_is_refused_row_by_row() {
    let school = School::default();
    let preview =
        school.preview(&list("backup-run", "Job,Result,End time\nMain server,Success,20/11/2026 02:10\n")).unwrap();
    insta::assert_snapshot!(preview.text(&school.before()));
    assert!(preview.stop.is_some());
}

#[test]
fn a_wrong_map_file_is_told_what_would_be_right() {
    let school = School::default();
    let refusal = |map| {
        school.preview(&List { map, ..list("person", "Pay ref,Name\n1,Ada Testwood\n") }).unwrap_err().to_string()
    };
    insta::assert_snapshot!(refusal("\"Pay ref\" = \"payrol_number\"\n"), @r"
    list.csv: the map file names `payrol_number`, which `person` does not have
    hint: Did you mean `payroll_number`?
    ");
    insta::assert_snapshot!(refusal("[const]\naccounts = \"x\"\n"), @r"
    list.csv: the map file fills `accounts`, which is worked out and cannot be filled
    hint: Its fields are name, payroll_number, email, kind, active, job_title, first_day, last_day, manager, works_at, dbs_on, dbs_number, excluded_on, class_group, phone.
    ");
    insta::assert_snapshot!(refusal("[const]\nkind = \"boss\"\n"), @r"
    list.csv: the map file says kind = `boss`: `boss`: we know staff, agency, volunteer, governor, contractor, visitor, pupil, parent
    hint: Mend it in the map file, or bring in the list it names first.
    ");
    let broken = schoolkeeper_app::import::MapFile::parse("\"Pay ref\" = payroll\n").unwrap_err();
    assert!(broken.to_string().starts_with("row 1: "), "{broken}");
    let odd = schoolkeeper_app::import::MapFile::parse("[vaules]\n").unwrap_err();
    insta::assert_snapshot!(odd, @r#"
    `vaules` is none of the parts of a map file
    hint: A map file holds lines like "Pay ref" = "payroll_number" and the tables const, until, join, first, values and file.
    "#);
}

#[test]
fn unmapped_columns_are_listed_with_what_they_look_like() {
    let preview =
        School::default().preview(&list("person", "Name,Job titel,Shoe size\nAda Testwood,Teacher,5\n")).unwrap();
    assert!(
        preview.notes.contains(&"Columns not read: `Job titel` (is it Job title?), `Shoe size`.".to_owned()),
        "{:?}",
        preview.notes
    );
}

#[test]
fn a_column_that_only_sounds_like_a_choice_is_left_out_and_said() {
    let preview = School::default()
        .preview(&list("person", "Name,Type\nAda Testwood,Full time\nBen Sample,Part time\n"))
        .unwrap();
    assert_eq!(counts(&preview), (2, 0, 0, 0, 0, 0));
    assert!(
        preview.notes.iter().any(|note| note.starts_with("Column `Type` says things like `Full time`")),
        "{:?}",
        preview.notes
    );
}

fn people(count: usize) -> String {
    let rows: Vec<String> = (0..count).map(|at| format!("Person{at},p{at}@school.example\n")).collect();
    rows.concat()
}

#[test]
fn a_chromebook_without_an_asset_number_goes_by_its_serial() {
    let csv = "deviceId,serialNumber,orgUnitPath,annotatedAssetId\n1,CB1,/,\n2,CB2,/,MLC-2\n";
    let preview = School::default().preview(&list("device", csv)).unwrap();
    let names: Vec<&str> = preview.new.iter().map(|new| new.name.as_str()).collect();
    assert_eq!(names, ["CB1", "MLC-2"]);
}

#[test]
fn people_of_the_central_office_can_be_named_and_are_not_overwritten() {
    let mut school = school("person", "Name\nAda Testwood\n");
    school.entries[0].school = SchoolId(uuid::Uuid::from_u128(9));
    let csv = "Name,Line manager,Job title\nBen Sample,Ada Testwood,Teacher\nAda Testwood,,Caretaker\n";
    let preview = school.preview(&list("person", csv)).unwrap();
    assert_eq!(counts(&preview), (2, 0, 0, 0, 0, 0), "she is another school's to change, and not this list's to end");
    let only = school.preview(&list("person", "Name,Line manager\nBen Sample,Ada Testwood\n")).unwrap();
    assert_eq!(only.new[0].facts.facts()["manager"].value, Value::Ref(school.entries[0].id));
}

#[test]
fn an_answer_that_names_nobody_is_refused() {
    let school = school("person", "Name\nAda Testwood\n");
    let answers = BTreeMap::from([(2, Answer::Is(EntryId(uuid::Uuid::from_u128(77))))]);
    let preview = school.preview(&List { answers, part: true, ..list("person", "Name\nAda Testwood\n") }).unwrap();
    assert_eq!(counts(&preview), (0, 0, 0, 0, 1, 0));
}
