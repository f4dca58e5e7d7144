//! Dead letters that are moved only if a person insists, and filters that name something unknown.

use super::letters::{
    DEAD, OTHER_TENANT, TENANT, WORKING, bodies, command, dead, quarantined, replay, run, sealed,
    stack, summary,
};
use serde_json::json;

const OURS: &str = "7f105c7d-2dc5-4530-97cd-4e7ae6534c07";
const THEIRS: &str = "0b1c8f30-6a52-4f2e-9c0e-2f6f5a1d7e11";

#[tokio::test]
async fn what_can_never_succeed_is_named_and_stays_without_force() {
    let sqs = stack(1).await;
    for (number, reason) in ["tampered", "malformed", "resource-path", "claim-mismatch"]
        .into_iter()
        .enumerate()
    {
        dead(&sqs, TENANT, number, Some(reason), 1);
    }
    dead(&sqs, TENANT, 9, Some("deferred-too-long"), 1);
    let ran = replay(&sqs, &["--output", "text"]).await;
    assert!(ran.out.contains("would move: 1,"), "{}", ran.out);
    assert!(
        ran.out
            .contains("tampered: can never succeed: it was changed"),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("4 stay, as they can never succeed"),
        "{}",
        ran.out
    );
    let long = ran.out.lines().find(|line| line.len() > 80);
    assert_eq!(
        long.filter(|line| !line.contains(": can never succeed")),
        None
    );

    let ran = replay(&sqs, &["--move"]).await;
    let told = summary(&ran);
    assert_eq!(
        (ran.status, &told["moved"], &told["hopeless"]),
        (Some(1), &json!(1), &json!(4))
    );
    assert_eq!(bodies(&sqs, WORKING), [sealed(TENANT, 9)]);

    let ran = replay(&sqs, &["--move", "--force", "--reason", "tampered"]).await;
    assert_eq!((ran.status, &summary(&ran)["moved"]), (Some(0), &json!(1)));
    // Elsewhere they may go.
    sqs.make(&["teamwire-aside"]);
    let ran = replay(&sqs, &["--move", "--to", &sqs.url_of("teamwire-aside")]).await;
    assert_eq!(
        (ran.status, sqs.messages("teamwire-aside").len()),
        (Some(0), 3)
    );
    assert!(sqs.messages(DEAD).is_empty());
}

