//! Bad input through the binary: a message with place and cause, an exit code, bounded time and memory, and nothing
//! changed where it was refused.

use crate::binary::{ENCRYPTED as GOOD, MONDAY, Place, csv, program, run};
use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

/// A run that was watched: its end, its time, and the most memory it held.
struct Watched {
    code: Option<i32>,
    err: String,
    took: Duration,
    peak_mb: u64,
}

/// Runs a command line with its memory watched; killed when it takes longer than a minute and a half.
fn watch<S: AsRef<std::ffi::OsStr>>(arguments: &[S]) -> Watched {
    watch_for(90, arguments)
}

/// The same with another bound of time, in seconds.
fn watch_for<S: AsRef<std::ffi::OsStr>>(seconds: u64, arguments: &[S]) -> Watched {
    let started = Instant::now();
    let errors = tempfile::NamedTempFile::new().unwrap();
    let mut child =
        program().args(arguments).stdout(std::process::Stdio::null()).stderr(errors.reopen().unwrap()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    let code = loop {
        if let Ok(text) = std::fs::read_to_string(&status) {
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            peak = peak.max(line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0));
        }
        if let Some(status) = child.try_wait().unwrap() {
            break status.code();
        }
        if started.elapsed() > Duration::from_secs(seconds) {
            child.kill().unwrap();
            break None;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let err = String::from_utf8_lossy(&std::fs::read(errors.path()).unwrap()).into_owned();
    Watched { code, err, took: started.elapsed(), peak_mb: peak / 1024 }
}

impl Watched {
    #[track_caller]
    fn bounded(&self, what: &str, most_mb: u64) {
        eprintln!("{what}: {:?}, {} MB, exit {:?}: {:.200}", self.took, self.peak_mb, self.code, self.err.trim());
        assert!(self.code.is_some(), "{what}: killed by a signal or for its time: {:.500}", self.err);
        assert!(!self.err.contains("panicked") && !self.err.contains("overflow"), "{what}: {:.500}", self.err);
        assert!(self.peak_mb < most_mb, "{what}: {} MB", self.peak_mb);
    }
}

/// The pack is refused by `check` and `init`, both naming place and cause.
#[track_caller]
fn pack_is_refused(what: &str, text: &str, says: &[&str]) {
    let place = Place::new();
    let pack = place.write("outside.toml", text);
    let checked = watch(&["pack", "check", pack.to_str().unwrap()]);
    checked.bounded(what, 700);
    assert_eq!(checked.code, Some(1), "{what}: {:.500}", checked.err);
    for word in says {
        assert!(checked.err.contains(word), "{what}: `{word}` is missing in {:.1500}", checked.err);
    }
    assert!(checked.err.len() < 100_000, "{what}: a message of {} bytes", checked.err.len());
    let made = place.run(&["init", "--school", "Hill"], &[("--pack", &pack)]).refused(&[]);
    assert!(!place.data().exists(), "{what}: a folder was made: {:.300}", made.err);
}

#[test]
fn a_wrong_policy_is_refused_by_place_and_cause() {
    let wrong = |from: &str, to: &str| {
        assert!(GOOD.contains(from), "{from}");
        GOOD.replace(from, to)
    };
    for (what, text, says) in [
        ("a misspelt key", format!("{GOOD}sevrity = 1\n"), &["sevrity", "outside.toml:21"][..]),
        (
            "a misspelt field",
            wrong("device.encrypted\"", "device.encripted\""),
            &["encripted", "outside.toml:19", "encrypted"],
        ),
        ("a wrong type", wrong("device.encrypted\"", "device.name\""), &["outside.toml:19"]),
        ("a number where a text stands", wrong("title = \"Outside\"", "title = 4"), &["title", "outside.toml:4"]),
        ("no such register", wrong("for = \"device\"", "for = \"devise\""), &["devise", "outside.toml:18", "device"]),
        ("no such control", wrong("[\"encrypted\"]", "[\"encripted\"]"), &["encripted", "outside.toml:15"]),
        ("not TOML", wrong("[pack]", "[pack"), &["outside.toml:2"]),
        ("an unknown language", wrong("language = 1", "language = 9"), &["language", "outside.toml"]),
        (
            "an expression that ends too soon",
            wrong("device.encrypted\"", "device.encrypted && \""),
            &["outside.toml:19"],
        ),
        ("an empty file", String::new(), &["pack"]),
        ("a parent that is missing", wrong("language = 1", "language = 1\nextends = \"nobody\""), &["nobody"]),
        ("its own parent", wrong("language = 1", "language = 1\nextends = \"outside\""), &["outside"]),
        ("control characters", wrong("Devices are", "Dev\u{7}ices \u{1b}[31mare"), &["outside.toml:13"]),
    ] {
        pack_is_refused(what, &text, says);
    }
}

#[test]
fn policies_that_extend_each_other_are_refused() {
    let place = Place::new();
    let head = |id: &str, parent: &str| {
        GOOD.replace("\"outside\"", &format!("\"{id}\""))
            .replace("language = 1", &format!("language = 1\nextends = \"{parent}\""))
    };
    let first = place.write("first.toml", head("first", "second"));
    place.write("second.toml", head("second", "first"));
    let ran = run(&["pack", "check", first.to_str().unwrap()]).refused(&["first", "second"]);
    assert_eq!(ran.code, 1);
    eprintln!("{}", ran.err);
}

#[test]
fn bytes_that_are_no_text_are_no_policy() {
    let place = Place::new();
    for (name, bytes) in [
        ("latin.toml", &b"[pack]\nid = \"caf\xe9\"\n"[..]),
        ("zip.toml", b"PK\x03\x04\x00\x00"),
        ("nul.toml", b"\x00\x00\x00"),
    ] {
        let file = place.write(name, bytes);
        let ran = run(&["pack", "check", file.to_str().unwrap()]).refused(&[name]);
        assert_eq!(ran.code, 1);
    }
    let folder = place.folder_path().to_str().unwrap().to_owned();
    run(&["pack", "check", &folder]).refused(&[]);
    run(&["pack", "check", "/dev/zero"]).refused(&[]);
}

#[test]
fn a_policy_of_any_size_and_depth_is_answered_in_bounded_time_and_memory() {
    let long = "x".repeat(50_000_000);
    pack_is_refused("a line of 50 MB", &GOOD.replace("Devices are encrypted.", &long), &["outside.toml"]);
    pack_is_refused("a comment of 50 MB", &format!("# {long}\n{GOOD}"), &["outside.toml"]);
    let arrays = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    pack_is_refused("arrays 10,000 deep", &format!("{GOOD}\nsome = {arrays}\n"), &["outside.toml"]);
    let tables = format!("{}1{}", "{ a = ".repeat(10_000), " }".repeat(10_000));
    pack_is_refused("tables 10,000 deep", &format!("{GOOD}\nsome = {tables}\n"), &["outside.toml"]);
    pack_is_refused("dotted keys 10,000 deep", &format!("{GOOD}\n{}a = 1\n", "a.".repeat(10_000)), &["outside.toml"]);
    for (what, expression) in [
        ("parentheses 10,000 deep", format!("{}device.encrypted{}", "(".repeat(10_000), ")".repeat(10_000))),
        ("parentheses 900 deep", format!("{}device.encrypted{}", "(".repeat(900), ")".repeat(900))),
        ("not 10,000 times", format!("{}device.encrypted", "!".repeat(10_000))),
        ("not 1,900 times", format!("{}device.encrypted", "!".repeat(1_900))),
        ("lists 900 deep", format!("{}device.encrypted{}", "[".repeat(900), "]".repeat(900))),
        ("minus 1,900 times", format!("{}1 == 1", "-".repeat(1_900))),
        ("a choice 300 deep", format!("{}true", "true ? false : ".repeat(120))),
        ("members 900 deep", format!("device{}", ".holder.manager".repeat(120))),
    ] {
        pack_is_refused(what, &GOOD.replace("device.encrypted\"", &format!("{expression}\"")), &["outside.toml:19"]);
    }
    let mut many = GOOD.to_owned();
    for at in 0..20_000 {
        write!(many, "\n[[clause]]\nid = \"x{at}\"\ntext = \"x\"\nmode = \"detected\"\ncontrols = [\"none{at}\"]\n")
            .unwrap();
    }
    pack_is_refused("20,000 errors", &many, &["outside.toml"]);
}

/// The JSON line before and after a refused import is the same, byte for byte.
#[track_caller]
fn list_is_refused(place: &Place, what: &str, register: &str, file: &Path, says: &[&str]) {
    let before = place.run(&["evaluate", "--json", "--now", MONDAY], &[]).good().out;
    let data = place.data();
    let arguments = ["import", register, file.to_str().unwrap(), "--now", MONDAY, "--data", data.to_str().unwrap()];
    let ran = watch(&arguments);
    ran.bounded(what, 700);
    assert!(ran.code != Some(0), "{what} was taken");
    for word in says {
        assert!(ran.err.contains(word), "{what}: `{word}` is missing in {:.1500}", ran.err);
    }
    let after = place.run(&["evaluate", "--json", "--now", MONDAY], &[]).good().out;
    assert!(before == after, "{what}: something changed");
}

fn school() -> Place {
    let place = Place::sandbox(GOOD, MONDAY);
    place
        .import(
            "device",
            csv("Device name,Serial number,Encrypted", &["MU-1,S1,yes", "MU-2,S2,no"]),
            &["--now", MONDAY],
        )
        .good();
    place
}

#[test]
fn a_list_that_cannot_be_one_is_refused_and_changes_nothing() {
    let place = school();
    for (what, bytes, says) in [
        ("an empty file", Vec::new(), &["device.csv"][..]),
        ("a header without rows", b"Device name,Encrypted\n".to_vec(), &["device.csv"]),
        ("no column we know", b"Colour,Shape\nred,round\n".to_vec(), &["device.csv", "Name"]),
        ("a header twice", b"Device name,Device name,Encrypted\nA,B,yes\n".to_vec(), &["Device name"]),
        ("a line of 50 MB", [b"Device name,Encrypted\n".to_vec(), vec![b'x'; 50_000_000]].concat(), &["device.csv"]),
        (
            "a quote that never ends",
            [b"Device name,Encrypted\n\"".to_vec(), vec![b'x'; 5_000_000]].concat(),
            &["device.csv"],
        ),
        ("100,000 columns", [",".repeat(100_000).into_bytes(), b"\n1\n".to_vec()].concat(), &["device.csv"]),
        ("bytes of a picture", [&b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR"[..], &[0; 2000]].concat(), &["device.csv"]),
        ("an old workbook", [&b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"[..], &[0; 4000]].concat(), &["device.csv"]),
        ("a web page", b"<!doctype html><html><body>Please sign in</body></html>".to_vec(), &["device.csv"]),
        ("a broken workbook", b"PK\x03\x04 this is not a workbook".to_vec(), &["device.csv"]),
    ] {
        let file = place.write("device.csv", bytes);
        list_is_refused(&place, what, "device", &file, says);
    }
    list_is_refused(&place, "no such register", "devise", &place.write("a.csv", "Name\nx\n"), &["devise", "device"]);
    list_is_refused(&place, "no such file", "device", Path::new("/nowhere/list.csv"), &["/nowhere/list.csv"]);
    let folder = place.folder_path();
    list_is_refused(&place, "a folder", "device", folder, &[folder.to_str().unwrap(), "is not a file"]);
    list_is_refused(&place, "a device that never ends", "device", Path::new("/dev/zero"), &["/dev/zero"]);
}

#[test]
fn a_list_that_would_take_too_many_away_waits_for_a_word() {
    let place = school();
    let file = place.write("device.csv", "Device name,Serial number,Encrypted\nMU-9,S9,yes\n");
    list_is_refused(&place, "both have left", "device", &file, &["--confirm-left"]);
    place.import_file("device", &file, &["--now", MONDAY, "--confirm-left"]).good();
    assert_eq!(place.clauses(&["--now", MONDAY])[0]["counts"]["subjects"], 1);
}

#[test]
fn lists_as_excel_leaves_them_are_read() {
    let place = Place::sandbox(GOOD, MONDAY);
    let now = ["--now", MONDAY];
    let bom = [&b"\xef\xbb\xbf"[..], b"Name,Payroll number,Start date\r\nM. Made-Up,00101,01/09/2020\r\n"].concat();
    place.import("person", bom, &now).good();
    let windows = b"Hill School (made up)\r\nPrinted 20/11/2026\r\n\r\nName;Payroll number;Start date\r\nZo\xeb Made-Up;00102;31/12/2020\r\n".to_vec();
    let ran = place.import("person", windows, &["--now", MONDAY, "--part"]).good();
    assert!(ran.out.contains('1'), "{}", ran.out);
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain("Name\tPayroll number\nR. Made-Up\t00103\n".encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    place.import("person", utf16, &["--now", MONDAY, "--part"]).good();
    let american = "Name,Payroll number,Start date\nA. Made-Up,00104,12/31/2020\n";
    let ran = place.import("person", american, &["--now", MONDAY, "--part"]);
    assert!(format!("{}{}", ran.out, ran.err).contains("12/31/2020"), "a month 31 is named: {} {}", ran.out, ran.err);
    let lost = "Name,Payroll number\nM. Made-Up,101\n";
    let looked = place.import("person", lost, &["--now", MONDAY, "--part", "--dry-run"]).good();
    eprintln!("lost zeros: {}", looked.out);
    let twice = "Name,Payroll number\nT. Made-Up,00900\nU. Made-Up,00900\n";
    let ran = place.import("person", twice, &["--now", MONDAY, "--part", "--dry-run"]).good();
    assert!(ran.out.contains("00900") || ran.out.contains("row"), "two rows with one number: {}", ran.out);
    eprintln!("twice: {}", ran.out);
}

#[test]
fn formulas_and_markup_in_lists_stay_text() {
    let place = Place::sandbox(GOOD, MONDAY);
    let list = "Device name,Encrypted\n\"=cmd|' /C calc'!A0\",no\n<script>alert(1)</script>,no\n\"@SUM(1+1)\",no\n+1,no\n-2,no\n";
    place.import("device", list, &["--now", MONDAY]).good();
    let clause = &place.clauses(&["--now", MONDAY])[0];
    assert_eq!(clause["counts"]["broken"], 5);
    let names: Vec<&str> =
        clause["findings"].as_array().unwrap().iter().map(|one| one["subject"].as_str().unwrap()).collect();
    assert!(names.contains(&"=cmd|' /C calc'!A0") && names.contains(&"<script>alert(1)</script>"), "{names:?}");
}

fn comes_in(rows: usize) {
    let place = Place::sandbox(GOOD, MONDAY);
    let mut list = "Device name,Serial number,Encrypted\n".to_owned();
    for at in 0..rows {
        writeln!(list, "MU-{at},S{at},{}", if at % 7 == 0 { "no" } else { "yes" }).unwrap();
    }
    let file = place.write("device.csv", &list);
    let data = place.data();
    let line = ["import", "device", file.to_str().unwrap(), "--now", MONDAY, "--data", data.to_str().unwrap()];
    let ran = watch_for(400, &line);
    ran.bounded(&format!("{rows} rows"), 3000);
    let count = &place.clauses(&["--now", MONDAY])[0]["counts"];
    assert_eq!((ran.code, &count["subjects"]), (Some(0), &serde_json::Value::from(rows)), "{}", ran.err);
}

#[test]
fn twenty_thousand_rows_come_in_within_bounds() {
    comes_in(20_000);
}

#[test]
#[ignore = "takes minutes unoptimised"]
fn two_hundred_thousand_rows_come_in_within_bounds() {
    comes_in(200_000);
}

#[test]
fn a_zip_bomb_in_a_workbook_is_refused() {
    let place = school();
    let file = place.folder_path().join("bomb.xlsx");
    bomb(&file, 400);
    eprintln!("bomb: {} bytes", std::fs::metadata(&file).unwrap().len());
    list_is_refused(&place, "a workbook of 400 MB in half a MB", "device", &file, &["bomb.xlsx"]);
    let xml = place.write("fake.xlsx", b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    list_is_refused(&place, "an archive without anything", "device", &xml, &["fake.xlsx"]);
}

/// A workbook whose only sheet unpacks to `megabytes`.
fn bomb(file: &Path, megabytes: usize) {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(std::fs::File::create(file).unwrap());
    let packed =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated).large_file(true);
    let parts = [
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/><Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>",
        ),
        (
            "_rels/.rels",
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
        ),
        (
            "xl/workbook.xml",
            "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"Devices\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
        ),
        (
            "xl/_rels/workbook.xml.rels",
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>",
        ),
    ];
    for (name, text) in parts {
        zip.start_file(name, packed).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.start_file("xl/worksheets/sheet1.xml", packed).unwrap();
    zip.write_all(b"<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>").unwrap();
    let block = vec![b'A'; 1 << 20];
    for _ in 0..megabytes {
        zip.write_all(&block).unwrap();
    }
    zip.write_all(b"</t></is></c></row></sheetData></worksheet>").unwrap();
    zip.finish().unwrap();
}
