//! What holds for any control, and for a clause without one.

use super::{BASE, Cell, List, Run, Step, reach};

const ANY_CONTROL_AND_NONE_BLANK: &str = "mode = \"detected\"\ncontrols = [\"r\"]\n[param]\ngap = { unit = \"days\", ask = \"How old?\" }\n[control.r]\ntype = \"rule\"\nfor = \"device\"\nexpect = \"age(device.last_seen_at) <= days(param.gap)\"\n";
const ANY_CONTROL_AND_NONE_SEEN: Step = List("device", "Device name,Last check-in\nMU-1,2026-11-22 10:00\n");
const ANY_CONTROL_AND_NONE_NAMED: &str = "mode = \"detected\"\ncontrols = [\"r\"]\nabout = [\"office\"]\n[entry]\noffice = { register = \"backup-job\", set = { name = \"Office data\" } }\n[control.r]\ntype = \"rule\"\nfor = \"backup-job\"\nexpect = \"backup_job.encrypted\"\n";
const ANY_CONTROL_AND_NONE_JOBS: Step = List("backup-job", "Job,Encrypted\nOffice data,yes\nOther,no\n");
const ANY_CONTROL_AND_NONE_CELLS: &[Cell] = &[
    Cell { what: "a clause that explains", policy: "", expect: "none -", ..BASE },
    Cell {
        what: "a blank of the policy",
        policy: ANY_CONTROL_AND_NONE_BLANK,
        steps: &[ANY_CONTROL_AND_NONE_SEEN],
        expect: "unknown -",
        ..BASE
    },
    Cell {
        what: "the blank is filled",
        policy: ANY_CONTROL_AND_NONE_BLANK,
        steps: &[ANY_CONTROL_AND_NONE_SEEN, Run(&["param", "gap=3"])],
        expect: "kept measured",
        ..BASE
    },
    Cell {
        what: "a named entry nobody confirmed",
        policy: ANY_CONTROL_AND_NONE_NAMED,
        steps: &[ANY_CONTROL_AND_NONE_JOBS],
        expect: "unknown -",
        ..BASE
    },
    Cell {
        what: "confirmed: only its own subject counts",
        policy: ANY_CONTROL_AND_NONE_NAMED,
        steps: &[ANY_CONTROL_AND_NONE_JOBS, Run(&["confirm", "entry", "office"])],
        expect: "kept measured",
        ..BASE
    },
    Cell {
        what: "confirmed as the other one",
        policy: ANY_CONTROL_AND_NONE_NAMED,
        steps: &[ANY_CONTROL_AND_NONE_JOBS, Run(&["confirm", "entry", "office", "--is", "Other"])],
        expect: "broken measured",
        ..BASE
    },
];

#[test]
fn any_control_and_none() {
    reach(ANY_CONTROL_AND_NONE_CELLS);
}
