//! From a socket to a handler and back: what happens to every request, in order.
//! Knows nothing of single operations but what their [`OperationInfo`] says.

use std::any::Any;
use std::collections::HashMap;
use std::future::{Future, Ready, ready};
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::http::header::{
    ACCEPT, ALLOW, AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, EXPECT,
    HeaderName, HeaderValue, LOCATION,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Request, Response, StatusCode};
use futures_util::FutureExt;

use super::accept::Accepted;
use super::auth::Gate;
use super::body::{check_announced, drain, incoming, whole};
use super::call::CallBody;
use super::context::Exchange;
use super::manners::Manners;
use super::parameters::query_pairs;
use super::routing::{BuildError, Found, NotFound, RouteTable};
use super::{
    ApiError, Attempt, Authenticator, Call, Credentials, FromCall, IntoReply, Operation,
    OperationInfo, Parameter, RefuseAll, RequestContext,
};
use crate::wire::{Coding, Pieces, covers, essence};

type Answer = Pin<Box<dyn Future<Output = Result<Response<Body>, ApiError>> + Send>>;

/// What answers an operation; made where the operation is a type.
struct Handler {
    operation: &'static OperationInfo,
    answer: Box<dyn Fn(Call) -> Answer + Send + Sync>,
}

/// An operation with what answers it.
pub struct Route {
    handler: Handler,
}

impl Route {
    /// An operation that a method of a service answers.
    pub fn new<O, S, F>(
        service: &Arc<S>,
        call: impl Fn(Arc<S>, RequestContext, O::Request) -> F + Copy + Send + Sync + 'static,
    ) -> Self
    where
        O: Operation<Request: FromCall, Response: IntoReply>,
        S: Send + Sync + 'static,
        F: Future<Output = Result<O::Response, ApiError>> + Send + 'static,
    {
        let service = Arc::clone(service);
        let handler = move |request: Call| -> Answer {
            // Read before the future is made, which then need not have room for the untyped request.
            let response = match request.read::<O::Request>() {
                Ok((context, request)) => call(Arc::clone(&service), context, request),
                Err(error) => return Box::pin(ready(Err(error))),
            };
            Box::pin(async move { response.await?.into_reply().into_response(O::INFO) })
        };
        Self {
            handler: Handler {
                operation: O::INFO,
                answer: Box::new(handler),
            },
        }
    }

    /// An operation that is data, too: a function reads the request and answers it.
    #[cfg(feature = "mock")]
    pub(super) fn by<F>(
        operation: &'static OperationInfo,
        answer: impl Fn(Call) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<Response<Body>, ApiError>> + Send + 'static,
    {
        Self {
            handler: Handler {
                operation,
                answer: Box::new(move |call| Box::pin(answer(call))),
            },
        }
    }

    /// The operation.
    pub fn operation(&self) -> &'static OperationInfo {
        self.handler.operation
    }
}

/// What a method of a server trait does that nobody wrote: 501, naming the operation.
pub fn not_implemented<O: Operation>(
    context: RequestContext,
    request: O::Request,
) -> Ready<Result<O::Response, ApiError>> {
    drop((context, request));
    let OperationInfo {
        id, method, path, ..
    } = O::INFO;
    let message = format!("`{id}` ({method} {path}) is not implemented.");
    ready(Err(ApiError::new(StatusCode::NOT_IMPLEMENTED, message)))
}

/// Collects groups of operations into a router. Generated crates have one with a method per group.
pub struct ServerBuilder {
    gate: Arc<dyn Gate>,
    routes: Vec<Route>,
    limits: HashMap<&'static str, usize>,
    settings: Settings,
}

#[derive(Clone)]
struct Settings {
    body_limit: usize,
    stream_limit: usize,
    patience: Duration,
    versions: Vec<Arc<str>>,
    manners: Manners,
}

impl Default for ServerBuilder {
    /// Lets nobody in.
    fn default() -> Self {
        Self::new(RefuseAll)
    }
}

