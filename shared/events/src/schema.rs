//! The JSON Schemas of the events, and the AsyncAPI document that lists them: printed from the
//! types here and from the attributes that `docs/events.schema.json` has.
//!
//! With `BLESS_SCHEMAS=1` the test writes them instead of comparing. A consumer needs none of it,
//! so it is compiled for this test only.

use crate::schema_id::{GAP, VERSION, id_of};
use crate::teams::schemas;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
/// Attributes that not every event has.
const OPTIONAL: [&str; 4] = [
    "contentversion",
    "systemevent",
    "contentref",
    "contentskipped",
];

/// Schemas of what the resources are made of, by name.
#[derive(Default)]
pub(crate) struct SchemaDefinitions(BTreeMap<String, Value>);

impl SchemaDefinitions {
    /// A reference to what is called so; `make` is asked for it the first time.
    pub(crate) fn refer(&mut self, name: &str, make: impl FnOnce(&mut Self) -> Value) -> Value {
        if !self.0.contains_key(name) {
            self.0.insert(name.to_owned(), Value::Null);
            let made = make(self);
            self.0.insert(name.to_owned(), made);
        }
        json!({ "$ref": format!("#/$defs/{name}") })
    }

    /// An object of Graph's: members may be absent or null, and there may be others.
    pub(crate) fn object(
        &mut self,
        name: &str,
        about: &str,
        members: impl FnOnce(&mut Self) -> Vec<(&'static str, &'static str, Value)>,
    ) -> Value {
        self.refer(name, |all| {
            let properties: Map<_, _> = members(all)
                .into_iter()
                .map(|(member, about, schema)| {
                    (member.to_owned(), described(about, or_null(schema)))
                })
                .collect();
            described(
                about,
                json!({ "type": "object", "additionalProperties": true, "properties": properties }),
            )
        })
    }

    /// One of several objects, which its `@odata.type` tells apart; `other` is what it is else.
    pub(crate) fn one_of(&mut self, kinds: &[(&str, Value)], other: Value) -> Value {
        let mut by_object: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, reference) in kinds {
            let kind = format!("#microsoft.graph.{name}");
            by_object.entry(target(reference)).or_default().push(kind);
        }
        let known: Vec<_> = by_object.values().flatten().cloned().collect();
        for (name, kinds) in &by_object {
            let object = self.0.get_mut(name).unwrap();
            object["properties"]["@odata.type"] = json!({ "enum": kinds });
            object["required"] = json!(["@odata.type"]);
        }
        let kind = &mut self.0.get_mut(&target(&other)).unwrap()["properties"]["@odata.type"];
        kind["not"] = json!({ "enum": known });
        let references = by_object.keys().map(|name| format!("#/$defs/{name}"));
        let mut choices: Vec<_> = references.map(|name| json!({ "$ref": name })).collect();
        choices.push(other);
        json!({ "anyOf": choices })
    }
}

fn target(reference: &Value) -> String {
    let name = reference["$ref"].as_str().unwrap();
    name.trim_start_matches("#/$defs/").to_owned()
}

fn or_null(mut schema: Value) -> Value {
    if let Some(choices) = schema.get_mut("anyOf").and_then(Value::as_array_mut) {
        choices.push(json!({ "type": "null" }));
        return schema;
    }
    match schema.get("type") {
        Some(kind) => {
            schema["type"] = json!([kind, "null"]);
            schema
        }
        None => json!({ "anyOf": [schema, { "type": "null" }] }),
    }
}

fn described(about: &str, mut schema: Value) -> Value {
    if !about.is_empty() {
        schema["description"] = json!(about.trim().replace('`', ""));
    }
    schema
}

/// What an event of one form has beside what every event has.
struct EventForm<'a> {
    name: String,
    about: &'a str,
    changes: &'a [&'a str],
    required: &'a [&'a str],
    also: Vec<(&'a str, Value)>,
}

