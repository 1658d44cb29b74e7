//! A client and how it is built: where the server is, who asks, how. Knows nothing of single operations.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, USER_AGENT,
};
use http::{Request, Response, Uri};
use tower_service::Service;

use super::base::Base;
use super::encode::percent;
use super::sending::Prepared;
use super::settings::{Retries, Settings};
use super::transport::{Over, Transport};
use super::{Body, BoxError, Error, OperationInfo};
use crate::Base64;

const API_VERSION: HeaderName = HeaderName::from_static("elastic-api-version");
const XSRF: HeaderName = HeaderName::from_static("kbn-xsrf");

/// The version of the public API that is asked for where nothing else is said.
const PUBLIC_VERSION: HeaderValue = HeaderValue::from_static("2023-10-31");

/// A connection to Kibana. Clones share it.
///
/// Generated crates have a client of their own around it, with a method per group.
#[derive(Clone)]
pub struct Client(Arc<Parts>);

#[derive(Clone)]
struct Parts {
    base: Base,
    space: Option<Arc<str>>,
    /// What goes with every request, credentials among it.
    headers: HeaderMap,
    settings: Settings,
    transport: Arc<dyn Transport>,
}

impl Client {
    /// A client of the server at a URL such as `https://localhost:5601/base`.
    ///
    /// # Errors
    ///
    /// When this is no such URL.
    pub fn builder(url: &str) -> Result<Builder<Self>, BuildError> {
        Builder::new(url)
    }

    /// The same client in a space; `default` is the default space.
    #[must_use]
    pub fn space(&self, space: &str) -> Self {
        self.with(|parts| {
            parts.space = (!space.is_empty() && space != "default").then(|| Arc::from(space));
        })
    }

    /// The same client with another time-out for whole calls.
    #[must_use]
    pub fn timeout(&self, timeout: Duration) -> Self {
        self.with(|parts| parts.settings.timeout = Some(timeout))
    }

    /// The same client with other retries.
    #[must_use]
    pub fn retries(&self, retries: Retries) -> Self {
        self.with(|parts| parts.settings.retries = retries)
    }

    /// The same client, which sends requests whether they are valid or not.
    #[must_use]
    pub fn unchecked(&self) -> Self {
        self.with(|parts| parts.settings.checked = false)
    }

    /// The same client with a header on all requests; it replaces what the client would send.
    #[must_use]
    pub fn header(&self, name: HeaderName, value: HeaderValue) -> Self {
        self.with(|parts| {
            parts.headers.insert(name, value);
        })
    }

    fn with(&self, change: impl FnOnce(&mut Parts)) -> Self {
        let mut parts = Parts::clone(&self.0);
        change(&mut parts);
        Self(Arc::new(parts))
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(super) fn base(&self) -> &Base {
        &self.0.base
    }

    pub(super) fn transport(&self) -> &dyn Transport {
        &*self.0.transport
    }

    pub(super) fn in_space(&self) -> Option<&str> {
        self.0.space.as_deref()
    }

    /// The address that a request goes to.
    pub(super) fn address(&self, prepared: &mut Prepared) -> Result<Uri, Error> {
        let target = std::mem::take(&mut prepared.target);
        // A path that names its space is in it already.
        let space = self.0.space.as_ref();
        let space = space.filter(|_| !prepared.operation.path.starts_with("/s/{"));
        let uri = self.0.base.at(match space {
            None => self.0.base.below(target),
            Some(space) => {
                let mut below = String::with_capacity(target.len() + space.len() + 4);
                below.push_str("/s/");
                percent(space, &mut below);
                below.push_str(&target);
                self.0.base.below(below)
            }
        });
        uri.ok_or_else(|| Error::transport("the address is longer than any that can be sent"))
    }

    /// Adds what every request has.
    pub(super) fn complete(
        &self,
        operation: &OperationInfo,
        writes: bool,
        headers: &mut HeaderMap,
    ) {
        // As many as there mostly are: one allocation.
        headers.reserve(6);
        if let Some(accept) = accept(operation) {
            headers.insert(ACCEPT, accept);
        }
        if writes {
            headers.insert(XSRF, HeaderValue::from_static("true"));
        }
        if let Some(version) = version(operation) {
            headers.entry(API_VERSION).or_insert(version);
        }
        for (name, value) in &self.0.headers {
            headers.insert(name, value.clone());
        }
    }
}

/// Every media type that a documented answer has.
fn accept(operation: &OperationInfo) -> Option<HeaderValue> {
    const JSON: &str = "application/json";
    let mut all = operation.responses.iter().flat_map(|r| r.media_types);
    if all.next() == Some(&JSON) && all.all(|media_type| *media_type == JSON) {
        return Some(HeaderValue::from_static("application/json, */*;q=0.1"));
    }
    let mut known = String::with_capacity(64);
    for media_type in operation.responses.iter().flat_map(|r| r.media_types) {
        let well_formed = media_type.contains('/') && !media_type.contains(',');
        if well_formed && known.split(", ").all(|known| known != *media_type) {
            known.push_str(media_type);
            known.push_str(", ");
        }
    }
    // Whatever else comes, a proxy's page say, is better read than refused.
    known.push_str(if known.is_empty() { "*/*" } else { "*/*;q=0.1" });
    HeaderValue::try_from(known).ok()
}

/// The version that an operation is asked in: what it declares, or the public one.
fn version(operation: &OperationInfo) -> Option<HeaderValue> {
    let mut declared = operation.headers.iter();
    let declared = declared.find(|p| p.name.eq_ignore_ascii_case(API_VERSION.as_str()));
    let stated = declared.and_then(|parameter| parameter.default);
    let stated = stated.and_then(|json| serde_json::from_str::<String>(json).ok());
    if let Some(stated) = stated {
        return HeaderValue::try_from(stated).ok();
    }
    // Only the public API has dates for versions.
    let path = operation.path;
    let own = path
        .strip_prefix("/s/")
        .and_then(|rest| rest.split_once('/'));
    let path = own.map_or(path, |(_, rest)| rest);
    path.trim_start_matches('/')
        .starts_with("api/")
        .then_some(PUBLIC_VERSION)
}

/// Only where it is and in which space: the rest is nobody's business.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base", &format_args!("{}", self.0.base))
            .field("space", &self.0.space)
            .finish_non_exhaustive()
    }
}

