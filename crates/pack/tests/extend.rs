//! A child pack may add and tighten; everything else is refused with its place.

use proptest::prelude::*;
use schoolkeeper_core::control::{ControlKind, SettingValue};
use schoolkeeper_core::pack::{Literal, Pack};
use schoolkeeper_pack::{Library, load};

const PARENT: &str = r#"
[pack]
id = "trust"
title = "Trust policy (made up)"
language = 1
owner = ["head"]
review = "1 year"
[param]
gap = { value = "26 hours", stricter = "lower", unit = "hours", min = 1, max = 48 }
length = { value = 8, stricter = "higher", min = 6, max = 20 }
review = { value = "1 term", stricter = "more often" }
encrypted = { value = false, stricter = "true" }
name = { value = "Egress" }
blank = { unit = "days", ask = "How many?", min = 1, max = 10 }
[role]
head = { title = "Head", acts_as = "head" }
[ladder]
usual = { steps = [{ at = "0 days", tell = ["owner"] }] }
[[clause]]
id = "1"
section = "One"
text = "Back-ups run."
mode = "detected"
severity = "should"
controls = ["runs", "passwords", "leave"]
[control.runs]
type = "rule"
for = "backup-job"
expect = "backup_job.runs.exists(r, age(r.finished_at) <= param.gap)"
grace = "3 days"
open = ["message"]
was = "old-runs"
[control.passwords]
type = "setting"
for = "account"
set = { "password.length_min" = 8, "log.sign_in_attempts" = "failed" }
[control.leave]
type = "request"
who = ["head"]
form = "f"
stages = [{ by = ["head"] }]
longest = "1 term"
[form]
f = { fields = [{ name = "what" }] }
[[example]]
control = "runs"
at = "2026-11-23T08:00"
expect = "kept"
"#;

fn child(body: &str) -> Result<Pack, String> {
    let head = "[pack]\nid = \"school\"\ntitle = \"School policy (made up)\"\nlanguage = 1\nextends = \"trust\"\n";
    let files = [("trust.toml", PARENT.to_owned()), ("school.toml", format!("{head}{body}"))];
    let library = Library::embedded(files.map(|(path, text)| (path.to_owned(), text)));
    load(&library, "school").map_err(|report| report.to_string())
}

fn refused(body: &str) -> String {
    child(body).expect_err(body)
}

#[test]
fn a_child_has_all_of_its_parent_under_its_own_head() {
    let pack = child("").unwrap();
    assert_eq!(&**pack.head.id.get_ref(), "school");
    assert_eq!(pack.head.owner.0, ["head".into()], "taken from the parent");
    assert_eq!(pack.clauses.len(), 1);
    assert_eq!(pack.controls.len(), 3);
}

#[test]
fn a_child_adds_and_tightens() {
    let pack = child(
        r#"
[param]
gap = { value = "12 hours" }
length = { value = 10 }
review = { value = "1 half-term" }
encrypted = { value = true }
blank = { value = 5 }
[control.runs]
grace = "1 day"
unknown_max = "5 days"
guards = ["backup-job.save"]
expect_also = ["backup_job.encrypted"]
message = "The back-up is late"
excusable = false
[control.passwords]
set = { "password.length_min" = 12, "password.history" = 5, "log.sign_in_attempts" = "all" }
[control.leave]
longest = "1 half-term"
stages = [{ by = ["head"], step_up = true }]
[control.extra]
type = "rule"
for = "account"
expect = "account.active"
[ladder]
usual = { steps = [{ at = "5 days", tell = ["head"] }] }
[[clause]]
id = "1"
severity = "must"
controls = ["extra"]
[[clause]]
id = "2"
section = "Two"
text = "More."
"#,
    )
    .unwrap_or_else(|report| panic!("{report}"));
    let ControlKind::Rule(rule) = &pack.controls["runs"].kind else { panic!("a rule") };
    assert_eq!((rule.guards.len(), rule.expect_also.len(), rule.excusable), (1, 1, false));
    let ControlKind::Setting(setting) = &pack.controls["passwords"].kind else { panic!("a setting") };
    assert_eq!(*setting.set["password.length_min"].get_ref(), SettingValue::Int(12));
    assert_eq!(setting.set.len(), 3);
    let ControlKind::Request(request) = &pack.controls["leave"].kind else { panic!("a request") };
    assert_eq!(request.stages.len(), 2);
    assert_eq!(pack.clauses[0].controls.len(), 4);
    assert_eq!(pack.ladders["usual"].steps.len(), 2);
    assert_eq!(pack.params["gap"].value, Some(Literal::Text("12 hours".to_owned())));
    assert_eq!(pack.examples[0].param["gap"], Literal::Text("26 hours".to_owned()), "its number is pinned");
    let place = pack.place_of(rule.expect_also[0].span());
    assert_eq!(pack.sources[place.file].path, "school.toml", "places survive");
}

