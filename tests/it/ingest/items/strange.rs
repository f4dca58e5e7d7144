//! Items whose `clientState` is not ours.

use super::{Dropped, Row, alone, assert_fates};
use crate::ingest::site::{basic, lifecycle, minted_state, with, without};
use crate::mint::{OTHER_TENANT, STRANGER, TENANT};
use serde_json::json;

fn unknown_states() -> Vec<Row> {
    let state = |state: &str| with(basic(), "clientState", state);
    let dropped = Dropped("client-state");
    let minted = minted_state("k1", TENANT);
    vec![
        alone("state unknown", state("something of nobody's"), dropped),
        alone("no state", without(basic(), "clientState"), dropped),
        alone(
            "state null",
            with(basic(), "clientState", json!(null)),
            dropped,
        ),
        alone("state empty", state(""), dropped),
        alone(
            "state with a space behind",
            state("a static value of ours "),
            dropped,
        ),
        alone(
            "state in another case",
            state("A static value of ours"),
            dropped,
        ),
        alone("state cut", state("a static value of our"), dropped),
        alone(
            "state with a zero byte",
            state("a static value of ours\0"),
            dropped,
        ),
        alone(
            "a live key instead",
            state("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="),
            dropped,
        ),
        alone(
            "minted for another tenant",
            state(&minted_state("k1", OTHER_TENANT)),
            dropped,
        ),
        alone(
            "minted, another key named",
            state(&minted.replacen("k1", "k2", 1)),
            dropped,
        ),
        alone(
            "minted, unknown key",
            state(&minted.replacen("k1", "k9", 1)),
            dropped,
        ),
        alone(
            "minted, another version",
            state(&minted.replacen("v1", "v2", 1)),
            dropped,
        ),
        alone(
            "minted, cut",
            state(minted.strip_suffix(|_: char| true).unwrap()),
            dropped,
        ),
        alone(
            "minted, no tag",
            state("v1.k1.AAAAAAAAAAAAAAAAAAAAAA."),
            dropped,
        ),
        alone("state of 255", state(&"s".repeat(255)), dropped),
        alone(
            "event, state unknown",
            with(lifecycle(), "clientState", "of nobody's"),
            dropped,
        ),
        alone("state of 256", state(&"s".repeat(256)), Dropped("too-long")),
        alone(
            "state a number",
            with(basic(), "clientState", 7),
            Dropped("malformed"),
        ),
        alone(
            "state an array",
            with(basic(), "clientState", json!([STRANGER.components().0])),
            Dropped("malformed"),
        ),
        alone(
            "deleted, state unknown",
            with(state("of nobody's"), "changeType", "deleted"),
            dropped,
        ),
    ]
}

#[tokio::test]
async fn an_item_without_a_state_of_ours_is_dropped() {
    assert_fates(unknown_states(), 21).await;
}
