//! What of an answer only the service understands, fit to be sent back to it in place of the neutral parts.

use serde_json::Value;

use super::event::{call_id, text};
use super::slot::Slot;

/// The items of an answer in their order. `None`: they hold nothing that the neutral parts don't, or not all came.
///
/// `cut`: the answer is not whole, so nobody will run the tools that it asks for.
pub(super) fn items(slots: &mut [Slot], cut: bool) -> Option<Value> {
    let mut items = Vec::new();
    for slot in slots {
        let Some(item) = slot.item.take() else {
            // Something was said of which the service's own form is missing.
            if slot.has_any(false) || slot.is_call && !cut {
                return None;
            }
            continue;
        };
        let item = bare(item);
        let keep = match text(&item, "type") {
            "function_call" if cut => false,
            // Its result could not be matched.
            "function_call" if call_id(&item).is_empty() => return None,
            "message" | "function_call" => true,
            // Without its content it names something that the service did not store.
            "reasoning" => is_encrypted(&item),
            // The service's own tools.
            _ => true,
        };
        if keep {
            items.push(item);
        }
    }
    // Reasoning is refused without that which it led to.
    while items.last().is_some_and(|item| text(item, "type") == "reasoning") {
        items.pop();
    }
    let own = |item: &Value| !matches!(text(item, "type"), "message" | "function_call");
    items.iter().any(own).then(|| items.into())
}

fn is_encrypted(item: &Value) -> bool {
    !text(item, "encrypted_content").is_empty()
}

/// An item as it is accepted back: without empty fields, and without those that only answers have.
fn bare(mut item: Value) -> Value {
    let id = call_id(&item).to_owned();
    let Some(fields) = item.as_object_mut() else { return item };
    fields.retain(|_, value| !value.is_null());
    match fields.get("type").and_then(Value::as_str) {
        Some("reasoning") => {
            fields.remove("status");
        }
        Some("function_call") => {
            fields.insert("call_id".to_owned(), id.into());
        }
        _ => {}
    }
    item
}
