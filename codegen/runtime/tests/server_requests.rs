//! Requests over real sockets: what reaches a handler, and what each bad request is answered.
#![cfg(feature = "server")]
#![allow(clippy::unwrap_used)]

#[path = "server_sample/client.rs"]
mod client;
mod server_sample;

use std::io::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use client::{Answer, raw, send, serve};
use kibana_runtime::generated::server::{
    AllowAnyone, ApiError, Attempt, Authenticator, BuildError, Credentials, Identity, ServerBuilder,
};
use server_sample::{AddFile, Shown, cases_routes, objects_routes};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

fn builder() -> ServerBuilder {
    ServerBuilder::new(AllowAnyone)
        .mount(cases_routes(Shown))
        .mount(objects_routes(Shown))
        .limit::<AddFile>(3 << 20)
        .patience(Duration::from_millis(300))
}

async fn start() -> SocketAddr {
    serve(builder().build().unwrap()).await
}

/// To the letter of the document.
async fn strict() -> SocketAddr {
    serve(builder().strict().build().unwrap()).await
}

const XSRF: &str = "kbn-xsrf: true";
const JSON: &str = "Content-Type: application/json";

async fn create(body: &[u8]) -> Answer {
    send(start().await, "POST /api/cases", &[XSRF, JSON], body).await
}

#[tokio::test]
async fn typed_parameters_space_identity_and_version_reach_the_handler() {
    let address = start().await;
    let answer = send(
        address,
        "GET /api/cases/a%2Fb?severity=low&severity=high&extended&other=1",
        &[],
        b"",
    )
    .await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let tags = answer.json()["tags"].clone();
    assert_eq!(tags[0], "a/b Some(1) Some([Low, High]) Some(true)");
    assert_eq!(tags[1], "None anonymous 2023-10-31 Some(\"2023-10-31\")");

    let answer = send(
        address,
        "GET /s/team-a/api/cases/7?page=2",
        &["Authorization: Basic YWRhOmI="],
        b"",
    )
    .await;
    let tags = answer.json()["tags"].clone();
    assert_eq!(tags[0], "7 Some(2) None None");
    assert_eq!(
        tags[1],
        "Some(\"team-a\") ada 2023-10-31 Some(\"2023-10-31\")"
    );
}

#[tokio::test]
async fn all_violations_of_parameters_and_body_come_in_one_400() {
    let address = start().await;
    let answer = send(
        address,
        "GET /api/cases/0123456789abc?page=0&severity=odd",
        &["elastic-api-version: 1"],
        b"",
    )
    .await;
    assert_eq!(answer.status, 400);
    let message = answer.message();
    for part in [
        "[request params.caseId]: expected at most 12",
        "[request query.page]: expected at least 1",
        "[request query.severity]: expected one of \"low\", \"high\"",
        "[request headers[\"elastic-api-version\"]]: expected \"2023-10-31\"",
    ] {
        assert!(message.contains(part), "{part} in {message}");
    }
    let body =
        br#"{"title": "Xxxxxxxxxxxxxxxx", "severity": "odd", "tags": ["a", "b", "c"], "more": 1}"#;
    let answer = send(address, "POST /api/cases?dry=perhaps", &[XSRF, JSON], body).await;
    assert_eq!(answer.status, 400);
    let message = answer.message();
    for part in [
        "query.dry]: expected a boolean",
        "body.title]: expected at most 10",
        "body.title]: expected text that matches",
        "body.severity]: expected one of",
        "body.tags]: expected at most 2 items",
        "\"more\" is not known",
    ] {
        assert!(message.contains(part), "{part} in {message}");
    }
}

