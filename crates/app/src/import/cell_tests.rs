use super::{Reader, Reading};
use crate::import::link::Links;
use crate::import::plan::Before;
use crate::import::sheet::Cell;
use schoolkeeper_core::calendar::{Calendar, Division};
use schoolkeeper_core::id::{EntryId, Name, SchoolId};
use schoolkeeper_core::schema::{Absent, Field, FieldType, Schemas};
use schoolkeeper_core::value::{Fact, Value};
use schoolkeeper_pack::Library;
use schoolkeeper_store::entry::StoredEntry;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const REGISTERS: [(&str, &str); 2] = [
    (
        "registers/person.toml",
        "[register]\nid = \"person\"\ntitle = \"Person\"\nkeep = \"7 years\"\nkeep_from = [\"left\"]\nkeep_why = \"A trial.\"\n[[identity]]\nby = [\"email\"]\n[field]\nname = { type = \"text\", required = true }\nemail = { type = \"text\" }\n[list]\ncolumns = [\"name\"]\n",
    ),
    (
        "registers/room.toml",
        "[register]\nid = \"room\"\ntitle = \"Room\"\nkeep = \"7 years\"\nkeep_from = [\"left\"]\nkeep_why = \"A trial.\"\n[field]\nname = { type = \"text\", required = true }\n[list]\ncolumns = [\"name\"]\n",
    ),
];

fn read(kind: FieldType, cell: &Cell, values: &[(&str, &str)]) -> Result<Reading, String> {
    let files = REGISTERS.map(|(path, text)| (path.to_owned(), text.to_owned()));
    let schemas: Schemas = schoolkeeper_pack::registers(&Library::embedded(files)).unwrap();
    let (calendar, left) = (Calendar::new(Division::EnglandAndWales, Vec::new()), BTreeSet::new());
    let school = SchoolId(Uuid::nil());
    let now = "2026-11-20T17:00:00Z".parse().unwrap();
    let entry = |id: u128, register: &str, texts: &[(&str, &str)]| StoredEntry {
        id: EntryId(Uuid::from_u128(id)),
        register: register.into(),
        school,
        version: 1,
        since: now,
        facts: texts
            .iter()
            .map(|(field, text)| {
                (Name::from(*field), Fact { value: Value::text(text), at: now, held_since: now, source: "list".into() })
            })
            .collect(),
    };
    let entries = [
        entry(1, "person", &[("name", "Ada Testwood"), ("email", "ada@school.example")]),
        entry(2, "person", &[("name", "Ben Sample")]),
        entry(3, "person", &[("name", "Ben Sample")]),
        entry(4, "room", &[("name", "Ada Testwood")]),
        entry(5, "room", &[("name", "Hall")]),
    ];
    let before =
        Before { schemas: &schemas, school, entries: &entries, left: &left, merged: &[], calendar: &calendar, now };
    let links = Links::new(&before, &[&kind]);
    let reader = Reader { links: &links, zone: calendar.zone(), name_field: Some(0) };
    let field = Field {
        name: "it".into(),
        label: "It".to_owned(),
        kind,
        required: false,
        absent: Absent::Unknown,
        stale_after: None,
        import: Vec::new(),
        find: false,
        sensitive: false,
        help: None,
        when: None,
        why: false,
        retired: false,
    };
    let values: BTreeMap<String, String> =
        values.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect();
    reader.read(cell, 0, &field, &values)
}

fn text(kind: FieldType, text: &str) -> Result<Reading, String> {
    read(kind, &Cell::Text(text.into()), &[])
}

#[expect(clippy::unnecessary_wraps, reason = "what `read` gives")]
fn value(value: Value) -> Result<Reading, String> {
    Ok(Reading::Value(value))
}

fn to(register: &str) -> FieldType {
    FieldType::Ref(register.into())
}

