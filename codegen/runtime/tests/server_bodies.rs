//! Requests over real sockets that the operations of `server_sample` do not have: forms, cookies, several media types,
//! streams that break; and what a flood of headers or of connections does.
#![cfg(feature = "server")]
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

#[path = "server_sample/client.rs"]
mod client;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use client::{Answer, send, serve};
use futures_util::StreamExt;
use kibana_runtime::Model;
use kibana_runtime::generated::server::{
    AllowAnyone, ApiError, BodyFormat, ByteStream, Call, Coercion, FromCall, IntoReply, MediaType,
    Operation, OperationInfo, Parameter, PartInfo, Parts, Reply, RequestContext, ResponseInfo,
    Route, ServerBuilder, StatusRange, StreamError,
};
use kibana_runtime::generated::{Node, ObjectWriter, Reader, Rules};
use kibana_runtime::serde::Serializer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// `POST /api/session`: JSON or a form, and a cookie.
struct StartSession;

impl Operation for StartSession {
    const INFO: &'static OperationInfo = &OperationInfo {
        id: "StartSession",
        method: "POST",
        path: "/api/session",
        tag: "sessions",
        cookies: &[Parameter {
            name: "visits",
            coercion: &Coercion::Integer,
            ..Parameter::TEXT
        }],
        request: &[
            MediaType::JSON,
            MediaType {
                essence: "application/x-www-form-urlencoded",
                format: BodyFormat::Form,
                parts: &Parts {
                    list: &[
                        PartInfo {
                            name: "days",
                            coercion: &Coercion::Integer,
                            ..PartInfo::TEXT
                        },
                        PartInfo {
                            name: "user",
                            required: true,
                            ..PartInfo::TEXT
                        },
                    ],
                    closed: true,
                },
            },
        ],
        body_required: true,
        body_limit: Some(100),
        responses: &[ResponseInfo {
            status: StatusRange::Code(200),
            media_types: &["text/plain"],
        }],
        ..OperationInfo::NONE
    };
    type Request = StartSessionRequest;
    type Response = TextResponse;
}

#[derive(Debug)]
struct Login {
    user: String,
    days: Option<i64>,
}

impl Model for Login {
    fn read(node: &Node<'_>, _: &'static Rules, reader: &mut Reader<'_>) -> Option<Self> {
        let mut object = reader.object(node, &Rules::NONE)?;
        let user = object.required(
            "user",
            &Rules {
                min_length: Some(1),
                ..Rules::NONE
            },
        );
        let days = object.optional(
            "days",
            &Rules {
                minimum: Some(kibana_runtime::generated::Limit::Whole(1)),
                ..Rules::NONE
            },
        );
        object.close();
        Some(Self {
            user: user?,
            days: days?,
        })
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = ObjectWriter::new(serializer)?;
        object.required("user", &self.user)?;
        object.optional("days", &self.days)?;
        object.end()
    }
}

#[derive(Debug)]
enum LoginBody {
    Json(Login),
    Form(Login),
}

#[derive(Debug)]
struct StartSessionRequest {
    visits: Option<i64>,
    body: LoginBody,
}

impl FromCall for StartSessionRequest {
    fn from_call(call: &mut Call) -> Option<Self> {
        let mut visits = None;
        call.cookies(|object| visits = object.optional("visits", &Rules::NONE));
        let body = call.required_body(|call| match call.media_type() {
            0 => call.json(&Rules::NONE).map(LoginBody::Json),
            _ => call.form(&Rules::NONE).map(LoginBody::Form),
        });
        Some(Self {
            visits: visits?,
            body: body?,
        })
    }
}

#[derive(Debug)]
struct TextResponse(String);

impl IntoReply for TextResponse {
    fn into_reply(self) -> Reply {
        Reply::text(200, "text/plain", &self.0, &Rules::NONE)
    }
}

/// `GET /api/watch`: bytes that begin well.
struct Watch;

impl Operation for Watch {
    const INFO: &'static OperationInfo = &OperationInfo {
        id: "Watch",
        method: "GET",
        path: "/api/watch",
        tag: "sessions",
        responses: &[ResponseInfo {
            status: StatusRange::Code(200),
            media_types: &["application/octet-stream"],
        }],
        ..OperationInfo::NONE
    };
    type Request = ();
    type Response = WatchResponse;
}

