//! Secrets Manager, KMS and Lambda, as far as `teamwire` needs them.

use crate::fake_lambda::{self, FakeLambda};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Router, body::Bytes, routing::post};
use base64::{Engine, engine::general_purpose::STANDARD};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, PublicKeyData, RsaKeySize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// The state that it serves, and the requests that it got.
#[derive(Default)]
pub(crate) struct FakeAws {
    pub(crate) url: String,
    /// A secret without a value is `None`.
    secrets: Mutex<BTreeMap<String, Option<String>>>,
    keys: Mutex<Vec<KmsKey>>,
    pub(crate) lambda: FakeLambda,
    /// Operation, request and the `Authorization` it came with.
    requests: Mutex<Vec<(String, Value, String)>>,
}

/// A key in KMS.
struct KmsKey {
    names: Vec<String>,
    spec: String,
    usage: String,
    pair: KeyPair,
}

impl FakeAws {
    pub(crate) async fn start() -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let aws = Arc::new(Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            ..Self::default()
        });
        let router = Router::new()
            .route("/", post(answer))
            .route(
                "/2015-03-31/functions/{name}/invocations",
                post(fake_lambda::invoke),
            )
            .with_state(Arc::clone(&aws));
        tokio::spawn(async move { axum::serve(listener, router).await });
        aws
    }

    pub(crate) fn put_secret(&self, id: &str, value: Option<&str>) {
        let value = value.map(str::to_owned);
        self.secrets.lock().unwrap().insert(id.to_owned(), value);
    }

    pub(crate) fn secret(&self, id: &str) -> Option<String> {
        self.secrets.lock().unwrap()[id].clone()
    }

    /// Puts a key there; its ARN.
    pub(crate) fn put_key(&self, alias: &str, spec: &str, usage: &str) -> String {
        let pair = match spec {
            "RSA_3072" => KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_3072),
            "RSA_4096" => KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_4096),
            "ECC_NIST_P256" => KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256),
            _ => KeyPair::generate_for(&PKCS_RSA_SHA256),
        };
        let mut keys = self.keys.lock().unwrap();
        let arn = format!("arn:aws:kms:eu-central-1:111122223333:key/{}", keys.len());
        keys.push(KmsKey {
            names: vec![arn.clone(), alias.to_owned()],
            spec: spec.to_owned(),
            usage: usage.to_owned(),
            pair: pair.unwrap(),
        });
        arn
    }

    /// The private half, as PEM, which KMS gives nobody.
    pub(crate) fn private_pem(&self, name: &str) -> String {
        let keys = self.keys.lock().unwrap();
        find(&keys, name).unwrap().pair.serialize_pem()
    }

    /// The operations that were asked for.
    pub(crate) fn operations(&self) -> Vec<String> {
        let requests = self.requests.lock().unwrap();
        requests.iter().map(|(name, ..)| name.clone()).collect()
    }

    /// The last request of an operation.
    pub(crate) fn request(&self, operation: &str) -> Value {
        let requests = self.requests.lock().unwrap();
        let mut requests = requests.iter().rev();
        requests
            .find(|(name, ..)| name == operation)
            .unwrap()
            .1
            .clone()
    }

    /// The signature of the last request.
    pub(crate) fn authorization(&self) -> String {
        self.requests.lock().unwrap().last().unwrap().2.clone()
    }

    fn answer(&self, operation: &str, request: &Value) -> Result<Value, &'static str> {
        let text = |name: &str| request[name].as_str().unwrap_or_default().to_owned();
        match operation {
            "GetSecretValue" => match self.secrets.lock().unwrap().get(&text("SecretId")) {
                Some(Some(value)) => Ok(json!({"Name": "name", "SecretString": value})),
                _ => Err("ResourceNotFoundException"),
            },
            "PutSecretValue" => match self.secrets.lock().unwrap().get_mut(&text("SecretId")) {
                Some(value) => {
                    *value = Some(text("SecretString"));
                    Ok(json!({"VersionId": "1"}))
                }
                None => Err("ResourceNotFoundException"),
            },
            "GetPublicKey" => self.public_key(&text("KeyId")).ok_or("NotFoundException"),
            "CreateKey" => {
                let arn = self.put_key("", &text("KeySpec"), &text("KeyUsage"));
                Ok(json!({"KeyMetadata": {"KeyId": "0", "Arn": arn}}))
            }
            "CreateAlias" => {
                let mut keys = self.keys.lock().unwrap();
                let target = text("TargetKeyId");
                let key = keys.iter_mut().find(|key| key.names.contains(&target));
                key.unwrap().names.push(text("AliasName"));
                Ok(json!({}))
            }
            _ => Err("UnknownOperationException"),
        }
    }

    fn public_key(&self, name: &str) -> Option<Value> {
        let keys = self.keys.lock().unwrap();
        let key = find(&keys, name)?;
        let mut answer = json!({
            "KeyId": key.names[0],
            "KeySpec": key.spec,
            "KeyUsage": key.usage,
            "PublicKey": STANDARD.encode(key.pair.subject_public_key_info()),
        });
        if key.usage == "ENCRYPT_DECRYPT" {
            answer["EncryptionAlgorithms"] = json!(["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"]);
        }
        Some(answer)
    }
}

fn find<'a>(keys: &'a [KmsKey], name: &str) -> Option<&'a KmsKey> {
    keys.iter()
        .find(|key| key.names.iter().any(|known| known == name))
}

async fn answer(State(aws): State<Arc<FakeAws>>, headers: HeaderMap, body: Bytes) -> Response {
    let header_text = |name: &str| headers[name].to_str().unwrap().to_owned();
    let target = header_text("x-amz-target");
    let (_, operation) = target.rsplit_once('.').unwrap();
    let request: Value = serde_json::from_slice(&body).unwrap();
    let asked = (
        operation.to_owned(),
        request.clone(),
        header_text("authorization"),
    );
    aws.requests.lock().unwrap().push(asked);
    let (status, body) = match aws.answer(operation, &request) {
        Ok(body) => (StatusCode::OK, body),
        Err(fault) => {
            let body = json!({"__type": fault, "message": "said by the service"});
            (StatusCode::BAD_REQUEST, body)
        }
    };
    let content_type = [(header::CONTENT_TYPE, "application/x-amz-json-1.1")];
    (status, content_type, body.to_string()).into_response()
}
