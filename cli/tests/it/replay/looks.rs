//! Looking, which changes nothing but the receive counts.

use super::letters::{
    DEAD, OTHER_TENANT, TENANT, WORKING, bodies, dead, replay, run, sealed, stack,
};
use crate::replay::fake_sqs::FakeSqs;
use serde_json::Value;

fn some(sqs: &FakeSqs) -> String {
    for number in 0..12 {
        dead(sqs, TENANT, number, Some("claim-missing"), 2);
    }
    for number in 12..15 {
        dead(sqs, OTHER_TENANT, number, None, 30);
    }
    dead(sqs, TENANT, 15, Some("unknown-version"), 0)
}

#[tokio::test]
async fn a_preview_groups_what_would_move_and_moves_nothing() {
    let sqs = stack(1).await;
    some(&sqs);
    let before = bodies(&sqs, DEAD);
    let ran = replay(&sqs, &["--output", "text"]).await;
    let expected = format!(
        "Of 16 letters on {DEAD}\n\
         would move: 16, to {WORKING}\n\
         \n \
         letters  replayed  reason                    age         resource type\n      \
         12         0  claim-missing             1 h to 1 d  chatMessage\n                     \
         tenant {TENANT}\n       \
         3         0  none                      1 to 4 d    chatMessage\n                     \
         tenant {OTHER_TENANT}\n       \
         1         0  unknown-version           under 1 h   chatMessage\n                     \
         tenant {TENANT}\n\
         \n\
         claim-missing: once the bucket has what its claim is to.\n\
         none: once what made it fail 25 times is mended.\n\
         unknown-version: once all functions are of one version, at least as new as the one that sent it.\n\
         Nothing was moved. It took 16 receives, one of each letter: their receive\n\
         counts stay one higher. They were hidden meanwhile, and are visible again.\n\
         With --move they go.\n"
    );
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    assert_eq!(ran.out, expected);
    assert_eq!(bodies(&sqs, DEAD), before);
    assert_eq!(sqs.visible(DEAD), 16);
    assert!(sqs.messages(DEAD).iter().all(|letter| letter.receives == 1));
    assert!(sqs.messages(WORKING).is_empty());
}

