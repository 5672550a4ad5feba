//! From what a service said about a failure to its [`FailureKind`] and to words for people.
//!
//! One table for all wires. A code decides before a message, and both before the status: the same status means
//! different things in different houses.

use std::time::Duration;

use serde_json::Value;

use crate::FailureKind::{self, *};

/// What a service said about a failure.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    /// Its codes and types, in lower case, separated by blanks.
    pub(crate) codes: String,
    /// Its message, as sent.
    pub(crate) message: String,
    /// The status that it names within the body.
    pub(crate) status: Option<u16>,
    /// How long it asks to wait, where it says so within the body.
    pub(crate) wait: Option<Duration>,
}

impl Said {
    /// A message without a code.
    pub(crate) fn only(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }

    /// Reads the error out of a JSON body or event, in any of the usual shapes; `None` where there is none.
    pub(crate) fn read(value: &Value) -> Option<Self> {
        // Some gateways wrap the whole in a list.
        let value = value.as_array().and_then(|list| list.first()).unwrap_or(value);
        let object = value.as_object()?;
        match object.get("error") {
            Some(Value::String(text)) if !text.is_empty() => Some(Self {
                message: object.get("message").map_or_else(|| text.clone(), plain),
                ..Self::codes_of(value)
            }),
            Some(error @ Value::Object(fields)) if !fields.is_empty() => {
                let message = error.get("message").map(plain).unwrap_or_default();
                Some(Self { message, ..Self::codes_of(error) })
            }
            _ if object.contains_key("choices") => None,
            _ => {
                let marked =
                    value["object"] == "error" || value["type"] == "error" || object.contains_key("code");
                let message = object.get("message").filter(|_| marked).or_else(|| object.get("detail"))?;
                Some(Self { message: plain(message), ..Self::codes_of(value) })
            }
        }
    }

    fn codes_of(value: &Value) -> Self {
        let words = ["code", "type", "status", "error"].iter().filter_map(|name| value.get(name)?.as_str());
        let numbers = ["code", "status"].iter().filter_map(|name| {
            let field = value.get(name)?;
            field.as_u64().or_else(|| field.as_str()?.parse().ok())
        });
        let details = value.get("details").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        Self {
            codes: words.chain(details.iter().flat_map(signs)).collect::<Vec<_>>().join(" ").to_lowercase(),
            message: String::new(),
            status: numbers.filter_map(|n| u16::try_from(n).ok()).find(|n| (400..600).contains(n)),
            wait: details.iter().find_map(wait),
        }
    }
}

/// The signs in one of the details that Google's services add to an error: its reason, and the limits that were hit.
fn signs(detail: &Value) -> impl Iterator<Item = &str> {
    let limits = detail.get("violations").and_then(Value::as_array).into_iter().flatten();
    let limits = limits.filter_map(|limit| limit.get("quotaId"));
    detail.get("reason").into_iter().chain(limits).filter_map(Value::as_str)
}

