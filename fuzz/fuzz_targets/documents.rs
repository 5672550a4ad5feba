//! What reads attached files; the first byte chooses the format.
#![no_main]

use cowork_documents::{DocumentKind, MAX_TEXT, extract, kind_of};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((choice, bytes)) = data.split_first() else { return };
    let kind = DocumentKind::ALL[usize::from(*choice) % DocumentKind::ALL.len()];
    let _ = kind_of(bytes);
    if let Ok(text) = extract(kind, bytes) {
        assert!(text.text.len() <= MAX_TEXT);
    }
});
