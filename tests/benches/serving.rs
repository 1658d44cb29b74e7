//! What a generated route costs: requests per second and slowest percent, against an axum handler written by hand (same
//! types, no checks, and with the checks of a generated route) and against an empty axum route; and whether the cost grows with the operations that are mounted.
//!
//! Everything runs in this process, over real sockets with connections that are kept. The servers take turns in short
//! rounds, and ratios are made per round, so that a busy machine disturbs all of them alike.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use kibana_api::elastic_agent_binary_download_sources::{
    AgentDownloadSource, AgentDownloadSourceResponse, NewAgentDownloadSource,
    create_agent_download_source,
};
use kibana_api::runtime;
use kibana_api::server::elastic_agent_binary_download_sources::ElasticAgentBinaryDownloadSources;
use kibana_api::server::{
    AllowAnyone, ApiError, Builder, Operation, OperationInfo, RequestContext, Route,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const ROUNDS: usize = 40;
/// Requests of each connection in a round.
const REQUESTS: usize = 250;
const CONNECTIONS: usize = 8;

const PATH: &str = "/api/fleet/agent_download_sources";
const BODY: &str = r#"{"name":"mirror","host":"https://artifacts.example.com/agents","is_default":false,"id":"mirror-1"}"#;

/// What handlers answer.
fn created(body: NewAgentDownloadSource) -> AgentDownloadSourceResponse {
    AgentDownloadSourceResponse::new(AgentDownloadSource::new(
        "mirror-1".to_string(),
        body.name,
        body.host,
    ))
}

struct Generated;

impl ElasticAgentBinaryDownloadSources for Generated {
    async fn create_agent_download_source(
        &self,
        _: RequestContext,
        request: create_agent_download_source::Request,
    ) -> Result<create_agent_download_source::Response, ApiError> {
        let body = request
            .body
            .ok_or_else(|| ApiError::bad_request("a body, please"))?;
        Ok(create_agent_download_source::Response::Ok(created(body)))
    }
}

async fn by_hand(body: Bytes) -> impl IntoResponse {
    let Ok(body) = serde_json::from_slice::<NewAgentDownloadSource>(&body) else {
        return (
            StatusCode::BAD_REQUEST,
            [(header::CONTENT_TYPE, "text/plain")],
            Vec::new(),
        );
    };
    let answer = serde_json::to_vec(&created(body)).unwrap_or_default();
    (
        StatusCode::OK,
        [(header::CONTENT_TYPE, "application/json")],
        answer,
    )
}

/// The same with what a generated route checks besides, as far as a page of code goes: the header of browsers that
/// every write needs, the version, the media type, and every rule of the body.
async fn by_hand_checked(headers: HeaderMap, body: Bytes) -> Response {
    let refused = |status: StatusCode, message: &'static str| (status, message).into_response();
    let text = |name: &str| headers.get(name).map(HeaderValue::as_bytes);
    if text("kbn-xsrf").is_none_or(<[u8]>::is_empty) {
        return refused(StatusCode::BAD_REQUEST, "kbn-xsrf, please");
    }
    if text("elastic-api-version").is_some_and(|version| version != b"2023-10-31") {
        return refused(StatusCode::BAD_REQUEST, "another version, please");
    }
    let essence = |value: &[u8]| value.split(|byte| *byte == b';').next().map(<[u8]>::to_vec);
    let essence = text("content-type").and_then(essence);
    if !essence.is_some_and(|essence| essence.eq_ignore_ascii_case(b"application/json")) {
        return refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "JSON, please");
    }
    match runtime::check_slice::<NewAgentDownloadSource>(&body) {
        Ok(body) => {
            let answer = runtime::to_vec(&created(body)).unwrap_or_default();
            let head = [(header::CONTENT_TYPE, "application/json")];
            (StatusCode::OK, head, answer).into_response()
        }
        Err(violations) => (StatusCode::BAD_REQUEST, violations.to_string()).into_response(),
    }
}

/// All other groups, as they are when nobody implements them.
struct Rest;

macro_rules! rest {
    ($($group:ident $service:ident)*) => {
        $(impl kibana_api::server::$group::$service for Rest {})*

        fn with_rest(builder: Builder) -> Builder {
            builder$(.$group(Rest))*
        }
    };
}

rest! {
    alerting Alerting
    apm_agent_configuration ApmAgentConfiguration
    cases Cases
    data_views DataViews
    elastic_agent_policies ElasticAgentPolicies
    elastic_agents ElasticAgents
    elastic_package_manager ElasticPackageManager
    fleet_package_policies FleetPackagePolicies
    fleet_proxies FleetProxies
    roles Roles
    saved_objects SavedObjects
    security_ai_assistant SecurityAiAssistant
    security_detections SecurityDetections
    security_endpoint_exceptions SecurityEndpointExceptions
    security_endpoint_management SecurityEndpointManagement
    security_entity_analytics SecurityEntityAnalytics
    security_lists SecurityLists
}

/// One of many operations that are there and not called.
struct Filler<const N: u16>;

impl<const N: u16> Filler<N> {
    const PATH_BYTES: [u8; 21] = {
        let mut path = *b"/api/fleet/filler-000";
        let digits = [N / 100, N / 10 % 10, N % 10];
        let mut at = 0;
        while at < 3 {
            path[18 + at] += digits[at] as u8;
            at += 1;
        }
        path
    };
}

impl<const N: u16> Operation for Filler<N> {
    const INFO: &'static OperationInfo = &OperationInfo {
        id: "Filler",
        method: "POST",
        path: match std::str::from_utf8(&Self::PATH_BYTES) {
            Ok(path) => path,
            Err(_) => "",
        },
        tag: "filler",
        ..OperationInfo::NONE
    };
    type Request = ();
    type Response = ();
}

