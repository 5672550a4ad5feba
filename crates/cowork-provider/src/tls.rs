//! Which cryptography TLS uses.

/// Makes `ring` the process-wide cryptography of rustls. Call it first in `main`; calling it again does nothing.
pub fn install_tls() {
    // An error only says that one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
