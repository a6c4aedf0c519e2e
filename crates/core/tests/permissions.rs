//! The whole permission table as text somebody reviews, and the one door from a person to the store.

use schoolkeeper_core::act::ACTS;
use schoolkeeper_core::actor::{Actor, By, Held, Narrowing, NotAllowed, Schools, Scope};
use schoolkeeper_core::id::{EntryId, OrganisationId, SchoolId};
use schoolkeeper_core::permission::{BaseRole, Reach, reach};
use std::fmt::Write as _;
use uuid::Uuid;

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/permissions.txt");

fn table() -> String {
    let mut out = String::from(
        "Who may do what, and how far: `own` what is one's own, `school` the schools one has the role in,\n\
         `all` every school of the organisation, `.` not at all.\n\n",
    );
    let _ = write!(out, "{:<24}", "act");
    let roles = BaseRole::ALL;
    for role in roles {
        let _ = write!(out, "{:<14}", role.name());
    }
    let mut acts: Vec<&str> = ACTS.iter().map(|act| act.name).collect();
    acts.sort_unstable();
    acts.extend(["ANY-REGISTER.save", "ANY-REGISTER.move", "an act not listed"]);
    for act in acts {
        let _ = write!(out, "\n{act:<24}");
        for role in roles {
            let word = match reach(*role, act) {
                Reach::None => ".",
                Reach::Own => "own",
                Reach::School => "school",
                Reach::Organisation => "all",
            };
            let _ = write!(out, "{word:<14}");
        }
    }
    let lines: Vec<&str> = out.lines().map(str::trim_end).collect();
    lines.join("\n") + "\n"
}

#[test]
fn the_permission_table_is_the_reviewed_one() {
    let now = table();
    if std::env::var_os("ACCEPT_PERMISSIONS").is_some() {
        std::fs::write(GOLDEN, &now).unwrap();
    }
    let reviewed = std::fs::read_to_string(GOLDEN).unwrap_or_default();
    assert!(
        now == reviewed,
        "the permission table is not the reviewed one:\n{now}\nhint: if this is meant, run this test with ACCEPT_PERMISSIONS=1 and have the change of {GOLDEN} reviewed"
    );
}

#[test]
fn only_the_operator_reaches_an_act_nobody_listed() {
    for role in BaseRole::ALL.iter().filter(|role| **role != BaseRole::Operator) {
        assert_eq!(reach(*role, "school.explode"), Reach::None, "{}", role.name());
    }
}

#[test]
fn guests_and_staff_never_see_records_or_problems() {
    for role in [BaseRole::Guest, BaseRole::Staff] {
        for act in ["records.see", "finding.see", "records.import", "log.open", "person.save", "policy.adopt"] {
            assert_eq!(reach(role, act), Reach::None, "{} {act}", role.name());
        }
    }
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn person(roles: &[(BaseRole, Option<SchoolId>)]) -> Actor {
    let roles = roles.iter().map(|(base, school)| Held::base(*base, *school)).collect();
    Actor { person: Some(EntryId(id(7))), organisation: OrganisationId(id(1)), roles, through: None }
}

const OAK: SchoolId = SchoolId(Uuid::from_u128(11));
const ELM: SchoolId = SchoolId(Uuid::from_u128(12));

fn scope(actor: &Actor, act: &str) -> Result<Scope, NotAllowed> {
    actor.scope(act, &Narrowing::default())
}

#[test]
fn somebody_without_a_role_may_do_nothing() {
    for act in ACTS {
        assert_eq!(scope(&person(&[]), act.name), Err(NotAllowed), "{}", act.name);
    }
}

#[test]
fn a_headteacher_never_reaches_another_school() {
    let scope = scope(&person(&[(BaseRole::Head, Some(OAK))]), "records.see").unwrap();
    assert!(scope.reaches(OAK));
    assert!(!scope.reaches(ELM));
    assert_eq!(scope.organisation(), Some(OrganisationId(id(1))));
    assert_eq!(scope.by(), &By::Person(EntryId(id(7))));
}

#[test]
fn a_role_reaches_only_the_schools_it_is_held_in() {
    let both = person(&[(BaseRole::Head, Some(OAK)), (BaseRole::Staff, Some(ELM))]);
    let records = scope(&both, "records.see").unwrap();
    assert!(records.reaches(OAK) && !records.reaches(ELM), "only staff there");
    let two = person(&[(BaseRole::Technician, Some(OAK)), (BaseRole::Technician, Some(ELM))]);
    assert_eq!(scope(&two, "records.see").unwrap().schools(), &Schools::Some(vec![OAK, ELM]));
    let trust = person(&[(BaseRole::Technician, None)]);
    assert_eq!(scope(&trust, "records.see").unwrap().schools(), &Schools::All);
}

#[test]
fn what_is_ones_own_is_bound_to_the_person() {
    let staff = person(&[(BaseRole::Staff, Some(OAK))]);
    assert_eq!(scope(&staff, "duty.complete").unwrap().own_at(OAK), Some(EntryId(id(7))));
    assert_eq!(scope(&staff, "case.open").unwrap().own_at(OAK), None);
    let nobody = Actor { person: None, ..staff };
    assert_eq!(scope(&nobody, "duty.complete"), Err(NotAllowed), "nobody owns nothing");
}

#[test]
fn whoever_leads_one_school_keeps_what_is_theirs_at_another() {
    let me = Some(EntryId(id(7)));
    let both = person(&[(BaseRole::Head, Some(OAK)), (BaseRole::Staff, Some(ELM))]);
    let duties = scope(&both, "duty.complete").unwrap();
    assert!(duties.reaches_whole(OAK) && !duties.reaches_whole(ELM));
    assert_eq!((duties.own_at(OAK), duties.own_at(ELM)), (None, me));
    let mut narrowing = Narrowing::default();
    narrowing.refuse_at("duty.complete", OAK);
    let narrowed = both.scope("duty.complete", &narrowing).unwrap();
    assert_eq!((narrowed.reaches(OAK), narrowed.own_at(ELM)), (false, me), "shut out of the one, not of the other");
    let left_oak = person(&[(BaseRole::Staff, Some(ELM))]);
    assert_eq!(scope(&left_oak, "duty.complete").unwrap().own_at(ELM), me);
}

#[test]
fn a_narrowing_takes_away_and_never_gives() {
    let head = person(&[(BaseRole::Head, Some(OAK))]);
    let narrowing = Narrowing::default().refuse("policy.adopt");
    assert_eq!(head.scope("policy.adopt", &narrowing), Err(NotAllowed));
    assert!(head.scope("param.set", &narrowing).is_ok());
    let operator = Actor::operator(OrganisationId(id(1)));
    assert_eq!(operator.scope("policy.adopt", &narrowing), Err(NotAllowed));
    for act in ACTS {
        let refused = Narrowing::default().refuse(act.name);
        assert_eq!(head.scope(act.name, &refused), Err(NotAllowed), "{}", act.name);
    }
}

#[test]
fn the_operator_is_bound_to_one_organisation_and_a_job_says_its_reason() {
    let operator = scope(&Actor::operator(OrganisationId(id(1))), "school.add").unwrap();
    assert_eq!((operator.organisation(), operator.by()), (Some(OrganisationId(id(1))), &By::Operator));
    let job = Scope::system("nightly evaluation");
    assert_eq!((job.organisation(), job.by()), (None, &By::System("nightly evaluation")));
}