#[test]
fn weakening_is_refused_with_its_place() {
    let all = r#"
[param]
gap = { value = "30 hours" }
length = { value = 30 }
name = { value = "Post" }
review = { value = "2 weeks" }
encrypted = { stricter = "false" }
blank = { value = 11 }
[role]
head = { title = "Principal", acts_as = "staff" }
[form]
f = { fields = [], title = "Other" }
[control.runs]
where = "false"
grace = "4 days"
expect = "true"
excused_by = ["leave"]
open = ["where"]
[control.passwords]
except = "true"
within = "10 days"
set = { "password.length_min" = 6, "log.sign_in_attempts" = "none" }
[control.leave]
who = ["anyone"]
unlocks = ["asset.loan"]
longest = "2 terms"
[[clause]]
id = "1"
text = "Nothing."
mode = "context"
severity = "may"
about = ["x"]
"#;
    insta::assert_snapshot!(refused(all));
}

#[test]
fn a_new_permission_excuses_a_rule_of_the_parent_only_where_it_is_open() {
    let own =
        "[control.leave-runs]\ntype = \"request\"\nwho = [\"head\"]\nform = \"f\"\nstages = []\nexcuses = [\"runs\"]\n";
    let report = refused(own);
    assert!(report.contains("excuses what the parent asks") && report.contains("school.toml:11:12"), "{report}");
    assert!(child(&own.replace("[\"runs\"]", "[\"extra\"]")).is_ok(), "its own rules are its own");
}

#[test]
fn a_control_is_found_under_its_former_name() {
    let pack = child("[control.old-runs]\ngrace = \"1 day\"\n").unwrap();
    let ControlKind::Rule(rule) = &pack.controls["runs"].kind else { panic!("a rule") };
    assert_eq!(rule.grace.as_ref().unwrap().to_string(), "1 day");
}

fn chain(links: &[(&str, Option<&str>)]) -> Result<Pack, String> {
    let files = links.iter().map(|(id, parent)| {
        let extends = parent.map(|parent| format!("extends = \"{parent}\"\n")).unwrap_or_default();
        (format!("{id}.toml"), format!("[pack]\nid = \"{id}\"\ntitle = \"{id}\"\nlanguage = 1\n{extends}"))
    });
    load(&Library::embedded(files), links[0].0).map_err(|report| report.to_string())
}

#[test]
fn circles_missing_parents_and_towers_are_refused() {
    let circle = chain(&[("a", Some("b")), ("b", Some("c")), ("c", Some("a"))]).unwrap_err();
    assert!(circle.contains("in a circle") && circle.contains("c.toml:5:11"), "{circle}");
    assert!(chain(&[("a", Some("a"))]).unwrap_err().contains("in a circle"));
    assert!(chain(&[("a", Some("b"))]).unwrap_err().contains("is not there"));
    assert!(chain(&[("a", Some("../b"))]).unwrap_err().contains("is not there"));
    let four = [("a", Some("b")), ("b", Some("c")), ("c", Some("d")), ("d", Some("e")), ("e", None)];
    assert!(chain(&four).is_ok());
    let five = [("a", Some("b")), ("b", Some("c")), ("c", Some("d")), ("d", Some("e")), ("e", Some("f")), ("f", None)];
    assert!(chain(&five).unwrap_err().contains("more than 4 packs"));
}

/// Keys of rules, settings and requests, and some of nothing.
const KEYS: &[&str] = &[
    "for",
    "where",
    "except",
    "expect",
    "expect_also",
    "grace",
    "unknown_max",
    "message",
    "excused_by",
    "excusable",
    "guards",
    "opens",
    "set",
    "compare",
    "within",
    "who",
    "form",
    "checks",
    "stages",
    "conditions",
    "longest",
    "unlocks",
    "excuses",
    "at_end",
    "renew",
    "title",
    "level",
    "severity",
    "ladder",
    "tell",
    "was",
    "open",
    "type",
    "nothing",
];

proptest! {
    #[test]
    fn a_looser_number_is_always_refused_and_a_stricter_one_taken(hours in 1..48_u32, length in 6..20_i64, days in 1..30_u32) {
        let gap = child(&format!("[param]\ngap = {{ value = \"{hours} hours\" }}\n"));
        prop_assert_eq!(gap.is_ok(), hours <= 26);
        let long = child(&format!("[param]\nlength = {{ value = {length} }}\n"));
        prop_assert_eq!(long.is_ok(), length >= 8);
        let grace = child(&format!("[control.runs]\ngrace = \"{days} days\"\n"));
        prop_assert_eq!(grace.is_ok(), days <= 3);
        let set = child(&format!("[control.passwords]\nset = {{ \"password.length_min\" = {length} }}\n"));
        prop_assert_eq!(set.is_ok(), length >= 8);
    }

    #[test]
    fn a_child_never_loses_what_its_parent_asks(key in prop::sample::select(KEYS), value in prop::sample::select(vec!["true", "false", "7", "\"1 day\"", "[]", "\"x\"", "{}"])) {
        let before = child("").unwrap();
        for control in ["runs", "passwords", "leave"] {
            if let Ok(pack) = child(&format!("[control.{control}]\n{key} = {value}\n")) {
                prop_assert_eq!(pack.controls.len(), before.controls.len());
                prop_assert_eq!(pack.controls[control].kind.name(), before.controls[control].kind.name());
                if let (ControlKind::Rule(old), ControlKind::Rule(new)) = (&before.controls[control].kind, &pack.controls[control].kind) {
                    prop_assert_eq!(old.expect.get_ref(), new.expect.get_ref());
                    prop_assert_eq!(&old.filter, &new.filter);
                }
            }
        }
    }
}
