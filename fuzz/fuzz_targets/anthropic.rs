//! Answers on the wire of Anthropic.
#![no_main]

use cowork_provider::ProviderKind;

libfuzzer_sys::fuzz_target!(|data: &[u8]| cowork_fuzz::answer(ProviderKind::Anthropic, data));
