//! Every reason that a function gives a dead letter is in the table that says what a replay comes to,
//! and the page has the table.

use teamwire_backfill::BackfillFault;
use teamwire_contract::dead_letter::{DeadLetterReason, NONE, REASONS, ReplayOutlook};
use teamwire_decrypt::DecryptFault;
use teamwire_envelope::OpenFault;
use teamwire_graph::answers::GraphDenial;
use teamwire_graph::{PageFault, ReadFault};
use teamwire_hydrate::HydrateFault;
use teamwire_payload::message::MessageFault;
use teamwire_payload::resource::PathFault;
use teamwire_payload::route::RouteFault;
use teamwire_payload::version::NotAResource;
use teamwire_relay::NotAnEvent;
use teamwire_transport::{ClaimFault, Disposition, RecordFault};

/// The reasons that each queue gives its dead letters.
fn given() -> Vec<(&'static str, String)> {
    let mut given = Vec::new();
    let mut of = |queue: &'static str, disposition: Disposition| {
        if let Disposition::Dead(reason) = disposition {
            given.push((queue, reason.into_owned()));
        }
    };
    let messages = [MessageFault::Malformed, MessageFault::UnknownVersion];
    let claims = [
        ClaimFault::Missing,
        ClaimFault::Mismatch,
        ClaimFault::Unavailable,
    ];
    let reads = || {
        [
            ReadFault::Refused(403, None),
            ReadFault::Denied(GraphDenial::NoAccessPolicy),
            ReadFault::Denied(GraphDenial::TranscriptsDisabled),
            ReadFault::Denied(GraphDenial::NoSpeakers),
            ReadFault::Refused(503, None),
            ReadFault::NoCredentials,
            ReadFault::CredentialsRefused,
            ReadFault::Unreadable,
        ]
    };
    for fault in messages {
        of("decrypt", DecryptFault::from(fault.clone()).disposition());
        of("hydrate", HydrateFault::from(fault.clone()).disposition());
        of("backfill", BackfillFault::from(fault).disposition());
    }
    for fault in claims {
        of("decrypt", DecryptFault::from(fault).disposition());
        of("hydrate", HydrateFault::from(fault).disposition());
        of("backfill", BackfillFault::from(fault).disposition());
    }
    of(
        "decrypt",
        DecryptFault::from(PathFault::Syntax).disposition(),
    );
    of("decrypt", DecryptFault::from(NotAResource).disposition());
    of(
        "decrypt",
        DecryptFault::from(OpenFault::UnknownCertificate).disposition(),
    );
    of(
        "hydrate",
        HydrateFault::from(PathFault::Syntax).disposition(),
    );
    of("hydrate", HydrateFault::from(NotAResource).disposition());
    for fault in reads() {
        of("hydrate", HydrateFault::from(fault).disposition());
    }
    for fault in reads() {
        of(
            "backfill",
            BackfillFault::from(PageFault::Read(fault)).disposition(),
        );
    }
    for fault in [PageFault::NotAPage, PageFault::ForeignLink] {
        of("backfill", BackfillFault::from(fault).disposition());
    }
    of("backfill", BackfillFault::ReceivedTooOften.disposition());
    of("events", NotAnEvent.disposition());
    given
}

#[test]
fn what_a_replay_comes_to_is_known_of_every_reason() {
    let given = given();
    assert!(given.len() > 15, "{given:?}");
    let routes = [
        RouteFault::NoSubscription,
        RouteFault::UnknownChange,
        RouteFault::NoResource,
    ];
    let quarantined = routes.map(|fault| ("quarantine", fault.label().to_owned()));
    for (queue, reason) in given.into_iter().chain(quarantined) {
        let known = DeadLetterReason::find(&reason, Some(queue)).expect(&reason);
        assert!(known.is_of(queue), "{reason} is not known of {queue}");
    }
}

#[test]
fn the_pages_have_every_reason_and_say_of_the_same_ones_that_a_replay_never_succeeds() {
    let page = |name: &str| {
        let docs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
        std::fs::read_to_string(docs.join(name)).unwrap()
    };
    let (promises, runbook) = (page("PROMISES.md"), page("RUNBOOK.md"));
    let never: Vec<&str> = promises
        .lines()
        .filter(|line| line.starts_with("| `") && line.contains("| never succeeds"))
        .flat_map(|line| line.split('|').nth(1).unwrap().split(','))
        .map(|name| name.trim().trim_matches('`'))
        .collect();
    for reason in REASONS {
        let is_never = matches!(reason.outlook, ReplayOutlook::Never(_));
        // Of another queue it may succeed.
        let both = REASONS
            .iter()
            .filter(|other| other.name == reason.name)
            .count()
            > 1;
        assert!(
            both || is_never == never.contains(&reason.name),
            "{}",
            reason.name
        );
        let is_named = reason.name == NONE || promises.contains(&format!("`{}`", reason.name));
        assert!(is_named, "PROMISES.md: {}", reason.name);
        let name = reason.name.replace("<status>", "403");
        assert!(runbook.contains(&name), "RUNBOOK.md: {name}");
    }
}