impl ServerBuilder {
    /// A server that serves nothing yet.
    pub fn new(authenticator: impl Authenticator) -> Self {
        Self {
            gate: Arc::new(authenticator),
            routes: Vec::new(),
            limits: HashMap::new(),
            settings: Settings {
                body_limit: 1 << 20,
                stream_limit: 100 << 20,
                patience: Duration::from_secs(30),
                versions: vec![Arc::from("2023-10-31")],
                manners: Manners::Kibana,
            },
        }
    }

    /// Serves these operations too.
    #[must_use]
    pub fn mount(mut self, routes: Vec<Route>) -> Self {
        self.routes.extend(routes);
        self
    }

    /// The most bytes of a body that is held in memory, where nothing else is said. 1 MiB, as in Kibana.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.settings.body_limit = bytes;
        self
    }

    /// The most bytes of a body that is streamed to the handler, where nothing else is said. 100 MiB.
    #[must_use]
    pub fn stream_limit(mut self, bytes: usize) -> Self {
        self.settings.stream_limit = bytes;
        self
    }

    /// The most bytes of a body of one operation.
    #[must_use]
    pub fn limit<O: Operation>(mut self, bytes: usize) -> Self {
        self.limits.insert(O::INFO.id, bytes);
        self
    }

    /// How long a client may send nothing in the middle of a body. 30 s.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.settings.patience = patience;
        self
    }

    /// The versions of the public API that `elastic-api-version` may ask for; the last is what clients get that do
    /// not ask. `2023-10-31`, where nothing else is said.
    #[must_use]
    pub fn versions<V: Into<Arc<str>>>(mut self, versions: impl IntoIterator<Item = V>) -> Self {
        self.settings.versions = versions.into_iter().map(Into::into).collect();
        self
    }

    /// Takes requests to the letter of the document, to find clients that rely on more. Otherwise requests are taken as
    /// Kibana takes them:
    ///
    /// | what | Kibana | to the letter |
    /// |---|---|---|
    /// | a path that is there with other methods only | 404 | 405 with `Allow` |
    /// | `GET` of a path with a slash at its end | 302 to the path without it | 404 |
    /// | a path that is documented below `/s/{spaceId}` only, without that prefix | the default space | 404 |
    /// | `Accept` that fits no success | the first media type that is documented | 406 |
    /// | a body compressed with gzip or deflate | decompressed | 415 |
    /// | a boolean in a parameter | `true` and `false` in any case of letters | `true` and `false` |
    /// | an integer in a parameter | whatever JavaScript's `Number` makes a whole number of (`1.0`, ` 1`, `1e3`) | digits |
    /// | a list in one value of a query, as a JSON array | a list | an item |
    /// | a list in one value of a query, separated by commas | a list, when the value is no item and all of its parts are | an item |
    #[must_use]
    pub fn strict(mut self) -> Self {
        self.settings.manners = Manners::Document;
        self
    }

    /// The router, to which layers can be added as to any other.
    ///
    /// # Errors
    ///
    /// When two operations answer the same requests.
    pub fn build(self) -> Result<axum::Router, BuildError> {
        let mut table = RouteTable::new(self.settings.manners);
        let mut routes = Vec::with_capacity(self.routes.len());
        for (number, Route { handler }) in self.routes.into_iter().enumerate() {
            let operation = handler.operation;
            table.add(operation, number)?;
            let stated = self.limits.get(operation.id).copied();
            let limit = stated.or(operation.body_limit);
            let version = declared_version(operation).and_then(|header| header.default);
            let version = version.and_then(|json| serde_json::from_str::<String>(json).ok());
            let version = version.map(Arc::from);
            let version = version.or_else(|| self.settings.versions.last().cloned());
            routes.push(Mounted {
                operation,
                handler,
                limit,
                version: version.unwrap_or_default(),
            });
        }
        let server = Arc::new(Server {
            gate: self.gate,
            table,
            routes,
            settings: self.settings,
        });
        let answer = move |request: Request<Body>| {
            let server = Arc::clone(&server);
            let (mut parts, body) = request.into_parts();
            for name in [AUTHORIZATION, COOKIE] {
                if let Some(value) = parts.headers.get_mut(name) {
                    value.set_sensitive(true);
                }
            }
            // Behind a pointer, so that futures stay small, too: each of them would hold the parts several times.
            let exchange = Arc::new(Exchange::new(parts));
            async move { server.answer(exchange, body).await }
        };
        Ok(axum::Router::new().fallback(answer))
    }
}

