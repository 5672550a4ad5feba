//! What is wrong with the configuration, where, and how to mend it.

use std::{fmt, io, path::Path};

use cowork_provider::ConfigError;

use super::Source;

/// A fault: its place and key in the first line, the remedy below.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    what: String,
    remedy: String,
}

impl std::error::Error for Fault {}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if self.remedy.is_empty() { Ok(()) } else { write!(f, "\n{}", self.remedy) }
    }
}

impl Fault {
    /// `key` at `line` of `path`: what is wrong, and the remedy.
    pub(super) fn in_file(
        path: &Path,
        line: usize,
        key: &str,
        what: &str,
        remedy: impl Into<String>,
    ) -> Self {
        Self { what: format!("{}:{line}: {key}: {what}", path.display()), remedy: remedy.into() }
    }

    pub(super) fn syntax(path: &Path, line: usize, what: &str) -> Self {
        let what = what.lines().collect::<Vec<_>>().join(", ");
        Self {
            what: format!("{}:{line}: this is not TOML: {what}", path.display()),
            remedy: "Texts stand in double quotes, tables in [brackets]; see https://toml.io.".to_owned(),
        }
    }

    pub(super) fn unreadable(path: &Path, cause: &io::Error) -> Self {
        Self {
            what: format!("{}: the configuration can't be read: {cause}", path.display()),
            remedy: "Check its permissions, or name another file with --config.".to_owned(),
        }
    }

    pub(super) fn no_file(source: &Source, path: &Path) -> Self {
        Self {
            what: format!("{source}: there is no file {}", path.display()),
            remedy: "Make it, or name another one.".to_owned(),
        }
    }

    pub(super) fn not_text(name: &str) -> Self {
        Self {
            what: format!("{name}: the value is not UTF-8 text"),
            remedy: "Set it anew, or unset it.".to_owned(),
        }
    }

    pub(super) fn not_a_port(name: &str, text: &str) -> Self {
        Self {
            what: format!("{name}: {text:?} is no port"),
            remedy: "Set it to a number from 1 to 65535, or to 0 for any free port.".to_owned(),
        }
    }

    pub(super) fn not_a_switch(name: &str, text: &str) -> Self {
        Self {
            what: format!("{name}: {text:?} is neither on nor off"),
            remedy: "Set it to 1 or 0.".to_owned(),
        }
    }

    pub(super) fn fallback(source: &Source, text: &str, why: &str) -> Self {
        Self {
            what: format!("{source}: routing.fallback: {text:?} {why}"),
            remedy: "Write each as \"provider/model\", in the order in which they are to be asked."
                .to_owned(),
        }
    }

    pub(super) fn no_home() -> Self {
        Self {
            what: "there is no place for the data folder: HOME is not set".to_owned(),
            remedy: "Name one with --data-dir or COWORK_DATA_DIR.".to_owned(),
        }
    }

    pub(super) fn no_key(source: &Source, id: &str, variable: &str) -> Self {
        Self {
            what: format!(
                "{source}: api_key_env: provider {id:?} wants the key in {variable}, which is not set"
            ),
            remedy: format!("Set {variable}, or remove api_key_env if the provider needs no key."),
        }
    }

    /// A provider's own words, which hold the remedy.
    pub(super) fn provider(place: Option<&Source>, error: &ConfigError) -> Self {
        let what = match place {
            Some(place) => format!("{place}: {error}"),
            None => error.to_string(),
        };
        Self { what, remedy: String::new() }
    }
}
