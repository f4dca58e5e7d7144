//! TLS as every connection of the process has it.

use rustls::crypto::aws_lc_rs::default_provider;
use rustls::{ClientConfig, RootCertStore};
use std::sync::{Arc, OnceLock};

// Without it a new process gathers entropy from CPU jitter, for tens of milliseconds of CPU, before
// it can speak TLS: decision 47. Cargo reads .cargo/config.toml from where it is run.
const _: () = {
    let value = match option_env!("AWS_LC_SYS_NO_JITTER_ENTROPY") {
        Some(value) => value.as_bytes(),
        None => b"",
    };
    assert!(
        matches!(value, b"1"),
        "AWS_LC_SYS_NO_JITTER_ENTROPY is not 1: run cargo in the checkout, which has .cargo/config.toml"
    );
};

/// There is no TLS on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no root certificate can be read on this machine; SSL_CERT_FILE names a file of them")]
pub struct NoTls;

/// The configuration, made once: reading the root certificates takes longer than a handshake.
pub(crate) fn config() -> Result<Arc<ClientConfig>, NoTls> {
    static CONFIG: OnceLock<Option<Arc<ClientConfig>>> = OnceLock::new();
    CONFIG.get_or_init(make).clone().ok_or(NoTls)
}

fn make() -> Option<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return None;
    }
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .ok()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Some(Arc::new(config))
}
