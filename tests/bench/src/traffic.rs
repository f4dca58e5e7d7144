//! The input of the functions: notifications and messages, and the proofs of their authenticity.

use crate::event;
use crate::fake_aws::FakeAws;
use anyhow::Context;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeySize, PrivateDecryptingKey};
use axum::body::Bytes;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::time::{SystemTime, UNIX_EPOCH};
use teamwire_envelope::seal::SealingRecipient;
use teamwire_payload::event::with_data;
use teamwire_payload::gap::GapReason;
use teamwire_payload::{
    ChangeType, CoverageGap, EncryptedContent, Origin, QueueMessage, ReferencedChange, ResourceRef,
    SealedChange, TenantId,
};
use teamwire_simulator::entra::keys::EntraSigningKey;
use teamwire_simulator::entra::tokens::{CHANGE_TRACKING_APP, TokenVersion, ValidationToken};

/// Bytes of the resource of a typical notification: a chat message of a few lines.
pub(crate) const RESOURCE_BYTES: usize = 2 * 1024;
/// As many as Graph gives on a page of messages.
pub(crate) const PAGE_ITEMS: usize = 50;
/// The certificate that everything is sealed for.
pub(crate) const CERTIFICATE_ID: &str = "bench";

/// The tenant that everything is for, unless said otherwise.
pub(crate) const TENANT: &str = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93";
/// The subscription that every change is announced for.
pub(crate) const SUBSCRIPTION_ID: &str = "10493aa0-4d29-4df5-bc0c-ef742cc6cd7f";
/// The cloud of the events.
pub(crate) const GRAPH: &str = "https://graph.microsoft.com";
/// Our app.
pub(crate) const APP_ID: &str = "5f1c3b0e-6a52-4c70-9a55-0d1b9f1c2e77";
const CLIENT_STATE: &str = "a client state for measuring";
/// The secret with the client states; new subscriptions get theirs from the second.
pub(crate) const CLIENT_STATE_SECRET: &str = r#"{"values": ["a client state for measuring"],
    "generated": "a generated text of more than thirty-two characters"}"#;

/// The parties: Entra with its signing key, Graph with our certificate, and we with its key.
pub(crate) struct Parties {
    entra: EntraSigningKey,
    recipient: SealingRecipient,
    private_key: PrivateDecryptingKey,
    token: String,
}

impl Parties {
    /// With an envelope key of `size`.
    pub(crate) fn new(size: KeySize) -> anyhow::Result<Self> {
        let entra = EntraSigningKey::generate()?;
        let private_key = PrivateDecryptingKey::generate(size)?;
        let public_key: PublicKeyX509Der<'_> = private_key.public_key().as_der()?;
        Ok(Self {
            token: validation_token()?.sign(&entra, &mut rand::rng())?,
            recipient: SealingRecipient::new(CERTIFICATE_ID, &"0".repeat(40), public_key.as_ref())?,
            private_key,
            entra,
        })
    }

    /// Entra's keys.
    pub(crate) fn signing_keys(&self) -> Value {
        self.entra.jwks(None)
    }

    /// Graph's side of the envelope.
    pub(crate) const fn recipient(&self) -> &SealingRecipient {
        &self.recipient
    }

    /// The signed part of the token of every rich POST, and its signature.
    pub(crate) fn token_parts(&self) -> anyhow::Result<(&str, &str)> {
        self.token
            .rsplit_once('.')
            .context("a token has a signature")
    }

    /// Our side of the envelope.
    pub(crate) const fn private_key(&self) -> &PrivateDecryptingKey {
        &self.private_key
    }

    /// Our side of the envelope, as it is kept.
    pub(crate) fn private_pem(&self) -> anyhow::Result<String> {
        let der: Pkcs8V1Der<'_> = self.private_key.as_der()?;
        let text = STANDARD.encode(der.as_ref());
        Ok(format!(
            "-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n"
        ))
    }

