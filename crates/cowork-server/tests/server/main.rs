//! The server from outside: real sockets, bytes as they travel.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what goes wrong here fails the test")]

mod assets;
mod attachments;
mod bodies;
mod compaction;
mod exchange;
mod frames;
mod gate;
mod harness;
mod http;
mod portability;
mod presets;
mod problems;
mod providers;
mod resources;
mod search;
mod sign_in;
mod slow_readers;
mod streams;
