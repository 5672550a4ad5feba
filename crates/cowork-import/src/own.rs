//! Our own format, as it is.

use cowork_contract::{EXPORT_VERSION, ImportFormat, SessionExport};
use sha2::{Digest as _, Sha256};

use crate::Conversation;

/// How deep a session's JSON may nest: what is stored is read again with more around it.
pub const SESSION_DEPTH_MAX: usize = 64;

pub(crate) fn read(entry: &str) -> Result<Conversation, String> {
    if nests_deeper(entry, SESSION_DEPTH_MAX) {
        return Err(format!("It nests deeper than {SESSION_DEPTH_MAX} levels."));
    }
    let export: SessionExport = serde_json::from_str(entry).map_err(|fault| {
        format!("It is not of the form that Cowork writes in version {EXPORT_VERSION}: {fault}.")
    })?;
    let fingerprint = fingerprint_of(&export);
    Ok(Conversation { format: ImportFormat::Cowork, export, fingerprint, left_out: Vec::new() })
}

/// Of the session's id and of all that was said in it, now and earlier.
pub fn fingerprint_of(export: &SessionExport) -> [u8; 32] {
    let said = (&export.session.id, &export.messages, &export.revisions);
    Sha256::digest(serde_json::to_vec(&said).unwrap_or_default()).into()
}

fn nests_deeper(json: &str, limit: usize) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > limit {
            return true;
        }
    }
    false
}
