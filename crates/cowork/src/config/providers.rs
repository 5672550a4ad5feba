//! Which model services there are: those of the file, then those whose keys the person already has set.

use std::path::Path;

use cowork_provider::{ProviderConfig, ProviderKind, SERVICES, Service};
use secrecy::SecretString;

use super::{
    Environment, Fault, ProviderSetting, Source,
    file::{File, FileProvider},
};

/// The kinds with a wire and a key of their own: id, kind, and the variables that hold the key, the first one set counts.
const OWN: [(&str, ProviderKind, &[&str]); 2] = [
    ("anthropic", ProviderKind::Anthropic, &["ANTHROPIC_API_KEY"]),
    ("gemini", ProviderKind::Gemini, &["GEMINI_API_KEY", "GOOGLE_API_KEY"]),
];

const KINDS: [ProviderKind; 7] = [
    ProviderKind::OpenAi,
    ProviderKind::OpenAiResponses,
    ProviderKind::Anthropic,
    ProviderKind::Gemini,
    ProviderKind::Ollama,
    ProviderKind::OpenAiCompatible,
    ProviderKind::Demo,
];

/// The words for all kinds.
pub(super) fn kinds() -> String {
    KINDS.map(ProviderKind::as_str).join(", ")
}

/// The words for all services.
fn services() -> String {
    SERVICES.iter().map(|service| service.id).collect::<Vec<_>>().join(", ")
}

/// All providers in their order. A found one gives way to one of the file with the same id.
pub(super) fn collect(file: Option<&File>, environment: &Environment) -> Result<Vec<ProviderSetting>, Fault> {
    let mut providers = Vec::new();
    if let Some(file) = file {
        for provider in &file.providers {
            providers.push(of_file(provider, &file.path, environment)?);
        }
    }
    for found in found(environment)? {
        if !providers.iter().any(|provider| provider.config.id == found.config.id) {
            providers.push(found);
        }
    }
    Ok(providers)
}

fn of_file(
    provider: &FileProvider,
    path: &Path,
    environment: &Environment,
) -> Result<ProviderSetting, Fault> {
    let source = |line| Source::File { path: path.to_owned(), line };
    let service = service_of(provider, path)?;
    let kind = kind_of(provider, service, path)?;
    let mut config = ProviderConfig::new(&provider.id, kind);
    config.models.clone_from(&provider.models);
    let address = provider.base_url.clone().or_else(|| service.map(|service| service.base_url.to_owned()));
    config.base_url = address.map(|url| if kind == ProviderKind::Ollama { without_v1(&url) } else { url });
    let keys_from = match &provider.api_key_env {
        Some(variables) => {
            for variable in &variables.value {
                let key = environment.text(variable)?;
                let key =
                    key.ok_or_else(|| Fault::no_key(&source(variables.line), &provider.id, variable))?;
                add_key(&mut config, key);
            }
            variables.value.clone()
        }
        None => usual_key(kind, service, provider.base_url.is_some(), environment)?
            .map(|(variable, key)| {
                add_key(&mut config, key);
                vec![variable.to_owned()]
            })
            .unwrap_or_default(),
    };
    Ok(ProviderSetting { config, source: source(provider.line), keys_from })
}

fn add_key(config: &mut ProviderConfig, key: String) {
    let key = SecretString::from(key);
    if config.api_key.is_none() {
        config.api_key = Some(key);
    } else {
        config.api_keys.push(key);
    }
}

/// The key that is meant where none is named. At an address of the person's own none is, for the key is the service's;
/// OpenAI's is the exception that everybody is used to.
fn usual_key(
    kind: ProviderKind,
    service: Option<&Service>,
    has_address: bool,
    environment: &Environment,
) -> Result<Option<(&'static str, String)>, Fault> {
    let of_kind = OWN.iter().find(|(_, own, _)| *own == kind).map(|(_, _, variables)| *variables);
    let variables: &[&'static str] = match (service, of_kind) {
        _ if kind == ProviderKind::OpenAi => &["OPENAI_API_KEY"],
        _ if has_address => &[],
        (Some(service), _) => service.key_variable.as_slice(),
        (None, Some(variables)) => variables,
        (None, None) => &[],
    };
    first_set(variables, environment)
}

fn first_set(
    variables: &[&'static str],
    environment: &Environment,
) -> Result<Option<(&'static str, String)>, Fault> {
    for variable in variables {
        if let Some(key) = environment.text(variable)? {
            return Ok(Some((variable, key)));
        }
    }
    Ok(None)
}

fn service_of(provider: &FileProvider, path: &Path) -> Result<Option<&'static Service>, Fault> {
    let Some(named) = &provider.service else { return Ok(None) };
    let unknown = || {
        let what = format!("there is no service {:?}", named.value);
        Fault::in_file(path, named.line, "providers.service", &what, format!("Use one of {}.", services()))
    };
    Service::named(&named.value).map(Some).ok_or_else(unknown)
}

