//! The frame of every page: title, school, menu, way back; and the small parts pages share.

use crate::form::Form;
use crate::menu::menu;
use crate::session::{Signed, Visit};
use schoolkeeper_app::{School, words};
use schoolkeeper_core::standing::Standing;

/// What `base.html` shows around a page.
#[derive(Debug, Default)]
pub struct Frame {
    /// Title of the window, without the product's name.
    pub title: String,
    /// The school's name.
    pub school: Option<String>,
    /// Menu, at most seven.
    pub nav: Vec<NavItem>,
    /// Where the page is, when its menu is that of its reader.
    pub place: Option<Place>,
    /// Way back on detail pages.
    pub back: Option<Link>,
    /// Who is signed in.
    pub who: Option<Who>,
    /// What was just done, said once.
    pub told: Option<String>,
    /// Something in the form is to be mended.
    pub faulty: bool,
    /// Reviews of the emergency account that wait for somebody.
    pub alarms: Vec<String>,
    /// What is to be done before real records come in.
    pub unprepared: Option<&'static str>,
    /// For whom they stand in today.
    pub stand_ins: Vec<String>,
    /// In a demo: as whom it is looked at.
    pub looks_as: Option<String>,
}

/// What the header says of somebody who is signed in.
#[derive(Debug)]
pub struct Who {
    /// Their name.
    pub name: String,
    /// For the form that signs out.
    pub csrf: String,
}

/// One entry of the menu.
#[derive(Debug)]
pub struct NavItem {
    /// Its words.
    pub text: &'static str,
    /// Its address.
    pub href: String,
    /// We are here.
    pub current: bool,
    /// Read out after the words: `9 problems`.
    pub count: Option<String>,
}

/// Words with an address.
#[derive(Debug)]
pub struct Link {
    /// The words.
    pub text: String,
    /// The address.
    pub href: String,
}

/// A status tag.
#[derive(Debug)]
pub struct Status {
    /// Colour of GOV.UK Frontend.
    pub colour: &'static str,
    /// Mark for print and grey copies.
    pub mark: &'static str,
    /// The whole meaning.
    pub text: &'static str,
}

/// One choice among filters.
#[derive(Debug)]
pub struct Filter {
    /// Its words, with how many.
    pub text: String,
    /// Its address.
    pub href: String,
    /// It is the one in force.
    pub current: bool,
}

/// Ways to the neighbouring pages.
#[derive(Debug, Default)]
pub struct Pager {
    /// Address of the page before.
    pub previous: Option<String>,
    /// Address of the page after.
    pub next: Option<String>,
}

impl Status {
    /// The tag of a standing; none for statements that explain.
    pub fn of(standing: Standing) -> Option<Self> {
        if standing == Standing::None {
            return None;
        }
        let words = words::standing(standing);
        Some(Self { colour: &words.colour, mark: &words.mark, text: &words.tag })
    }
}

/// Which entry of the menu is current.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Here {
    /// All schools of a trust.
    Schools,
    /// One's own page.
    Mine,
    /// Reporting something.
    Report,
    /// Asking for permission.
    Ask,
    /// Sending something out.
    Send,
    /// Problems.
    ToFix,
    /// What people do.
    Tasks,
    /// Registers and their entries.
    Records,
    /// What happened.
    Incidents,
    /// The policy.
    Policy,
    /// What one must learn.
    Training,
    /// What one has signed.
    Signed,
    /// A page that is no entry.
    Elsewhere,
}

/// Where a page is.
#[derive(Debug)]
pub struct Place {
    /// The school.
    pub school: School,
    /// Its policy, when the page is of one.
    pub pack: Option<String>,
    /// The entry of the menu it belongs to.
    pub here: Here,
    /// How many problems the menu tells of.
    pub problems: Option<usize>,
}

impl Frame {
    /// A page of no school.
    pub fn titled(title: &str) -> Self {
        Self { title: title.to_owned(), ..Self::default() }
    }

    /// Says who is signed in, and what was just done.
    pub fn signed(mut self, signed: &Signed) -> Self {
        if let Some(place) = &self.place {
            self.nav = menu(signed, place);
        }
        self.who = Some(Who { name: signed.session.name.clone(), csrf: signed.csrf() });
        self.stand_ins.clone_from(&signed.stand_ins);
        self.looks_as.clone_from(&signed.looks_as);
        self.alarms = signed.alarms.iter().map(|used| format!("/emergency/{used}")).collect();
        self.unprepared = signed.unprepared;
        self.visit(&signed.visit)
    }

    /// Says what was just done.
    pub fn visit(mut self, visit: &Visit) -> Self {
        self.told.clone_from(&visit.told);
        self
    }

    /// Says in the title that something is to be mended.
    pub fn faulty(mut self, form: &Form) -> Self {
        self.faulty = !form.faults.is_empty();
        self
    }

    /// A page of a school.
    pub fn of_school(title: &str, school: &School, here: Here) -> Self {
        Self {
            title: format!("{title} – {}", school.title),
            school: Some(school.title.clone()),
            place: Some(Place { school: school.clone(), pack: None, here, problems: None }),
            ..Self::default()
        }
    }

    /// A page of a school's policy.
    pub fn of_policy(title: &str, school: &School, pack: &str, here: Here) -> Self {
        let place = Place { school: school.clone(), pack: Some(pack.to_owned()), here, problems: None };
        Self { place: Some(place), ..Self::of_school(title, school, here) }
    }

    /// Adds the way back.
    pub fn back(mut self, text: &str, href: String) -> Self {
        self.back = Some(Link { text: text.to_owned(), href });
        self
    }

    /// Says how many problems there are, for screen readers; before it is said who is signed in.
    pub fn problems(mut self, count: usize) -> Self {
        if let Some(place) = &mut self.place {
            place.problems = Some(count);
        }
        self
    }
}

/// Slices one page out of `all` and makes the ways to its neighbours; pages count from 1.
pub fn page_of<T>(all: Vec<T>, page: usize, size: usize, href: impl Fn(usize) -> String) -> (Vec<T>, Pager) {
    let page = page.clamp(1, all.len().div_ceil(size).max(1));
    let pager =
        Pager { previous: (page > 1).then(|| href(page - 1)), next: (page * size < all.len()).then(|| href(page + 1)) };
    (all.into_iter().skip((page - 1) * size).take(size).collect(), pager)
}
