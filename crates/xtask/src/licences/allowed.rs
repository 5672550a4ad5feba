//! What licences we accept, and the few packages for which one more is accepted.

/// Permissive licences: use, change and ship, with at most a notice to keep.
const ALLOWED: [&str; 20] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BlueOak-1.0.0",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CC-BY-4.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "OFL-1.1",
    "Python-2.0",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
];

/// Package, licence. MPL-2.0 binds only changes to the package's own files, and none of these is part of what is
/// shipped: they test or build.
const EXCEPTIONS: [(&str, &str); 3] =
    [("axe-core", "MPL-2.0"), ("@axe-core/playwright", "MPL-2.0"), ("lightningcss", "MPL-2.0")];

/// Package, licence, for packages that carry their licence as a file alone; read and found to be what is said here.
const STATED_IN_FILE: [(&str, &str); 1] = [("khroma", "MIT")];

/// The licence of a package that states none where packages state it.
pub(super) fn stated_in_file(package: &str) -> Option<&'static str> {
    STATED_IN_FILE.iter().find(|(named, _)| *named == package).map(|(_, licence)| *licence)
}

/// Whether `package` may come under `licence` (one SPDX term, with its exception if it has one).
pub(super) fn is_allowed(package: &str, licence: &str) -> bool {
    ALLOWED.contains(&licence)
        || EXCEPTIONS.iter().any(|(named, accepted)| is_package(package, named) && *accepted == licence)
}

/// lightningcss comes as one more package per platform.
fn is_package(package: &str, named: &str) -> bool {
    package == named || (named == "lightningcss" && package.starts_with("lightningcss-"))
}
