//! Staff, their posts, their accounts, and what they have signed.

use crate::demo::{Listing, Making, csv, row};

/// One made-up person.
#[derive(Clone, Debug)]
pub struct Made {
    /// Plainly made up.
    pub name: String,
    /// Likewise.
    pub email: String,
    /// Job title.
    pub post: &'static str,
    /// Days since the last day, for those who left.
    pub left: Option<i64>,
}

const FIRST: [&str; 16] = [
    "Ash", "Bay", "Clover", "Dill", "Elder", "Fern", "Gorse", "Hazel", "Iris", "Juniper", "Kale", "Linden", "Maple",
    "Nettle", "Olive", "Poppy",
];
const LAST: [&str; 4] = ["Sample", "Example", "Specimen", "Madeup"];
const POSTS: [&str; 9] = [
    "Headteacher",
    "Deputy headteacher",
    "School business manager",
    "IT technician",
    "Office administrator",
    "Caretaker",
    "Safeguarding lead",
    "Finance officer",
    "HR administrator",
];
/// Post → roles of the policy.
const ROLES: [(&str, &[&str]); 9] = [
    ("Headteacher", &["headteacher", "siro", "slt"]),
    ("Deputy headteacher", &["deputy-headteacher", "slt", "strategic-ict-lead"]),
    ("School business manager", &["school-business-manager", "slt"]),
    ("IT technician", &["it-technician", "nominated-contact"]),
    ("Office administrator", &["office-administrator"]),
    ("Caretaker", &["premises-staff"]),
    ("Safeguarding lead", &["safeguarding-lead", "safeguarding-team"]),
    ("Finance officer", &["finance-officer"]),
    ("HR administrator", &["hr-administrator"]),
];

/// Sixty-one people, three of them gone.
pub fn make(making: &mut Making) -> Vec<Made> {
    (0..61)
        .map(|at| {
            let name = format!("{} {}", FIRST[at % 16], LAST[(at / 16) % 4]);
            let email = format!("{}@marlpit.example", name.to_lowercase().replace(' ', "."));
            let post = POSTS.get(at).copied().unwrap_or(if at % 3 == 0 { "Teaching assistant" } else { "Teacher" });
            let left = (at >= 58).then(|| 10 + making.chance.below(60) as i64);
            Made { name, email, post, left }
        })
        .collect()
}

/// The staff list and posts.
pub fn lists(making: &mut Making) -> Vec<Listing> {
    vec![staff(making), appointments(making)]
}

/// Accounts, which name systems, and what people have signed.
pub fn accounts_and_signatures(making: &mut Making) -> Vec<Listing> {
    vec![accounts(making), published(making), signatures(making)]
}

fn staff(making: &Making) -> Listing {
    let rows = making.people.iter().enumerate().map(|(at, person)| {
        let last_day = person.left.map_or_else(String::new, |days| making.date(days));
        let active = if person.left.is_some() { "No" } else { "Yes" };
        row![
            format!("{:05}", 300 + at),
            person.name,
            person.post,
            person.email,
            making.date(900 - at as i64 * 3),
            last_day,
            "staff",
            active
        ]
    });
    let head = ["Payroll number", "Full name", "Post", "Work email", "Start date", "End date", "Kind", "Active"];
    Listing { register: "person", file: "staff.csv", text: csv(&head, rows) }
}

fn appointments(making: &Making) -> Listing {
    let posts = making.people.iter().filter(|person| person.left.is_none()).flat_map(|person| {
        let roles = ROLES.iter().find(|(post, _)| *post == person.post).map_or(&[][..], |(_, roles)| roles);
        roles.iter().map(|role| row![person.name, role, making.date(700)]).collect::<Vec<_>>()
    });
    Listing { register: "appointment", file: "posts.csv", text: csv(&["Person", "Role", "From"], posts) }
}

fn accounts(making: &Making) -> Listing {
    let people = making.people.iter().enumerate().map(|(at, person)| {
        let login = person.email.split('@').next().unwrap_or_default();
        let set = making.ago(20 + (at as i64 * 13) % 420, 9);
        let last_used = making.ago(person.left.map_or(at as i64 % 9, |days| days - 3), 8);
        row![login, format!("id-{at:04}"), person.name, "person", "Enabled", "No", set, last_used, "Main directory"]
    });
    let others = [
        row![
            "office",
            "id-9001",
            "",
            "shared",
            "Enabled",
            "Yes",
            making.ago(800, 9),
            making.ago(1, 9),
            "Main directory"
        ],
        row![
            "year3",
            "id-9002",
            "",
            "pupil-class",
            "Enabled",
            "Yes",
            making.ago(80, 9),
            making.ago(1, 9),
            "Main directory"
        ],
        row![
            "svc-backup",
            "id-9003",
            "",
            "service",
            "Enabled",
            "No",
            making.ago(400, 9),
            making.ago(0, 2),
            "Main directory"
        ],
    ];
    let head = [
        "User name",
        "Object Id",
        "Display name",
        "Account type",
        "Enabled",
        "Shared",
        "Password last set",
        "Last sign-in",
        "System",
    ];
    Listing { register: "account", file: "directory-users.csv", text: csv(&head, people.chain(others)) }
}

fn published(making: &Making) -> Listing {
    let rows = making
        .articles
        .iter()
        .map(|(agreement, articles)| row![agreement, "1", making.ago(75, 9), "Yes", articles.join("; ")]);
    let head = ["Agreement", "Version", "Published", "Material change", "Articles"];
    Listing { register: "publication", file: "published.csv", text: csv(&head, rows) }
}

fn signatures(making: &mut Making) -> Listing {
    let mut rows = Vec::new();
    for (agreement, articles) in making.articles.clone() {
        let people: Vec<String> =
            making.people.iter().filter(|person| person.left.is_none()).map(|person| person.name.clone()).collect();
        let unsigned = making.chance.below(3) as usize;
        for (at, person) in people.iter().enumerate().skip(unsigned) {
            rows.push(row![agreement, person, "1", making.ago(70 - (at as i64 % 12), 10), "Yes", articles.join("; ")]);
        }
    }
    let head = ["Agreement", "Person", "Version", "Signed", "Passed", "Articles"];
    Listing { register: "signature", file: "signatures.csv", text: csv(&head, rows) }
}
