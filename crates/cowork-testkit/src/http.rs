//! As much of HTTP/1.1 as a scripted provider needs, by hand: so that nothing repairs what a script breaks.

use std::io;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt};

/// A request larger than this is refused by closing the connection.
const LARGEST: usize = 64 << 20;

/// A request, before it is recorded.
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: BytesMut,
}

/// Reads the next request; `None` when the client is done with the connection.
pub(crate) async fn read_request(
    from: &mut (impl AsyncRead + Unpin),
    inbox: &mut BytesMut,
) -> io::Result<Option<Request>> {
    let head_end = loop {
        if let Some(end) = inbox.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if inbox.len() > LARGEST {
            return Err(io::ErrorKind::InvalidData.into());
        }
        if from.read_buf(inbox).await? == 0 {
            return Ok(None);
        }
    };
    let head = String::from_utf8_lossy(&inbox.split_to(head_end)).into_owned();
    inbox.advance(4);
    let mut lines = head.split("\r\n");
    let mut words = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let header = |line: &str| {
        line.split_once(':').map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
    };
    let headers: Vec<_> = lines.filter_map(header).collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.and_then(|(_, value)| value.parse::<usize>().ok()).unwrap_or(0);
    if length > LARGEST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    while inbox.len() < length {
        if from.read_buf(inbox).await? == 0 {
            return Ok(None);
        }
    }
    Ok(Some(Request { method, path, headers, body: inbox.split_to(length) }))
}

/// The status line and the headers of an answer whose body comes in chunks.
pub(crate) fn head(status: u16, headers: &[(String, String)]) -> String {
    let mut head = format!("HTTP/1.1 {status} Scripted\r\ntransfer-encoding: chunked\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head + "\r\n"
}

/// One chunk of a body.
pub(crate) fn chunk(bytes: &[u8]) -> Vec<u8> {
    let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
    chunk.extend_from_slice(bytes);
    chunk.extend_from_slice(b"\r\n");
    chunk
}

/// The clean end of a body.
pub(crate) const LAST_CHUNK: &[u8] = b"0\r\n\r\n";
