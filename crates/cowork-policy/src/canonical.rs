//! One spelling for a JSON value, and the hash over it.
//!
//! Always true: equal values have equal bytes, whatever order their keys came in; values that differ have other bytes.
//! Elsewhere: what is hashed (`permit`, `policy`).

use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// Without blanks, with the keys of every object in the order of their bytes.
pub fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut keys: Vec<&String> = fields.keys().collect();
            keys.sort_unstable();
            text.push('{');
            for (index, key) in keys.into_iter().enumerate() {
                separate(index, text);
                write(&Value::String(key.clone()), text);
                text.push(':');
                write(&fields[key], text);
            }
            text.push('}');
        }
        Value::Array(values) => {
            text.push('[');
            for (index, value) in values.iter().enumerate() {
                separate(index, text);
                write(value, text);
            }
            text.push(']');
        }
        scalar => {
            let _ = write!(text, "{scalar}"); // writing to a string can't fail
        }
    }
}

fn separate(index: usize, text: &mut String) {
    if index > 0 {
        text.push(',');
    }
}

/// SHA-256 over the canonical spelling.
pub(crate) fn hash(value: &Value) -> [u8; 32] {
    Sha256::digest(canonical(value)).into()
}

pub(crate) fn hex(hash: &[u8; 32]) -> String {
    hash.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // writing to a string can't fail
        text
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_order_of_keys_does_not_count_and_everything_else_does() {
        let of = |text: &str| canonical(&serde_json::from_str(text).unwrap());
        assert_eq!(
            of(r#" {"b": [1, {"y": null, "x": "\u00e9"}], "a": true} "#),
            "{\"a\":true,\"b\":[1,{\"x\":\"é\",\"y\":null}]}"
        );
        assert_eq!(of(r#"{"a":1,"b":2}"#), of(r#"{"b":2,"a":1}"#));
        for (one, other) in
            [("[1,2]", "[2,1]"), ("1", "\"1\""), ("null", "{}"), (r#"{"a":"b,c"}"#, r#"{"a":"b","c":""}"#)]
        {
            assert_ne!(of(one), of(other));
        }
    }

    #[test]
    fn a_hash_is_written_in_hex() {
        assert_eq!(
            hex(&hash(&json!({}))),
            "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
        );
    }
}
