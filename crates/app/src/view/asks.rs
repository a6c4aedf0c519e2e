//! "What this policy asks of me": everything a policy asks of one role, in the order in which people act on it.
//!
//! Invariant: pure; a name in the policy that reaches the role is on its page, whichever type of check it stands in.

use crate::Standpoint;
use schoolkeeper_core::control::{Control, ControlKind, StepKind, WhoOrExpr};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::phrase::{When, Who};

/// One heading of the page.
#[derive(Debug)]
pub struct Asked {
    /// Its words.
    pub heading: &'static str,
    /// What stands under it.
    pub lines: Vec<AskedLine>,
}

/// One thing that is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedLine {
    /// What it is called.
    pub title: String,
    /// What it means.
    pub text: String,
    /// Statements it belongs to.
    pub clauses: Vec<Name>,
}

/// What one part of a policy asks.
type Finds = fn(&Standpoint, &Control, &str) -> Option<String>;

/// Headings in the order of the page.
const PARTS: &[(&str, Finds)] = &[
    ("Tasks you do", tasks),
    ("What you countersign or take part in", takes_part),
    ("Permissions you decide", decides),
    ("What you do when something happens", steps),
    ("What you sign", signs),
    ("What you may ask for", may_ask),
    ("Reports you get", reports),
    ("What you are told about", told),
];

/// Everything asked of a role; headings without anything are left out.
pub fn asks(at: &Standpoint, role: &str) -> Vec<Asked> {
    let pack = &at.pack.pack;
    let mut out: Vec<Asked> = PARTS
        .iter()
        .map(|(heading, finds)| {
            let found = pack.controls.values().filter_map(|control| Some((control, finds(at, control, role)?)));
            let lines = found.map(|(control, text)| AskedLine {
                title: control.title.clone(),
                text,
                clauses: pack.clauses_of(&control.id).map(|clause| clause.id.get_ref().clone()).collect(),
            });
            Asked { heading, lines: lines.collect() }
        })
        .collect();
    let named = pack.clauses.iter().filter(|clause| clause.who.iter().any(|name| **name == *role));
    let rules = named.map(|clause| AskedLine {
        title: clause.text.clone(),
        text: clause.article.as_ref().map_or_else(String::new, |article| article.words.clone()),
        clauses: vec![clause.id.get_ref().clone()],
    });
    out.insert(5, Asked { heading: "Statements that name you", lines: rules.collect() });
    out.retain(|asked| !asked.lines.is_empty());
    out
}

fn holds(who: &Who, role: &str) -> bool {
    who.iter().any(|name| **name == *role)
}

fn tasks(at: &Standpoint, control: &Control, role: &str) -> Option<String> {
    let ControlKind::Duty(duty) = &control.kind else { return None };
    holds(&duty.owner, role).then(|| at.explain(&control.id))
}

fn takes_part(at: &Standpoint, control: &Control, role: &str) -> Option<String> {
    let ControlKind::Duty(duty) = &control.kind else { return None };
    let mut says = Vec::new();
    if holds(&duty.countersign, role) {
        says.push("You countersign.");
    }
    if duty.with.iter().any(|with| holds(&with.any, role)) {
        says.push("You take part.");
    }
    if duty.skip.as_ref().is_some_and(|skip| holds(&skip.by, role)) {
        says.push("You may say that it is left out once, and why.");
    }
    if duty.checklist.iter().any(|item| holds(&item.to, role)) {
        says.push("Problems found come to you.");
    }
    if says.is_empty() {
        return None;
    }
    let by = schoolkeeper_pack::people_words(&duty.owner.0, &at.pack.pack);
    Some(format!("{} Done by {by}.", says.join(" ")))
}

