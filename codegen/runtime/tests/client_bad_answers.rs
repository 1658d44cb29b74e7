//! What a client makes of servers that do what they should not: every time a typed error, soon, and within bounds.
#![cfg(feature = "reqwest")]
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

#[path = "client_sample/faulty.rs"]
mod faulty;

use std::time::{Duration, Instant};

use faulty::{Faulty, answer, probe};
use kibana_runtime::client::{
    Builder, ByteStream, Call, Client, Error, ErrorKind, Retries, TimedOut,
};
use kibana_runtime::wire::StatusCode;

/// A client that does not wait long.
fn client(server: &Faulty) -> Client {
    builder(server).build().unwrap()
}

fn builder(server: &Faulty) -> Builder {
    Client::builder(&server.url())
        .unwrap()
        .api_key("secret")
        .timeout(Duration::from_secs(5))
        .idle_timeout(Duration::from_millis(300))
        .answer_limit(1 << 20)
        .retries(quick())
}

fn quick() -> Retries {
    Retries::default().waits(Duration::from_millis(1), Duration::from_millis(20))
}

async fn read(client: &Client) -> Result<String, Error> {
    Call::<probe::Read>::new(client, probe::Nothing).await
}

async fn write(client: &Client, body: impl Into<ByteStream>) -> Result<(), Error> {
    let request = probe::Upload { body: body.into() };
    Call::<probe::Write>::new(client, request).await
}

/// The error of a call, which comes soon.
async fn error(client: &Client) -> Error {
    let begun = Instant::now();
    let error = read(client).await.unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(4), "{error}");
    assert!(!format!("{error} {error:?}").contains("secret"));
    error
}

