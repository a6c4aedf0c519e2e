//! A pile of signed slips, scanned as one PDF: handed in, matched by its squares, the rest put right by hand.

use crate::agreement::{AUP, PEOPLE, location, publish, school};
use crate::html::assert_good;
use axum::http::StatusCode;
use schoolkeeper_core::permission::BaseRole;

schoolkeeper_testkit::both_engines!(
    a_pile_scanned_as_one_file_is_matched_and_the_rest_put_right_by_hand,
    nobody_who_has_left_is_asked_and_a_slip_of_theirs_says_so
);

async fn nobody_who_has_left_is_asked_and_a_slip_of_theirs_says_so(url: String) {
    // An audience that does not look whether somebody is still here.
    let policy = crate::agreement::POLICY.replace(" && person.active", "");
    let browser = crate::school::Browser::pretending_over(&policy, Some(&url)).await;
    browser.import("hill", "person", PEOPLE).await;
    publish(&browser, "aup", "Keep your password to yourself.", ("2026-1", "yes")).await;
    let (house, hill) =
        (browser.house(), browser.house().one_school(&browser.house().operator(), Some("hill")).await.unwrap());
    let (head, which) = (browser.actor().await, ("outside", "aup"));
    let slips = house.slips(&head, &hill, (which, None)).await.unwrap().slips;
    let of = |name: &str| slips.iter().find(|slip| slip.name.contains(name)).unwrap().code.clone();
    let (tom, sue) = (of("Tom"), of("Sue"));
    browser.import("hill", "person", &PEOPLE.replace("staff,yes", "staff,no")).await;
    let wanted = house.slips_wanted(&head, &hill, which).await.unwrap().people;
    assert!(wanted.iter().all(|(_, name)| !name.contains("Tom")), "{wanted:?}");
    let codes = format!("{tom}\n{sue}\n{sue}\nno code");
    let read = house.read_slips(&head, &hill, (which, &codes)).await.unwrap();
    let why: Vec<Option<&str>> = read.iter().map(|slip| slip.why.as_deref()).collect();
    assert_eq!(why[0], Some("It is not asked of them any more"));
    assert_eq!(why[1], None, "what cannot be read beside it stops nobody's");
    assert!(why[2].unwrap().contains("was read before") && why[3].unwrap().contains("no code of a slip"), "{why:?}");
    assert_eq!(read.iter().map(|slip| slip.line).collect::<Vec<_>>(), [1, 2, 3, 4]);
    // Whoever a slip is printed for can sign by it.
    let again = house.slips(&head, &hill, (which, None)).await.unwrap().slips;
    let codes = again.iter().map(|slip| &*slip.code).collect::<Vec<_>>().join("\n");
    let read = house.read_slips(&head, &hill, (which, &codes)).await.unwrap();
    assert!(!read.is_empty() && read.iter().all(|slip| slip.why.is_none()), "{read:?}");
}

/// A sheet of paper in grey with a square on it, as dots.
fn sheet(code: Option<&str>) -> Vec<u8> {
    let mut dots = vec![255; SIDE * SIDE];
    let Some(code) = code else { return dots };
    let square = qrcode::QrCode::with_error_correction_level(code, qrcode::EcLevel::M).unwrap();
    let wide = square.width();
    for (at, colour) in square.to_colors().into_iter().enumerate() {
        let (x, y) = (40 + at % wide * DOT, 50 + at / wide * DOT);
        for y in y..y + DOT {
            dots[y * SIDE + x..][..DOT].fill(if colour == qrcode::Color::Dark { 20 } else { 250 });
        }
    }
    dots
}

/// Dots across a sheet, and across one dot of a square.
const SIDE: usize = 340;
const DOT: usize = 5;

/// What a copier makes of sheets.
fn scan(sheets: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"%PDF-1.4\n1 0 obj\n<</Type /Catalog /Pages 2 0 R>>\nendobj\n".to_vec();
    let kids: Vec<String> = (0..sheets.len()).map(|at| format!("{} 0 R", 10 + 2 * at)).collect();
    out.extend(format!("2 0 obj\n<</Type /Pages /Kids [{}]>>\nendobj\n", kids.join(" ")).bytes());
    for (at, sheet) in sheets.iter().enumerate() {
        let (page, picture) = (10 + 2 * at, 11 + 2 * at);
        let head = format!(
            "{page} 0 obj\n<</Type /Page /Resources <</XObject <</Im {picture} 0 R>>>>>>\nendobj\n\
             {picture} 0 obj\n<</Subtype /Image /Width {SIDE} /Height {SIDE} /BitsPerComponent 8 /Length {}>>\nstream\n",
            sheet.len()
        );
        out.extend(head.bytes());
        out.extend(sheet);
        out.extend(b"\nendstream\nendobj\n");
    }
    out
}

