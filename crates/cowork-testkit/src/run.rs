//! Runs scripts on one connection.

use std::io;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::http::{LAST_CHUNK, chunk, head, read_request};
use crate::server::Shared;
use crate::{End, Script, Step};

/// What a client may send ahead while an answer runs.
const AHEAD: usize = 1 << 20;

/// What becomes of the connection after an answer.
enum After {
    Keep,
    Close,
    Cut,
    Reset,
}

/// Answers requests until one side closes the connection.
pub(crate) async fn serve(mut stream: TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut inbox = BytesMut::new();
    loop {
        let (mut reader, mut writer) = stream.split();
        let Some(request) = read_request(&mut reader, &mut inbox).await? else { return Ok(()) };
        let (script, end) = shared.receive(request);
        let after = tokio::select! {
            after = run(&script, &mut writer) => after,
            () = gone(&mut reader, &mut inbox) => Err(io::ErrorKind::BrokenPipe.into()),
        };
        end.send_replace(match &after {
            Ok(After::Keep | After::Close) => End::Answered,
            Ok(After::Cut | After::Reset) => End::Cut,
            Err(_) => End::HungUp,
        });
        match after? {
            After::Keep => {}
            After::Close | After::Cut => return stream.shutdown().await,
            After::Reset => return stream.set_zero_linger(),
        }
    }
}

async fn run(script: &Script, to: &mut (impl AsyncWrite + Unpin)) -> io::Result<After> {
    for step in &script.before {
        if let Some(after) = take(step, script, to, false).await? {
            return Ok(after);
        }
    }
    to.write_all(head(script.status, &script.headers).as_bytes()).await?;
    for step in &script.steps {
        if let Some(after) = take(step, script, to, true).await? {
            return Ok(after);
        }
    }
    to.write_all(LAST_CHUNK).await?;
    Ok(After::Keep)
}

/// Does one step; an answer that ends with it says what becomes of the connection. What a step sends before the
/// head (`in_body` is false) is sent as it is: that way a script can break the head itself.
async fn take(
    step: &Step,
    script: &Script,
    to: &mut (impl AsyncWrite + Unpin),
    in_body: bool,
) -> io::Result<Option<After>> {
    match step {
        Step::Send(bytes) if in_body => to.write_all(&chunk(bytes)).await?,
        Step::Send(bytes) => to.write_all(bytes).await?,
        Step::Tokens(tokens) => tokens.send(&script.model, to).await?,
        Step::Wait(gate) => gate.wait().await,
        Step::Pause(time) => tokio::time::sleep(*time).await,
        Step::CloseClean => {
            if in_body {
                to.write_all(LAST_CHUNK).await?;
            }
            return Ok(Some(After::Close));
        }
        Step::CutInChunk => {
            if in_body {
                to.write_all(b"40\r\ndata: {\"id\":\"chatcmpl-").await?;
            }
            return Ok(Some(After::Cut));
        }
        Step::Reset => return Ok(Some(After::Reset)),
        Step::Stall => std::future::pending().await,
    }
    Ok(None)
}

/// Ends when the client has closed the connection.
async fn gone(reader: &mut (impl AsyncRead + Unpin), inbox: &mut BytesMut) {
    while inbox.len() < AHEAD {
        if !matches!(reader.read_buf(inbox).await, Ok(n) if n > 0) {
            return;
        }
    }
    std::future::pending().await
}
