//! The voice of every command: its words about faults, and its help.

use crate::fake_aws::FakeAws;
use crate::parties::{Ran, file, folder, teamwire, text};
use std::process::Stdio;
use tokio::process::Command;

/// `teamwire ..` with nothing but this in the environment.
async fn run(environment: &[(&str, &str)], arguments: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_teamwire"));
    command.env_clear().args(arguments).stdin(Stdio::null());
    command.envs(environment.iter().copied());
    command.output().await.unwrap().into()
}

const LIST: [&str; 2] = ["subscriptions", "list"];
const REGION: (&str, &str) = ("AWS_REGION", "eu-central-1");
const KEYS: [(&str, &str); 2] = [
    ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
    ("AWS_SECRET_ACCESS_KEY", "secret"),
];

#[tokio::test]
async fn without_a_command_it_says_what_there_is() {
    let ran = run(&[], &[]).await;
    assert_eq!((ran.status, ran.out.as_str()), (Some(2), ""));
    assert!(
        ran.err.contains("Usage: teamwire [OPTIONS] <COMMAND>"),
        "{}",
        ran.err
    );
    let version = run(&[], &["--version"]).await;
    assert!(version.out.starts_with("teamwire 0."), "{}", version.out);
}

#[tokio::test]
async fn a_typing_mistake_is_answered_with_what_may_have_been_meant() {
    for (typed, meant) in [
        (&["subscription", "list"][..], "'subscriptions'"),
        (&["replay", "--queu", "decrypt"], "'--queue'"),
        (&["replay", "--queue", "decript"], "'decrypt'"),
        (&["backfill", "--tenant", "x", "--since", "1h"], "is a GUID"),
        (&["backfill", "--since", "yesterday"], "36h"),
        (
            &["replay", "--queue", "decrypt", "--move", "--rate", "fast"],
            "a number of messages",
        ),
    ] {
        let ran = run(&[], typed).await;
        assert_eq!(ran.status, Some(2), "{typed:?}");
        assert!(ran.err.contains(meant), "{typed:?}: {}", ran.err);
    }
}

#[tokio::test]
async fn what_aws_lacks_is_said_with_what_to_do() {
    let nothing = ("AWS_EC2_METADATA_DISABLED", "true");
    let there = |endpoint| ("AWS_ENDPOINT_URL", endpoint);
    for (environment, says) in [
        (vec![nothing], "no AWS region: set AWS_REGION"),
        (
            vec![nothing, ("AWS_REGION", "")],
            "no AWS region: set AWS_REGION",
        ),
        (
            vec![nothing, REGION],
            "no AWS credentials: name a profile that has some",
        ),
        (
            vec![nothing, REGION, ("AWS_PROFILE", "nope")],
            "no profile is called nope; there is none at all",
        ),
        (
            vec![REGION, KEYS[0], KEYS[1], there("http://127.0.0.1:1")],
            "AWS_ENDPOINT_URL is http://127.0.0.1:1: is that a URL",
        ),
        (
            vec![REGION, KEYS[0], KEYS[1], there("localhost")],
            "AWS_ENDPOINT_URL is localhost: is that a URL",
        ),
    ] {
        let ran = run(&environment, &LIST).await;
        assert_eq!((ran.status, ran.out.as_str()), (Some(2), ""), "{says}");
        assert!(ran.err.contains(says), "{says}: {}", ran.err);
        assert!(!ran.err.contains("SdkBody"), "{}", ran.err);
    }
}

