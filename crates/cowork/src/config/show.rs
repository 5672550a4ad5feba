//! The configuration for people: each value with its source, secrets masked.

use std::fmt::Write as _;

use cowork_contract::AutoCompact;

use super::{Config, Setting};

/// What stands for a secret that is set.
const MASK: &str = "********";

impl Config {
    /// One line for each value, aligned.
    pub(crate) fn show(&self) -> String {
        let mut rows = vec![
            ("server.host".to_owned(), self.host.value.clone(), self.host.source.to_string()),
            ("server.port".to_owned(), self.port.value.to_string(), self.port.source.to_string()),
            (
                "data folder".to_owned(),
                self.data_dir.value.display().to_string(),
                self.data_dir.source.to_string(),
            ),
        ];
        let optional = |setting: &Option<Setting<String>>, absent: &str| match setting {
            Some(setting) => (setting.value.clone(), setting.source.to_string()),
            None => (absent.to_owned(), "default".to_owned()),
        };
        let (token, from) = match &self.token {
            Some(token) => (MASK.to_owned(), token.source.to_string()),
            None => ("(none)".to_owned(), "default".to_owned()),
        };
        rows.push(("token".to_owned(), token, from));
        let (log, from) = optional(&self.log, "info");
        rows.push(("log".to_owned(), log, from));
        let (model, from) =
            optional(&self.default_model, "(as chosen in the app, else the first provider's, else the demo)");
        rows.push(("routing.default".to_owned(), model, from));
        let (list, from) = match &self.fallback {
            Some(list) => {
                let models = list.value.iter().map(|(provider, model)| format!("{provider}/{model}"));
                (models.collect::<Vec<_>>().join(", "), list.source.to_string())
            }
            None => ("(as chosen in the app)".to_owned(), "default".to_owned()),
        };
        rows.push(("routing.fallback".to_owned(), list, from));
        let (compact, from) = match &self.compact {
            Some(Setting { value: AutoCompact::Auto, source }) => ("auto", source.to_string()),
            Some(Setting { value: AutoCompact::Off, source }) => ("off", source.to_string()),
            None => ("(as chosen in the app)", "default".to_owned()),
        };
        rows.push(("context.compact".to_owned(), compact.to_owned(), from));
        let look = if self.discovery.value { "true" } else { "false" };
        rows.push(("discovery.local".to_owned(), look.to_owned(), self.discovery.source.to_string()));
        let names = ["file_mb", "per_message", "session_mb"];
        for (name, limit) in names.iter().zip(&self.attachments) {
            rows.push((format!("attachments.{name}"), limit.value.to_string(), limit.source.to_string()));
        }
        for provider in &self.providers {
            let config = &provider.config;
            let name = format!("provider {}", config.id);
            let source = provider.source.to_string();
            rows.push((format!("{name}: kind"), config.kind.as_str().to_owned(), source.clone()));
            if let Some(url) = &config.base_url {
                rows.push((format!("{name}: base_url"), without_user(url), source.clone()));
            }
            for variable in &provider.keys_from {
                rows.push((format!("{name}: key"), MASK.to_owned(), variable.clone()));
            }
            if provider.keys_from.is_empty() {
                let text = "(none, or as set in the app)";
                rows.push((format!("{name}: key"), text.to_owned(), source.clone()));
            }
            if !config.models.is_empty() {
                rows.push((format!("{name}: models"), config.models.join(", "), source));
            }
        }
        let width = |column: fn(&(String, String, String)) -> &String| {
            rows.iter().map(|row| column(row).chars().count()).max().unwrap_or_default()
        };
        let (names, values) = (width(|row| &row.0), width(|row| &row.1));
        let mut out = match &self.file {
            Some(path) => format!("# {}\n", path.display()),
            None => "# no configuration file\n".to_owned(),
        };
        for (name, value, source) in &rows {
            let _ = writeln!(out, "{name:names$}  {value:values$}  {source}");
        }
        for notice in &self.notices {
            let _ = writeln!(out, "# note: {notice}");
        }
        out
    }
}

/// An address without the user and password it may hold.
fn without_user(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let authority_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest.get(..authority_end).and_then(|authority| authority.rfind('@')) {
        Some(at) => format!("{scheme}://{MASK}@{}", rest.get(at + 1..).unwrap_or_default()),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_an_address_is_masked() {
        assert_eq!(without_user("https://me:secret@host/v1?x=@"), "https://********@host/v1?x=@");
        assert_eq!(without_user("http://host/@v1"), "http://host/@v1");
    }
}
