//! Previews in an isolated frame: what may be shown in one, and the ticket that shows it once.
//!
//! Elsewhere: under which policies a frame is answered (`cowork-server`, `frames`).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Bytes of content one frame may have.
pub const FRAME_CONTENT_MAX: usize = 1_000_000;

/// What is previewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FrameKind {
    /// A document; nothing in it runs, loads or leads anywhere.
    Html,
    /// A picture; shown as an image is.
    Svg,
    /// The drawing program for diagrams; the diagram's source is handed to the frame by message.
    Mermaid,
}

/// `POST /frames`: asks for a frame. It changes nothing that lasts, so it carries no request id.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateFrame {
    /// What `content` is.
    pub kind: FrameKind,
    /// At most 1,000,000 bytes. Absent for `mermaid`, needed for the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
}

/// A frame that can be shown once.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FrameTicket {
    /// Good once; whoever holds it needs no token.
    pub ticket: String,
    /// Where the frame is: `/frame/{ticket}`.
    pub url: String,
    /// Milliseconds the ticket is good for.
    pub expires_in_ms: u64,
}
