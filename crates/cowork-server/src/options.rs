//! How a server is set up: where it listens, what it allows, how long it waits.

use std::time::Duration;

/// Where to listen, whom to let in, and within which bounds. Holds secrets, so it has no `Debug` form.
#[derive(Clone)]
pub struct ServerOptions {
    /// `127.0.0.1` (or another address of 127.0.0.0/8), `::1` or `localhost`; anything else is refused.
    pub host: String,
    /// 0: any free port.
    pub port: u16,
    /// A bearer secret for programs, chosen by the person. `None`: there is none.
    pub fixed_token: Option<String>,
    /// A bearer secret for commands of this machine that lives as long as this server. `None`: there is none.
    pub command_token: Option<String>,
    /// How much is allowed.
    pub limits: Limits,
    /// Between two heartbeats of a stream.
    pub heartbeat: Duration,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            host: "127.0.0.1".to_owned(),
            port: 0,
            fixed_token: None,
            command_token: None,
            limits: Limits::default(),
            heartbeat: Duration::from_secs(15),
        }
    }
}

/// Bounds on what clients may cost.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of a command's body.
    pub body_bytes: usize,
    /// Bytes of an import's body.
    pub import_bytes: usize,
    /// Bytes of a file of conversations.
    pub file_bytes: usize,
    /// For a body to arrive.
    pub body_time: Duration,
    /// Between two pieces of a file that is uploaded.
    pub upload_idle: Duration,
    /// Bytes of a request's head.
    pub header_bytes: usize,
    /// Number of a request's headers.
    pub header_count: usize,
    /// For a request's head to arrive; a connection without a request is closed after it as well.
    pub header_time: Duration,
    /// Connections open at once; more wait in the kernel's queue.
    pub connections: usize,
    /// Event streams open at once; more are refused.
    pub streams: usize,
    /// A client that takes no byte for this long, while there are some for it, is dropped.
    pub write_time: Duration,
    /// For connections to end once the server is told to stop.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 2 << 20,
            import_bytes: 64 << 20,
            file_bytes: 256 << 20,
            body_time: Duration::from_secs(60),
            upload_idle: Duration::from_secs(30),
            header_bytes: 32 << 10,
            header_count: 64,
            header_time: Duration::from_secs(30),
            connections: 4096,
            streams: 2000,
            write_time: Duration::from_secs(30),
            grace: Duration::from_secs(2),
        }
    }
}
