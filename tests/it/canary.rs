//! Twelve markers, planted wherever a secret or something personal can stand; every class of
//! fault; and not one of them in a log line, a metric, a printed fault or an attribute.

mod checking;
mod decrypting;
mod hydrating;
mod ingesting;
mod witness;

use crate::decrypt::keys::CURRENT;
use witness::Witness;

/// A live `clientState`.
const STATE: &str = "canary-01-live-client-state";
/// A `clientState` that is not ours.
const STRANGE_STATE: &str = "canary-02-strange-client-state";
/// Text within a validation token.
const TOKEN: &str = "canary-03-validation-token";
/// Text within a handshake's token.
const HANDSHAKE: &str = "canary-04-handshake-token";
/// A person's name.
const NAME: &str = "canary-05-Adele-Vance";
/// The words of a person.
const WORDS: &str = "canary-06-the-words-of-a-message";
/// A person's address.
const ADDRESS: &str = "canary-07@contoso.example";
/// Our app's secret.
const CLIENT_SECRET: &str = "canary-08-client-secret";
/// A token for Graph.
const ACCESS_TOKEN: &str = "canary-09-access-token";
/// The words of a server about a fault.
const SERVER_WORDS: &str = "canary-10-inner-error";
/// The content of a message that can't be read.
const GARBAGE: &str = "canary-11-garbage";

/// All of them; the last is the private key itself.
fn markers() -> [String; 12] {
    let key = CURRENT.pem.lines().nth(1).unwrap();
    let key: String = key.chars().skip(200).take(60).collect();
    let texts = [
        STATE,
        STRANGE_STATE,
        TOKEN,
        HANDSHAKE,
        NAME,
        WORDS,
        ADDRESS,
        CLIENT_SECRET,
        ACCESS_TOKEN,
        SERVER_WORDS,
        GARBAGE,
    ];
    let mut markers = texts.map(str::to_owned).to_vec();
    markers.push(key);
    markers.try_into().unwrap()
}

/// A resource that is personal all through.
fn resource(etag: &str) -> String {
    format!(
        r#"{{"etag":"{etag}","subject":"{WORDS}","from":{{"user":{{"displayName":"{NAME}",
            "userPrincipalName":"{ADDRESS}"}}}},"body":{{"content":"{WORDS}"}}}}"#
    )
}

#[tokio::test]
async fn nothing_secret_or_personal_is_ever_told() {
    let witness = Witness::default();
    let watch = witness.watch();
    ingesting::every_fault(&witness).await;
    decrypting::every_fault(&witness).await;
    hydrating::every_fault(&witness).await;
    checking::every_part(&witness).await;
    drop(watch);

    assert!(witness.logs().lines().count() >= 30, "{}", witness.logs());
    assert!(witness.told() >= 60, "{} texts", witness.told());
    let found = witness.found(&markers());
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[tokio::test]
async fn a_marker_that_is_told_is_found() {
    let witness = Witness::default();
    let watch = witness.watch();
    tracing::trace!(target: "teamwire_ingest", state = STATE, "planted");
    metrics::counter!("planted", "who" => NAME).increment(1);
    witness.hears("planted", format!("{:?}", WORDS));
    drop(watch);
    assert_eq!(witness.found(&markers()).len(), 3);
}
