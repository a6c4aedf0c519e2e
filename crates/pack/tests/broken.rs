//! What people read when a pack is wrong: one snapshot for each mistake, made in the specimen `hill-school`.
#![expect(clippy::unwrap_used, reason = "tests")]

use schoolkeeper_pack::{Library, check, load, registers, render};

const SPECIMEN: &str = include_str!("packs/hill-school.toml");
const COMMON: &str = include_str!("packs/common/incident-forms.toml");
const REGISTERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../registers");

/// A name, and what is written in place of what.
type Mistake = (&'static str, &'static [(&'static str, &'static str)]);

const MISTAKES: &[Mistake] = &[
    ("not_toml", &[("title = \"Headteacher\"", "title = Headteacher")]),
    ("a_string_is_not_closed", &[("version = \"3.1\"", "version = \"3.1")]),
    ("a_key_stands_twice", &[("language = 1", "language = 1\nlanguage = 1")]),
    ("unknown_table", &[("[form]", "[forms]")]),
    ("unknown_key_of_a_control", &[("grace = \"1 working day\"", "grase = \"1 working day\"")]),
    ("unknown_common_key_of_a_control", &[("title = \"Acceptable use\"", "titel = \"Acceptable use\"")]),
    ("missing_key", &[("expect = \"linked(account.person)\"\n", "")]),
    ("wrong_kind_of_value", &[("window = \"2 days\"", "window = 2")]),
    ("not_a_span", &[("window = \"2 days\"", "window = \"2 fortnights\"")]),
    ("not_a_period", &[("every = \"1 week\"", "every = \"5 working days\"")]),
    ("unknown_evidence", &[("evidence = [\"photo\"]", "evidence = [\"foto\"]")]),
    (
        "several_mistakes_in_one_control",
        &[
            ("window = \"2 days\"", "windo = \"2 days\""),
            ("at = \"after-hours\"", "at = 5"),
            ("every = \"1 week\"", "every = \"1 wek\""),
        ],
    ),
    ("no_type", &[("type = \"agreement\"\n", "")]),
    ("unknown_type", &[("type = \"retention\"", "type = \"retenton\"")]),
    ("wrong_version_of_the_language", &[("language = 1", "language = 2")]),
    ("id_and_file_differ", &[("id = \"hill-school\"", "id = \"hall-school\"")]),
    ("missing_import", &[("common/incident-forms", "common/incident-form")]),
    ("import_outside_the_library", &[("common/incident-forms", "../../etc/passwd")]),
    ("missing_parent", &[("version = \"3.1\"", "version = \"3.1\"\nextends = \"hill-schol\"")]),
    ("unknown_control_bound", &[("controls = [\"take-home\"]", "controls = [\"take-hme\"]")]),
    (
        "unknown_words",
        &[
            ("tags = [\"ncsc-9\"]", "tags = [\"ncsc-8\"]"),
            ("aims = [\"safe-return\"]", "aims = [\"safe\"]"),
            ("laws = [\"dpa-2018\"]", "laws = [\"gdpr\"]"),
            ("terms = [\"media\"]", "terms = [\"medium\"]"),
            ("companions = [\"safeguarding\"]", "companions = [\"safe-guarding\"]"),
        ],
    ),
    ("clause_stands_twice", &[("id = \"2.2\"", "id = \"2.1\"")]),
    ("nobody_is_called_that", &[("owner = [\"office-administrator\"]", "owner = [\"office-adminstrator\"]")]),
    ("a_relation_that_leads_to_nobody", &[("to = [\"owner\"]", "to = [\"account.system\"]")]),
    ("role_and_audience_of_one_name", &[("staff-all = {", "dpo = { where = \"person.active\" }\nstaff-all = {")]),
    (
        "role_and_kind_of_person_of_one_name",
        &[("[audience]", "governor = { title = \"Governor\", acts_as = \"governor\" }\n\n[audience]")],
    ),
    ("unknown_base_role", &[("acts_as = \"protection\"", "acts_as = \"protecter\"")]),
    ("role_held_by_itself", &[("held_by = \"headteacher\"", "held_by = \"siro\"")]),
    ("unknown_register", &[("register = \"account\", set", "register = \"acount\", set")]),
    ("entry_with_an_unknown_field", &[("kind = \"shared\"", "knd = \"shared\"")]),
    ("entry_with_a_value_that_does_not_fit", &[("kind = \"shared\"", "active = \"yes\"")]),
    (
        "clause_about_what_nothing_looks_at",
        &[(
            "register = \"account\", set = { name = \"Office administration\", kind = \"shared\" }",
            "register = \"room\", set = { name = \"Office\" }",
        )],
    ),
    ("unknown_act", &[("guards = [\"account.save\"]", "guards = [\"acount.save\"]")]),
    ("act_on_a_register_without_states", &[("guards = [\"account.save\"]", "guards = [\"account.move\"]")]),
    ("unknown_setting", &[("\"password.length_min\"", "\"password.lenght_min\"")]),
    ("setting_that_does_not_fit", &[("\"password.length_min\" = 8", "\"password.length_min\" = \"eight\"")]),
    ("unknown_param", &[("\"$password_max_age\"", "\"$password_age\"")]),
    ("param_that_does_not_fit", &[("unit = \"days\", stricter", "unit = \"count\", stricter")]),
    ("blank_without_a_question", &[(", ask = \"How old may a password become?\"", "")]),
    ("param_outside_its_bounds", &[("unit = \"days\", stricter", "value = \"500 days\", unit = \"days\", stricter")]),
    ("param_of_another_kind", &[("unit = \"days\", stricter", "value = \"1 term\", unit = \"days\", stricter")]),
    ("param_nobody_uses", &[("param.backup_gap", "duration('26h')")]),
    (
        "two_calendars",
        &[("every = \"1 week\"", "every = \"1 week\"\non = \"account.changed:active\"\nwithin = \"1 day\"")],
    ),
    ("unknown_event", &[("every = \"1 week\"", "on = \"account.changes:active\"\nwithin = \"1 day\"")]),
    ("event_of_an_unknown_field", &[("every = \"1 week\"", "on = \"account.changed:activ\"\nwithin = \"1 day\"")]),
    ("unknown_moment", &[("at = \"after-hours\"", "at = \"after hours\"")]),
    (
        "unknown_ladder",
        &[(
            "countersign = [\"school-business-manager\"]\nladder = \"usual\"",
            "countersign = [\"school-business-manager\"]\nladder = \"usal\"",
        )],
    ),
    ("question_without_a_bad_answer", &[("bad = \"no\", ", "")]),
    ("given_and_decided", &[("type = \"request\"", "type = \"request\"\ngiven = true")]),
    ("told_of_nothing", &[("finding = true, to = [\"owner\"]", "to = [\"owner\"]")]),
    ("draft_of_no_answer", &[("bad = \"no\", finding = true", "draft = true")]),
    ("plan_of_no_version", &[("window = \"2 days\"", "window = \"2 days\"\nplan = true")]),
    ("day_of_something_else", &[("every = \"1 week\"", "on = \"room.reaches:name\"")]),
    ("excused_by_what_is_no_request", &[("excused_by = [\"take-home\"]", "excused_by = [\"clear-desk\"]")]),
    ("unknown_form", &[("form = \"take-home\"", "form = \"take-hom\"")]),
    ("choice_without_choices", &[("type = \"choice\", choices = [\"security\", \"diagnosis\"]", "type = \"choice\"")]),
    ("unknown_list", &[("from = \"purposes\"", "from = \"purpose\"")]),
    ("steps_in_a_circle", &[("kind = \"choose\", choices", "kind = \"choose\", after = [\"decide\"], choices")]),
    ("step_that_is_not_whole", &[("kind = \"choose\", choices = [\"none\", \"risk\", \"high\"]", "kind = \"choose\"")]),
    ("clock_from_nowhere", &[("from = \"aware\"", "from = \"awake\"")]),
    ("unknown_way", &[("by = [\"parcel\", ", "by = [\"parsel\", ")]),
    ("unknown_class", &[("class = [\"confidential\"]", "class = [\"confidental\"]")]),
    ("unknown_job", &[("run = \"restore-drill\"", "run = \"restore-dril\"")]),
    ("what_is_signed", &[("articles = \"bound\"\n", "")]),
    ("example_of_an_unknown_field", &[("active = true, last_used_at", "activ = true, last_used_at")]),
    ("example_that_expects_nothing", &[("expect = \"broken\"\nfinding", "finding")]),
    ("control_nobody_binds", &[(", \"log-purpose\"", "")]),
];

