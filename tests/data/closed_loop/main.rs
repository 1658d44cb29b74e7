//! Two servers and a client between them, in one process: the outer server hands each typed request on by way of the
//! client, the inner one keeps it and lets the mock answer. Reads requests, a line of JSON each, from a file, and prints a
//! line of JSON per exchange: which answer was asked for and came, and what is not the same on both sides.

mod services;
mod wire;

use std::sync::Mutex;

use axum::body::{Body, to_bytes};
use axum::http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, Request, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use kibana_api::runtime::client::{Call, Callable, Client, ErrorKind, Retries};
use kibana_api::runtime::generated::client::{FromAnswer, IntoCall};
use kibana_api::runtime::wire::{Operation, OperationInfo, StatusRange};
use kibana_api::server::{ApiError, RequestContext};
use serde_json::{Value, json};
use tower_service::Service;

/// What the servers were given in an exchange.
static SEEN: Mutex<Seen> = Mutex::new(Seen { sent: Vec::new(), received: Vec::new(), bodies: Vec::new() });

#[derive(Default)]
struct Seen {
    /// By the outer handler: space and request.
    sent: Vec<String>,
    /// By the inner handler.
    received: Vec<String>,
    /// The bodies on their way from the client, with their media types.
    bodies: Vec<(String, Vec<u8>)>,
}

/// What the mock is to answer.
static WANTED: Mutex<Option<Wanted>> = Mutex::new(None);

/// A documented response in one media type.
#[derive(Clone)]
struct Wanted {
    /// Its place among all of the operation.
    index: usize,
    code: u16,
    media_type: Option<&'static str>,
}

fn seen() -> std::sync::MutexGuard<'static, Seen> {
    SEEN.lock().expect("no handler panics")
}

fn wanted() -> Option<Wanted> {
    WANTED.lock().expect("no handler panics").clone()
}

/// Keeps the request that reached the inner server.
pub fn arrived(context: &RequestContext, request: &impl std::fmt::Debug) {
    seen().received.push(format!("{:?} {request:?}", context.space()));
}

/// Hands a request of the outer server on.
pub async fn hand_on<O>(client: &Client, context: RequestContext, request: O::Request) -> Result<O::Response, ApiError>
where
    O: Callable + Operation<Request: IntoCall + std::fmt::Debug, Response: FromAnswer>,
{
    seen().sent.push(format!("{:?} {request:?}", context.space()));
    let mut client = client.space(context.space().unwrap_or_default());
    for (name, value) in wanted().iter().flat_map(Wanted::headers) {
        client = client.header(name, value);
    }
    Call::<O>::new(&client, request).response().await.map_err(|error| match error.kind() {
        // Not among the documented answers: so it is handed back as it is.
        ErrorKind::Refused(refused) => {
            ApiError::new(refused.status(), refused.message().unwrap_or_default())
        }
        _ => ApiError::new(StatusCode::IM_A_TEAPOT, error.to_string()),
    })
}

impl Wanted {
    fn headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        let prefer = HeaderValue::try_from(format!("code={}", self.code)).expect("a code is a header");
        let accept = self.media_type.and_then(|text| HeaderValue::try_from(text).ok());
        let accept = accept.map(|value| (ACCEPT, value));
        std::iter::once((HeaderName::from_static("prefer"), prefer)).chain(accept).collect()
    }

    /// All that an operation documents.
    fn all(info: &'static OperationInfo) -> Vec<Self> {
        let mut all = Vec::new();
        for response in info.responses {
            let media_types = response.media_types.iter().copied().map(Some);
            let media_types: Vec<_> = media_types.collect();
            let media_types = if media_types.is_empty() { vec![None] } else { media_types };
            for media_type in media_types {
                let code = code(info, response.status);
                all.push(Self { index: all.len(), code, media_type });
            }
        }
        all
    }
}

/// A status that falls into a range and into no narrower one.
fn code(info: &OperationInfo, range: StatusRange) -> u16 {
    let mut codes = match range {
        StatusRange::Code(code) => return code,
        StatusRange::Class(class) => (u16::from(class) * 100..u16::from(class) * 100 + 100).rev(),
        // Not among those that mean something to the client on its way.
        StatusRange::Default => (400..600).rev(),
    };
    codes.find(|code| info.status_range(*code) == Some(range)).unwrap_or(200)
}

