//! What tools can reach: the sandbox says *can it*, whatever a policy says.
//!
//! Start at [`files`]: granted folders as open handles, and what can be done beneath them.
//! Always true: no answer here rests on comparing strings with what the system would do; the kernel is asked to do it in
//! the one way that can't lead elsewhere, or it is not done.
//! Elsewhere: whether a call may be made (`cowork-policy`), and how a tool does its work (`cowork-tools`).

pub mod files;
