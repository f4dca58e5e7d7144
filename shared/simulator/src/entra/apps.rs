//! The applications that are registered, and how each may prove itself.

use super::sts;
use crate::config::SimulatorConfig;
use crate::state::State;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use rustls_pki_types::{CertificateDer, pem::PemObject};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use x509_cert::Certificate;
use x509_cert::der::Decode;

pub(crate) fn router() -> Router<Arc<State>> {
    Router::new().route("/simulator/app", post(register))
}

/// By application id, in lower case; the same in every tenant.
pub(crate) struct Apps(Mutex<HashMap<String, Arc<App>>>);

#[derive(Default)]
pub(crate) struct App {
    pub(crate) disabled: bool,
    pub(crate) secrets: Vec<String>,
    pub(crate) certificates: Vec<AppCertificate>,
    pub(crate) federated: Vec<Federated>,
}

/// A certificate and its RSA key as PKCS#1.
pub(crate) struct AppCertificate {
    pub(crate) der: Vec<u8>,
    pub(crate) public_key: Vec<u8>,
}

/// A federated identity credential: whose tokens stand for the application.
#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(crate) struct Federated {
    pub(crate) issuer: String,
    pub(crate) subject: String,
    pub(crate) audience: String,
    /// The issuer's keys; the ones of the STS here where there are none.
    pub(crate) jwks: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Registration {
    client_id: String,
    #[serde(default)]
    disabled: bool,
    #[serde(default)]
    secrets: Vec<String>,
    /// PEM.
    #[serde(default)]
    certificates: Vec<String>,
    #[serde(default)]
    federated: Vec<Federated>,
}

impl Apps {
    /// The application of the settings: by its secret, or as the role of the STS here.
    pub(crate) fn new(config: &SimulatorConfig, url: &str) -> Self {
        let app = App {
            secrets: vec![config.client_secret.clone()],
            federated: vec![sts::trusted(url)],
            ..App::default()
        };
        Self(Mutex::new(HashMap::from([(
            config.app_id.clone(),
            Arc::new(app),
        )])))
    }

    pub(crate) fn find(&self, client_id: &str) -> Option<Arc<App>> {
        let apps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        apps.get(&client_id.to_ascii_lowercase()).cloned()
    }

    fn put(&self, client_id: &str, app: App) {
        let mut apps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        apps.insert(client_id.to_ascii_lowercase(), Arc::new(app));
    }
}

/// In place of what was registered under that id.
async fn register(
    Shared(state): Shared<Arc<State>>,
    Json(registration): Json<Registration>,
) -> Result<StatusCode, (StatusCode, Json<Value>)> {
    let certificates = registration.certificates.iter().map(|pem| read(pem));
    let certificates = certificates.collect::<Option<Vec<_>>>().ok_or_else(|| {
        let error = json!({ "error": "certificates are X.509 of RSA keys, in PEM" });
        (StatusCode::BAD_REQUEST, Json(error))
    })?;
    let app = App {
        disabled: registration.disabled,
        secrets: registration.secrets,
        certificates,
        federated: registration.federated,
    };
    state.apps.put(&registration.client_id, app);
    Ok(StatusCode::NO_CONTENT)
}

fn read(pem: &str) -> Option<AppCertificate> {
    let der = CertificateDer::from_pem_slice(pem.as_bytes()).ok()?;
    let certificate = Certificate::from_der(&der).ok()?;
    let key = certificate.tbs_certificate().subject_public_key_info();
    Some(AppCertificate {
        public_key: key.subject_public_key.as_bytes()?.to_vec(),
        der: der.to_vec(),
    })
}