#[tokio::test]
async fn what_is_no_json_is_unreadable_and_shown() {
    let server = Faulty::repeat(answer(200, "content-type: application/json\r\n", "<oops>")).await;
    let error = error(&client(&server)).await;
    let text = error.to_string();
    assert!(
        text.starts_with("GET /api/probe: the answer cannot be read: $: not JSON"),
        "{text}"
    );
    assert!(text.ends_with(r#"; it starts with "<oops>""#), "{text}");
    let ErrorKind::Unreadable(unreadable) = error.kind() else {
        panic!("{error:?}");
    };
    assert_eq!(unreadable.content_type(), Some("application/json"));
    assert_eq!(unreadable.violations().list[0].path, "$");
    assert_eq!(unreadable.status(), Some(StatusCode::OK));
}

#[tokio::test]
async fn json_of_another_shape_is_unreadable_with_its_path() {
    let body = r#"{"text": 7}"#;
    let server = Faulty::repeat(answer(200, "content-type: application/json\r\n", body)).await;
    let error = error(&client(&server)).await;
    let ErrorKind::Unreadable(unreadable) = error.kind() else {
        panic!("{error:?}");
    };
    assert_eq!(unreadable.violations().list[0].path, "$.text");
    assert_eq!(unreadable.start(), body);
}

#[tokio::test]
async fn another_media_type_is_unreadable() {
    let page = "<!doctype html><title>Sign in</title>";
    let server = Faulty::repeat(answer(200, "content-type: text/html\r\n", page)).await;
    let error = error(&client(&server)).await;
    let text = error.to_string();
    assert!(text.contains("expected application/json"), "{text}");
    assert!(text.contains("Sign in"), "{text}");
}

#[tokio::test]
async fn an_undocumented_success_is_unreadable() {
    let server = Faulty::repeat(answer(202, "", "{}")).await;
    let error = error(&client(&server)).await;
    assert!(
        error.to_string().contains("202 Accepted is not documented"),
        "{error}"
    );
}

#[tokio::test]
async fn a_proxys_page_is_a_refusal_with_its_status() {
    let page = "<html>Bad Gateway</html>";
    let head = "content-type: text/html\r\nx-request-id: abc\r\n";
    let server = Faulty::repeat(answer(502, head, page)).await;
    let error = error(&client(&server)).await;
    let refused = error.refused().unwrap();
    assert_eq!(refused.status(), 502);
    assert_eq!(refused.message(), None);
    assert_eq!(refused.request_id(), Some("abc"));
    assert_eq!(&refused.body()[..], page.as_bytes());
    assert_eq!(server.requests().len(), 3, "tries");
}

#[tokio::test]
async fn what_is_cut_off_is_no_answer() {
    let short = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
    let chunk = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\
                 transfer-encoding: chunked\r\n\r\n5\r\n{\"tex\r\n";
    for text in [short, chunk, "HTTP/1.1 200", "", "nonsense\r\n\r\n"] {
        let server = Faulty::repeat(text.into()).await;
        let error = error(&client(&server)).await;
        assert!(
            matches!(error.kind(), ErrorKind::Transport(_)),
            "{text}: {error:?}"
        );
    }
}

#[tokio::test]
async fn what_is_too_large_is_not_read_to_its_end() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
    let announced = format!("{head}content-length: 99999999999\r\n\r\n");
    let endless = format!("{head}transfer-encoding: chunked\r\n\r\n");
    for (head, piece) in [
        (announced, vec![b' '; 65536]),
        (
            endless,
            [b"10000\r\n", &vec![b' '; 65536][..], b"\r\n"].concat(),
        ),
    ] {
        let server = Faulty::endless(head.into_bytes(), piece).await;
        let error = error(&client(&server)).await;
        assert!(
            error.to_string().contains("larger than 1048576 bytes"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up() {
    let server = Faulty::stalling(Vec::new()).await;
    let client = builder(&server)
        .timeout(Duration::from_millis(200))
        .build()
        .unwrap();
    let error = error(&client).await;
    assert!(
        matches!(error.kind(), ErrorKind::TimedOut(TimedOut::Call(_))),
        "{error:?}"
    );
    assert_eq!(server.requests().len(), 1, "time for all tries together");
}

#[tokio::test]
async fn a_server_that_stops_in_the_middle_is_given_up() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{";
    let server = Faulty::stalling(head.into()).await;
    let error = error(&client(&server)).await;
    assert!(
        matches!(error.kind(), ErrorKind::TimedOut(TimedOut::Piece(_))),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_server_that_trickles_is_given_up_too() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n";
    let server = Faulty::trickling(head.into(), b" ").await;
    let client = builder(&server)
        .timeout(Duration::from_millis(500))
        .build()
        .unwrap();
    let error = error(&client).await;
    assert!(
        matches!(error.kind(), ErrorKind::TimedOut(TimedOut::Call(_))),
        "{error:?}"
    );
}

#[tokio::test]
async fn nobody_there_is_a_transport_error_with_its_reason() {
    let server = Faulty::repeat(Vec::new()).await;
    let client = client(&server);
    server.stop().await;
    let error = error(&client).await;
    assert!(matches!(error.kind(), ErrorKind::Transport(_)), "{error:?}");
    assert!(std::error::Error::source(&error).is_some());
}

#[tokio::test]
async fn credentials_do_not_follow_to_another_host() {
    let other = Faulty::repeat(answer(200, "content-type: application/json\r\n", "{}")).await;
    for status in [301, 302, 303, 307, 308] {
        let location = format!("location: {}/api/probe\r\n", other.url());
        let server = Faulty::repeat(answer(status, &location, "")).await;
        let error = error(&client(&server)).await;
        let ErrorKind::Redirected(redirected) = error.kind() else {
            panic!("{error:?}");
        };
        assert_eq!(redirected.status().as_u16(), status);
        assert!(redirected.location().starts_with(&other.url()));
    }
    assert_eq!(other.requests().len(), 0);
}

#[tokio::test]
async fn redirects_on_the_same_server_are_followed_so_far() {
    let good = answer(
        200,
        "content-type: application/json\r\n",
        r#"{"text":"there"}"#,
    );
    let away = answer(302, "location: /elsewhere?x=1\r\n", "");
    let server = Faulty::script(vec![away.clone(), good]).await;
    assert_eq!(read(&client(&server)).await.unwrap(), "there");
    let requests = server.requests();
    assert!(
        requests[1].starts_with("GET /elsewhere?x=1 HTTP/1.1\r\n"),
        "{requests:?}"
    );
    assert!(requests[1].contains("authorization: ApiKey secret"));

    let server = Faulty::repeat(away.clone()).await;
    let round = error(&client(&server)).await;
    assert!(matches!(round.kind(), ErrorKind::Transport(_)), "{round:?}");
    assert!(server.requests().len() <= 18, "bounded");

    // What changes something is not turned into something else.
    let server = Faulty::repeat(away).await;
    let written = write(&client(&server), "x").await.unwrap_err();
    assert!(
        matches!(written.kind(), ErrorKind::Redirected(_)),
        "{written:?}"
    );
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn what_may_go_better_the_next_time_is_tried_again() {
    let good = answer(
        200,
        "content-type: application/json\r\n",
        r#"{"text":"well"}"#,
    );
    let script = vec![
        Vec::new(),
        answer(503, "retry-after: 0\r\n", ""),
        good.clone(),
    ];
    let server = Faulty::script(script).await;
    assert_eq!(read(&client(&server)).await.unwrap(), "well");
    assert_eq!(server.requests().len(), 3);

    // The server wants more time than the caller has.
    let server = Faulty::script(vec![answer(429, "retry-after: 3600\r\n", ""), good]).await;
    let error = error(&client(&server)).await;
    assert_eq!(error.status(), Some(StatusCode::TOO_MANY_REQUESTS));
    assert_eq!(server.requests().len(), 1);

    // A request that is refused is refused the next time, too.
    let server = Faulty::repeat(answer(400, "", "")).await;
    assert_eq!(
        read(&client(&server)).await.unwrap_err().status(),
        Some(StatusCode::BAD_REQUEST)
    );
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn what_would_be_done_twice_is_tried_once_unless_asked() {
    let script = || vec![answer(503, "", ""), answer(204, "", "")];
    let server = Faulty::script(script()).await;
    let error = write(&client(&server), "x").await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::SERVICE_UNAVAILABLE));

    let server = Faulty::script(script()).await;
    let asked = client(&server).retries(quick().every_method());
    write(&asked, "hello").await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert!(
        requests.iter().all(|request| request.ends_with("hello")),
        "{requests:?}"
    );

    // The next try is of what the server sent the caller to, not of half of the request.
    let elsewhere = answer(303, "location: /done\r\n", "");
    let server = Faulty::script([vec![elsewhere], script()].concat()).await;
    write(&client(&server).retries(quick().every_method()), "hello")
        .await
        .unwrap();
    let requests = server.requests();
    let reads =
        |request: &String| request.starts_with("GET /done ") && !request.contains("kbn-xsrf");
    assert!(requests[1..].iter().all(reads), "{requests:?}");
    assert_eq!(requests.len(), 3);

    // A stream is gone.
    let server = Faulty::script(script()).await;
    let asked = client(&server).retries(quick().every_method());
    let stream = futures_util::stream::iter([Ok("hello".into())]);
    let error = write(&asked, ByteStream::new(stream)).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::SERVICE_UNAVAILABLE));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn compressed_answers_are_read_and_bounded() {
    let head = "content-type: application/json\r\ncontent-encoding: gzip\r\n";
    let well = faulty::gzip(br#"{"text":"packed"}"#);
    let server = Faulty::repeat(faulty::answer_bytes(200, head, &well)).await;
    assert_eq!(read(&client(&server)).await.unwrap(), "packed");
    assert!(server.requests()[0].contains("accept-encoding: gzip"));

    // 16 MB of nothing in 16 kB.
    let bomb = faulty::gzip(&vec![b' '; 16 << 20]);
    let server = Faulty::repeat(faulty::answer_bytes(200, head, &bomb)).await;
    let error = self::error(&client(&server)).await;
    assert!(
        error.to_string().contains("larger than 1048576 bytes"),
        "{error}"
    );

    let cut_off = faulty::answer_bytes(200, head, &well[..well.len() - 4]);
    for answer in [cut_off, answer(200, head, "not compressed")] {
        let server = Faulty::repeat(answer).await;
        let error = self::error(&client(&server)).await;
        let problem = "cannot be decompressed as gzip";
        assert!(error.to_string().contains(problem), "{error}");
    }
}

#[tokio::test]
async fn a_call_that_is_dropped_lets_go_of_its_connection() {
    let server = Faulty::stalling(Vec::new()).await;
    let client = client(&server);
    let call = read(&client);
    let given_up = tokio::time::timeout(Duration::from_millis(200), call).await;
    assert!(given_up.is_err());
    tokio::time::timeout(Duration::from_secs(2), server.let_go())
        .await
        .unwrap();
}

#[tokio::test]
async fn conventions_of_kibana_are_kept() {
    let server = Faulty::script(vec![answer(204, "", ""), answer(200, "", r#"{"text":""}"#)]).await;
    let client = client(&server);
    write(&client, "x").await.unwrap();
    read(&client).await.unwrap();
    let [written, asked] = <[String; 2]>::try_from(server.requests()).unwrap();
    assert!(written.contains("\r\nkbn-xsrf: true\r\n"));
    assert!(!asked.contains("kbn-xsrf"));
    for request in [&written, &asked] {
        assert!(
            request.contains("\r\nelastic-api-version: 2023-10-31\r\n"),
            "{request}"
        );
        assert!(
            request.contains("\r\nuser-agent: kibana-rust/"),
            "{request}"
        );
        assert!(
            request.contains("\r\nauthorization: ApiKey secret\r\n"),
            "{request}"
        );
    }
    assert!(written.contains("\r\ncontent-length: 1\r\n"), "{written}");
    assert!(
        asked.contains("\r\naccept: application/json, */*;q=0.1\r\n"),
        "{asked}"
    );
}
