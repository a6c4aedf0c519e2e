use super::{ListAsked, Reading};
use jiff::tz::TimeZone;
use schoolkeeper_store::listing::{By, Sort, Spot, Test};
use std::collections::BTreeMap;

fn asked(parts: &[(&str, &str)]) -> ListAsked {
    let parts: Vec<(String, String)> = parts.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    ListAsked::read(&parts)
}

fn meant(parts: &[(&str, &str)]) -> (Vec<Vec<Test>>, Vec<String>, Vec<String>) {
    let schemas = crate::shipped::registers(None).unwrap();
    let register = schemas.get("device").unwrap();
    let zone = TimeZone::get("Europe/London").unwrap();
    let reading = Reading { register, zone: &zone, names: BTreeMap::new() };
    let meant = asked(parts).meant(&reading);
    let texts = meant.chips.into_iter().map(|chip| chip.text).collect();
    let faults = meant.faults.into_iter().map(|fault| fault.text).collect();
    (meant.narrow.into_iter().map(|narrow| narrow.any).collect(), texts, faults)
}

#[test]
fn an_address_reads_back_as_it_was_written() {
    let spot = Spot {
        blank: false,
        key: "zoë \u{1f}|x".to_owned(),
        entry: schoolkeeper_core::id::EntryId(uuid::Uuid::from_u128(7)),
    };
    let whole = asked(&[
        ("q", " laptop "),
        ("is.kind", "laptop"),
        ("is.kind", "tablet"),
        ("from.last_seen_at", "2026-11-01"),
        ("sort", "-kind"),
        ("show", "removed"),
        ("col", "serial"),
        ("rows", "200"),
        ("nonsense", "x"),
    ]);
    assert_eq!(ListAsked::read(&whole.parts()), whole);
    assert_eq!(whole.search, "laptop");
    let turned = ListAsked::read(&whole.turned(true, &spot));
    assert_eq!(turned.turn, Some((true, spot)));
}

#[test]
fn values_of_one_filter_are_either_or_and_filters_hold_together() {
    let (narrow, texts, faults) = meant(&[("is.kind", "laptop"), ("is.kind", "tablet"), ("is.encrypted", "unknown")]);
    let wanted = [vec![Test::NotKnown], vec![Test::Is("laptop".into()), Test::Is("tablet".into())]];
    assert_eq!(narrow, wanted);
    assert_eq!(texts, ["Kind: Laptop", "Kind: Tablet", "Encrypted: Not known"]);
    assert!(faults.is_empty());
}

#[test]
fn a_day_is_the_schools_own() {
    let (narrow, texts, _) = meant(&[("from.last_seen_at", "2026-07-01"), ("to.last_seen_at", "2026-07-01")]);
    let at = |text: &str| schoolkeeper_store::fold::instant(text.parse().unwrap());
    let from = Test::Between(Some(at("2026-06-30T23:00:00Z")), None);
    let to = Test::Between(None, Some(at("2026-07-01T22:59:59.999999Z")));
    assert_eq!(narrow, [vec![from], vec![to]]);
    assert_eq!(texts, ["Last seen: from 1 July 2026", "Last seen: to 1 July 2026"]);
}

#[test]
fn what_cannot_be_meant_is_said_and_shows_nothing_more() {
    for (part, value) in [("from.last_seen_at", "31/02/2026"), ("is.kind", "spaceship"), ("is.nothing", "yes")] {
        let (narrow, texts, faults) = meant(&[(part, value)]);
        assert_eq!((narrow, texts), (vec![Vec::new()], Vec::new()), "{part}");
        assert_eq!(faults.len(), 1, "{part}");
    }
}

#[test]
fn an_order_nobody_can_sort_by_is_the_lists_own() {
    let schemas = crate::shipped::registers(None).unwrap();
    let register = schemas.get("device").unwrap();
    let own = Sort { by: By::Field("name".into()), down: false };
    assert_eq!(asked(&[("sort", "software")]).order(register), own);
    assert_eq!(asked(&[("sort", "-kind")]).order(register), Sort { by: By::Field("kind".into()), down: true });
}

#[test]
fn every_field_people_filter_by_has_a_key_in_every_register() {
    for register in crate::shipped::registers(None).unwrap().all() {
        for field in register.fields.iter().filter(|field| schoolkeeper_core::listing::is_filtered(&field.kind)) {
            assert!(register.key_of(&field.name).is_some(), "{}: {}", register.id, field.name);
        }
    }
}
