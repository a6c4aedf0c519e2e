//! The pure half of authority, for random people: a scope is exactly what the table says school by school, a
//! narrowing only takes away, and roles are held on exactly their days.

use proptest::prelude::*;
use schoolkeeper_core::act::ACTS;
use schoolkeeper_core::actor::{Actor, Held, Narrowing};
use schoolkeeper_core::id::{EntryId, Name, OrganisationId, SchoolId};
use schoolkeeper_core::permission::{BaseRole, Reach, reach};
use schoolkeeper_core::role::{Appointment, Roles};
use uuid::Uuid;

const SCHOOLS: u128 = 3;

fn school(number: u128) -> SchoolId {
    SchoolId(Uuid::from_u128(100 + number))
}

fn held() -> impl Strategy<Value = Held> {
    (0..BaseRole::ALL.len(), prop::option::of(0..SCHOOLS))
        .prop_map(|(base, at)| Held::base(BaseRole::ALL[base], at.map(school)))
}

fn actor(roles: Vec<Held>) -> Actor {
    Actor {
        person: Some(EntryId(Uuid::from_u128(7))),
        organisation: OrganisationId(Uuid::from_u128(1)),
        roles,
        through: None,
    }
}

fn narrowing() -> impl Strategy<Value = Vec<(usize, u128)>> {
    prop::collection::vec((0..ACTS.len(), 0..SCHOOLS), 0..20)
}

proptest! {
    #[test]
    fn a_scope_is_the_table_school_by_school(roles in prop::collection::vec(held(), 0..4), refused in narrowing()) {
        let actor = actor(roles);
        let mut narrowed = Narrowing::default();
        for (act, at) in &refused {
            narrowed.refuse_at(ACTS[*act].name, school(*at));
        }
        for (number, act) in ACTS.iter().enumerate() {
            let wide = actor.scope(act.name, &Narrowing::default());
            let narrow = actor.scope(act.name, &narrowed);
            for at in 0..SCHOOLS {
                let here = |wanted: &[Reach]| {
                    let mut roles = actor.roles.iter().filter(|held| held.counts_at(school(at)));
                    roles.any(|held| wanted.contains(&reach(held.base, act.name)))
                };
                // What reaches every school of the organisation does so wherever the role is held.
                let everywhere = actor.roles.iter().any(|held| reach(held.base, act.name) == Reach::Organisation);
                let whole = here(&[Reach::School]) || everywhere;
                let own = !whole && here(&[Reach::Own]);
                let is = |scope: &Result<schoolkeeper_core::actor::Scope, _>| {
                    let scope = scope.as_ref().ok();
                    (scope.is_some_and(|scope| scope.reaches_whole(school(at))), scope.and_then(|scope| scope.own_at(school(at))).is_some())
                };
                prop_assert_eq!(is(&wide), (whole, own), "{} at {}", act.name, at);
                let taken = refused.contains(&(number, at));
                prop_assert_eq!(is(&narrow), (whole && !taken, own && !taken), "{} at {} narrowed", act.name, at);
            }
        }
    }

    #[test]
    fn a_role_is_held_on_exactly_its_days(from in 1_i8..28, length in 0_i8..5, asked in 1_i8..31) {
        let day = |day: i8| jiff::civil::date(2026, 12, day.clamp(1, 31));
        let one = Appointment {
            id: EntryId(Uuid::from_u128(1)),
            person: EntryId(Uuid::from_u128(7)),
            role: Name::from("headteacher"),
            school: Some(school(0)),
            site: None,
            from: Some(day(from)),
            until: Some(day(from + length)),
            deputy_of: None,
            away_from: None,
            away_until: None,
        };
        let roles = Roles::of([]);
        let held = roles.held(std::slice::from_ref(&one), one.person, day(asked));
        let within = (day(from)..=day(from + length)).contains(&day(asked));
        prop_assert_eq!(held.iter().any(|held| held.base == BaseRole::Head), within);
    }

    #[test]
    fn a_deputy_stands_in_exactly_while_nobody_is_there(holder in any::<bool>(), away in any::<bool>(), deputy_away in any::<bool>()) {
        let today = jiff::civil::date(2026, 11, 23);
        let of = |number: u128, role: &str, deputy_of: Option<&str>, away: bool| Appointment {
            id: EntryId(Uuid::from_u128(number)),
            person: EntryId(Uuid::from_u128(number)),
            role: Name::from(role),
            school: Some(school(0)),
            site: None,
            from: None,
            until: None,
            deputy_of: deputy_of.map(Name::from),
            away_from: away.then_some(today),
            away_until: None,
        };
        let mut all = vec![of(2, "deputy", Some("headteacher"), deputy_away)];
        all.extend(holder.then(|| of(1, "headteacher", None, away)));
        let roles = Roles::of([]);
        let held = roles.held(&all, EntryId(Uuid::from_u128(2)), today);
        let stands_in = held.iter().any(|held| held.base == BaseRole::Head && held.stands_in);
        prop_assert_eq!(stands_in, (!holder || away) && !deputy_away);
    }
}
