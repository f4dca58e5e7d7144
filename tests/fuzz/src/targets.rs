//! The targets, by who writes what they read.

mod by_anyone;
mod by_graph;
mod by_queues;
mod cli;
mod envelope;

use crate::Target;

/// All targets.
pub const TARGETS: [Target; 18] = [
    Target::new("http_event", by_anyone::http_event),
    Target::new("notifications", by_anyone::notifications),
    Target::new("validation_token", by_anyone::validation_token),
    Target::new("client_state", by_anyone::client_state),
    Target::new("resource_path", by_anyone::resource_path),
    Target::new("envelope", envelope::as_it_came),
    Target::new("envelope_well_signed", envelope::well_signed),
    Target::new("plaintext", envelope::plaintext),
    Target::new("graph_error", by_graph::error),
    Target::new("page", by_graph::page),
    Target::new("link", by_graph::link),
    Target::new("key_set", by_graph::key_set),
    Target::new("claim", by_queues::claim),
    Target::new("messages", by_queues::messages),
    Target::new("gap", by_queues::gap),
    Target::new("sqs_event", by_queues::sqs_event),
    Target::new("subscriptions_file", by_queues::subscriptions_file),
    Target::new("dead_letter", cli::dead_letter),
];