#[test]
fn yes_and_no_in_the_wild() {
    for yes in ["Yes", "y", "TRUE", "1", "Enabled", "Active", "Compliant", "✓", "x", "Success", "Enrolled"] {
        assert_eq!(text(FieldType::YesNo, yes), value(Value::Bool(true)), "{yes}");
    }
    for no in ["No", "n", "False", "0", "Disabled", "SUSPENDED", "Not compliant", "Noncompliant", "Failed", "none"] {
        assert_eq!(text(FieldType::YesNo, no), value(Value::Bool(false)), "{no}");
    }
    for neither in ["Unknown", "N/A", "-", "Not evaluated", "Warning", "null"] {
        assert_eq!(text(FieldType::YesNo, neither), Ok(Reading::Blank), "{neither}");
    }
    assert_eq!(text(FieldType::YesNo, "perhaps"), Err("`perhaps`: neither yes nor no".to_owned()));
    assert_eq!(read(FieldType::YesNo, &Cell::Bool(false), &[]), value(Value::Bool(false)));
    assert_eq!(read(FieldType::YesNo, &Cell::Number(1.0), &[]), value(Value::Bool(true)));
}

#[test]
fn numbers_money_and_lengths_of_time() {
    assert_eq!(text(FieldType::Number, "1,240"), value(Value::Int(1240)));
    assert_eq!(text(FieldType::Number, "12.5 %"), value(Value::Number(12.5)));
    assert_eq!(read(FieldType::Number, &Cell::Number(3.0), &[]), value(Value::Int(3)));
    for wrong in ["NaN", "inf", "1e999", "twelve"] {
        assert_eq!(text(FieldType::Number, wrong), Err(format!("`{wrong}`: this is not a number")));
    }
    assert_eq!(text(FieldType::Money, "£1,234.50"), value(Value::Int(123_450)));
    assert_eq!(read(FieldType::Money, &Cell::Number(19.99), &[]), value(Value::Int(1999)));
    assert_eq!(text(FieldType::Span, "26 hours"), value(Value::Seconds(93_600)));
    assert!(text(FieldType::Span, "1 term").is_err(), "a term has no fixed length");
    assert_eq!(read(FieldType::Text, &Cell::Number(412.0), &[]), value(Value::text("412")));
    assert_eq!(read(FieldType::Text, &Cell::Number(9_434_765_919.0), &[]), value(Value::text("9434765919")));
}

#[test]
fn choices_are_blind_to_case_spaces_and_hyphens() {
    let kinds = || FieldType::Choice(vec!["external-device".into(), "remote".into()]);
    assert_eq!(text(kinds(), "External Device"), value(Value::text("external-device")));
    assert_eq!(text(kinds(), "Tape"), Err("`Tape`: we know external-device, remote".to_owned()));
    assert_eq!(read(kinds(), &Cell::Text("Tape".into()), &[("tape", "remote")]), value(Value::text("remote")));
    assert_eq!(read(kinds(), &Cell::Text("Anything".into()), &[("*", "remote")]), value(Value::text("remote")));
    assert_eq!(read(kinds(), &Cell::Text("Never".into()), &[("never", "")]), Ok(Reading::Blank));
    let both = Value::List([Value::text("remote"), Value::text("external-device")].into());
    assert_eq!(
        text(FieldType::Choices(vec!["external-device".into(), "remote".into()]), "Remote; external device"),
        value(both)
    );
    assert_eq!(text(FieldType::List, "a | b"), value(Value::List([Value::text("a"), Value::text("b")].into())));
}

#[test]
fn references_are_found_by_what_people_write() {
    let ada = || value(Value::Ref(EntryId(Uuid::from_u128(1))));
    for way in
        ["Ada Testwood", "ada  TESTWOOD", "Testwood, Ada", "ADA@school.example", "00000000-0000-0000-0000-000000000001"]
    {
        assert_eq!(text(to("person"), way), ada(), "{way}");
    }
    assert_eq!(text(to("person"), "Ben Sample"), Ok(Reading::Unlinked("`Ben Sample` fits several".to_owned())));
    assert_eq!(text(to("person"), "Cara Demo"), Ok(Reading::Unlinked("no person is called `Cara Demo`".to_owned())));
    assert_eq!(text(to("any"), "person/Ada Testwood"), ada());
    assert_eq!(text(to("any"), "Hall"), value(Value::Ref(EntryId(Uuid::from_u128(5)))));
    assert_eq!(
        text(to("any"), "Ada Testwood"),
        Ok(Reading::Unlinked("`Ada Testwood` is in several registers; write REGISTER/NAME".to_owned()))
    );
    assert_eq!(
        text(FieldType::Refs("person".into()), "Ada Testwood; Cara Demo"),
        Ok(Reading::Unlinked("no person is called `Cara Demo`".to_owned())),
        "half a list is no list"
    );
}

