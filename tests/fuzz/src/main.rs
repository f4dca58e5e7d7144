//! A target under libFuzzer, which keeps the inputs that go a new way through the code: `FUZZED=envelope`
//! and libFuzzer's own arguments. `make fuzz` builds it, and runs it for every target.
#![no_main]
#![expect(
    clippy::panic,
    reason = "what doesn't hold, or is not there, has to stop it"
)]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use teamwire_fuzz::{TARGETS, Target};

static FUZZED: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("FUZZED").unwrap_or_default();
    let named = TARGETS.into_iter().find(|target| target.name == name);
    named.unwrap_or_else(|| panic!("FUZZED={name} is no target"))
});

fuzz_target!(|bytes: &[u8]| {
    (FUZZED.body)(bytes);
});
