//! Ways to run it against what becomes of the letters: the table.

use super::fake_sqs::{FakeSqs, Kill};
use super::letters::{
    DEAD, TENANT, WORKING, bodies, command, dead, replay, run, sealed, stack, summary,
};
use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

const LETTERS: usize = 60;
/// Letters that are in the hands of all carriers at most.
const IN_HAND: usize = 8 * 10;
/// For how long at most a run that is gone hides a letter.
const HIDDEN: u64 = 300;

/// The fate of the dead letters of one stack.
#[derive(Debug, PartialEq, Eq)]
struct Fate {
    /// That were sent to the working queue, each counted once.
    moved: usize,
    /// That are nowhere.
    lost: usize,
    /// Sends beyond the first.
    doubled: usize,
    /// That a person can still see where they were.
    left: usize,
    /// That stand there and can't be seen.
    hidden: usize,
}

impl Fate {
    fn of(sqs: &FakeSqs) -> Self {
        let meant: BTreeSet<String> = (0..LETTERS).map(|n| sealed(TENANT, n)).collect();
        let mut sent = BTreeMap::<String, usize>::new();
        for (queue, body) in &sqs.account().sent {
            if queue == WORKING {
                *sent.entry(body.clone()).or_default() += 1;
            }
        }
        let there: BTreeSet<String> = bodies(sqs, DEAD).into_iter().collect();
        let is_lost = |body: &&String| !sent.contains_key(*body) && !there.contains(*body);
        Self {
            moved: sent.len(),
            lost: meant.iter().filter(is_lost).count(),
            doubled: sent.values().sum::<usize>() - sent.len(),
            left: sqs.visible(DEAD),
            hidden: sqs.messages(DEAD).len() - sqs.visible(DEAD),
        }
    }
}

async fn filled(seed: u64) -> Arc<FakeSqs> {
    let sqs = stack(seed).await;
    for number in 0..LETTERS {
        dead(&sqs, TENANT, number, Some("claim-missing"), 1);
    }
    sqs
}

/// The function makes every message a dead letter again, at once.
fn cause_stays(sqs: &FakeSqs) {
    let again = (DEAD.to_owned(), Some("claim-missing".to_owned()));
    sqs.account().fails.insert(WORKING.to_owned(), again);
}

async fn killed(sqs: &FakeSqs, more: &[&str], request: usize) {
    let carried_out = !request.is_multiple_of(3);
    sqs.account().kill = Some(Kill {
        request,
        carried_out,
    });
    let mut run = command(sqs, &[&["replay", "--queue", "decrypt"], more].concat());
    let run = run.stdout(Stdio::null()).stderr(Stdio::null());
    let mut run = run.spawn().unwrap();
    tokio::select! {
        () = sqs.killed.notified() => {}
        ended = run.wait() => { ended.unwrap(); }
    }
    run.start_kill().unwrap();
    run.wait().await.unwrap();
    sqs.account().kill = None;
    sqs.pass(HIDDEN);
}

#[cfg(unix)]
async fn interrupted(sqs: &FakeSqs, more: &[&str], signal: &str) -> Option<i32> {
    let slowly = ["replay", "--queue", "decrypt", "--rate", "1"];
    let mut run = command(sqs, &[&slowly[..], more].concat());
    let run = run.stdout(Stdio::piped()).stderr(Stdio::piped());
    let run = run.spawn().unwrap();
    while sqs.asked("DeleteMessageBatch").is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    crate::parties::signal(signal, &run).await;
    run.wait_with_output().await.unwrap().status.code()
}

/// Runs it in one of the ways: how much of each letter may be moved, at most and at least.
struct Way {
    name: &'static str,
    fate: Fate,
    doubled_at_most: usize,
    is_whole: bool,
}

