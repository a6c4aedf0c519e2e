//! A list goes out, three cells of it are changed, and it comes back: as CSV and as a workbook.

use crate::bring_in::List;
use crate::job::tests::house;
use crate::register::ListAsked;
use crate::register::export::FileKind;
use crate::{House, School};
use calamine::{Data, Reader, Xlsx};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::value::Value;
use schoolkeeper_store::StoredEntry;
use schoolkeeper_store::entry::Page;
use std::io::Cursor;

schoolkeeper_testkit::both_engines!(
    three_cells_changed_in_a_csv_are_the_three_that_change,
    three_cells_changed_in_a_workbook_are_the_three_that_change,
);

const PEOPLE: &str = "Name,Email,Kind\nTom Made-Up,tom@hill.example,staff\nAda Made-Up,ada@hill.example,staff\nBea Made-Up,bea@hill.example,staff\n";
const ROOMS: &str = "Room,Building,Last looked over,Who may go in\nHall,Main,2026-01-05,Tom Made-Up; Ada Made-Up\nGym,East,2026-02-06,Ada Made-Up\n";

async fn bring(house: &House, school: &School, list: &List<'_>) -> String {
    let brought = house.bring_in(&house.operator(), school, list).await.unwrap();
    assert!(brought.saved.is_some() && !brought.text.contains("left out"), "{}", brought.text);
    brought.text
}

async fn filled(url: &str) -> (House, School, tempfile::TempDir) {
    let (house, folder) = house(url).await;
    let school = house.all_schools(&house.operator()).await.unwrap().remove(0);
    for (register, text) in [("person", PEOPLE), ("room", ROOMS)] {
        let list =
            List { register, file: "list.csv", bytes: text.as_bytes(), source: Some("arbor"), ..List::default() };
        bring(&house, &school, &list).await;
    }
    (house, school, folder)
}

/// What goes out, with its first column and those that are changed.
async fn went_out(house: &House, school: &School, kind: FileKind) -> Vec<u8> {
    let part = |name: &str| ("col".to_owned(), name.to_owned());
    let asked = ListAsked::read(&[part("building"), part("inspected_on"), part("authorised")]);
    house.export_list(&house.operator(), school, ("room", kind), &asked).await.unwrap()
}

async fn rooms(house: &House, school: &School) -> Vec<StoredEntry> {
    let page = Page { limit: 9, ..Page::default() };
    let scope = Scope::system("test");
    house.read().await.unwrap().entries(&scope, school.id, "room", &page).await.unwrap().entries
}

/// Brings the edited file in and looks at what it did.
async fn came_back(house: &House, school: &School, (file, bytes): (&str, &[u8]), before: &[StoredEntry]) {
    let list = List { register: "room", file, bytes, ..List::default() };
    let text = bring(house, school, &list).await;
    assert!(text.contains("1 changed"), "{text}");
    let (gym, hall) = (&before[0], &before[1]);
    let after = rooms(house, school).await;
    assert_eq!((&after[0], after[0].version), (gym, gym.version), "nothing was said of the other");
    let said = |entry: &StoredEntry, field: &str| entry.facts.get(field).map(|fact| fact.value.clone());
    let mut changed: Vec<&Name> =
        after[1].facts.keys().filter(|field| said(&after[1], field) != said(hall, field)).collect();
    changed.sort_unstable();
    assert_eq!(changed.iter().map(|name| &***name).collect::<Vec<_>>(), ["authorised", "building", "inspected_on"]);
    assert_eq!(said(&after[1], "inspected_on"), Some(Value::Date("2026-11-02".parse().unwrap())));
    assert_eq!(said(&after[1], "building"), Some(Value::text("West")));
    let Some(Value::List(people)) = said(&after[1], "authorised") else { panic!("{:?}", after[1].facts) };
    assert_eq!(people.len(), 3);
    assert_eq!(&*after[1].facts["building"].source, "hand", "what somebody changes in an export is their own word");
}

async fn three_cells_changed_in_a_csv_are_the_three_that_change(url: String) {
    let (house, school, _folder) = filled(&url).await;
    let before = rooms(&house, &school).await;
    let out = String::from_utf8(went_out(&house, &school, FileKind::Csv).await).unwrap();
    let hall = out.lines().find(|line| line.contains("Hall")).unwrap();
    for there in ["Main", "2026-01-05", "Tom Made-Up"] {
        assert!(hall.contains(there), "{there}: {out}");
    }
    let edited = out.replace("Main", "West").replace("2026-01-05", "02/11/2026");
    let edited = edited.replace(hall_people(hall), "Tom Made-Up; Ada Made-Up; Bea Made-Up");
    came_back(&house, &school, ("rooms.csv", edited.as_bytes()), &before).await;
}

/// The last cell of a line.
fn hall_people(line: &str) -> &str {
    line.rsplit(',').next().unwrap()
}

async fn three_cells_changed_in_a_workbook_are_the_three_that_change(url: String) {
    let (house, school, _folder) = filled(&url).await;
    let before = rooms(&house, &school).await;
    let out = went_out(&house, &school, FileKind::Xlsx).await;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(out)).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let (mut edited, date) = (Workbook::new(), Format::new().set_num_format("dd/mm/yyyy"));
    let page = edited.add_worksheet();
    for (row, cells) in sheet.rows().enumerate() {
        let is_hall = cells.iter().any(|cell| matches!(cell, Data::String(text) if text == "Hall"));
        for (column, cell) in cells.iter().enumerate() {
            let (row, column, text) = (row as u32, column as u16, cell.to_string());
            match text.as_str() {
                "Main" => page.write_string(row, column, "West").unwrap(),
                // A spreadsheet keeps a day as a number that looks like one.
                "2026-01-05" => {
                    let day = ExcelDateTime::from_ymd(2026, 11, 2).unwrap();
                    page.write_datetime_with_format(row, column, &day, &date).unwrap()
                }
                people if is_hall && people.contains("; ") => {
                    page.write_string(row, column, "Tom Made-Up; Ada Made-Up; Bea Made-Up").unwrap()
                }
                same => page.write_string(row, column, same).unwrap(),
            };
        }
    }
    let bytes = edited.save_to_buffer().unwrap();
    came_back(&house, &school, ("rooms.xlsx", &bytes), &before).await;
}
