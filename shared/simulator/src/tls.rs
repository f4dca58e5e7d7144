//! HTTPS on this machine: a certificate of this run's own, and a listener that shakes hands.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::{self, ServerConfig};
use tokio_rustls::server::TlsStream;

/// The hosts of the certificate.
const HOSTS: [&str; 2] = ["localhost", "127.0.0.1"];

/// The time that a client may take to shake hands.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Connections that have shaken hands and wait to be served.
const WAITING: usize = 64;

/// The reason why there is no HTTPS.
#[derive(Debug, thiserror::Error)]
pub enum TlsFault {
    /// No certificate could be made.
    #[error("no certificate could be made: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The certificate and its key do not serve.
    #[error("TLS can't be set up: {0}")]
    Setup(#[from] rustls::Error),
}

/// A server certificate, and the root that it is trusted by.
pub struct Identity {
    /// The root in PEM, for who connects.
    pub root: String,
    config: Arc<ServerConfig>,
}

impl Identity {
    /// Makes both. The root's key is forgotten: it signs nothing else.
    ///
    /// # Errors
    /// [`TlsFault`]
    pub fn generate() -> Result<Self, TlsFault> {
        let mut root = CertificateParams::new(Vec::new())?;
        root.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        root.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        root.distinguished_name
            .push(DnType::CommonName, "teamwire-simulator, for one run");
        let root_key = KeyPair::generate()?;
        let certified = root.self_signed(&root_key)?;
        let issuer = Issuer::new(root, root_key);

        let mut own = CertificateParams::new(HOSTS.map(str::to_owned))?;
        own.distinguished_name.push(DnType::CommonName, "localhost");
        own.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        own.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        own.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate()?;
        let certificate = own.signed_by(&key, &issuer)?;

        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)?;
        Ok(Self {
            root: certified.pem(),
            config: Arc::new(config),
        })
    }

    /// Serves HTTPS on `listener`.
    ///
    /// # Errors
    /// Where the listener has no address.
    pub fn listen(&self, listener: TcpListener) -> std::io::Result<TlsListener> {
        let address = listener.local_addr()?;
        let (sender, shaken) = mpsc::channel(WAITING);
        tokio::spawn(shake_hands(listener, Arc::clone(&self.config), sender));
        Ok(TlsListener { address, shaken })
    }
}

/// Connections over TLS.
pub struct TlsListener {
    address: SocketAddr,
    shaken: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
}

impl axum::serve::Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.shaken.recv().await {
            Some(connection) => connection,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        Ok(self.address)
    }
}

/// Each client by itself, so that one that is slow or speaks no TLS holds nobody up. Ends with
/// the server, whose end of the channel is dropped then.
async fn shake_hands(
    mut listener: TcpListener,
    config: Arc<ServerConfig>,
    sender: mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>,
) {
    let acceptor = TlsAcceptor::from(config);
    loop {
        let accepted = axum::serve::Listener::accept(&mut listener);
        let (stream, address) = tokio::select! {
            accepted = accepted => accepted,
            () = sender.closed() => return,
        };
        // A socket that can't be told is only slower.
        let _ = stream.set_nodelay(true);
        let (acceptor, sender) = (acceptor.clone(), sender.clone());
        tokio::spawn(async move {
            if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await {
                let _ = sender.send((stream, address)).await;
            }
        });
    }
}
