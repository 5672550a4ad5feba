//! `/api/auth`: from a start code to a bearer token.

use axum::{Json, extract::State};
use cowork_contract::{ExchangeCode, ExchangedToken, StartCode};

use super::Answer;
use crate::{extract::Command, problem::Refused, state::App};

/// Swaps the code of a start link for a bearer token. Needs no token.
#[utoipa::path(
    post,
    path = "/api/auth/exchange",
    tag = "auth",
    operation_id = "exchangeCode",
    security(()),
    request_body = ExchangeCode,
    responses((status = 200, description = "The token; it is shown once", body = ExchangedToken), Refused)
)]
pub(super) async fn exchange(
    State(app): State<App>,
    Command(body): Command<ExchangeCode>,
) -> Answer<ExchangedToken> {
    let token = app.auth.exchange(&body.code, &app.engine).await?;
    Ok(Json(ExchangedToken { token }))
}

/// A fresh start code, for a program that holds a token and wants to open the page.
#[utoipa::path(
    post,
    path = "/api/auth/codes",
    tag = "auth",
    operation_id = "issueCode",
    responses((status = 200, description = "The code; good once and for a minute", body = StartCode), Refused)
)]
pub(super) async fn issue_code(State(app): State<App>) -> Answer<StartCode> {
    Ok(Json(app.auth.issue_code()?))
}
