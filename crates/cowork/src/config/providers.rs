//! Which model services there are: those of the file, then those whose keys the person already has set.

use std::path::Path;

use cowork_provider::{ProviderConfig, ProviderKind};
use secrecy::SecretString;

use super::{
    Environment, Fault, ProviderSetting, Source,
    file::{File, FileProvider},
};

/// Services that speak OpenAI's wire and are found by their key.
const KNOWN: [(&str, &str, &str); 6] = [
    ("openrouter", "OPENROUTER_API_KEY", "https://openrouter.ai/api/v1"),
    ("groq", "GROQ_API_KEY", "https://api.groq.com/openai/v1"),
    ("deepseek", "DEEPSEEK_API_KEY", "https://api.deepseek.com/v1"),
    ("mistral", "MISTRAL_API_KEY", "https://api.mistral.ai/v1"),
    ("xai", "XAI_API_KEY", "https://api.x.ai/v1"),
    ("together", "TOGETHER_API_KEY", "https://api.together.xyz/v1"),
];

/// Keys of services whose own wires this version does not speak.
const LATER: [(&str, &str); 2] = [("ANTHROPIC_API_KEY", "Anthropic"), ("GEMINI_API_KEY", "Gemini")];

const OLLAMA: &str = "http://127.0.0.1:11434/v1";

/// All providers in their order. A found one gives way to one of the file with the same id.
pub(super) fn collect(
    file: Option<&File>,
    environment: &Environment,
    notices: &mut Vec<String>,
) -> Result<Vec<ProviderSetting>, Fault> {
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
    for (variable, name) in LATER {
        if environment.has(variable) {
            notices.push(format!("{variable} is set, but this version does not speak {name}'s own wire yet"));
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
    let kind = kind_of(provider, path)?;
    let mut config = ProviderConfig::new(&provider.id, kind);
    config.models.clone_from(&provider.models);
    config.base_url = match (&provider.base_url, provider.kind.value.as_str()) {
        (None, "ollama") => Some(OLLAMA.to_owned()),
        (given, _) => given.clone(),
    };
    let key_from = match &provider.api_key_env {
        Some(variable) => {
            let key = environment.text(&variable.value)?;
            let key =
                key.ok_or_else(|| Fault::no_key(&source(variable.line), &provider.id, &variable.value))?;
            config.api_key = Some(SecretString::from(key));
            Some(variable.value.clone())
        }
        None if kind == ProviderKind::OpenAi => {
            config.api_key = environment.text("OPENAI_API_KEY")?.map(SecretString::from);
            config.api_key.as_ref().map(|_| "OPENAI_API_KEY".to_owned())
        }
        None => None,
    };
    Ok(ProviderSetting { config, source: source(provider.line), key_from })
}

fn kind_of(provider: &FileProvider, path: &Path) -> Result<ProviderKind, Fault> {
    let fault = |what: &str, remedy| Fault::in_file(path, provider.kind.line, "providers.kind", what, remedy);
    match provider.kind.value.as_str() {
        "openai" => Ok(ProviderKind::OpenAi),
        "openai-compatible" | "ollama" => Ok(ProviderKind::OpenAiCompatible),
        "demo" => Ok(ProviderKind::Demo),
        later @ ("anthropic" | "gemini") => Err(fault(
            &format!("this version does not speak {later:?} yet"),
            "Use kind = \"openai-compatible\" with the base_url of the service's OpenAI-compatible endpoint.",
        )),
        other => Err(fault(
            &format!("there is no kind {other:?}"),
            "Use openai, openai-compatible, ollama or demo.",
        )),
    }
}

fn found(environment: &Environment) -> Result<Vec<ProviderSetting>, Fault> {
    let mut found = Vec::new();
    if let Some(base_url) = environment.text("OPENAI_BASE_URL")? {
        let key = environment.text("OPENAI_API_KEY")?;
        found.push(compatible(
            "openai",
            Source::Env("OPENAI_BASE_URL"),
            base_url,
            key.map(|key| ("OPENAI_API_KEY", key)),
        ));
    } else if let Some(key) = environment.text("OPENAI_API_KEY")? {
        let mut config = ProviderConfig::new("openai", ProviderKind::OpenAi);
        config.api_key = Some(SecretString::from(key));
        let key_from = Some("OPENAI_API_KEY".to_owned());
        found.push(ProviderSetting { config, source: Source::Env("OPENAI_API_KEY"), key_from });
    }
    for (id, variable, base_url) in KNOWN {
        if let Some(key) = environment.text(variable)? {
            found.push(compatible(id, Source::Env(variable), base_url.to_owned(), Some((variable, key))));
        }
    }
    if let Some(host) = environment.text("OLLAMA_HOST")? {
        found.push(compatible("ollama", Source::Env("OLLAMA_HOST"), ollama_url(&host), None));
    }
    Ok(found)
}

fn compatible(id: &str, source: Source, base_url: String, key: Option<(&str, String)>) -> ProviderSetting {
    let mut config = ProviderConfig::new(id, ProviderKind::OpenAiCompatible);
    config.base_url = Some(base_url);
    let key_from = key.as_ref().map(|(variable, _)| (*variable).to_owned());
    config.api_key = key.map(|(_, key)| SecretString::from(key));
    ProviderSetting { config, source, key_from }
}

/// The OpenAI-compatible address of an Ollama at `host`, which may lack scheme or port and is 0.0.0.0 where Ollama
/// listens on all addresses.
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
    if path.ends_with("/v1") {
        return format!("{scheme}://{authority}{port}{path}");
    }
    format!("{scheme}://{authority}{port}{path}/v1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ollama_is_found_however_its_host_is_written() {
        for (host, url) in [
            ("127.0.0.1:11434", "http://127.0.0.1:11434/v1"),
            ("localhost", "http://localhost:11434/v1"),
            ("0.0.0.0", "http://127.0.0.1:11434/v1"),
            ("0.0.0.0:9000", "http://127.0.0.1:9000/v1"),
            ("http://box.lan:9000/", "http://box.lan:9000/v1"),
            ("https://ollama.example.org", "https://ollama.example.org/v1"),
            ("https://example.org/ollama", "https://example.org/ollama/v1"),
            ("[::1]", "http://[::1]:11434/v1"),
            ("[::1]:9000", "http://[::1]:9000/v1"),
            ("http://127.0.0.1:11434/v1", "http://127.0.0.1:11434/v1"),
        ] {
            assert_eq!(ollama_url(host), url, "{host}");
        }
    }
}
