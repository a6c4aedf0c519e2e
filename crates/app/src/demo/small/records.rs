//! The records an office keeps: assets, information, stores and media, logs, the web filter's counts.

use crate::demo::{Listing, Making, csv, row};

/// Everything that only needs people, systems and devices.
pub fn lists(making: &mut Making) -> Vec<Listing> {
    vec![
        assets(),
        loans(making),
        information(making),
        rights(making),
        administrators(making),
        stores(),
        media(making),
        mounts(making),
        logs(making),
        categories(),
        filter_counts(making),
        shares(making),
    ]
}

fn assets() -> Listing {
    let rows = (0..40).map(|at| {
        let state = match at {
            7 => "faulty",
            21 => "awaiting-disposal",
            _ => "in-use",
        };
        let kind = if at == 21 { "drive" } else { "laptop" };
        let held = if at == 21 { "Yes" } else { "No" };
        row![
            format!("A{at:04}"),
            kind,
            format!("MU{:06}", 100_000 + at * 37),
            "School",
            held,
            format!("ML-{at:03}"),
            state
        ]
    });
    let head = ["Asset Tag", "Category", "Serial", "Ownership", "Held personal data", "Device name", "State"];
    Listing { register: "asset", file: "assets.csv", text: csv(&head, rows) }
}

fn loans(making: &Making) -> Listing {
    let rows = [
        row!["A0003", making.people[12].name, making.date(60), making.date(-30), ""],
        row!["A0007", making.people[13].name, making.date(40), making.date(-10), ""],
        row!["A0009", making.people[14].name, making.date(90), making.date(20), making.date(22)],
    ];
    let head = ["Asset Tag", "Lent to", "From", "Due back", "Returned"];
    Listing { register: "asset-loan", file: "loans.csv", text: csv(&head, rows) }
}

fn information(making: &Making) -> Listing {
    let manager = &making.people[2].name;
    let technician = &making.people[3].name;
    let rows = [
        row![
            "Approvals and budget setting",
            manager,
            "finance-officer; school-business-manager; headteacher",
            "financial management",
            "SIMS"
        ],
        row!["USO password information", manager, "nominated-contact", "access to systems", "Main directory"],
        row![
            "Learning platform password information",
            technician,
            "nominated-contact",
            "access to systems",
            "Learning platform"
        ],
        row![
            "Safeguarding records",
            making.people[6].name,
            "safeguarding-lead; safeguarding-team",
            "safeguarding",
            "CPOMS"
        ],
    ];
    let head = ["Information asset", "Owner", "Who may enter", "Purpose", "System"];
    Listing { register: "information-asset", file: "information-assets.csv", text: csv(&head, rows) }
}

fn rights(making: &Making) -> Listing {
    let row = |at: usize, right: &str, asset: &str, system: &str| {
        row![making.people[at].email, system, making.people[at].name, right, "Yes", asset]
    };
    let rows = [
        row(0, "approver", "Approvals and budget setting", "SIMS"),
        row(2, "finance", "Approvals and budget setting", "SIMS"),
        row(7, "finance", "Approvals and budget setting", "SIMS"),
        row(3, "administrator", "Learning platform password information", "Learning platform"),
        row(9, "administrator", "Learning platform password information", "Learning platform"),
        row(3, "administrator", "USO password information", "Main directory"),
    ];
    let head = ["User name", "System", "Full name", "Right", "Write", "Information asset"];
    Listing { register: "system-right", file: "rights.csv", text: csv(&head, rows) }
}

fn administrators(making: &Making) -> Listing {
    let technician = &making.people[3];
    let rows = [
        row![technician.email, "server", "SRV-1", "Administrators", technician.name],
        row!["svc-backup", "server", "SRV-1", "Backup Operators", ""],
    ];
    let head = ["User name", "Scope", "Server", "Group", "Person"];
    Listing { register: "admin-right", file: "server-administrators.csv", text: csv(&head, rows) }
}

fn stores() -> Listing {
    let rows = [
        row!["Server room cabinet", "cabinet", "Yes", "Yes", "Yes"],
        row!["Leavers' file room", "room", "Yes", "Yes", "Yes"],
        row!["Office cupboard", "cabinet", "No", "No", "No"],
    ];
    let head = ["Store", "Kind", "Locked", "Secure", "Always locked"];
    Listing { register: "store", file: "stores.csv", text: csv(&head, rows) }
}

fn media(making: &Making) -> Listing {
    let rows = (1..=6).map(|at| {
        let store = if at == 6 { "Office cupboard" } else { "Server room cabinet" };
        row![format!("T{at:02}"), "tape", "Yes", store, making.date(20)]
    });
    let head = ["Label", "Kind", "Internal", "Store", "Last seen"];
    Listing { register: "backup-medium", file: "tapes.csv", text: csv(&head, rows) }
}

fn mounts(making: &Making) -> Listing {
    let often = (0..6).map(|at| row!["ML-017", making.ago(at * 4 + 1, 10), "memory-stick"]);
    let once = [row!["ML-002", making.ago(9, 11), "memory-stick"]];
    let head = ["Device name", "Time", "Kind"];
    Listing { register: "media-mount", file: "sticks-used.csv", text: csv(&head, often.chain(once)) }
}

fn logs(making: &Making) -> Listing {
    let rows = [
        row!["Remote desktop gateway", "remote-access", "Main directory", making.ago(0, 6), "2 days", "Yes"],
        row!["Directory sign-ins", "sign-in", "Main directory", making.ago(0, 7), "1 day", "Yes"],
    ];
    let head = ["Log", "Kind", "System", "Last event", "Silent after", "Records failures"];
    Listing { register: "log-source", file: "logs.csv", text: csv(&head, rows) }
}

const CATEGORIES: [&str; 3] = ["peer-to-peer", "self-harm", "games"];

fn categories() -> Listing {
    let rows = CATEGORIES.iter().map(|name| row![name]);
    Listing { register: "filter-category", file: "filter-categories.csv", text: csv(&["Category"], rows) }
}

fn filter_counts(making: &mut Making) -> Listing {
    let mut rows = Vec::new();
    for days in (0..42).rev() {
        for (at, category) in CATEGORIES.iter().enumerate() {
            let rise = if at == 2 && days < 7 { 4 } else { 1 };
            let blocked = (6 + making.chance.below(4)) * rise;
            rows.push(row![category, "pupils", making.ago(days, 6), 0, blocked]);
        }
    }
    let head = ["Category", "Group", "Date", "Allowed", "Blocked"];
    Listing { register: "filter-count", file: "filter.csv", text: csv(&head, rows) }
}

fn shares(making: &Making) -> Listing {
    let rows = [
        row![r"\\made-up\office", making.people[4].name, 420, 160, making.ago(30, 4)],
        row![r"\\made-up\teachers", making.people[1].name, 900, 900, making.ago(30, 4)],
    ];
    let head = ["Path", "Owner", "Old files before", "Old files after", "Scanned"];
    Listing { register: "share", file: "shares.csv", text: csv(&head, rows) }
}
