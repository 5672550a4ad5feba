//! Answers on the wire of Gemini.
#![no_main]

use cowork_provider::ProviderKind;

libfuzzer_sys::fuzz_target!(|data: &[u8]| cowork_fuzz::answer(ProviderKind::Gemini, data));
