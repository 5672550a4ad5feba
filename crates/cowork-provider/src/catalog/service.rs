//! Whose model it is, and the name that the catalogue has for it.

use std::net::IpAddr;

use reqwest::Url;

use crate::ProviderKind;

/// Models that people run themselves.
pub(super) const LOCAL: &str = "local";

/// The ends of host names that are one service.
const HOSTS: [(&str, &str); 8] = [
    ("openai.com", "openai"),
    ("anthropic.com", "anthropic"),
    ("generativelanguage.googleapis.com", "gemini"),
    ("deepseek.com", "deepseek"),
    ("mistral.ai", "mistral"),
    ("x.ai", "xai"),
    ("groq.com", "groq"),
    ("openrouter.ai", "openrouter"),
];

/// The vendors of `OpenRouter` that are one service.
const VENDORS: [(&str, &str); 6] = [
    ("openai", "openai"),
    ("anthropic", "anthropic"),
    ("google", "gemini"),
    ("deepseek", "deepseek"),
    ("mistralai", "mistral"),
    ("x-ai", "xai"),
];

/// The service, and the model as the catalogue names it.
pub(super) fn of(kind: ProviderKind, base_url: Option<&str>, model: &str) -> Option<(&'static str, String)> {
    match service(kind, base_url)? {
        "openrouter" => vendors_own(model),
        "gemini" => Some(("gemini", model.strip_prefix("models/").unwrap_or(model).to_owned())),
        LOCAL => Some((LOCAL, plain(model))),
        service => Some((service, model.to_owned())),
    }
}

fn service(kind: ProviderKind, base_url: Option<&str>) -> Option<&'static str> {
    match (kind, base_url) {
        (ProviderKind::Demo, _) => None,
        (ProviderKind::Ollama, _) => Some(LOCAL),
        (_, Some(base_url)) => of_host(Url::parse(base_url).ok()?.host_str()?),
        (ProviderKind::OpenAi | ProviderKind::OpenAiResponses, None) => Some("openai"),
        (ProviderKind::Anthropic, None) => Some("anthropic"),
        (ProviderKind::Gemini, None) => Some("gemini"),
        (ProviderKind::OpenAiCompatible, None) => None,
    }
}

fn of_host(host: &str) -> Option<&'static str> {
    let is = |end: &str| host.strip_suffix(end).is_some_and(|front| front.is_empty() || front.ends_with('.'));
    let known = HOSTS.iter().find(|(end, _)| is(end));
    known.map(|(_, service)| *service).or_else(|| is_private(host).then_some(LOCAL))
}

fn is_private(host: &str) -> bool {
    match host.trim_matches(['[', ']']).parse() {
        Ok(IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Ok(IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
        // A name without a dot, such as `localhost` or that of a container, is only known nearby.
        Err(_) => !host.contains('.') || host.ends_with(".local") || host.ends_with(".localhost"),
    }
}

/// `vendor/model` of `OpenRouter`, as the vendor names it.
fn vendors_own(model: &str) -> Option<(&'static str, String)> {
    let (vendor, name) = model.split_once('/')?;
    let (_, service) = VENDORS.iter().find(|(theirs, _)| *theirs == vendor)?;
    if name.contains(':') {
        return None;
    }
    // Versions are written with a dot there and with a dash at Anthropic.
    let name = if *service == "anthropic" { name.replace('.', "-") } else { name.to_owned() };
    Some((*service, name))
}

/// One name for a local model, whether it is a tag (`qwen3:8b`), a repository or a file
/// (`Qwen3-8B-Q4_K_M.gguf`): `qwen3-8b`.
fn plain(model: &str) -> String {
    let name = model.rsplit(['/', '\\']).next().unwrap_or(model).to_ascii_lowercase().replace(':', "-");
    let mut name = name.as_str();
    for end in [".gguf", "-gguf", "-latest"] {
        name = name.strip_suffix(end).unwrap_or(name);
    }
    if let Some((front, _)) = name.rsplit_once(['-', '.']).filter(|(_, end)| is_quantisation(end)) {
        name = front;
    }
    name = name.strip_prefix("meta-").unwrap_or(name);
    // `llama-3.3` and `llama3.3` are the same family.
    match name.split_once('-') {
        Some((family, rest))
            if family.bytes().all(|b| b.is_ascii_alphabetic())
                && rest.starts_with(|c: char| c.is_ascii_digit()) =>
        {
            format!("{family}{rest}")
        }
        _ => name.to_owned(),
    }
}

fn is_quantisation(end: &str) -> bool {
    let bits = end.strip_prefix("iq").or_else(|| end.strip_prefix('q'));
    bits.is_some_and(|bits| bits.starts_with(|c: char| c.is_ascii_digit()))
        || matches!(end, "f16" | "bf16" | "fp16" | "f32" | "mxfp4")
}
