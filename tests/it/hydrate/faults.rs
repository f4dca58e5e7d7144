//! The table of faults: each has its place, and there are no others.

use super::stand_in::dead;
use std::time::Duration;
use teamwire_backfill::BackfillFault;
use teamwire_graph::answers::{ErrorCode, GraphDenial};
use teamwire_graph::{PageFault, ReadFault};
use teamwire_hydrate::HydrateFault;
use teamwire_payload::message::MessageFault;
use teamwire_payload::{ResourceRef, version::NotAResource};
use teamwire_transport::{ClaimFault, Disposition, RecordFailure, RecordFault};

/// Every fault with its disposition and its label.
fn table() -> Vec<(HydrateFault, Disposition, &'static str)> {
    let path = ResourceRef::parse("").unwrap_err();
    let soon = Duration::from_secs(7);
    let wait = Disposition::RetryAfter;
    vec![
        (
            MessageFault::Malformed.into(),
            dead("malformed"),
            "malformed",
        ),
        (
            MessageFault::UnknownVersion.into(),
            dead("unknown-version"),
            "unknown-version",
        ),
        (
            ClaimFault::Missing.into(),
            dead("claim-missing"),
            "claim-missing",
        ),
        (
            ClaimFault::Mismatch.into(),
            dead("claim-mismatch"),
            "claim-mismatch",
        ),
        (
            ClaimFault::Unavailable.into(),
            wait(None),
            "claims-unavailable",
        ),
        (path.into(), dead("resource-path"), "resource-path"),
        (
            NotAResource.into(),
            dead("not-a-resource"),
            "not-a-resource",
        ),
        (
            ReadFault::Throttled(soon).into(),
            wait(Some(soon)),
            "throttled",
        ),
        (
            ReadFault::Unavailable(Some(soon)).into(),
            wait(Some(soon)),
            "graph-unavailable",
        ),
        (
            ReadFault::Unavailable(None).into(),
            wait(None),
            "graph-unavailable",
        ),
        (
            ReadFault::CredentialsRefused.into(),
            wait(None),
            "credentials-refused",
        ),
        (
            ReadFault::NoCredentials.into(),
            dead("no-credentials"),
            "no-credentials",
        ),
        (ReadFault::TryAgain(409).into(), wait(None), "http-409"),
        (
            ReadFault::Refused(403, None).into(),
            dead("http-403"),
            "http-403",
        ),
        (
            ReadFault::Unreadable.into(),
            dead("unreadable"),
            "unreadable",
        ),
        // It becomes an event before it could be a fault; should it ever not, it is kept for a
        // person to see.
        (ReadFault::Gone.into(), dead("gone"), "gone"),
        (
            HydrateFault::NotYetThere(soon),
            wait(Some(soon)),
            "not-yet-there",
        ),
        (ReadFault::NotFound.into(), dead("not-found"), "not-found"),
        (
            ReadFault::Denied(GraphDenial::TranscriptsDisabled).into(),
            dead("transcripts-disabled"),
            "transcripts-disabled",
        ),
    ]
}

/// The row a fault stands in. A fault that is new does not compile before it has one.
fn row(fault: &HydrateFault) -> usize {
    match fault {
        HydrateFault::Message(MessageFault::Malformed) => 0,
        HydrateFault::Message(MessageFault::UnknownVersion) => 1,
        HydrateFault::Claim(ClaimFault::Missing) => 2,
        HydrateFault::Claim(ClaimFault::Mismatch) => 3,
        HydrateFault::Claim(ClaimFault::Unavailable) => 4,
        HydrateFault::Path(_) => 5,
        HydrateFault::Resource(NotAResource) => 6,
        HydrateFault::Read(ReadFault::Throttled(_)) => 7,
        HydrateFault::Read(ReadFault::Unavailable(Some(_))) => 8,
        HydrateFault::Read(ReadFault::Unavailable(None)) => 9,
        HydrateFault::Read(ReadFault::CredentialsRefused) => 10,
        HydrateFault::Read(ReadFault::NoCredentials) => 11,
        HydrateFault::Read(ReadFault::TryAgain(_)) => 12,
        HydrateFault::Read(ReadFault::Refused(_, _)) => 13,
        HydrateFault::Read(ReadFault::Unreadable) => 14,
        HydrateFault::Read(ReadFault::Gone) => 15,
        HydrateFault::NotYetThere(_) => 16,
        HydrateFault::Read(ReadFault::NotFound) => 17,
        HydrateFault::Read(ReadFault::Denied(_)) => 18,
    }
}

#[test]
fn every_fault_has_its_disposition_and_its_label() {
    let table = table();
    assert_eq!(table.len(), 19);
    for (at, (fault, disposition, label)) in table.into_iter().enumerate() {
        assert_eq!(row(&fault), at, "{fault:?}");
        assert_eq!(fault.disposition(), disposition, "{fault:?}");
        assert_eq!(fault.label(), label, "{fault:?}");
    }
}

#[test]
fn a_refusal_is_reported_with_graph_s_code_and_buried_under_its_status_alone() {
    let refused = ReadFault::Refused(403, ErrorCode::parse("Authorization_RequestDenied"));
    let said = "Graph refused the request with status 403 Authorization_RequestDenied";
    assert_eq!(refused.to_string(), said);
    let page = BackfillFault::from(PageFault::Read(refused.clone()));
    for failure in [
        RecordFailure::from(HydrateFault::from(refused)),
        RecordFailure::from(page),
    ] {
        assert_eq!(failure.disposition, dead("http-403"));
        assert_eq!(failure.label, "http-403 Authorization_RequestDenied");
    }
}

#[test]
fn of_refusals_those_that_pass_wait_and_the_others_are_dead_letters() {
    for status in 201..500 {
        let label = format!("http-{status}");
        let passes = HydrateFault::from(ReadFault::TryAgain(status));
        assert_eq!(passes.disposition(), Disposition::RetryAfter(None));
        let stays = HydrateFault::from(ReadFault::Refused(status, None));
        assert_eq!(stays.disposition(), Disposition::Dead(label.clone().into()));
        assert_eq!([passes.label(), stays.label()], [label.as_str(), &label]);
    }
}
