//! What a call of the generated client costs: calls per second against the same calls written by hand over the same HTTP
//! library (same types, same headers), and against a request that is handed to the same router in this process.
//!
//! Those who call take turns in short rounds, and ratios are made per round, so that a busy machine disturbs all of them
//! alike. The server answers with bytes that are made before.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::routing::{get, post};
use kibana_api::cases::Case;
use kibana_api::client::Client;
use kibana_api::elastic_agent_binary_download_sources::{
    AgentDownloadSource, AgentDownloadSourceResponse, NewAgentDownloadSource,
};
use kibana_api::runtime;
use tokio::net::TcpListener;
use tower::ServiceExt;

const ROUNDS: usize = 40;
/// Calls of each task in a round.
const CALLS: usize = 100;
const TASKS: usize = 8;

const SOURCES: &str = "/api/fleet/agent_download_sources";
const CASE: &str = "/api/cases/mirror-1";
const VERSION: &str = "2023-10-31";

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

type Call = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Somebody who calls, and what one call of theirs is.
struct Caller {
    name: &'static str,
    call: Box<dyn Fn() -> Call + Send + Sync>,
    /// The position of the one whom it is compared with.
    against: usize,
}

impl Caller {
    fn new<F>(
        name: &'static str,
        against: usize,
        call: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let call = Box::new(move || -> Call { Box::pin(call()) });
        Self {
            name,
            call,
            against,
        }
    }
}

async fn compare() {
    let case = some_case().await;
    let router = server(&case);
    let url = serve(router.clone()).await;
    // As the client's own transport has it.
    let provider = rustls::crypto::ring::default_provider();
    provider.install_default().expect("there was none");
    // What the client does without being asked, as far as this library has a setting for it.
    let hand = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .user_agent("by-hand/1.0")
        .timeout(Duration::from_secs(60))
        .connect_timeout(Duration::from_secs(10))
        .read_timeout(Duration::from_secs(60));
    let hand = hand.build().expect("a client");
    let kibana = Client::builder(&url)
        .and_then(|b| b.build())
        .expect("a client");
    let near = Client::builder("http://kibana.test").expect("a URL");
    let near = near.transport(router.clone()).build().expect("a client");
    let unchecked = kibana.with(runtime::client::Client::unchecked);
    let by_hand = (hand.clone(), url.clone());
    let callers: &'static [Caller] = Vec::leak(vec![
        Caller::new("GET by hand over reqwest", 0, move || {
            get_by_hand(hand.clone(), url.clone())
        }),
        Caller::new("GET by the client", 0, {
            let kibana = kibana.clone();
            move || get_case(kibana.clone())
        }),
        Caller::new("POST by hand over reqwest", 2, move || {
            post_by_hand(by_hand.0.clone(), by_hand.1.clone())
        }),
        Caller::new("POST by the client", 2, move || post_source(kibana.clone())),
        Caller::new("POST by the client, unchecked", 2, move || {
            post_source(unchecked.clone())
        }),
        Caller::new("GET by hand, in process", 5, move || {
            get_in_process(router.clone())
        }),
        Caller::new("GET by the client, in process", 5, move || {
            get_case(near.clone())
        }),
    ]);
    let mut rounds: Vec<Vec<f64>> = callers.iter().map(|_| Vec::new()).collect();
    for round in 0..=ROUNDS {
        for (caller, rounds) in callers.iter().zip(&mut rounds) {
            let throughput = measured(caller).await;
            // The first round warms up.
            if round > 0 {
                rounds.push(throughput);
            }
        }
    }
    println!(
        "medians of {ROUNDS} rounds of {} calls by {TASKS} tasks; GET answers {} bytes of JSON; × is the ratio to the same by hand\n",
        CALLS * TASKS,
        case.len()
    );
    println!("{:<32}{:>10}{:>8}", "", "calls/s", "×");
    for (caller, own) in callers.iter().zip(&rounds) {
        let pairs = own.iter().zip(&rounds[caller.against]);
        let ratio = median(pairs.map(|(own, base)| own / base));
        println!(
            "{:<32}{:>10.0}{ratio:>8.3}",
            caller.name,
            median(own.iter().copied())
        );
    }
}

