//! How the server fares: for people, for supervisors, for Prometheus; and what it can do, as OpenAPI.

use axum::{Json, extract::State, response::IntoResponse};
use cowork_contract::{Health, HealthStatus, StorageView};
use http::{StatusCode, header};

use super::Answer;
use crate::{problem::Refused, state::App};

/// How the server fares, in detail.
#[utoipa::path(
    get,
    path = "/api/health",
    tag = "operation",
    operation_id = "health",
    responses((status = 200, description = "The parts and the worst of them", body = Health), Refused)
)]
pub(super) async fn detail(State(app): State<App>) -> Answer<Health> {
    let status = app.engine.status();
    let storage = if status.storage.is_none() { HealthStatus::Ok } else { HealthStatus::Degraded };
    Ok(Json(Health {
        status: storage,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        uptime_ms: u64::try_from(app.started.elapsed().as_millis()).unwrap_or(u64::MAX),
        storage,
        storage_detail: status.storage,
        last_event_id: app.reader.head(),
        running_turns: status.running_turns,
        open_streams: app.open_streams(),
        providers: status.providers,
    }))
}

/// Where everything is kept and how much room it takes.
#[utoipa::path(
    get,
    path = "/api/storage",
    tag = "operation",
    operation_id = "getStorage",
    responses((status = 200, description = "The folder and the sizes", body = StorageView), Refused)
)]
pub(super) async fn storage(State(app): State<App>) -> Answer<StorageView> {
    let footprint = app.reader.footprint().await?;
    Ok(Json(StorageView {
        folder: footprint.folder.display().to_string(),
        database_bytes: footprint.database_bytes,
        blob_bytes: footprint.blob_bytes,
        sessions: footprint.sessions,
    }))
}

/// The document that describes all this.
#[utoipa::path(
    get,
    path = "/api/openapi.json",
    tag = "operation",
    operation_id = "openapi",
    responses((status = 200, description = "OpenAPI 3.1", content_type = "application/json"), Refused)
)]
pub(super) async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], crate::openapi::document_json())
}

/// Counters, gauges and histograms in Prometheus' text form.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "operation",
    operation_id = "metrics",
    responses((status = 200, description = "Prometheus text", body = String, content_type = "text/plain"), Refused)
)]
pub(super) async fn metrics(State(app): State<App>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], crate::metrics::render(&app))
}

/// Whether the process answers. Needs no token.
#[utoipa::path(
    get,
    path = "/healthz",
    tag = "operation",
    operation_id = "alive",
    security(()),
    responses((status = 200, description = "It does", body = String, content_type = "text/plain"))
)]
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// Whether commands can be taken. Needs no token.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "operation",
    operation_id = "ready",
    security(()),
    responses(
        (status = 200, description = "They can", body = String, content_type = "text/plain"),
        (status = 503, description = "They can't", body = String, content_type = "text/plain")
    )
)]
pub(super) async fn ready(State(app): State<App>) -> impl IntoResponse {
    if app.closing.is_cancelled() || app.engine.status().storage.is_some() {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
    } else {
        (StatusCode::OK, "ok\n")
    }
}
