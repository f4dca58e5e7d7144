//! The rules of who may depend on whom, read from `cargo metadata`, and of how long a file is.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Packages, and what each depends on outside of its tests and build.
struct Graph {
    names: BTreeMap<String, String>,
    edges: BTreeMap<String, Vec<String>>,
    ours: BTreeSet<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

fn graph() -> Graph {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline", "--locked"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let list = |value: &Value| value.as_array().unwrap().clone();
    let names = list(&metadata["packages"])
        .iter()
        .map(|package| (text(&package["id"]), text(&package["name"])))
        .collect();
    let is_normal = |edge: &&Value| {
        list(&edge["dep_kinds"])
            .iter()
            .any(|kind| kind["kind"].is_null())
    };
    let edges = list(&metadata["resolve"]["nodes"])
        .iter()
        .map(|node| {
            let needs = list(&node["deps"]);
            let needs = needs
                .iter()
                .filter(is_normal)
                .map(|edge| text(&edge["pkg"]))
                .collect();
            (text(&node["id"]), needs)
        })
        .collect();
    let ours = list(&metadata["workspace_members"])
        .iter()
        .map(text)
        .collect();
    Graph { names, edges, ours }
}

impl Graph {
    fn id(&self, name: &str) -> &str {
        self.ours
            .iter()
            .find(|id| self.names[*id] == name)
            .unwrap_or_else(|| panic!("no {name}"))
    }

    /// What a package of ours depends on itself.
    fn needs(&self, name: &str) -> BTreeSet<&str> {
        self.edges[self.id(name)]
            .iter()
            .map(|id| self.names[id].as_str())
            .collect()
    }

    /// Everything in its tree.
    fn tree(&self, name: &str) -> BTreeSet<&str> {
        let (mut open, mut seen) = (vec![self.id(name)], BTreeSet::new());
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                open.extend(self.edges[id].iter().map(String::as_str));
            }
        }
        seen.into_iter().map(|id| self.names[id].as_str()).collect()
    }

    /// Those of ours that a package depends on itself.
    fn ours_of(&self, name: &str) -> BTreeSet<&str> {
        self.needs(name)
            .into_iter()
            .filter(|name| name.starts_with("teamwire-"))
            .collect()
    }
}

const FUNCTIONS: [&str; 5] = [
    "teamwire-ingest",
    "teamwire-decrypt",
    "teamwire-hydrate",
    "teamwire-backfill",
    "teamwire-subscriptions",
];

#[test]
fn dependencies_point_one_way() {
    let graph = graph();
    for (package, allowed) in [
        ("teamwire-payload", &[][..]),
        ("teamwire-envelope", &["teamwire-payload"]),
        ("teamwire-graph", &["teamwire-payload"]),
        ("teamwire-transport", &["teamwire-payload"]),
        (
            "teamwire-access",
            &["teamwire-payload", "teamwire-graph", "teamwire-transport"],
        ),
        (
            "teamwire-ingest",
            &["teamwire-payload", "teamwire-graph", "teamwire-transport"],
        ),
        (
            "teamwire-decrypt",
            &[
                "teamwire-payload",
                "teamwire-envelope",
                "teamwire-transport",
            ],
        ),
        (
            "teamwire-hydrate",
            &[
                "teamwire-payload",
                "teamwire-graph",
                "teamwire-access",
                "teamwire-transport",
            ],
        ),
        (
            "teamwire-subscriptions",
            &[
                "teamwire-payload",
                "teamwire-graph",
                "teamwire-access",
                "teamwire-transport",
            ],
        ),
        (
            "teamwire-backfill",
            &[
                "teamwire-payload",
                "teamwire-graph",
                "teamwire-access",
                "teamwire-transport",
            ],
        ),
    ] {
        let ours = graph.ours_of(package);
        let allowed = BTreeSet::from_iter(allowed.iter().copied());
        assert!(ours.is_subset(&allowed), "{package} depends on {ours:?}");
    }
}

#[test]
fn no_function_depends_on_another_or_on_what_only_tests_use() {
    let graph = graph();
    for function in FUNCTIONS {
        let tree = graph.tree(function);
        for other in FUNCTIONS.into_iter().filter(|other| *other != function) {
            assert!(!tree.contains(other), "{function} depends on {other}");
        }
        for test in [
            "teamwire-simulator",
            "teamwire-it",
            "teamwire-bench",
            "proptest",
            "axum",
        ] {
            assert!(!tree.contains(test), "{function} depends on {test}");
        }
    }
}

#[test]
fn what_moves_knows_neither_aws_nor_the_network_nor_a_runtime() {
    let graph = graph();
    let tree = graph.tree("teamwire-payload");
    for name in [
        "tokio",
        "reqwest",
        "hyper",
        "lambda_runtime",
        "aws-config",
        "aws-lc-rs",
    ] {
        assert!(!tree.contains(name), "teamwire-payload depends on {name}");
    }
    assert!(!tree.iter().any(|name| name.starts_with("aws")), "{tree:?}");
}

#[test]
fn only_transport_functions_and_the_key_service_know_aws() {
    let graph = graph();
    let tree = graph.tree("teamwire-graph");
    assert!(
        !tree.iter().any(|name| name.starts_with("aws-sdk")),
        "{tree:?}"
    );
}

/// Features are united over the workspace here, so the sender's side of the envelope, which
/// `rsa` serves, shows in every tree; `make audit` asks for each function's own tree.
#[test]
fn no_function_has_rsa_in_its_tree() {
    for function in FUNCTIONS {
        let output = Command::new(env!("CARGO"))
            .args([
                "tree",
                "--offline",
                "--locked",
                "-p",
                function,
                "-e",
                "normal",
            ])
            .args(["--prefix", "none", "--no-dedupe", "-f", "{p}"])
            .current_dir(root())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let tree = String::from_utf8(output.stdout).unwrap();
        let names: BTreeSet<&str> = tree
            .lines()
            .filter_map(|line| line.split(' ').next())
            .collect();
        assert!(names.contains(function) && names.contains("teamwire-payload"));
        assert!(!names.contains("rsa"), "{function} has rsa in its tree");
    }
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
fn no_source_file_tells_two_stories() {
    let mut found = Vec::new();
    for folder in ["shared", "functions", "cli"] {
        sources(&root().join(folder), &mut found);
    }
    found.retain(|path| path.components().any(|part| part.as_os_str() == "src"));
    assert!(found.len() > 40, "{} files", found.len());
    for path in found {
        let lines = std::fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 400, "{}: {lines} lines", path.display());
    }
}
