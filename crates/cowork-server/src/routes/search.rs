//! `/api/search` and `/api/sessions/{id}/find`: words over everything, and a text within one conversation.

use axum::{Json, extract::State};
use cowork_contract::{
    FoundInSession, MessageRole, SEARCH_MAX, SearchKind, SearchResults, SessionId, Timestamp,
};
use cowork_store::SearchQuery;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Answer;
use crate::{
    extract::{At, Params},
    problem::{ApiError, Refused},
    state::App,
};

/// Hits of one page, unless the request asks for fewer.
const PAGE: u32 = 20;
/// Hits of one page at most.
const PAGE_MAX: u32 = 50;

/// What to search for, and where.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SearchParams {
    /// Words that must all occur, `"phrases"`, `-word` for what must not occur; the last word may go on, unless a blank
    /// follows it. Without case and accents. At most 400 characters.
    q: String,
    /// Only in this session. Absent: in all.
    #[param(value_type = Option<String>)]
    session: Option<SessionId>,
    /// Only what this side said. Absent: both, and titles.
    #[param(inline)]
    role: Option<MessageRole>,
    /// Only this kind. Absent: all.
    #[param(inline)]
    kind: Option<SearchKind>,
    /// Not older than this, in milliseconds since the Unix epoch. Absent: from the first.
    from: Option<Timestamp>,
    /// Older than this. Absent: up to the last.
    to: Option<Timestamp>,
    /// `true`: in archived sessions too.
    #[serde(default)]
    archived: bool,
    /// 1 to 50; absent: 20.
    limit: Option<u32>,
    /// `nextCursor` of the page before, with the same search; absent: the first page.
    cursor: Option<String>,
}

/// Searches titles, messages on all branches and the text of files, the best first. Of very many hits the newest are
/// ranked.
#[utoipa::path(
    get,
    path = "/api/search",
    tag = "search",
    operation_id = "search",
    params(SearchParams),
    responses((status = 200, description = "One page of hits", body = SearchResults), Refused)
)]
pub(super) async fn search(
    State(app): State<App>,
    Params(params): Params<SearchParams>,
) -> Answer<SearchResults> {
    checked(&params.q)?;
    let limit = params.limit.unwrap_or(PAGE);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(ApiError::invalid(format!("limit must be 1 to {PAGE_MAX}.")).field("limit"));
    }
    let SearchParams { q: text, session, role, kind, from, to, archived, cursor, .. } = params;
    let query = SearchQuery { text, session, role, kind, from, to, archived, limit, cursor };
    Ok(Json(app.reader.search(&query).await?))
}

/// What to find in a session.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FindParams {
    /// The text, letter by letter; without case and accents. At most 400 characters.
    q: String,
}

/// Finds a text in the messages of the active branch.
#[utoipa::path(
    get,
    path = "/api/sessions/{id}/find",
    tag = "search",
    operation_id = "findInSession",
    params(("id" = SessionId, Path, description = "The session"), FindParams),
    responses((status = 200, description = "The messages that hold it, oldest first", body = FoundInSession), Refused)
)]
pub(super) async fn find(
    State(app): State<App>,
    At(id): At<SessionId>,
    Params(params): Params<FindParams>,
) -> Answer<FoundInSession> {
    checked(&params.q)?;
    app.reader.find(&id, &params.q).await?.map(Json).ok_or_else(ApiError::no_session)
}

fn checked(text: &str) -> Result<(), ApiError> {
    if text.chars().count() > SEARCH_MAX {
        return Err(ApiError::invalid(format!("A search has at most {SEARCH_MAX} characters.")).field("q"));
    }
    Ok(())
}
