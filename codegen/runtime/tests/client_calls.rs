//! Calls of the client against the server, in process and over a socket: what is sent arrives as it is, and so does
//! what is answered.
#![cfg(all(feature = "reqwest", feature = "server"))]
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

mod client_sample;

use std::collections::BTreeMap;
use std::time::Duration;

use client_sample::cases::{Case, Severity, create_case, get_case};
use client_sample::client::Client;
use client_sample::objects::{download, upload};
use client_sample::server::router;
use futures_util::{StreamExt, stream};
use kibana_runtime::client::{
    self as rt, ByteStream, ErrorKind, File, JsonLines, Multipart, StreamError, TimedOut,
};
use kibana_runtime::server::{StatusCode, axum};

/// Runs in this very task, without a socket.
fn in_process() -> Client {
    let builder = Client::builder("http://kibana.test").unwrap();
    builder.transport(router()).build().unwrap()
}

/// Runs over a socket, by way of the default transport.
async fn over_socket() -> Client {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router()).await });
    let url = format!("http://{address}");
    Client::builder(&url).unwrap().build().unwrap()
}

async fn both() -> [Client; 2] {
    [in_process(), over_socket().await]
}

/// The request that reached the handler, as it shows it.
fn shown(case: &Case) -> &str {
    &case.tags.as_ref().unwrap()[0]
}

#[tokio::test]
async fn parameters_of_every_style_arrive_as_they_were_given() {
    for client in both().await {
        let labels = BTreeMap::from([("a b".to_owned(), vec![1, 2]), ("c".to_owned(), vec![3])]);
        let call = client
            .cases()
            .get_case("a/b c%2F&é?#")
            .page(2)
            .severity([Severity::Low, Severity::from("new & odd")])
            .extended(true)
            .ids([1, 2, 3])
            .labels(labels.clone())
            .hint(["x".to_owned(), "y".to_owned()]);
        let expected = get_case::Request {
            case_id: "a/b c%2F&é?#".to_owned(),
            page: Some(2),
            severity: Some([Severity::Low, Severity::from("new & odd")].into()),
            extended: Some(true),
            ids: Some(vec![1, 2, 3]),
            labels: Some(labels),
            version: Some("2023-10-31".to_owned()),
            hint: Some(vec!["x".to_owned(), "y".to_owned()]),
        };
        // An enum that the document does not know is a broken rule, so this is sent unchecked.
        let refused = call.await.unwrap_err();
        assert!(matches!(refused.kind(), ErrorKind::Invalid(_)), "{refused}");
        let case = client
            .with(rt::Client::unchecked)
            .cases()
            .get_case("a/b c%2F&é?#")
            .page(2)
            .severity([Severity::Low, Severity::from("new & odd")])
            .extended(true)
            .ids([1, 2, 3])
            .labels(expected.labels.clone().unwrap())
            .hint(["x".to_owned(), "y".to_owned()])
            .await;
        // The server has the same rules.
        let refused = case.unwrap_err().to_string();
        assert!(refused.contains("[request query.severity[1]]"), "{refused}");
        let case = client
            .cases()
            .get_case("a/b c%2F&é?#")
            .page(2)
            .severity([Severity::Low, Severity::High])
            .extended(true)
            .ids([1, 2, 3])
            .labels(expected.labels.clone().unwrap())
            .hint(["x".to_owned(), "y".to_owned()])
            .await
            .unwrap();
        let expected = get_case::Request {
            severity: Some([Severity::Low, Severity::High].into()),
            ..expected
        };
        assert_eq!(shown(&case), format!("{expected:?}"));
    }
}

#[tokio::test]
async fn what_is_left_out_is_not_sent() {
    for client in both().await {
        let case = client.cases().get_case("1").await.unwrap();
        let expected = get_case::Request {
            // The header that every request has.
            version: Some("2023-10-31".to_owned()),
            ..get_case::Request::new("1")
        };
        assert_eq!(shown(&case), format!("{expected:?}"));
    }
}

