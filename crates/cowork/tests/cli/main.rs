//! The binary from outside: commands, exit codes, signals, files.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what goes wrong here fails the test")]

mod chat;
mod configuration;
mod documents;
mod harness;
mod portability;
mod providers;
mod serving;
mod usage;