async fn a_pile_scanned_as_one_file_is_matched_and_the_rest_put_right_by_hand(url: String) {
    let browser = school(&url).await;
    let many = (1..=12).map(|at| format!("Pat Made-Up {at},,staff,yes\n")).collect::<Vec<_>>().concat();
    browser.import("hill", "person", &format!("{PEOPLE}{many}")).await;
    publish(&browser, "aup", "Keep your password to yourself.", ("2026-1", "yes")).await;
    let hill = browser.house().one_school(&browser.house().operator(), Some("hill")).await.unwrap();
    let head = browser.actor().await;
    let which = ("outside", "aup");
    let supply = browser.house().slips(&head, &hill, (which, Some("Supply and agency staff"))).await.unwrap();
    assert_eq!(supply.slips.len(), 1, "one class of person can be printed by itself");
    let made = browser.house().slips(&head, &hill, (which, Some("Staff"))).await.unwrap();
    let mut sheets: Vec<Vec<u8>> = made.slips.iter().map(|slip| sheet(Some(&slip.code))).collect();
    assert!(sheets.len() >= 13, "{}", sheets.len());
    let signed = sheets.len() - 1;
    // One is upside down, one is smudged, a back is empty, one is in twice.
    sheets[0].reverse();
    sheets[1][50 * SIDE..200 * SIDE].fill(0);
    sheets.push(sheet(None));
    sheets.push(sheets[2].clone());
    let page = format!("{AUP}/pile");
    assert_good(&page, &browser.get(&page).await.body);
    let pile = scan(&sheets);
    let unseen = browser.upload(&page, &[], ("file", "scan.pdf", &pile)).await;
    assert!(unseen.body.contains("Look at each slip first"), "{}", unseen.body);
    let said = [("vouched", "yes")];
    let no = browser.upload(&page, &said, ("file", "scan.pdf", b"no scan")).await;
    assert!(no.body.contains("This is no PDF"), "{}", no.body);
    let there = location(&browser.upload(&page, &said, ("file", "scan.pdf", &pile)).await);
    let working = browser.get(&there).await;
    assert_good("working", &working.body);
    assert!(working.body.contains(&format!("Working: 0 of {} pages", sheets.len())), "{}", working.body);
    browser.house().work_once().await.unwrap();
    let read = browser.get(&there).await;
    assert_good("pile", &read.body);
    // What is in twice was signed by the same reading, so it is no work for anybody.
    let words = format!("{} pages are read: {} signed, 1 to look at.", sheets.len(), signed + 1);
    assert!(read.body.contains(&words), "{words}: {}", read.body);
    assert!(read.body.contains("No square could be read on it."), "{}", read.body);
    let picture = browser.get(&format!("{there}/page/2")).await;
    assert_eq!(picture.headers["content-type"], "image/jpeg");
    let unsaid = browser.post(&there, &there, &[("page", "2")]).await;
    assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY);
    let whose = read.body.split("<option value=\"").find(|rest| rest.contains(&*made.slips[1].name)).unwrap();
    let whose = whose.split('"').next().unwrap();
    let right = browser.post(&there, &there, &[("page", "2"), ("person-2", whose)]).await;
    assert_eq!(location(&right), there, "{}", right.body);
    assert!(browser.get(&there).await.body.contains("Nothing is left to do here"));
    let csv = browser.get(&format!("{AUP}/who.csv")).await;
    assert_eq!(csv.body.matches("Signed,2026-11-23").count(), signed + 1, "{}", csv.body);
    browser.signed_in(BaseRole::Governor).await;
    for path in [&there, &format!("{there}/page/2"), &page] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[test]
fn scans_of_other_programs_are_read_and_a_locked_one_says_so() {
    use schoolkeeper_app::pdf::{Pdf, Sheet, read_sheet};
    const CODE: &str = "8b68e63a2013335cc5e923cd5f7b2f1489f9a73da3f73dba9880ccc53016d6ee";
    let files: [(&str, &[u8]); 5] = [
        ("grey with foretold rows", include_bytes!("scan/img2pdf-grey.pdf")),
        ("colour", include_bytes!("scan/img2pdf-colour.pdf")),
        ("bits", include_bytes!("scan/img2pdf-bits.pdf")),
        ("fax", include_bytes!("scan/pillow-fax.pdf")),
        ("objects packed into streams", include_bytes!("scan/packed.pdf")),
    ];
    for (name, file) in files {
        let pdf = Pdf::open(file.to_vec()).unwrap();
        assert_eq!((pdf.page_count(), read_sheet(&pdf, 0)), (1, Ok(Sheet::Squares(vec![CODE.to_owned()]))), "{name}");
        for cut in (0..file.len()).step_by(97) {
            // However little came of it, reading ends.
            let _ = Pdf::open(file[..cut].to_vec()).map(|pdf| read_sheet(&pdf, 0));
        }
    }
    let locked = Pdf::open(include_bytes!("scan/locked.pdf").to_vec()).unwrap_err();
    assert!(locked.0.contains("locked with a password"), "{}", locked.0);
    let deep = format!("%PDF-1.4\n1 0 obj {}", "[".repeat(100_000));
    assert!(Pdf::open(deep.into_bytes()).unwrap_err().0.contains("has no pages"));
    let round =
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>2 0 obj<</Kids[2 0 R 2 0 R 3 0 R]>>3 0 obj<</Kids[2 0 R]>>";
    assert!(Pdf::open(round.as_bytes().to_vec()).is_err(), "pages within themselves");
}
