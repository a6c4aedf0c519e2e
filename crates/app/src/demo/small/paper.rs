//! Documents, rooms, and tasks that were done.

use crate::demo::{Listing, Making, csv, row};

/// Policy documents, rooms, and what people did.
pub fn lists(making: &mut Making) -> Vec<Listing> {
    vec![documents(making), rooms(making), done(making)]
}

fn documents(making: &Making) -> Listing {
    let rows = [
        row!["Email Acceptable Use Policy", "Yes", "3", making.date(-200)],
        row!["Electronic Information and Communication Systems Policy", "Yes", "2", making.date(-20)],
        row!["Code of Conduct", "Yes", "5", making.date(-120)],
    ];
    let head = ["Document", "Companion", "Version", "Review date"];
    Listing { register: "policy-document", file: "documents.csv", text: csv(&head, rows) }
}

fn rooms(making: &Making) -> Listing {
    let names = [
        "Office",
        "Headteacher's room",
        "Staff room",
        "Year 1",
        "Year 2",
        "Year 3",
        "Year 4",
        "Year 5",
        "Year 6",
        "Server room",
    ];
    let rows = names.iter().enumerate().map(|(at, name)| row![name, "Main building", making.people[at].name]);
    Listing { register: "room", file: "rooms.csv", text: csv(&["Room", "Building", "Owner"], rows) }
}

fn done(making: &Making) -> Listing {
    let rows = [
        row!["recovery-test", making.date(120), making.date(125), "it-technician", "note; file", "Admin network"],
        row![
            "board-report-ict",
            making.date(90),
            making.date(95),
            "director-of-finance-and-operations",
            "report; minute",
            ""
        ],
    ];
    let head = ["Task", "Due", "Done on", "By", "Evidence", "For"];
    Listing { register: "done", file: "tasks-done.csv", text: csv(&head, rows) }
}
