//! Paths that anybody could post, and the URLs that could be made of them.

mod accepted;
mod refused;
mod spellings;

use teamwire_payload::resource::{ReadablePattern, ResourceGet};
use teamwire_payload::{ResourceRef, cloud::MicrosoftCloud};

/// The GET that hydrate would make of a path, as a whole URL.
fn url(path: &str, allowed: &[ReadablePattern]) -> Option<reqwest::Url> {
    let get: ResourceGet = match ResourceRef::parse(path).ok()? {
        ResourceRef::Teams(path) => path.get().ok()?,
        ResourceRef::Foreign(path) => allowed.iter().find_map(|readable| readable.get(&path))?,
    };
    let url = format!("{}/v1.0{get}", MicrosoftCloud::Global.graph_root());
    Some(url.parse().unwrap())
}
