//! The menu of somebody at a school: what their roles there really do, seven entries at most.
//!
//! Invariant: an entry stands there only when its page is in the table of routes and opens for whoever reads it.

use crate::frame::{Here, Link, NavItem, Place};
use crate::routes::ROUTES;
use crate::session::Signed;
use crate::urls;
use schoolkeeper_app::{School, words};
use schoolkeeper_core::actor::Narrowing;
use schoolkeeper_core::permission::BaseRole::{
    self, Governor, Guest, Head, Office, Operator, Protection, Safeguarding, Staff, Technician,
};

/// Most entries.
pub const MAX: usize = 7;

/// Where an entry leads.
struct Entry {
    here: Here,
    /// Its page in the table of routes.
    path: &'static str,
    text: fn() -> &'static str,
    whose: &'static [BaseRole],
}

const ENTRIES: &[Entry] = &[
    Entry { here: Here::Schools, path: "/", text: || "All schools", whose: &[Head, Office, Technician, Protection] },
    Entry {
        here: Here::Mine,
        path: "/mine",
        text: || "My page",
        whose: &[Head, Office, Technician, Protection, Safeguarding, Governor, Staff, Guest],
    },
    Entry { here: Here::Report, path: "/school/{school}/report", text: || "Report something", whose: &[Staff, Guest] },
    Entry { here: Here::Ask, path: "/school/{school}/ask", text: || "Ask for permission", whose: &[Staff] },
    Entry {
        here: Here::ToFix,
        path: "/school/{school}/policy/{pack}/to-fix",
        text: || words::thing("findings"),
        whose: &[Operator, Head, Office, Technician, Protection],
    },
    Entry {
        here: Here::Tasks,
        path: "/school/{school}/tasks",
        text: || words::thing("duties"),
        whose: &[Operator, Head, Office, Technician, Safeguarding],
    },
    Entry {
        here: Here::Records,
        path: "/school/{school}/records",
        text: || words::thing("registers"),
        whose: &[Operator, Head, Office, Technician, Protection],
    },
    Entry {
        here: Here::Incidents,
        path: "/school/{school}/cases",
        text: || "Incidents",
        whose: &[Operator, Head, Office, Technician, Protection, Safeguarding],
    },
    Entry {
        here: Here::Policy,
        path: "/school/{school}/policy/{pack}",
        text: || "Policy",
        whose: &[Operator, Head, Office, Technician, Protection, Safeguarding, Governor],
    },
    // On the page of each, beside what is in the menu.
    Entry { here: Here::Send, path: "/school/{school}/send", text: || "Send something", whose: &[] },
    Entry { here: Here::Training, path: "/school/{school}/my-training", text: || "My training", whose: &[] },
    Entry {
        here: Here::Signed,
        path: "/school/{school}/signed",
        text: || "What I signed",
        whose: &[Staff, Guest, Governor, Safeguarding],
    },
];

/// What stands in the menu of a page.
pub(crate) fn menu(signed: &Signed, place: &Place) -> Vec<NavItem> {
    let mut bases = signed.actor.bases_at(place.school.id);
    if leads(&bases) {
        bases.retain(|base| !matches!(base, Staff | Guest));
    }
    let shown = ENTRIES.iter().filter(|entry| bases.iter().any(|base| entry.whose.contains(base)));
    let shown = shown.filter(|entry| entry.here != Here::Schools || several(signed));
    let shown = shown.filter(|entry| opens_at(signed, place, entry.path));
    shown.map(|entry| item(place, entry)).take(MAX).collect()
}

fn item(place: &Place, entry: &Entry) -> NavItem {
    let current = entry.here == place.here;
    let count = place.problems.filter(|_| entry.here == Here::ToFix);
    let count = count.map(|count| format!("{count} problem{}", if count == 1 { "" } else { "s" }));
    NavItem { text: (entry.text)(), href: href(place, entry), current, count }
}

fn href(place: &Place, entry: &Entry) -> String {
    let slug = &place.school.slug;
    match (entry.here, &place.pack) {
        (Here::Policy, None) => urls::school(slug),
        (Here::ToFix, None) => urls::to_fix_of(slug),
        (_, pack) => entry.path.replace("{school}", slug).replace("{pack}", pack.as_deref().unwrap_or_default()),
    }
}

/// What everybody may do at a school, as far as it opens for them.
pub(crate) fn everybodys(signed: &Signed, school: &School) -> Vec<Link> {
    let place = Place { school: school.clone(), pack: None, here: Here::Elsewhere, problems: None };
    let all = ENTRIES
        .iter()
        .filter(|entry| matches!(entry.here, Here::Report | Here::Ask | Here::Send | Here::Training | Here::Signed));
    let open = all.filter(|entry| opens_at(signed, &place, entry.path));
    open.map(|entry| Link { text: (entry.text)().to_owned(), href: href(&place, entry) }).collect()
}

/// Whether somebody has a leading role among these.
pub(crate) fn leads(bases: &[BaseRole]) -> bool {
    bases.iter().any(|base| base.leads() || *base == Operator)
}

/// The page of the table that is an entry of the menu.
pub(crate) fn entry_of(path: &str) -> Option<Here> {
    ENTRIES.iter().find(|entry| entry.path == path).map(|entry| entry.here)
}

/// They lead at every school of a trust.
fn several(signed: &Signed) -> bool {
    signed.actor.roles.iter().any(|held| held.school.is_none() && (held.base.leads() || held.base == Governor))
}

fn opens_at(signed: &Signed, place: &Place, path: &str) -> bool {
    let act = ROUTES.iter().find(|route| route.path == path).and_then(|route| route.act);
    act.is_some_and(|act| {
        let scope = signed.actor.scope(act, &Narrowing::default());
        signed.may_try(act) && scope.is_ok_and(|scope| scope.reaches(place.school.id))
    })
}
