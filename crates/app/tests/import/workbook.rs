//! Makes small workbooks, good and bad, byte by byte.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;
const RELS: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
/// Style 1 is a date, style 2 a date with a time.
const STYLES: &str = r#"<?xml version="1.0" encoding="UTF-8"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/></cellXfs></styleSheet>"#;

/// One sheet: its name, whether it is hidden, and the XML of its rows.
pub struct SheetXml<'a> {
    pub name: &'a str,
    pub hidden: bool,
    pub rows: String,
}

/// A sheet whose cells are all texts.
pub fn texts<'a>(name: &'a str, rows: &[&[&str]]) -> SheetXml<'a> {
    let mut xml = String::new();
    for (at, row) in rows.iter().enumerate() {
        write!(xml, "<row r=\"{}\">", at + 1).unwrap();
        for (column, text) in row.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
            let letter = char::from(b'A' + column as u8);
            write!(xml, "<c r=\"{letter}{}\" t=\"inlineStr\"><is><t>{text}</t></is></c>", at + 1).unwrap();
        }
        xml.push_str("</row>");
    }
    SheetXml { name, hidden: false, rows: xml }
}

/// A workbook of these sheets.
pub fn workbook(sheets: &[SheetXml]) -> Vec<u8> {
    let mut parts =
        vec![("[Content_Types].xml".to_owned(), TYPES.to_owned()), ("_rels/.rels".to_owned(), RELS.to_owned())];
    let (mut list, mut rels) = (String::new(), String::new());
    for (at, sheet) in sheets.iter().enumerate() {
        let state = if sheet.hidden { " state=\"hidden\"" } else { "" };
        write!(list, "<sheet name=\"{}\" sheetId=\"{}\"{state} r:id=\"rId{}\"/>", sheet.name, at + 1, at + 1).unwrap();
        write!(rels, "<Relationship Id=\"rId{}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet{}.xml\"/>", at + 1, at + 1).unwrap();
        parts.push((format!("xl/worksheets/sheet{}.xml", at + 1), sheet_xml(&sheet.rows)));
    }
    rels.push_str("<Relationship Id=\"rId99\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/>");
    parts.push(("xl/workbook.xml".to_owned(), format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>{list}</sheets></workbook>")));
    parts.push(("xl/_rels/workbook.xml.rels".to_owned(), format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{rels}</Relationships>")));
    parts.push(("xl/styles.xml".to_owned(), STYLES.to_owned()));
    zip(parts.iter().map(|(name, text)| (name.as_str(), text.as_bytes())))
}

pub fn sheet_xml(rows: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>"
    )
}

pub fn zip<'a>(parts: impl Iterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in parts {
        writer.start_file(name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A workbook whose only sheet unfolds to so many megabytes of spaces.
pub fn bomb(megabytes: usize) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    writer.start_file("[Content_Types].xml", options).unwrap();
    writer.write_all(TYPES.as_bytes()).unwrap();
    writer.start_file("xl/worksheets/sheet1.xml", options).unwrap();
    let spaces = vec![b' '; 1 << 20];
    for _ in 0..megabytes {
        writer.write_all(&spaces).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
