//! Devices as a management console exports them, and programs on them.

use crate::demo::{Listing, Making, csv, row};

const DEVICES: usize = 84;

/// Devices and software.
pub fn lists(making: &mut Making) -> Vec<Listing> {
    vec![devices(making), titles(), software(making)]
}

fn devices(making: &mut Making) -> Listing {
    let mut rows = Vec::new();
    for at in 0..DEVICES {
        let silent = if at % 41 == 14 { 45 } else { making.chance.below(4) as i64 };
        let (kind, model) = if at % 5 == 4 { ("desktop", "Made-up Desk 3") } else { ("laptop", "Made-up Book 14") };
        let encrypted = if kind == "laptop" && at % 6 == 1 { "No" } else { "Yes" };
        let firewall = if at % 29 == 3 {
            "name: domain, on: yes; name: private, on: yes; name: public, on: no"
        } else {
            "name: domain, on: yes; name: private, on: yes; name: public, on: yes"
        };
        let holder = making.people[at % 50].email.clone();
        rows.push(row![
            format!("dev-{at:04}"),
            format!("ML-{at:03}"),
            making.ago(silent, 18),
            "Windows",
            "10.0.22631.4460",
            format!("MU{:06}", 100_000 + at * 37),
            "Made-up Computers",
            model,
            holder,
            "Compliant",
            "Corporate",
            encrypted,
            kind,
            firewall,
        ]);
    }
    let head = [
        "Device ID",
        "Device name",
        "Last check-in",
        "OS",
        "OS version",
        "Serial number",
        "Manufacturer",
        "Model",
        "Primary user UPN",
        "Compliance",
        "Ownership",
        "Encrypted",
        "Kind",
        "Firewall profiles",
    ];
    Listing { register: "device", file: "intune-devices.csv", text: csv(&head, rows) }
}

fn titles() -> Listing {
    let rows = [
        row!["uTorrent", "utorrent"],
        row!["Telegram Desktop", "telegram"],
        row!["Office suite", "office-suite"],
        row!["Web browser", "web-browser"],
        row!["Drawing program", "drawing-program"],
    ];
    Listing { register: "software-title", file: "known-programs.csv", text: csv(&["name", "key"], rows) }
}

fn software(making: &Making) -> Listing {
    let mut rows = Vec::new();
    for at in 0..DEVICES {
        for (name, key) in [("Office suite", "Office suite"), ("Web browser", "Web browser")] {
            rows.push(row![name, "2026.3", format!("ML-{at:03}"), key, making.ago(200, 9), "Yes"]);
        }
    }
    rows.push(row!["Telegram Desktop", "5.2", "ML-012", "Telegram Desktop", making.ago(17, 14), "No"]);
    rows.push(row!["Drawing program", "1.4", "ML-033", "Drawing program", making.ago(8, 13), "No"]);
    let head = ["Application name", "Application version", "Device name", "Known program", "First seen", "Baseline"];
    Listing { register: "installed-software", file: "programs.csv", text: csv(&head, rows) }
}
