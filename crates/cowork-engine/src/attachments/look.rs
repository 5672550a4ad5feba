//! What came, looked at: kind, type and name, and whether it can be taken at all.
//!
//! Elsewhere: what it says as text (`text`).

use cowork_contract::{AttachmentKind, AttachmentLimits};

use super::sniff::{Form, HEAD, TAIL, sniff};
use super::{name, picture};
use crate::EngineError;

/// A file that can be taken.
#[derive(Debug)]
pub(super) struct Looked {
    pub(super) kind: AttachmentKind,
    pub(super) mime: &'static str,
    pub(super) name: String,
    pub(super) form: Form,
}

/// Looks at the whole of a file.
pub(super) fn look(bytes: &[u8], said: &str, limits: &AttachmentLimits) -> Result<Looked, EngineError> {
    let name = name::clean(said, "file");
    if bytes.is_empty() {
        return Err(EngineError::AttachmentRefused(format!(
            "“{name}” is empty. Choose a file with content."
        )));
    }
    let head = &bytes[..bytes.len().min(HEAD)];
    let tail = &bytes[bytes.len().saturating_sub(TAIL)..];
    let (form, mime) = sniff(head, tail, &name);
    match form {
        Form::Image => check_image(mime, head, &name, limits)?,
        Form::OtherImage(format) => {
            return Err(EngineError::AttachmentRefused(format!(
                "“{name}” is a {format} image, which models don't take. Save it as PNG, JPEG, GIF or WebP and attach that."
            )));
        }
        Form::Text | Form::Document | Form::Other => {}
    }
    let kind = if form == Form::Image { AttachmentKind::Image } else { AttachmentKind::File };
    Ok(Looked { kind, mime, name, form })
}

fn check_image(mime: &str, head: &[u8], name: &str, limits: &AttachmentLimits) -> Result<(), EngineError> {
    let Some((width, height)) = picture::size(mime, head) else {
        return Err(EngineError::AttachmentRefused(format!(
            "“{name}” is a damaged image: its size can't be read. Open and save it again, then attach that."
        )));
    };
    let pixels = u64::from(width) * u64::from(height);
    if pixels > limits.image_pixels {
        return Err(EngineError::AttachmentRefused(format!(
            "“{name}” has {width} × {height} pixels; at most {} million are taken. Attach a smaller version.",
            limits.image_pixels / 1_000_000
        )));
    }
    Ok(())
}
