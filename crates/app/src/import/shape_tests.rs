use super::KNOWN;
use crate::shipped;

#[test]
fn every_known_export_speaks_of_fields_its_register_has() {
    let schemas = shipped::registers(None).unwrap();
    for shape in &KNOWN.0 {
        let register = schemas.get(&shape.register).unwrap();
        let map = &shape.map;
        let fields = map.columns.values().chain(map.constants.keys()).chain(map.joins.keys()).chain(map.firsts.keys());
        let fields = fields.chain(map.until.iter().flat_map(|(field, day)| [field, day]));
        for field in fields.filter(|field| !field.is_empty()) {
            assert!(register.field(field).is_some(), "{}: {field}", shape.title);
        }
        for column in &shape.has {
            let used = map.names().any(|name| super::fold(name) == super::fold(column))
                || register
                    .fields
                    .iter()
                    .any(|field| field.import.iter().any(|name| super::fold(name) == super::fold(column)))
                || column == "orgUnitPath";
            assert!(used, "{}: `{column}` is asked for and not used", shape.title);
        }
    }
}

#[test]
fn no_two_known_exports_of_a_register_are_taken_for_each_other() {
    for shape in &KNOWN.0 {
        let found = super::recognise(&shape.register, &shape.has).unwrap();
        assert_eq!(found.title, shape.title);
    }
}
