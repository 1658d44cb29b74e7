//! The page of a fake: what there is to call, what is stored, which requests came in. Knows HTTP and the files of
//! Swagger UI, which are part of the program: nothing is downloaded.

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use kibana_runtime::server::axum;
use swagger_ui_redist::{SwaggerUi, SwaggerUiStaticFile};

/// The page itself.
const PAGE: &str = include_str!("page.html");

/// Adds the page at `/`, and its files below the control path.
pub(super) fn beside(router: Router) -> Router {
    let mut page = Router::new().route(
        "/",
        get(|| async { file("text/html; charset=utf-8", PAGE) }),
    );
    for (name, bytes) in SwaggerUi::static_files() {
        let (path, media_type) = match name {
            SwaggerUiStaticFile::Css => ("swagger-ui.css", "text/css"),
            SwaggerUiStaticFile::Js => ("swagger-ui-bundle.js", "text/javascript"),
            // The page has a head of its own.
            _ => continue,
        };
        let answer = move || async move { file(media_type, *bytes) };
        page = page.route(&format!("/_page/{path}"), get(answer));
    }
    page.fallback_service(router)
}

fn file(media_type: &'static str, body: impl IntoResponse) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("max-age=3600"));
    response
}
