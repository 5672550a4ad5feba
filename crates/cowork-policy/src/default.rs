//! The policy of a person who wrote none: the table of the safety rules, as a document.
//!
//! Always true: it loads, and the linter has nothing to say of it (a test sees to both). Elsewhere: what no rule lifts
//! (`builtin`).

/// The document.
pub const DEFAULT: &str = include_str!("default.json");