    /// The secrets by id, as the functions' settings name them.
    pub(crate) fn secrets(&self) -> anyhow::Result<HashMap<&'static str, String>> {
        let credential = json!({ "clientId": APP_ID, "clientSecret": "bench" });
        Ok(HashMap::from([
            ("client-state", CLIENT_STATE_SECRET.to_owned()),
            (
                "envelope-keys",
                json!({ CERTIFICATE_ID: self.private_pem()? }).to_string(),
            ),
            ("credentials", json!({ "*": credential }).to_string()),
        ]))
    }

    /// The content of one resource of that many bytes.
    pub(crate) fn seal(&self, number: usize, bytes: usize) -> anyhow::Result<EncryptedContent> {
        Ok(self.recipient.seal(resource(number, bytes).as_bytes())?)
    }

    /// A message of the decrypt queue.
    pub(crate) fn sealed_message(&self, number: usize, bytes: usize) -> anyhow::Result<String> {
        sealed_message(number, self.seal(number, bytes)?)
    }

    /// A POST of so many items, without content.
    pub(crate) fn basic_batch(items: usize) -> String {
        let items: Vec<Value> = (0..items).map(item).collect();
        json!({ "value": items, "validationTokens": null }).to_string()
    }

    /// A POST of so many items, each with a sealed resource of `bytes`, and a valid token.
    pub(crate) fn rich_batch(&self, items: usize, bytes: usize) -> anyhow::Result<String> {
        self.rich(items, bytes, &self.token)
    }

    /// The same of one item, whose token names another key.
    pub(crate) fn rich_batch_by_key(&self, kid: &str, bytes: usize) -> anyhow::Result<String> {
        let claims = validation_token()?.claims(&mut rand::rng());
        self.rich(1, bytes, &self.entra.sign(kid, &claims)?)
    }

    fn rich(&self, items: usize, bytes: usize, token: &str) -> anyhow::Result<String> {
        let items = (0..items)
            .map(|number| {
                let mut item = item(number);
                let content = serde_json::to_value(self.seal(number, bytes)?)?;
                let members = item.as_object_mut().context("an item is an object")?;
                members.insert("encryptedContent".to_owned(), content);
                Ok(item)
            })
            .collect::<anyhow::Result<Vec<_>>>()?;
        Ok(json!({ "value": items, "validationTokens": [token] }).to_string())
    }
}

/// A message of the decrypt queue, around a sealed resource.
pub(crate) fn sealed_message(number: usize, content: EncryptedContent) -> anyhow::Result<String> {
    let body = SealedChange {
        change: change(TENANT.parse()?, number),
        content,
    };
    Ok(message(body)?.to_json()?)
}

/// A message of the hydrate queue, each in a chat of its own: the reads of one chat are paced.
pub(crate) fn reference_message(tenant: usize, number: usize) -> anyhow::Result<String> {
    let tenant = tenant_id(tenant).parse()?;
    let mut change = change(tenant, number);
    let message_id = message_id(number);
    change.resource = format!("chats('19:{number:032x}@thread.v2')/messages('{message_id}')");
    Ok(message(change)?.to_json()?)
}

/// A message of the hydrate queue for what stands at `resource`.
pub(crate) fn reference_to(tenant: &str, resource: &str) -> anyhow::Result<String> {
    let change = ReferencedChange {
        resource: resource.to_owned(),
        ..change(tenant.parse()?, 0)
    };
    Ok(message(change)?.to_json()?)
}

/// A message of the backfill queue: a page of the chat messages of a user.
pub(crate) fn gap_message(tenant: usize, number: usize) -> anyhow::Result<String> {
    let gap = CoverageGap {
        tenant_id: tenant_id(tenant).parse()?,
        subscription_id: SUBSCRIPTION_ID.to_owned(),
        resource: messages_of(number),
        changes: vec![ChangeType::Created, ChangeType::Updated],
        since: "2026-01-05T09:00:00Z".to_owned(),
        until: "2026-01-05T10:00:00Z".to_owned(),
        reason: GapReason::Missed,
        continuation: None,
    };
    Ok(message(gap)?.to_json()?)
}

/// The messages of a user.
pub(crate) fn messages_of(number: usize) -> String {
    format!("users/8ea0e38b-efb3-4757-924a-{number:012x}/chats/getAllMessages")
}

/// So many messages of the events queue, each with a chat message of `bytes`.
pub(crate) fn event_messages(count: usize, bytes: usize) -> anyhow::Result<Vec<String>> {
    (0..count)
        .map(|number| {
            let (change, data) = (change(TENANT.parse()?, number), resource(number, bytes));
            let resource = ResourceRef::parse(&change.resource)?;
            let change = message(change)?;
            let event = with_data(GRAPH, &change, &resource, Origin::Decrypted, &data, "")?;
            Ok(serde_json::to_string(&event)?)
        })
        .collect()
}

