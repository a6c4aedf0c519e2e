//! Registers are read, and what is wrong in them is named with its place.
#![expect(clippy::unwrap_used, reason = "tests")]

use schoolkeeper_core::schema::FieldType;
use schoolkeeper_pack::{Library, registers};

fn library(files: &[(&str, &str)]) -> Library {
    Library::embedded(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())))
}

fn refused(files: &[(&str, &str)]) -> String {
    registers(&library(files)).unwrap_err().to_string()
}

const ROOM: &str = "[register]\nid = \"room\"\ntitle = \"Room\"\nkind = \"entry\"\nkeep = \"7 years\"\nkeep_from = [\"left\"]\nkeep_why = \"Made up\"\n[field]\nname = { type = \"text\" }\n";

#[test]
fn every_mistake_of_a_register_is_told_at_once_with_its_place() {
    let text = r#"[register]
id = "key_cabinet"
title = "Key cabinet"
kind = "entri"
[[identity]]
by = ["serial"]
[field]
name = { type = "text", requird = true }
Number = { type = "number" }
kind = { type = "choice" }
place = { type = "ref", to = "rom" }
holder = { type = "ref" }
keys = { type = "back", from = "room", by = "cabinet" }
state = { type = "text" }
size = { type = "nummber" }
area = { type = "text", to = "room" }
[states]
first = "new"
[list]
columns = ["nam"]
[lists]
"#;
    insta::assert_snapshot!(refused(&[("room.toml", ROOM), ("key-cabinet.toml", text)]));
}

#[test]
fn names_within_a_register_are_checked_when_its_shape_is_right() {
    let text = r#"[register]
id = "key-cabinet"
title = "Key cabinet"
keep = "7 years"
keep_from = ["closed_on", "name", "ended"]
[[identity]]
by = ["serial"]
[field]
name = { type = "text" }
place = { type = "ref", to = "rom" }
keys = { type = "back", from = "room", by = "cabinet" }
state = { type = "text" }
kind = { type = "choice", choices = ["a", "a"] }
any = { type = "ref", to = "any" }
[states]
first = "new"
moves = [{ from = "new", to = "old", needs = ["nme"] }]
[list]
columns = ["nam"]
"#;
    insta::assert_snapshot!(refused(&[("room.toml", ROOM), ("key-cabinet.toml", text)]));
}

#[test]
fn at_most_twelve_fields_may_be_looked_up() {
    let fields: Vec<String> = (0..13).map(|at| format!("f{at} = {{ type = \"text\", find = true }}")).collect();
    let fields = fields.join("\n");
    let text = format!("[register]\nid = \"wide\"\ntitle = \"Wide\"\n[field]\n{fields}");
    assert!(refused(&[("wide.toml", &text)]).contains("at most 12 fields"));
}

#[test]
fn a_reference_may_declare_the_list_on_the_other_side() {
    let text = "[register]\nid = \"key\"\ntitle = \"Key\"\nkeep = \"7 years\"\nkeep_from = [\"left\"]\nkeep_why = \"Made up\"\n[field]\nroom = { type = \"ref\", to = \"room\", back = \"keys\" }\n";
    let schemas = registers(&library(&[("room.toml", ROOM), ("key.toml", text)])).unwrap();
    let kind = &schemas.get("room").unwrap().field("keys").unwrap().1.kind;
    assert_eq!(*kind, FieldType::Back { from: "key".into(), by: "room".into() });
}

#[test]
fn a_school_may_add_fields_to_a_register_of_the_product_and_never_drop_one() {
    let own = "[register]\nid = \"person\"\ntitle = \"Person\"\nbuiltin = true\nkeep = \"7 years\"\nkeep_from = [\"left\"]\nkeep_why = \"Made up\"\n[field]\nname = { type = \"text\" }\nemail = { type = \"text\" }\n";
    let more = own.replace("[field]\n", "[field]\nbadge = { type = \"text\" }\n");
    let less = "[register]\nid = \"person\"\ntitle = \"Person\"\nkeep = \"7 years\"\nkeep_from = [\"left\"]\nkeep_why = \"Made up\"\n[field]\nname = { type = \"text\" }\n";
    let product = || library(&[("person.toml", own)]);
    let schemas = registers(&library(&[("person.toml", &more)]).then(product())).unwrap();
    assert!(schemas.get("person").unwrap().field("badge").is_some());
    let report = registers(&library(&[("person.toml", less)]).then(product())).unwrap_err().to_string();
    assert!(report.contains("keeps its field `email`"), "{report}");
}

#[test]
fn two_registers_of_one_id_on_one_shelf_are_refused() {
    assert!(refused(&[("a.toml", ROOM), ("b.toml", ROOM)]).contains("stands a second time"));
}

#[test]
fn a_register_says_how_long_from_when_and_why_its_records_are_kept() {
    let head = "[register]\nid = \"key\"\ntitle = \"Key\"\n";
    let field = "[field]\nname = { type = \"text\" }\nback_on = { type = \"date\" }\n";
    let refusal = |keep: &str| refused(&[("key.toml", &format!("{head}{keep}\n{field}"))]);
    assert!(refusal("").contains("does not say how long its records are kept"));
    assert!(refusal("keep = \"7 years\"").contains("from when and why"));
    let rest = "keep_from = [\"back_on\"]\nkeep_why = \"Made up\"";
    assert!(refusal(&format!("keep = \"7 terms\"\n{rest}")).contains("is no time to keep a record"));
    assert!(refusal(&format!("keep = \"-1 year\"\n{rest}")).contains("is no time to keep a record"));
    let short = format!("keep = \"1 year\"\nkeep_min = \"2 years\"\n{rest}");
    assert!(refusal(&short).contains("is not between `2 years` and `75 years`"));
    assert!(refusal("keep = \"7 years\"\nkeep_from = [\"ended\"]\nkeep_why = \"x\"").contains("needs `[states]`"));
    let good = format!("{head}keep = \"7 years\"\n{rest}\n{field}");
    assert!(registers(&library(&[("key.toml", &good)])).is_ok());
}
