//! The local server: routes, event streams, local auth, problem details, the embedded page.
//!
//! Start at [`serve`], then `routes`. A handler translates and nothing else: commands go to the engine, questions to
//! the store's reader, results come on the event streams.
//! Always true: only loopback is bound; every refusal is a problem with a stable code; a slow reader is dropped and
//! never waited for.
//! Elsewhere: what a command does (`cowork-engine`), what is kept (`cowork-store`), configuration (`cowork`).

mod assets;
mod auth;
mod disposition;
mod exchange;
mod extract;
mod frames;
mod guard;
mod listen;
mod markdown;
mod metrics;
mod openapi;
mod options;
mod problem;
#[expect(unused_qualifications, reason = "what `utoipa::path` expands to has some")]
mod routes;
mod serve;
mod state;
mod stream;

pub use openapi::openapi;
pub use options::{Limits, ServerOptions};
pub use serve::{Running, ServeError, serve};
