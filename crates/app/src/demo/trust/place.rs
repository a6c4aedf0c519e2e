//! The places of a made-up trust: its central office and its schools, each with people whose names nobody has.

use crate::demo::chance::Chance;
use jiff::Span;
use jiff::civil::Date;

/// The trust's name.
pub const TRUST: &str = "Whimsy Learning Trust (made up)";
/// Most schools of a made-up trust.
pub const SCHOOLS_MAX: usize = 100;
/// From so many schools on they are as large as real ones.
const FULL_FROM: usize = 20;

const FIRST: [&str; 40] = [
    "Ash", "Bay", "Clover", "Dill", "Elder", "Fern", "Gorse", "Hazel", "Iris", "Juniper", "Kale", "Linden", "Maple",
    "Nettle", "Olive", "Poppy", "Quince", "Rowan", "Sorrel", "Thistle", "Umber", "Violet", "Willow", "Yarrow", "Aspen",
    "Basil", "Cedar", "Daisy", "Ember", "Flax", "Garnet", "Heather", "Ivy", "Jasper", "Laurel", "Myrtle", "Onyx",
    "Pepper", "Reed", "Sage",
];
const LAST: [&str; 14] = [
    "Sample",
    "Example",
    "Specimen",
    "Madeup",
    "Pretend",
    "Placeholder",
    "Mockname",
    "Invented",
    "Imaginary",
    "Fictional",
    "Standin",
    "Nobodysname",
    "Testname",
    "Dummyname",
];
/// Names of people at the central office, where nobody is called as at a school.
const CENTRAL: [&str; 3] = ["Everyschool", "Overall", "Headoffice"];
const PLACES: [&str; 20] = [
    "Marmalade",
    "Teapot",
    "Umbrella",
    "Biscuit",
    "Wobbly",
    "Thimble",
    "Pudding",
    "Bobbin",
    "Custard",
    "Noodle",
    "Pickle",
    "Button",
    "Crumpet",
    "Sprocket",
    "Trumpet",
    "Jellybean",
    "Kettle",
    "Mitten",
    "Doodle",
    "Waffle",
];
const GROUNDS: [&str; 5] = ["Lane", "Hill", "Green", "Bridge", "Meadow"];

/// What a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The trust's central office.
    Centre,
    /// A primary school.
    Primary,
    /// A secondary school, with a technician of its own.
    Secondary,
    /// A special school.
    Special,
}

/// One made-up person.
#[derive(Clone, Debug)]
pub struct Made {
    /// Plainly made up.
    pub name: String,
    /// Likewise.
    pub email: String,
    /// Short name of their post, for those whom others name: `head`.
    pub post: Option<&'static str>,
    /// What the staff list calls it.
    pub job: &'static str,
    /// As the register has it.
    pub kind: &'static str,
    /// First day.
    pub from: Date,
    /// Last day, for those who leave within the year.
    pub left: Option<Date>,
}

impl Made {
    /// Whether they still work there.
    pub fn is_here(&self, today: Date) -> bool {
        self.left.is_none_or(|left| left >= today)
    }
}

/// The central office or a school.
#[derive(Clone, Debug)]
pub struct Place {
    /// 0 is the central office.
    pub index: usize,
    /// What it is.
    pub kind: Kind,
    /// Its name.
    pub title: String,
    /// Three letters for labels.
    pub short: String,
    /// Everybody who works there in the year.
    pub people: Vec<Made>,
    /// How many devices it has.
    pub devices: usize,
    /// Who looks after its machines, when that is the central office's.
    technician: String,
}

/// Post, job title, role in the trust's policy; leaders first.
type Posts = [(&'static str, &'static str, &'static [&'static str])];
const AT_SCHOOL: &Posts = &[
    ("head", "Headteacher", &["headteacher", "slt"]),
    ("office", "School business manager", &["school-business-manager", "slt", "information-asset-owner"]),
    ("deputy", "Deputy headteacher", &["slt"]),
    ("teacher", "Teacher", &[]),
    ("caretaker", "Caretaker", &["premises-staff"]),
    ("hr", "Office administrator", &["hr-administrator", "finance-officer"]),
];
const OWN_TECHNICIAN: (&str, &str, &[&str]) = ("technician", "IT technician", &["it-technician"]);
const AT_CENTRE: &Posts = &[
    ("head", "Chief executive", &["ceo", "governance-group"]),
    ("office", "Director of finance and operations", &["director-of-finance-and-operations", "governance-group"]),
    ("technician", "ICT service for all schools", &["it-technician", "governance-group"]),
    ("deputy", "Deputy chief executive", &["slt"]),
    ("dpo", "Data protection officer", &["dpo"]),
    ("board", "Chair of the trust board", &["trust-board"]),
];

impl Place {
    /// Whether it is the central office.
    pub fn is_centre(&self) -> bool {
        self.kind == Kind::Centre
    }

