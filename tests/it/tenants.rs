//! Tenant confusion: every way in which an item, the tokens beside it, its `clientState` and the
//! allow-list can disagree about whose it is. The verdicts are written down, not computed.

use crate::ingest::site::{
    CLIENT_STATE_SECRET, STATIC_STATE, Secret, basic, batch, lifecycle, minted_state, rich, with,
    without,
};
use crate::mint::{self, Draft, NOW, OTHER_TENANT, OUR_APP, TENANT, policy};
use Allow::{All, BothOfThem, OnlyA, OnlyB};
use Expected::{Dropped, Kept, Taken, UnknownTenant};
use Kind::{Basic, Lifecycle, Rich};
use Names::{Absent, Odd, OrgA, Two};
use State::{MintedA, MintedB, Static, Wrong};
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Instant;
use teamwire_graph::TokenPolicy;
use teamwire_graph::signing_keys::KeySet;
use teamwire_ingest::{ItemGuard, ItemVerdict};
use teamwire_payload::{NotificationBatch, TenantId, cloud::MicrosoftCloud};

/// The tenants that an item names.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Names {
    A,
    B,
    Absent,
    /// A, by `organizationId`.
    OrgA,
    /// Not a GUID.
    Odd,
    /// A by `tenantId`, B by `organizationId`.
    Two,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Rich,
    Basic,
    Lifecycle,
}

/// A token beside the item.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Token {
    ForA,
    ForB,
    Expired,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Static,
    MintedA,
    MintedB,
    Wrong,
}

/// `TEAMWIRE_TENANTS`.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Allow {
    All,
    OnlyA,
    OnlyB,
    BothOfThem,
}

/// The verdict: taken or kept in quarantine for the tenant `a` or `b`, or dropped as this.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Expected {
    Taken(char),
    Kept(char),
    UnknownTenant,
    Dropped(&'static str),
}

