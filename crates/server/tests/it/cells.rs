//! Every standing can be reached from outside: the table of standings, cell by cell, with small policies written
//! into files and lists in CSV, nothing else. What lists cannot say (steps of a case, decisions of a request,
//! answers to a checklist, what people wrote by hand) has no cell here.
//!
//! Until people can sign in no act stands behind `decide`, so nothing is *enforced*: settings, access and channels are
//! never better than *unknown* (worse facts still show), and what blocks or guards is known by its weaker side.

use crate::binary::{MONDAY, Place};

/// Roles, audiences and forms the policies of the cells share.
const HEAD: &str = r#"
[pack]
id = "outside"
title = "Outside"
version = "1"
language = 1
owner = ["headteacher"]
[role]
headteacher = { title = "Headteacher", acts_as = "head" }
it-technician = { title = "IT technician", acts_as = "technician" }
dpo = { title = "Data protection officer", acts_as = "protection" }
premises-staff = { title = "Premises staff", acts_as = "staff" }
[audience]
staff-all = { where = "person.kind == 'staff' && person.active" }
[form.small]
fields = [{ name = "what", type = "text" }]
[[clause]]
id = "c"
section = "All"
text = "It is so."
"#;

/// One cell.
struct Cell {
    /// What it shows.
    what: &'static str,
    /// The rest of the policy: the clause `c` goes on, then its controls.
    policy: &'static str,
    /// Lists: register and CSV, or a command line.
    steps: &'static [Step],
    /// When the policy came into force.
    from: &'static str,
    /// When is looked.
    now: &'static str,
    /// `standing known_by`.
    expect: &'static str,
}

enum Step {
    /// All of them.
    List(&'static str, &'static str),
    /// Some of them.
    Part(&'static str, &'static str),
    /// Another command.
    Run(&'static [&'static str]),
}
use Step::{List, Part, Run};

const TERM_BEGINS: &str = "2026-09-07T08:00:00Z";

