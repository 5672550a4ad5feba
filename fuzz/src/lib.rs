//! What is asked of any bytes, shared with the tests of damaged answers (docs/guides/fuzzing.md).

#[path = "../../crates/cowork-provider/tests/mutation/memory.rs"]
mod memory;
#[allow(dead_code, reason = "the tests use all of it")]
#[path = "../../crates/cowork-provider/tests/mutation/properties.rs"]
mod properties;

use cowork_provider::ProviderKind;
use cowork_provider::fuzzing::Cutting;
use properties::{Answer, MAX, check};

/// The last byte decides how the others are split.
fn seed(data: &[u8]) -> u64 {
    data.last().copied().unwrap_or_default().into()
}

/// An answer on the wire of this kind.
pub fn answer(kind: ProviderKind, data: &[u8]) {
    check(|| Answer::of(kind), data, seed(data)).unwrap_or_else(|wrong| panic!("{wrong}"));
}

/// Server-sent events.
pub fn events(data: &[u8]) {
    check(|| Cutting::events(MAX), data, seed(data)).unwrap_or_else(|wrong| panic!("{wrong}"));
}

/// Lines.
pub fn lines(data: &[u8]) {
    check(|| Cutting::lines(MAX), data, seed(data)).unwrap_or_else(|wrong| panic!("{wrong}"));
}