fn decides(at: &Standpoint, control: &Control, role: &str) -> Option<String> {
    let pack = &at.pack.pack;
    match &control.kind {
        ControlKind::Request(request) => {
            let instead = request.stages.iter().any(|stage| holds(&stage.otherwise, role));
            let stages = request.stages.iter().enumerate().filter(|(_, stage)| holds(&stage.by, role));
            let at_stage: Vec<String> = stages.map(|(number, _)| (number + 1).to_string()).collect();
            let asked = schoolkeeper_pack::people_words(&request.who.0, pack);
            let which = if request.stages.len() > 1 {
                format!(" You decide at step {} of {}.", at_stage.join(" and "), request.stages.len())
            } else {
                String::new()
            };
            match (at_stage.is_empty(), instead) {
                (true, false) => None,
                (true, true) => Some(format!("Asked by {asked}. You decide what those who decide ask for themselves.")),
                (false, true) => {
                    Some(format!("Asked by {asked}.{which} So you do where those who decide ask for themselves."))
                }
                (false, false) => Some(format!("Asked by {asked}.{which}")),
            }
        }
        ControlKind::Case(case) => {
            let mine = case.steps.iter().filter(|step| match &step.by {
                Some(WhoOrExpr::Who(who)) => holds(who, role),
                _ => false,
            });
            let names: Vec<String> = mine.map(|step| step.name.replace(['-', '_'], " ")).collect();
            (!names.is_empty()).then(|| format!("You decide: {}.", names.join(", ")))
        }
        _ => None,
    }
}

fn steps(_: &Standpoint, control: &Control, role: &str) -> Option<String> {
    let ControlKind::Case(case) = &control.kind else { return None };
    let mine = case.steps.iter().filter(|step| step.kind != StepKind::Decide && holds(&step.to, role));
    let names: Vec<String> =
        mine.map(|step| step.says.clone().unwrap_or_else(|| step.name.replace(['-', '_'], " "))).collect();
    let sees = holds(&case.visible_to, role);
    match (names.is_empty(), sees) {
        (true, false) => None,
        (true, true) => Some("You see what was reported.".to_owned()),
        (false, _) => Some(format!("You do: {}.", names.join("; "))),
    }
}

fn signs(at: &Standpoint, control: &Control, role: &str) -> Option<String> {
    let ControlKind::Agreement(agreement) = &control.kind else { return None };
    let named = holds(&agreement.audience, role);
    let groups: Vec<Name> =
        agreement.audience.iter().filter(|name| !at.pack.pack.roles.contains_key(*name)).cloned().collect();
    if named {
        return Some("Asked of everybody with this role.".to_owned());
    }
    let who = schoolkeeper_pack::people_words(&groups, &at.pack.pack);
    (!groups.is_empty()).then(|| format!("If you are one of these: {who}."))
}

fn may_ask(at: &Standpoint, control: &Control, role: &str) -> Option<String> {
    let ControlKind::Request(request) = &control.kind else { return None };
    let pack = &at.pack.pack;
    let group = request.who.iter().any(|name| pack.audiences.contains_key(name) || &**name == "anyone");
    (group || holds(&request.who, role)).then(|| at.explain(&control.id))
}

fn reports(at: &Standpoint, control: &Control, role: &str) -> Option<String> {
    let ControlKind::Duty(duty) = &control.kind else { return None };
    let by = || schoolkeeper_pack::people_words(&duty.owner.0, &at.pack.pack);
    (duty.report.is_some() && holds(&duty.send_to, role)).then(|| format!("Written by {}.", by()))
}

fn told(at: &Standpoint, control: &Control, role: &str) -> Option<String> {
    let mut when: Vec<&str> = Vec::new();
    for tell in control.tell.iter().filter(|tell| holds(&tell.who, role)) {
        when.push(match tell.when {
            When::Opened => "when it begins",
            When::Due => "when it falls due",
            When::Overdue => "when it is late",
            When::Closed => "when it ends",
            When::Changed => "when it changes",
        });
    }
    let ladder = control.ladder.as_ref().and_then(|name| at.pack.pack.ladders.get(name));
    if ladder.is_some_and(|ladder| ladder.steps.iter().any(|step| holds(&step.tell, role))) {
        when.push("when it waits for too long");
    }
    (!when.is_empty()).then(|| format!("You hear {}.", when.join(" and ")))
}
