//! Validation tokens: which are accepted, which are not and why, and where their keys come from.

mod accepted;
mod claims;
mod forms;
mod headers;
mod issuers;
mod key_cache;
mod key_set;
mod mint;
mod signatures;

use mint::{Draft, NOW, OUR_APP, policy};
use teamwire_graph::validation_token::verify;
use teamwire_graph::{ValidToken, ValidationTokenFault};
use teamwire_payload::cloud::MicrosoftCloud;

/// One hostile token: its name, the token, and the first check it must fail.
type Row = (&'static str, String, ValidationTokenFault);

/// The verdict of the global cloud's receiver at [`NOW`].
async fn judge(token: &str) -> Result<ValidToken, ValidationTokenFault> {
    verify(
        token,
        &mint::key_set(),
        &policy(MicrosoftCloud::Global),
        NOW,
    )
    .await
}

/// Every row is refused by its own fault; `count` keeps rows from vanishing.
async fn assert_refused(rows: Vec<Row>, count: usize) {
    let mut names: Vec<&str> = rows.iter().map(|(name, ..)| *name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "rows with names of their own");
    let mut wrong = Vec::new();
    for (name, token, fault) in &rows {
        let verdict = judge(token).await;
        if verdict != Err(*fault) {
            wrong.push(format!("{name}: {verdict:?} instead of {fault:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn the_token_every_row_is_a_change_of_is_valid() {
    for draft in [Draft::v1(), Draft::v2()] {
        let token = judge(&draft.signed()).await.unwrap();
        assert_eq!(
            (token.tenant.as_str(), token.app_id.as_str()),
            (mint::TENANT, OUR_APP)
        );
    }
}
