//! Files as they come: every encoding, every mess, every attack. A bad file gets one message and changes nothing.

use crate::school::{List, School, list};
use crate::workbook::{SheetXml, bomb, sheet_xml, texts, workbook, zip};
use proptest::prelude::*;
use schoolkeeper_app::import::Preview;
use std::fmt::Write;

fn names(preview: &Preview) -> Vec<&str> {
    preview.new.iter().map(|new| new.name.as_str()).collect()
}

fn people(bytes: &[u8]) -> Preview {
    School::default().preview(&list("person", bytes)).unwrap()
}

fn refusal(register: &str, bytes: &[u8]) -> String {
    School::default().preview(&list(register, bytes)).unwrap_err().to_string()
}

#[test]
fn every_encoding_and_delimiter_gives_the_same_people() {
    let text = "Name;Work email\r\nChloë O’Example;chloe@school.example\r\nJosé Sample;jose@school.example\r\n";
    let wide = |big: bool| -> Vec<u8> {
        let unit = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(unit).collect()
    };
    let files = [
        text.as_bytes().to_vec(),
        format!("\u{feff}{text}").into_bytes(),
        encoding_rs::WINDOWS_1252.encode(text).0.into_owned(),
        wide(true),
        wide(false),
        text.replace(';', ",").into_bytes(),
        text.replace(';', "\t").into_bytes(),
        text.replace("\r\n", "\n").into_bytes(),
        text.replace("\r\n", "\r").into_bytes(),
        format!("sep=;\r\n{text}").into_bytes(),
    ];
    for (at, file) in files.iter().enumerate() {
        assert_eq!(names(&people(file)), ["Chloë O’Example", "José Sample"], "file {at}");
    }
}

#[test]
fn utf_16_without_a_mark_is_told_by_its_zero_bytes() {
    let bytes: Vec<u8> =
        "Name,Email\nAda Testwood,ada@school.example\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(names(&people(&bytes)), ["Ada Testwood"]);
}

#[test]
fn letters_that_were_lost_earlier_are_said() {
    let preview = people("Name\nChlo\u{fffd} Example\u{b}\u{1a}".as_bytes());
    assert_eq!(names(&preview), ["Chlo\u{fffd} Example"]);
    assert!(preview.notes[0].contains("lost"), "{:?}", preview.notes);
}

#[test]
fn a_number_that_excel_has_shortened_recognises_nobody() {
    let preview = people(b"Name,Payroll number\nAda Testwood,5.01E+11\nBen Sample,E+11\n");
    insta::assert_snapshot!(preview.refused[0], @"row 2, Payroll number: `5.01E+11`: Excel has shortened this number; its last digits are lost");
    assert_eq!(names(&preview), ["Ben Sample"]);
}

#[test]
fn a_guessed_encoding_is_said() {
    let bytes = encoding_rs::WINDOWS_1252.encode("Name\nChloë Example\n").0.into_owned();
    assert!(people(&bytes).notes.iter().any(|note| note.contains("windows-1252")), "{:?}", people(&bytes).notes);
}

#[test]
fn rows_are_numbered_as_a_spreadsheet_shows_them() {
    let csv = "Staff list\n\n\nName,Leaving date,Job title\n\"Ada\nTestwood\",31/08/2026,\"one\ntwo\"\n\nBen Sample,31/02/2026,\n";
    let preview = people(csv.as_bytes());
    let refused: Vec<String> = preview.refused.iter().map(ToString::to_string).collect();
    assert_eq!(refused, ["row 7, Leaving date: `31/02/2026`: February has no 31st day"]);
    assert_eq!(names(&preview), ["Ada Testwood"], "the other row is still there");
    assert_eq!(preview.census, None, "a list with a refused row is not complete");
}

#[test]
fn a_last_row_without_a_line_end_has_its_own_number() {
    let preview = people(b"Name,Leaving date\nAda Testwood,\nBen Sample,32/01/2026");
    assert_eq!(preview.refused[0].to_string(), "row 3, Leaving date: `32/01/2026`: January has no 32nd day");
}