#[derive(Debug)]
struct WatchResponse(ByteStream);

impl IntoReply for WatchResponse {
    fn into_reply(self) -> Reply {
        Reply::bytes(200, "application/octet-stream", self.0)
    }
}

struct Sessions;

impl Sessions {
    async fn start(&self, request: StartSessionRequest) -> Result<TextResponse, ApiError> {
        let (kind, login) = match request.body {
            LoginBody::Json(login) => ("JSON", login),
            LoginBody::Form(login) => ("form", login),
        };
        Ok(TextResponse(format!(
            "{kind} {} {:?} {:?}",
            login.user, login.days, request.visits
        )))
    }

    /// The first piece arrives, the second one never does.
    async fn watch(&self, context: RequestContext) -> Result<WatchResponse, ApiError> {
        let panics = context.uri().query() == Some("panic");
        let pieces = futures_util::stream::iter(0..2).then(move |number| async move {
            match number {
                0 => return Ok("first piece".into()),
                // The first piece goes out before the second one is asked for.
                _ => tokio::time::sleep(Duration::from_millis(100)).await,
            }
            match panics {
                true => panic!("on purpose"),
                false => Err(StreamError::failed("on purpose")),
            }
        });
        Ok(WatchResponse(ByteStream::new(pieces)))
    }
}

fn routes() -> Vec<Route> {
    let service = &Arc::new(Sessions);
    vec![
        Route::new::<StartSession, Sessions, _>(service, |s, _, request| async move {
            s.start(request).await
        }),
        Route::new::<Watch, Sessions, _>(service, |s, context, ()| async move {
            s.watch(context).await
        }),
    ]
}

async fn start() -> SocketAddr {
    let builder = ServerBuilder::new(AllowAnyone).mount(routes());
    serve(
        builder
            .patience(Duration::from_millis(300))
            .build()
            .unwrap(),
    )
    .await
}

const XSRF: &str = "kbn-xsrf: true";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded";

async fn login(headers: &[&str], body: &str) -> Answer {
    let headers: Vec<_> = [XSRF].into_iter().chain(headers.iter().copied()).collect();
    send(
        start().await,
        "POST /api/session",
        &headers,
        body.as_bytes(),
    )
    .await
}

#[tokio::test]
async fn each_media_type_of_an_operation_is_read_its_way() {
    let json = "Content-Type: application/json; Elastic-Api-Version=2023-10-31";
    for (content_type, body, kind) in [
        (json, r#"{"user":"ada b","days":3}"#, "JSON"),
        (FORM, "user=ada+b&days=3", "form"),
        (
            "content-type: Application/X-WWW-Form-Urlencoded; charset=utf-8",
            "days=3&user=ada%20b",
            "form",
        ),
    ] {
        let answer = login(&[content_type], body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let expected = format!("{kind} ada b Some(3) None");
        assert_eq!(answer.body, expected);
    }
}

#[tokio::test]
async fn bad_forms_and_other_media_types_are_refused_in_kibanas_shape() {
    for (content_type, body, status, expected) in [
        (FORM, "days=3", 400, "[request body]"),
        (
            FORM,
            "user=ada&days=many",
            400,
            "[request body.days]: expected an integer",
        ),
        (
            FORM,
            "user=ada&days=0",
            400,
            "[request body.days]: expected at least 1",
        ),
        (FORM, "user=a&user=b", 400, "[request body.user]"),
        (FORM, "user=a&colour=red", 400, "colour"),
        (FORM, "user=%FF", 400, "[request body"),
        (FORM, "user=%ZZ", 400, "[request body"),
        ("Content-Type: text/csv", "user", 415, ""),
        // As Kibana does: what is not stated is JSON.
        ("X-No: type", "user=ada", 400, "not JSON"),
        (FORM, &format!("user={}", "a".repeat(200)), 413, ""),
    ] {
        let answer = login(&[content_type], body).await;
        assert_eq!(answer.status, status, "{body}: {answer:?}");
        assert!(answer.message().contains(expected), "{body}: {answer:?}");
    }
    // Another answer is wanted than there is: Kibana gives what there is.
    let headers = [XSRF, FORM, "Accept: application/json"];
    let answer = send(start().await, "POST /api/session", &headers, b"user=ada").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(
        answer.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
}

#[tokio::test]
async fn cookies_are_parameters() {
    let answer = login(&[FORM, "Cookie: a=b; visits=7; c=d"], "user=ada").await;
    assert!(answer.body.ends_with("Some(7)"), "{answer:?}");
    let answer = login(&[FORM, "Cookie: visits=often"], "user=ada").await;
    assert_eq!(answer.status, 400, "{answer:?}");
    assert!(answer.message().contains("visits"), "{answer:?}");
}

#[tokio::test]
async fn a_stream_that_breaks_or_panics_ends_its_connection_only() {
    let address = start().await;
    for query in ["error", "panic"] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!("GET /api/watch?{query} HTTP/1.1\r\nHost: x\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let reading =
            tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut answer));
        // An error of the connection is as good a sign as an early end.
        let _ = reading.await.expect("the server hangs");
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.contains("first piece"), "{query}: {answer}");
        // The client sees that the body is not whole: its last chunk is missing.
        assert!(!answer.ends_with("0\r\n\r\n"), "{query}: {answer}");
        let next = login(&[FORM], "user=ada").await;
        assert_eq!(next.status, 200, "{query}: {next:?}");
    }
}

