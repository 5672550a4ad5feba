//! Makes a JSON Schema one that Gemini takes as parameters of a function. Always true: the result holds only fields
//! that it knows, however deep; what it has no word for is left out, so that it allows rather more than the schema.

use serde_json::{Map, Value, json};

/// Schemas nest no deeper than this.
const DEEPEST: usize = 24;
/// Schemas in one, all references followed. A tool with more is offered with what fits.
const MOST: usize = 2_000;

/// Fields that are taken as they are.
const PLAIN: &[&str] = &[
    "title",
    "description",
    "nullable",
    "minItems",
    "maxItems",
    "minLength",
    "maxLength",
    "minProperties",
    "maxProperties",
    "minimum",
    "maximum",
    "pattern",
];
/// The formats it knows; it refuses others.
const FORMATS: &[&str] = &["float", "double", "int32", "int64", "enum", "date-time"];

/// The parameters as Gemini wants them. `None`: the function has none, which is said by leaving them out.
pub(super) fn parameters(schema: &Value) -> Option<Value> {
    let mut cleaned = Cleaner { root: schema, left: MOST, following: Vec::new() }.clean(schema, 0);
    let filled =
        cleaned.get("properties").and_then(Value::as_object).is_some_and(|fields| !fields.is_empty());
    let object = cleaned.as_object_mut().filter(|_| filled)?;
    object.insert("type".to_owned(), "object".into());
    Some(cleaned)
}

struct Cleaner<'a> {
    root: &'a Value,
    left: usize,
    /// The references that led here.
    following: Vec<&'a str>,
}

impl<'a> Cleaner<'a> {
    fn clean(&mut self, schema: &'a Value, depth: usize) -> Value {
        let mut out = Map::new();
        let Some(fields) = schema.as_object().filter(|_| depth < DEEPEST && self.left > 0) else {
            return json!({ "type": "string" });
        };
        self.left -= 1;
        // What it refers to and what all of its parts say; its own words, which follow, count more.
        if let Some(path) = fields.get("$ref").and_then(Value::as_str) {
            let root = self.root;
            let referred = path.strip_prefix('#').and_then(|path| root.pointer(path));
            if self.following.contains(&path) {
                out.insert("type".to_owned(), "object".into()); // it holds itself
            } else if let Some(referred) = referred {
                self.following.push(path);
                merge(&mut out, self.clean(referred, depth + 1));
                self.following.pop();
            }
        }
        for part in fields.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            merge(&mut out, self.clean(part, depth + 1));
        }
        let mut own = Map::new();
        for (name, value) in fields {
            match name.as_str() {
                name if PLAIN.contains(&name) && !value.is_null() => {
                    own.insert(name.to_owned(), value.clone());
                }
                "format" if value.as_str().is_some_and(|format| FORMATS.contains(&format)) => {
                    own.insert("format".to_owned(), value.clone());
                }
                "type" => kind(value, &mut own),
                "required" if value.is_array() => {
                    own.insert("required".to_owned(), value.clone());
                }
                "enum" => choices(value.as_array().map(Vec::as_slice).unwrap_or_default(), &mut own),
                "const" => choices(std::slice::from_ref(value), &mut own),
                "properties" => {
                    let fields = value.as_object().into_iter().flatten();
                    let fields = fields.map(|(name, field)| (name.clone(), self.clean(field, depth + 1)));
                    own.insert("properties".to_owned(), fields.collect::<Map<_, _>>().into());
                }
                "items" => {
                    let item = value.as_array().and_then(|items| items.first()).unwrap_or(value);
                    own.insert("items".to_owned(), self.clean(item, depth + 1));
                }
                "anyOf" | "oneOf" => self.either(value, depth, &mut own),
                _ => {}
            }
        }
        merge(&mut out, own.into());
        complete(&mut out);
        out.into()
    }

    fn either(&mut self, value: &'a Value, depth: usize, out: &mut Map<String, Value>) {
        let is_null = |schema: &&Value| schema.get("type").is_some_and(|kind| kind == "null");
        let schemas = value.as_array().map(Vec::as_slice).unwrap_or_default();
        let (null, schemas): (Vec<_>, Vec<_>) = schemas.iter().partition(is_null);
        let mut schemas = schemas.into_iter().map(|schema| self.clean(schema, depth + 1)).collect::<Vec<_>>();
        if !null.is_empty() {
            out.insert("nullable".to_owned(), true.into());
        }
        if schemas.len() == 1 {
            merge(out, schemas.remove(0));
        } else if !schemas.is_empty() {
            out.insert("anyOf".to_owned(), schemas.into());
        }
    }
}

