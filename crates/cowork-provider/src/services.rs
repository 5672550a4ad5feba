//! Services that are known by name: their wire, their address, where one gets a key, and the variable that people keep
//! it in. Only data; how a wire is spoken lives in its module.

use crate::ProviderKind;

/// A service that is known by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Service {
    /// What the configuration names it by, and the id it has when it is found by its key.
    pub id: &'static str,
    /// A name for people.
    pub name: &'static str,
    /// Which wire it speaks.
    pub kind: ProviderKind,
    /// Where it is.
    pub base_url: &'static str,
    /// Where a person gets a key. `None`: it has none to give.
    pub key_url: Option<&'static str>,
    /// The variable in which people keep its key. `None`: it wants none.
    pub key_variable: Option<&'static str>,
}

impl Service {
    /// The one with this id.
    #[must_use]
    pub fn named(id: &str) -> Option<&'static Self> {
        SERVICES.iter().find(|service| service.id == id)
    }

    const fn hosted(
        id: &'static str,
        name: &'static str,
        base_url: &'static str,
        key_url: &'static str,
        key_variable: &'static str,
    ) -> Self {
        let kind = ProviderKind::OpenAiCompatible;
        Self { id, name, kind, base_url, key_url: Some(key_url), key_variable: Some(key_variable) }
    }

    const fn local(id: &'static str, name: &'static str, base_url: &'static str) -> Self {
        let kind = ProviderKind::OpenAiCompatible;
        Self { id, name, kind, base_url, key_url: None, key_variable: None }
    }
}

/// All of them.
pub const SERVICES: &[Service] = &[
    Service::hosted(
        "openrouter",
        "OpenRouter",
        "https://openrouter.ai/api/v1",
        "https://openrouter.ai/settings/keys",
        "OPENROUTER_API_KEY",
    ),
    Service::hosted(
        "groq",
        "Groq",
        "https://api.groq.com/openai/v1",
        "https://console.groq.com/keys",
        "GROQ_API_KEY",
    ),
    Service::hosted(
        "deepseek",
        "DeepSeek",
        "https://api.deepseek.com/v1",
        "https://platform.deepseek.com/api_keys",
        "DEEPSEEK_API_KEY",
    ),
    Service::hosted(
        "mistral",
        "Mistral",
        "https://api.mistral.ai/v1",
        "https://console.mistral.ai/api-keys",
        "MISTRAL_API_KEY",
    ),
    Service::hosted("xai", "xAI", "https://api.x.ai/v1", "https://console.x.ai", "XAI_API_KEY"),
    Service::hosted(
        "together",
        "Together AI",
        "https://api.together.xyz/v1",
        "https://api.together.ai/settings/api-keys",
        "TOGETHER_API_KEY",
    ),
    Service::local("lmstudio", "LM Studio", "http://127.0.0.1:1234/v1"),
    Service::local("llamacpp", "llama.cpp", "http://127.0.0.1:8080/v1"),
    Service::local("vllm", "vLLM", "http://127.0.0.1:8000/v1"),
];