/// A case as the mock has it.
async fn some_case() -> Vec<u8> {
    let mock = kibana_api::mock::router(kibana_api::mock::new().stateless()).expect("a router");
    let kibana = Client::builder("http://mock.test").expect("a URL");
    let kibana = kibana.basic("elastic", "changeme").transport(mock);
    let kibana = kibana.build().expect("a client");
    let case = kibana.cases().get_case("mirror-1").await.expect("a case");
    runtime::to_vec(&case).expect("JSON")
}

fn server(case: &[u8]) -> Router {
    let source = AgentDownloadSource::new("mirror-1", "mirror", "https://a.test");
    let source = runtime::to_vec(&AgentDownloadSourceResponse::new(source)).expect("JSON");
    let json = || [(header::CONTENT_TYPE, "application/json")];
    let case = axum::body::Bytes::copy_from_slice(case);
    let source = axum::body::Bytes::from(source);
    Router::new()
        .route(
            SOURCES,
            post(move |_: axum::body::Bytes| async move { (json(), source) }),
        )
        .route(CASE, get(move || async move { (json(), case) }))
}

async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

fn new_source() -> NewAgentDownloadSource {
    NewAgentDownloadSource::new("mirror", "https://a.test")
}

async fn get_by_hand(client: reqwest::Client, url: String) {
    let request = client
        .get(format!("{url}{CASE}"))
        .header("elastic-api-version", VERSION)
        .header(header::ACCEPT, "application/json")
        .header(header::ACCEPT_ENCODING, "gzip");
    let response = request.send().await.expect("an answer");
    assert_eq!(response.status(), StatusCode::OK);
    let bytes = response.bytes().await.expect("a body");
    let case: Case = serde_json::from_slice(&bytes).expect("a case");
    assert!(!case.title.is_empty());
}

async fn get_case(kibana: Client) {
    let case = kibana.cases().get_case("mirror-1").await.expect("a case");
    assert!(!case.title.is_empty());
}

async fn get_in_process(router: Router) {
    let request = Request::get(CASE).header("elastic-api-version", VERSION);
    let request = request.body(Body::empty()).expect("a request");
    let response = router.oneshot(request).await.expect("an answer");
    assert_eq!(response.status(), StatusCode::OK);
    let bytes = to_bytes(response.into_body(), usize::MAX)
        .await
        .expect("a body");
    let case: Case = serde_json::from_slice(&bytes).expect("a case");
    assert!(!case.title.is_empty());
}

async fn post_by_hand(client: reqwest::Client, url: String) {
    let body = serde_json::to_vec(&new_source()).expect("JSON");
    let request = client
        .post(format!("{url}{SOURCES}"))
        .header("elastic-api-version", VERSION)
        .header("kbn-xsrf", "true")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "application/json")
        .header(header::ACCEPT_ENCODING, "gzip")
        .body(body);
    let response = request.send().await.expect("an answer");
    assert_eq!(response.status(), StatusCode::OK);
    let bytes = response.bytes().await.expect("a body");
    let made: AgentDownloadSourceResponse = serde_json::from_slice(&bytes).expect("a source");
    assert_eq!(made.item.id, "mirror-1");
}

async fn post_source(kibana: Client) {
    let call = kibana
        .elastic_agent_binary_download_sources()
        .create_agent_download_source();
    let made = call.body(new_source()).await.expect("a source");
    assert_eq!(made.item.id, "mirror-1");
}

/// Calls per second of a round.
async fn measured(caller: &'static Caller) -> f64 {
    let start = Instant::now();
    let task = |_| {
        tokio::spawn(async {
            for _ in 0..CALLS {
                (caller.call)().await;
            }
        })
    };
    let tasks: Vec<_> = (0..TASKS).map(task).collect();
    for task in tasks {
        task.await.expect("calls are answered");
    }
    (CALLS * TASKS) as f64 / start.elapsed().as_secs_f64()
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
