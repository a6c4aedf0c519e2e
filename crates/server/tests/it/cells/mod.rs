//! Every standing can be reached from outside: the table of standings, cell by cell, with small policies written
//! into files and lists in CSV, nothing else. What lists cannot say (steps of a case, decisions of a request,
//! answers to a checklist, what people wrote by hand) has no cell here.
//!
//! Nothing here is *enforced*: that needs every act of a control behind the live `decide`, and the acts of these small
//! policies are not all there. So settings, access and channels are never better than *unknown* (worse facts still
//! show), and what blocks or guards is known by its weaker side.

mod access;
mod agreement;
mod any;
mod case;
mod channel;
mod duty;
mod job;
mod request;
mod retention;
mod rule;
mod setting;

use crate::binary::{MONDAY, Place};

/// Roles, audiences and forms the policies of the cells share.
pub(super) const HEAD: &str = schoolkeeper_testkit::outside!(
    r#"
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
"#
);

/// One cell.
pub(super) struct Cell {
    /// What it shows.
    pub(super) what: &'static str,
    /// The rest of the policy: the clause `c` goes on, then its controls.
    pub(super) policy: &'static str,
    /// Lists: register and CSV, or a command line.
    pub(super) steps: &'static [Step],
    /// When the policy came into force.
    pub(super) from: &'static str,
    /// When is looked.
    pub(super) now: &'static str,
    /// `standing known_by`.
    pub(super) expect: &'static str,
}

pub(super) enum Step {
    /// All of them.
    List(&'static str, &'static str),
    /// Some of them.
    Part(&'static str, &'static str),
    /// Another command.
    Run(&'static [&'static str]),
}
use Step::{List, Part, Run};

pub(super) const TERM_BEGINS: &str = "2026-09-07T08:00:00Z";

pub(super) fn reach(cells: &[Cell]) {
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

pub(super) const BASE: Cell = Cell { what: "", policy: "", steps: &[], from: MONDAY, now: MONDAY, expect: "" };
pub(super) const PEOPLE: Step = List("person", "Name,Kind,Active\nM. Made-Up,staff,yes\nH. Made-Up,staff,yes\n");
pub(super) const POSTS: Step = List(
    "appointment",
    "Person,Role,From\nM. Made-Up,premises-staff,01/09/2026\nH. Made-Up,headteacher,01/09/2026\nH. Made-Up,dpo,01/09/2026\nM. Made-Up,it-technician,01/09/2026\n",
);