/// Looks at what comes to the inner server.
async fn tap(request: Request<Body>, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let bytes = match to_bytes(body, usize::MAX).await {
        Ok(bytes) => bytes,
        Err(error) => return (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    };
    let media_type = parts.headers.get(CONTENT_TYPE);
    let media_type = media_type.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    seen().bodies.push((media_type.unwrap_or_default(), bytes.to_vec()));
    next.run(Request::from_parts(parts, Body::from(bytes))).await
}

/// A client of the inner server: in the same process, or over a socket by its own transport.
async fn client(inner: axum::Router, over_socket: bool) -> Client {
    let inner = inner.layer(from_fn(tap));
    let builder = if over_socket {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, inner).await });
        Client::builder(&format!("http://{address}")).expect("a URL")
    } else {
        Client::builder("http://inner.test").expect("a URL").transport(inner)
    };
    // A documented 503 is an answer here, and none that goes away.
    builder.retries(Retries::never()).build().expect("a client")
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let requests = arguments.next().expect("a file with requests");
    let over_socket = arguments.next().is_some_and(|argument| argument == "over-socket");
    let requests = std::fs::read_to_string(requests).expect("a file with requests");
    let inner = services::inner();
    let outer = services::outer(client(inner.clone(), over_socket).await);
    let operations = kibana_api::server::operations();
    let mut asked = "";
    for line in requests.lines() {
        let request: Value = serde_json::from_str(line).expect("JSON");
        let info = operations.iter().find(|info| info.id == request["operation"]);
        let info = info.unwrap_or_else(|| panic!("{}", request["operation"]));
        let mut answers = vec![None];
        // Each answer once is enough: it does not depend on the request.
        if asked != info.id {
            asked = info.id;
            answers.extend(Wanted::all(info).into_iter().map(Some));
        }
        for answer in answers {
            println!("{}", exchange(&inner, &outer, info, &request, answer).await);
        }
    }
}

/// Sends a request to the inner server and, by way of the client, through both.
async fn exchange(
    inner: &axum::Router,
    outer: &axum::Router,
    info: &'static OperationInfo,
    request: &Value,
    answer: Option<Wanted>,
) -> Value {
    WANTED.lock().expect("no handler panics").clone_from(&answer);
    let direct = exchanged(inner.clone(), request, answer.as_ref()).await;
    *seen() = Seen::default();
    let through = exchanged(outer.clone(), request, answer.as_ref()).await;
    let seen = std::mem::take(&mut *seen());
    let mut problem = None;
    // The fake explains an error for which the document has no body; a typed answer has no place for that.
    let wordless = answer.as_ref().is_some_and(|wanted| wanted.media_type.is_none() && wanted.code >= 400);
    let same = match wordless {
        true => direct["status"] == through["status"],
        false => direct == through,
    };
    if !same {
        problem = Some(format!("another answer came back: {through}\n    instead of {direct}"));
    } else if seen.sent != seen.received {
        problem = Some(format!("another request arrived: {:?}\n    instead of {:?}", seen.received, seen.sent));
    } else if let Some((media_type, body)) = seen.bodies.first() {
        let (stated, text) = (wire::media_type(request), wire::text(&request["body"]));
        problem = wire::difference(info, (&stated, text.as_bytes()), (media_type, body));
    }
    let came = |wanted: &Wanted| {
        let stated = direct["headers"].as_array().into_iter().flatten();
        let stated = stated.filter(|header| header[0] == "content-type").find_map(|header| header[1].as_str());
        direct["status"] == wanted.code
            && wanted.media_type.is_none_or(|wanted| stated.is_some_and(|stated| wire::alike(wanted, stated)))
    };
    json!({
        "operation": info.id,
        "request": request,
        "answer": answer.as_ref().map(|answer| answer.index),
        "came": answer.as_ref().map(came),
        "arrived": seen.received.len() == 1,
        "refused": (seen.sent.is_empty()).then(|| direct["body"].clone()),
        "problem": problem,
        "wanted": answer.as_ref().map(|wanted| format!("{} {}", wanted.code, wanted.media_type.unwrap_or("no body"))),
    })
}

/// Status, headers and body of an answer.
async fn exchanged(mut router: axum::Router, request: &Value, answer: Option<&Wanted>) -> Value {
    let mut made = Request::builder()
        .method(wire::text(&request["method"]).as_str())
        .uri(wire::text(&request["target"]))
        .header("kbn-xsrf", "true");
    for header in request["headers"].as_array().expect("a list") {
        made = made.header(wire::text(&header[0]), wire::text(&header[1]));
    }
    for (name, value) in answer.iter().flat_map(|answer| answer.headers()) {
        made = made.header(name, value);
    }
    let made = made.body(Body::from(wire::text(&request["body"]))).expect("a request");
    let response = router.call(made).await.expect("a router does not fail");
    let (parts, body) = response.into_parts();
    // How long a stream is may be known on one side only.
    let headers = parts.headers.iter().filter(|(name, _)| *name != CONTENT_LENGTH);
    let mut headers: Vec<_> = headers
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    headers.sort();
    let body = to_bytes(body, 64 << 20).await;
    json!({
        "status": parts.status.as_u16(),
        "headers": headers,
        "body": body.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).map_err(|e| e.to_string()),
    })
}