#[test]
fn names_are_turned_and_failed_formulas_refused() {
    assert_eq!(text(FieldType::Text, "Testwood, Ada"), value(Value::text("Ada Testwood")));
    assert_eq!(text(FieldType::Text, "Ada\n  Testwood"), value(Value::text("Ada Testwood")));
    assert_eq!(
        read(FieldType::Text, &Cell::Fault("#REF!"), &[]),
        Err("`#REF!`: the formula in this cell has failed".to_owned())
    );
    assert_eq!(text(FieldType::Date, "46347"), value(Value::Date("2026-11-21".parse().unwrap())));
    assert_eq!(read(FieldType::Date, &Cell::Number(12.0), &[]), Err("`12`: this number is not a date".to_owned()));
}

fn part(name: &str, kind: FieldType) -> Field {
    Field {
        name: name.into(),
        label: name.to_owned(),
        kind,
        required: false,
        absent: Absent::Unknown,
        stale_after: None,
        import: Vec::new(),
        find: false,
        sensitive: false,
        help: None,
        when: None,
        why: false,
        retired: false,
    }
}

fn firewall() -> FieldType {
    FieldType::Rows(vec![part("name", FieldType::Text), part("on", FieldType::YesNo)])
}

fn group(parts: &[(&str, Value)]) -> Value {
    let parts: BTreeMap<Name, Value> = parts.iter().map(|(name, value)| (Name::from(*name), value.clone())).collect();
    Value::Map(parts.into())
}

#[test]
fn rows_are_read_as_people_write_them_and_as_json() {
    let domain = group(&[("name", Value::text("domain")), ("on", Value::Bool(true))]);
    let public = group(&[("name", Value::text("public")), ("on", Value::Bool(false))]);
    let both = Value::List([domain, public].into());
    assert_eq!(text(firewall(), "name: domain, on: yes; name: public, on: No"), value(both.clone()));
    assert_eq!(text(firewall(), "name=domain, on=1; Name = public, ON = off"), value(both.clone()));
    assert_eq!(text(firewall(), r#"[{"name":"domain","on":true},{"name":"public","on":"no"}]"#), value(both));
}

#[test]
fn a_row_that_cannot_be_read_refuses_its_cell() {
    assert_eq!(text(firewall(), "name: domain, open: yes"), Err("`open`: a row has name, on".to_owned()));
    assert_eq!(text(firewall(), "on: perhaps"), Err("`perhaps`: neither yes nor no".to_owned()));
    assert!(text(firewall(), "domain").unwrap_err().contains("write `name: value`"));
    assert!(text(firewall(), "[1]").unwrap_err().contains("or JSON"));
    assert!(text(firewall(), &"on: yes;".repeat(501)).unwrap_err().contains("at most 500"));
    assert!(text(FieldType::Map, &"{\"a\":".repeat(5000)).unwrap_err().contains("or JSON"));
}

#[test]
fn a_map_keeps_its_values_by_their_looks() {
    let given = text(FieldType::Map, r#"{"papers":{"answer":"yes","photo":true},"count":3,"on":"2026-11-20"}"#);
    let day = Value::Date(jiff::civil::date(2026, 11, 20));
    let papers = group(&[("answer", Value::text("yes")), ("photo", Value::Bool(true))]);
    assert_eq!(given, value(group(&[("papers", papers), ("count", Value::Int(3)), ("on", day)])));
    let plain = group(&[("papers", Value::text("yes")), ("note", Value::text("2 left out"))]);
    assert_eq!(text(FieldType::Map, "papers: yes; note: 2 left out"), value(plain));
}

#[test]
fn a_row_in_a_cell_may_name_somebody() {
    let who = Field {
        name: "who".into(),
        label: "Who".to_owned(),
        kind: FieldType::Ref("person".into()),
        required: false,
        absent: Absent::Unknown,
        stale_after: None,
        import: Vec::new(),
        find: false,
        sensitive: false,
        help: None,
        when: None,
        why: false,
        retired: false,
    };
    let found = text(FieldType::Rows(vec![who]), "who: Ada Testwood").unwrap();
    let row = Value::Map(BTreeMap::from([(Name::from("who"), Value::Ref(EntryId(Uuid::from_u128(1))))]).into());
    assert_eq!(found, Reading::Value(Value::List([row].into())));
}
