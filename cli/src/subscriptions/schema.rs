//! The JSON Schema of a subscriptions.toml, for editors.

use serde_json::{Value, json};
use teamwire_graph::desired::{LONGEST_BACKFILL_HOURS, SHORTEST_MINUTES};
use teamwire_payload::subscribable::{LONGEST_OF_ALL, ROWS};

/// The schema, Draft 2020-12. It holds what an editor can say while somebody types; `check` says the rest.
pub(super) fn schema() -> Value {
    let paths: Vec<&str> = ROWS.iter().map(|row| row.path).collect();
    let mut subscription = settings();
    if let Some(members) = subscription.as_object_mut() {
        members.insert(
            "resource".to_owned(),
            json!({
                "description": "The path, as Graph has it; teamwire resources lists them.",
                "type": "string",
                "examples": paths,
            }),
        );
        members.insert(
            "changes".to_owned(),
            json!({
                "description": "Else all that the resource has.",
                "type": "array",
                "minItems": 1,
                "uniqueItems": true,
                "items": {"enum": ["created", "updated", "deleted"]},
            }),
        );
        members.insert(
            "kind".to_owned(),
            json!({
                "description": "What Graph has beside Teams and its neighbours.",
                "const": "other",
            }),
        );
        members.insert(
            "api".to_owned(),
            json!({
                "description": "Of a resource of kind other.",
                "enum": ["v1.0", "beta"],
            }),
        );
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "subscriptions.toml of teamwire",
        "type": "object",
        "additionalProperties": false,
        "$defs": {
            "defaults": {
                "description": "What holds wherever nothing else is said.",
                "type": "object",
                "additionalProperties": false,
                "properties": settings(),
            },
            "subscription": {
                "type": "object",
                "additionalProperties": false,
                "required": ["resource"],
                "properties": subscription,
            },
            "tenant": {
                "type": "object",
                "additionalProperties": false,
                "required": ["id"],
                "properties": {
                    "id": {
                        "description": "The tenant's GUID.",
                        "type": "string",
                        "pattern": "^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$",
                    },
                    "defaults": {"$ref": "#/$defs/defaults"},
                    "subscriptions": {
                        "type": "array",
                        "items": {"$ref": "#/$defs/subscription"},
                    },
                },
            },
        },
        "properties": {
            "defaults": {"$ref": "#/$defs/defaults"},
            "tenants": {"type": "array", "items": {"$ref": "#/$defs/tenant"}},
        },
    })
}

/// The members that defaults and subscriptions have in common.
fn settings() -> Value {
    json!({
        "payload": {
            "description": "Whether notifications carry content.",
            "enum": ["rich", "basic"],
        },
        "lifetime-minutes": {
            "description": "Life after each renewal; less where a resource has less.",
            "type": "integer",
            "minimum": SHORTEST_MINUTES,
            "maximum": LONGEST_OF_ALL,
        },
        "lifecycle": {
            "description": "Whether Graph tells its lifecycle events; false: 55 minutes at most.",
            "type": "boolean",
        },
        "backfill-on-first-start": {
            "description": "Hours before the first start that are read.",
            "oneOf": [
                {"const": false},
                {"type": "integer", "minimum": 1, "maximum": LONGEST_BACKFILL_HOURS},
            ],
        },
        "silence": {
            "description": "The longest without a notification that is normal: 90m, 4h, 3d; false: any.",
            "oneOf": [{"const": false}, {"type": "string", "pattern": "^[0-9]+[mhd]$"}],
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use teamwire_graph::DesiredState;

    /// True if the reader of the file knows a field at a place of it.
    fn is_known(before: &str, field: &str) -> bool {
        let text = format!("{before}{field} = 1\n");
        let faults = DesiredState::parse(&text).err().map(|faults| faults.0);
        let mut unknown = faults.iter().flatten();
        !unknown.any(|fault| fault.field == field && fault.problem.contains("is not a field"))
    }

    #[test]
    fn it_has_the_fields_that_the_file_has_and_no_others() {
        const TENANT: &str = "[[tenants]]\nid = \"9f4ebab6-520d-49c0-85cc-7b25c78d4a93\"\n";
        let schema = schema();
        for (place, before) in [
            ("/properties", String::new()),
            ("/$defs/defaults/properties", "[defaults]\n".to_owned()),
            ("/$defs/tenant/properties", "[[tenants]]\n".to_owned()),
            (
                "/$defs/subscription/properties",
                format!("{TENANT}[[tenants.subscriptions]]\n"),
            ),
        ] {
            let there = schema.pointer(place).and_then(Value::as_object).unwrap();
            let all = [
                "defaults",
                "tenants",
                "id",
                "subscriptions",
                "resource",
                "changes",
                "kind",
                "api",
            ];
            let settings = settings();
            let all = all
                .into_iter()
                .chain(settings.as_object().unwrap().keys().map(String::as_str));
            for field in all.chain(["owner"]) {
                assert_eq!(
                    there.contains_key(field),
                    is_known(&before, field),
                    "{place} {field}"
                );
            }
        }
    }
}
