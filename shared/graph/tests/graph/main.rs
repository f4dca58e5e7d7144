//! The crate from outside: which validation tokens are accepted, and where signing keys come from.

#[cfg(test)]
mod tokens;
