//! Moving, all of it or what fits.

use super::letters::{
    DEAD, OTHER_TENANT, TENANT, WORKING, bodies, command, dead, replay, run, sealed, stack,
    summary, within,
};
use crate::parties::{Ran, file, folder, text};
use serde_json::{Value, json};

#[tokio::test]
async fn what_fits_goes_back_as_the_message_it_was() {
    let sqs = stack(1).await;
    for number in 0..25 {
        dead(&sqs, TENANT, number, Some("claim-missing"), 1);
        dead(&sqs, OTHER_TENANT, 100 + number, None, 1);
    }
    let ran = replay(&sqs, &["--reason", "claim-missing", "--move"]).await;
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    let summary = summary(&ran);
    for (name, count) in [
        ("lookedAt", 50),
        ("moved", 25),
        ("passedOver", 25),
        ("hidden", 0),
    ] {
        assert_eq!(summary[name], count, "{name}");
    }
    let mut expected: Vec<_> = (0..25).map(|number| sealed(TENANT, number)).collect();
    expected.sort();
    assert_eq!(bodies(&sqs, WORKING), expected);
    assert_eq!(sqs.visible(DEAD), 25);
    let text = |value: &str| json!({"DataType": "String", "StringValue": value});
    for message in sqs.messages(WORKING) {
        let attributes = json!({"mark": text("kept"), "replayed": text("1")});
        assert_eq!(message.attributes, attributes);
        assert_eq!(message.system["MessageGroupId"], TENANT);
        assert_eq!(message.system["AWSTraceHeader"], "Root=1-a");
    }
}

#[tokio::test]
async fn no_more_go_than_may_and_the_audit_names_each() {
    let sqs = stack(2).await;
    let ids: Vec<_> = (0..20)
        .map(|n| dead(&sqs, TENANT, n, Some("deferred-too-long"), 1))
        .collect();
    let audit = file("audit.jsonl", "");
    let more = ["--move", "--max", "7", "--audit", text(&audit)];
    let ran = replay(&sqs, &more).await;
    assert_eq!((ran.status, &summary(&ran)["moved"]), (Some(0), &json!(7)));
    assert_eq!((sqs.messages(WORKING).len(), sqs.visible(DEAD)), (7, 13));
    let lines = std::fs::read_to_string(&audit).unwrap();
    let lines: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let mut named = Vec::new();
    for line in &lines {
        assert_eq!(line["who"], "arn:aws:iam::111122223333:user/operator");
        assert_eq!(line["from"], sqs.url_of(DEAD));
        assert_eq!(line["run"], lines[0]["run"]);
        for letter in line["letters"].as_array().into_iter().flatten() {
            assert_eq!(letter["reason"], "deferred-too-long");
            named.push(letter["id"].as_str().unwrap().to_owned());
        }
    }
    let (begin, end) = (&lines[0], &lines[lines.len() - 1]);
    assert_eq!(
        (&begin["type"], &end["type"]),
        (&json!("begin"), &json!("end"))
    );
    assert_eq!(
        (&begin["to"], &begin["asked"]["max"]),
        (&json!(sqs.url_of(WORKING)), &json!(7))
    );
    assert_eq!(
        (&end["ended"], &end["counts"]["moved"]),
        (&json!("done"), &json!(7))
    );
    let left: Vec<_> = sqs
        .messages(DEAD)
        .into_iter()
        .map(|letter| letter.id)
        .collect();
    named.extend(left);
    named.sort();
    assert_eq!(named, ids);
}

#[tokio::test]
async fn what_is_beyond_the_most_is_not_said_not_to_fit() {
    let sqs = stack(14).await;
    for number in 0..60 {
        dead(&sqs, TENANT, number, Some("deferred-too-long"), 1);
    }
    for output in ["text", "json"] {
        let more = [
            "--reason",
            "deferred-too-long",
            "--max",
            "1",
            "--output",
            output,
        ];
        let ran = replay(&sqs, &[&["--move"], &more[..]].concat()).await;
        assert_eq!(ran.status, Some(0), "{}", ran.err);
        match output {
            "json" => {
                let summary = summary(&ran);
                assert_eq!(summary["passedOver"], summary["beyondMax"]);
            }
            _ => assert!(!ran.out.contains("did not fit"), "{}", ran.out),
        }
    }
}

#[tokio::test]
async fn what_a_queue_refuses_stays_and_is_said() {
    let sqs = stack(3).await;
    for number in 0..12 {
        dead(&sqs, TENANT, number, Some("deferred-too-long"), 1);
    }
    sqs.account().refused = Some("messages('7')".to_owned());
    let ran = replay(&sqs, &["--move"]).await;
    let summary = summary(&ran);
    assert_eq!(ran.status, Some(1));
    assert_eq!(
        (&summary["moved"], &summary["refused"]),
        (&json!(11), &json!(1))
    );
    assert_eq!(bodies(&sqs, DEAD), [sealed(TENANT, 7)]);
    assert_eq!(sqs.visible(DEAD), 1);
}

