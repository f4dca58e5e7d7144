//! The start and the end of functions.

use super::aws::nobody;
use super::process::{FUNCTIONS, MARKER, Process, settings};
use super::runtime_api::{Outcome, RuntimeApi};
use serde_json::json;

#[tokio::test]
async fn a_missing_variable_ends_the_start_with_its_name_and_no_value() {
    let mut rows = 0;
    for function in FUNCTIONS {
        for (missing, _) in settings(function) {
            let mut settings = settings(function);
            settings.retain(|(name, _)| *name != missing);
            let process = Process::start(function, settings, "127.0.0.1:9", &nobody().await);
            let (status, log) = process.end().await;
            assert!(!status.success(), "{function} without {missing}");
            assert!(log.contains(missing), "{function} without {missing}: {log}");
            assert!(!log.contains(MARKER), "{function} without {missing}: {log}");
            rows += 1;
        }
    }
    assert_eq!(rows, 20);
}

#[tokio::test]
async fn a_value_that_cannot_be_used_is_named_and_not_shown() {
    let mut rows = 0;
    for (function, variables) in [
        (
            "ingest",
            &[
                "TEAMWIRE_CLOUD",
                "TEAMWIRE_APP_IDS",
                "TEAMWIRE_TENANTS",
                "TEAMWIRE_ENTRA_URL",
            ][..],
        ),
        ("decrypt", &["TEAMWIRE_CLOUD", "TEAMWIRE_ENVELOPE_KMS_KEYS"]),
        (
            "hydrate",
            &["TEAMWIRE_CLOUD", "TEAMWIRE_ENTRA_URL", "TEAMWIRE_GRAPH_URL"],
        ),
    ] {
        for variable in variables {
            let mut settings = settings(function);
            settings.push((variable, format!("http://{MARKER}.example")));
            let process = Process::start(function, settings, "127.0.0.1:9", &nobody().await);
            let (status, log) = process.end().await;
            assert!(!status.success(), "{function} with a bad {variable}");
            assert!(
                log.contains(variable),
                "{function} with a bad {variable}: {log}"
            );
            assert!(
                !log.contains(MARKER),
                "{function} with a bad {variable}: {log}"
            );
            rows += 1;
        }
    }
    assert_eq!(rows, 9);
}

#[tokio::test]
async fn sigterm_ends_a_function_that_waits_for_work() {
    for function in FUNCTIONS {
        let mut runtime = RuntimeApi::start().await;
        let aws = nobody().await;
        let mut process = Process::start(function, settings(function), &runtime.address, &aws);
        let empty = runtime.invoke(json!({ "Records": [] })).await;
        assert!(matches!(empty, Outcome::Response(_) | Outcome::Error(_)));
        assert!(process.is_alive(), "{function}");
        process.terminate().await;
        process.end().await;
    }
}