fn library(text: &str) -> Library {
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    Library::embedded([file("hill-school.toml", text), file("common/incident-forms.toml", COMMON)])
}

fn read(text: &str, strict: bool) -> String {
    let schemas = registers(&Library::from_dirs([REGISTERS])).unwrap();
    match load(&library(text), "hill-school") {
        Ok(pack) => render(&check(&pack, &schemas, strict), &pack.sources),
        Err(report) => report.to_string(),
    }
}

#[test]
fn each_mistake_is_named_with_its_place_and_a_next_step() {
    for (name, edits) in MISTAKES {
        let mut text = SPECIMEN.to_owned();
        for (from, to) in *edits {
            assert!(text.contains(from), "{name}: the specimen has no `{from}`");
            text = text.replacen(from, to, 1);
        }
        let found = read(&text, false);
        assert!(!found.is_empty(), "{name}: nothing was found");
        insta::assert_snapshot!(*name, found);
    }
}

#[test]
fn a_shipped_pack_needs_honest_modes_and_examples() {
    let text = SPECIMEN.replace(
        "text = \"Desks are cleared.\"\nmode = \"evidenced\"",
        "text = \"Desks are cleared.\"\nmode = \"enforced\"",
    );
    let text = text.replace(", \"log-purpose\", ", ", ").replace(
        "text = \"Every account belongs to one person.\"\nmode = \"detected\"",
        "text = \"Every account belongs to one person.\"\nmode = \"enforced\"",
    );
    insta::assert_snapshot!(read(&text, true));
}
