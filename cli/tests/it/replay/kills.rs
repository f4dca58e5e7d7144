//! A run that ends anywhere loses nothing.

use super::letters::{
    DEAD, OTHER_TENANT, TENANT, WORKING, bodies, command, dead, replay, sealed, stack, summary,
};
use crate::replay::fake_sqs::Kill;
use std::process::Stdio;

/// The time that a killed run hides a dead letter at most.
const HIDDEN: u64 = 300;
/// Letters that are in the hands of all carriers at most.
const IN_HAND: usize = 8 * 10;

#[tokio::test]
async fn killed_at_any_request_nothing_is_lost_and_little_is_twice() {
    for seed in 0..16 {
        let sqs = stack(seed).await;
        for number in 0..60 {
            dead(&sqs, TENANT, number, Some("claim-missing"), 1);
            dead(&sqs, OTHER_TENANT, 100 + number, None, 1);
        }
        let request = 2 + usize::try_from(seed).unwrap() * 2;
        let carried_out = seed % 3 != 0;
        sqs.account().kill = Some(Kill {
            request,
            carried_out,
        });
        let arguments = [
            "replay",
            "--queue",
            "decrypt",
            "--reason",
            "claim-missing",
            "--move",
        ];
        let mut run = command(&sqs, &arguments);
        let mut run = run
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        tokio::select! {
            () = sqs.killed.notified() => {}
            ended = run.wait() => { ended.unwrap(); }
        }
        run.start_kill().unwrap();
        run.wait().await.unwrap();

        sqs.account().kill = None;
        sqs.pass(HIDDEN);
        let ran = replay(&sqs, &["--reason", "claim-missing", "--move"]).await;
        assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""), "seed {seed}");
        let mut arrived = bodies(&sqs, WORKING);
        let copies = arrived.len();
        arrived.dedup();
        let mut expected: Vec<_> = (0..60).map(|number| sealed(TENANT, number)).collect();
        expected.sort();
        assert_eq!(arrived, expected, "seed {seed}");
        assert!(copies <= 60 + IN_HAND, "seed {seed}: {copies}");
        assert_eq!(
            (sqs.messages(DEAD).len(), sqs.visible(DEAD)),
            (60, 60),
            "seed {seed}"
        );
    }
}

#[cfg(unix)]
#[tokio::test]
async fn interrupted_it_finishes_the_batch_in_hand_and_says_what_it_did() {
    let sqs = stack(1).await;
    for number in 0..40 {
        dead(&sqs, TENANT, number, None, 1);
    }
    // So slow that it is always in the middle.
    let arguments = ["replay", "--queue", "decrypt", "--move", "--rate", "0.05"];
    let mut run = command(&sqs, &arguments);
    let run = run
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while sqs.asked("DeleteMessageBatch").is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    crate::parties::signal("INT", &run).await;
    let ran: crate::parties::Ran = run.wait_with_output().await.unwrap().into();
    assert_eq!((ran.status, ran.err.as_str()), (Some(130), ""));
    let summary = summary(&ran);
    assert_eq!(
        (&summary["moved"], &summary["interrupted"]),
        (&1.into(), &true.into())
    );
    assert_eq!((sqs.messages(WORKING).len(), sqs.visible(DEAD)), (1, 39));
}