/// A list of types becomes a choice between them, and `null` among them a mark.
fn kind(value: &Value, out: &mut Map<String, Value>) {
    let types = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    let types = types.iter().filter_map(Value::as_str);
    let (null, types): (Vec<_>, Vec<_>) = types.partition(|kind| *kind == "null");
    if !null.is_empty() {
        out.insert("nullable".to_owned(), true.into());
    }
    if let [only] = types.as_slice() {
        out.insert("type".to_owned(), (*only).into());
    } else if !types.is_empty() {
        let either = types.iter().map(|kind| {
            let mut schema = Map::from_iter([("type".to_owned(), Value::from(*kind))]);
            complete(&mut schema);
            Value::from(schema)
        });
        out.insert("anyOf".to_owned(), either.collect());
    }
}

/// Only words can be chosen from; of others the type remains.
fn choices(values: &[Value], out: &mut Map<String, Value>) {
    let all = |is: fn(&Value) -> bool| !values.is_empty() && values.iter().all(is);
    if all(Value::is_string) {
        out.insert("type".to_owned(), "string".into());
        out.insert("enum".to_owned(), values.into());
    } else if all(|value| value.is_i64() || value.is_u64()) {
        out.entry("type").or_insert_with(|| "integer".into());
    } else if all(Value::is_number) {
        out.entry("type").or_insert_with(|| "number".into());
    } else if all(Value::is_boolean) {
        out.entry("type").or_insert_with(|| "boolean".into());
    }
}

fn merge(out: &mut Map<String, Value>, more: Value) {
    let Value::Object(more) = more else { return };
    for (name, value) in more {
        match (out.get_mut(&name), value) {
            (Some(Value::Object(before)), Value::Object(value)) if name == "properties" => {
                before.extend(value)
            }
            (Some(Value::Array(before)), Value::Array(value)) if name == "required" => {
                let new = value.into_iter().filter(|name| !before.contains(name)).collect::<Vec<_>>();
                before.extend(new);
            }
            (_, value) => {
                out.insert(name, value);
            }
        }
    }
}

