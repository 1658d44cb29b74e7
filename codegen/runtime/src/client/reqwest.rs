//! The default transport: reqwest, with rustls and the certificates that the system trusts.

use std::fmt::Write;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{Request, Response, Uri};
use reqwest::Url;
use reqwest::redirect::Policy;
use rustls_platform_verifier::BuilderVerifierExt;
use tower_service::Service;

use super::transport::{Carried, Transport, received};
use super::{Body, BoxError};

/// reqwest as a transport.
///
/// Whoever needs more than the default (a certificate of their own, a proxy, a pool) builds a `reqwest::Client` and
/// makes it one with `Reqwest::from`. It should not follow redirects: what may go where is decided by the caller.
#[derive(Clone, Debug)]
pub struct Reqwest {
    client: ::reqwest::Client,
    /// A server whose address needs no reading any more: the host is half of what reading one costs.
    server: Option<Arc<Server>>,
}

/// The length of most paths and queries, or more.
const ROOM: usize = 120;

/// Scheme, host and port, as both sides write them.
#[derive(Debug)]
struct Server {
    uri: Uri,
    url: Url,
}

impl Server {
    fn new(origin: &str) -> Result<Self, BoxError> {
        let mut url = Url::parse(origin)?;
        // Clones have as much room as there was text, and a path takes the place of this one.
        url.set_path(&"/".repeat(ROOM));
        Ok(Self {
            uri: origin.parse()?,
            url,
        })
    }

    /// An address on this server.
    fn address(&self, uri: &Uri) -> Option<Url> {
        if uri.authority() != self.uri.authority() || uri.scheme() != self.uri.scheme() {
            return None;
        }
        let mut url = self.url.clone();
        url.set_path(uri.path());
        url.set_query(uri.query());
        Some(url)
    }
}

impl Reqwest {
    /// The transport of calls to `origin`, mostly: scheme, host and port.
    pub(super) fn new(origin: &str, connect_timeout: Duration) -> Result<Self, BoxError> {
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
        Ok(Self {
            client,
            server: Some(Arc::new(Server::new(origin)?)),
        })
    }

    fn address(&self, uri: &Uri) -> Result<Url, BoxError> {
        if let Some(url) = self.server.as_ref().and_then(|server| server.address(uri)) {
            return Ok(url);
        }
        let mut url = String::with_capacity(128);
        write!(url, "{uri}")?;
        Ok(Url::parse(&url)?)
    }

    /// The same request as reqwest has it.
    fn request(&self, request: Request<Body>) -> Result<::reqwest::Request, BoxError> {
        let (parts, body) = request.into_parts();
        let url = self.address(&parts.uri)?;
        let mut request = ::reqwest::Request::new(parts.method, url);
        *request.headers_mut() = parts.headers;
        *request.version_mut() = parts.version;
        *request.body_mut() = match body.into_whole() {
            Ok(bytes) if bytes.is_empty() => None,
            Ok(bytes) => Some(bytes.into()),
            Err(body) => Some(::reqwest::Body::wrap(body)),
        };
        Ok(request)
    }

    fn sent(
        &self,
        request: Request<Body>,
    ) -> impl Future<Output = Result<Response<::reqwest::Body>, BoxError>> + use<> {
        let sent = self.request(request);
        let sent = sent.map(|request| self.client.execute(request));
        async move {
            // The address may hold what no log should: whoever called knows where to.
            Ok(sent?.await.map_err(::reqwest::Error::without_url)?.into())
        }
    }
}

impl From<::reqwest::Client> for Reqwest {
    fn from(client: ::reqwest::Client) -> Self {
        Self {
            client,
            server: None,
        }
    }
}

type Answer = Pin<Box<dyn Future<Output = Result<Response<::reqwest::Body>, BoxError>> + Send>>;

/// As any service, with fewer boxes.
impl Transport for Reqwest {
    fn send(&self, request: Request<Body>, patience: Duration) -> Carried {
        let sent = self.sent(request);
        Box::pin(async move { Ok(received(sent.await?, patience)) })
    }
}

impl Service<Request<Body>> for Reqwest {
    type Response = Response<::reqwest::Body>;
    type Error = BoxError;
    type Future = Answer;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Answer {
        Box::pin(self.sent(request))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_the_same_with_and_without_a_server_that_is_known() {
        let addresses = [
            "http://kibana.test:5601/",
            "http://kibana.test:5601/base/api/cases?tags=a&tags=b%20c",
            "http://kibana.test:5601/s/a%2Fb/api/%E2%82%AC/x;y=1,2?q=%22'",
            "http://kibana.test:5601/a//b/{c}|^?",
            "http://kibana.test/elsewhere",
            "https://kibana.test:5601/elsewhere",
        ];
        let known = Server::new("http://kibana.test:5601").unwrap();
        for (position, address) in addresses.iter().enumerate() {
            let uri: Uri = address.parse().unwrap();
            let own = known.address(&uri);
            assert_eq!(own.is_some(), position < 4, "{address}");
            assert!(
                own.is_none_or(|url| url == Url::parse(address).unwrap()),
                "{address}"
            );
        }
    }
}
