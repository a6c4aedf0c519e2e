//! A large list is read in bounded time and memory. Times are printed, not asserted tightly: machines differ.

use crate::made_up;
use crate::school::{List, School, list};
use crate::workbook::{SheetXml, workbook};
use std::fmt::Write;
use std::time::{Duration, Instant};

/// Peak resident memory of this process in megabytes, where the system tells.
fn peak_megabytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}

#[test]
fn two_hundred_thousand_rows_are_read_within_half_a_minute() {
    let mut csv = "Device name,Serial number,Device ID,OS,OS version,Encrypted,Compliance,Ownership,Last check-in,Manufacturer,Model\n".to_owned();
    for at in 0..200_000 {
        writeln!(csv, "ML-{at:06},SN{at:07},id-{at},Windows,10.0.22631,True,Compliant,School,2026-11-19 08:12:00.0000000,Dell Inc.,Latitude 3420").unwrap();
    }
    let school = School::default();
    let start = Instant::now();
    let preview = school.preview(&list("device", &csv)).unwrap();
    eprintln!("200,000 rows: {:?}, peak {:?} MB", start.elapsed(), peak_megabytes());
    assert_eq!(preview.new.len(), 200_000);
    assert!(start.elapsed() < Duration::from_mins(2), "far beyond any machine we know");
}

#[test]
fn a_row_beyond_the_limit_refuses_the_whole_list() {
    let csv = format!("Name\n{}", "A\n".repeat(250_001));
    insta::assert_snapshot!(School::default().preview(&list("person", &csv)).unwrap_err(), @r"
    list.csv: row 250002: is beyond the limit of 250000 rows
    hint: Bring it in as several files with --part.
    ");
}

#[test]
fn five_thousand_devices_of_intune_come_in_and_come_again() {
    let mut school = School::made_up();
    let bytes = made_up::intune_devices(5000);
    let list = List { file: "intune-devices.csv", ..list("device", &bytes) };
    school.save(&list);
    let again = school.preview(&list).unwrap();
    assert!(again.changes_nothing(), "{:?}", again.changed.first());
}

#[test]
fn a_name_that_everything_shares_costs_no_more_than_any_other() {
    let rows: Vec<String> = (0..20_000).map(|at| format!("LAPTOP,SN{at}\n")).collect();
    let csv = format!("Device name,Serial number\n{}", rows.concat());
    let start = Instant::now();
    let preview = School::default().preview(&list("device", &csv)).unwrap();
    assert_eq!(preview.new.len(), 20_000);
    assert!(start.elapsed() < Duration::from_mins(1), "each row must not look at all rows before it");
}

#[test]
fn twenty_thousand_rows_of_a_workbook_are_read() {
    let mut rows = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Device name</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>Serial number</t></is></c><c r=\"C1\" t=\"inlineStr\"><is><t>Last check-in</t></is></c></row>".to_owned();
    for row in 2..=20_001 {
        write!(rows, "<row r=\"{row}\"><c r=\"A{row}\" t=\"inlineStr\"><is><t>ML-{row}</t></is></c><c r=\"B{row}\"><v>{}</v></c><c r=\"C{row}\" s=\"2\"><v>46346.5</v></c></row>", 90_000 + row).unwrap();
    }
    let bytes = workbook(&[SheetXml { name: "Devices", hidden: false, rows }]);
    let start = Instant::now();
    let preview = School::default().preview(&List { file: "devices.xlsx", ..list("device", &bytes) }).unwrap();
    eprintln!("20,000 rows of a workbook of {} kB: {:?}", bytes.len() >> 10, start.elapsed());
    assert_eq!(preview.new.len(), 20_000);
    let seen = preview.new[0].facts.facts()["last_seen_at"].value.as_instant().unwrap();
    assert_eq!(seen.to_string(), "2026-11-20T12:00:00Z");
}