#[test]
fn a_cell_that_looks_like_a_formula_is_text() {
    let csv = "Name,Job title,Payroll number\nAda Testwood,\"=HYPERLINK(\"\"http://evil.example\"\")\",\"=\"\"00412\"\"\"\nBen Sample,'=1+1,@SUM(1)\n";
    let preview = people(csv.as_bytes());
    let value = |row: usize, field: &str| preview.new[row].facts.facts()[field].value.as_text().unwrap().to_owned();
    assert_eq!(value(0, "job_title"), "=HYPERLINK(\"http://evil.example\")");
    assert_eq!(value(0, "payroll_number"), "00412", "the protection of zeros is taken away");
    assert_eq!(value(1, "job_title"), "=1+1", "so is the protection our own exports write");
    assert_eq!(value(1, "payroll_number"), "@SUM(1)");
    assert!(preview.notes.iter().any(|note| note.contains("never worked out")), "{:?}", preview.notes);
}

#[test]
fn a_row_with_too_many_cells_is_refused_and_the_others_stay() {
    let preview = people(b"Name,Email,Job title\nAda Testwood,ada@school.example,Teacher\nSample, Ben,ben@school.example,Cleaner\nCara Demo\n");
    assert_eq!(names(&preview), ["Ada Testwood", "Cara Demo"]);
    insta::assert_snapshot!(preview.refused[0], @r"
    row 3: has 4 cells, but there are 3 columns
    hint: A comma inside a value needs quotes around the value. Mend the row and drop the file again.
    ");
}

#[test]
fn sensitive_columns_never_enter_the_sheet() {
    let csv = "Name,NI No,SEN Status,Date of Birth,UPN\nAda Testwood,QQ123456C,K,01/02/2015,A123456789012\n";
    let (sheet, _) = School::read(&list("person", csv.as_bytes())).unwrap();
    assert_eq!(sheet.columns, ["Name"]);
    assert!(!format!("{:?}", sheet.rows).contains("QQ123456C"));
    assert_eq!(sheet.dropped.len(), 4);
    let asked = List { map: "\"NI No\" = \"payroll_number\"\n\"UPN\" = \"email\"\n", ..list("person", csv.as_bytes()) };
    let (sheet, _) = School::read(&asked).unwrap();
    assert_eq!(sheet.columns, ["Name", "UPN"], "asking brings a pupil number, never a National Insurance number");
}

#[test]
fn bad_files_are_refused_with_place_cause_and_next_step() {
    let wide = format!("Name{}\n", ",x".repeat(400));
    let long = format!("Name\n\"{}\"\n", "x".repeat(40_000));
    let unclosed = "Name,Email\nAda Testwood,\"ada@school.example\nBen Sample,ben@school.example\n";
    let good = workbook(&[texts("Staff", &[&["Name"], &["Ada Testwood"]])]);
    let nothing = workbook(&[texts("Notes", &[&["Some remarks"], &["about the weather"]])]);
    let backwards = "<row r=\"9\"><c r=\"A9\" t=\"inlineStr\"><is><t>Name</t></is></c></row><row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>Ada</t></is></c></row>";
    let backwards = workbook(&[SheetXml { name: "Staff", hidden: false, rows: backwards.to_owned() }]);
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("empty", Vec::new()),
        ("only blank lines", b"\n\n,,,\n".to_vec()),
        ("binary garbage", (0..4000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect()),
        ("text with a zero byte", b"Name\nAda\0Testwood\n".to_vec()),
        ("old Excel", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1].repeat(100)),
        ("PDF", b"%PDF-1.7 ...".to_vec()),
        ("web page", b"<!doctype html><table>".to_vec()),
        ("picture", b"\x89PNG\r\n\x1a\n".to_vec()),
        ("no header", b"Apples,Pears\n1,2\n3,4\n".to_vec()),
        ("header without identity", b"Job title,Start date\nTeacher,01/09/2020\n".to_vec()),
        ("header only", b"Name,Email\n".to_vec()),
        ("too many columns", wide.into_bytes()),
        ("a cell too long", long.into_bytes()),
        ("an unclosed quote", unclosed.as_bytes().to_vec()),
        ("one long line", vec![b'x'; 2 << 20]),
        ("a line of commas", vec![b','; 2 << 20]),
        ("too large", vec![b'x'; (50 << 20) + 1]),
        ("truncated workbook", good[..good.len() - 40].to_vec()),
        ("damaged workbook", damaged(&good)),
        ("a zip that is no workbook", zip([("readme.txt", &b"hello"[..])].into_iter())),
        ("a workbook without a list", nothing),
        ("rows out of order", backwards),
        ("a row beyond all numbers", zip_with(&sheet_xml("<row r=\"YYYYYYYYYYY2\"><c/></row>"))),
        ("zip bomb", bomb(18)),
        ("larger zip bomb", claiming(bomb(18), 18 << 20, 400 << 20)),
        (
            "too many parts",
            zip((0..2001)
                .map(|_| ("x", &b""[..]))
                .enumerate()
                .map(|(at, (_, bytes))| (&*format!("p{at}").leak(), bytes))),
        ),
    ];
    let mut out = String::new();
    for (title, bytes) in cases {
        writeln!(out, "{title}\n  {}\n", refusal("person", &bytes).replace('\n', "\n  ")).unwrap();
    }
    insta::assert_snapshot!(out);
}

