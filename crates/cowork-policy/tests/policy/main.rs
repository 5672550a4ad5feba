//! The policy from outside: what loads, what is answered, what a permit is good for.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod approvals;
mod documents;
mod explaining;
mod linting;
mod random;
mod reference;
mod rules;
mod standard;
mod support;