#[tokio::test]
async fn a_flood_of_headers_is_refused_and_the_server_lives_on() {
    let address = start().await;
    let many: Vec<_> = (0..20_000).map(|n| format!("X-{n}: y")).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    let long = format!("X-Long: {}", "y".repeat(4 << 20));
    for headers in [many.as_slice(), &[long.as_str()]] {
        let answer = send(address, "GET /api/watch", headers, b"").await;
        // The answer is hyper's; it may be lost when the server closes while the client still writes.
        assert!(matches!(answer.status, 431 | 0), "{}", answer.status);
    }
    let answer = send(address, "POST /api/session", &[XSRF, FORM], b"user=ada").await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// Resident memory of this process in bytes.
fn memory() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes = line.trim().strip_suffix(" kB")?;
    Some(kilobytes.parse::<usize>().ok()? << 10)
}

/// Connections that end anywhere between the first byte and the answer.
async fn crowd(address: SocketAddr, connections: usize) {
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..connections {
        tasks.spawn(async move {
            let body = format!("user=ada&days={number}");
            let length = body.len();
            let request = format!("POST /api/session HTTP/1.1\r\nHost: x\r\n{XSRF}\r\n{FORM}\r\nContent-Length: {length}\r\n\r\n{body}");
            let Ok(mut stream) = TcpStream::connect(address).await else { return };
            let part = number * 7919 % (request.len() + 1);
            let sent = if number % 3 == 0 { part } else { request.len() };
            let _ = stream.write_all(&request.as_bytes()[..sent]).await;
            if number % 2 == 0 && sent == request.len() {
                let _ = stream.read(&mut [0; 64]).await;
            }
        });
        if tasks.len() == 100 {
            tasks.join_next().await;
        }
    }
    while tasks.join_next().await.is_some() {}
}

#[test]
fn connections_that_close_at_random_leave_no_memory_behind() {
    let Some(_) = memory() else {
        eprintln!("skipped: this system does not tell how much memory a process has");
        return;
    };
    // In a process of its own: what other tests do must not count.
    let name = "CROWD_OF_CONNECTIONS";
    if std::env::var_os(name).is_none() {
        let program = std::env::current_exe().unwrap();
        let mut command = std::process::Command::new(program);
        let this = "connections_that_close_at_random_leave_no_memory_behind";
        let output = command
            .args([this, "--exact", "--nocapture"])
            .env(name, "1")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        let address = start().await;
        crowd(address, 1000).await;
        let before = memory().unwrap();
        crowd(address, 4000).await;
        let grown = memory().unwrap().saturating_sub(before);
        // A kilobyte and a half for each of them would be seen.
        assert!(grown < 6 << 20, "{grown} bytes more after 4000 connections");
    });
}
