use super::*;

/// What a struct reads, whether a form knows it or not.
fn read(kind: &str) -> usize {
    match kind {
        "pack" => keys::<Head>().len(),
        "clause" => keys::<Clause>().len(),
        "param" => keys::<Param>().len(),
        "role" => keys::<Role>().len(),
        "audience" => keys::<Audience>().len(),
        "list" => keys::<List>().len(),
        "ladder" => keys::<Ladder>().len(),
        "entry" => keys::<NamedEntry>().len(),
        "term" => keys::<Term>().len(),
        "law" => keys::<Law>().len(),
        "companion" => keys::<Companion>().len(),
        "aim" => keys::<Aim>().len(),
        "tag" => keys::<Tag>().len(),
        "setting" => keys::<Setting>().len(),
        "rule" => keys::<Rule>().len(),
        "duty" => keys::<Duty>().len(),
        "request" => keys::<Request>().len(),
        "agreement" => keys::<Agreement>().len(),
        "case" => keys::<Case>().len(),
        "access" => keys::<Access>().len(),
        "channel" => keys::<Channel>().len(),
        "retention" => keys::<Retention>().len(),
        "job" => keys::<Job>().len(),
        other => panic!("{other}"),
    }
}

#[test]
fn a_form_offers_every_key_its_table_reads() {
    for kind in KINDS.iter().chain(TYPES) {
        let common = if TYPES.contains(kind) { COMMON.len() } else { 0 };
        let offered: Vec<&str> = fields(kind).iter().map(|field| field.key).collect();
        assert!(read(kind) > 0, "{kind}");
        assert_eq!(offered.len(), read(kind) + common, "{kind}: {offered:?}");
    }
}

#[test]
fn no_key_is_described_twice_or_in_vain() {
    let all: Vec<Field> = KINDS.iter().chain(TYPES).flat_map(|kind| fields(kind)).collect();
    for (at, (key, ..)) in TYPED.iter().enumerate() {
        assert!(TYPED.iter().skip(at + 1).all(|(other, ..)| other != key), "{key} stands twice");
        assert!(all.iter().any(|field| field.key == *key), "{key} is nowhere");
    }
}
