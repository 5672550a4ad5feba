//! Names that say what is behind them: secrets, git's own files, hidden files, unfinished writes.
//!
//! Judged on resolved paths, every name of them. A name is compared in the form that the most lenient file system would
//! take for the same: without case, compatibility forms, invisible characters, and what Windows leaves off.

use std::fmt;

use unicode_normalization::UnicodeNormalization as _;

use super::path::RelPath;

/// Which kind of secret a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Secret {
    /// `.env` and what begins so, but for `.env.example`.
    Environment,
    /// A private key or a store of keys.
    PrivateKey,
    /// Where a program keeps passwords and tokens.
    CredentialStore,
    /// Anything in a folder called `secrets`.
    SecretsFolder,
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Environment => "an environment file",
            Self::PrivateKey => "a private key",
            Self::CredentialStore => "a store of credentials",
            Self::SecretsFolder => "a folder of secrets",
        })
    }
}

/// Beginnings of the names of private keys, as OpenSSH gives them; the public half ends in `.pub`.
const KEY_NAMES: [&str; 5] = ["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "id_xmss"];
const KEY_ENDS: [&str; 10] =
    [".pem", ".key", ".p12", ".pfx", ".pkcs12", ".ppk", ".jks", ".keystore", ".kdb", ".kdbx"];

/// Files and folders in which programs keep credentials.
const STORES: [&str; 32] = [
    ".ssh",
    ".gnupg",
    ".aws",
    ".azure",
    ".gcloud",
    ".kube",
    ".docker",
    ".password-store",
    ".netrc",
    "_netrc",
    ".pgpass",
    ".my.cnf",
    ".npmrc",
    ".yarnrc.yml",
    ".pypirc",
    ".git-credentials",
    ".htpasswd",
    ".vault-token",
    ".boto",
    ".s3cfg",
    "credentials",
    "credentials.json",
    "credentials.toml",
    "credentials.db",
    "application_default_credentials.json",
    "keyrings",
    "kubeconfig",
    "logins.json",
    "key4.db",
    "cookies.sqlite",
    "login data",
    "terraform.tfstate",
];

/// What every unfinished write's name begins with; 16 hexadecimal digits follow.
pub(super) const DRAFT_PREFIX: &str = ".cowork-tmp-";

/// The secret that `path` may hold, by one of its names.
#[must_use]
pub fn secret_in(path: &RelPath) -> Option<Secret> {
    path.names().find_map(|name| secret_named(&fold(name)))
}

/// Whether one of the path's names begins with a dot.
#[must_use]
pub fn is_hidden(path: &RelPath) -> bool {
    path.names().any(|name| name.starts_with('.'))
}

/// Whether the path is git's own folder or file, or below it.
pub(super) fn is_git(path: &RelPath) -> bool {
    // `git~1` is the short name that Windows file systems make of it.
    path.names().any(|name| matches!(fold(name).as_str(), ".git" | "git~1"))
}

/// Whether one of the path's names is that of an unfinished write.
pub(super) fn is_draft(path: &RelPath) -> bool {
    path.names().any(|name| fold(name).starts_with(DRAFT_PREFIX))
}

/// Whether a write that did not end can have left a file of this name.
pub(super) fn is_draft_name(name: &str) -> bool {
    name.strip_prefix(DRAFT_PREFIX).is_some_and(|rest| {
        rest.len() == 16 && rest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

fn secret_named(name: &str) -> Option<Secret> {
    if name.starts_with(".env") {
        return (name != ".env.example").then_some(Secret::Environment);
    }
    if matches!(name, "secrets" | ".secrets") {
        return Some(Secret::SecretsFolder);
    }
    if STORES.contains(&name) {
        return Some(Secret::CredentialStore);
    }
    let is_key = KEY_ENDS.iter().any(|end| name.ends_with(end)) || is_key_name(name);
    is_key.then_some(Secret::PrivateKey)
}

/// `id_rsa`, also with something behind it (`id_rsa.bak`, `id_ed25519_sk`), but not the public half.
fn is_key_name(name: &str) -> bool {
    let begins = |key: &str| {
        name.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '_', '-']))
    };
    !name.ends_with(".pub") && KEY_NAMES.into_iter().any(begins)
}

/// The form of a name in which equal names are the same file somewhere.
fn fold(name: &str) -> String {
    let visible = |c: &char| !is_ignorable(*c);
    let lower: String =
        name.nfkc().filter(visible).flat_map(char::to_lowercase).nfkc().filter(visible).collect();
    // A stream of a file (`.env::$DATA`) is the file; dots and blanks at the end are dropped by Windows.
    let file = match lower.split_once(':') {
        Some((file, _)) if !file.is_empty() => file,
        _ => &lower,
    };
    let trimmed = file.trim_end_matches(['.', ' ']);
    if trimmed.is_empty() { file.to_owned() } else { trimmed.to_owned() }
}

/// Characters that some file systems leave out when they compare names, and that nobody sees.
fn is_ignorable(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> RelPath {
        RelPath::parse(text).unwrap()
    }

    #[test]
    fn secrets_are_known_by_any_of_their_names() {
        use Secret::{CredentialStore, Environment, PrivateKey, SecretsFolder};
        for (text, secret) in [
            (".env", Some(Environment)),
            ("app/.env.local", Some(Environment)),
            (".envrc", Some(Environment)),
            (".env.example", None),
            ("env", None),
            ("environment.ts", None),
            (".ENV", Some(Environment)),
            (".Env.Production", Some(Environment)),
            ("\u{ff0e}\u{ff25}\u{ff2e}\u{ff36}", Some(Environment)),
            (".e\u{200b}nv", Some(Environment)),
            (".env.", Some(Environment)),
            (".env ", Some(Environment)),
            (".env::$DATA", Some(Environment)),
            (".env.example/x", None),
            (".env.example.local", Some(Environment)),
            ("id_rsa", Some(PrivateKey)),
            ("id_rsa.pub", None),
            ("keys/id_ed25519_sk", Some(PrivateKey)),
            ("ID_ED25519", Some(PrivateKey)),
            ("id_rsa.bak", Some(PrivateKey)),
            ("id_rsa_notes.pub", None),
            ("server.pem", Some(PrivateKey)),
            ("server.KEY", Some(PrivateKey)),
            ("keyboard.rs", None),
            ("vault.kdbx", Some(PrivateKey)),
            ("secrets/a.txt", Some(SecretsFolder)),
            ("a/SECRETS/b", Some(SecretsFolder)),
            ("secrets.md", None),
            ("src/secrets.rs", None),
            (".ssh/config", Some(CredentialStore)),
            ("home/.aws/credentials", Some(CredentialStore)),
            (".npmrc", Some(CredentialStore)),
            ("credentials.json", Some(CredentialStore)),
            ("credentials.rs", None),
            (".gitignore", None),
            ("\u{17f}ecrets/x", Some(SecretsFolder)),
        ] {
            assert_eq!(secret_in(&path(text)), secret, "{text:?}");
        }
    }

    #[test]
    fn git_is_known_in_all_its_spellings() {
        for text in [
            ".git",
            ".git/config",
            "a/.GIT/hooks",
            ".git ",
            ".git.",
            ".g\u{200c}it",
            "git~1",
            ".git::$INDEX_ALLOCATION/x",
            "\u{ff0e}git",
        ] {
            assert!(is_git(&path(text)), "{text:?}");
        }
        for text in [".gitignore", ".github/workflows", "git", "a.git", ".gitmodules"] {
            assert!(!is_git(&path(text)), "{text:?}");
        }
    }

    #[test]
    fn hidden_is_a_dot_at_any_depth() {
        assert!(is_hidden(&path(".config/a")));
        assert!(is_hidden(&path("a/.b")));
        assert!(!is_hidden(&path("a/b.c")));
    }
}