fn damaged(good: &[u8]) -> Vec<u8> {
    let mut bytes = good.to_vec();
    let at = bytes.windows(9).position(|window| window == b"sheet1.xm").unwrap() + 20;
    bytes[at..at + 8].fill(0x55);
    bytes
}

/// Both headers of a part claim another size.
fn claiming(mut bytes: Vec<u8>, real: u32, claimed: u32) -> Vec<u8> {
    while let Some(at) = bytes.windows(4).position(|window| window == real.to_le_bytes()) {
        bytes[at..at + 4].copy_from_slice(&claimed.to_le_bytes());
    }
    bytes
}

#[test]
fn a_bomb_that_lies_about_its_size_is_counted_while_it_unfolds() {
    let bytes = claiming(bomb(18), 18 << 20, 1000);
    let message = refusal("person", &bytes);
    assert!(message.contains("unfolds") || message.contains("damaged"), "{message}");
}

#[test]
fn a_workbook_gives_dates_numbers_and_saved_results_of_formulas() {
    let rows = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Staff of Marlpit Lane (made up)</t></is></c></row>\
        <row r=\"3\"><c r=\"B3\" t=\"inlineStr\"><is><t>Name</t></is></c><c r=\"C3\" t=\"inlineStr\"><is><t>Payroll number</t></is></c><c r=\"D3\" t=\"inlineStr\"><is><t>Start date</t></is></c><c r=\"E3\" t=\"inlineStr\"><is><t>Active</t></is></c></row>\
        <row r=\"4\"><c r=\"B4\" t=\"str\"><f>C1&amp;\" Testwood\"</f><v>Ada Testwood</v></c><c r=\"C4\"><v>412</v></c><c r=\"D4\" s=\"1\"><v>46266</v></c><c r=\"E4\" t=\"b\"><v>1</v></c></row>\
        <row r=\"5\"><c r=\"B5\" t=\"inlineStr\"><is><t>Ben Sample</t></is></c><c r=\"C5\" t=\"e\"><v>#REF!</v></c></row>\
        <row r=\"6\"><c r=\"B6\" t=\"inlineStr\"><is><t>Cara Demo</t></is></c><c r=\"Z6\" t=\"inlineStr\"><is><t>a remark beside the table</t></is></c></row>\
        <row r=\"1048576\"><c r=\"XFD1048576\" s=\"1\"/></row>";
    let bytes = workbook(&[
        SheetXml { name: "Hidden", hidden: true, ..texts("", &[&["Name"], &["Old Person"]]) },
        texts("Read me", &[&["This workbook holds the staff"]]),
        SheetXml { name: "Staff list", hidden: false, rows: rows.to_owned() },
    ]);
    let preview = School::default().preview(&List { file: "staff.xlsx", ..list("person", &bytes) }).unwrap();
    let school = School::default();
    insta::assert_snapshot!(preview.text(&school.before()));
    assert_eq!(preview.new[0].facts.facts()["payroll_number"].value.as_text(), Some("412"));
    assert_eq!(preview.new[0].facts.facts()["first_day"].value.as_date().unwrap().to_string(), "2026-09-01");
    assert_eq!(preview.new[0].facts.facts()["active"].value.as_bool(), Some(true));
}

