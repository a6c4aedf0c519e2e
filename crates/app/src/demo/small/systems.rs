//! Systems, who uses them, and back-ups.

use crate::demo::{Listing, Making, csv, row};

/// Systems, users, password rules of the directory, back-up jobs and their runs.
pub fn lists(making: &mut Making) -> Vec<Listing> {
    vec![systems(making), users(making), password_rules(), jobs(), runs(making)]
}

fn systems(making: &Making) -> Listing {
    let rows = [
        row!["Main directory", "directory", "Yes", "", "Yes", "directory-log.pdf", making.date(40)],
        row!["SIMS", "management-information", "No", "Made-up MIS Ltd", "Yes", "sims-log.pdf", making.date(410)],
        row!["CPOMS", "safeguarding", "No", "Made-up Safeguarding Ltd", "Yes", "", ""],
        row!["Learning platform", "learning-platform", "No", "Made-up Learning Ltd", "No", "", ""],
    ];
    let head = ["System", "Kind", "Directory", "Supplier", "Critical", "Logging proof", "Logging reviewed"];
    Listing { register: "system", file: "systems.csv", text: csv(&head, rows) }
}

fn users(making: &Making) -> Listing {
    let named = making.people.iter().filter(|person| person.left.is_none()).take(7).enumerate();
    let rows = named.map(|(at, person)| {
        let factor = if at == 4 { "Disabled" } else { "Enabled" };
        row![person.email, "CPOMS", person.name, "Active", factor, making.ago(at as i64, 11)]
    });
    let head = ["Username", "System", "Full name", "Status", "MFA status", "Last login"];
    Listing { register: "system-user", file: "cpoms-users.csv", text: csv(&head, rows) }
}

fn password_rules() -> Listing {
    let rows = [row!["Domain rules", "Main directory", 8, 3, "Yes", "Yes", "365 days", 10]];
    let head = [
        "name",
        "system",
        "password_length_min",
        "password_classes_min",
        "password_not_username",
        "password_not_common",
        "password_age_max",
        "lockout_attempts_max",
    ];
    Listing { register: "directory-policy", file: "directory-policy.csv", text: csv(&head, rows) }
}

fn jobs() -> Listing {
    let rows = [
        row!["Office data", "Office server", "USB disk 2", "external-device", "daily", "Yes", "live"],
        row!["Main server", "Main server", "USB disk 1", "external-device", "daily", "Yes", "live"],
        row!["Media servers", "Media server", "old curriculum server", "server", "archive", "No", "live"],
        row!["Admin network", "Admin network", "JKCloud", "remote", "disaster-recovery", "Yes", "live"],
    ];
    let head = ["Job name", "Source", "Target", "Target kind", "Purpose", "Encrypted", "State"];
    Listing { register: "backup-job", file: "backup-jobs.csv", text: csv(&head, rows) }
}

fn runs(making: &Making) -> Listing {
    let mut rows = Vec::new();
    for night in (0..21).rev() {
        let office_good = night > 2;
        rows.push(row![
            "Office data",
            format!("o{night}"),
            if office_good { "Success" } else { "Failed" },
            "USB disk 2",
            "external-device",
            making.ago(night, 2)
        ]);
        rows.push(row![
            "Main server",
            format!("m{night}"),
            "Success",
            "USB disk 1",
            "external-device",
            making.ago(night, 3)
        ]);
        rows.push(row!["Admin network", format!("a{night}"), "Success", "JKCloud", "remote", making.ago(night, 4)]);
    }
    rows.push(row!["Media servers", "v1", "Success", "old curriculum server", "server", making.ago(12, 5)]);
    let head = ["Job name", "Run ID", "Result", "Target", "Target kind", "End time"];
    Listing { register: "backup-run", file: "backup-runs.csv", text: csv(&head, rows) }
}
