//! The process's HTTP client, as the SDK asks through it.

use aws_smithy_runtime_api::client::connection::{CaptureSmithyConnection, ConnectionMetadata};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::ErrorKind;
use http_body_util::BodyExt;
use hyper_util::client::legacy::connect::{CaptureConnection, capture_connection};
use std::time::Duration;
use teamwire_http::{Connections, NoTls};

/// Connections to AWS. Time limits of calls are the SDK's own business.
#[derive(Debug, Clone)]
pub(super) struct AwsHttp(Connections);

impl AwsHttp {
    /// `connect` limits the time to open a connection.
    ///
    /// # Errors
    /// [`NoTls`]
    pub(super) fn new(connect: Duration) -> Result<Self, NoTls> {
        teamwire_http::connections(connect).map(Self)
    }
}

impl HttpClient for AwsHttp {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for AwsHttp {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let request = match request.try_into_http1x() {
            Ok(request) => request,
            Err(fault) => {
                return HttpConnectorFuture::ready(Err(ConnectorError::user(fault.into())));
            }
        };
        let mut request = request.map(BodyExt::boxed_unsync);
        let used = capture_connection(&mut request);
        if let Some(capture) = request.extensions().get::<CaptureSmithyConnection>() {
            capture.set_connection_retriever(move || metadata(&used));
        }
        let answer = self.0.request(request);
        HttpConnectorFuture::new(async move {
            let answer = answer.await.map_err(connector_error)?;
            HttpResponse::try_from(answer.map(SdkBody::from_body_1_x))
                .map_err(|fault| ConnectorError::other(fault.into(), None))
        })
    }
}

/// By it the SDK gives up a connection over which a call failed in passing: a retry takes another.
fn metadata(used: &CaptureConnection) -> Option<ConnectionMetadata> {
    used.connection_metadata().as_ref()?;
    let used = used.clone();
    let poison = move || {
        if let Some(connection) = used.connection_metadata().as_ref() {
            connection.poison();
        }
    };
    let metadata = ConnectionMetadata::builder().proxied(false);
    Some(metadata.poison_fn(poison).build())
}

/// A request that did not get through is worth another try, whatever came between: a request that the
/// service refuses has an answer.
fn connector_error(fault: hyper_util::client::legacy::Error) -> ConnectorError {
    if fault.is_connect() {
        return ConnectorError::io(fault.into());
    }
    ConnectorError::other(fault.into(), Some(ErrorKind::TransientError))
}
