//! The simulator as a server.

use crate::config::Config;
use crate::sender::SenderFault;
use crate::state::State;
use crate::{control, entra, graph};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Largest request body, in bytes; a certificate of 4096 bits takes some 3 KB of it.
const BODY_BYTES: usize = 256 * 1024;

/// Graph and Entra.
#[derive(Debug)]
pub struct Simulator;

/// A simulator that serves until it is stopped or dropped.
#[derive(Debug)]
pub struct Running {
    /// Root of both, without a slash at the end: `http://127.0.0.1:40123`.
    pub url: String,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<std::io::Result<()>>,
}

/// Why a simulator does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartFault {
    /// The address is taken or not this machine's.
    #[error("the simulator can't listen there: {0}")]
    Listen(#[from] std::io::Error),
    /// Nothing can be signed or sent.
    #[error(transparent)]
    Sender(#[from] SenderFault),
}

impl Simulator {
    /// Starts to serve. Needs a tokio runtime.
    ///
    /// # Errors
    /// [`StartFault`]
    pub async fn start(config: Config) -> Result<Running, StartFault> {
        let listener = TcpListener::bind(config.listen).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let state = Arc::new(State::new(config, url.clone())?);
        let router = Router::new()
            .merge(control::router())
            .merge(graph::router())
            .merge(entra::router())
            .layer(DefaultBodyLimit::max(BODY_BYTES))
            .with_state(state);
        let (stop, stopped) = oneshot::channel::<()>();
        let server = tokio::spawn(async move {
            axum::serve(listener, router)
                .with_graceful_shutdown(async {
                    // Dropping the other end stops it too.
                    let _ = stopped.await;
                })
                .await
        });
        Ok(Running {
            url,
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
