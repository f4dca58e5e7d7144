//! Items that are authentic and fit nowhere.

use super::{Quarantine, Row, alone, assert_fates, proven, unknown};
use crate::ingest::site::{basic, lifecycle, minted_state, rich, with, without};
use crate::mint::OTHER_TENANT;
use serde_json::json;

fn quarantined() -> Vec<Row> {
    let change = Quarantine("unknown-change", None);
    let subscription = Quarantine("no-subscription", None);
    let kept = |route| Quarantine("client-state", Some(route));
    let deleted = || with(basic(), "changeType", "deleted");
    vec![
        alone(
            "a later change type",
            with(basic(), "changeType", "unknownFutureValue"),
            change,
        ),
        alone(
            "the change type of Event Hubs",
            with(basic(), "changeType", "Validation: Testing"),
            change,
        ),
        alone("change type empty", with(basic(), "changeType", ""), change),
        alone(
            "change type null",
            with(basic(), "changeType", json!(null)),
            change,
        ),
        alone(
            "a list of change types",
            with(basic(), "changeType", "created,updated"),
            change,
        ),
        alone("no change type", without(basic(), "changeType"), change),
        alone(
            "no resource",
            without(basic(), "resource"),
            Quarantine("no-resource", None),
        ),
        alone(
            "resource empty",
            with(basic(), "resource", ""),
            Quarantine("no-resource", None),
        ),
        alone(
            "no subscription",
            without(basic(), "subscriptionId"),
            subscription,
        ),
        alone(
            "subscription empty",
            with(basic(), "subscriptionId", ""),
            subscription,
        ),
        alone(
            "subscription null",
            with(lifecycle(), "subscriptionId", json!(null)),
            subscription,
        ),
        alone(
            "deleted at a hostile path",
            with(deleted(), "resource", "chats('..')/messages('1')"),
            Quarantine("resource-path", None),
        ),
        proven("sealed, state unknown", unknown(rich()), kept("decrypt")),
        proven(
            "sealed, no state",
            without(rich(), "clientState"),
            kept("decrypt"),
        ),
        proven(
            "basic, state unknown, token",
            unknown(basic()),
            kept("hydrate"),
        ),
        proven(
            "deleted, state unknown, token",
            unknown(deleted()),
            kept("events"),
        ),
        proven(
            "event, state unknown, token",
            unknown(lifecycle()),
            kept("lifecycle"),
        ),
        proven(
            "state null, token",
            with(basic(), "clientState", json!(null)),
            kept("hydrate"),
        ),
        proven(
            "a state minted for another tenant, token",
            with(rich(), "clientState", minted_state("k1", OTHER_TENANT)),
            kept("decrypt"),
        ),
        alone(
            "no tenant",
            without(basic(), "tenantId"),
            Quarantine("no-tenant", None),
        ),
        alone(
            "tenant null",
            with(basic(), "tenantId", json!(null)),
            Quarantine("no-tenant", None),
        ),
        alone(
            "event for no tenant",
            without(lifecycle(), "tenantId"),
            Quarantine("no-tenant", None),
        ),
        proven(
            "both unknown",
            with(unknown(rich()), "changeType", "later"),
            change,
        ),
    ]
}

#[tokio::test]
async fn an_authentic_item_that_fits_nowhere_goes_to_quarantine() {
    assert_fates(quarantined(), 23).await;
}