/// Adds what it insists on, a type and what lists consist of, and takes away what may not stand together.
fn complete(out: &mut Map<String, Value>) {
    if out.contains_key("properties") {
        out.remove("anyOf");
    }
    if out.contains_key("anyOf") {
        out.retain(|name, _| ["anyOf", "title", "description", "nullable"].contains(&name.as_str()));
        return;
    }
    let kind = match (out.contains_key("properties"), out.contains_key("items")) {
        (true, _) => "object",
        (false, true) => "array",
        (false, false) => "string",
    };
    let kind = out.entry("type").or_insert_with(|| kind.into()).clone();
    if kind == "array" && !out.contains_key("items") {
        out.insert("items".to_owned(), json!({ "type": "string" }));
    }
    let known = out.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    if let Some(Value::Array(required)) = out.get_mut("required") {
        required.retain(|name| name.as_str().is_some_and(|name| known.contains_key(name)));
        if required.is_empty() {
            out.remove("required");
        }
    }
    if out.get("format").is_some_and(|format| format == "enum") && !out.contains_key("enum") {
        out.remove("format");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(schema: &Value) -> Value {
        let parameters = parameters(&json!({ "type": "object", "properties": { "a": schema } }));
        parameters.expect("a field")["properties"]["a"].clone()
    }

    #[test]
    fn a_schema_loses_what_gemini_refuses_and_nothing_else() {
        let table = [
            (
                json!({"type": "string", "format": "uri", "minLength": 1, "default": "x", "examples": []}),
                json!({"type": "string", "minLength": 1}),
            ),
            (
                json!({"type": "string", "format": "date-time"}),
                json!({"type": "string", "format": "date-time"}),
            ),
            (
                json!({"type": ["string", "null"], "description": "d"}),
                json!({"type": "string", "nullable": true, "description": "d"}),
            ),
            (
                json!({"type": ["string", "integer"]}),
                json!({"anyOf": [{"type": "string"}, {"type": "integer"}]}),
            ),
            (json!({"const": "x"}), json!({"type": "string", "enum": ["x"]})),
            (json!({"enum": [1, 2]}), json!({"type": "integer"})),
            (json!({"type": "array"}), json!({"type": "array", "items": {"type": "string"}})),
            (
                json!({"type": "array", "items": [{"type": "number"}], "uniqueItems": true}),
                json!({"type": "array", "items": {"type": "number"}}),
            ),
            (
                json!({"anyOf": [{"type": "number"}, {"type": "null"}], "default": null}),
                json!({"type": "number", "nullable": true}),
            ),
            (
                json!({"oneOf": [{"type": "number"}, {"const": "all"}], "type": "x", "title": "t"}),
                json!({"title": "t", "anyOf": [{"type": "number"}, {"type": "string", "enum": ["all"]}]}),
            ),
            (
                json!({"type": "object", "additionalProperties": {"type": "string"}, "patternProperties": {}}),
                json!({"type": "object"}),
            ),
            (
                json!({"allOf": [{"properties": {"b": {"type": "string"}}, "required": ["b"]},
                              {"properties": {"c": true}, "required": ["c", "gone"]}], "$comment": "no"}),
                json!({"type": "object", "required": ["b", "c"],
                    "properties": {"b": {"type": "string"}, "c": {"type": "string"}}}),
            ),
            (
                json!({"type": "object", "properties": {"b": {"type": "string"}}, "anyOf": [{"required": ["b"]}]}),
                json!({"type": "object", "properties": {"b": {"type": "string"}}}),
            ),
            (json!(true), json!({"type": "string"})),
        ];
        for (schema, expected) in table {
            assert_eq!(field(&schema), expected, "{schema}");
        }
    }

    #[test]
    fn fields_may_be_called_like_words_of_the_schema() {
        let schema = json!({"$schema": "s", "type": "object", "additionalProperties": false, "required": ["$ref"],
            "properties": {"$ref": {"type": "string"}, "const": {"type": "number"}}});
        let expected = json!({"type": "object", "required": ["$ref"],
            "properties": {"$ref": {"type": "string"}, "const": {"type": "number"}}});
        assert_eq!(parameters(&schema), Some(expected));
    }

    #[test]
    fn no_fields_are_no_parameters() {
        for schema in
            [json!({}), json!({"type": "object"}), json!({"type": "object", "properties": {}}), json!(7)]
        {
            assert_eq!(parameters(&schema), None, "{schema}");
        }
    }

    #[test]
    fn references_are_followed_and_those_in_a_circle_end() {
        let schema = json!({
            "$defs": {"node": {"type": "object", "properties": {
                "name": {"type": "string"},
                "left": {"$ref": "#/$defs/node"},
                "right": {"$ref": "#/$defs/node", "description": "the other"},
            }}},
            "type": "object",
            "properties": {"tree": {"$ref": "#/$defs/node"}, "lost": {"$ref": "#/$defs/none"}},
        });
        let cleaned = parameters(&schema).expect("fields");
        assert_eq!(cleaned["properties"]["tree"]["properties"]["name"], json!({"type": "string"}));
        assert_eq!(cleaned["properties"]["tree"]["properties"]["right"]["description"], "the other");
        let inner = &cleaned["properties"]["tree"]["properties"]["left"];
        assert_eq!(inner, &json!({"type": "object"}));
        assert_eq!(cleaned["properties"]["lost"], json!({"type": "string"}));
        assert!(!cleaned.to_string().contains("$ref"));
    }

    #[test]
    fn no_schema_grows_without_end() {
        // Each refers to the next ten times: followed to the end that is more than any memory holds.
        let all = (0..20).map(|n| {
            let fields = (0..10).map(|m| (format!("f{m}"), json!({"$ref": format!("#/$defs/d{}", n + 1)})));
            (format!("d{n}"), json!({"properties": fields.collect::<Map<_, _>>()}))
        });
        let schema =
            json!({"$defs": all.collect::<Map<_, _>>(), "properties": {"a": {"$ref": "#/$defs/d0"}}});
        let cleaned = parameters(&schema).expect("fields").to_string();
        assert!(cleaned.len() < 1 << 20, "{}", cleaned.len());
    }
}
