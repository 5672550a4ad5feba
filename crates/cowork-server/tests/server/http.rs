//! An HTTP client that sends what it is told, right or wrong, and reads answers as they come.

use std::{net::SocketAddr, time::Duration};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// Nothing here takes this long unless something is broken.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A request, header by header.
#[derive(Clone)]
pub(crate) struct Request {
    address: SocketAddr,
    line: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    /// With the right `Host` and nothing else.
    pub(crate) fn new(address: SocketAddr, method: &str, target: &str) -> Self {
        let host = ("host".to_owned(), address.to_string());
        Self { address, line: format!("{method} {target} HTTP/1.1"), headers: vec![host], body: Vec::new() }
    }

    /// Adds a header.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Takes all headers of this name away.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(have, _)| have != name);
        self
    }

    /// Adds the token.
    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// Adds a body as it is.
    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Adds a JSON body.
    pub(crate) fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json").body(body.to_string())
    }

    /// Sends it on a connection of its own and reads the head of the answer.
    pub(crate) async fn open(&self) -> Incoming {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let mut head = format!("{}\r\n", self.line);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !self.body.is_empty() && !self.headers.iter().any(|(name, _)| name == "content-length") {
            head.push_str(&format!("content-length: {}\r\n", self.body.len()));
        }
        head.push_str("connection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&self.body).await.expect("the server reads the body, whatever it says to it");
        Incoming::read_head(stream).await
    }

    /// Sends it and reads the whole answer.
    pub(crate) async fn send(&self) -> Response {
        tokio::time::timeout(PATIENCE, async { self.open().await.read_all().await })
            .await
            .expect("an answer in time")
    }
}

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|fault| panic!("{fault} in {:?}", self.text()))
    }

    /// Checks that it is a problem with this code, and gives it.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        let problem = self.json();
        assert_eq!(problem["code"], code);
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], format!("about:blank#{code}"));
        assert!(problem["title"].as_str().is_some_and(|title| !title.is_empty()));
        assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()));
        problem
    }
}

/// An answer whose body is still coming.
pub(crate) struct Incoming {
    stream: TcpStream,
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    chunked: bool,
    raw: Vec<u8>,
    body: Vec<u8>,
    ended: bool,
}

impl Incoming {
    async fn read_head(mut stream: TcpStream) -> Self {
        let mut raw = Vec::new();
        let end = loop {
            if let Some(at) = raw.windows(4).position(|four| four == b"\r\n\r\n") {
                break at;
            }
            let read = stream.read_buf(&mut raw).await.unwrap();
            assert_ne!(read, 0, "the connection ended in the head: {:?}", String::from_utf8_lossy(&raw));
        };
        let head = String::from_utf8(raw[..end].to_vec()).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: Vec<_> = lines
            .map(|line| {
                line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned())).unwrap()
            })
            .collect();
        let chunked = find(&headers, "transfer-encoding") == Some("chunked");
        Self {
            stream,
            status,
            headers,
            chunked,
            raw: raw[end + 4..].to_vec(),
            body: Vec::new(),
            ended: false,
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// Reads on until there is more of the body. `false`: it has ended, by its end mark or with the connection.
    async fn more(&mut self) -> bool {
        loop {
            let before = self.body.len();
            self.decode();
            if self.body.len() > before {
                return true;
            }
            if self.ended || !matches!(self.stream.read_buf(&mut self.raw).await, Ok(1..)) {
                return false;
            }
        }
    }

    fn decode(&mut self) {
        if !self.chunked {
            self.body.append(&mut self.raw);
            return;
        }
        while let Some(at) = self.raw.windows(2).position(|two| two == b"\r\n") {
            let size = usize::from_str_radix(std::str::from_utf8(&self.raw[..at]).unwrap(), 16).unwrap();
            if size == 0 {
                self.ended = true;
                return;
            }
            if self.raw.len() < at + 2 + size + 2 {
                return;
            }
            self.body.extend_from_slice(&self.raw[at + 2..at + 2 + size]);
            self.raw.drain(..at + 2 + size + 2);
        }
    }

    async fn read_all(mut self) -> Response {
        while self.more().await {}
        Response { status: self.status, headers: self.headers, body: self.body }
    }

    /// The next frame of an event stream. `None`: the stream has ended.
    pub(crate) async fn frame(&mut self) -> Option<Frame> {
        let next = async {
            loop {
                if let Some(at) = self.body.windows(2).position(|two| two == b"\n\n") {
                    let frame = String::from_utf8(self.body.drain(..at + 2).collect()).unwrap();
                    return Some(Frame::of(&frame));
                }
                if !self.more().await {
                    return None;
                }
            }
        };
        tokio::time::timeout(PATIENCE, next).await.expect("a frame in time")
    }

    /// The next event, heartbeats and the like left out.
    pub(crate) async fn event(&mut self) -> Option<Frame> {
        loop {
            let frame = self.frame().await?;
            if frame.id.is_some() || frame.event.as_deref() == Some("stream.reset") {
                return Some(frame);
            }
        }
    }
}

/// One frame of an event stream.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Frame {
    pub(crate) id: Option<i64>,
    pub(crate) event: Option<String>,
    pub(crate) data: Value,
    pub(crate) retry: Option<u64>,
}

impl Frame {
    fn of(text: &str) -> Self {
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        Self {
            id: field("id").map(|id| id.parse().unwrap()),
            event: field("event").map(str::to_owned),
            data: field("data").map_or(Value::Null, |data| serde_json::from_str(data).unwrap()),
            retry: field("retry").map(|retry| retry.parse().unwrap()),
        }
    }

    pub(crate) fn name(&self) -> &str {
        self.event.as_deref().unwrap_or_default()
    }
}

fn find<'h>(headers: &'h [(String, String)], name: &str) -> Option<&'h str> {
    headers.iter().find(|(have, _)| have == name).map(|(_, value)| value.as_str())
}
