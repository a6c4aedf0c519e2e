use super::*;
use crate::field::fields;

const TEXT: &str = r#"# Kept by the office
[pack]
id = "own"   # never changes
title = "Own"
language = 1

[param]
gap = { value = "26 hours", stricter = "lower" }

[control.fresh]
type = "rule"
for = "backup-run"
expect = "a <= b" # why
tell = [{ who = ["head"], when = "opened" }]

[[clause]]
id = "a/1"
text = "Fresh."
controls = ["fresh"]
"#;

fn say(kind: &str, all: &[(&str, &str)]) -> Vec<(Field, String)> {
    let known = fields(kind);
    all.iter().map(|(key, text)| (*known.iter().find(|f| f.key == *key).unwrap(), (*text).to_owned())).collect()
}

#[test]
fn a_form_shows_what_stands_there_and_saving_it_unchanged_changes_nothing() {
    for (kind, table) in [
        ("rule", ("control", "fresh")),
        ("clause", ("clause", "a/1")),
        ("param", ("param", "gap")),
        ("pack", ("pack", "")),
    ] {
        let shown = shown(TEXT, table, &fields(kind)).unwrap();
        assert!(shown.len() > 1, "{kind}");
        let said: Vec<(&str, &str)> = shown.iter().map(|(key, value)| (*key, value.as_str())).collect();
        assert_eq!(change(TEXT, table, &say(kind, &said)).unwrap(), TEXT, "{kind}");
    }
}

#[test]
fn only_what_was_said_changes_and_comments_stay() {
    let out = change(TEXT, ("control", "fresh"), &say("rule", &[("grace", "1 working day"), ("tell", "")])).unwrap();
    assert!(out.contains("grace = \"1 working day\"") && !out.contains("tell"), "{out}");
    assert!(out.contains("# Kept by the office") && out.contains("# why"), "{out}");
    let out =
        change(TEXT, ("clause", "a/2"), &say("clause", &[("text", "New\nlines."), ("who", "head, office")])).unwrap();
    assert_eq!(shown(&out, ("clause", "a/2"), &fields("clause")).unwrap()[2].1, "head, office");
    assert!(remove(&out, ("clause", "a/2")).unwrap().ends_with("controls = [\"fresh\"]\n"));
}

#[test]
fn what_is_no_value_is_said_of_its_field_and_nothing_can_leave_its_field() {
    let wrong = change(TEXT, ("control", "fresh"), &say("rule", &[("tell", "[{ who"), ("excusable", "perhaps")]));
    let keys: Vec<&str> = wrong.unwrap_err().iter().map(|(key, _)| *key).collect();
    assert_eq!(keys, ["tell", "excusable"]);
    for hostile in ["\"\n[control.evil]\ntype = \"job\"\n#", "'''", "\"\"\"\\", "]] = [", "\u{0}\u{1b}[31m", "${param}"]
    {
        let out = change(TEXT, ("control", "fresh"), &say("rule", &[("expect", hostile)])).unwrap();
        let again = shown(&out, ("control", "fresh"), &fields("rule")).unwrap();
        let expect = again.iter().find(|(key, _)| *key == "expect").unwrap();
        assert_eq!(expect.1, hostile.trim(), "{out}");
        assert!(control_type(&out, "evil").is_none());
    }
    let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
    assert!(change(TEXT, ("control", "fresh"), &say("rule", &[("tell", &deep)])).is_err());
    assert!(change(&deep, ("control", "fresh"), &[]).is_err());
}