/// Builds a client, or the client of a generated crate around it.
#[must_use]
pub struct Builder<C = Client> {
    base: Base,
    space: Option<Arc<str>>,
    headers: HeaderMap,
    settings: Settings,
    transport: Option<Arc<dyn Transport>>,
    problem: Option<BuildError>,
    client: PhantomData<fn() -> C>,
}

impl<C: From<Client>> Builder<C> {
    /// Begins with the URL of the server, such as `https://localhost:5601/base`.
    ///
    /// # Errors
    ///
    /// When this is no such URL.
    pub fn new(url: &str) -> Result<Self, BuildError> {
        let base = Base::parse(url).map_err(BuildError::Url)?;
        let agent = concat!("kibana-rust/", env!("CARGO_PKG_VERSION"));
        let headers = [
            (USER_AGENT, HeaderValue::from_static(agent)),
            (ACCEPT_ENCODING, HeaderValue::from_static("gzip")),
        ];
        Ok(Self {
            base,
            space: None,
            headers: HeaderMap::from_iter(headers),
            settings: Settings::default(),
            transport: None,
            problem: None,
            client: PhantomData,
        })
    }

    /// Shows an API key, in the encoded form in which Kibana gives it.
    pub fn api_key(self, key: &str) -> Self {
        self.credentials(format!("ApiKey {key}"))
    }

    /// Shows the name of a user and a password.
    pub fn basic(self, user: &str, password: &str) -> Self {
        let text = Base64::from(format!("{user}:{password}").into_bytes());
        self.credentials(format!("Basic {text}"))
    }

    /// Shows a token of Elasticsearch's token service, or of another authority that Kibana trusts.
    pub fn bearer(self, token: &str) -> Self {
        self.credentials(format!("Bearer {token}"))
    }

    fn credentials(mut self, text: String) -> Self {
        match HeaderValue::try_from(text) {
            Ok(mut value) => {
                value.set_sensitive(true);
                self.headers.insert(AUTHORIZATION, value);
            }
            Err(_) => self.problem = Some(BuildError::Credentials),
        }
        self
    }

    /// Sends a header with every request; it replaces what the client would send.
    pub fn header(mut self, name: HeaderName, mut value: HeaderValue) -> Self {
        // It may be a secret, and nobody needs to see it.
        value.set_sensitive(true);
        self.headers.insert(name, value);
        self
    }

    /// How the program calls itself.
    pub fn user_agent(mut self, agent: &str) -> Self {
        match HeaderValue::try_from(agent) {
            Ok(value) => {
                self.headers.insert(USER_AGENT, value);
            }
            Err(_) => self.problem = Some(BuildError::Header(USER_AGENT)),
        }
        self
    }

