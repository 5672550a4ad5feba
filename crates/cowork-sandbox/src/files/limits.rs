//! How much is read, listed, walked and removed at most. Callers may ask for less, never for more.

/// Bytes of a path, as `PATH_MAX` without its end.
pub const MAX_PATH_BYTES: usize = 4095;
/// Bytes of one name, as file systems have it.
pub const MAX_NAME_BYTES: usize = 255;
/// Names in a path, and so the depth to which a tree is walked or removed.
pub const MAX_DEPTH: usize = 128;
/// Links followed for one path, as the kernel has it.
pub const MAX_LINKS: usize = 40;
/// Bytes of a file that is read.
pub const MAX_READ_BYTES: u64 = 64 * 1024 * 1024;
/// Bytes of a file that is written.
pub const MAX_WRITE_BYTES: u64 = 64 * 1024 * 1024;
/// Names of one directory that are looked at.
pub const MAX_SCANNED: usize = 100_000;
/// Entries that one listing gives.
pub const MAX_LISTED: usize = 10_000;
/// Entries that one walk visits.
pub const MAX_WALKED: usize = 500_000;
/// Entries that one removal of a tree takes.
pub const MAX_REMOVED: usize = 50_000;
/// How often something is tried again when the tree changes meanwhile.
pub(super) const MAX_TRIES: usize = 32;
