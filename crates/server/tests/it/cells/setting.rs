//! Settings.

use super::{BASE, Cell, HEAD, List, Step, reach};
use crate::binary::{MONDAY, Place};

const SETTING: &str = r#"
mode = "enforced"
controls = ["s"]
[control.s]
type = "setting"
for = "account"
set = { "password.length_min" = 10 }
within = "30 days"
[[example]]
control = "s"
title = "Too short"
act = { name = "password.set", actor = "staff", form = { username = "mmade", password = "short" } }
expect = "refused"
[[example]]
control = "s"
title = "Long enough"
act = { name = "password.set", actor = "staff", form = { username = "mmade", password = "correct horse battery" } }
expect = "allowed"
"#;
const UNTRIED: &str = "mode = \"enforced\"\ncontrols = [\"s\"]\n[control.s]\ntype = \"setting\"\nset = { \"password.length_min\" = 10 }\n";
const FAILING: &str = r#"
mode = "enforced"
controls = ["s"]
[control.s]
type = "setting"
set = { "password.length_min" = 10 }
[[example]]
control = "s"
title = "Too short, and the author hopes"
act = { name = "password.set", actor = "staff", form = { username = "mmade", password = "short" } }
expect = "allowed"
"#;
const COMPARED: &str = r#"
mode = "enforced"
controls = ["s"]
[control.s]
type = "setting"
set = { "password.length_min" = 10 }
compare = ["directory-policy"]
[[example]]
control = "s"
title = "Too short"
act = { name = "password.set", actor = "staff", form = { username = "mmade", password = "short" } }
expect = "refused"
"#;

const SETTING_DIRECTORY: Step = List("system", "System,Directory\nMain,yes\n");
const SETTING_OLD: Step =
    List("account", "Username,Kind,Enabled,Password last set\nmmade,person,yes,01/11/2026 10:00\n");
const SETTING_CELLS: &[Cell] = &[
    Cell { what: "tried out", policy: SETTING, expect: "unknown -", ..BASE },
    Cell { what: "never tried out: it has no example", policy: UNTRIED, expect: "unknown -", ..BASE },
    Cell { what: "its example is wrong, which the try shows", policy: FAILING, expect: "broken measured", ..BASE },
    Cell { what: "an older password, in time", policy: SETTING, steps: &[SETTING_OLD], expect: "unknown -", ..BASE },
    Cell {
        what: "nobody knows when a password was chosen",
        policy: SETTING,
        steps: &[List("account", "Username,Kind,Enabled\nmmade,person,yes\n")],
        expect: "unknown -",
        ..BASE
    },
    Cell { what: "nobody said whether there is a directory", policy: COMPARED, expect: "unknown -", ..BASE },
    Cell {
        what: "there is none",
        policy: COMPARED,
        steps: &[List("system", "System,Directory\nMenus,no\n")],
        expect: "kept enforced",
        ..BASE
    },
    Cell {
        what: "there is one, and nobody looked",
        policy: COMPARED,
        steps: &[SETTING_DIRECTORY],
        expect: "unknown -",
        ..BASE
    },
    Cell {
        what: "as strict, and tried out here",
        policy: COMPARED,
        steps: &[
            SETTING_DIRECTORY,
            List("directory-policy", "Policy,System,Minimum password length\nDefault,Main,10\n"),
        ],
        expect: "kept measured",
        ..BASE
    },
    Cell {
        what: "milder",
        policy: COMPARED,
        steps: &[
            SETTING_DIRECTORY,
            List("directory-policy", "Policy,System,Minimum password length\nDefault,Main,6\n"),
        ],
        expect: "broken measured",
        ..BASE
    },
    Cell {
        what: "the fact is absent",
        policy: COMPARED,
        steps: &[SETTING_DIRECTORY, List("directory-policy", "Policy,System,MFA required\nDefault,Main,yes\n")],
        expect: "unknown -",
        ..BASE
    },
];

#[test]
fn setting() {
    reach(SETTING_CELLS);
    let place = Place::sandbox(&format!("{HEAD}{SETTING}"), MONDAY);
    place
        .import(
            "account",
            "Username,Kind,Enabled,Password last set\nmmade,person,yes,01/11/2026 10:00\n",
            &["--now", MONDAY],
        )
        .good();
    assert_eq!(place.standing("c", &["--now", "2026-12-22T08:00:00Z"]), "unknown -");
    assert_eq!(place.standing("c", &["--now", "2026-12-24T08:00:00Z"]), "broken enforced");
}
