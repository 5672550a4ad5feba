//! The OpenAPI document, from the same routes that are served.

use std::sync::OnceLock;

use utoipa::{
    Modify, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_axum::router::OpenApiRouter;

use crate::routes;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Cowork",
        version = "1",
        description = "The local server's wire contract. Results have one road: the event streams.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    servers((url = "/", description = "The address that `cowork` prints")),
    security(("bearer" = [])),
    components(schemas(cowork_contract::Problem)),
    modifiers(&Bearer)
)]
struct Base;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(
            HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .description(Some("From `POST /api/auth/exchange`, or `COWORK_TOKEN`"))
                .build(),
        );
        document.components.get_or_insert_default().add_security_scheme("bearer", scheme);
    }
}

/// The document that describes every route.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let (_, document) =
        OpenApiRouter::with_openapi(Base::openapi()).merge(routes::documented()).split_for_parts();
    document
}

/// The document as it is served; made on the first request.
pub(crate) fn document_json() -> &'static str {
    static JSON: OnceLock<String> = OnceLock::new();
    JSON.get_or_init(|| openapi().to_json().unwrap_or_default())
}
