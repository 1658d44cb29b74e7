//! The default transport: reqwest, with rustls and the certificates that the system trusts.

use std::fmt::Write;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{Request, Response};
use reqwest::redirect::Policy;
use rustls_platform_verifier::BuilderVerifierExt;
use tower_service::Service;

use super::{Body, BoxError};

/// reqwest as a transport.
///
/// Whoever needs more than the default (a certificate of their own, a proxy, a pool) builds a `reqwest::Client` and
/// makes it one with `Reqwest::from`. It should not follow redirects: what may go where is decided by the caller.
#[derive(Clone, Debug)]
pub struct Reqwest(::reqwest::Client);

impl Reqwest {
    pub(super) fn new(connect_timeout: Duration) -> Result<Self, BoxError> {
        // Stated here, so that it does not depend on what the program installed.
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_platform_verifier()?
            .with_no_client_auth();
        let client = ::reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(Policy::none())
            .referer(false)
            .connect_timeout(connect_timeout)
            .build()?;
        Ok(Self(client))
    }
}

impl From<::reqwest::Client> for Reqwest {
    fn from(client: ::reqwest::Client) -> Self {
        Self(client)
    }
}

/// The same request as reqwest has it.
fn request_of(request: Request<Body>) -> Result<::reqwest::Request, BoxError> {
    let (parts, body) = request.into_parts();
    let mut url = String::with_capacity(128);
    write!(url, "{}", parts.uri)?;
    let mut request = ::reqwest::Request::new(parts.method, ::reqwest::Url::parse(&url)?);
    *request.headers_mut() = parts.headers;
    *request.version_mut() = parts.version;
    *request.body_mut() = match body.into_whole() {
        Ok(bytes) if bytes.is_empty() => None,
        Ok(bytes) => Some(bytes.into()),
        Err(body) => Some(::reqwest::Body::wrap(body)),
    };
    Ok(request)
}

type Answer = Pin<Box<dyn Future<Output = Result<Response<::reqwest::Body>, BoxError>> + Send>>;

impl Service<Request<Body>> for Reqwest {
    type Response = Response<::reqwest::Body>;
    type Error = BoxError;
    type Future = Answer;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Answer {
        let client = self.0.clone();
        Box::pin(async move {
            let request = request_of(request)?;
            // The address may hold what no log should: whoever called knows where to.
            let response = client.execute(request).await;
            Ok(response.map_err(::reqwest::Error::without_url)?.into())
        })
    }
}
