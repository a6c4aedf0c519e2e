use super::Naming;
use crate::id::Name;
use crate::schema::{Absent, Field, FieldType, Level, List, Register, RegisterKind};
use std::collections::BTreeMap;

fn register() -> Register {
    let field = |name: &str, label: &str| Field {
        name: Name::from(name),
        label: label.to_owned(),
        kind: FieldType::Text,
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
    Register {
        id: Name::from("asset"),
        kind: RegisterKind::Entry,
        title: "Asset".to_owned(),
        plural: Some("assets".to_owned()),
        fields: vec![field("tag", "Tag"), field("x_shelf", "Shelf")],
        identity: Vec::new(),
        states: None,
        list: List::default(),
        sections: Vec::new(),
        does: Vec::new(),
        census: None,
        keep: None,
        level: Level::School,
        builtin: false,
        closed: false,
    }
}

fn naming(one: Option<&str>, many: Option<&str>, fields: &[(&str, &str)]) -> Naming {
    let fields = fields.iter().map(|(name, word)| (Name::from(*name), (*word).to_owned()));
    Naming { one: one.map(str::to_owned), many: many.map(str::to_owned), fields: fields.collect() }
}

#[test]
fn words_replace_words_and_nothing_else() {
    let before = register();
    let after = naming(Some("piece of equipment"), Some("Equipment"), &[("tag", "Sticker"), ("x_shelf", "No")]);
    let after = after.named(before.clone());
    assert_eq!((after.title.as_str(), after.plural.as_deref()), ("Piece of equipment", Some("equipment")));
    assert_eq!(after.fields[0].label, "Sticker");
    assert_eq!(after.fields[0].import, ["Tag"], "an older list still finds its column");
    assert_eq!(after.fields[1], before.fields[1], "fields of one's own are called by their own page");
    assert_eq!((after.id, after.fields[0].name.clone()), (before.id, before.fields[0].name.clone()));
}

#[test]
fn what_is_not_said_keeps_its_word_and_the_plural_follows_the_new_one() {
    assert_eq!(naming(None, None, &[]).named(register()), register());
    let one = naming(Some("Gadget"), None, &[]).named(register());
    assert_eq!((one.title.as_str(), one.plural), ("Gadget", None), "worked out from the new word");
    let many = naming(None, Some("ICT kit"), &[]).named(register());
    assert_eq!((many.title.as_str(), many.plural.as_deref()), ("Asset", Some("ICT kit")), "an abbreviation stays");
    assert_eq!(naming(None, None, &[("gone", "Never")]).named(register()).fields, register().fields);
    assert_eq!(BTreeMap::new(), naming(None, None, &[]).fields);
}
