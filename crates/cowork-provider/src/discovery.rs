//! Model servers that run on this computer, found by asking the usual ports who is there.
//!
//! Always true: only the loopback address is asked, with a short limit on time and size, no key and no word of any
//! conversation; a server is taken only if its answer is of its kind, for another program may have the port.

use std::net::Ipv4Addr;
use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Client;
use serde_json::Value;

use crate::{ProviderConfig, ProviderKind};

/// A server on this machine answers at once or is not one.
const PATIENCE: Duration = Duration::from_millis(300);
/// Bytes of an answer that are read; a list of local models is short.
const ANSWER: usize = 1 << 20;

/// A kind of server, and the port where it is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalServer {
    /// The id it gets.
    pub id: &'static str,
    /// The port it usually has.
    pub port: u16,
    sign: Sign,
}

/// By what a server is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// `/api/version` tells a version.
    Ollama,
    /// `/v1/models` is a list of models.
    List,
    /// And the models say that this is whose they are.
    ListOf(&'static str),
}

impl LocalServer {
    /// Those that are looked for.
    pub const USUAL: [Self; 4] = [
        Self { id: "ollama", port: 11434, sign: Sign::Ollama },
        Self { id: "lmstudio", port: 1234, sign: Sign::List },
        Self { id: "llamacpp", port: 8080, sign: Sign::ListOf("llamacpp") },
        Self { id: "vllm", port: 8000, sign: Sign::ListOf("vllm") },
    ];

    /// The same at another port.
    #[must_use]
    pub fn at(self, port: u16) -> Self {
        Self { port, ..self }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}:{}{path}", Ipv4Addr::LOCALHOST, self.port)
    }

    async fn look(&self, client: &Client) -> Option<ProviderConfig> {
        let path = if self.sign == Sign::Ollama { "/api/version" } else { "/v1/models" };
        let asked = answer(client, self.url(path));
        let answer = tokio::time::timeout(PATIENCE, asked).await.ok()??;
        if !self.sign.is_of(&answer) {
            return None;
        }
        let (kind, path) = match self.sign {
            Sign::Ollama => (ProviderKind::Ollama, ""),
            Sign::List | Sign::ListOf(_) => (ProviderKind::OpenAiCompatible, "/v1"),
        };
        let mut config = ProviderConfig::new(self.id, kind);
        config.base_url = Some(self.url(path));
        config.by_choice_only = true;
        Some(config)
    }
}

impl Sign {
    fn is_of(self, answer: &Value) -> bool {
        let models = || {
            let models = answer.get("data").and_then(Value::as_array)?;
            let is_model = |model: &Value| model.get("object").and_then(Value::as_str) == Some("model");
            (answer.get("object")? == "list" && models.iter().all(is_model)).then_some(models)
        };
        match self {
            Self::Ollama => answer.get("version").is_some_and(Value::is_string),
            Self::List => models().is_some(),
            Self::ListOf(owner) => models().is_some_and(|models| {
                let is_owner = |model: &Value| model.get("owned_by").and_then(Value::as_str) == Some(owner);
                !models.is_empty() && models.iter().all(is_owner)
            }),
        }
    }
}

/// Those of the servers that run now, as they would be configured. They answer by choice only.
pub async fn discover(servers: &[LocalServer]) -> Vec<ProviderConfig> {
    crate::install_tls();
    let client = Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        // Nothing here is encrypted: spare loading the system's certificates.
        .tls_certs_only([])
        .build();
    let Ok(client) = client else { return Vec::new() };
    join_all(servers.iter().map(|server| server.look(&client))).await.into_iter().flatten().collect()
}

async fn answer(client: &Client, url: String) -> Option<Value> {
    let mut response = client.get(url).send().await.ok().filter(|response| response.status().is_success())?;
    let mut body = Vec::new();
    while let Some(bytes) = response.chunk().await.ok()? {
        if body.len() + bytes.len() > ANSWER {
            return None;
        }
        body.extend_from_slice(&bytes);
    }
    serde_json::from_slice(&body).ok()
}
