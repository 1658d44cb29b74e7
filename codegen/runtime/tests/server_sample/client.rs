//! A server on a socket, and a client that can say anything.
#![allow(dead_code, missing_docs, unreachable_pub)]

use std::net::SocketAddr;
use std::time::Duration;

use kibana_runtime::serde_json::Value;
use kibana_runtime::server::axum;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Serves a router on a port of its own.
pub async fn serve(router: axum::Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    pub fn json(&self) -> Value {
        kibana_runtime::serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// The message of an error that has Kibana's shape.
    #[track_caller]
    pub fn message(&self) -> String {
        let body = self.json();
        assert_eq!(body["statusCode"], self.status, "{self:?}");
        assert!(body["error"].is_string(), "{self:?}");
        body["message"].as_str().unwrap().to_owned()
    }
}

/// Sends a request: a line such as `GET /api`, header lines, and a body.
pub async fn send(address: SocketAddr, line: &str, headers: &[&str], body: &[u8]) -> Answer {
    let mut head = format!("{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
    for header in headers {
        head += &format!("{header}\r\n");
    }
    if !body.is_empty() {
        head += &format!("Content-Length: {}\r\n", body.len());
    }
    head += "\r\n";
    let bytes = [head.as_bytes(), body].concat();
    raw(address, bytes).await
}

/// Sends bytes and reads everything that comes back.
pub async fn raw(address: SocketAddr, bytes: Vec<u8>) -> Answer {
    let (mut read, mut write) = TcpStream::connect(address).await.unwrap().into_split();
    // The server may answer, and stop reading, before all is written.
    let writer = tokio::spawn(async move {
        let _ = write.write_all(&bytes).await;
        write
    });
    let mut answer = Vec::new();
    let reading = tokio::time::timeout(Duration::from_secs(20), read.read_to_end(&mut answer));
    let _ = reading.await.expect("the server hangs");
    writer.abort();
    parse(&answer)
}

fn parse(bytes: &[u8]) -> Answer {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|s| s.parse().ok())
        .unwrap_or(0);
    let chunked = head
        .to_ascii_lowercase()
        .contains("transfer-encoding: chunked");
    Answer {
        status,
        head: head.to_owned(),
        body: if chunked {
            unchunked(body)
        } else {
            body.to_owned()
        },
    }
}

fn unchunked(mut body: &str) -> String {
    let mut text = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap_or(0);
        if size == 0 || rest.len() < size {
            break;
        }
        text += &rest[..size];
        body = rest[size..].trim_start_matches("\r\n");
    }
    text
}
