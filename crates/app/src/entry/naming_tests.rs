//! Words of a school's own where nobody lists them: records without a name, and what a person is given.

use super::NamingSaved;
use crate::entry::{Filled, Saved};
use crate::job::tests::house;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::naming::Naming;
use schoolkeeper_core::value::Value;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use zip::ZipArchive;

schoolkeeper_testkit::both_engines!(a_record_without_a_name_and_what_a_person_is_given_say_the_schools_words);

async fn a_record_without_a_name_and_what_a_person_is_given_say_the_schools_words(url: String) {
    let (house, _folder) = house(&url).await;
    let operator = house.operator();
    let school = house.all_schools(&operator).await.unwrap().remove(0);
    let add = async |register: &str, say: &[(&str, Value)]| {
        let say: BTreeMap<Name, Value> = say.iter().map(|(name, value)| (Name::from(*name), value.clone())).collect();
        let filled = Filled { say, ..Filled::default() };
        match house.create_entry(&operator, &school, (register, &filled)).await.unwrap() {
            Saved::Done(id) => id,
            other => panic!("{other:?}"),
        }
    };
    let willa = add("person", &[("name", Value::text("Willa Made-Up")), ("kind", Value::text("staff"))]).await;
    let laptop = add("asset", &[("tag", Value::text("MU-1"))]).await;
    let from = ("from", Value::Date("2026-01-05".parse().unwrap()));
    let loan = add("asset-loan", &[("asset", Value::Ref(laptop)), ("holder", Value::Ref(willa)), from]).await;
    let fields = BTreeMap::from([(Name::from("from"), "Taken out on".to_owned())]);
    let naming = Naming { one: Some("Trolley slip".to_owned()), many: None, fields };
    let said = house.set_naming(&operator, &school, ("asset-loan", false), (0, naming)).await.unwrap();
    assert_eq!(said, NamingSaved::Done);
    let names = house.names_at(&school, &[loan]).await.unwrap();
    assert_eq!(names[&loan], "trolley slip without a name");
    let zip = house.export_person(&operator, &school, &willa.to_string()).await.unwrap();
    let mut zip = ZipArchive::new(Cursor::new(zip)).unwrap();
    let mut read = |name: &str| {
        let mut text = String::new();
        zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    let all: serde_json::Value = serde_json::from_str(&read("everything.json")).unwrap();
    let slip = all["records"].as_array().unwrap().iter().find(|one| one["register"] == "Trolley slip").unwrap();
    assert_eq!(slip["facts"]["Taken out on"], "2026-01-05", "{slip}");
    assert!(read("asset-loan.csv").contains("Taken out on"));
}