#[tokio::test]
async fn every_documented_answer_is_a_value_and_only_success_is_awaited() {
    for client in both().await {
        let cases = client.cases();
        let response = cases.get_case("missing").response().await.unwrap();
        assert!(matches!(response, get_case::Response::NotFound(e) if e.message == "no such case"));

        let error = cases.get_case("missing").await.unwrap_err();
        assert!(error.is_not_found());
        assert_eq!(
            error.to_string(),
            "GET /api/cases/{caseId}: 404 Not Found: no such case"
        );
        let refused = error.refused().unwrap();
        assert_eq!(&refused.body()[..], br#"{"message":"no such case"}"#);

        let once = client.with(|client| client.retries(rt::Retries::never()));
        let response = once.cases().get_case("broken").response().await.unwrap();
        assert!(matches!(
            response,
            get_case::Response::ServerError { status: StatusCode::BAD_GATEWAY, body }
                if body.message == "something broke"
        ));

        // Not documented: an error either way.
        let error = cases.get_case("teapot").response().await.unwrap_err();
        assert_eq!(error.refused().unwrap().message(), Some("a teapot"));
    }
}

#[tokio::test]
async fn bodies_headers_and_cookies_travel() {
    for client in both().await {
        let call = client.cases().create_case(Case::new("a")).visits(3);
        let made = call.await.unwrap();
        assert!(matches!(
            made,
            create_case::Response::Created { location, body }
                if location == "/api/cases/a-Some(3)" && body == Case::new("a")
        ));
        let made = client.cases().create_case(Case::new("a")).dry(true).await;
        assert!(matches!(made.unwrap(), create_case::Response::NoContent));
    }
}

#[tokio::test]
async fn a_request_that_breaks_rules_is_refused_with_all_of_them_before_it_is_sent() {
    let client = in_process();
    let error = client
        .cases()
        .get_case("longer than twenty characters")
        .page(0)
        .version("2020-01-01")
        .await
        .unwrap_err();
    let ErrorKind::Invalid(violations) = error.kind() else {
        panic!("{error}");
    };
    let paths: Vec<&str> = violations.iter().map(|v| v.path.as_str()).collect();
    assert_eq!(
        paths,
        ["params.caseId", "query.page", "headers.elastic-api-version"]
    );
    let error = client.cases().create_case(Case::new("")).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "POST /api/cases: the request is not valid: \
         body.title: expected at least 1 character, found 0"
    );
}