/// The last page of a list of so many chat messages of `bytes` each.
pub(crate) fn page(items: usize, bytes: usize) -> anyhow::Result<String> {
    let items = (0..items)
        .map(|number| {
            let mut message: Value = serde_json::from_str(&resource(number, bytes))?;
            let members = message.as_object_mut().context("a message is an object")?;
            members.remove("@odata.context");
            members.insert(
                "chatId".to_owned(),
                json!(format!("19:{number:032x}@thread.v2")),
            );
            Ok(message)
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    Ok(json!({ "@odata.count": items.len(), "value": items }).to_string())
}

/// The tenants that there are many of.
pub(crate) fn tenant_id(number: usize) -> String {
    format!("9f4ebab6-520d-49c0-85cc-{number:012x}")
}

/// A message of a queue for a tenant, by number.
pub(crate) type MessageOf = fn(usize, usize) -> anyhow::Result<String>;

/// The tenants that take turns: the reads of each are paced.
const TENANTS: usize = 5_000;

/// An event of a queue, with so many records, each of another tenant; by their numbers events take
/// turns too.
pub(crate) fn event_of(records: usize, number: usize, message: MessageOf) -> anyhow::Result<Bytes> {
    let messages = (0..records)
        .map(|record| message((number * records + record) % TENANTS, record))
        .collect::<anyhow::Result<Vec<_>>>()?;
    event::sqs_event(&messages)
}

/// Puts a `subscriptions.toml` into the bucket; what it has, by tenant.
pub(crate) fn want(
    services: &FakeAws,
    subscriptions: usize,
    tenants: usize,
) -> Vec<(String, Vec<String>)> {
    let wanted: Vec<(String, Vec<String>)> = (0..tenants)
        .map(|tenant| {
            let resources = (0..subscriptions / tenants)
                .map(|chat| format!("chats/19:{chat:032x}@thread.v2/messages"))
                .collect();
            (tenant_id(tenant), resources)
        })
        .collect();
    let mut text = "[defaults]\npayload = \"basic\"\n".to_owned();
    for (tenant, resources) in &wanted {
        text += &format!("[[tenants]]\nid = \"{tenant}\"\n");
        for resource in resources {
            text += &format!("[[tenants.subscriptions]]\nresource = \"{resource}\"\n");
        }
    }
    services.put("/config/subscriptions.toml", text);
    wanted
}

/// A chat message of exactly so many bytes, or somewhat more where they are few.
pub(crate) fn resource(number: usize, bytes: usize) -> String {
    let text = |content: &str| {
        json!({
            "@odata.context": "https://graph.microsoft.com/$metadata#chats('19%3Abench%40unq.gbl.spaces')/messages/$entity",
            "id": message_id(number),
            "replyToId": null,
            "etag": message_id(number),
            "messageType": "message",
            "createdDateTime": "2026-01-05T09:41:12.345Z",
            "lastModifiedDateTime": "2026-01-05T09:41:12.345Z",
            "deletedDateTime": null,
            "importance": "normal",
            "locale": "en-us",
            "from": { "user": { "id": "8ea0e38b-efb3-4757-924a-5f94061cf8c2",
                "displayName": "Somebody", "userIdentityType": "aadUser" } },
            "body": { "contentType": "html", "content": content },
            "attachments": [], "mentions": [], "reactions": [],
        })
        .to_string()
    };
    let words = "so many words, one like the other, and then some; ";
    let room = bytes.saturating_sub(text("").len());
    let content: String = words.chars().cycle().take(room).collect();
    text(&content)
}

fn validation_token() -> anyhow::Result<ValidationToken<'static>> {
    Ok(ValidationToken {
        tenant_id: TENANT,
        audience: APP_ID,
        caller: CHANGE_TRACKING_APP,
        version: TokenVersion::V2,
        issued_at: i64::try_from(now_millis()? / 1_000)?,
    })
}

fn item(number: usize) -> Value {
    let path = path(number);
    json!({
        "subscriptionId": SUBSCRIPTION_ID,
        "changeType": "created",
        "clientState": CLIENT_STATE,
        "subscriptionExpirationDateTime": "2027-02-02T10:30:34.9097561-08:00",
        "resource": path,
        "resourceData": {
            "id": message_id(number),
            "@odata.type": "#Microsoft.Graph.chatMessage",
            "@odata.id": path,
        },
        "tenantId": TENANT,
    })
}

fn change(tenant_id: TenantId, number: usize) -> ReferencedChange {
    ReferencedChange {
        tenant_id,
        subscription_id: SUBSCRIPTION_ID.to_owned(),
        change_type: ChangeType::Created,
        resource: path(number),
        odata_type: Some("#Microsoft.Graph.chatMessage".to_owned()),
        odata_id: None,
        etag: None,
    }
}

fn message<T>(body: T) -> anyhow::Result<QueueMessage<T>> {
    Ok(QueueMessage {
        received_at: now_millis()?,
        trace: None,
        body,
    })
}

fn path(number: usize) -> String {
    let chat = "19:8ea0e38b-efb3-4757-924a-5f94061cf8c2_97f62344-57dc-409c-88ad-c4af14158ff5@unq.gbl.spaces";
    format!("chats('{chat}')/messages('{}')", message_id(number))
}

fn message_id(number: usize) -> String {
    (1_612_289_765_949_u64 + number as u64).to_string()
}

/// Milliseconds since 1970.
pub(crate) fn now_millis() -> anyhow::Result<u64> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH)?;
    Ok(u64::try_from(since.as_millis())?)
}