#[tokio::test]
async fn nothing_is_deleted_that_was_not_sent() {
    let sqs = stack(4).await;
    for number in 0..30 {
        dead(&sqs, TENANT, number, None, 1);
    }
    sqs.account()
        .denied
        .insert("SendMessageBatch".into(), "AccessDeniedException".into());
    let ran = replay(&sqs, &["--move"]).await;
    assert_eq!(ran.status, Some(1));
    assert!(
        ran.err.contains("AccessDeniedException: said by SQS"),
        "{}",
        ran.err
    );
    assert_eq!((sqs.messages(DEAD).len(), sqs.visible(DEAD)), (30, 30));
    assert!(sqs.asked("DeleteMessageBatch").is_empty());
}

#[tokio::test]
async fn a_queue_that_deletes_nothing_does_not_fill_the_other() {
    let sqs = stack(5).await;
    for number in 0..500 {
        dead(&sqs, TENANT, number, None, 1);
    }
    sqs.account()
        .denied
        .insert("DeleteMessageBatch".into(), "AccessDeniedException".into());
    let ran = replay(&sqs, &["--move"]).await;
    let sent = sqs.messages(WORKING).len();
    assert_eq!(
        (ran.status, &summary(&ran)["undeleted"]),
        (Some(1), &json!(sent))
    );
    assert!(ran.err.contains("sent but can't be deleted"), "{}", ran.err);
    // One batch of each carrier at most.
    assert!((1..=80).contains(&sent), "{sent}");
    assert_eq!(sqs.messages(DEAD).len(), 500);
}

