//! A form with every type of field: whatever is typed into it, what is read has the type the engine asks for, and reads
//! the same once more.

use super::{PART, PackForm, SIGNED, Typed};
use crate::policy::prepare;
use crate::shipped;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::id::{EntryId, Name, SchoolId};
use schoolkeeper_core::value::{Fact, Value};
use schoolkeeper_core::world::{Entry, Params, Place, World};
use schoolkeeper_rules::flow::Acting;
use schoolkeeper_rules::flow::form::{Fault, asked, faults};
use schoolkeeper_rules::{CompiledPack, Ctx};
use std::sync::{Arc, LazyLock};
use uuid::Uuid;

const POLICY: &str = schoolkeeper_testkit::outside!(
    r#"
chair-of-governors = { title = "Chair of governors", acts_as = "governor" }
[list]
way = { of = "way", items = ["Work at school", "Leave out the names"] }
[form]
every = { fields = [
  { name = "line", type = "text", required = true },
  { name = "lines", type = "long-text" },
  { name = "count", type = "number" },
  { name = "price", type = "money" },
  { name = "sure", type = "yes-no", required = true },
  { name = "kind", type = "choice", choices = ["paper", "stick"] },
  { name = "kinds", type = "choices", choices = ["paper", "stick"] },
  { name = "day", type = "date" },
  { name = "at", type = "instant" },
  { name = "who", type = "person" },
  { name = "which", type = "ref", to = "device" },
  { name = "things", type = "list", of = "device" },
  { name = "words", type = "list" },
  { name = "ways", type = "list", of = "way", each = "why-not" },
  { name = "others", type = "list", each = "why-not" },
  { name = "paper", type = "file" },
  { name = "picture", type = "photo" },
  { name = "signed", type = "signature" },
  { name = "only", type = "text", required = true, show_if = "form.sure" },
] }
[[clause]]
id = "a/1"
section = "All"
text = "Somebody asks."
mode = "evidenced"
controls = ["asked"]
[control.asked]
type = "request"
who = ["anyone"]
form = "every"
stages = [{ by = ["headteacher"], else = ["chair-of-governors"] }]
"#
);

static PACK: LazyLock<Arc<CompiledPack>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("outside.toml");
    std::fs::write(&file, POLICY).unwrap();
    let schemas = Arc::new(shipped::registers(None).unwrap());
    prepare(file.to_str().unwrap(), &[], schemas).unwrap().compiled
});

const PERSON: u128 = 1;
const DEVICE: u128 = 2;

fn world() -> World {
    let place = Place { school: SchoolId(Uuid::from_u128(9)), title: Name::from("Hill"), trust: false };
    let calendar = schoolkeeper_rules::example::standard_calendar();
    let now = "2026-11-23T09:00:00Z".parse().unwrap();
    let mut world = World::new(place, now, calendar, PACK.schemas.clone());
    for (register, id) in [("person", PERSON), ("device", DEVICE)] {
        let at = world.schemas.index(register).unwrap();
        let (field, _) = world.schemas.all()[at].field("name").unwrap();
        let mut facts = vec![None; world.schemas.all()[at].fields.len()];
        facts[field] =
            Some(Fact { value: Value::text("Made-up"), at: now, held_since: now, source: Name::from("hand") });
        world.put(at, Entry { id: EntryId(Uuid::from_u128(id)), since: now, facts });
    }
    world.seal();
    world
}

fn form() -> PackForm {
    let fields: Vec<_> = PACK.pack.forms["every"].fields.iter().collect();
    PackForm::of(&fields, &PACK.pack, &PACK.schemas)
}

fn faults_of(answers: &Value) -> Vec<Fault> {
    let (world, params) = (world(), Params::new());
    let ctx = Ctx { pack: &PACK, params: &params, world: &world };
    let control = &PACK.controls["asked"];
    let ControlKind::Request(spec) = &control.control.kind else { unreachable!("it is a request") };
    let acting = Acting { person: 0, on: None, form: answers };
    faults(ctx, control, Some("every"), &spec.checks, acting)
}

fn zone() -> TimeZone {
    TimeZone::get("Europe/London").unwrap()
}

fn typed(fields: &[(&str, &str)]) -> Typed {
    fields.iter().map(|(name, text)| (Name::from(*name), (*text).to_owned())).collect()
}