/// The schema of the events of one type of resource.
fn of_resource(attributes: &Value, name: &str, resource: Value, all: SchemaDefinitions) -> Value {
    let (first, rest) = name.split_at(1);
    let title = first.to_uppercase() + rest;
    let mut required = vec!["data"];
    let mut with_data = vec![
        (
            "origin",
            json!({ "enum": ["decrypted", "hydrated", "backfilled"] }),
        ),
        ("data", resource),
    ];
    match name {
        "chat" => {
            with_data.push((
                "payloadkind",
                attributes["properties"]["payloadkind"].clone(),
            ));
            required.push("payloadkind");
        }
        "chatMessage" => {
            with_data.push((
                "systemevent",
                attributes["properties"]["systemevent"].clone(),
            ));
        }
        "callTranscript" | "callRecording" => with_data.extend(
            ["contentref", "contentskipped"]
                .map(|attribute| (attribute, attributes["properties"][attribute].clone())),
        ),
        _ => {}
    }
    let mut in_bucket = with_data.clone();
    in_bucket[1] = ("dataref", attributes["properties"]["dataref"].clone());
    let in_bucket_required: Vec<_> = required
        .iter()
        .map(|&each| if each == "data" { "dataref" } else { each })
        .collect();
    let pointer = json!({ "$ref": "#/$defs/Reference" });
    let reasons = attributes["properties"]["referencereason"]["enum"]
        .as_array()
        .unwrap();
    let is_tombstone = |reason: &&Value| **reason == "deleted" || **reason == "gone";
    let tombstone: Vec<_> = reasons.iter().filter(is_tombstone).collect();
    let others: Vec<_> = reasons
        .iter()
        .filter(|reason| !is_tombstone(reason))
        .collect();
    let reference = |reasons| {
        vec![
            ("origin", json!({ "const": "reference" })),
            ("referencereason", json!({ "enum": reasons })),
            ("data", pointer.clone()),
        ]
    };
    let every = ["created", "updated", "deleted"];
    let forms = [
        EventForm {
            name: format!("{title}WithData"),
            about: "The resource is in the event.",
            changes: &every,
            required: &required,
            also: with_data,
        },
        EventForm {
            name: format!("{title}InBucket"),
            about: "The resource is too large for the queue, and stands where dataref says.",
            changes: &every,
            required: &in_bucket_required,
            also: in_bucket,
        },
        EventForm {
            name: format!("{title}Tombstone"),
            about: "The resource is gone.",
            changes: &["deleted"],
            required: &["data", "referencereason"],
            also: reference(tombstone),
        },
        EventForm {
            name: format!("{title}Reference"),
            about: "Something changed, and the event can't show what.",
            changes: &every,
            required: &["data", "referencereason"],
            also: reference(others),
        },
    ];
    let mut definitions = all.0;
    definitions.insert(
        "Reference".to_owned(),
        attributes["$defs"]["reference"].clone(),
    );
    let names: Vec<_> = forms
        .iter()
        .map(|form| json!({ "$ref": format!("#/$defs/{}", form.name) }))
        .collect();
    for form in forms {
        let types: Vec<_> = form
            .changes
            .iter()
            .map(|change| format!("microsoft.graph.{name}.{change}"))
            .collect();
        let schema = event(
            attributes,
            name,
            form.about,
            json!({ "enum": types }),
            form.required,
            form.also,
        );
        definitions.insert(form.name, schema);
    }
    document(
        name,
        &format!("{title}Event"),
        attributes,
        json!({ "oneOf": names }),
        definitions,
    )
}

fn of_gap(attributes: &Value) -> Value {
    let gap = vec![
        ("origin", json!({ "const": "gap" })),
        ("data", json!({ "$ref": "#/$defs/Gap" })),
    ];
    let about = "What may be missing.";
    let definitions = BTreeMap::from([("Gap".to_owned(), attributes["$defs"]["gap"].clone())]);
    let mut schema = event(
        attributes,
        GAP,
        about,
        json!({ "const": "teamwire.gap" }),
        &["data"],
        gap,
    );
    schema["properties"]
        .as_object_mut()
        .unwrap()
        .remove("contentversion");
    document(GAP, "GapEvent", attributes, schema, definitions)
}