#[tokio::test]
async fn whichever_way_it_is_run_nothing_is_lost_and_each_letter_moves_once_a_run() {
    let mut ways = Vec::new();
    let mut add = |name, fate: Fate, doubled_at_most, is_whole| {
        ways.push(Way {
            name,
            fate,
            doubled_at_most,
            is_whole,
        });
    };

    let sqs = filled(1).await;
    replay(&sqs, &[]).await;
    add("preview", Fate::of(&sqs), 0, false);

    let sqs = filled(2).await;
    let ran = replay(&sqs, &["--move"]).await;
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    add("move, the cause is gone", Fate::of(&sqs), 0, true);

    let sqs = filled(3).await;
    cause_stays(&sqs);
    let ran = replay(&sqs, &["--move"]).await;
    let told = summary(&ran);
    assert_eq!(
        (ran.status, &told["moved"]),
        (Some(1), &LETTERS.into()),
        "{told}"
    );
    assert!(told["cameBack"].as_u64() > Some(0), "{told}");
    add("move, the cause is still there", Fate::of(&sqs), 0, true);
    replay(&sqs, &["--move"]).await;
    add("the same once more", Fate::of(&sqs), LETTERS, true);

    let sqs = filled(4).await;
    sqs.account()
        .fails
        .insert(WORKING.to_owned(), (DEAD.to_owned(), None));
    replay(&sqs, &["--move"]).await;
    add(
        "move, SQS gives up on each at once",
        Fate::of(&sqs),
        0,
        true,
    );

    let sqs = filled(5).await;
    tokio::join!(replay(&sqs, &["--move"]), replay(&sqs, &["--move"]));
    add("two at once, the cause is gone", Fate::of(&sqs), 0, true);

    let sqs = filled(6).await;
    cause_stays(&sqs);
    tokio::join!(replay(&sqs, &["--move"]), replay(&sqs, &["--move"]));
    add(
        "two at once, the cause is still there",
        Fate::of(&sqs),
        LETTERS,
        true,
    );

    let sqs = filled(7).await;
    (sqs.account().twice, sqs.account().rough) = (50, true);
    replay(&sqs, &["--move"]).await;
    sqs.account().twice = 0;
    add("move, SQS gives letters twice", Fate::of(&sqs), 0, true);

    let sqs = filled(8).await;
    replay(&sqs, &["--move", "--max", "7"]).await;
    add("move --max 7", Fate::of(&sqs), 0, false);

    let sqs = filled(9).await;
    run(&sqs, &["replay", "--move"]).await;
    add("move from every queue", Fate::of(&sqs), 0, true);

    let sqs = filled(10).await;
    run(&sqs, &["replay", "--all", "--force", "--move"]).await;
    add("move --all from every queue", Fate::of(&sqs), 0, true);

    let sqs = filled(11).await;
    cause_stays(&sqs);
    let ran = replay(&sqs, &["--all", "--force", "--move"]).await;
    assert_eq!(ran.status, Some(1), "{}", ran.err);
    add(
        "move --all, the cause is still there",
        Fate::of(&sqs),
        0,
        true,
    );

    for all in [false, true] {
        let (more, name): (&[&str], _) = match all {
            false => (&["--move"], "killed, and once more"),
            true => (
                &["--move", "--all", "--force"],
                "--all killed, and once more",
            ),
        };
        for request in [6, 12, 18, 24, 30] {
            let sqs = filled(20 + request as u64).await;
            killed(&sqs, more, request).await;
            replay(&sqs, more).await;
            add(name, Fate::of(&sqs), IN_HAND, true);
        }
    }
    #[cfg(unix)]
    for (signal, more) in [
        ("INT", &["--move"][..]),
        ("TERM", &["--move"]),
        ("HUP", &["--move"]),
        ("INT", &["--move", "--all", "--force"]),
    ] {
        let sqs = filled(60).await;
        assert_eq!(interrupted(&sqs, more, signal).await, Some(130));
        add("interrupted", Fate::of(&sqs), 0, false);
        replay(&sqs, more).await;
        add("and once more", Fate::of(&sqs), 0, true);
    }

    eprintln!(
        "{:<40} {:>6} {:>6} {:>8} {:>6} {:>7}",
        "", "moved", "lost", "doubled", "left", "hidden"
    );
    for Way { name, fate, .. } in &ways {
        let Fate {
            moved,
            lost,
            doubled,
            left,
            hidden,
        } = fate;
        eprintln!("{name:<40} {moved:>6} {lost:>6} {doubled:>8} {left:>6} {hidden:>7}");
    }
    for Way {
        name,
        fate,
        doubled_at_most,
        is_whole,
    } in ways
    {
        assert_eq!((fate.lost, fate.hidden), (0, 0), "{name}: {fate:?}");
        assert!(fate.doubled <= doubled_at_most, "{name}: {fate:?}");
        assert!(!is_whole || fate.moved == LETTERS, "{name}: {fate:?}");
    }
}

#[tokio::test]
async fn more_than_sqs_hides_at_a_time_is_said_and_nothing_stays_hidden() {
    for arguments in [&["--move", "--reason", "none"][..], &[]] {
        let sqs = filled(41).await;
        sqs.account().most_hidden = 40;
        let ran = replay(&sqs, arguments).await;
        assert_ne!(ran.status, Some(0), "{arguments:?}");
        assert!(
            ran.err.contains("hides no more"),
            "{arguments:?}: {}",
            ran.err
        );
        assert_eq!(sqs.visible(DEAD), LETTERS, "{arguments:?}");
    }
}