#[tokio::test]
async fn without_a_name_the_record_is_where_it_can_be_found_again() {
    let sqs = stack(6).await;
    let id = dead(&sqs, TENANT, 1, Some("deferred-too-long"), 1);
    let home = folder();
    let arguments = [
        "replay",
        "--queue",
        "decrypt",
        "--reason",
        "deferred-too-long",
        "--move",
    ];
    let mut run = command(&sqs, &arguments);
    run.env_remove("XDG_STATE_HOME").env("HOME", &home);
    let ran: Ran = run.output().await.unwrap().into();
    let record = home.join(".local/state/teamwire/replay.jsonl");
    assert_eq!(summary(&ran)["audit"], text(&record));
    let record = std::fs::read_to_string(record).unwrap();
    assert!(
        record.contains(&id) && record.contains(r#""reason":["deferred-too-long"]"#),
        "{record}"
    );

    let mut run = command(&sqs, &arguments);
    run.env_remove("XDG_STATE_HOME");
    let ran: Ran = run.output().await.unwrap().into();
    assert_eq!(ran.status, Some(2));
    assert!(ran.err.contains("--audit FILE"), "{}", ran.err);
}

#[tokio::test]
async fn an_audit_that_can_not_be_written_ends_it() {
    let sqs = stack(6).await;
    dead(&sqs, TENANT, 1, None, 1);
    let ran = replay(&sqs, &["--move", "--audit", "/no/such/folder/audit"]).await;
    assert_eq!(ran.status, Some(2));
    assert!(sqs.asked("ReceiveMessage").is_empty());
}

#[tokio::test]
async fn letters_of_a_fifo_queue_keep_their_group_and_are_told_apart_by_letter() {
    let sqs = stack(7).await;
    let (from, to) = ("teamwire-events-dead-letters.fifo", "other.fifo");
    sqs.make(&[from, to]);
    let event = r#"{"specversion":"1.0","type":"microsoft.graph.chat.updated","tenantid":"t"}"#;
    let system = [
        ("MessageGroupId", "chat"),
        ("MessageDeduplicationId", "event-1"),
    ];
    let id = sqs.put(from, event, &[("replayed", "4")], &system);
    let to_url = sqs.url_of(to);
    let ran = run(
        &sqs,
        &["replay", "--queue", "events", "--move", "--to", &to_url],
    )
    .await;
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    let message = &sqs.messages(to)[0];
    assert_eq!(message.system["MessageGroupId"], "chat");
    assert_eq!(message.system["MessageDeduplicationId"], id);
    assert_eq!(message.attributes["replayed"]["StringValue"], "5");
}

#[tokio::test]
async fn what_was_sent_just_before_it_began_is_moved() {
    let sqs = stack(8).await;
    for number in 0..3 {
        dead(&sqs, TENANT, number, None, 0);
    }
    let ran = replay(&sqs, &["--move"]).await;
    assert_eq!((ran.status, &summary(&ran)["moved"]), (Some(0), &json!(3)));
}

#[tokio::test]
async fn all_of_it_is_every_letter_of_every_queue_once() {
    let sqs = stack(9).await;
    sqs.make(&["teamwire-hydrate-dead-letters"]);
    dead(&sqs, TENANT, 1, Some("tampered"), 1);
    let reason = [("reason", "http-403")];
    let hydrate = "teamwire-hydrate-dead-letters";
    sqs.put(hydrate, &sealed(TENANT, 2), &reason, &[]);
    let ran = run(&sqs, &["replay", "--all", "--move"]).await;
    assert_eq!((ran.status, sqs.messages(WORKING).len()), (Some(1), 0));
    let ran = run(&sqs, &["replay", "--all", "--force", "--move"]).await;
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    for queue in [WORKING, "teamwire-hydrate"] {
        assert_eq!(sqs.messages(queue).len(), 1, "{queue}");
    }
}

#[tokio::test]
async fn a_queue_that_has_nowhere_to_go_does_not_keep_the_others() {
    let sqs = stack(10).await;
    sqs.make(&["teamwire-backfill-dead-letters"]);
    sqs.make(&["teamwire-hydrate-dead-letters"]);
    sqs.account().queues.remove(WORKING);
    dead(&sqs, TENANT, 1, None, 1);
    let hydrate = "teamwire-hydrate-dead-letters";
    sqs.put(hydrate, &sealed(TENANT, 2), &[], &[]);
    for arguments in [&["replay"][..], &["replay", "--move"]] {
        let ran = run(&sqs, arguments).await;
        assert_eq!(
            (ran.status, ran.out.lines().count()),
            (Some(1), 1),
            "{arguments:?}: {}",
            ran.err
        );
        for queue in ["decrypt", "backfill"] {
            let says = format!("the letters of {queue} stay: there is no queue teamwire-{queue}");
            assert!(ran.err.contains(&says), "{}", ran.err);
        }
    }
    assert_eq!(sqs.messages("teamwire-hydrate").len(), 1);
    assert_eq!(sqs.visible(DEAD), 1);
}

#[tokio::test]
async fn what_it_is_about_is_said_once_a_run() {
    let sqs = stack(11).await;
    sqs.make(&["teamwire-hydrate-dead-letters"]);
    dead(&sqs, TENANT, 1, None, 1);
    let more = ["replay", "--move", "--tenant", OTHER_TENANT];
    let ran = run(&sqs, &more).await;
    assert_eq!(ran.status, Some(1));
    for (says, times) in [("no letter has --tenant", 1), ("quarantine is left out", 1)] {
        assert_eq!(ran.err.matches(says).count(), times, "{}", ran.err);
    }
    let ran = run(&sqs, &["replay", "--move", "--tenant", TENANT]).await;
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    assert!(!ran.err.contains("no letter has"), "{}", ran.err);
}

#[tokio::test]
async fn more_new_letters_than_it_can_pass_over_end_it_early_and_are_said() {
    let sqs = stack(12).await;
    for number in 0..2_500 {
        dead(&sqs, TENANT, number, None, -1);
    }
    let ran = replay(&sqs, &["--move"]).await;
    assert_eq!(ran.status, Some(1), "{}", ran.err);
    assert_eq!(summary(&ran)["endedEarly"], true);
    assert_eq!(sqs.visible(DEAD), 2_500);
    let ran = replay(&sqs, &["--move", "--output", "text"]).await;
    assert!(ran.out.contains("older ones\nmay be there"), "{}", ran.out);
}

/// Nothing stays hidden, and nothing more is moved.
#[cfg(unix)]
#[tokio::test]
async fn nobody_reads_on_or_the_disk_is_full_and_what_is_hidden_comes_back() {
    // A file may have two or four kilobytes: the record is full in the middle.
    const LITTLE: &str = "trap '' XFSZ; ulimit -f 4; exec \"$0\" \"$@\"";
    for way in ["stdout", "stderr", "audit"] {
        let sqs = stack(13).await;
        for number in 0..40 {
            dead(&sqs, TENANT, number, Some("claim-missing"), 1);
            dead(&sqs, TENANT, 100 + number, None, 1);
        }
        let audit = file("audit.jsonl", "");
        let mut arguments = vec!["replay", "--queue", "decrypt", "--move"];
        arguments.extend(["--reason", "claim-missing"]);
        match way {
            // It has something to say after ten seconds.
            "stderr" => arguments.extend(["--rate", "0.5"]),
            "audit" => arguments.extend(["--audit", text(&audit)]),
            _ => {}
        }
        let mut run = match way {
            "audit" => within(&sqs, &["/bin/sh", "-c", LITTLE], &arguments),
            _ => command(&sqs, &arguments),
        };
        run.stdout(std::process::Stdio::piped());
        run.stderr(std::process::Stdio::piped());
        let mut run = run.spawn().unwrap();
        match way {
            "stdout" => drop(run.stdout.take()),
            "stderr" => drop(run.stderr.take()),
            _ => {}
        }
        let ran = run.wait_with_output().await.unwrap();
        assert_eq!(ran.status.code(), Some(1), "{way}");
        if way == "audit" {
            let told: Value = serde_json::from_slice(&ran.stdout).unwrap();
            assert!(told["undeleted"].as_u64() > Some(0), "{told}");
        }
        let there = sqs.messages(DEAD).len();
        assert_eq!(sqs.visible(DEAD), there, "{way}");
        assert!(there >= 40, "{way}");
    }
}
