//! The framer of lines.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| cowork_fuzz::lines(data));