/// Each step of the list doubles the number of operations.
macro_rules! fill {
    ($routes:ident, $service:ident, [], $number:expr) => {
        $routes.push(Route::new::<Filler<{ $number }>, (), _>($service, |_, _, ()| async { Ok(()) }));
    };
    ($routes:ident, $service:ident, [* $($rest:tt)*], $number:expr) => {
        fill!($routes, $service, [$($rest)*], 2 * ($number));
        fill!($routes, $service, [$($rest)*], 2 * ($number) + 1);
    };
}

/// 512 operations.
fn fillers() -> Vec<Route> {
    let service = &Arc::new(());
    let mut routes = Vec::new();
    fill!(routes, service, [* * * * * * * * *], 0);
    routes
}

fn main() {
    // Only `cargo bench` says `--bench`; a test run of all targets has no time for numbers.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(compare());
}

async fn compare() {
    let one = || Builder::new(AllowAnyone).elastic_agent_binary_download_sources(Generated);
    let build = |builder: Builder| builder.build().expect("a router");
    let servers = [
        ("axum by hand", Router::new().route(PATH, post(by_hand))),
        (
            "axum by hand, with checks",
            Router::new().route(PATH, post(by_hand_checked)),
        ),
        (
            "empty axum route",
            Router::new().route(PATH, post(|| async {})),
        ),
        ("generated, 1 operation", build(one())),
        ("generated, 28 operations", build(with_rest(one()))),
        (
            "generated, 540 operations",
            build(with_rest(one()).mount(fillers())),
        ),
    ];
    let mut clients = Vec::new();
    for (_, router) in &servers {
        clients.push(Client::connect(router.clone()).await);
    }
    let mut rounds: Vec<Vec<Round>> = servers.iter().map(|_| Vec::new()).collect();
    for round in 0..=ROUNDS {
        for (client, rounds) in clients.iter_mut().zip(&mut rounds) {
            let measured = client.round().await;
            // The first round warms up.
            if round > 0 {
                rounds.push(measured);
            }
        }
    }
    println!(
        "medians of {ROUNDS} rounds of {} requests over {CONNECTIONS} connections, {} bytes of JSON; × is the ratio to `axum by hand`, ×c to the one with checks\n",
        REQUESTS * CONNECTIONS,
        BODY.len()
    );
    println!(
        "{:<28}{:>12}{:>10}{:>10}{:>12}{:>10}",
        "", "requests/s", "×", "×c", "p99", "×"
    );
    for ((name, _), own) in servers.iter().zip(&rounds) {
        let against = |base: usize, value: fn(&Round) -> f64| {
            let pairs = own.iter().zip(&rounds[base]);
            median(pairs.map(|(own, base)| value(own) / value(base)))
        };
        println!(
            "{name:<28}{:>12.0}{:>10.3}{:>10.3}{:>9.2} ms{:>10.3}",
            median(own.iter().map(|round| round.throughput)),
            against(0, |round| round.throughput),
            against(1, |round| round.throughput),
            median(own.iter().map(|round| round.p99 * 1000.0)),
            against(0, |round| round.p99),
        );
    }
}

struct Round {
    /// Requests per second.
    throughput: f64,
    /// Seconds within which 99 of 100 requests are answered.
    p99: f64,
}

/// Connections to a server of its own.
struct Client {
    connections: Vec<TcpStream>,
}

impl Client {
    async fn connect(router: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, router).await });
        let mut connections = Vec::new();
        for _ in 0..CONNECTIONS {
            connections.push(connection(address).await);
        }
        Self { connections }
    }

    async fn round(&mut self) -> Round {
        let start = Instant::now();
        let tasks: Vec<_> = std::mem::take(&mut self.connections)
            .into_iter()
            .map(|stream| tokio::spawn(requests(stream)))
            .collect();
        let mut times = Vec::new();
        for task in tasks {
            let (stream, own) = task.await.expect("a connection works");
            self.connections.push(stream);
            times.extend(own);
        }
        let throughput = times.len() as f64 / start.elapsed().as_secs_f64();
        times.sort();
        let p99 = times[times.len() * 99 / 100].as_secs_f64();
        Round { throughput, p99 }
    }
}

async fn connection(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address)
        .await
        .expect("the server listens");
    stream.set_nodelay(true).expect("a socket");
    stream
}

async fn requests(mut stream: TcpStream) -> (TcpStream, Vec<Duration>) {
    let request = format!(
        "POST {PATH} HTTP/1.1\r\nhost: localhost\r\nkbn-xsrf: true\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{BODY}",
        BODY.len()
    );
    let mut times = Vec::with_capacity(REQUESTS);
    let mut buffer = vec![0; 4096];
    for _ in 0..REQUESTS {
        let start = Instant::now();
        stream
            .write_all(request.as_bytes())
            .await
            .expect("the server reads");
        let mut length = 0;
        while !is_whole(&buffer[..length]) {
            let read = stream.read(&mut buffer[length..]).await.expect("an answer");
            assert!(read > 0, "the connection ended");
            length += read;
        }
        times.push(start.elapsed());
    }
    (stream, times)
}

/// Whether an answer is there with all of its body; anything but success ends the benchmark.
fn is_whole(answer: &[u8]) -> bool {
    let Some(end) = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
        return false;
    };
    let head = String::from_utf8_lossy(&answer[..end]);
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.and_then(|text| text.parse().ok()).expect("a length");
    answer.len() >= end + 4 + length
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
