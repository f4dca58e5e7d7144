//! The crate from outside: which paths are taken, and which URLs could be made of them.

#[cfg(test)]
mod resources;