#[tokio::test]
async fn no_value_of_a_path_parameter_leads_elsewhere() {
    let client = in_process().with(rt::Client::unchecked);
    for id in ["", ".", ".."] {
        let error = client.cases().get_case(id).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Invalid(_)), "{error}");
    }
    let case = client.cases().get_case("../x").await.unwrap();
    assert!(shown(&case).contains(r#"case_id: "../x""#));
}

#[tokio::test]
async fn spaces_credentials_and_versions_are_the_clients_business() {
    let builder = Client::builder("http://kibana.test").unwrap();
    let client = builder
        .basic("elastic", "secret")
        .transport(router())
        .build()
        .unwrap();
    let context = |case: Case| case.tags.unwrap()[1].clone();
    let case = client
        .space("marketing")
        .cases()
        .get_case("1")
        .await
        .unwrap();
    assert_eq!(context(case), r#"Some("marketing") elastic 2023-10-31"#);
    let case = client.space("default").cases().get_case("1").await.unwrap();
    assert_eq!(context(case), "None elastic 2023-10-31");
    let debug = format!("{client:?}");
    assert_eq!(
        debug,
        "Client(Client { base: http://kibana.test, space: None, .. })"
    );
}

#[tokio::test]
async fn a_base_path_comes_before_everything() {
    let nested = axum::Router::new().nest("/base", router());
    let builder = Client::builder("http://kibana.test/base/").unwrap();
    let client = builder.transport(nested).build().unwrap();
    client.space("a").cases().get_case("1").await.unwrap();
}

#[tokio::test]
async fn files_stream_in_parts_that_are_checked() {
    for client in both().await {
        let pieces = stream::iter((0..100).map(|_| Ok(vec![b'x'; 10_000].into())));
        let body = Multipart::default().field("size", &3i64).unwrap().file(
            File::new("file", ByteStream::new(pieces))
                .named("a \"b\".txt")
                .typed("text/plain"),
        );
        let text = client.cases().add_file("1", body).await.unwrap();
        assert_eq!(
            text,
            r#"1: size=3 Some("a %22b%22.txt") Some("text/plain") 1000000 "#
        );

        let missing = Multipart::default().field("size", &3i64).unwrap();
        let error = client.cases().add_file("1", missing).await.unwrap_err();
        assert!(
            error.to_string().contains("body: expected the part `file`"),
            "{error}"
        );
        let small = Multipart::default()
            .field("size", &0i64)
            .unwrap()
            .file(File::new("file", "x"));
        let error = client.cases().add_file("1", small).await.unwrap_err();
        assert!(
            error.to_string().contains("body.size: expected at least 1"),
            "{error}"
        );
        let unknown = Multipart::default().field("other", &true).unwrap();
        let error = client.cases().add_file("1", unknown).await.unwrap_err();
        assert!(
            error
                .to_string()
                .contains("body.other: the part is not known"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn lines_stream_both_ways_at_the_same_time() {
    for client in both().await {
        let (sender, receiver) = tokio::sync::mpsc::channel(1);
        let sent = stream::unfold(receiver, |mut receiver| async move {
            Some((receiver.recv().await?, receiver))
        });
        let call = client.objects().import().body(JsonLines::new(sent.map(Ok)));
        sender.send(Case::new("0")).await.unwrap();
        let mut answered = call.await.unwrap();
        for number in 1..100 {
            let case = answered.next().await.unwrap().unwrap();
            assert_eq!(case.title, (number - 1).to_string());
            sender.send(Case::new(number.to_string())).await.unwrap();
        }
        drop(sender);
        assert_eq!(answered.next().await.unwrap().unwrap().title, "99");
        assert!(answered.next().await.unwrap().is_none());
        // Without a body there is nothing.
        let mut answered = client.objects().import().await.unwrap();
        assert!(answered.next().await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_stream_that_breaks_says_why() {
    for client in both().await {
        let lines = vec![Case::new("a"), Case::new("")];
        let call = client.objects().import().body(lines);
        let error = match call.await {
            Err(error) => error,
            // The answer may have begun before the second line was asked for.
            Ok(mut answered) => loop {
                match answered.next().await {
                    Ok(Some(_)) => {}
                    Ok(None) => panic!("an invalid line was sent"),
                    Err(error) => break error.into(),
                }
            },
        };
        let kind = error.kind();
        assert!(
            matches!(kind, ErrorKind::Invalid(_) | ErrorKind::Transport(_)),
            "{error:?}"
        );
        let failing = stream::iter([Err(StreamError::failed("no disk"))]);
        let body = upload::Body::OctetStream(ByteStream::new(failing));
        let error = client.objects().upload("1").body(body).await.unwrap_err();
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert_eq!(source, "the body could not be made: no disk");
    }
}

#[tokio::test]
async fn every_media_type_of_a_body_is_sent_as_what_it_is() {
    let mut case = Case::new("a & b");
    case.tags = Some(vec!["x".to_owned(), "y".to_owned()]);
    for client in both().await {
        let bodies = [
            (
                upload::Body::Json(case.clone()),
                format!("{:?}", Some(upload::Body::Json(case.clone()))),
            ),
            (
                upload::Body::Form(case.clone()),
                format!("{:?}", Some(upload::Body::Form(case.clone()))),
            ),
            (
                upload::Body::Text("é\n".to_owned()),
                r#"Some(Text("é\n"))"#.to_owned(),
            ),
            (
                upload::Body::OctetStream(vec![0; 3_000_000].into()),
                "3000000 bytes".to_owned(),
            ),
        ];
        for (body, expected) in bodies {
            let reply = client.objects().upload("1").body(body).await.unwrap();
            assert_eq!(reply.status(), 200);
            let text = reply.into_body().collect(1000).await.unwrap();
            assert_eq!(text, expected);
        }
        let reply = client.objects().upload("1").await.unwrap();
        let text = reply.into_body().collect(1000).await.unwrap();
        assert_eq!(text, "None");
    }
}

#[tokio::test]
async fn bytes_and_events_come_as_they_are_asked_for() {
    for client in both().await {
        let answer = client.objects().download("1").part("a b").await.unwrap();
        let download::Response::OkOctetStream(bytes) = answer else {
            panic!("{answer:?}");
        };
        let expected = r#"Request { id: "1", part: Some("a b") }"#;
        assert_eq!(bytes.collect(1000).await.unwrap(), expected);

        let accept = "text/event-stream".parse().unwrap();
        let streaming = client.with(|client| client.header(rt::http::header::ACCEPT, accept));
        let answer = streaming.objects().download("1").await.unwrap();
        let download::Response::OkEventStream(mut events) = answer else {
            panic!("{answer:?}");
        };
        let event = events.next().await.unwrap().unwrap();
        assert_eq!(
            (event.event.as_deref(), &*event.data),
            (Some("line"), "one\ntwo")
        );
        assert_eq!(events.next().await.unwrap().unwrap().data, "three");
        assert!(events.next().await.unwrap().is_none());
    }
}

#[tokio::test]
async fn lists_are_followed_page_by_page() {
    for client in both().await {
        let mut items = client.cases().find_cases().per_page(2).items();
        let mut titles = Vec::new();
        while let Some(case) = items.next().await.unwrap() {
            titles.push(case.title);
        }
        assert_eq!(titles, ["0", "1", "2", "3", "4"]);

        // From the page that is asked for.
        let pages = client.cases().find_cases().page(2).per_page(2).pages();
        let pages: Vec<_> = pages.map(|page| page.unwrap().cases.len()).collect().await;
        assert_eq!(pages, [2, 1]);

        let titles = client.objects().list_objects().items();
        let titles: Vec<_> = titles.map(|case| case.unwrap().title).collect().await;
        assert_eq!(titles, ["a", "b", "c"]);

        // An error is the last thing.
        let mut items = client.objects().list_objects().cursor("nonsense").items();
        items.next().await.unwrap_err();
        assert!(items.next().await.unwrap().is_none());
    }
}

#[tokio::test]
async fn calls_are_values_and_can_be_made_in_other_tasks() {
    let client = in_process();
    let call = client.cases().get_case("1");
    let case = tokio::spawn(call.into_future()).await.unwrap().unwrap();
    assert_eq!(case.title, "case");
    let calls = (0..10).map(|number| client.cases().get_case(number.to_string()).into_future());
    let cases = futures_util::future::join_all(calls).await;
    assert!(cases.iter().all(Result::is_ok));
}

#[tokio::test]
async fn an_answer_that_does_not_come_in_time_is_an_error() {
    let silent = axum::Router::new().fallback(|| async {
        tokio::time::sleep(Duration::from_secs(60)).await;
    });
    let builder = Client::builder("http://kibana.test").unwrap();
    let client = builder
        .timeout(Duration::from_millis(50))
        .transport(silent)
        .build()
        .unwrap();
    let error = client.cases().get_case("1").await.unwrap_err();
    assert!(matches!(
        error.kind(),
        ErrorKind::TimedOut(TimedOut::Call(_))
    ));
}
