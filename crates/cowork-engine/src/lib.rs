//! What happens when a person asks: commands are decided, answers are run to their end, and what was cut short is
//! taken up again at the start.
//!
//! Start at [`Engine`]. Always true: a command is answered once it is committed, never with a result that is only in
//! memory; a session has one running answer, the others wait in order; text is committed before anybody sees it; all
//! background work belongs to the supervisor and stops with it. Elsewhere: what is kept and in which order
//! (`cowork-store`), how a model is asked (`cowork-provider`), how commands arrive (`cowork-server`).

mod answer;
mod attachments;
mod capability;
mod command;
mod compaction;
mod context;
mod conversation;
mod driver;
mod engine;
mod error;
mod housekeeping;
mod ids;
mod instructions;
mod mention;
mod models;
mod naming;
mod parameters;
mod presets;
mod providers;
mod recovery;
mod resting;
mod routing;
mod side_call;
mod supervisor;
mod title;
mod turn;

pub use attachments::{AttachedFile, Upload};
pub use engine::{Edited, Engine, EngineOptions, EngineStatus, StartError};
pub use error::EngineError;
pub use providers::{Configured, Origin, OriginKey, Place};
pub use routing::Retry;
