//! HTTP to a server on this machine: one connection, one request at a time, nothing in between.
//!
//! Used by the client that measures and by the bare relay to reach its provider, so both cost the same.

use std::net::SocketAddr;

use anyhow::{Context as _, bail};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, Response, StatusCode, body::Incoming, client::conn::http1::SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpSocket, TcpStream};

/// A kept-open connection.
#[derive(Debug)]
pub(crate) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: String,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        Self::over(TcpStream::connect(address).await?, address).await
    }

    /// A connection whose kernel takes little that nobody reads.
    pub(crate) async fn open_narrow(address: SocketAddr, receive_buffer: u32) -> anyhow::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(receive_buffer)?;
        Self::over(socket.connect(address).await?, address).await
    }

    async fn over(stream: TcpStream, address: SocketAddr) -> anyhow::Result<Self> {
        stream.set_nodelay(true)?;
        let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        // It ends with its sender; a fault on it is seen by whoever waits for the answer.
        tokio::spawn(connection);
        Ok(Self { sender, host: address.to_string() })
    }

    /// Whether another request can be sent.
    pub(crate) fn is_usable(&self) -> bool {
        self.sender.is_ready()
    }

    /// Sends a request and gives the answer as soon as its head is here.
    pub(crate) async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> anyhow::Result<Response<Incoming>> {
        self.sender.ready().await?;
        let mut request = Request::builder().method(method).uri(path).header("host", &self.host);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(body.into()))?;
        self.sender.send_request(request).await.with_context(|| format!("{method} {path}"))
    }

    /// Sends a request and gives the whole body of its answer; any status but success is an error.
    pub(crate) async fn fetch(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> anyhow::Result<Bytes> {
        let response = self.send(method, path, headers, body).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        refuse(status, &body).with_context(|| format!("{method} {path}"))?;
        Ok(body)
    }
}

fn refuse(status: StatusCode, body: &[u8]) -> anyhow::Result<()> {
    if !status.is_success() {
        bail!("answered {status}: {}", String::from_utf8_lossy(body.get(..500).unwrap_or(body)));
    }
    Ok(())
}
