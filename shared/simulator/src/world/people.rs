//! Made-up people and what they say.

use crate::ids;
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::{Value, json};

const NAMES: [&str; 12] = [
    "Ada Quillfeather",
    "Bram Oosterveld",
    "Chidi Okonjo",
    "Dolores Marrow",
    "Emil Tannhaus",
    "Farida Sultanova",
    "Gwen Applewhite",
    "Hiro Natsukawa",
    "Ines Caravaca",
    "Jonas Rimfaxe",
    "Kalinda Thorpe",
    "Ludo Vantongeren",
];

const WORDS: [&str; 24] = [
    "the",
    "build",
    "is",
    "green",
    "again",
    "lunch",
    "at",
    "noon",
    "who",
    "has",
    "numbers",
    "for",
    "Friday",
    "please",
    "review",
    "größer",
    "naïve",
    "\u{1f680}",
    "done",
    "thanks",
    "ask",
    "\"quoted\"",
    "& so",
    "on",
];

/// A member of the organisation.
#[derive(Debug, Clone, Default)]
pub(super) struct Person {
    /// Object id in Entra.
    pub(super) id: String,
    /// Name as Teams shows it.
    pub(super) name: &'static str,
}

/// Everyone in the organisation.
pub(super) fn staff(rng: &mut StdRng) -> Vec<Person> {
    NAMES
        .iter()
        .map(|name| Person {
            id: ids::guid(rng),
            name,
        })
        .collect()
}

/// Some words; most texts are short, one in twenty is long.
pub(super) fn text(rng: &mut StdRng) -> String {
    let most = if rng.random_ratio(1, 20) { 600 } else { 25 };
    let words: Vec<&str> = (0..rng.random_range(1..=most))
        .filter_map(|_| WORDS.get(rng.random_range(0..WORDS.len())).copied())
        .collect();
    words.join(" ")
}

/// Someone who was not here before.
pub(super) fn newcomer(rng: &mut StdRng) -> Person {
    let name = NAMES.get(rng.random_range(0..NAMES.len()));
    Person {
        id: ids::guid(rng),
        name: name.copied().unwrap_or_default(),
    }
}

/// The `user` resource.
pub(super) fn user(person: &Person) -> Value {
    let mail = mail(person);
    json!({
        "id": person.id,
        "displayName": person.name,
        "mail": mail,
        "userPrincipalName": mail,
    })
}

/// Made of the name, so that it is no secret.
pub(super) fn mail(person: &Person) -> String {
    let name = person.name.to_lowercase().replace(' ', ".");
    format!("{name}@contoso.example")
}
