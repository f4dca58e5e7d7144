//! Whose turn it is, for one process and for fleets of them.

mod fleet;

use super::*;
use fleet::{RATES, drain};

const SECOND: Duration = Duration::from_secs(1);
const TIMEOUT: Duration = Duration::from_secs(2);

fn conversation(tenant: char, path: &str) -> Conversation {
    let tenant = format!("9f4ebab6-520d-49c0-85cc-7b25c78d4a9{tenant}");
    (tenant.parse().unwrap(), path.to_owned())
}

async fn goes(pacer: &RequestPacer, whose: &Conversation) -> bool {
    pacer.turn(whose, Duration::ZERO).await.is_ok()
}

#[tokio::test]
async fn a_refused_chat_is_left_alone_and_the_others_are_not() {
    let pacer = RequestPacer::default();
    let busy = conversation('1', "chats('a')");
    pacer.refused(&busy, Duration::from_secs(60));
    pacer.refused(&busy, SECOND);
    let wait = pacer.turn(&busy, TIMEOUT).await.unwrap_err();
    assert!(
        wait > Duration::from_secs(50),
        "the longer wait holds: {wait:?}"
    );
    assert!(goes(&pacer, &conversation('1', "chats('b')")).await);
    assert!(goes(&pacer, &conversation('2', "chats('a')")).await);
}

#[tokio::test]
async fn a_tenant_that_refused_two_chats_in_a_row_is_left_alone_and_others_are_not() {
    let pacer = RequestPacer::default();
    pacer.refused(&conversation('1', "chats('a')"), Duration::from_secs(60));
    pacer.refused(&conversation('1', "chats('b')"), Duration::from_secs(60));
    assert!(!goes(&pacer, &conversation('1', "chats('c')")).await);
    assert!(goes(&pacer, &conversation('2', "chats('c')")).await);
}

#[tokio::test]
async fn two_chats_refused_with_an_answer_between_are_no_sign_of_the_tenants_limit() {
    let pacer = RequestPacer::default();
    pacer.refused(&conversation('1', "chats('a')"), Duration::from_secs(60));
    pacer.answered(&conversation('1', "chats('b')"));
    pacer.refused(&conversation('1', "chats('c')"), Duration::from_secs(60));
    assert!(goes(&pacer, &conversation('1', "chats('d')")).await);
}

#[tokio::test]
async fn a_busy_chat_does_not_use_up_the_turns_of_its_tenant() {
    let pacer = RequestPacer::default();
    let busy = conversation('1', "chats('a')");
    assert!(goes(&pacer, &busy).await);
    for _ in 0..100 {
        assert!(!goes(&pacer, &busy).await);
    }
    assert!(
        pacer
            .turn(&conversation('1', "chats('b')"), TIMEOUT)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn those_who_are_sent_away_are_told_one_time_after_another() {
    let pacer = RequestPacer::default();
    let busy = conversation('1', "chats('a')");
    assert!(goes(&pacer, &busy).await);
    let mut last = Duration::ZERO;
    for _ in 0..10 {
        let wait = pacer.turn(&busy, Duration::ZERO).await.unwrap_err();
        assert!(wait > last + SECOND, "{wait:?} after {last:?}");
        last = wait;
    }
}

#[test]
fn a_process_by_itself_takes_what_can_be_sustained_and_is_never_refused() {
    for (conversations, most) in [
        (4_000, RATES.tenant),
        (40, RATES.tenant),
        (5, 5.0 * RATES.conversation),
    ] {
        let outcome = drain(1, conversations, 2_000);
        assert_eq!(outcome.refused, 0, "{conversations}");
        assert!(outcome.rate() > 0.95 * most, "{conversations}: {outcome:?}");
    }
}

#[test]
fn five_processes_share_a_tenants_rate_and_are_seldom_refused() {
    let outcome = drain(5, 4_000, 2_000);
    assert!(outcome.rate() > 0.95 * RATES.tenant, "{outcome:?}");
    assert!(outcome.refused_of_all() < 0.02, "{outcome:?}");
    assert!(outcome.deferred < 2_000, "once each: {outcome:?}");
}

#[test]
fn thirty_processes_settle_near_a_tenants_rate() {
    let outcome = drain(30, 4_000, 5_000);
    assert!(outcome.rate() > 0.85 * RATES.tenant, "{outcome:?}");
    assert!(outcome.refused_of_all() < 0.25, "{outcome:?}");
}

#[test]
fn a_backlog_of_one_chat_that_outlasts_every_delay_is_drained_all_the_same() {
    let outcome = drain(1, 1, 2_000);
    assert_eq!(outcome.read, 2_000);
    assert!(outcome.rate() > 0.9 * RATES.conversation, "{outcome:?}");
}

#[test]
fn a_backlog_of_a_tenant_that_outlasts_every_delay_is_drained_all_the_same() {
    let outcome = drain(5, 4_000, 40_000);
    assert_eq!(outcome.read, 40_000);
    assert!(outcome.rate() > 0.9 * RATES.tenant, "{outcome:?}");
}

#[test]
fn conversations_that_are_over_are_forgotten_and_those_that_wait_are_not() {
    let (start, hour) = (Instant::now(), Duration::from_secs(3_600));
    let (mut paces, (tenant, _)) = (TenantPaces::new(RATES), conversation('1', ""));
    for number in 0..50_000 {
        let (name, now) = (number.to_string(), start + number * SECOND);
        paces.of(&tenant, now, |pace| {
            if number % 1_000 == 0 {
                pace.refused(&name, now, 1_000 * hour, 0.0);
            }
            let _ = pace.conversations_turn(&name, now, now);
        });
    }
    assert!(paces.remembered() < 25_000, "{}", paces.remembered());
    let end = start + 50_000 * SECOND;
    let first = paces.of(&tenant, end, |pace| pace.conversations_turn("0", end, end));
    assert!(first.is_err());
}

#[test]
fn few_conversations_of_each_of_many_tenants_are_forgotten_too() {
    let start = Instant::now();
    let mut paces = TenantPaces::new(RATES);
    for number in 0..200_000_u32 {
        // 100 a second, of the same 5,000 tenants by turns.
        let now = start + SECOND * number / 100;
        let tenant = format!("9f4ebab6-520d-49c0-85cc-{:012x}", number % 5_000);
        paces.of(&tenant.parse().unwrap(), now, |pace| {
            pace.answered(&number.to_string(), now);
        });
    }
    assert!(paces.remembered() < 25_000, "{}", paces.remembered());
}

#[test]
fn tenants_that_nothing_comes_of_any_more_are_forgotten() {
    let start = Instant::now();
    let mut paces = TenantPaces::new(RATES);
    for number in 0..100_000_u32 {
        let now = start + SECOND * number / 100;
        let tenant = format!("9f4ebab6-520d-49c0-85cc-{number:012x}");
        let turn = |pace: &mut TenantPace| pace.conversations_turn("a", now, now);
        let _ = paces.of(&tenant.parse().unwrap(), now, turn);
    }
    assert!(paces.remembered() < 30_000, "{}", paces.remembered());
}
