//! The floor: a bare relay with the shape of the server and nothing of its promises.
//!
//! It takes the same calls, asks the same provider and sends the same events, but keeps everything in memory, checks
//! nothing and commits nothing. What it costs is what any server of this shape costs; the rest is ours.

mod relay;
mod session;

use std::{
    collections::HashMap,
    convert::Infallible,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    Json, Router,
    body::Body,
    extract::{DefaultBodyLimit, Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use cowork_contract::{SendMessage, SessionExport};
use serde::Deserialize;
use tokio::net::TcpListener;

use crate::floor::{relay::Provider, session::Session};

/// Runs until it is killed. `base_url` is the provider's, as for `kind = "openai-compatible"`.
pub(crate) async fn serve(provider: SocketAddr) -> anyhow::Result<()> {
    let floor = Arc::new(Floor {
        sessions: Mutex::default(),
        made: AtomicU64::new(0),
        provider: Provider::new(provider),
    });
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let router = Router::new()
        .route("/api/sessions", get(list).post(create))
        .route("/api/sessions/import", post(import))
        .route("/api/sessions/{id}/chat", get(chat).post(say))
        .route("/api/sessions/{id}/stream", get(stream))
        .layer(DefaultBodyLimit::disable())
        .with_state(floor);
    crate::print(&format!("listening on http://{address}"));
    axum::serve(axum::serve::ListenerExt::tap_io(listener, |tcp| drop(tcp.set_nodelay(true))), router)
        .await?;
    Ok(())
}

struct Floor {
    sessions: Mutex<HashMap<String, Arc<Session>>>,
    made: AtomicU64,
    provider: Provider,
}

impl Floor {
    fn add(&self, export: Option<&SessionExport>) -> Response {
        let id = format!("session-{}", self.made.fetch_add(1, Ordering::Relaxed));
        let session = Session::new(&id, export.map_or(&[], |export| &export.messages));
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), Arc::new(session));
        json(StatusCode::CREATED, format!("{{\"id\":\"{id}\"}}"))
    }

    fn find(&self, id: &str) -> Result<Arc<Session>, StatusCode> {
        let sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.get(id).cloned().ok_or(StatusCode::NOT_FOUND)
    }
}

type Shared = State<Arc<Floor>>;

async fn list() -> Response {
    json(StatusCode::OK, "{\"items\":[],\"nextCursor\":null}")
}

async fn create(State(floor): Shared) -> Response {
    floor.add(None)
}

async fn import(State(floor): Shared, Json(export): Json<SessionExport>) -> Response {
    floor.add(Some(&export))
}

async fn say(
    State(floor): Shared,
    Path(id): Path<String>,
    Json(message): Json<SendMessage>,
) -> Result<Response, StatusCode> {
    let session = floor.find(&id)?;
    let asked = session.ask(&message.content);
    let accepted = asked.accepted();
    tokio::spawn(async move {
        if let Err(fault) = relay::answer(&floor.provider, &session, &asked).await {
            session.fail(&asked, &fault);
        }
    });
    Ok(json(StatusCode::ACCEPTED, accepted))
}

#[derive(Deserialize)]
struct Window {
    limit: Option<usize>,
}

async fn chat(
    State(floor): Shared,
    Path(id): Path<String>,
    Query(window): Query<Window>,
) -> Result<Response, StatusCode> {
    Ok(json(StatusCode::OK, floor.find(&id)?.chat(window.limit)))
}

async fn stream(State(floor): Shared, Path(id): Path<String>) -> Result<Response, StatusCode> {
    let reader = floor.find(&id)?.follow();
    let chunks = futures_util::stream::unfold(reader, |mut reader| async move {
        let chunk = reader.next().await?;
        Some((Ok::<_, Infallible>(chunk), reader))
    });
    Ok(([(header::CONTENT_TYPE, "text/event-stream")], Body::from_stream(chunks)).into_response())
}

fn json(status: StatusCode, body: impl Into<Body>) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body.into()).into_response()
}
