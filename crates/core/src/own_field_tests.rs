use super::{OwnAt, OwnField, OwnKind, name_of, option_of, with_own};
use crate::id::Name;
use crate::schema::{Register, RegisterKind, Schemas};

fn own(label: &str, kind: OwnKind, listed: bool) -> OwnField {
    OwnField { label: label.to_owned(), kind, required: true, help: None, section: None, listed }
}

fn register() -> Register {
    Register {
        id: Name::from("room"),
        title: "Room".to_owned(),
        plural: None,
        kind: RegisterKind::Entry,
        level: crate::schema::Level::School,
        builtin: false,
        closed: false,
        keep: None,
        census: None,
        identity: Vec::new(),
        fields: Vec::new(),
        states: None,
        list: crate::schema::List::default(),
        sections: Vec::new(),
        does: Vec::new(),
    }
}

#[test]
fn a_name_is_made_from_the_label_and_never_clashes() {
    let taken = ["x_shelf", "x_shelf_2"];
    let is_taken = |name: &str| taken.contains(&name);
    for (label, name) in [
        ("Shelf", "x_shelf_3"),
        ("Where is it? (exactly)", "x_where_is_it_exactly"),
        ("Größe", "x_gr__e"),
        ("日本", "x_field"),
        ("x_shelf", "x_x_shelf"),
    ] {
        assert_eq!(&*name_of(label, is_taken), name, "{label}");
    }
    assert_eq!(name_of(&"a".repeat(300), is_taken).len(), 42);
}

#[test]
fn an_option_is_read_as_it_was_written() {
    assert_eq!(&*option_of("  SEN   support "), "SEN-support");
}

#[test]
fn keys_stay_where_they_are_when_fields_are_added_moved_and_retired() {
    let (first, second) = (own("Shelf", OwnKind::Text, true), own("Weight", OwnKind::Number, false));
    let (x_shelf, x_weight) = (Name::from("x_shelf"), Name::from("x_weight"));
    let at = |retired| {
        [OwnAt { name: &x_shelf, own: &first, retired }, OwnAt { name: &x_weight, own: &second, retired: false }]
    };
    let order = [x_weight.clone(), x_shelf.clone()];
    let before = with_own(&register(), &at(false), &order);
    assert_eq!((before.key_of("x_shelf"), before.key_of("x_weight")), (Some(0), Some(1)));
    assert_eq!(before.sections[0].fields, order, "people see them in their order");
    let after = with_own(&register(), &at(true), &order);
    assert_eq!((after.key_of("x_shelf"), after.key_of("x_weight")), (Some(0), Some(1)));
    let retired = after.field("x_shelf").unwrap().1;
    assert!(retired.retired && !retired.required);
    assert!(after.list.columns.is_empty() && after.sections[0].fields == [x_weight.clone()]);
    assert!(Schemas::new(vec![after]).get("room").unwrap().field("x_weight").unwrap().1.required);
}
