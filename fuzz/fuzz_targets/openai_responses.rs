//! Answers on the wire of OpenAI's responses; the last byte decides how the others are split.
#![no_main]

use cowork_provider::ProviderKind;
use cowork_provider::fuzzing::check_answer;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let seed = data.last().copied().unwrap_or_default();
    if let Err(wrong) = check_answer(ProviderKind::OpenAiResponses, data, seed.into()) {
        panic!("{wrong}");
    }
});
