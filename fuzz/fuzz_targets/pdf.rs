//! Any bytes as a scanned pile: its pages and their squares are read to an end, or a sentence says why not.

#![no_main]

use libfuzzer_sys::fuzz_target;
use schoolkeeper_app::pdf::{Pdf, read_sheet};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(pdf) = Pdf::open(bytes.to_vec()) {
        for page in 0..pdf.page_count().min(4) {
            let _ = read_sheet(&pdf, page);
        }
    }
});
