//! Looks into a workbook before anybody unpacks it: a small file may unfold into terabytes.
//!
//! Invariant: what is declared is not believed; every part is inflated once, counted and thrown away.

use super::message::Problem;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// Most parts of a workbook.
const PARTS_MAX: usize = 2_000;
/// Most bytes of all parts together.
const INFLATED_BYTES_MAX: u64 = 300 << 20;
/// From this size on, a part may not be more than [`RATIO_MAX`] times its packed size.
const RATIO_FROM_BYTES: u64 = 16 << 20;
/// Spreadsheets pack 10 to 60 times; deflate cannot do more than 1,032.
const RATIO_MAX: u64 = 250;

/// Refuses a workbook that is damaged or unfolds into too much.
pub fn check(bytes: &[u8]) -> Result<(), Problem> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error.to_string()))?;
    if archive.len() > PARTS_MAX {
        return Err(too_much(&format!("it has {} parts; the limit is {PARTS_MAX}", archive.len())));
    }
    let mut total = 0;
    let mut buffer = vec![0; 64 << 10];
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).map_err(|error| damaged(&error.to_string()))?;
        if total + part.size() > INFLATED_BYTES_MAX {
            return Err(too_much("unpacked it would be larger than 300 MB"));
        }
        let (packed, mut size) = (part.compressed_size().max(1), 0_u64);
        loop {
            let read = part.read(&mut buffer).map_err(|error| damaged(&error.to_string()))?;
            if read == 0 {
                break;
            }
            size += read as u64;
            if total + size > INFLATED_BYTES_MAX {
                return Err(too_much("unpacked it would be larger than 300 MB"));
            }
            if size > RATIO_FROM_BYTES && size / packed > RATIO_MAX {
                return Err(too_much(&format!("a part of it unfolds to more than {RATIO_MAX} times its size")));
            }
        }
        total += size;
    }
    Ok(())
}

fn damaged(error: &str) -> Problem {
    Problem::file(format!("is a damaged workbook ({error})"))
        .hint("Open it in Excel, save it again as .xlsx, or export it again.")
}

fn too_much(what: &str) -> Problem {
    Problem::file(format!("is not opened: {what}")).hint("Save only the sheet with the list, as .xlsx or CSV.")
}