#[tokio::test]
async fn a_profile_gives_credentials_region_and_endpoint() {
    let aws = FakeAws::start().await;
    let nothing = serde_json::json!({"tenants": [], "faults": []});
    aws.lambda.answers("list", nothing);
    let config = format!(
        "[profile dev]\nregion = eu-north-1\nendpoint_url = {}\naws_access_key_id = AKIDEXAMPLE\n\
         aws_secret_access_key = secret\n[profile corp]\nregion = eu-north-1\nsso_session = corp\n\
         sso_account_id = 111122223333\nsso_role_name = operator\n[sso-session corp]\n\
         sso_region = eu-north-1\nsso_start_url = https://corp.example/start\n",
        aws.url
    );
    let config = file("config", &config);
    let config = ("AWS_CONFIG_FILE", text(&config));
    let ran = run(&[config, ("AWS_PROFILE", "dev")], &LIST).await;
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));

    for named in [
        run(&[config, ("AWS_PROFILE", "dve")], &LIST).await,
        run(&[config], &[&LIST[..], &["--profile", "dve"]].concat()).await,
    ] {
        assert_eq!(named.status, Some(2));
        assert_eq!(
            named.err,
            "teamwire: no profile is called dve; there are corp, dev\n"
        );
    }

    let home = folder();
    let home = ("HOME", text(&home));
    let ran = run(&[config, home, ("AWS_PROFILE", "corp")], &LIST).await;
    assert_eq!(ran.status, Some(2));
    assert!(
        ran.err.contains("aws sso login (the profile is corp)"),
        "{}",
        ran.err
    );
}

#[tokio::test]
async fn a_wrong_stack_and_a_wrong_region_are_said_as_such() {
    let aws = FakeAws::start().await;
    let ran = teamwire(&aws, &["subscriptions", "list", "--stack", "other"]).await;
    assert_eq!(ran.status, Some(2));
    let says = "the function other-subscriptions: there is none by that name in eu-central-1: --stack names the stack";
    assert!(ran.err.contains(says), "{}", ran.err);
}

#[tokio::test]
async fn bash_sources_the_completions_and_completes_a_command() {
    let script = run(&[], &["completions", "bash"]).await;
    assert_eq!((script.status, script.err.as_str()), (Some(0), ""));
    let script = file("teamwire.bash", &script.out);
    let completed = |words: &str, at: usize| {
        let line = format!(
            "set -u; source '{}'; COMP_WORDS=({words}); COMP_CWORD={at}; \
             _teamwire teamwire \"${{COMP_WORDS[{at}]}}\" \"${{COMP_WORDS[{}]}}\"; echo \"${{COMPREPLY[*]}}\"",
            script.display(),
            at - 1
        );
        let mut bash = Command::new("bash");
        bash.args(["-c", &line]).output()
    };
    for (words, at, expected) in [
        ("teamwire rep", 1, "replay"),
        ("teamwire dead-letters sh", 2, "show"),
        ("teamwire replay --queue q", 3, "quarantine"),
    ] {
        // Where there is no bash there is nothing to complete.
        let Ok(output) = completed(words, at).await else {
            return;
        };
        let ran = Ran::from(output);
        assert_eq!(
            (ran.out.trim(), ran.err.as_str()),
            (expected, ""),
            "{words}"
        );
    }
}

#[tokio::test]
async fn every_shell_has_completions() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = run(&[], &["completions", shell]).await;
        assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""), "{shell}");
        assert!(ran.out.contains("dead-letters"), "{shell}");
    }
}

#[tokio::test]
async fn every_command_has_a_manual_page_that_renders() {
    let folder = folder().join("man1");
    let ran = run(&[], &["man", "--dir", text(&folder)]).await;
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    for command in ["teamwire", "teamwire-replay", "teamwire-certificate-new"] {
        let page = folder.join(format!("{command}.1"));
        let source = std::fs::read_to_string(&page).unwrap();
        for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXTRA"] {
            let quoted = format!(".SH \"{section}\"");
            let is_there = source.contains(&quoted) || source.contains(&format!(".SH {section}\n"));
            assert!(is_there, "{command}: {section}");
        }
        for said in ["Exit status", "Examples:"] {
            assert!(source.contains(said), "{command}: {said}");
        }
        // As `man -l` has it rendered.
        let mut groff = Command::new("groff");
        let groff = groff
            .args(["-man", "-Tutf8", "-ww", "-P-c", "-P-b", "-P-u"])
            .arg(&page);
        let Ok(rendered) = groff.output().await else {
            return;
        };
        let rendered = Ran::from(rendered);
        assert_eq!(
            (rendered.status, rendered.err.as_str()),
            (Some(0), ""),
            "{command}"
        );
    }
}