fn reach(cells: &[Cell]) {
    let mut wrong = Vec::new();
    for cell in cells {
        let place = Place::sandbox(&format!("{HEAD}{}", cell.policy), cell.from);
        for step in cell.steps {
            match step {
                List(register, list) => place.import(register, list, &["--now", cell.now]).good(),
                Part(register, list) => place.import(register, list, &["--now", cell.now, "--part"]).good(),
                Run(line) => place.run(&[line, &["--now", cell.now][..]].concat(), &[]).good(),
            };
        }
        let found = place.standing("c", &["--now", cell.now]);
        if found != cell.expect {
            let clauses = place.clauses(&["--now", cell.now]);
            wrong.push(format!("{}: expected {}, found {found}: {clauses:?}", cell.what, cell.expect));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const BASE: Cell = Cell { what: "", policy: "", steps: &[], from: MONDAY, now: MONDAY, expect: "" };

const RULE: &str = r#"
mode = "detected"
controls = ["r"]
[control.r]
type = "rule"
for = "device"
where = "device.kind == 'laptop'"
expect = "device.encrypted"
grace = "5 days"
"#;
const GUARDED: &str = r#"
mode = "enforced"
controls = ["r"]
[control.r]
type = "rule"
for = "asset"
where = "asset.state == 'disposed'"
expect = "asset.disposal != null"
guards = ["asset.move"]
[[example]]
control = "r"
title = "Without proof"
at = "2026-11-23T08:00"
given = { asset = [{ key = "a", tag = "A1", state = "awaiting-disposal" }] }
act = { name = "asset.move", actor = "it-technician", on = "a", form = { state = "disposed" } }
expect = "refused"
"#;

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

const RULE_CELLS: &[Cell] = &[
    Cell {
        what: "all hold",
        policy: RULE,
        steps: &[List("device", "Device name,Kind,Encrypted\nA,laptop,yes\nB,tablet,no\n")],
        expect: "kept measured",
        ..BASE
    },
    Cell { what: "no list at all", policy: RULE, expect: "unknown -", ..BASE },
    Cell {
        what: "an empty list is a list",
        policy: RULE,
        steps: &[Run(&["confirm", "list", "device", "--none"])],
        expect: "kept stated",
        ..BASE
    },
    Cell {
        what: "only part of the list",
        policy: RULE,
        steps: &[Part("device", "Device name,Kind,Encrypted\nA,laptop,yes\n")],
        expect: "unknown -",
        ..BASE
    },
    Cell {
        what: "false, inside the grace",
        policy: RULE,
        steps: &[List("device", "Device name,Kind,Encrypted\nA,laptop,no\n")],
        expect: "due measured",
        ..BASE
    },
    Cell {
        what: "a subject says nothing",
        policy: RULE,
        steps: &[List("device", "Device name,Kind,Encrypted\nA,laptop,\n")],
        expect: "unknown -",
        ..BASE
    },
    Cell {
        what: "`where` is not known",
        policy: RULE,
        steps: &[List("device", "Device name,Kind,Encrypted\nA,,yes\n")],
        expect: "unknown -",
        ..BASE
    },
    Cell { what: "guarded, but nobody said that there is nothing", policy: GUARDED, expect: "unknown -", ..BASE },
    Cell {
        what: "nothing happened, and the act is guarded",
        policy: GUARDED,
        steps: &[Run(&["confirm", "list", "asset", "--none"])],
        expect: "kept enforced",
        ..BASE
    },
];

#[test]
fn rule() {
    reach(RULE_CELLS);
}

const IMPATIENT: &str = "mode = \"detected\"\ncontrols = [\"r\"]\n[control.r]\ntype = \"rule\"\nfor = \"device\"\nexpect = \"device.encrypted\"\nunknown_max = \"3 days\"\n";

#[test]
fn rule_in_the_course_of_time() {
    let place = Place::sandbox(&format!("{HEAD}{RULE}"), MONDAY);
    place.import("device", "Device name,Kind,Encrypted\nA,laptop,no\n", &["--now", MONDAY]).good();
    for (now, expect) in [
        ("2026-11-23T09:00:00Z", "due measured"),
        ("2026-11-27T23:59:00Z", "due measured"),
        ("2026-11-29T08:01:00Z", "broken measured"),
        ("2026-12-27T08:00:00Z", "broken measured"),
        ("2026-12-29T08:00:00Z", "unknown -"),
    ] {
        assert_eq!(place.standing("c", &["--now", now]), expect, "{now}");
    }
    let place = Place::sandbox(&format!("{HEAD}{IMPATIENT}"), MONDAY);
    place.import("device", "Device name,Encrypted\nA,\n", &["--now", MONDAY]).good();
    assert_eq!(place.standing("c", &["--now", "2026-11-24T08:00:00Z"]), "unknown -");
    assert!(place.standing("c", &["--now", "2026-11-28T08:00:00Z"]).starts_with("broken"));
}

#[test]
fn rule_with_a_permission() {
    const EXCUSED: &str = r#"
mode = "detected"
controls = ["r"]
[control.r]
type = "rule"
for = "asset"
expect = "asset.holder != null"
excused_by = ["exception"]
[control.exception]
type = "request"
who = ["staff-all"]
form = "small"
stages = [{ by = ["headteacher"] }]
excuses = ["r"]
longest = "1 year"
"#;
    let place = Place::sandbox(&format!("{HEAD}{EXCUSED}"), MONDAY);
    let now = ["--now", MONDAY];
    place.import("person", "Name,Kind,Active\nM. Made-Up,staff,yes\n", &now).good();
    place.import("asset", "Asset Tag,Holder\nA1,\n", &now).good();
    assert!(place.standing("c", &now).starts_with("broken"));
    place.import("grant", "Permission,Person,Things,From,Until,Decided\nexception,M. Made-Up,A1,20/11/2026,30/11/2026,20/11/2026 10:00\n", &now).good();
    assert!(place.standing("c", &now).starts_with("kept"), "{:?}", place.clauses(&now));
    assert_eq!(place.clauses(&now)[0]["counts"]["excused"], 1);
    assert!(place.standing("c", &["--now", "2026-12-01T08:00:00Z"]).starts_with("broken"), "the permission has ended");
}

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
    Cell { what: "its example is wrong, which only a try would show", policy: FAILING, expect: "unknown -", ..BASE },
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
        expect: "unknown -",
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
        what: "as strict, while nothing here is tried out",
        policy: COMPARED,
        steps: &[
            SETTING_DIRECTORY,
            List("directory-policy", "Policy,System,Minimum password length\nDefault,Main,10\n"),
        ],
        expect: "unknown -",
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

const DUTY: &str = r#"
mode = "evidenced"
controls = ["d"]
[control.d]
type = "duty"
owner = ["premises-staff"]
every = "1 week"
window = "2 days"
evidence = ["note"]
"#;
const PROVEN: &str = r#"
mode = "evidenced"
controls = ["d"]
[control.d]
type = "duty"
owner = ["premises-staff"]
every = "1 week"
window = "2 days"
evidence = ["photo"]
"#;
const COUNTERSIGNED: &str = r#"
mode = "evidenced"
controls = ["d"]
[control.d]
type = "duty"
owner = ["premises-staff"]
every = "1 week"
window = "2 days"
evidence = ["note"]
countersign = ["headteacher"]
"#;
const PEOPLE: Step = List("person", "Name,Kind,Active\nM. Made-Up,staff,yes\nH. Made-Up,staff,yes\n");
const POSTS: Step = List(
    "appointment",
    "Person,Role,From\nM. Made-Up,premises-staff,01/09/2026\nH. Made-Up,headteacher,01/09/2026\nH. Made-Up,dpo,01/09/2026\nM. Made-Up,it-technician,01/09/2026\n",
);

const DUTY_LAST_WEEK: Step =
    List("done", "Task,Due,Done,Done by,Evidence\nd,20/11/2026,19/11/2026,premises-staff,note\n");
const DUTY_PHOTO: Step = List("done", "Task,Due,Done,Done by,Evidence\nd,20/11/2026,19/11/2026,premises-staff,photo\n");
const DUTY_NO_PROOF: Step = List("done", "Task,Due,Done,Done by\nd,20/11/2026,19/11/2026,premises-staff\n");
const DUTY_LONE: Step = List("done", "Task,Due,Done,Done by,Evidence\nd,27/11/2026,26/11/2026,premises-staff,note\n");
const DUTY_BOTH: Step = List(
    "done",
    "Task,Due,Done,Done by,Evidence,Countersigned,Countersigned by\nd,27/11/2026,26/11/2026,premises-staff,note,27/11/2026,headteacher\n",
);
const DUTY_THURSDAY: &str = "2026-11-26T15:00:00Z";
const DUTY_CELLS: &[Cell] = &[
    Cell { what: "never done, first date not past", policy: DUTY, steps: &[PEOPLE, POSTS], expect: "due -", ..BASE },
    Cell {
        what: "done last week, not open yet: somebody wrote so",
        policy: DUTY,
        steps: &[PEOPLE, POSTS, DUTY_LAST_WEEK],
        expect: "kept stated",
        ..BASE
    },
    Cell {
        what: "done last week, with proof",
        policy: PROVEN,
        steps: &[PEOPLE, POSTS, DUTY_PHOTO],
        expect: "kept evidenced",
        ..BASE
    },
    Cell {
        what: "done without its evidence",
        policy: DUTY,
        steps: &[PEOPLE, POSTS, DUTY_NO_PROOF],
        expect: "broken -",
        ..BASE
    },
    Cell {
        what: "the window is open",
        policy: DUTY,
        steps: &[PEOPLE, POSTS, DUTY_LAST_WEEK],
        now: DUTY_THURSDAY,
        expect: "due -",
        ..BASE
    },
    Cell { what: "nobody holds the role", policy: DUTY, expect: "unknown -", ..BASE },
    Cell {
        what: "nobody holds the role, and it is overdue",
        policy: DUTY,
        now: "2026-11-30T08:00:00Z",
        expect: "broken -",
        ..BASE
    },
    Cell {
        what: "the date has passed",
        policy: DUTY,
        steps: &[PEOPLE, POSTS],
        now: "2026-11-30T08:00:00Z",
        expect: "broken -",
        ..BASE
    },
    Cell {
        what: "waiting for the countersignature",
        policy: COUNTERSIGNED,
        steps: &[PEOPLE, POSTS, DUTY_LONE],
        now: DUTY_THURSDAY,
        expect: "due -",
        ..BASE
    },
    Cell {
        what: "countersigned",
        policy: COUNTERSIGNED,
        steps: &[PEOPLE, POSTS, DUTY_BOTH],
        now: "2026-11-27T15:00:00Z",
        expect: "kept evidenced",
        ..BASE
    },
    Cell {
        what: "beyond the calendar",
        policy: DUTY,
        steps: &[],
        now: "2028-03-01T08:00:00Z",
        expect: "broken -",
        ..BASE
    },
];

#[test]
fn duty() {
    reach(DUTY_CELLS);
    let place = Place::new();
    let pack = place.write("outside.toml", format!("{HEAD}{DUTY}"));
    place.run(&["init", "--school", "Hill", "--sandbox", "--now", MONDAY], &[("--pack", &pack)]).good();
    assert_eq!(place.standing("c", &["--now", MONDAY]), "unknown -", "a school without terms");
}

const REQUEST: &str = r#"
mode = "evidenced"
controls = ["q"]
[control.q]
type = "request"
who = ["staff-all"]
form = "small"
stages = [{ by = ["headteacher"], within = "5 working days" }]
longest = "1 term"
at_end = [{ says = "Brought back?", evidence = ["statement"] }]
"#;
const LOCKED: &str = r#"
mode = "enforced"
controls = ["q"]
[control.q]
type = "request"
who = ["staff-all"]
form = "small"
stages = [{ by = ["headteacher"] }]
unlocks = ["log.open"]
[[example]]
control = "q"
title = "Not without"
story = [{ at = "2026-11-23T09:00", act = "log.open", actor = "it-technician", expect = "refused" }]
"#;
const DETECTED: &str = r#"
mode = "detected"
controls = ["q", "r"]
[control.q]
type = "request"
who = ["staff-all"]
form = "small"
stages = [{ by = ["headteacher"] }]
[control.r]
type = "rule"
for = "installed-software"
expect = "granted('q', installed_software.device.holder)"
"#;

const REQUEST_ASKED: &str = "Request,Asked by,Asked,Outcome,Stage\nq,M. Made-Up,20/11/2026 10:00,waiting,1\n";
const REQUEST_DECIDED: &str =
    "Request,Asked by,Asked,Outcome,Decided\nq,M. Made-Up,20/11/2026 10:00,granted,20/11/2026 12:00\n";
const REQUEST_OPEN: &str =
    "Permission,Person,From,Until,Decided\nq,M. Made-Up,20/09/2026,20/10/2026,20/09/2026 10:00\n";
const REQUEST_CLOSED: &str =
    "Permission,Person,From,Until,Decided,Closed\nq,M. Made-Up,20/09/2026,20/10/2026,20/09/2026 10:00,20/10/2026\n";
const REQUEST_CELLS: &[Cell] = &[
    Cell {
        what: "never asked, and it could happen without",
        policy: REQUEST,
        steps: &[PEOPLE, POSTS],
        expect: "unknown -",
        ..BASE
    },
    Cell {
        what: "waiting, in time",
        policy: REQUEST,
        steps: &[PEOPLE, POSTS, List("request", REQUEST_ASKED)],
        expect: "due evidenced",
        ..BASE
    },
    Cell {
        what: "waiting too long",
        policy: REQUEST,
        steps: &[PEOPLE, POSTS, List("request", REQUEST_ASKED)],
        now: "2026-12-01T08:00:00Z",
        expect: "broken evidenced",
        ..BASE
    },
    Cell {
        what: "nobody may decide",
        policy: REQUEST,
        steps: &[PEOPLE, List("request", REQUEST_ASKED)],
        expect: "unknown -",
        ..BASE
    },
    Cell {
        what: "decided",
        policy: REQUEST,
        steps: &[PEOPLE, POSTS, List("request", REQUEST_DECIDED)],
        expect: "kept evidenced",
        ..BASE
    },
    Cell {
        what: "ended, and what comes at the end is open",
        policy: REQUEST,
        steps: &[PEOPLE, POSTS, List("grant", REQUEST_OPEN)],
        expect: "broken evidenced",
        ..BASE
    },
    Cell {
        what: "ended and closed",
        policy: REQUEST,
        steps: &[PEOPLE, POSTS, List("grant", REQUEST_CLOSED)],
        expect: "kept evidenced",
        ..BASE
    },
    Cell {
        what: "never asked, but it can only happen inside",
        policy: LOCKED,
        steps: &[PEOPLE, POSTS],
        expect: "unknown -",
        ..BASE
    },
    Cell {
        what: "never asked, and a rule looks",
        policy: DETECTED,
        steps: &[PEOPLE, POSTS, Run(&["confirm", "list", "installed-software", "--none"])],
        expect: "kept stated",
        ..BASE
    },
    Cell {
        what: "never asked, and a rule finds one",
        policy: DETECTED,
        steps: &[
            PEOPLE,
            POSTS,
            List("device", "Device name,Primary user UPN\nMU-1,M. Made-Up\n"),
            List("installed-software", "Name,Device\nStarchart,MU-1\n"),
        ],
        expect: "broken measured",
        ..BASE
    },
];

#[test]
fn request() {
    reach(REQUEST_CELLS);
}

const AGREEMENT: &str = r#"
mode = "acknowledged"
controls = ["a"]
[control.a]
type = "agreement"
audience = ["staff-all"]
articles = "bound"
sign = ["browser"]
within = "5 working days"
"#;
const ARTICLE: &str = r#"
mode = "acknowledged"
controls = ["a"]
article = { words = "Tell nobody your password." }
[control.a]
type = "agreement"
audience = ["staff-all"]
articles = "bound"
sign = ["browser"]
within = "5 working days"
"#;
const BLOCKING: &str = r#"
mode = "enforced"
controls = ["a"]
[control.a]
type = "agreement"
audience = ["staff-all"]
articles = "bound"
sign = ["browser"]
within = "5 working days"
blocks = ["wifi.issue"]
[[example]]
control = "a"
title = "No Wi-Fi without"
at = "2026-11-23T09:00"
given = { person = [{ key = "mo", name = "M. Made-Up", kind = "staff", active = true }], publication = [{ agreement = "a", version = "1", published_at = "2026-09-01T08:00" }] }
story = [{ at = "2026-11-23T09:00", act = "wifi.issue", actor = "it-technician", form = { on = "mo" }, expect = "refused" }]
"#;

const AGREEMENT_OLD: &str = "Agreement,Version,Published,Articles\na,1,01/09/2026 08:00,c\n";
const AGREEMENT_NEW: &str = "Agreement,Version,Published,Articles\na,1,20/11/2026 08:00,c\n";
const AGREEMENT_OTHER: &str = "Agreement,Version,Published,Articles\na,1,01/09/2026 08:00,d\n";
const AGREEMENT_BOTH: &str = "Agreement,Person,Version,Signed,Passed,Articles\na,M. Made-Up,1,02/09/2026 10:00,yes,c\na,H. Made-Up,1,02/09/2026 10:00,yes,c\n";
const AGREEMENT_ONE: &str = "Agreement,Person,Version,Signed,Passed,Articles\na,M. Made-Up,1,02/09/2026 10:00,yes,c\n";
const AGREEMENT_FAILED: &str = "Agreement,Person,Version,Signed,Passed,Articles\na,M. Made-Up,1,02/09/2026 10:00,no,c\na,H. Made-Up,1,02/09/2026 10:00,yes,c\n";
const AGREEMENT_CELLS: &[Cell] = &[
    Cell { what: "nothing published", policy: AGREEMENT, steps: &[PEOPLE], expect: "unknown -", ..BASE },
    Cell {
        what: "no list of people",
        policy: AGREEMENT,
        steps: &[List("publication", AGREEMENT_OLD)],
        expect: "unknown -",
        ..BASE
    },
    Cell {
        what: "everybody signed",
        policy: AGREEMENT,
        steps: &[PEOPLE, List("publication", AGREEMENT_OLD), List("signature", AGREEMENT_BOTH)],
        expect: "kept signed",
        ..BASE
    },
    Cell {
        what: "one has not, in time",
        policy: AGREEMENT,
        steps: &[PEOPLE, List("publication", AGREEMENT_NEW), List("signature", AGREEMENT_ONE)],
        from: TERM_BEGINS,
        expect: "due signed",
        ..BASE
    },
    Cell {
        what: "one has not, too late",
        policy: AGREEMENT,
        steps: &[PEOPLE, List("publication", AGREEMENT_OLD), List("signature", AGREEMENT_ONE)],
        from: TERM_BEGINS,
        now: "2027-02-01T08:00:00Z",
        expect: "broken signed",
    },
    Cell {
        what: "one did not pass the check",
        policy: AGREEMENT,
        steps: &[PEOPLE, List("publication", AGREEMENT_OLD), List("signature", AGREEMENT_FAILED)],
        from: TERM_BEGINS,
        now: "2027-02-01T08:00:00Z",
        expect: "broken signed",
    },
    Cell {
        what: "told",
        policy: ARTICLE,
        steps: &[PEOPLE, List("publication", AGREEMENT_OLD), List("signature", AGREEMENT_BOTH)],
        expect: "told signed",
        ..BASE
    },
    Cell {
        what: "the version does not hold the article",
        policy: ARTICLE,
        steps: &[PEOPLE, List("publication", AGREEMENT_OTHER), List("signature", AGREEMENT_BOTH)],
        expect: "unknown -",
        ..BASE
    },
    Cell {
        what: "signed, and it blocks",
        policy: BLOCKING,
        steps: &[PEOPLE, List("publication", AGREEMENT_OLD), List("signature", AGREEMENT_BOTH)],
        expect: "kept signed",
        ..BASE
    },
];

#[test]
fn agreement() {
    reach(AGREEMENT_CELLS);
}

const CASE: &str = r#"
mode = "evidenced"
controls = ["k"]
[control.k]
type = "case"
report_by = ["anyone"]
form = "small"
clocks = [{ name = "answer", within = "72 hours", from = "opened" }]
close_when = "it.grounds == 'heard'"
exercise = "1 year"
"#;

const CASE_CELLS: &[Cell] = &[
    Cell { what: "never happened and never tried", policy: CASE, steps: &[PEOPLE, POSTS], expect: "unknown -", ..BASE },
    Cell {
        what: "tried out",
        policy: CASE,
        steps: &[
            PEOPLE,
            POSTS,
            List("case", "Type,Opened,Closed,Exercise,Grounds\nk,01/10/2026 09:00,01/10/2026 10:00,yes,heard\n"),
        ],
        expect: "kept evidenced",
        ..BASE
    },
    Cell {
        what: "tried out too long ago",
        policy: CASE,
        steps: &[
            PEOPLE,
            POSTS,
            List("case", "Type,Opened,Closed,Exercise,Grounds\nk,01/10/2025 09:00,01/10/2025 10:00,yes,heard\n"),
        ],
        expect: "unknown -",
        ..BASE
    },
    Cell {
        what: "the clock runs",
        policy: CASE,
        steps: &[PEOPLE, POSTS, List("case", "Type,Opened\nk,22/11/2026 09:00\n")],
        expect: "due evidenced",
        ..BASE
    },
    Cell {
        what: "the clock has run out",
        policy: CASE,
        steps: &[PEOPLE, POSTS, List("case", "Type,Opened\nk,18/11/2026 09:00\n")],
        expect: "broken evidenced",
        ..BASE
    },
    Cell {
        what: "closed as it must be",
        policy: CASE,
        steps: &[
            PEOPLE,
            POSTS,
            List("case", "Type,Opened,Closed,Grounds\nk,18/11/2026 09:00,18/11/2026 12:00,heard\n"),
        ],
        expect: "kept evidenced",
        ..BASE
    },
    Cell {
        what: "closed without its conditions",
        policy: CASE,
        steps: &[PEOPLE, POSTS, List("case", "Type,Opened,Closed\nk,18/11/2026 09:00,18/11/2026 12:00\n")],
        expect: "broken evidenced",
        ..BASE
    },
    Cell {
        what: "closed without, and reviewed",
        policy: CASE,
        steps: &[
            PEOPLE,
            POSTS,
            List("case", "Type,Opened,Closed,Reviewed\nk,18/11/2026 09:00,18/11/2026 12:00,19/11/2026 09:00\n"),
        ],
        expect: "kept evidenced",
        ..BASE
    },
];

#[test]
fn case() {
    reach(CASE_CELLS);
}

const ACCESS: &str = r#"
mode = "enforced"
controls = ["x"]
[control.x]
type = "access"
on = ["log.open"]
ask = [{ name = "reason", type = "text", required = true }]
[[example]]
control = "x"
title = "No reason"
act = { name = "log.open", actor = "it-technician" }
expect = "refused"
"#;

const ACCESS_OPEN: &str = "Control,Used,Review by\nx,20/11/2026 10:00,27/11/2026\n";
const ACCESS_DONE: &str = "Control,Used,Review by,Reviewed\nx,20/11/2026 10:00,27/11/2026,21/11/2026 09:00\n";
const ACCESS_CELLS: &[Cell] = &[
    Cell { what: "tried out", policy: ACCESS, expect: "unknown -", ..BASE },
    Cell {
        what: "a review is open",
        policy: ACCESS,
        steps: &[List("access-review", ACCESS_OPEN)],
        expect: "unknown -",
        ..BASE
    },
    Cell {
        what: "a review is late",
        policy: ACCESS,
        steps: &[List("access-review", ACCESS_OPEN)],
        now: "2026-11-30T08:00:00Z",
        expect: "broken evidenced",
        ..BASE
    },
    Cell {
        what: "reviewed",
        policy: ACCESS,
        steps: &[List("access-review", ACCESS_DONE)],
        expect: "unknown -",
        ..BASE
    },
];

#[test]
fn access() {
    reach(ACCESS_CELLS);
}

const CHANNEL: &str = r#"
mode = "enforced"
controls = ["w"]
[control.w]
type = "channel"
class = ["confidential"]
to = ["school"]
by = ["parcel", "post"]
log = ["recipient"]
receipt = { for = ["post"], within = "10 working days", needs = ["tracking_number"] }
[class]
order = ["public", "confidential"]
[[example]]
control = "w"
title = "Not by mail"
act = { name = "dispatch.log", actor = "staff", form = { way = "mail", class = "confidential", to = "school", recipient = "x" } }
expect = "refused"
"#;
const POST: &str = r#"
mode = "evidenced"
controls = ["w"]
[control.w]
type = "channel"
by = ["post"]
[[example]]
control = "w"
title = "Not by mail"
act = { name = "dispatch.log", actor = "staff", form = { way = "mail" } }
expect = "refused"
"#;

const CHANNEL_CELLS: &[Cell] = &[
    Cell { what: "never used, and it goes inside", policy: CHANNEL, expect: "unknown -", ..BASE },
    Cell { what: "never used, outside", policy: POST, expect: "unknown -", ..BASE },
    Cell {
        what: "used as it must be",
        policy: POST,
        steps: &[List("dispatch", "Way,Sent\npost,20/11/2026 10:00\n")],
        expect: "unknown -",
        ..BASE
    },
    Cell {
        what: "the receipt is awaited",
        policy: CHANNEL,
        steps: &[List("dispatch", "Way,Class,To,Recipient,Sent\npost,confidential,school,A school,20/11/2026 10:00\n")],
        expect: "unknown -",
        ..BASE
    },
    Cell {
        what: "the receipt is late",
        policy: CHANNEL,
        steps: &[List("dispatch", "Way,Class,To,Recipient,Sent\npost,confidential,school,A school,02/11/2026 10:00\n")],
        expect: "broken evidenced",
        ..BASE
    },
    Cell {
        what: "the receipt came",
        policy: CHANNEL,
        steps: &[List(
            "dispatch",
            "Way,Class,To,Recipient,Sent,Received,Tracking number\npost,confidential,school,A school,02/11/2026 10:00,04/11/2026 10:00,MU1\n",
        )],
        expect: "unknown -",
        ..BASE
    },
    Cell {
        what: "another way",
        policy: CHANNEL,
        steps: &[List("dispatch", "Way,Class,To,Recipient,Sent\nmail,confidential,school,A school,20/11/2026 10:00\n")],
        expect: "broken evidenced",
        ..BASE
    },
    Cell {
        what: "of no class",
        policy: CHANNEL,
        steps: &[List("dispatch", "Way,To,Sent\nmail,school,20/11/2026 10:00\n")],
        expect: "unknown -",
        ..BASE
    },
];

#[test]
fn channel() {
    reach(CHANNEL_CELLS);
}

const RETENTION: &str = r#"
mode = "detected"
controls = ["t"]
[control.t]
type = "retention"
register = "record-series"
where = "record_series.series == 'minutes'"
keep = "10 years"
from = "record_series.closed_on"
then = "destroy"
within = "10 working days"
"#;

const RETENTION_CELLS: &[Cell] = &[
    Cell {
        what: "nothing past its date",
        policy: RETENTION,
        steps: &[List("record-series", "Record,Series,Closed\nMinutes 2020,minutes,01/07/2020\n")],
        expect: "kept measured",
        ..BASE
    },
    Cell {
        what: "past its date, in time",
        policy: RETENTION,
        steps: &[List("record-series", "Record,Series,Closed\nMinutes 2016,minutes,20/11/2016\n")],
        expect: "due measured",
        ..BASE
    },
    Cell {
        what: "past its date, too late",
        policy: RETENTION,
        steps: &[List("record-series", "Record,Series,Closed\nMinutes 2016,minutes,20/10/2016\n")],
        expect: "broken measured",
        ..BASE
    },
    Cell {
        what: "gone",
        policy: RETENTION,
        steps: &[List("record-series", "Record,Series,Closed,Disposed\nMinutes 2016,minutes,20/10/2016,21/11/2026\n")],
        expect: "kept measured",
        ..BASE
    },
    Cell {
        what: "held",
        policy: RETENTION,
        steps: &[List("record-series", "Record,Series,Closed,Hold\nMinutes 2016,minutes,20/10/2016,an inquiry\n")],
        expect: "kept measured",
        ..BASE
    },
    Cell {
        what: "its beginning is not known",
        policy: RETENTION,
        steps: &[List("record-series", "Record,Series,Closed\nMinutes 2016,minutes,\n")],
        expect: "unknown -",
        ..BASE
    },
    Cell { what: "nobody said that these are all", policy: RETENTION, expect: "unknown -", ..BASE },
];

#[test]
fn retention() {
    reach(RETENTION_CELLS);
}

const JOB: &str = r#"
mode = "detected"
controls = ["j"]
[control.j]
type = "job"
run = "restore-drill"
every = "1 week"
late_after = "2 days"
expect = "run.ok && run.damaged == 0"
"#;

const PLAIN_JOB: &str = "mode = \"detected\"\ncontrols = [\"j\"]\n[control.j]\ntype = \"job\"\nrun = \"restore-drill\"\nevery = \"1 week\"\nlate_after = \"2 days\"\n";

const JOB_CELLS: &[Cell] = &[
    Cell { what: "the first run is not due yet", policy: JOB, expect: "due -", ..BASE },
    Cell { what: "never run, and the time is over", policy: JOB, from: TERM_BEGINS, expect: "unknown -", ..BASE },
    Cell {
        what: "run well",
        policy: JOB,
        steps: &[List("run", "Job,At,OK,Damaged\nj,22/11/2026 02:00,yes,0\n")],
        expect: "kept measured",
        ..BASE
    },
    Cell {
        what: "failed",
        policy: JOB,
        steps: &[List("run", "Job,At,OK,Damaged\nj,22/11/2026 02:00,yes,3\n")],
        expect: "broken measured",
        ..BASE
    },
    Cell {
        what: "late",
        policy: JOB,
        steps: &[List("run", "Job,At,OK,Damaged\nj,02/11/2026 02:00,yes,0\n")],
        expect: "broken measured",
        ..BASE
    },
    Cell {
        what: "nobody said how it ended",
        policy: PLAIN_JOB,
        steps: &[List("run", "Job,At\nj,22/11/2026 02:00\n")],
        expect: "unknown -",
        ..BASE
    },
];

#[test]
fn job() {
    reach(JOB_CELLS);
}