/// What people type: what fits each kind of field, and what fits none.
fn text() -> impl Strategy<Value = String> {
    let ids = [PERSON, DEVICE].map(|id| Uuid::from_u128(id).to_string());
    let good = [
        "yes",
        "no",
        "paper",
        "stick",
        "paper\nstick",
        "27-3-2027",
        "31-2-2027",
        "--",
        "23 November 2026 4:40pm",
        "12",
        "12.50",
        "-3",
        "£1,240",
        SIGNED,
        "Work at school\tno line there",
        "one\ttwo\nthree\tfour",
        "\tfive",
        "six\t",
        "a\nb\n\nc",
        "   ",
    ];
    prop_oneof![
        3 => proptest::sample::select(good.map(str::to_owned).into_iter().chain(ids).collect::<Vec<_>>()),
        1 => "\\PC{0,40}",
        1 => "[a-z\t\n\r ]{0,60}",
        1 => Just("x".repeat(600)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]
    #[test]
    fn what_is_read_has_the_type_the_engine_asks_for_and_reads_the_same_once_more(
        texts in proptest::collection::vec(text(), 19)
    ) {
        let form = form();
        let typed: Typed = form.asked.iter().zip(texts).map(|(asked, text)| (asked.field.name.clone(), text)).collect();
        let (answers, mistakes) = form.read(&typed, &zone());
        for fault in faults_of(&answers) {
            let name = fault.field.clone().unwrap();
            // An id of another kind of record reads well; only the records tell.
            let other = ["who", "which", "things"].contains(&&*name);
            let asked_too = &*name == "only";
            prop_assert!(fault.blank || other || asked_too, "{name}: {} {:?}", fault.refusal, answers.get(&name));
        }
        let again = form.read(&form.typed(&answers, &zone()), &zone());
        prop_assert_eq!(&again.0, &answers, "{:?}", mistakes);
        prop_assert!(again.1.is_empty(), "{:?}", again.1);
    }
}

#[test]
fn a_form_filled_well_has_no_fault_and_what_is_wrong_stands_beside_its_field() {
    let [person, device] = [PERSON, DEVICE].map(|id| Uuid::from_u128(id).to_string());
    let ways = format!("Work at school{PART}training day\nLeave out the names{PART}");
    let good = typed(&[
        ("line", "Reports"),
        ("lines", "one\r\ntwo"),
        ("count", "28"),
        ("price", "12.50"),
        ("sure", "no"),
        ("kind", "stick"),
        ("kinds", "paper\nstick"),
        ("day", "27-3-2027"),
        ("at", "23 November 2026 4:40pm"),
        ("who", &person),
        ("which", &device),
        ("things", &device),
        ("words", "a\nb"),
        ("ways", &ways),
        ("others", "Post\ttoo slow"),
        ("paper", "List, drawer 2"),
        ("picture", "Photo 3"),
        ("signed", SIGNED),
    ]);
    let (answers, mistakes) = form().read(&good, &zone());
    assert!(mistakes.is_empty() && faults_of(&answers).is_empty(), "{mistakes:?} {:?}", faults_of(&answers));
    assert_eq!(answers.get("ways").unwrap().items().len(), 1, "a way without a reason is not ruled out");
    let bad =
        typed(&[("count", "many"), ("day", "31-2-2027"), ("kind", "tape"), ("others", "\tslow"), ("ways", "Post\tno")]);
    let wrong: Vec<Name> = form().read(&bad, &zone()).1.into_iter().map(|(name, _)| name).collect();
    assert_eq!(wrong.iter().map(|name| &**name).collect::<Vec<_>>(), ["count", "kind", "day", "ways", "others"]);
    let blank: Vec<Name> = faults_of(&Value::Map(Arc::default())).into_iter().filter_map(|fault| fault.field).collect();
    assert_eq!(blank.iter().map(|name| &**name).collect::<Vec<_>>(), ["line", "sure"]);
}

#[test]
fn what_is_asked_after_another_answer_is_asked_only_then() {
    let (world, params) = (world(), Params::new());
    let ctx = Ctx { pack: &PACK, params: &params, world: &world };
    let is_asked = |text: &str| {
        let answers = form().read(&typed(&[("sure", text)]), &zone()).0;
        let acting = Acting { person: 0, on: None, form: &answers };
        asked(ctx, "every", acting).iter().any(|field| &*field.name == "only")
    };
    assert_eq!(["", "no", "yes"].map(is_asked), [false, false, true]);
}

#[test]
fn rows_are_shown_as_they_were_typed_with_room_for_more() {
    let form = form();
    let ways = form.get("ways").unwrap().rows.clone().unwrap();
    assert_eq!(ways.shown("Leave out the names\tneeded").len(), 2, "each of the policy's own stands once");
    let others = form.get("others").unwrap().rows.clone().unwrap();
    assert_eq!(others.shown("").len(), 3);
    assert_eq!(others.shown("a\tb\nc\td\ne\tf").len(), 4);
}