    /// Who holds a post.
    pub fn post(&self, post: &str) -> String {
        let own = self.people.iter().find(|one| one.post == Some(post)).map(|one| one.name.clone());
        own.unwrap_or_else(|| if post == "technician" { self.technician.clone() } else { String::new() })
    }

    /// Person and role, one line for each that somebody holds.
    pub fn roles(&self) -> impl Iterator<Item = (&Made, &'static str)> {
        let posts = posts(self.kind);
        posts.into_iter().flat_map(|(post, _, roles)| {
            let holder = self.people.iter().find(move |one| one.post == Some(post));
            holder.into_iter().flat_map(|holder| roles.iter().map(move |role| (holder, *role)))
        })
    }
}

fn posts(kind: Kind) -> Vec<(&'static str, &'static str, &'static [&'static str])> {
    match kind {
        Kind::Centre => AT_CENTRE.to_vec(),
        Kind::Secondary => AT_SCHOOL.iter().copied().chain([OWN_TECHNICIAN]).collect(),
        Kind::Primary | Kind::Special => AT_SCHOOL.to_vec(),
    }
}

/// The whole trust: the central office, then its schools.
pub fn places(schools: usize, seed: u64, first: Date) -> Vec<Place> {
    let mut chance = Chance::new(seed);
    let shift = chance.below(PLACES.len() as u64) as usize;
    let mut out: Vec<Place> = Vec::with_capacity(schools + 1);
    for index in 0..=schools {
        let kind = match index {
            0 => Kind::Centre,
            _ if index % 10 == 2 || index % 10 == 7 => Kind::Secondary,
            _ if index % 10 == 3 => Kind::Special,
            _ => Kind::Primary,
        };
        let (count, devices) = size(kind, schools >= FULL_FROM);
        let (title, domain) = called(index, kind, shift);
        let short = if index == 0 { "CTR".to_owned() } else { format!("S{index:02}") };
        let technician = out.first().map_or_else(String::new, |centre| centre.post("technician"));
        let people = people(index, kind, (count, &domain), (&mut chance, first));
        out.push(Place { index, kind, title, short, people, devices, technician });
    }
    out
}

/// How many people and devices; on average 150 and 500 when schools are as large as real ones.
fn size(kind: Kind, full: bool) -> (usize, usize) {
    match (kind, full) {
        (Kind::Centre, _) => (14, 12),
        (Kind::Primary, true) => (80, 270),
        (Kind::Secondary, true) => (430, 1500),
        (Kind::Special, true) => (80, 200),
        (Kind::Primary, false) => (28, 36),
        (Kind::Secondary, false) => (64, 90),
        (Kind::Special, false) => (34, 30),
    }
}

/// Name and mail domain.
fn called(index: usize, kind: Kind, shift: usize) -> (String, String) {
    if index == 0 {
        return (TRUST.to_owned(), "whimsy-trust.example".to_owned());
    }
    let at = index - 1;
    let (word, ground) = (PLACES[(at + shift) % PLACES.len()], GROUNDS[(at + at / PLACES.len()) % GROUNDS.len()]);
    let sort = match kind {
        Kind::Secondary => "Secondary",
        Kind::Special => "Special School",
        Kind::Primary | Kind::Centre => "Primary",
    };
    (format!("{word} {ground} {sort} (made up)"), format!("{}-{}.example", word.to_lowercase(), ground.to_lowercase()))
}

fn people(index: usize, kind: Kind, (count, domain): (usize, &str), (chance, first): (&mut Chance, Date)) -> Vec<Made> {
    let posts = posts(kind);
    (0..count)
        .map(|at| {
            let last = if kind == Kind::Centre {
                CENTRAL[(at + at / FIRST.len()) % CENTRAL.len()]
            } else {
                LAST[(at * 7 + at / FIRST.len() + index) % LAST.len()]
            };
            let name = format!("{} {last}", FIRST[(at + index) % FIRST.len()]);
            let email = format!("{}@{domain}", name.to_lowercase().replace(' ', "."));
            let (post, job) = posts.get(at).map_or((None, job(at)), |(post, job, _)| (Some(*post), *job));
            let kind = match (post, at % 23) {
                (Some("board"), _) | (None, 20) => "governor",
                (Some("dpo"), _) => "contractor",
                (None, 21) => "agency",
                _ => "staff",
            };
            let day = |days: i64| first.saturating_add(Span::new().days(days));
            let joins = post.is_none() && at % 19 == 11;
            let from = if joins { day(40 + chance.below(280) as i64) } else { day(-(chance.below(3000) as i64) - 30) };
            let leaves = post.is_none() && !joins && at % 13 == 9;
            let left = leaves.then(|| day(20 + chance.below(320) as i64));
            Made { name, email, post, job, kind, from, left }
        })
        .collect()
}

fn job(at: usize) -> &'static str {
    match at % 23 {
        20 => "Governor",
        21 => "Supply teacher",
        at if at % 4 == 0 => "Teaching assistant",
        at if at % 9 == 5 => "Midday supervisor",
        _ => "Teacher",
    }
}
