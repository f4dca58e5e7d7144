//! The simulator as a server.

use crate::config::SimulatorConfig;
use crate::sender::SenderFault;
use crate::state::State;
use crate::tls::{Identity, TlsFault};
use crate::{control, entra, graph, lifecycle};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State as Shared};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Largest request body, in bytes; a certificate of 4096 bits takes some 3 KB of it.
const BODY_BYTES: usize = 256 * 1024;

/// The interval at which subscriptions are asked to reauthorize.
const ASKING: Duration = Duration::from_secs(1);

/// Graph and Entra.
#[derive(Debug)]
pub struct Simulator;

/// A simulator that serves until it is stopped or dropped.
#[derive(Debug)]
pub struct Running {
    /// Root of both, without a slash at the end: `http://127.0.0.1:40123`.
    pub url: String,
    /// With TLS, the certificate to trust, in PEM.
    pub root_certificate: Option<String>,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<std::io::Result<()>>,
}

/// The reason why a simulator does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartFault {
    /// The address is taken or not this machine's.
    #[error("the simulator can't listen there: {0}")]
    Listen(#[from] std::io::Error),
    /// Nothing can be signed or sent.
    #[error(transparent)]
    Sender(#[from] SenderFault),
    /// No HTTPS.
    #[error(transparent)]
    Tls(#[from] TlsFault),
}

impl Simulator {
    /// Starts to serve. Needs a tokio runtime.
    ///
    /// # Errors
    /// [`StartFault`]
    pub async fn start(config: SimulatorConfig) -> Result<Running, StartFault> {
        let listener = TcpListener::bind(config.listen).await?;
        let address = listener.local_addr()?;
        let identity = config.tls.then(Identity::generate).transpose()?;
        let url = match identity {
            // By the name that certificates are for.
            Some(_) => format!("https://localhost:{}", address.port()),
            None => format!("http://{address}"),
        };
        let state = Arc::new(State::new(config, url.clone())?);
        let router = Router::new()
            .merge(control::router())
            .merge(graph::router(&state))
            .merge(entra::router())
            .layer(from_fn_with_state(Arc::clone(&state), entra_may_be_down))
            .layer(DefaultBodyLimit::max(BODY_BYTES))
            .with_state(Arc::clone(&state));
        tokio::spawn(keep_asking(Arc::downgrade(&state)));
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async {
            // Dropping the other end stops it too.
            let _ = stopped.await;
        };
        let server = match &identity {
            Some(identity) => {
                let server = axum::serve(identity.listen(listener)?, router);
                tokio::spawn(server.with_graceful_shutdown(stopped).into_future())
            }
            None => {
                let server = axum::serve(listener, router);
                tokio::spawn(server.with_graceful_shutdown(stopped).into_future())
            }
        };
        Ok(Running {
            url,
            root_certificate: identity.map(|identity| identity.root),
            stop: Some(stop),
            server,
        })
    }
}

impl Running {
    /// Stops listening. Announcements that are under way end with the runtime.
    pub async fn stop(mut self) {
        self.stop.take();
        // Idle connections of clients would hold a graceful end up for ever.
        self.server.abort();
        let _ = (&mut self.server).await;
    }
}

/// Entra gives no tokens while it is down; its keys can be had.
async fn entra_may_be_down(
    Shared(state): Shared<Arc<State>>,
    request: Request,
    next: Next,
) -> Response {
    if state.trouble.is_entra_down() && request.uri().path().ends_with("/oauth2/v2.0/token") {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    next.run(request).await
}

/// Time passes between two jumps of the clock too. Ends with the server.
async fn keep_asking(state: Weak<State>) {
    while let Some(state) = state.upgrade() {
        lifecycle::ask_to_reauthorize(&state);
        drop(state);
        tokio::time::sleep(ASKING).await;
    }
}
