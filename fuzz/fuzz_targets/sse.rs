//! The framer of server-sent events.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| cowork_fuzz::events(data));