#[tokio::test]
async fn of_quarantine_only_what_is_said_to_be_ours_moves() {
    let sqs = stack(2).await;
    for number in 0..3 {
        quarantined(&sqs, OURS, number);
        quarantined(&sqs, THEIRS, 10 + number);
    }
    let quarantine = ["replay", "--queue", "quarantine", "--move"];
    let ran = run(
        &sqs,
        &[&quarantine[..], &["--reason", "client-state"]].concat(),
    )
    .await;
    assert_eq!((ran.status, ran.out.as_str()), (Some(2), ""));
    assert!(ran.err.contains("--subscription"), "{}", ran.err);
    // Neither does it with everything else.
    let ran = run(&sqs, &["replay", "--move"]).await;
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    assert!(sqs.account().sent.is_empty());

    let list = run(&sqs, &["dead-letters", "list", "--subscription", OURS]).await;
    assert_eq!(list.out.lines().count(), 3, "{}", list.out);
    assert!(
        list.out
            .lines()
            .all(|line| line.contains(OURS) && line.contains(r#""quarantine""#))
    );

    let whose = ["--subscription", OURS, "--tenant", TENANT];
    let ran = run(&sqs, &[&quarantine[..], &whose].concat()).await;
    assert_eq!((ran.status, &summary(&ran)["moved"]), (Some(0), &json!(3)));
    let left = sqs.messages("teamwire-quarantine");
    assert!(left.len() == 3 && left.iter().all(|letter| letter.body.contains(THEIRS)));
}

#[tokio::test]
async fn of_quarantine_the_id_of_our_subscription_alone_lets_no_other_tenant_s_letter_out() {
    let sqs = stack(7).await;
    quarantined(&sqs, OURS, 1);
    let system = [("SentTimestamp", "1"), ("MessageGroupId", OTHER_TENANT)];
    let forged = sealed(OTHER_TENANT, 2).replace(r#""s""#, &format!("{OURS:?}"));
    let reason = [("reason", "client-state"), ("route", "decrypt")];
    sqs.put("teamwire-quarantine", &forged, &reason, &system);
    let more = ["replay", "--queue", "quarantine", "--move"];
    let whose = ["--subscription", OURS];
    let ran = run(&sqs, &[&more[..], &whose].concat()).await;
    assert_eq!((ran.status, ran.out.as_str()), (Some(2), ""));
    for tenant in [TENANT, OTHER_TENANT] {
        assert!(ran.err.contains(tenant), "{}", ran.err);
    }
    assert!(sqs.account().sent.is_empty());
    assert_eq!(sqs.visible("teamwire-quarantine"), 2);
    // Neither by the queue's URL.
    let (url, to) = (sqs.url_of("teamwire-quarantine"), sqs.url_of(WORKING));
    let by_url = ["replay", "--from-url", &url, "--to", &to, "--move"];
    for whose in [&[][..], &whose] {
        let ran = run(&sqs, &[&by_url[..], whose].concat()).await;
        assert_eq!((ran.status, sqs.account().sent.len()), (Some(2), 0));
    }
    let ran = run(&sqs, &[&more[..], &whose, &["--tenant", TENANT]].concat()).await;
    assert_eq!((ran.status, &summary(&ran)["moved"]), (Some(0), &json!(1)));
}

#[tokio::test]
async fn a_route_that_is_none_leads_nowhere() {
    let sqs = stack(8).await;
    sqs.make(&["teamwire-aside"]);
    let url = sqs.url_of("teamwire-aside");
    let system = [("SentTimestamp", "1"), ("MessageGroupId", TENANT)];
    let routes = [
        url.as_str(),
        "aside",
        "teamwire-aside",
        "decrypt-dead-letters",
        "quarantine",
        "backfill",
        "DECRYPT",
        "../aside",
        "",
    ];
    for route in routes {
        let attributes = [("reason", "client-state"), ("route", route)];
        sqs.put(
            "teamwire-quarantine",
            &sealed(TENANT, 1),
            &attributes,
            &system,
        );
    }
    let ran = run(
        &sqs,
        &["replay", "--queue", "quarantine", "--force", "--move"],
    )
    .await;
    assert_eq!(ran.status, Some(1), "{}", ran.err);
    assert_eq!(summary(&ran)["unroutable"], json!(routes.len()));
    assert!(sqs.account().sent.is_empty());
    assert_eq!(sqs.visible("teamwire-quarantine"), routes.len());
}

#[tokio::test]
async fn a_reason_that_there_is_not_is_refused_with_those_that_there_are() {
    let sqs = stack(3).await;
    for command in [&["replay"][..], &["dead-letters", "list"]] {
        let ran = run(&sqs, &[command, &["--reason", "tamperd"]].concat()).await;
        assert_eq!(ran.status, Some(2));
        for says in ["tampered", "http-403", "client-state", "none"] {
            assert!(ran.err.contains(says), "{says}: {}", ran.err);
        }
    }
    assert!(sqs.account().requests.is_empty());
}

#[tokio::test]
async fn an_id_that_no_letter_has_is_said_with_those_that_there_are() {
    let sqs = stack(4).await;
    quarantined(&sqs, OURS, 1);
    for (option, value) in [
        ("--subscription", THEIRS),
        ("--tenant", "3f6c1d9e-52ab-4c07-9e1b-7d2a0b8c4e15"),
        ("--id", "5f0c3b8e-53a6-4d0b-9c55-000000009999"),
    ] {
        let ran = run(&sqs, &["dead-letters", "list", option, value]).await;
        let says = format!("no letter has {option} {value}; there are ");
        assert!(ran.err.contains(&says), "{}", ran.err);
        assert_eq!(ran.status, Some(1), "{option}");
        let ran = run(&sqs, &["replay", option, value]).await;
        assert_eq!(ran.status, Some(1), "{option}: {}", ran.err);
    }
    let whose = ["--tenant", TENANT, "--subscription", THEIRS];
    let quarantine = ["replay", "--queue", "quarantine", "--move"];
    let ran = run(&sqs, &[quarantine, whose].concat()).await;
    assert_eq!(ran.status, Some(1));
    assert!(
        ran.err.contains(&format!("there are {OURS}")),
        "{}",
        ran.err
    );
    assert!(sqs.account().sent.is_empty());
}

#[tokio::test]
async fn without_a_queue_it_is_about_all_of_the_stack() {
    let sqs = stack(5).await;
    sqs.make(&["teamwire-hydrate-dead-letters"]);
    dead(&sqs, TENANT, 1, Some("deferred-too-long"), 1);
    let system = [("SentTimestamp", "1"), ("MessageGroupId", TENANT)];
    let reason = [("reason", "http-403"), ("replayed", "2")];
    sqs.put(
        "teamwire-hydrate-dead-letters",
        &sealed(TENANT, 2),
        &reason,
        &system,
    );
    quarantined(&sqs, THEIRS, 3);
    let preview = run(&sqs, &["replay"]).await;
    let queues: Vec<serde_json::Value> = preview
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let wanted = [("decrypt", 1), ("hydrate", 1), ("quarantine", 1)];
    for (queue, (name, letters)) in queues.iter().zip(wanted) {
        assert_eq!(
            (&queue["queue"], &queue["wouldMove"]),
            (&json!(name), &json!(letters))
        );
    }
    assert_eq!(
        (queues.len(), &queues[1]["groups"][0]["replayed"]),
        (3, &json!(2))
    );
    let ran = run(&sqs, &["replay", "--move"]).await;
    assert_eq!(
        (ran.status, ran.out.lines().count()),
        (Some(0), 2),
        "{}",
        ran.err
    );
    let again = &sqs.messages("teamwire-hydrate")[0].attributes["replayed"];
    assert_eq!(again["StringValue"], "3");
    assert_eq!(sqs.messages("teamwire-quarantine").len(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn ended_at_once_it_says_what_sqs_shows_again_and_when() {
    let sqs = stack(6).await;
    for number in 0..30 {
        dead(&sqs, TENANT, number, Some("http-403"), 1);
    }
    let arguments = ["replay", "--queue", "decrypt", "--move", "--rate", "0.05"];
    let mut run = command(&sqs, &arguments);
    let run = run
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let run = run.spawn().unwrap();
    while sqs.asked("DeleteMessageBatch").is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    // Making visible is never answered: only a second Ctrl-C ends it.
    let number = sqs.account().requests.len();
    sqs.account().kill = Some(super::fake_sqs::Kill {
        request: number,
        carried_out: false,
    });
    for _ in 0..2 {
        crate::parties::signal("INT", &run).await;
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    let ran: crate::parties::Ran = run.wait_with_output().await.unwrap().into();
    assert_eq!(ran.status, Some(130));
    assert!(
        ran.err
            .contains("visible again what is hidden now, within 300 s, by "),
        "{}",
        ran.err
    );
}
