//! The gate before every route: which address was asked for, who sent it, and whether they hold a token.
//!
//! Always true: `Host` holds for every request without exception, since only that stops DNS rebinding; what is not
//! named here as open needs a token; no answer carries a CORS header. Elsewhere: what a body may be (`extract`).

mod headers;
mod host;
mod origin;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use cowork_contract::ErrorCode;
use http::{HeaderValue, Method, header};

use crate::{problem::ApiError, state::App};

pub(crate) use headers::{nonced_policy, plain_policy};
pub(crate) use host::Hosts;

/// What a path is, as far as the gate is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Area {
    /// Needs a token.
    Private,
    /// Takes a start code in place of a token.
    Exchange,
    /// Says no more than whether the server is well.
    Probe,
    /// A file of the page whose name holds its hash.
    Asset,
    /// A preview; its ticket is what admits to it.
    Frame,
    /// Everything else of the page.
    Shell,
}

impl Area {
    fn of(path: &str) -> Self {
        match path {
            "/api/auth/exchange" => Self::Exchange,
            "/healthz" | "/readyz" => Self::Probe,
            "/api" | "/metrics" => Self::Private,
            _ if path.starts_with("/api/") => Self::Private,
            _ if path.starts_with("/assets/") => Self::Asset,
            _ if path.starts_with("/frame/") => Self::Frame,
            _ => Self::Shell,
        }
    }
}

/// Lets `request` through or refuses it, and gives every answer its security headers.
pub(crate) async fn gate(State(app): State<App>, request: Request, next: Next) -> Response {
    let area = Area::of(request.uri().path());
    let mut response = match admit(&app, area, &request) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    };
    headers::secure(response.headers_mut());
    if matches!(area, Area::Private | Area::Exchange | Area::Probe | Area::Frame) {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

fn admit(app: &App, area: Area, request: &Request) -> Result<(), ApiError> {
    let host = app.hosts.check(request).ok_or_else(|| {
        ApiError::new(
            ErrorCode::HostNotAllowed,
            format!("This server answers only to {}; open it at that address.", app.hosts),
        )
    })?;
    let reading = matches!(*request.method(), Method::GET | Method::HEAD);
    let exempt = reading
        && match area {
            Area::Asset => true,
            Area::Shell => origin::is_navigation(request.headers()),
            Area::Frame => origin::is_script(request.headers()),
            _ => false,
        };
    if !exempt && !origin::is_own(request.headers(), host) {
        return Err(ApiError::new(
            ErrorCode::ForeignOrigin,
            "The request comes from a page of another site or port; only Cowork's own page may send it.",
        ));
    }
    if area == Area::Private && !app.auth.admits(request.headers()) {
        return Err(ApiError::new(
            ErrorCode::Unauthorized,
            "Send a token as `Authorization: Bearer …`: open the link that `cowork` prints, or set COWORK_TOKEN.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_as_open_needs_a_token() {
        assert_eq!(Area::of("/api/auth/exchange"), Area::Exchange);
        for private in ["/api", "/api/", "/api/auth/codes", "/api/auth/exchange/", "/api/nothing", "/metrics"]
        {
            assert_eq!(Area::of(private), Area::Private, "{private}");
        }
        assert_eq!(Area::of("/assets/index-abc.js"), Area::Asset);
        assert_eq!(Area::of("/sessions/1"), Area::Shell);
        assert_eq!(Area::of("/apiary"), Area::Shell);
        assert_eq!(Area::of("/frame/0a1b"), Area::Frame);
        assert_eq!(Area::of("/frames"), Area::Shell);
    }
}
