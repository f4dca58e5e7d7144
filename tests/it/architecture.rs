//! The rules of who may depend on whom, read from `cargo tree`, and of how long a file is.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// Names of the packages that a package of ours needs outside of its tests and build, itself among
/// them, on this platform: crates of other platforms may never have been fetched.
fn tree(package: &str, more: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        // The caller may have the features of the whole workspace united for quicker builds.
        .env_remove("CARGO_RESOLVER_FEATURE_UNIFICATION")
        .args(["tree", "--offline", "--locked", "--package", package])
        .args(["--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .args(more)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let names: BTreeSet<String> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .filter_map(|line| line.split(' ').next())
        .map(str::to_owned)
        .collect();
    assert!(names.contains(package), "{names:?}");
    names
}

/// Those of ours that a package depends on itself.
fn ours(package: &str) -> BTreeSet<String> {
    let mut names = tree(package, &["--depth", "1"]);
    names.retain(|name| name.starts_with("teamwire-") && name != package);
    names
}

const FUNCTIONS: [&str; 6] = [
    "teamwire-ingest",
    "teamwire-decrypt",
    "teamwire-hydrate",
    "teamwire-backfill",
    "teamwire-subscriptions",
    "teamwire-relay",
];

const GRAPH_CLIENT: &[&str] = &[
    "teamwire-graph",
    "teamwire-access",
    "teamwire-http",
    "teamwire-transport",
];

#[test]
fn dependencies_point_one_way() {
    // Everything but what moves knows the contract.
    let base = ["teamwire-events", "teamwire-payload", "teamwire-contract"];
    for (package, more) in [
        ("teamwire-envelope", &[][..]),
        ("teamwire-graph", &["teamwire-http"]),
        ("teamwire-transport", &["teamwire-http"]),
        ("teamwire-http", &[]),
        ("teamwire-access", GRAPH_CLIENT),
        ("teamwire-ingest", GRAPH_CLIENT),
        (
            "teamwire-decrypt",
            &["teamwire-envelope", "teamwire-transport"],
        ),
        ("teamwire-hydrate", GRAPH_CLIENT),
        ("teamwire-subscriptions", GRAPH_CLIENT),
        ("teamwire-backfill", GRAPH_CLIENT),
        ("teamwire-relay", &["teamwire-transport"]),
    ] {
        for name in ours(package) {
            let name = name.as_str();
            let is_allowed = base.contains(&name) || more.contains(&name);
            assert!(is_allowed, "{package} depends on {name}");
        }
    }
    let named = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    assert_eq!(ours("teamwire-events"), BTreeSet::new());
    assert_eq!(ours("teamwire-payload"), named(&["teamwire-events"]));
    assert_eq!(ours("teamwire-contract"), named(&["teamwire-payload"]));
}

#[test]
fn no_function_depends_on_another_or_on_what_only_tests_use() {
    let tests = [
        "teamwire-simulator",
        "teamwire-it",
        "teamwire-bench",
        "proptest",
        "axum",
        // The sender's side of the envelope.
        "rsa",
    ];
    for function in FUNCTIONS {
        let tree = tree(function, &[]);
        let others = FUNCTIONS.into_iter().filter(|other| *other != function);
        for name in others.chain(tests) {
            assert!(!tree.contains(name), "{function} depends on {name}");
        }
    }
}

#[test]
fn a_function_has_one_http_client() {
    // Not the SDK's own, with HTTP/2 under it, nor reqwest.
    for function in FUNCTIONS {
        for client in ["aws-smithy-http-client", "h2", "reqwest"] {
            assert!(
                !tree(function, &[]).contains(client),
                "{function}: {client}"
            );
        }
    }
}

#[test]
fn only_the_relay_knows_the_bus() {
    for function in FUNCTIONS {
        let knows = tree(function, &[]).contains("aws-sdk-eventbridge");
        assert_eq!(knows, function == "teamwire-relay", "{function}");
    }
}

#[test]
fn what_consumers_add_knows_nothing_of_how_events_are_made() {
    let tree = tree("teamwire-events", &[]);
    for name in ["sha2", "base64", "strsim", "zeroize"] {
        assert!(!tree.contains(name), "teamwire-events depends on {name}");
    }
}

#[test]
fn what_moves_knows_neither_aws_nor_the_network_nor_a_runtime() {
    let tree = tree("teamwire-payload", &[]);
    for name in ["tokio", "reqwest", "hyper", "lambda_runtime"] {
        assert!(!tree.contains(name), "teamwire-payload depends on {name}");
    }
    assert!(!tree.iter().any(|name| name.starts_with("aws")), "{tree:?}");
}

#[test]
fn only_transport_functions_and_the_key_service_know_aws() {
    let tree = tree("teamwire-graph", &[]);
    assert!(
        !tree.iter().any(|name| name.starts_with("aws-sdk")),
        "{tree:?}"
    );
}

#[test]
fn every_crate_of_ours_forbids_unsafe_code() {
    let workspace = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(workspace.contains("unsafe_code = \"forbid\""));
    let (_, members) = workspace.split_once("members = [").unwrap();
    let (members, _) = members.split_once(']').unwrap();
    let members: Vec<&str> = members.split('"').skip(1).step_by(2).collect();
    assert!(members.len() > 15, "{members:?}");
    for member in members {
        let manifest = root().join(member).join("Cargo.toml");
        let manifest = std::fs::read_to_string(manifest).unwrap();
        assert!(manifest.contains("[lints]\nworkspace = true"), "{member}");
    }
    // The consumer to copy is a workspace of its own.
    let consumer = std::fs::read_to_string(root().join("examples/rust/Cargo.toml")).unwrap();
    assert!(consumer.contains("unsafe_code = \"forbid\""));
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn no_source_file_is_longer_than_600_lines() {
    let mut found = Vec::new();
    for folder in ["shared", "functions", "cli"] {
        sources(&root().join(folder), &mut found);
    }
    found.retain(|path| path.components().any(|part| part.as_os_str() == "src"));
    assert!(found.len() > 40, "{} files", found.len());
    for path in found {
        let lines = std::fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 600, "{}: {lines} lines", path.display());
    }
}
