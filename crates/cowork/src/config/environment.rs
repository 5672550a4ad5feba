//! The environment at the start, read once, so that tests can bring their own.

use std::{collections::BTreeMap, ffi::OsString, path::PathBuf};

use super::Fault;

/// Variables by name; an empty one counts as not set.
#[derive(Debug, Default)]
pub(crate) struct Environment(BTreeMap<String, OsString>);

impl Environment {
    /// That of this process. Variables whose name is not text are left out.
    pub(crate) fn of_process() -> Self {
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value))).collect()
    }

    fn get(&self, name: &str) -> Option<&OsString> {
        self.0.get(name).filter(|value| !value.is_empty())
    }

    /// The variable as a path.
    pub(crate) fn path(&self, name: &str) -> Option<PathBuf> {
        self.get(name).map(PathBuf::from)
    }

    /// The variable as text.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, Fault> {
        let text = |value: &OsString| value.to_str().map(str::to_owned).ok_or_else(|| Fault::not_text(name));
        self.get(name).map(text).transpose()
    }

    /// The variable as a port.
    pub(crate) fn port(&self, name: &str) -> Result<Option<u16>, Fault> {
        let port = |text: String| text.trim().parse().map_err(|_| Fault::not_a_port(name, &text));
        self.text(name)?.map(port).transpose()
    }

    /// The variable as a switch.
    pub(crate) fn switch(&self, name: &str) -> Result<Option<bool>, Fault> {
        let switch = |text: String| match text.trim().to_ascii_lowercase().as_str() {
            "1" | "true" | "on" | "yes" => Ok(true),
            "0" | "false" | "off" | "no" => Ok(false),
            _ => Err(Fault::not_a_switch(name, &text)),
        };
        self.text(name)?.map(switch).transpose()
    }

    /// Where data of this person goes (XDG base directories; relative paths there don't count).
    pub(crate) fn data_home(&self) -> Result<PathBuf, Fault> {
        self.xdg("XDG_DATA_HOME", ".local/share").ok_or_else(Fault::no_home)
    }

    /// Where configuration of this person is.
    pub(crate) fn config_home(&self) -> Option<PathBuf> {
        self.xdg("XDG_CONFIG_HOME", ".config")
    }

    fn xdg(&self, name: &str, beneath_home: &str) -> Option<PathBuf> {
        let named = self.path(name).filter(|path| path.is_absolute());
        named.or_else(|| {
            self.path("HOME").filter(|home| home.is_absolute()).map(|home| home.join(beneath_home))
        })
    }
}

impl FromIterator<(String, OsString)> for Environment {
    fn from_iter<I: IntoIterator<Item = (String, OsString)>>(variables: I) -> Self {
        Self(variables.into_iter().collect())
    }
}
