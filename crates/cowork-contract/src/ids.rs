//! Opaque ids and the two integers that everything is ordered by.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Milliseconds since the Unix epoch, UTC.
pub type Timestamp = i64;

/// An event's place in the one log: a JSON integer below 2^53, increasing in commit order over all sessions,
/// never reused, not gap-free within a session.
pub type Position = i64;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes any text as an id: ids are opaque, and one that names nothing is simply not found.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The id as it travels.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// One conversation. A UUIDv7, so id order is creation order.
    SessionId
);
id!(
    /// One message of a session. A UUIDv7, so id order is creation order.
    MessageId
);
id!(
    /// One task. A UUIDv7, so id order is creation order.
    TaskId
);
id!(
    /// One uploaded file.
    AttachmentId
);
id!(
    /// One artifact over all its versions.
    ArtifactId
);
id!(
    /// One question to the person.
    ApprovalId
);
id!(
    /// One folder granted to a session.
    GrantId
);
