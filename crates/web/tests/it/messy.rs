//! A messy workbook of 2,000 assets comes in in one sitting, goes out, and comes back with three changes.

use crate::html::assert_good;
use crate::school::{Browser, POLICY};
use crate::workbook::{SheetXml, texts, workbook};
use axum::http::StatusCode;
use schoolkeeper_app::register::ListAsked;
use std::fmt::Write;

const PAGE: &str = "/school/hill/records/asset/import";
const ASSETS: u64 = 2_000;

/// Always the same chance.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

fn text(out: &mut String, at: (char, usize), text: &str) {
    write!(out, "<c r=\"{}{}\" t=\"inlineStr\"><is><t>{text}</t></is></c>", at.0, at.1).unwrap();
}

/// Title rows, two header lines, dates in three forms, duplicates, blank rows, misspelt words, accents, totals.
fn rows() -> String {
    let (mut out, mut dice, mut row) = (String::new(), Dice(7), 1);
    let mut line = |cells: &dyn Fn(&mut String, usize)| {
        write!(out, "<row r=\"{row}\">").unwrap();
        cells(&mut out, row);
        out.push_str("</row>");
        row += 1;
    };
    line(&|out, row| text(out, ('A', row), "Marlpit Lane (made up): ICT inventory"));
    line(&|out, row| text(out, ('A', row), "Printed 20/11/2026"));
    line(&|_, _| {});
    line(&|out, row| {
        text(out, ('A', row), "Identification");
        text(out, ('D', row), "Bought and placed");
    });
    line(&|out, row| {
        for (column, name) in
            ('A'..).zip(["Asset Tag", "Item Name", "Category", "Purchase date", "Where is it", "NI No"])
        {
            text(out, (column, row), name);
        }
    });
    for number in 1..=ASSETS {
        let (kind, form, again, blank) = (dice.throw(50), dice.throw(3), dice.throw(40), dice.throw(100));
        let asset = |out: &mut String, row: usize| {
            text(out, ('A', row), &format!("ML-{number:04}"));
            text(out, ('B', row), &format!("Café laptop of Zoë {number}"));
            let kind = match kind {
                0 => "Labtop",
                1 => "Screen",
                2..20 => "Tablet",
                _ => "laptop",
            };
            text(out, ('C', row), kind);
            match form {
                0 => text(out, ('D', row), "03/09/2024"),
                1 => write!(out, "<c r=\"D{row}\" s=\"1\"><v>45538</v></c>").unwrap(),
                _ => text(out, ('D', row), "3 September 2024"),
            }
            text(out, ('E', row), &format!("Room {}", number % 30));
            text(out, ('F', row), "QQ 12 34 56 C");
        };
        line(&asset);
        if again == 0 {
            line(&asset);
        }
        if blank == 0 {
            line(&|_, _| {});
        }
    }
    line(&|out, row| {
        text(out, ('A', row), "Total");
        text(out, ('B', row), "2000");
    });
    out
}

async fn follow(browser: &Browser, from: &str) -> String {
    let answer = browser.get(from).await;
    answer.headers.get("location").map_or_else(|| from.to_owned(), |to| to.to_str().unwrap().to_owned())
}

#[tokio::test]
async fn two_thousand_messy_assets_come_in_in_one_sitting_and_come_back_with_three_changes() {
    let browser = Browser::at(POLICY).await;
    let book = workbook(&[
        texts("Read me", &[&["This workbook is kept by the office."]]),
        SheetXml { name: "Inventory", hidden: false, rows: rows() },
    ]);
    let answer = browser.upload(PAGE, &[("part", "all")], ("file", "inventory.xlsx", &book)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let intake = answer.headers["location"].to_str().unwrap().to_owned();

    let table = follow(&browser, &intake).await;
    assert!(table.ends_with("/table"), "two sheets and a title above the names: {table}");
    let shown = browser.get(&table).await;
    assert_good(&table, &shown.body);
    assert!(shown.body.contains("name=\"row\" type=\"radio\" value=\"5\" checked"), "{}", shown.body);
    assert!(!shown.body.contains("QQ 12"), "what is never kept is not shown");
    browser.post(&table, &table, &[("sheet", "Inventory"), ("row", "5")]).await;

    let columns = format!("{intake}/columns");
    let shown = browser.get(&columns).await;
    assert_good(&columns, &shown.body);
    assert!(shown.body.contains("NI No"), "what is dropped is said: {}", shown.body);
    let said = ["tag", "name", "kind", "bought_on", "place"];
    let names: Vec<String> = (1..=said.len()).map(|at| format!("column-{at}")).collect();
    let mut fields: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(said).collect();
    fields.push(("source", "inventory"));
    assert_eq!(browser.post(&columns, &columns, &fields).await.status, StatusCode::SEE_OTHER);

    let words = follow(&browser, &intake).await;
    assert!(words.ends_with("/words"), "{words}");
    let shown = browser.get(&words).await;
    assert!(shown.body.contains("Labtop") && shown.body.contains("Screen"), "{}", shown.body);
    browser.post(&words, &words, &[("word-1", "laptop"), ("word-2", "other")]).await;

    let look = browser.get(&intake).await;
    assert_good(&intake, &look.body);
    assert!(look.body.contains("2000 new."), "{}", look.body);
    browser.post(&intake, &format!("{intake}/save"), &[]).await;
    assert!(browser.get(&intake).await.body.contains("Saved"));

    let (exported, mut lines) = (exported(&browser).await, Vec::new());
    assert_eq!(exported.len(), ASSETS as usize);
    for (at, (record, tag, place)) in exported.iter().enumerate() {
        let place = if at < 3 { "The new store" } else { place };
        lines.push(format!("{record},1,{tag},{place},\n"));
    }
    let file = format!("Record,Version,Asset tag,Place,Model\n{}", lines.concat());
    let answer = browser.upload(PAGE, &[("part", "all")], ("file", "assets.csv", file.as_bytes())).await;
    let back = answer.headers["location"].to_str().unwrap().to_owned();
    let look = browser.get(&back).await;
    assert!(look.body.contains("2000 rows: 3 changed, 1997 the same."), "{}", look.body);
    browser.post(&back, &format!("{back}/save"), &[]).await;
    assert!(browser.get(&back).await.body.contains("Saved"));

    let stale = file.replacen("The new store", "Somewhere else", 1);
    let answer = browser.upload(PAGE, &[("part", "all")], ("file", "assets.csv", stale.as_bytes())).await;
    let stale = answer.headers["location"].to_str().unwrap().to_owned();
    let look = browser.get(&format!("{stale}?show=refused")).await;
    assert!(look.body.contains("2000 rows: 1999 the same, 1 refused."), "{}", look.body);
    assert!(look.body.contains("was changed here since the list went out") && look.body.contains("by Madeup head"));
}

/// Record, tag and place of every asset, as an export writes them.
async fn exported(browser: &Browser) -> Vec<(String, String, String)> {
    let (actor, mut out, mut after) = (browser.actor().await, Vec::new(), None);
    let school = browser.house().one_school(&actor, Some("hill")).await.unwrap();
    loop {
        let asked = ListAsked { turn: after.map(|spot| (false, spot)), ..ListAsked::default() };
        let page = browser.house().list(&actor, &school, "asset", &asked).await.unwrap();
        for row in page.rows {
            let number: u64 = row.cells[0].trim_start_matches("ML-").parse().unwrap();
            out.push((row.id.to_string(), row.cells[0].clone(), format!("Room {}", number % 30)));
        }
        after = page.next;
        if after.is_none() {
            return out;
        }
    }
}