#[tokio::test]
async fn a_body_of_the_wrong_type_without_a_property_or_not_json_at_all_is_a_400() {
    for (body, expected) in [
        (
            &br#"{"title": 1}"#[..],
            "[request body.title]: expected text, found an integer",
        ),
        (br#"{}"#, "[request body]: expected the property `title`"),
        (
            br#"[]"#,
            "[request body]: expected an object, found an array",
        ),
        (br#"null"#, "[request body]: expected an object, found null"),
        (br#"{"title": "a""#, "[request body]: not JSON"),
        (b"{\"title\": \"\xff\"}", "[request body]: not JSON"),
        (b"", "[request body]: expected a body"),
    ] {
        let answer = create(body).await;
        assert_eq!(answer.status, 400, "{answer:?}");
        assert!(
            answer.message().contains(expected),
            "{expected} in {answer:?}"
        );
    }
}

#[tokio::test]
async fn deep_and_large_bodies_are_refused_without_reading_them_whole() {
    let address = serve(builder().body_limit(20 << 20).build().unwrap()).await;
    let deep = vec![b'['; 10 << 20];
    let answer = send(address, "POST /api/cases", &[XSRF, JSON], &deep).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    assert!(answer.message().contains("not JSON"), "{answer:?}");

    let answer = create(&deep).await;
    assert_eq!(answer.status, 413, "{answer:?}");
    assert!(answer.message().contains("1048576"), "{answer:?}");

    // Without a length, the limit counts what comes.
    let mut request = format!("POST /api/cases HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{XSRF}\r\n{JSON}\r\nTransfer-Encoding: chunked\r\n\r\n").into_bytes();
    for _ in 0..40 {
        request.extend_from_slice(b"10000\r\n");
        request.extend_from_slice(&deep[..0x10000]);
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"0\r\n\r\n");
    let answer = raw(start().await, request).await;
    assert_eq!(answer.status, 413, "{answer:?}");
}

#[tokio::test]
async fn media_types_match_by_essence_and_others_are_a_415() {
    let address = start().await;
    let body = br#"{"title": "a"}"#;
    for good in [
        JSON,
        "Content-Type: Application/JSON; Elastic-Api-Version=2023-10-31",
        "X-None: 1",
    ] {
        let answer = send(address, "POST /api/cases", &[XSRF, good], body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        assert_eq!(answer.header("location"), Some("/api/cases/a"));
    }
    for bad in [
        "Content-Type: text/plain",
        "Content-Type: ",
        "Content-Type: application/json\r\nContent-Encoding: br",
    ] {
        let answer = send(address, "POST /api/cases", &[XSRF, bad], body).await;
        assert_eq!(answer.status, 415, "{answer:?}");
        answer.message();
    }
}

#[tokio::test]
async fn accept_chooses_among_responses_and_what_fits_nothing_gets_the_first() {
    let address = start().await;
    let answer = send(
        address,
        "GET /api/objects/x",
        &["Accept: text/event-stream"],
        b"",
    )
    .await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (202, "data: one\n\n")
    );
    let answer = send(address, "GET /api/objects/x", &[], b"").await;
    assert_eq!(
        answer.header("content-type"),
        Some("application/octet-stream")
    );
    let odd = ["Accept: text/html, image/*"];
    let answer = send(address, "GET /api/objects/x", &odd, b"").await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("application/octet-stream"))
    );
    let answer = send(strict().await, "GET /api/objects/x", &odd, b"").await;
    assert_eq!(answer.status, 406);
    answer.message();
}

#[tokio::test]
async fn no_route_and_a_wrong_method_are_a_404_and_to_the_letter_a_405_with_allow() {
    let address = start().await;
    for path in [
        "/",
        "/api/nothing",
        "/api/cases//files",
        "/api/cases/../status",
        "/api/cases/%2e%2e",
        "/s/a/s/b/api/cases/1",
    ] {
        let answer = send(address, &format!("GET {path}"), &[], b"").await;
        assert_eq!(answer.status, 404, "{path}");
        answer.message();
    }
    for method in ["DELETE", "OPTIONS", "TRACE", "PATCH"] {
        let line = format!("{method} /api/cases/1");
        let answer = send(address, &line, &[], b"").await;
        assert_eq!((answer.status, answer.header("allow")), (404, None));
        assert_eq!(answer.message(), "Not Found");
        let answer = send(strict().await, &line, &[], b"").await;
        assert_eq!(
            (answer.status, answer.header("allow")),
            (405, Some("GET, HEAD"))
        );
        answer.message();
    }
    // The literal route takes POST only: GET belongs to its parameter sibling.
    let answer = send(address, "GET /api/objects/_import", &[], b"").await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn a_slash_at_the_end_leads_to_the_path_without_it() {
    let address = start().await;
    for (path, location) in [
        ("/api/cases/1/", "/api/cases/1"),
        (
            "/s/team-a/api/cases/1/?page=2&x=%2F",
            "/s/team-a/api/cases/1?page=2&x=%2F",
        ),
        ("/api/nothing/", "/api/nothing"),
    ] {
        let answer = send(address, &format!("GET {path}"), &[], b"").await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (302, Some(location))
        );
        let answer = send(strict().await, &format!("GET {path}"), &[], b"").await;
        assert_eq!(answer.status, 404, "{path}");
    }
    // Not to another host, and nobody who writes.
    for line in [
        "GET //example.org/",
        "GET /\\example.org/",
        "GET //",
        "GET /",
        "POST /api/cases/",
    ] {
        assert_eq!(
            send(address, line, &[XSRF], b"").await.status,
            404,
            "{line}"
        );
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn compressed_bodies_are_taken_and_the_limit_counts_what_comes_out() {
    let address = start().await;
    let gzipped = "Content-Encoding: gzip";
    let body = gzip(br#"{"title": "a"}"#);
    let answer = send(address, "POST /api/cases", &[XSRF, JSON, gzipped], &body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    for none in ["Content-Encoding: identity", "Content-Encoding:"] {
        let answer = send(
            address,
            "POST /api/cases",
            &[XSRF, JSON, none],
            br#"{"title": "a"}"#,
        )
        .await;
        assert_eq!(answer.status, 201, "{none}: {answer:?}");
    }
    let lines = gzip(b"{\"title\":\"a\"}\n{\"title\":\"b\"}\n");
    let headers = [XSRF, "Content-Type: application/x-ndjson", gzipped];
    let answer = send(address, "POST /api/objects/_import", &headers, &lines).await;
    assert_eq!(answer.body, "{\"title\":\"a\"}\n{\"title\":\"b\"}\n");

    let bomb = gzip(&vec![b' '; 2 << 20]);
    assert!(bomb.len() < 1 << 14);
    let answer = send(address, "POST /api/cases", &[XSRF, JSON, gzipped], &bomb).await;
    assert_eq!(answer.status, 413, "{answer:?}");
    let cut = &body[..body.len() - 3];
    for bad in [cut, br#"{"title": "a"}"#] {
        let answer = send(address, "POST /api/cases", &[XSRF, JSON, gzipped], bad).await;
        assert_eq!(answer.status, 400);
        assert!(answer.message().contains("gzip"), "{answer:?}");
    }
    let answer = send(
        strict().await,
        "POST /api/cases",
        &[XSRF, JSON, gzipped],
        &body,
    )
    .await;
    assert_eq!(answer.status, 415);
}

#[tokio::test]
async fn texts_are_read_as_kibana_reads_them_unless_to_the_letter() {
    let query = "GET /api/cases/1?page=+1.0&extended=True&severity=";
    for lists in ["low,high", "low%2Chigh", "%5B%22low%22,%22high%22%5D"] {
        let line = format!("{query}{lists}");
        let answer = send(start().await, &line, &[], b"").await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let shown = &answer.json()["tags"][0];
        assert_eq!(shown, "1 Some(1) Some([Low, High]) Some(true)", "{lists}");
        let message = send(strict().await, &line, &[], b"").await.message();
        for part in ["query.page]", "query.extended]", "query.severity"] {
            assert!(message.contains(part), "{part} in {message}");
        }
    }
    // A part that is no item leaves the text as it was.
    let answer = send(start().await, &format!("{query}low,odd"), &[], b"").await;
    assert_eq!(
        answer.message(),
        "[request query.severity]: expected one of \"low\", \"high\", found \"low,odd\""
    );
}

#[tokio::test]
async fn a_handler_adds_headers_to_whatever_it_answers() {
    let address = start().await;
    for (path, status) in [("1", 200), ("missing", 404), ("panic", 500)] {
        let line = format!("GET /api/cases/{path}");
        let answer = send(address, &line, &["X-Request-Id: r1"], b"").await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("x-request-id"), Some("r1"), "{path}");
    }
    let line = "GET /api/objects/x";
    let answer = send(address, line, &["X-Disposition: attachment"], b"").await;
    assert_eq!(answer.header("content-disposition"), Some("attachment"));
    assert_eq!(answer.header("content-type"), Some("image/png"));
    let head = send(address, "HEAD /api/objects/x", &["X-Disposition: a"], b"").await;
    assert_eq!(head.header("content-disposition"), Some("a"));
    // What would begin a header of its own, and what is not the handler's to say.
    for bad in [
        "X-Add: x-a|b%0D%0Aset-cookie: c",
        "X-Add: content-length|7",
        "X-Add: a b|c",
    ] {
        let answer = send(address, line, &[bad], b"").await;
        assert_eq!((answer.status, answer.header("set-cookie")), (500, None));
        answer.message();
    }
}

#[tokio::test]
async fn head_says_what_get_would_without_a_body() {
    let address = start().await;
    let get = send(address, "GET /api/cases/1", &[], b"").await;
    let head = send(address, "HEAD /api/cases/1", &[], b"").await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(head.header("content-length"), get.header("content-length"));
}

#[tokio::test]
async fn bad_encodings_are_a_400() {
    let address = start().await;
    for target in [
        "/api/cases/%zz",
        "/api/cases/%ff",
        "/api/cases/1?page=%",
        "/api/cases/1?%ff",
    ] {
        let answer = send(address, &format!("GET {target}"), &[], b"").await;
        assert_eq!(answer.status, 400, "{target}");
        assert!(
            answer.message().contains("percent-encoded UTF-8"),
            "{answer:?}"
        );
    }
    let request = b"GET /api/cases/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nelastic-api-version: \xff\r\n\r\n";
    let answer = raw(address, request.to_vec()).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    assert!(answer.message().contains("UTF-8"), "{answer:?}");
}

#[tokio::test]
async fn writes_need_kbn_xsrf_and_a_version_must_be_known() {
    let address = start().await;
    let browser = ["kbn-version: 9.3.0", JSON];
    let answer = send(address, "POST /api/cases", &browser, br#"{"title": "a"}"#).await;
    assert_eq!(answer.status, 201);
    let answer = send(address, "POST /api/cases", &[JSON], br#"{"title": "a"}"#).await;
    assert_eq!(
        (answer.status, answer.message().as_str()),
        (400, "Request must contain a kbn-xsrf header.")
    );
    let answer = send(
        address,
        "GET /api/objects/x",
        &["elastic-api-version: 2000-01-01"],
        b"",
    )
    .await;
    assert_eq!(answer.status, 400);
    assert!(
        answer.message().contains("available versions: 2023-10-31"),
        "{answer:?}"
    );
}

struct OneKey;

impl Authenticator for OneKey {
    async fn authenticate(&self, attempt: Attempt) -> Result<Identity, ApiError> {
        match &attempt.credentials {
            Credentials::ApiKey(key) if key.is("s3cret") => Ok(Identity::new("key")),
            Credentials::ApiKey(_) => Err(ApiError::forbidden("not this one")),
            other => Err(ApiError::unauthorized(format!("not {other:?}"))),
        }
    }
}

#[tokio::test]
async fn nobody_is_let_in_whom_the_authenticator_does_not_know() {
    let default = ServerBuilder::default()
        .mount(cases_routes(Shown))
        .build()
        .unwrap();
    let answer = send(
        serve(default).await,
        "GET /api/cases/1",
        &["Authorization: ApiKey x"],
        b"",
    )
    .await;
    assert_eq!(answer.status, 401);
    assert!(answer.header("www-authenticate").is_some());

    let guarded = ServerBuilder::new(OneKey)
        .mount(cases_routes(Shown))
        .build()
        .unwrap();
    let address = serve(guarded).await;
    for (header, status) in [
        ("Authorization: ApiKey s3cret", 200),
        ("authorization: apikey s3cret", 200),
        ("Authorization: ApiKey other", 403),
        ("Authorization: Basic dXNlcjpodW50ZXIy", 401),
        ("Authorization: Basic %%%", 401),
        ("Authorization: Bearer x", 401),
        (
            "Authorization: ApiKey s3cret\r\nAuthorization: ApiKey x",
            401,
        ),
        ("X-None: 1", 401),
    ] {
        let answer = send(address, "GET /api/cases/1", &[header], b"").await;
        assert_eq!(answer.status, status, "{header}");
        for secret in ["hunter2", "s3cret", "other", "dXNl"] {
            assert!(!answer.body.contains(secret), "{answer:?}");
        }
    }
}

#[tokio::test]
async fn a_panic_is_a_500_and_the_server_lives_on() {
    let address = start().await;
    let answer = send(address, "GET /api/cases/panic", &[], b"").await;
    assert_eq!(answer.status, 500);
    assert!(!answer.message().contains("on purpose"));
    assert_eq!(
        send(address, "GET /api/cases/1", &[], b"").await.status,
        200
    );
}

#[tokio::test]
async fn errors_and_unwritten_methods_are_answered_in_kibanas_shape() {
    let address = start().await;
    let answer = send(address, "GET /api/cases/missing", &[], b"").await;
    assert_eq!(
        (answer.status, answer.message().as_str()),
        (404, "no such case")
    );
    assert_eq!(answer.json()["error"], "Not Found");

    struct Nothing;
    impl server_sample::Cases for Nothing {}
    let router = ServerBuilder::new(AllowAnyone)
        .mount(cases_routes(Nothing))
        .build()
        .unwrap();
    let answer = send(serve(router).await, "GET /api/cases/1", &[], b"").await;
    assert_eq!(answer.status, 501);
    assert!(answer.message().contains("GetCase"), "{answer:?}");
}

#[tokio::test]
async fn answers_that_the_document_forbids_are_caught_in_debug_builds() {
    let address = start().await;
    for path in ["/api/cases/invalid", "/api/cases/status"] {
        let answer = send(address, &format!("GET {path}"), &[], b"").await;
        assert_eq!(
            answer.status,
            if cfg!(debug_assertions) { 500 } else { 200 }
        );
    }
    // A value that would begin a header of its own.
    let answer = send(
        address,
        "POST /api/cases",
        &[XSRF, JSON],
        br#"{"title": "inject"}"#,
    )
    .await;
    assert_eq!(answer.status, 500, "{answer:?}");
    assert_eq!(answer.header("set-cookie"), None);
    answer.message();
}

#[tokio::test]
async fn a_group_that_is_mounted_twice_is_an_error_and_no_panic() {
    let result = builder().mount(cases_routes(Shown)).build();
    assert!(matches!(result, Err(BuildError::Conflict { .. })));
}

const MULTIPART: &str = "Content-Type: multipart/form-data; boundary=b";

fn part(name: &str, value: &str) -> String {
    format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
}

fn file(content: &str) -> String {
    format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f.txt\"\r\nContent-Type: text/plain\r\n\r\n{content}\r\n"
    )
}

async fn upload(body: String) -> Answer {
    send(
        start().await,
        "POST /api/cases/1/files",
        &[XSRF, MULTIPART],
        body.as_bytes(),
    )
    .await
}

#[tokio::test]
async fn parts_come_in_any_order_and_files_stream() {
    let (size, large) = (part("size", "3"), file(&"x".repeat(2 << 20)));
    let answer = upload(format!("{size}{large}--b--\r\n")).await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (200, "size=3 Some(\"f.txt\") of 2097152 ")
    );
    let answer = upload(format!("{large}{size}--b--\r\n")).await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (200, "Some(\"f.txt\") of 2097152 size=3 ")
    );
}

#[tokio::test]
async fn parts_that_are_missing_twice_unknown_wrong_or_cut_off_are_a_400() {
    let (size, small) = (part("size", "3"), file("x"));
    for (body, expected) in [
        (format!("{size}--b--\r\n"), "expected the part `file`"),
        (format!("{small}{small}--b--\r\n"), "is there twice"),
        (
            format!("{small}{}--b--\r\n", part("colour", "red")),
            "[request body.colour]",
        ),
        (
            format!("{small}{}--b--\r\n", part("size", "x")),
            "[request body.size]: expected an integer",
        ),
        (
            format!("{small}{}--b--\r\n", part("size", "0")),
            "[request body.size]: expected at least 1",
        ),
        (small.clone(), "no multipart"),
        ("nonsense".to_owned(), "no multipart"),
        (format!("--b\r\n{}", "x".repeat(1 << 20)), "does not begin"),
    ] {
        let answer = upload(body).await;
        assert_eq!(answer.status, 400, "{expected}: {answer:?}");
        assert!(
            answer.message().contains(expected),
            "{expected} in {answer:?}"
        );
    }
    let answer = send(
        start().await,
        "POST /api/cases/1/files",
        &[XSRF, "Content-Type: multipart/form-data"],
        b"x",
    )
    .await;
    assert_eq!(answer.status, 400);
    let answer = upload(format!("{}--b--\r\n", file(&"x".repeat(4 << 20)))).await;
    assert_eq!(answer.status, 413, "{answer:?}");
}

#[tokio::test]
async fn lines_stream_both_ways_and_a_bad_one_is_named() {
    let address = start().await;
    let headers = [XSRF, "Content-Type: application/x-ndjson"];
    let lines = b"{\"title\":\"a\"}\r\n\n{\"title\":\"b\"}";
    for echo in ["X-None: 1", "X-Echo: 1"] {
        let answer = send(
            address,
            "POST /api/objects/_import",
            &[headers[0], headers[1], echo],
            lines,
        )
        .await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (200, "{\"title\":\"a\"}\n{\"title\":\"b\"}\n")
        );
    }
    for (body, expected) in [
        (
            &b"{\"title\":\"a\"}\n{\"title\":7}"[..],
            "[request body line 2.title]: expected text",
        ),
        (b"{\"title\":", "[request body line 1]: not JSON"),
    ] {
        let answer = send(address, "POST /api/objects/_import", &headers, body).await;
        assert_eq!(answer.status, 400);
        assert!(answer.message().contains(expected), "{answer:?}");
    }
    let answer = send(address, "POST /api/objects/_import", &headers, b"").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));
}

