//! Each service's rules for what it is asked, as strict as the strictest server that speaks its wire: for tests that
//! must know whether a question would be accepted.
//!
//! A checker says the first rule that is broken. What is the service's own (signatures, encrypted reasoning) is
//! allowed only where `own` says that the conversation holds answers of this very service.

mod anthropic;
mod chat;
mod gemini;
mod ollama;
mod responses;

use cowork_provider::ProviderKind;
use serde_json::Value;

pub(crate) type Checked = Result<(), String>;

/// Fails with these words unless this holds.
macro_rules! rule {
    ($holds:expr, $($words:tt)+) => {
        if !$holds {
            return Err(format!($($words)+));
        }
    };
}
use rule;

/// Whether the service behind this wire would accept the body.
pub(crate) fn check(kind: ProviderKind, body: &Value, own: bool) -> Checked {
    match kind {
        ProviderKind::OpenAiResponses => responses::check(body, own),
        ProviderKind::Anthropic => anthropic::check(body, own),
        ProviderKind::Gemini => gemini::check(body, own),
        ProviderKind::Ollama => ollama::check(body, own),
        _ => chat::check(body),
    }
}

/// An object with no other fields than these.
fn only(value: &Value, fields: &[&str]) -> Checked {
    let Some(object) = value.as_object() else { return Err(format!("not an object: {value}")) };
    let other = object.keys().find(|name| !fields.contains(&name.as_str()));
    other.map_or(Ok(()), |name| Err(format!("field {name:?} in {value}")))
}

fn list<'a>(value: &'a Value, name: &str) -> Result<&'a Vec<Value>, String> {
    let list = value[name].as_array().filter(|list| !list.is_empty());
    list.ok_or_else(|| format!("{name:?} is no filled list in {value}"))
}

/// Text that is not blank.
fn words<'a>(value: &'a Value, name: &str) -> Result<&'a str, String> {
    let text = value[name].as_str().filter(|text| !text.trim().is_empty());
    text.ok_or_else(|| format!("{name:?} is blank in {value}"))
}

fn name(value: &Value) -> Checked {
    let name = words(value, "name")?;
    let fits = name.len() <= 64 && name.chars().all(plain);
    rule!(fits, "the name of a tool: {name:?}");
    Ok(())
}

/// What every service allows in names and ids.
fn plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_-".contains(c)
}

fn object(value: &Value) -> Checked {
    rule!(value.is_object(), "arguments that are no object: {value}");
    Ok(())
}

/// A JSON object as text.
fn object_text(value: &Value, name: &str) -> Checked {
    let text = words(value, name)?;
    let parsed = serde_json::from_str::<Value>(text).map_err(|error| format!("{error} in {text:?}"))?;
    object(&parsed)
}

fn base64(text: &str) -> Checked {
    let fits = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
    rule!(!text.is_empty() && text.len().is_multiple_of(4) && text.chars().all(fits), "no base64: {text:?}");
    Ok(())
}

fn data_url(value: &Value, name: &str, mime: &str) -> Checked {
    let url = words(value, name)?;
    let Some(data) = url.strip_prefix(&format!("data:{mime}")).and_then(|rest| rest.split_once(";base64,"))
    else {
        return Err(format!("no data URL of {mime}: {url:?}"));
    };
    base64(data.1)
}
