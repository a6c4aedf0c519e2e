//! Any bytes as a list of devices.
#![no_main]
mod import;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| import::bring_in("device", bytes));
