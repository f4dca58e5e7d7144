//! Paths that anybody could post, and the URLs that could be made of them.

mod accepted;
mod refused;
mod spellings;

use teamwire_payload::resource::{Get, Readable};
use teamwire_payload::{Resource, cloud::Cloud};

/// The GET that hydrate would make of a path, as a whole URL.
fn url(path: &str, allowed: &[Readable]) -> Option<reqwest::Url> {
    let get: Get = match Resource::parse(path).ok()? {
        Resource::Teams(path) => path.get().ok()?,
        Resource::Foreign(path) => allowed.iter().find_map(|readable| readable.get(&path))?,
    };
    let url = format!("{}/v1.0{get}", Cloud::Global.graph_root());
    Some(url.parse().unwrap())
}