fn kind_of(
    provider: &FileProvider,
    service: Option<&'static Service>,
    path: &Path,
) -> Result<ProviderKind, Fault> {
    let fault = |line, what: &str, remedy: String| Fault::in_file(path, line, "providers.kind", what, remedy);
    match (&provider.kind, service) {
        (None, Some(service)) => Ok(service.kind),
        (None, None) => {
            let remedy = format!(
                "Add kind = \"...\" (one of {}), or service = \"...\" (one of {}).",
                kinds(),
                services()
            );
            let key = format!("{}.kind", provider.name);
            Err(Fault::in_file(path, provider.line, &key, "this is missing", remedy))
        }
        (Some(word), service) => {
            let kind = KINDS.into_iter().find(|kind| kind.as_str() == word.value);
            let kind = kind.ok_or_else(|| {
                let what = format!("there is no kind {:?}", word.value);
                fault(word.line, &what, format!("Use one of {}.", kinds()))
            })?;
            match service {
                Some(service) if service.kind != kind => {
                    let what = format!("{} does not speak {:?}", service.name, word.value);
                    let remedy = format!("Remove the line, or write kind = {:?}.", service.kind.as_str());
                    Err(fault(word.line, &what, remedy))
                }
                _ => Ok(kind),
            }
        }
    }
}

fn found(environment: &Environment) -> Result<Vec<ProviderSetting>, Fault> {
    let mut found = Vec::new();
    if let Some(base_url) = environment.text("OPENAI_BASE_URL")? {
        let key = first_set(&["OPENAI_API_KEY"], environment)?;
        let kind = ProviderKind::OpenAiCompatible;
        found.push(of_environment("openai", kind, "OPENAI_BASE_URL", Some(base_url), key));
    } else if let Some(key) = first_set(&["OPENAI_API_KEY"], environment)? {
        found.push(of_environment("openai", ProviderKind::OpenAi, key.0, None, Some(key)));
    }
    for (id, kind, variables) in OWN {
        if let Some(key) = first_set(variables, environment)? {
            found.push(of_environment(id, kind, key.0, None, Some(key)));
        }
    }
    for service in SERVICES {
        if let Some(key) = first_set(service.key_variable.as_slice(), environment)? {
            let base_url = Some(service.base_url.to_owned());
            found.push(of_environment(service.id, service.kind, key.0, base_url, Some(key)));
        }
    }
    if let Some(host) = environment.text("OLLAMA_HOST")? {
        let base_url = Some(ollama_url(&host));
        found.push(of_environment("ollama", ProviderKind::Ollama, "OLLAMA_HOST", base_url, None));
    }
    Ok(found)
}

fn of_environment(
    id: &str,
    kind: ProviderKind,
    source: &'static str,
    base_url: Option<String>,
    key: Option<(&'static str, String)>,
) -> ProviderSetting {
    let mut config = ProviderConfig::new(id, kind);
    config.base_url = base_url;
    let keys_from = key.iter().map(|(variable, _)| (*variable).to_owned()).collect();
    if let Some((_, key)) = key {
        add_key(&mut config, key);
    }
    ProviderSetting { config, source: Source::Env(source), keys_from }
}

/// The address of an Ollama at `host`, which may lack scheme or port and is 0.0.0.0 where Ollama listens on all
/// addresses.
fn ollama_url(host: &str) -> String {
    let host = host.trim().trim_end_matches('/');
    let (scheme, rest) = host.split_once("://").unwrap_or(("http", host));
    let (authority, path) = rest.split_once('/').map_or((rest, ""), |(authority, path)| (authority, path));
    let authority = authority.replace("0.0.0.0", "127.0.0.1");
    let bracket_end = authority.rfind(']').map_or(0, |at| at + 1);
    let has_port = authority.get(bracket_end..).is_some_and(|after| after.contains(':'));
    let port = match (has_port, scheme) {
        (true, _) | (false, "https") => "",
        (false, _) => ":11434",
    };
    let path = if path.is_empty() { String::new() } else { format!("/{path}") };
    without_v1(&format!("{scheme}://{authority}{port}{path}"))
}

/// The address of Ollama's own API, where that of its OpenAI-compatible one was given.
fn without_v1(url: &str) -> String {
    let url = url.trim().trim_end_matches('/');
    url.strip_suffix("/v1").unwrap_or(url).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ollama_is_found_however_its_host_is_written() {
        for (host, url) in [
            ("127.0.0.1:11434", "http://127.0.0.1:11434"),
            ("localhost", "http://localhost:11434"),
            ("0.0.0.0", "http://127.0.0.1:11434"),
            ("0.0.0.0:9000", "http://127.0.0.1:9000"),
            ("http://box.lan:9000/", "http://box.lan:9000"),
            ("https://ollama.example.org", "https://ollama.example.org"),
            ("https://example.org/ollama", "https://example.org/ollama"),
            ("[::1]", "http://[::1]:11434"),
            ("[::1]:9000", "http://[::1]:9000"),
            ("http://127.0.0.1:11434/v1", "http://127.0.0.1:11434"),
        ] {
            assert_eq!(ollama_url(host), url, "{host}");
        }
    }

    #[test]
    fn every_kind_has_its_word() {
        for kind in KINDS {
            assert!(kinds().split(", ").any(|word| word == kind.as_str()));
        }
    }
}
