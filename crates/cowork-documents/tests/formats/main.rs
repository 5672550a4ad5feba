//! Documents of every format, sound and hostile, through the pure function; and children that misbehave.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what goes wrong here fails the test")]

#[cfg(unix)]
mod children;
mod damage;
mod hostile;
mod make;
mod office;
mod pdf;
