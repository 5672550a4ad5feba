//! Closes what the child inherited open: the one module of Cowork with `unsafe`.
//!
//! What we open ourselves is closed by the system when the child starts. What whoever started the server left open is
//! not, and nothing safe can close a descriptor that no value owns.
#![allow(unsafe_code, reason = "see the module's documentation")]

use std::{fs, io, os::fd::RawFd};

/// Closes all but standard input, output and error. For the beginning of a process that has opened nothing yet.
pub(super) fn close_inherited() -> io::Result<()> {
    let open: Vec<RawFd> = fs::read_dir("/proc/self/fd")?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|descriptor| *descriptor > 2)
        .collect();
    for descriptor in open {
        // The one that the folder was read with is closed already.
        if fs::symlink_metadata(format!("/proc/self/fd/{descriptor}")).is_err() {
            continue;
        }
        // SAFETY: it is open, there is one thread, and no value of ours owns a descriptor: all were inherited.
        unsafe { rustix::io::close(descriptor) };
    }
    Ok(())
}