struct Mounted {
    operation: &'static OperationInfo,
    handler: Handler,
    limit: Option<usize>,
    /// The version of the API that clients get that do not ask for one.
    version: Arc<str>,
}

struct Server {
    gate: Arc<dyn Gate>,
    table: RouteTable,
    routes: Vec<Mounted>,
    settings: Settings,
}

/// The operation that a request was routed to, among the extensions of its response.
#[derive(Clone, Copy, Debug)]
pub struct Answered {
    /// The operation.
    pub operation: &'static OperationInfo,
    /// The operation whose handler was called, as the handler itself states it. None where the request was refused
    /// before.
    pub handler: Option<&'static OperationInfo>,
}

impl Server {
    async fn answer(&self, exchange: Arc<Exchange>, body: Body) -> Response<Body> {
        let parts = &exchange.parts;
        let head = parts.method == Method::HEAD;
        let waits = parts.headers.contains_key(EXPECT);
        let mut body = Some(body);
        let found = self.route(parts);
        let operation = found.as_ref().ok().map(|(mounted, _)| mounted.operation);
        let mut handler = None;
        // What a handler leaves half done after a panic is its own: nothing here is shared with it.
        let served = Box::pin(async {
            let (mounted, found) = match found {
                Ok(found) => found,
                Err(missed) => return missed.answer(),
            };
            let call = self.call(mounted, found, &exchange, &mut body).await?;
            handler = Some(mounted.handler.operation);
            (mounted.handler.answer)(call).await
        });
        let result = AssertUnwindSafe(served).catch_unwind().await;
        let response = match result {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => error.into_response(),
            Err(panic) => panicked(panic),
        };
        let completed = exchange.complete(response);
        let mut response = completed.unwrap_or_else(ApiError::into_response);
        if let Some(body) = body.take().filter(|body| !waits && !body.is_end_stream()) {
            Box::pin(drain(body)).await;
        }
        if let Some(operation) = operation {
            response
                .extensions_mut()
                .insert(Answered { operation, handler });
        }
        if head {
            without_body(response)
        } else {
            response
        }
    }

    fn route(&self, parts: &Parts) -> Result<(&Mounted, Found), Missed> {
        match self.table.find(parts.method.as_str(), parts.uri.path()) {
            Ok(found) => match self.routes.get(found.route) {
                Some(mounted) => Ok((mounted, found)),
                None => Err(Missed::Error(ApiError::internal())),
            },
            Err(NotFound::Path) => Err(match self.without_slash(parts) {
                Some(location) => Missed::Moved(location),
                None => Missed::Error(ApiError::not_found("Not Found")),
            }),
            Err(NotFound::Encoding) => Err(Missed::Error(ApiError::bad_request(
                "[request path]: expected percent-encoded UTF-8",
            ))),
            Err(NotFound::Method(allowed)) => {
                let allowed = allowed.join(", ");
                let message = format!("Expected one of the methods {allowed}");
                let error = ApiError::new(StatusCode::METHOD_NOT_ALLOWED, message);
                Err(Missed::Error(match HeaderValue::try_from(allowed) {
                    Ok(value) => error.with_header(ALLOW, value),
                    Err(_) => error,
                }))
            }
        }
    }

    /// Where Kibana sends who asks for a path with a slash at its end: to the path without it, whatever is there.
    fn without_slash(&self, parts: &Parts) -> Option<HeaderValue> {
        let reads = matches!(parts.method, Method::GET | Method::HEAD);
        if !reads || !self.settings.manners.are_lenient() {
            return None;
        }
        let path = parts.uri.path();
        // Two slashes at the front would be another host; browsers take a backslash for one.
        if path.starts_with("//") || path.starts_with("/\\") {
            return None;
        }
        let path = path.strip_suffix('/').filter(|path| !path.is_empty())?;
        let query = parts.uri.query();
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        HeaderValue::try_from(format!("{path}{query}")).ok()
    }

