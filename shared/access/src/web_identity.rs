//! This function's own identity, in a token that AWS signs (outbound identity federation).

use aws_config::SdkConfig;
use aws_sdk_sts::Client;
use aws_sdk_sts::error::ProvideErrorMetadata;
use std::sync::{Arc, OnceLock};
use teamwire_graph::access_token::{AssertionSource, NoAssertion};
use teamwire_graph::client_assertion::ClientAssertion;
use teamwire_payload::Redacted;
use zeroize::Zeroizing;

/// The token is shown to Entra at once, so it has STS's own default of five minutes.
const SECONDS: i32 = 300;
/// The one of STS's algorithms that Entra takes.
const ALGORITHM: &str = "RS256";

/// Asks STS for tokens of the role that the function runs as. The role needs
/// `sts:GetWebIdentityToken`, and the account has to have outbound federation enabled.
#[derive(Clone)]
pub struct WebIdentity {
    aws: SdkConfig,
    client: Arc<OnceLock<Client>>,
}

impl WebIdentity {
    /// Makes no client yet: most deployments never need it.
    pub fn new(aws: SdkConfig) -> Self {
        Self {
            aws,
            client: Arc::default(),
        }
    }
}

impl AssertionSource for WebIdentity {
    async fn assertion(&self, audience: &str) -> Result<ClientAssertion, NoAssertion> {
        let answer = self
            .client
            .get_or_init(|| Client::new(&self.aws))
            .get_web_identity_token()
            .audience(audience)
            .signing_algorithm(ALGORITHM)
            .duration_seconds(SECONDS)
            .send()
            .await;
        let answer = answer.map_err(|fault| {
            let code = fault.code().unwrap_or("unreachable");
            tracing::error!(code, "STS gives no token of this function's identity");
            NoAssertion(code.to_owned())
        })?;
        let token = answer
            .web_identity_token
            .ok_or_else(|| NoAssertion("NoToken".to_owned()))?;
        Ok(Redacted::new(Zeroizing::new(token)))
    }
}
