//! What is in a program, and what a process of it reads once: for the latter it is run again.

use std::process::{Command, Output};
use teamwire_simulator::{Simulator, SimulatorConfig};

/// Runs one of the ignored tests below in a process of its own.
fn run(test: &str, variables: &[(&str, &str)]) -> Output {
    let mut program = Command::new(std::env::current_exe().unwrap());
    program
        .args(["--exact", &format!("new_process::{test}")])
        .args(["--ignored", "--nocapture", "--test-threads=1"])
        .envs(variables.iter().copied());
    program.output().unwrap()
}

/// For the day on which aws-lc calls the variable that builds it without (decision 47) something else.
#[cfg(target_os = "linux")]
#[test]
fn no_program_of_ours_makes_random_numbers_of_cpu_jitter() {
    aws_lc_rs::rand::fill(&mut [0; 32]).unwrap();
    let program = std::fs::read(std::env::current_exe().unwrap()).unwrap();
    // In two pieces each, so as not to find itself.
    let has = |pieces: [&str; 2]| {
        let symbol = pieces.join("_");
        memchr::memmem::find(&program, symbol.as_bytes()).is_some()
    };
    assert!(
        has(["RAND", "bytes"]),
        "there are no names to be looked through"
    );
    assert!(!has(["jent", "entropy_collector"]));
}

#[tokio::test]
async fn the_machines_roots_are_trusted_and_nobody_else() {
    let tenant = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93".to_owned();
    let mut config = SimulatorConfig::new(vec![tenant], "app", "secret");
    config.tls = true;
    let simulator = Simulator::start(config).await.unwrap();
    let folder = std::env::temp_dir().join(format!("teamwire-roots-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let roots = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let ours = roots("ours.pem", simulator.root_certificate.as_deref().unwrap());
    let others = roots("others.pem", &other.cert.pem());
    for (file, expected) in [(ours, "answered"), (others, "the connection failed")] {
        let url = simulator.url.clone();
        let run = move || run("ask_over_https", &[("SSL_CERT_FILE", &file), ("URL", &url)]);
        let output = tokio::task::spawn_blocking(run).await.unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains(expected), "{expected}: {text}");
    }
    std::fs::remove_dir_all(folder).unwrap();
    simulator.stop().await;
}

#[tokio::test]
#[ignore = "needs a process of its own"]
async fn ask_over_https() {
    let client = match teamwire_graph::http::client(std::time::Duration::from_secs(20)) {
        Ok(client) => client,
        Err(fault) => return println!("{fault}"),
    };
    match client.get(&std::env::var("URL").unwrap()).send().await {
        Ok(_) => println!("answered"),
        Err(fault) => println!("{fault}"),
    }
}
