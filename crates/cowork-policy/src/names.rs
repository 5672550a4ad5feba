//! Names as a file system might take them for others, and the names that hold secrets.
//!
//! Always true: folding only makes names alike, so it is used where likeness denies and never where it allows.
//! Elsewhere: what is denied for its name (`builtin`), patterns (`condition`).

use unicode_normalization::UnicodeNormalization as _;

/// The one form of all names that some file system takes for this one: compatibility forms, case, characters without
/// width.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let lower: String = text.nfkc().flat_map(char::to_lowercase).collect();
    lower.nfkc().filter(|character| !is_ignored(*character)).collect()
}

/// Like [`fold`], without the dots and blanks at a name's end and the stream after a colon, which Windows drops.
pub(crate) fn fold_name(name: &str) -> String {
    let folded = fold(name);
    let whole = folded.split(':').next().unwrap_or_default();
    whole.trim_end_matches(['.', ' ']).to_owned()
}

/// A whole path with each of its names so.
pub(crate) fn fold_path(path: &str) -> String {
    path.split('/').map(fold_name).collect::<Vec<_>>().join("/")
}

/// Characters that HFS+ leaves out when it compares names, and their like.
fn is_ignored(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Folders whose content is secret as a whole.
const SECRET_FOLDERS: [&str; 9] =
    ["secrets", ".secrets", ".ssh", ".gnupg", ".aws", ".azure", ".kube", ".docker", ".password-store"];

/// Files that programs keep keys and passwords in.
const SECRET_FILES: [&str; 31] = [
    "id_rsa",
    "id_dsa",
    "id_ecdsa",
    "id_ecdsa_sk",
    "id_ed25519",
    "id_ed25519_sk",
    "id_xmss",
    ".netrc",
    "_netrc",
    ".pgpass",
    ".my.cnf",
    ".git-credentials",
    ".npmrc",
    ".pypirc",
    ".dockercfg",
    ".htpasswd",
    ".vault-token",
    ".boto",
    ".s3cfg",
    ".terraformrc",
    "credentials",
    ".credentials",
    "credentials.json",
    "credentials.toml",
    "credentials.db",
    "application_default_credentials.json",
    "login.keychain",
    "login.keychain-db",
    "logins.json",
    "key3.db",
    "key4.db",
];

/// Endings of private keys and of files that hold them.
const SECRET_ENDINGS: [&str; 9] =
    [".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".kdbx", ".ppk", ".keychain-db"];

/// The one file that begins like a secret and is made to be shared.
const SHARED: &str = ".env.example";

/// Whether one of the path's names is that of a secret. A pattern is taken for the path that it is written like.
pub(crate) fn is_secret(path: &str) -> bool {
    path.split('/').any(|name| {
        let name = fold_name(name);
        is_secret_name(&name) || is_secret_name(name.trim_matches('*'))
    })
}

fn is_secret_name(name: &str) -> bool {
    (name.starts_with(".env") && name != SHARED)
        || SECRET_FOLDERS.contains(&name)
        || SECRET_FILES.contains(&name)
        || SECRET_ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Whether one of the path's names is the folder, or the file, that git keeps itself in.
pub(crate) fn is_in_git(path: &str) -> bool {
    path.split('/').any(|name| matches!(fold_name(name).as_str(), ".git" | "git~1"))
}

/// Folders of the system, on the systems there are, as folded whole paths.
const SYSTEM: [&str; 26] = [
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/proc",
    "/run",
    "/sbin",
    "/sys",
    "/usr",
    "/var/lib",
    "/var/run",
    "/var/spool",
    "/system",
    "/library",
    "/private/etc",
    "/private/var/db",
    "/private/var/run",
    "/private/var/root",
    "c:/windows",
    "c:/program files",
    "c:/program files (x86)",
    "c:/programdata",
];

/// Whether a whole path lies in a folder of the system.
pub(crate) fn is_system(whole: &str) -> bool {
    let folded = fold_path(whole);
    // `c:` is a drive here and no stream, so it is put back.
    let folded = if whole.as_bytes().get(1) == Some(&b':') {
        format!("{}:{}", fold(&whole[..1]), folded.get(1..).unwrap_or_default())
    } else {
        folded
    };
    SYSTEM.iter().any(|system| {
        folded.strip_prefix(system).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_told_by_any_of_their_names() {
        for path in [
            ".env",
            "app/.env.local",
            ".envrc",
            "a/secrets/plan.txt",
            "home/.ssh/config",
            "id_ed25519",
            "certs/server.pem",
            "SECRETS/x",
            ".Env",
            ".e\u{200b}nv",
            "\u{ff0e}env",
            ".env.",
            ".env::$DATA",
            "credential\u{17f}", // a long s
            "\u{212a}ey4.db",    // the Kelvin sign
        ] {
            assert!(is_secret(path), "{path}");
        }
        for path in [
            ".env.example",
            "environment.md",
            "docs/secretsanta.md",
            "id_rsa.pub",
            ".gitignore",
            "keys.md",
            "",
        ] {
            assert!(!is_secret(path), "{path}");
        }
    }

    #[test]
    fn patterns_name_secrets_only_when_they_are_written_like_one() {
        for pattern in ["**/.env", ".env*", "*.pem", "secrets/**", "**/id_rsa*", "config/.env.production"] {
            assert!(is_secret(pattern), "{pattern}");
        }
        for pattern in ["**", "*", "src/**", "*.rs", "?env", "[.]env", ".*"] {
            assert!(!is_secret(pattern), "{pattern}");
        }
    }

    #[test]
    fn git_is_found_whatever_it_is_written_like() {
        for path in [
            ".git",
            "a/.git/hooks/pre-commit",
            ".GIT/config",
            ".g\u{200c}it/config",
            "git~1/config",
            ".git /x",
        ] {
            assert!(is_in_git(path), "{path}");
        }
        for path in [".gitignore", ".github/workflows/ci.yml", "git/x", "a.git/x"] {
            assert!(!is_in_git(path), "{path}");
        }
    }

    #[test]
    fn folders_of_the_system_are_whole_names() {
        for path in [
            "/etc",
            "/etc/passwd",
            "/ETC/shadow",
            "/usr/bin/env",
            "/System/Library",
            "C:/Windows/x",
            "c:/windows",
        ] {
            assert!(is_system(path), "{path}");
        }
        for path in ["/etcetera", "/home/a/etc", "/var/www/html", "/opt/app", "C:/Users/a", "/"] {
            assert!(!is_system(path), "{path}");
        }
    }
}
