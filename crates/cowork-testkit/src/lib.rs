//! Scripted providers on the real wire format, over a real socket. For tests and measurements only.
//!
//! Start at [`ScriptedProvider`]; a script is made with [`reply`] or [`refuse`]. Always true: an answer does exactly
//! what its script says, byte for byte and in its order; every task ends when the provider is dropped.
//! Elsewhere: decoding what is sent here (`cowork-provider`).

mod frames;
mod gate;
mod http;
mod record;
mod run;
mod script;
mod server;
mod tokens;

pub use gate::Gate;
pub use record::{End, Recorded};
pub use script::{Reply, Script, Step, refuse, reply};
pub use server::ScriptedProvider;
pub use tokens::{MARKDOWN, Stamp, TokenText, Tokens, micros_now, stamps};
