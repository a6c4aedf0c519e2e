//! Packs and registers are read from files.

use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::schema::{Absent, FieldType};
use schoolkeeper_pack::{Library, load, registers};

const PACKS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/packs");
const REGISTERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../registers");

#[test]
fn a_pack_with_every_kind_of_table_is_read() {
    let pack = load(&Library::from_dirs([PACKS]), "hill-school").unwrap_or_else(|report| panic!("{report}"));
    assert_eq!(pack.controls.len(), 11);
    assert_eq!(pack.clauses[1].section.as_deref(), Some("Accounts"), "headings are carried on");
    assert!(pack.forms.contains_key("wrong-recipient"), "imported");
    assert_eq!(pack.schedules["records"].len(), 1);
    assert_eq!(pack.hash.len(), 64);
    let given = &pack.examples[0].given;
    assert_eq!(given["person"][0]["first_day"], "2026-09-01", "dates arrive as texts");
    assert_eq!(given["account"][0]["last_used_at"], "2026-11-22T08:00:00Z");
}

#[test]
fn positions_point_at_the_words_that_were_written() {
    let pack = load(&Library::from_dirs([PACKS]), "hill-school").unwrap();
    let ControlKind::Rule(rule) = &pack.controls["own-account"].kind else { panic!("a rule") };
    let place = pack.place_of(rule.expect.span());
    assert_eq!(&pack.sources[place.file].text[place.range], "\"linked(account.person)\"");
    let imported = pack.place("form/wrong-recipient");
    assert_eq!(imported.file, 1);
    assert!(pack.sources[1].path.ends_with("common/incident-forms.toml"));
}

#[test]
fn a_pack_is_read_by_the_path_of_its_file_too() {
    let pack = load(&Library::default(), &format!("{PACKS}/hill-school.toml")).unwrap();
    assert_eq!(&**pack.head.id.get_ref(), "hill-school");
}

#[test]
fn the_registers_of_the_product_are_read() {
    let schemas = registers(&Library::from_dirs([REGISTERS])).unwrap_or_else(|report| panic!("{report}"));
    let account = schemas.get("account").unwrap();
    assert_eq!(account.field("active").unwrap().1.absent, Absent::Unknown, "observed");
    assert_eq!(account.field("shared").unwrap().1.absent, Absent::Empty, "said otherwise");
    let person = schemas.get("person").unwrap();
    assert_eq!(person.field("email").unwrap().1.absent, Absent::Empty, "people keep it");
    assert_eq!(person.field("payroll_number").unwrap().1.label, "Payroll number");
    assert!(matches!(person.field("accounts").unwrap().1.kind, FieldType::Back { .. }));
}

#[test]
fn the_specimen_says_nothing_wrong() {
    let pack = load(&Library::from_dirs([PACKS]), "hill-school").unwrap();
    let schemas = registers(&Library::from_dirs([REGISTERS])).unwrap();
    let found = schoolkeeper_pack::check(&pack, &schemas, false);
    assert!(found.is_empty(), "{}", schoolkeeper_pack::render(&found, &pack.sources));
}