type Row = (Kind, Names, &'static [Token], State, Allow, Expected);

const A: Names = Names::A;
const B: Names = Names::B;
const NONE: &[Token] = &[];
const TA: &[Token] = &[Token::ForA];
const TB: &[Token] = &[Token::ForB];
const TAB: &[Token] = &[Token::ForA, Token::ForB];
const BAD: &[Token] = &[Token::Expired];
const TA_BAD: &[Token] = &[Token::ForA, Token::Expired];
const MISSING: Expected = Dropped("missing-token");
const OTHER: Expected = Dropped("tenant");
const STATE: Expected = Dropped("client-state");
const NOWHERE: Expected = Dropped("no-tenant");
const NOT_SERVED: Expected = Dropped("tenant-not-served");
const EXPIRED: Expected = Dropped("exp");
const TWO: Expected = Dropped("two-tenants");

const ROWS: [Row; 75] = [
    // Sealed, every tenant served: only a token for the item's own tenant counts.
    (Rich, A, NONE, Static, All, MISSING),
    (Rich, A, TA, Static, All, Taken('a')),
    (Rich, A, TB, Static, All, OTHER),
    (Rich, A, TAB, Static, All, Taken('a')),
    (Rich, A, BAD, Static, All, EXPIRED),
    (Rich, A, TA_BAD, Static, All, EXPIRED),
    (Rich, B, NONE, Static, All, MISSING),
    (Rich, B, TA, Static, All, OTHER),
    (Rich, B, TB, Static, All, Taken('b')),
    (Rich, B, TAB, Static, All, Taken('b')),
    // A `clientState` minted for the one tenant opens nothing for the other.
    (Rich, A, TA, MintedA, All, Taken('a')),
    (Rich, A, TA, MintedB, All, Kept('a')),
    (Rich, B, TB, MintedA, All, Kept('b')),
    (Rich, B, TAB, MintedA, All, Kept('b')),
    (Rich, A, TAB, MintedB, All, Kept('a')),
    (Rich, A, TA, Wrong, All, Kept('a')),
    (Rich, A, TB, Wrong, All, OTHER),
    (Rich, A, TB, MintedA, All, OTHER),
    (Rich, A, NONE, Wrong, All, MISSING),
    (Rich, B, TA, MintedB, All, OTHER),
    // Sealed, without a name that can be used.
    (Rich, Absent, TA, Static, All, Taken('a')),
    (Rich, Absent, TAB, Static, All, UnknownTenant),
    (Rich, Absent, TAB, MintedA, All, Taken('a')),
    (Rich, Absent, TAB, MintedB, All, Taken('b')),
    (Rich, Absent, TA, MintedB, All, OTHER),
    (Rich, Absent, TA, Wrong, All, NOWHERE),
    (Rich, Absent, NONE, Static, All, MISSING),
    (Rich, Absent, BAD, Static, All, EXPIRED),
    (Rich, OrgA, TA, Static, All, Taken('a')),
    (Rich, OrgA, TB, Static, All, OTHER),
    (Rich, Odd, TA, Static, All, NOWHERE),
    (Rich, Odd, NONE, Static, All, MISSING),
    (Rich, Two, TA, Static, All, TWO),
    (Rich, Two, TAB, Static, All, TWO),
    (Rich, Two, BAD, Static, All, TWO),
    // Sealed, with an allow-list: a token does not open what is not on it.
    (Rich, A, TA, Static, OnlyA, Taken('a')),
    (Rich, A, TA, Static, OnlyB, NOT_SERVED),
    (Rich, A, TAB, Static, OnlyB, NOT_SERVED),
    (Rich, B, TAB, Static, OnlyB, Taken('b')),
    (Rich, A, NONE, Static, OnlyB, MISSING),
    (Rich, A, TB, Static, OnlyB, NOT_SERVED),
    (Rich, B, TA, Static, OnlyB, OTHER),
    (Rich, Absent, TA, Static, OnlyA, Taken('a')),
    (Rich, Absent, TA, Static, OnlyB, UnknownTenant),
    (Rich, Absent, TA, MintedB, OnlyB, OTHER),
    (Rich, Absent, TB, MintedB, OnlyA, NOT_SERVED),
    (Rich, Absent, TA, MintedA, BothOfThem, Taken('a')),
    (Rich, A, TA, Wrong, OnlyA, Kept('a')),
    (Rich, A, TA, Wrong, OnlyB, NOT_SERVED),
    // Basic: the `clientState` is all there is; a token never stands in for it.
    (Basic, A, NONE, Static, All, Taken('a')),
    (Basic, A, NONE, MintedA, All, Taken('a')),
    (Basic, A, NONE, MintedB, All, STATE),
    (Basic, B, NONE, MintedA, All, STATE),
    (Basic, A, NONE, Wrong, All, STATE),
    (Basic, A, TA, Wrong, All, Kept('a')),
    (Basic, A, TB, Wrong, All, STATE),
    (Basic, A, TB, Static, All, Taken('a')),
    (Basic, A, BAD, Static, All, EXPIRED),
    (Basic, Absent, NONE, Static, All, UnknownTenant),
    (Basic, Absent, NONE, MintedA, All, Taken('a')),
    (Basic, Absent, NONE, Static, OnlyA, Taken('a')),
    (Basic, Absent, NONE, Static, BothOfThem, UnknownTenant),
    (Basic, Absent, NONE, MintedB, BothOfThem, Taken('b')),
    (Basic, Absent, NONE, Wrong, OnlyA, NOWHERE),
    (Basic, OrgA, NONE, Static, All, Taken('a')),
    (Basic, Odd, NONE, Static, All, NOWHERE),
    (Basic, A, NONE, Static, OnlyB, NOT_SERVED),
    (Basic, Absent, TB, MintedB, All, Taken('b')),
    // About a subscription: as basic.
    (Lifecycle, A, NONE, Static, All, Taken('a')),
    (Lifecycle, A, NONE, Wrong, All, STATE),
    (Lifecycle, OrgA, NONE, MintedA, All, Taken('a')),
    (Lifecycle, OrgA, TA, Wrong, All, Kept('a')),
    (Lifecycle, Absent, NONE, Static, OnlyB, Taken('b')),
    (Lifecycle, A, TA_BAD, Static, All, EXPIRED),
    (Lifecycle, B, NONE, MintedA, BothOfThem, STATE),
];

fn item(kind: Kind, names: Names, state: State) -> Value {
    let item = match kind {
        Rich => rich(),
        Basic => basic(),
        Lifecycle => lifecycle(),
    };
    let item = match names {
        Names::A => with(item, "tenantId", TENANT),
        Names::B => with(item, "tenantId", OTHER_TENANT),
        Absent => without(item, "tenantId"),
        OrgA => with(without(item, "tenantId"), "organizationId", TENANT),
        Odd => with(item, "tenantId", "common"),
        Two => with(item, "organizationId", OTHER_TENANT),
    };
    let state = match state {
        Static => STATIC_STATE.to_owned(),
        MintedA => minted_state("k1", TENANT),
        MintedB => minted_state("k1", OTHER_TENANT),
        Wrong => "of somebody's other deployment".to_owned(),
    };
    with(item, "clientState", state)
}

fn token(token: &Token) -> String {
    match token {
        Token::ForA => Draft::v2().signed(),
        Token::ForB => Draft::v1().of_tenant(OTHER_TENANT).signed(),
        Token::Expired => Draft::v2().claim("exp", NOW - 301).signed(),
    }
}

fn guard(allow: Allow, app_ids: &[&str], secret: &Secret) -> ItemGuard<KeySet, Secret> {
    let tenants: &[&str] = match allow {
        All => &[],
        OnlyA => &[TENANT],
        OnlyB => &[OTHER_TENANT],
        BothOfThem => &[TENANT, OTHER_TENANT],
    };
    let tenants: BTreeSet<TenantId> = tenants.iter().map(|id| id.parse().unwrap()).collect();
    let app_ids = app_ids.iter().map(|id| (*id).to_owned()).collect();
    let policy = TokenPolicy {
        app_ids,
        ..policy(MicrosoftCloud::Global)
    };
    ItemGuard::new(mint::key_set(), policy, tenants, secret.clone())
}

fn secret() -> Secret {
    Secret::holding(CLIENT_STATE_SECRET)
}

fn said(verdict: ItemVerdict) -> Expected {
    let letter = |tenant: TenantId| match tenant.as_str() {
        TENANT => 'a',
        OTHER_TENANT => 'b',
        _ => '?',
    };
    match verdict {
        ItemVerdict::Authentic(item) => Taken(letter(item.into_parts().1)),
        ItemVerdict::UnknownClientState(item) => Kept(letter(item.into_parts().1)),
        ItemVerdict::UnknownTenant(_) => UnknownTenant,
        ItemVerdict::Rejected { why, .. } => Dropped(why.label()),
        ItemVerdict::Undecided(why) => panic!("{why:?}"),
    }
}

async fn verdicts(
    guard: &ItemGuard<KeySet, Secret>,
    items: &[Value],
    tokens: &[Token],
) -> Vec<Expected> {
    let tokens: Vec<String> = tokens.iter().map(token).collect();
    let batch = NotificationBatch::parse(batch(items, &tokens).as_bytes()).unwrap();
    let verdicts = guard.authenticate(batch, NOW, Instant::now()).await;
    let verdicts = verdicts.unwrap();
    verdicts.into_iter().map(said).collect()
}

#[tokio::test]
async fn no_tenant_is_taken_for_another() {
    let mut wrong = Vec::new();
    for (at, row) in ROWS.iter().enumerate() {
        assert!(!ROWS[..at].contains(row), "{row:?} stands twice");
        let (kind, names, tokens, state, allow, expected) = *row;
        let items = [item(kind, names, state)];
        let verdicts = verdicts(&guard(allow, &[OUR_APP], &secret()), &items, tokens).await;
        if verdicts != [expected] {
            wrong.push(format!("{row:?}: {verdicts:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn in_one_post_each_item_is_judged_by_its_own_tenant() {
    let items = [
        item(Rich, A, Static),
        item(Rich, B, Static),
        item(Rich, Absent, MintedA),
        item(Rich, Absent, MintedB),
        item(Basic, B, MintedB),
        item(Basic, B, MintedA),
        item(Lifecycle, A, Wrong),
    ];
    let verdicts = verdicts(&guard(All, &[OUR_APP], &secret()), &items, TA).await;
    let expected = [
        Taken('a'),
        OTHER,
        Taken('a'),
        OTHER,
        Taken('b'),
        STATE,
        Kept('a'),
    ];
    assert_eq!(verdicts, expected);
}

#[tokio::test]
async fn without_an_app_of_ours_no_token_is_worth_anything() {
    let items = [
        item(Rich, A, Static),
        item(Basic, A, Static),
        item(Basic, A, Wrong),
    ];
    for tokens in [NONE, TA, BAD] {
        let verdicts = verdicts(&guard(All, &[], &secret()), &items, tokens).await;
        assert_eq!(verdicts, [MISSING, Taken('a'), STATE], "{tokens:?}");
    }
}

#[tokio::test]
async fn a_state_that_was_replaced_is_no_longer_ours() {
    let secret = secret();
    let guard = guard(All, &[OUR_APP], &secret);
    let items = [item(Basic, A, Static), item(Basic, A, MintedA)];
    let taken = [Taken('a'), Taken('a')];
    assert_eq!(verdicts(&guard, &items, NONE).await, taken);
    secret.put(r#"{"values":["the one that comes after both"]}"#);
    let of_another = item(Basic, A, Wrong);
    assert_eq!(verdicts(&guard, &[of_another], NONE).await, [STATE]);
    assert_eq!(verdicts(&guard, &items, NONE).await, [STATE, STATE]);
}