    /// Everything before the handler. The body is taken when it belongs to the handler.
    async fn call(
        &self,
        mounted: &Mounted,
        found: Found,
        exchange: &Arc<Exchange>,
        body: &mut Option<Body>,
    ) -> Result<Call, ApiError> {
        let operation = mounted.operation;
        let parts = &exchange.parts;
        let attempt = Attempt {
            credentials: Credentials::of(&parts.headers)?,
            operation,
            space: found.space.clone(),
        };
        let identity = self.gate.enter(attempt).await?;
        check_xsrf(parts)?;
        let version = self.version(mounted, &parts.headers)?;
        if !self.settings.manners.are_lenient() {
            check_accept(operation, &parts.headers)?;
        }
        if parts
            .uri
            .query()
            .is_some_and(|query| query_pairs(query).is_none())
        {
            let message = "[request query]: expected percent-encoded UTF-8";
            return Err(ApiError::bad_request(message));
        }
        let content = self.body(mounted, &parts.headers, body).await?;
        let context = RequestContext {
            operation,
            space: found.space,
            identity,
            version,
            exchange: Arc::clone(exchange),
            manners: self.settings.manners,
            #[cfg(feature = "mock")]
            sent: None,
            #[cfg(feature = "mock")]
            raw: None,
            #[cfg(feature = "mock")]
            lines: Vec::new(),
        };
        Ok(Call::new(context, found.values, content))
    }

    /// The version that is agreed on.
    fn version(&self, mounted: &Mounted, headers: &HeaderMap) -> Result<Arc<str>, ApiError> {
        let Some(asked) = headers.get(&API_VERSION) else {
            return Ok(Arc::clone(&mounted.version));
        };
        let asked = asked.to_str().unwrap_or_default();
        let internal = mounted.operation.path.starts_with("/internal/");
        let number = !asked.is_empty() && asked.bytes().all(|b| b.is_ascii_digit());
        let known = || self.settings.versions.iter().any(|v| **v == *asked);
        // Where the operation declares the header, its schema decides, with all other parameters.
        if declared_version(mounted.operation).is_some() || (internal && number) || known() {
            return Ok(Arc::from(asked));
        }
        Err(ApiError::bad_request(format!(
            "[request headers.elastic-api-version]: expected one of the available versions: {}",
            self.settings.versions.join(", ")
        )))
    }

    async fn body(
        &self,
        mounted: &Mounted,
        headers: &HeaderMap,
        body: &mut Option<Body>,
    ) -> Result<CallBody, ApiError> {
        let operation = mounted.operation;
        let absent = body.as_ref().is_none_or(|body| body.is_end_stream());
        if absent || operation.request.is_empty() {
            return Ok(CallBody::Absent);
        }
        let index = media_type(operation, headers)?;
        let coding = self.coding(headers)?;
        let stream = operation
            .request
            .get(index)
            .is_some_and(|m| m.format.is_stream());
        let settings = &self.settings;
        let default = if stream {
            settings.stream_limit
        } else {
            settings.body_limit
        };
        let limit = mounted.limit.unwrap_or(default);
        // Of a compressed body it is not known how large it is.
        if let Some(body) = body.as_ref().filter(|_| coding.is_none()) {
            check_announced(body, limit)?;
        }
        let Some(body) = body.take() else {
            return Ok(CallBody::Absent);
        };
        let pieces = Pieces::new(body, settings.patience, coding, limit);
        if stream {
            return Ok(CallBody::Stream(index, incoming(pieces, limit)));
        }
        let bytes = whole(pieces, limit).await?;
        Ok(match bytes.is_empty() {
            true => CallBody::Absent,
            false => CallBody::Whole(index, bytes),
        })
    }

    /// How the body is compressed.
    fn coding(&self, headers: &HeaderMap) -> Result<Option<Coding>, ApiError> {
        let Some(stated) = headers.get(CONTENT_ENCODING) else {
            return Ok(None);
        };
        let stated = stated.to_str().unwrap_or("?");
        if stated.is_empty() || stated.eq_ignore_ascii_case("identity") {
            return Ok(None);
        }
        let lenient = self.settings.manners.are_lenient();
        match Coding::of(stated).filter(|_| lenient) {
            Some(coding) => Ok(Some(coding)),
            None => Err(unsupported(match lenient {
                true => "Unsupported Content-Encoding: expected gzip or deflate".to_owned(),
                false => "The body must not be encoded.".to_owned(),
            })),
        }
    }
}