/// The wait that one of these details asks for, as in `"37.5s"`.
fn wait(detail: &Value) -> Option<Duration> {
    let seconds = detail.get("retryDelay")?.as_str()?.strip_suffix('s')?;
    Duration::try_from_secs_f64(seconds.parse().ok()?).ok()
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Names of limits within codes. They decide before all else: a service that names them speaks of the account's quota
/// in its message even when only the current minute's is used up.
const LIMITS: &[(&str, FailureKind)] =
    &[("perday", Quota), ("permonth", Quota), ("perminute", RateLimited), ("persecond", RateLimited)];

/// Signs within codes.
const CODES: &[(&str, FailureKind)] = &[
    ("context_length", ContextLength),
    ("context_window", ContextLength),
    ("exceed_context_size", ContextLength),
    ("string_above_max_length", ContextLength),
    ("content_filter", ContentFiltered),
    ("content_policy", ContentFiltered),
    ("responsibleaipolicyviolation", ContentFiltered),
    ("data_inspection_failed", ContentFiltered),
    ("insufficient_quota", Quota),
    ("insufficient_balance", Quota),
    ("billing", Quota),
    ("quota_exceeded", Quota),
    ("overloaded", Overloaded),
    ("slow_down", Overloaded),
    ("unavailable", Overloaded),
    ("rate_limit", RateLimited),
    ("resource_exhausted", RateLimited),
    ("too_many_requests", RateLimited),
    ("invalid_api_key", Auth),
    ("api_key_invalid", Auth),
    ("authentication_error", Auth),
    ("unauthenticated", Auth),
    ("timeout_error", Timeout),
    ("model_not_found", ModelNotFound),
    ("model_not_available", ModelNotFound),
    ("deadline_exceeded", Timeout),
    ("unsupported_parameter", BadRequest),
    ("unsupported_value", BadRequest),
    ("invalid_image", BadRequest),
    ("invalid_base64_image", BadRequest),
    ("unsupported_image", BadRequest),
    ("image_too_", BadRequest),
    ("image_parse_error", BadRequest),
    ("image_file", BadRequest),
];

/// Signs within codes that say little: a message that means one thing decides before them.
const VAGUE: &[(&str, FailureKind)] = &[("permission", Forbidden)];

/// Signs within messages, for services whose codes say nothing. Only phrases that mean one thing.
const PHRASES: &[(&str, FailureKind)] = &[
    ("maximum context", ContextLength),
    ("context length", ContextLength),
    ("context size", ContextLength),
    ("context window", ContextLength),
    ("prompt is too long", ContextLength),
    ("exceed context limit", ContextLength),
    ("input token count", ContextLength),
    ("token count exceeds", ContextLength),
    ("content management policy", ContentFiltered),
    ("content filtering policy", ContentFiltered),
    ("violating our usage policy", ContentFiltered),
    ("access to this content for safety", ContentFiltered),
    ("insufficient balance", Quota),
    ("insufficient credit", Quota),
    ("exceeded your current quota", Quota),
    ("credit balance", Quota),
    ("usage limit", Quota),
    ("credits are depleted", Quota),
    ("spending cap", Quota),
    ("overloaded", Overloaded),
    ("server busy", Overloaded),
    ("rate limit", RateLimited),
    ("too many requests", RateLimited),
    ("incorrect api key", Auth),
    ("invalid api key", Auth),
    ("api key not valid", Auth),
    ("api key expired", Auth),
    ("reported as leaked", Auth),
    ("unregistered callers", Auth),
    ("location is not supported", Forbidden),
    ("not available in your country", Forbidden),
    ("model not found", ModelNotFound),
    ("unknown model", ModelNotFound),
    ("unexpected model name", ModelNotFound),
    ("no such model", ModelNotFound),
    ("try pulling it first", ModelNotFound),
];

/// Decides what a failure is. `status` is the one of the answer, where the answer was a refusal.
pub(crate) fn kind(status: Option<u16>, said: &Said) -> FailureKind {
    let message = said.message.to_lowercase();
    let status = status.or(said.status);
    let about_model = || {
        // A setting that a model does not take is no model that is missing.
        let about_setting =
            ["for", "by", "with"].iter().any(|s| message.contains(&format!("{s} this model")));
        message.contains("model")
            && !about_setting
            && ["not found", "not exist", "not supported"].iter().any(|s| message.contains(s))
    };
    let sign = |table: &[(&str, FailureKind)], text: &str| {
        table.iter().find(|(sign, _)| text.contains(sign)).map(|(_, kind)| *kind)
    };
    // A service that throttles by tokens speaks of lengths and limits in the same breath: here its codes count only.
    let by_message = || if status == Some(429) { None } else { sign(PHRASES, &message) };
    match sign(LIMITS, &said.codes) {
        // A limit of nothing leaves no minute to wait for.
        Some(_) if message.contains("limit: 0,") => return Quota,
        Some(kind) => return kind,
        None => {}
    }
    if status == Some(429) && said.wait.is_none() && sign(PHRASES, &message) == Some(Quota) {
        return Quota;
    }
    let by_code = |table| sign(table, &said.codes);
    if let Some(kind) = by_code(CODES).or_else(by_message).or_else(|| by_code(VAGUE)) {
        return kind;
    }
    match status {
        Some(401) => Auth,
        Some(402) => Quota,
        Some(403 | 451) => Forbidden,
        Some(400 | 404 | 422) if about_model() => ModelNotFound,
        // All that Anthropic says about a model it has not.
        Some(404) if message.starts_with("model:") => ModelNotFound,
        Some(404 | 405 | 410) => EndpointNotFound,
        Some(408) => Timeout,
        Some(413) => ContextLength,
        Some(429) => RateLimited,
        Some(503 | 529) => Overloaded,
        Some(300..=499) => BadRequest,
        _ => Server,
    }
}

/// The cause and the next step. `who` is the provider's id; `key_remedy` says where its key is set, if that is known.
pub(crate) fn sentence(kind: FailureKind, who: &str, key_remedy: Option<&str>) -> String {
    let (cause, step) = match kind {
        Auth => ("did not accept the API key", key_remedy.unwrap_or("Check its key where it is set.")),
        Forbidden => (
            "does not allow this with the configured key",
            "Check what the key and its account may use, or choose another model.",
        ),
        ModelNotFound => ("does not know this model", "Choose another model, or correct its name."),
        EndpointNotFound => {
            ("has nothing at this address", "Check base_url: for most servers it ends in \"/v1\".")
        }
        RateLimited => ("got too many requests", "Wait a little, then try again."),
        Quota => (
            "says that the account's credit or quota is used up",
            "Check plan and billing there, or choose another provider.",
        ),
        Overloaded => ("is overloaded", "Try again in a moment, or choose another model."),
        ContextLength => (
            "says that the conversation is too long for this model",
            "Choose a model with a larger context window, or start a new session.",
        ),
        BadRequest => {
            ("did not accept the request", "Check the provider's settings, or choose another model.")
        }
        ContentFiltered => ("filtered the content and gave no answer", "Rephrase the message."),
        Server => ("failed on its side", "Try again in a moment."),
        Unreachable => ("could not be reached", "Check base_url and the network, and that the server runs."),
        Timeout => ("was silent for too long", "Try again, or choose another model."),
        Truncated => ("broke off in the middle of the answer", "Continue the answer, or regenerate it."),
        Garbage => (
            "sent something that is not an answer",
            "Check base_url: for most servers it ends in \"/v1\". If it is right, try again.",
        ),
        TooLarge => ("sent more than the limit for one answer", "Ask for a shorter answer."),
        Empty => ("ended its answer without a word", "Try again, or rephrase the message."),
    };
    format!("The provider \"{who}\" {cause}. {step}")
}