#[tokio::test]
async fn a_client_that_stalls_is_let_go_and_one_that_leaves_harms_nobody() {
    let address = start().await;
    for (target, content) in [
        ("POST /api/cases", JSON),
        ("POST /api/cases/1/files", MULTIPART),
        (
            "PUT /api/objects/1",
            "Content-Type: application/octet-stream",
        ),
    ] {
        let request = format!(
            "{target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{XSRF}\r\n{content}\r\nContent-Length: 100\r\n\r\n--b"
        );
        let answer = raw(address, request.clone().into_bytes()).await;
        assert_eq!(answer.status, 408, "{target}: {answer:?}");
        answer.message();
        let mut leaving = TcpStream::connect(address).await.unwrap();
        leaving.write_all(request.as_bytes()).await.unwrap();
    }
    assert_eq!(
        send(address, "GET /api/cases/1", &[], b"").await.status,
        200
    );
}

#[tokio::test]
async fn a_thousand_connections_that_close_at_random_leave_a_server_that_answers() {
    let address = start().await;
    let mut tasks = Vec::new();
    for number in 0..1000_usize {
        tasks.push(tokio::spawn(async move {
            let body = br#"{"title": "a"}"#;
            let request = format!("POST /api/cases HTTP/1.1\r\nHost: x\r\n{XSRF}\r\n{JSON}\r\nContent-Length: {}\r\n\r\n", body.len());
            let request = match number % 5 {
                0 => b"GET /api/cases/never HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(),
                _ => [request.as_bytes(), body].concat(),
            };
            let Ok(mut stream) = TcpStream::connect(address).await else { return };
            // Somewhere between the first byte and the answer.
            let length = number * 7919 % (request.len() + 1);
            let sent = if number % 3 == 0 { length } else { request.len() };
            let _ = stream.write_all(&request[..sent]).await;
            if number % 2 == 0 && sent == request.len() && number % 5 != 0 {
                let _ = stream.read(&mut [0; 64]).await;
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(
        send(address, "GET /api/cases/1", &[], b"").await.status,
        200
    );
}