/// Why a request has no operation, and what it is answered.
enum Missed {
    Error(ApiError),
    Moved(HeaderValue),
}

impl Missed {
    fn answer(self) -> Result<Response<Body>, ApiError> {
        match self {
            Self::Error(error) => Err(error),
            Self::Moved(location) => {
                let mut response = Response::new(Body::empty());
                *response.status_mut() = StatusCode::FOUND;
                response.headers_mut().insert(LOCATION, location);
                Ok(response)
            }
        }
    }
}

const API_VERSION: HeaderName = HeaderName::from_static("elastic-api-version");

fn declared_version(operation: &OperationInfo) -> Option<&Parameter> {
    let mut headers = operation.headers.iter();
    headers.find(|p| p.name.eq_ignore_ascii_case(API_VERSION.as_str()))
}

/// Writes must carry `kbn-xsrf`, which no form of a foreign page can.
fn check_xsrf(parts: &Parts) -> Result<(), ApiError> {
    const NAMES: [HeaderName; 2] = [
        HeaderName::from_static("kbn-xsrf"),
        HeaderName::from_static("kbn-version"),
    ];
    let safe = matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS);
    let stated = NAMES.iter().any(|name| parts.headers.contains_key(name));
    match safe || stated {
        true => Ok(()),
        false => Err(ApiError::bad_request(
            "Request must contain a kbn-xsrf header.",
        )),
    }
}

/// 406 when the client accepts nothing that a success of the operation is documented to be.
fn check_accept(operation: &OperationInfo, headers: &HeaderMap) -> Result<(), ApiError> {
    if !headers.contains_key(ACCEPT) {
        return Ok(());
    }
    let responses = operation.responses.iter();
    let success = responses.filter(|r| match r.status {
        super::StatusRange::Code(code) => (200..300).contains(&code),
        super::StatusRange::Class(class) => class == 2,
        super::StatusRange::Default => false,
    });
    let media_types: Vec<_> = success
        .flat_map(|response| response.media_types)
        .copied()
        .collect();
    if media_types.is_empty()
        || Accepted::of(headers.get_all(ACCEPT))
            .best(&media_types)
            .is_some()
    {
        return Ok(());
    }
    let message = format!("Only {} can be answered.", media_types.join(", "));
    Err(ApiError::new(StatusCode::NOT_ACCEPTABLE, message))
}

/// The position of the body's media type among those that the operation takes.
fn media_type(operation: &OperationInfo, headers: &HeaderMap) -> Result<usize, ApiError> {
    let stated = headers
        .get(CONTENT_TYPE)
        .map(|value| value.to_str().unwrap_or_default());
    // Without a word from the client it is JSON, as in Kibana.
    let stated = stated.unwrap_or("application/json");
    let same = operation.request.iter().position(|m| m.essence == stated);
    let position = same.or_else(|| {
        let stated = essence(stated);
        let mut request = operation.request.iter();
        request.position(|m| covers(m.essence, &stated))
    });
    position.ok_or_else(|| {
        let known: Vec<_> = operation.request.iter().map(|m| m.essence).collect();
        unsupported(format!(
            "Unsupported Media Type: expected {}",
            known.join(" or ")
        ))
    })
}

fn unsupported(message: String) -> ApiError {
    ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message)
}

/// A response to `HEAD`: what `GET` would have said, without saying it.
fn without_body(mut response: Response<Body>) -> Response<Body> {
    if let Some(length) = response.body().size_hint().exact() {
        response
            .headers_mut()
            .insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    *response.body_mut() = Body::empty();
    response
}

/// The panic's message has gone to standard error, where panics go; it is not the client's.
fn panicked(panic: Box<dyn Any + Send>) -> Response<Body> {
    drop(panic);
    ApiError::internal().into_response()
}
