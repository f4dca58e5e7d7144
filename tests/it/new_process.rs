//! What a process pays for or reads once: this program is run again for each test here.

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

/// CPU time of this thread, to a tick of the scheduler: what else the machine does is not in it.
#[cfg(target_os = "linux")]
fn cpu() -> std::time::Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    let nanoseconds = text.split(' ').next().unwrap().parse().unwrap();
    std::time::Duration::from_nanos(nanoseconds)
}

/// Entropy from CPU jitter takes 28 ms of a fast core, what the system has some microseconds.
#[cfg(target_os = "linux")]
#[test]
fn the_first_random_number_is_not_made_of_cpu_jitter() {
    let output = run("draw_a_random_number", &[]);
    let text = String::from_utf8(output.stdout).unwrap();
    let took = text.split("microseconds: ").nth(1).unwrap();
    let took: u64 = took.split_whitespace().next().unwrap().parse().unwrap();
    assert!(took < 5_000, "{took} microseconds of CPU");
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs a process of its own"]
fn draw_a_random_number() {
    let before = cpu();
    aws_lc_rs::rand::fill(&mut [0; 32]).unwrap();
    println!("microseconds: {}", (cpu() - before).as_micros());
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
