//! Whether a type of ours reads all of an answer that the function writes, or says what it leaves.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;

/// An answer as the function's own test writes it.
pub(crate) fn written(name: &str) -> Value {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../functions/subscriptions/answers"
    );
    let text = std::fs::read_to_string(format!("{folder}/{name}")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The members of `answer` that are not in `T`, or not with that value: `tenants/at`, ..
pub(crate) fn unread<T: Serialize + for<'a> Deserialize<'a>>(answer: &Value) -> BTreeSet<String> {
    let read = T::deserialize(answer).unwrap();
    let mut unread = BTreeSet::new();
    compare(
        answer,
        &serde_json::to_value(read).unwrap(),
        "",
        &mut unread,
    );
    unread
}

fn compare(answer: &Value, read: &Value, at: &str, unread: &mut BTreeSet<String>) {
    match (answer, read) {
        (Value::Object(answer), Value::Object(read)) => {
            for (name, value) in answer {
                let at = format!("{at}/{name}");
                let at = at.trim_start_matches('/');
                match read.get(name) {
                    Some(read) => compare(value, read, at, unread),
                    None => {
                        unread.insert(at.to_owned());
                    }
                }
            }
        }
        (Value::Array(answer), Value::Array(read)) if answer.len() == read.len() => {
            let both = answer.iter().zip(read);
            both.for_each(|(answer, read)| compare(answer, read, at, unread));
        }
        (answer, read) if answer == read => {}
        _ => {
            unread.insert(at.to_owned());
        }
    }
}