    /// Asks for another version of the API than the one of the document.
    pub fn api_version(mut self, version: &str) -> Self {
        match HeaderValue::try_from(version) {
            Ok(value) => {
                self.headers.insert(API_VERSION, value);
            }
            Err(_) => self.problem = Some(BuildError::Header(API_VERSION)),
        }
        self
    }

    /// Calls in a space. Where nothing is said, it is the default space.
    pub fn space(mut self, space: &str) -> Self {
        self.space = (!space.is_empty() && space != "default").then(|| Arc::from(space));
        self
    }

    /// How long a whole call may take, with all attempts and with the answer (unless that is a stream). 60 s. What
    /// is uploaded as a stream may take longer, as long as it gets on.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = Some(timeout);
        self
    }

    /// Calls may take as long as they like.
    pub fn without_timeout(mut self) -> Self {
        self.settings.timeout = None;
        self
    }

    /// How long nothing may come in the middle of an answer. 60 s.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.settings.idle_timeout = timeout;
        self
    }

    /// How long it may take to connect. 10 s. The default transport's business: a transport of one's own has its own.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.settings.connect_timeout = timeout;
        self
    }

    /// The most bytes of an answer that is held in memory. 64 MiB. Streams have no limit.
    pub fn answer_limit(mut self, bytes: usize) -> Self {
        self.settings.answer_limit = bytes;
        self
    }

    /// Whether and when calls are tried again.
    pub fn retries(mut self, retries: Retries) -> Self {
        self.settings.retries = retries;
        self
    }

    /// Sends requests whether they are valid or not.
    pub fn unchecked(mut self) -> Self {
        self.settings.checked = false;
        self
    }

    /// Sends requests through a service of HTTP: a client of another library with layers around it, or an
    /// `axum::Router`, without any socket.
    ///
    /// It should not follow redirects and not keep cookies: what may go where is decided here.
    pub fn transport<S, B>(mut self, service: S) -> Self
    where
        S: Service<Request<Body>, Response = Response<B>> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        self.transport = Some(Arc::new(Over(service)));
        self
    }

    /// The client.
    ///
    /// # Errors
    ///
    /// When credentials or headers cannot be sent, and where there is no transport.
    pub fn build(self) -> Result<C, BuildError> {
        if let Some(problem) = self.problem {
            return Err(problem);
        }
        let transport = match self.transport {
            Some(transport) => transport,
            None => default_transport(&self.base, &self.settings)?,
        };
        Ok(C::from(Client(Arc::new(Parts {
            base: self.base,
            space: self.space,
            headers: self.headers,
            settings: self.settings,
            transport,
        }))))
    }
}

#[cfg(feature = "reqwest")]
fn default_transport(base: &Base, settings: &Settings) -> Result<Arc<dyn Transport>, BuildError> {
    let service = super::reqwest::Reqwest::new(&base.origin(), settings.connect_timeout);
    Ok(Arc::new(service.map_err(BuildError::Transport)?))
}

#[cfg(not(feature = "reqwest"))]
fn default_transport(_: &Base, _: &Settings) -> Result<Arc<dyn Transport>, BuildError> {
    Err(BuildError::NoTransport)
}

impl<C> fmt::Debug for Builder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("base", &format_args!("{}", self.base))
            .field("space", &self.space)
            .finish_non_exhaustive()
    }
}

/// Why a client cannot be built.
#[derive(Debug)]
#[non_exhaustive]
pub enum BuildError {
    /// The URL is none of a server, and why. (It is not repeated: it may hold a password.)
    Url(&'static str),
    /// The credentials contain something that no header can hold.
    Credentials,
    /// The value contains something that this header cannot hold.
    Header(HeaderName),
    /// The default transport does not work here.
    Transport(BoxError),
    /// There is no transport.
    NoTransport,
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(problem) => write!(f, "the URL of the server is not understood: {problem}"),
            Self::Credentials => f.write_str("the credentials are no text that a header can hold"),
            Self::Header(name) => write!(f, "the header `{name}` cannot hold its value"),
            Self::Transport(_) => f.write_str("the default transport does not work here"),
            Self::NoTransport => f.write_str(
                "there is no transport: turn on the feature `reqwest`, or give one to the builder",
            ),
        }
    }
}

impl std::error::Error for BuildError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Transport(error) => Some(&**error),
            _ => None,
        }
    }
}