#[test]
fn a_sheet_is_chosen_by_name() {
    let bytes = workbook(&[texts("Old", &[&["Name"], &["Ada Testwood"]]), texts("New", &[&["Name"], &["Ben Sample"]])]);
    let chosen = List { map: "[file]\nsheet = \"new\"\n", ..list("person", &bytes) };
    assert_eq!(names(&School::default().preview(&chosen).unwrap()), ["Ben Sample"]);
    let wrong = List { map: "[file]\nsheet = \"Newer\"\n", ..list("person", &bytes) };
    insta::assert_snapshot!(School::default().preview(&wrong).unwrap_err(), @r"
    list.csv: has no sheet `Newer`
    hint: Its sheets are `Old`, `New`.
    ");
}

#[test]
fn a_workbook_with_a_cell_in_the_last_corner_costs_nothing() {
    let rows = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Name</t></is></c></row><row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>Ada Testwood</t></is></c></row><row r=\"1048576\"><c r=\"XFD1048576\" t=\"inlineStr\"><is><t>x</t></is></c></row>";
    let bytes = workbook(&[SheetXml { name: "Staff", hidden: false, rows: rows.to_owned() }]);
    insta::assert_snapshot!(refusal("person", &bytes), @r"
    list.csv: row 1048576: has more than 300 columns
    hint: Export only the columns you need.
    ");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = School::default().preview(&list("person", &bytes));
    }

    #[test]
    fn no_text_makes_it_panic(text in "(Name|Email|Start date|[\\PC]{0,6})[,;\t](Kind|Active|Payroll number|\"[^\"]{0,8}\")\n([\\PC]{0,12}[,;\t\"\n]{0,2}){0,8}") {
        let mut school = School::default();
        let list = list("person", text.as_bytes());
        if let Ok(preview) = school.preview(&list)
            && preview.stop.is_none()
        {
            school.save(&list);
            let again = school.preview(&list).unwrap();
            prop_assert!(again.changes_nothing(), "{:?} {:?}", again.new, again.changed);
        }
    }

    #[test]
    fn no_damage_to_a_workbook_makes_it_panic(at in 0_usize..2000, bytes in proptest::collection::vec(any::<u8>(), 1..8)) {
        let mut book = workbook(&[texts("Staff", &[&["Name", "Start date"], &["Ada Testwood", "01/09/2020"]])]);
        let at = at % (book.len() - bytes.len());
        book[at..at + bytes.len()].copy_from_slice(&bytes);
        let _ = School::default().preview(&list("person", &book));
    }

    #[test]
    fn no_rows_of_a_workbook_make_it_panic(rows in "(<row r=\"[0-9]{0,9}\">|<c r=\"[A-Z]{0,4}[0-9]{0,9}\"( t=\"[a-z]{0,3}\")?( s=\"[0-9]{0,3}\")?>|<v>|[0-9.eE+-]{0,12}|</v>|</c>|</row>|Name){0,24}") {
        let book = zip_with(&sheet_xml(&rows));
        let _ = School::default().preview(&list("person", &book));
    }
}

fn zip_with(sheet: &str) -> Vec<u8> {
    let inner = sheet.split("<sheetData>").nth(1).unwrap().split("</sheetData>").next().unwrap().to_owned();
    workbook(&[SheetXml { name: "Staff", hidden: false, rows: inner }])
}