/// One event as a closed object.
fn event(
    attributes: &Value,
    name: &str,
    about: &str,
    event_type: Value,
    required: &[&str],
    also: Vec<(&str, Value)>,
) -> Value {
    let always = attributes["required"].as_array().unwrap();
    let mut properties: Map<_, _> = always
        .iter()
        .map(|name| name.as_str().unwrap())
        .chain([OPTIONAL[0]])
        .map(|name| (name.to_owned(), attributes["properties"][name].clone()))
        .collect();
    properties.insert("type".to_owned(), event_type);
    // Not required: events from before the attribute are on queues, and in archives.
    let schema = json!({ "description": "The $id of this schema.", "const": id_of(name) });
    properties.insert("dataschema".to_owned(), schema);
    properties.extend(
        also.into_iter()
            .map(|(name, schema)| (name.to_owned(), schema)),
    );
    let mut names = always.clone();
    names.extend(required.iter().map(|&name| json!(name)));
    json!({
        "description": about, "type": "object", "additionalProperties": false,
        "required": names, "properties": properties,
    })
}

fn document(
    name: &str,
    title: &str,
    attributes: &Value,
    schema: Value,
    mut definitions: BTreeMap<String, Value>,
) -> Value {
    let milliseconds = attributes["$defs"]["milliseconds"].clone();
    definitions.insert("milliseconds".to_owned(), milliseconds);
    let mut document = json!({
        "$schema": DIALECT, "$id": id_of(name), "title": title,
        "$defs": definitions,
    });
    document
        .as_object_mut()
        .unwrap()
        .extend(schema.as_object().unwrap().clone());
    document
}

/// A message of the document for each schema, on one channel: the events queue.
fn asyncapi<'a>(names: impl Iterator<Item = &'a String> + Clone) -> Value {
    let messages: Map<_, _> = names
        .clone()
        .map(|name| {
            let message = json!({
                "contentType": "application/cloudevents+json",
                "payload": {
                    "schemaFormat": "application/schema+json;version=draft-2020-12",
                    "schema": { "$ref": format!("schemas/v{VERSION}/{name}.json") },
                },
            });
            (name.clone(), message)
        })
        .collect();
    let on_channel: Map<_, _> = names
        .map(|name| {
            (
                name.clone(),
                json!({ "$ref": format!("#/components/messages/{name}") }),
            )
        })
        .collect();
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "teamwire", "version": format!("{VERSION}.0.0"),
            "description": "Changes in Microsoft Teams as CloudEvents on an SQS queue. Resources \
                that have no message here come by events.schema.json. EVENTS.md explains them.",
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": { "events": {
            "address": "{queue}",
            "parameters": { "queue": { "description": "EventsQueueUrl of the stack's outputs." } },
            "messages": on_channel,
        } },
        "operations": { "consume": {
            "action": "receive", "channel": { "$ref": "#/channels/events" },
            "summary": "At least once, in no order: EVENTS.md has how to get the effect of once.",
        } },
        "components": { "messages": messages },
    })
}

fn documents(attributes: &Value) -> BTreeMap<PathBuf, Value> {
    let mut schemas: BTreeMap<String, Value> = schemas()
        .into_iter()
        .map(|(name, resource, all)| {
            (
                name.to_owned(),
                of_resource(attributes, name, resource, all),
            )
        })
        .collect();
    schemas.insert(GAP.to_owned(), of_gap(attributes));
    let asyncapi = asyncapi(schemas.keys());
    let folder = PathBuf::from(format!("schemas/v{VERSION}"));
    let files = schemas.into_iter();
    let mut files: BTreeMap<_, _> = files
        .map(|(name, schema)| (folder.join(format!("{name}.json")), schema))
        .collect();
    files.insert("asyncapi.json".into(), asyncapi);
    files
}

#[test]
fn the_schemas_are_what_the_types_say() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let read = |path: &Path| -> Option<Value> {
        serde_json::from_str(&fs::read_to_string(path).ok()?).ok()
    };
    let attributes = read(&docs.join("events.schema.json")).unwrap();
    for (path, document) in documents(&attributes) {
        let path = docs.join(path);
        if std::env::var_os("BLESS_SCHEMAS").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, format!("{document:#}\n")).unwrap();
        }
        let printed = read(&path);
        assert!(
            printed.as_ref() == Some(&document),
            "{} is another: run this test with BLESS_SCHEMAS=1, and look at what changes",
            path.display()
        );
    }
}