#[tokio::test]
async fn a_preview_for_programs_is_one_line() {
    let sqs = stack(2).await;
    some(&sqs);
    let json = replay(&sqs, &["--reason", "claim-missing"]).await.json();
    assert_eq!(
        (&json["lookedAt"], &json["wouldMove"]),
        (&16.into(), &12.into())
    );
    assert_eq!(json["groups"][0]["resourceType"], "chatMessage");
    assert_eq!(json["groups"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn every_filter_means_what_it_says() {
    let sqs = stack(3).await;
    let id = some(&sqs);
    for (filter, expected) in [
        (&[][..], 16),
        (&["--reason", "claim-missing"], 12),
        (&["--reason", "none"], 3),
        (&["--reason", "none", "--reason", "unknown-version"], 4),
        (&["--tenant", TENANT], 13),
        (&["--tenant", OTHER_TENANT, "--reason", "claim-missing"], 0),
        (&["--resource-type", "chatMessage"], 16),
        (&["--resource-type", "channel"], 0),
        (&["--since", "1h"], 1),
        (&["--until", "1d"], 3),
        (&["--since", "3h", "--until", "1h"], 12),
        (&["--id", &id], 1),
        (&["--subscription", "s"], 16),
        (&["--max", "5"], 5),
    ] {
        let json = replay(&sqs, filter).await.json();
        assert_eq!(json["wouldMove"], expected, "{filter:?}");
        assert_eq!(sqs.visible(DEAD), 16, "{filter:?}");
    }
}

#[tokio::test]
async fn what_no_function_takes_is_said() {
    let sqs = stack(4).await;
    let unrouted = r#"{"version":"unrouted.v1","receivedAt":1,"body":{"resource":null}}"#;
    sqs.put(
        "teamwire-quarantine",
        unrouted,
        &[("reason", "no-resource")],
        &[],
    );
    let route = [("reason", "client-state"), ("route", "decrypt")];
    sqs.put("teamwire-quarantine", &sealed(TENANT, 1), &route, &[]);
    let quarantine = ["replay", "--queue", "quarantine"];
    let ran = run(&sqs, &[&quarantine[..], &["--output", "text"]].concat()).await;
    assert!(
        ran.out
            .contains("would move: 1, to the queue that each one's route names")
    );
    assert!(
        ran.out
            .contains("1 can't be replayed: no function takes an unrouted.v1")
    );
    let moved = run(&sqs, &[&quarantine[..], &["--force", "--move"]].concat()).await;
    assert_eq!(moved.status, Some(1));
    assert_eq!(bodies(&sqs, WORKING), [sealed(TENANT, 1)]);
    assert_eq!(bodies(&sqs, "teamwire-quarantine"), [unrouted]);
    assert_eq!(sqs.visible("teamwire-quarantine"), 1);
    // Another queue takes it.
    sqs.make(&["teamwire-aside"]);
    let url = sqs.url_of("teamwire-aside");
    let aside = ["--reason", "no-resource", "--force", "--to", &url, "--move"];
    let moved = run(&sqs, &[&quarantine[..], &aside].concat()).await;
    assert_eq!(moved.status, Some(0), "{}", moved.err);
    assert_eq!(bodies(&sqs, "teamwire-aside"), [unrouted]);
    assert_eq!(sqs.visible("teamwire-quarantine"), 0);
}

#[tokio::test]
async fn of_each_letter_is_listed_what_a_filter_can_name() {
    let sqs = stack(5).await;
    some(&sqs);
    let list = ["dead-letters", "list", "--queue", "decrypt"];
    let text = ["--output", "text", "--reason", "unknown-version"];
    let ran = run(&sqs, &[&list[..], &text].concat()).await;
    let expected = format!(
        "  0s  decrypt  unknown-version  chatMessage, received once\n      id            5f0c3b8e-53a6-4d0b-9c55-000000000016\n      \
         tenant        {TENANT}\n      subscription  s\n"
    );
    // Seconds pass while the test runs.
    let tail = |line: &str| line.split_once('s').unwrap().1.to_owned();
    assert_eq!(tail(&ran.out), tail(&expected));
    assert!(ran.out.lines().all(|line| line.len() <= 80), "{}", ran.out);
    let ran = run(&sqs, &list).await;
    assert_eq!((ran.status, ran.out.lines().count()), (Some(0), 16));
    let facts: Value = serde_json::from_str(ran.out.lines().next().unwrap()).unwrap();
    assert_eq!(
        (&facts["version"], &facts["receives"]),
        (&"sealed.v1".into(), &2.into())
    );
    assert_eq!(sqs.visible(DEAD), 16);
}

#[tokio::test]
async fn a_letter_is_shown_without_what_is_secret_unless_that_is_asked_for() {
    let sqs = stack(6).await;
    let id = some(&sqs);
    let show = ["dead-letters", "show", "--queue", "decrypt", &id];
    let ran = run(&sqs, &show).await;
    assert_eq!(ran.status, Some(0));
    for secret in ["secret_chat", "c2VjcmV0", "a2V5"] {
        assert!(!ran.out.contains(secret), "{secret}");
    }
    let shown = ran.json();
    assert_eq!(shown["body"]["body"]["content"]["data"], "[8 bytes]");
    assert_eq!(
        shown["body"]["body"]["resource"],
        "chats(chatId)/messages(messageId)"
    );
    assert_eq!(shown["attributes"]["reason"], "unknown-version");
    let revealed = run(&sqs, &[&show[..], &["--reveal"]].concat()).await.json();
    assert_eq!(revealed["body"]["body"]["content"]["data"], "c2VjcmV0");
    assert_eq!(sqs.visible(DEAD), 16);

    let missing = run(
        &sqs,
        &["dead-letters", "show", "--queue", "decrypt", OTHER_TENANT],
    )
    .await;
    assert_eq!((missing.status, missing.out.as_str()), (Some(1), ""));
}

#[tokio::test]
async fn a_queue_that_is_not_there_is_said_and_so_is_wrong_usage() {
    let sqs = stack(7).await;
    let ran = run(&sqs, &["replay", "--queue", "decrypt", "--stack", "other"]).await;
    assert_eq!(ran.status, Some(2));
    assert!(
        ran.err
            .contains("there is no queue other-decrypt-dead-letters, in eu-central-1: --stack")
    );
    for wrong in [
        &["replay", "--queue", "decrypt", "--rate", "10"][..],
        &["replay", "--all", "--move", "--max", "1"],
        &["replay", "--queue", "decrypt", "--reason", "tamperd"],
        &["dead-letters", "list", "--reason", "hmac"],
        &["replay", "--queue", "decrypt", "--move", "--rate", "0"],
        &["replay", "--all", "--move", "--reason", "claim-missing"],
        &["replay", "--queue", "decrypt", "--from-url", "http://q"],
        &["replay", "--from-url", "http://q/1/q"],
        &["replay", "--queue", "decrypt", "--resource-type", "fooo"],
        &[
            "dead-letters",
            "list",
            "--queue",
            "decrypt",
            "--tenant",
            "t",
        ],
        &["dead-letters", "list", "--subscription", ""],
        &["replay", "--subscription", "not_an_id!!"],
        &["replay", "--id", "x"],
        &["dead-letters", "show", "x"],
        &["replay", "--since", "2d", "--until", "3d"],
        &["replay", "--since", "1h", "--until", "1h"],
        &["dead-letters", "list", "--since", "2099-01-01T00:00:00Z"],
        &["replay", "--queue", "hydrate", "--reason", "tampered"],
        &[
            "dead-letters",
            "list",
            "--queue",
            "decrypt",
            "--reason",
            "http-403",
        ],
    ] {
        assert_eq!(run(&sqs, wrong).await.status, Some(2), "{wrong:?}");
    }
    assert!(sqs.asked("ReceiveMessage").is_empty());
}

#[tokio::test]
async fn what_aws_says_of_the_person_comes_with_what_to_do() {
    for (code, remedy) in [
        ("ExpiredTokenException", "log in again (aws sso login)"),
        ("AccessDeniedException", "their policy does not allow this"),
    ] {
        let sqs = stack(8).await;
        sqs.account()
            .denied
            .insert("GetQueueUrl".into(), code.into());
        let ran = replay(&sqs, &[]).await;
        assert_eq!((ran.status, ran.out.as_str()), (Some(2), ""), "{code}");
        assert!(
            ran.err.contains(&format!("{code}: said by SQS")),
            "{}",
            ran.err
        );
        assert!(ran.err.contains(remedy), "{code}: {}", ran.err);
    }
}

#[tokio::test]
async fn what_somebody_else_hides_is_counted_and_not_said_to_be_none() {
    let sqs = stack(9).await;
    let id = dead(&sqs, TENANT, 1, None, 1);
    sqs.hide(DEAD, 60);
    let list = ["dead-letters", "list", "--queue", "decrypt"];
    let show = ["dead-letters", "show", "--queue", "decrypt", &id];
    for (arguments, status) in [(&list[..], 0), (&show, 1)] {
        let ran = run(&sqs, arguments).await;
        assert_eq!(ran.status, Some(status));
        let says = format!("1 letters of {DEAD} are hidden");
        assert!(ran.err.contains(&says), "{}", ran.err);
    }
    let ran = replay(&sqs, &["--output", "text"]).await;
    assert!(ran.out.contains("no visible letters"), "{}", ran.out);
    assert!(
        ran.out.contains("1 are hidden, as SQS counts"),
        "{}",
        ran.out
    );
    assert_eq!(replay(&sqs, &[]).await.json()["hidden"], 1);
}

#[tokio::test]
async fn a_letter_that_sqs_gives_twice_is_looked_at_once() {
    let sqs = stack(10).await;
    let mut ids: Vec<_> = (0..40).map(|n| dead(&sqs, TENANT, n, None, 1)).collect();
    sqs.account().twice = 50;
    let ran = run(&sqs, &["dead-letters", "list", "--queue", "decrypt"]).await;
    let seen = ran.out.lines().map(|line| {
        let facts: Value = serde_json::from_str(line).unwrap();
        facts["id"].as_str().unwrap().to_owned()
    });
    let mut seen: Vec<_> = seen.collect();
    seen.sort();
    ids.sort();
    assert_eq!(seen, ids);
    assert_eq!(replay(&sqs, &[]).await.json()["lookedAt"], 40);
}
