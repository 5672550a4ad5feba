//! The child: reads one document from standard input, says one frame on standard output, and ends.
//!
//! Always true: it gives up what it could do harm with before it reads a byte, and what it says on standard error holds
//! nothing of the document. Limits are set on Linux; on other systems the child has what a process has, and only the
//! parent's time limit and its bound on the answer hold.

#[cfg(target_os = "linux")]
mod descriptors;

use std::{
    io::{self, Read as _, Write as _},
    panic,
    process::ExitCode,
};

use crate::{
    DocumentKind,
    error::{ExtractError, Limit},
    extract,
    frame::Frame,
};

/// The longest document that is read.
pub const MAX_INPUT: u64 = 64 << 20;

/// Does what the child is there for. Call it first thing in a process of its own, while it has one thread.
pub fn run(kind: DocumentKind) -> ExitCode {
    // What a panic says may be a piece of the document.
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(io::stderr(), "panicked at {place}");
    }));
    match confine().and_then(|()| answer(kind)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn answer(kind: DocumentKind) -> io::Result<()> {
    let mut bytes = Vec::new();
    io::stdin().lock().take(MAX_INPUT + 1).read_to_end(&mut bytes)?;
    let result = if bytes.len() as u64 > MAX_INPUT {
        Err(ExtractError::TooLarge { of: Limit::Bytes, limit: MAX_INPUT })
    } else {
        extract(kind, &bytes)
    };
    let mut out = io::stdout().lock();
    out.write_all(&serde_json::to_vec(&Frame::from(result))?)?;
    out.flush()
}

/// Memory, all of it together: what is mapped, the stack, the document and its text.
#[cfg(target_os = "linux")]
const MAX_MEMORY: u64 = 512 << 20;

/// Of the processor. The parent's limit is of the clock and ends sooner, unless the parent is gone.
#[cfg(target_os = "linux")]
const MAX_SECONDS: u64 = 25;

/// Gives up what reading a document takes no part of.
#[cfg(target_os = "linux")]
fn confine() -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, Signal, nice, set_parent_process_death_signal, setrlimit};

    descriptors::close_inherited()?;
    set_parent_process_death_signal(Some(Signal::KILL))?;
    let limits = [
        (Resource::As, MAX_MEMORY),
        (Resource::Cpu, MAX_SECONDS),
        (Resource::Core, 0),
        (Resource::Fsize, 0),
        // The three open ones stay; no file, socket or pipe can be opened any more.
        (Resource::Nofile, 0),
        // No process and no thread, unless the user is root.
        (Resource::Nproc, 0),
    ];
    for (resource, limit) in limits {
        setrlimit(resource, Rlimit { current: Some(limit), maximum: Some(limit) })?;
    }
    // Answers come before attachments; where this is not allowed, nothing is lost.
    let _ = nice(10);
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn confine() -> io::Result<()> {
    Ok(())
}
