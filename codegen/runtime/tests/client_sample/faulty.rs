//! A server that answers with any bytes, and two operations to call it with.
#![allow(dead_code, missing_docs, unreachable_pub)]

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use flate2::write::GzEncoder;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// What a connection is answered with, one request each.
#[derive(Clone)]
enum Manner {
    /// One after the other; the last for all that follow.
    Script(Vec<Vec<u8>>),
    /// These bytes, and then nothing, for ever.
    Stalling(Vec<u8>),
    /// The first bytes, and then the second again and again, as fast as they go or slowly.
    Endless(Vec<u8>, Vec<u8>, Duration),
}

/// The server.
pub struct Faulty {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
    let_go: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Faulty {
    pub async fn repeat(answer: Vec<u8>) -> Self {
        Self::serve(Manner::Script(vec![answer])).await
    }

    pub async fn script(answers: Vec<Vec<u8>>) -> Self {
        Self::serve(Manner::Script(answers)).await
    }

    pub async fn stalling(start: Vec<u8>) -> Self {
        Self::serve(Manner::Stalling(start)).await
    }

    pub async fn endless(start: Vec<u8>, piece: Vec<u8>) -> Self {
        Self::serve(Manner::Endless(start, piece, Duration::ZERO)).await
    }

    pub async fn trickling(start: Vec<u8>, piece: &[u8]) -> Self {
        let pause = Duration::from_millis(50);
        Self::serve(Manner::Endless(start, piece.to_vec(), pause)).await
    }

    async fn serve(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let let_go = Arc::new(Notify::new());
        let (seen, gone) = (Arc::clone(&requests), Arc::clone(&let_go));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (manner, seen, gone) = (manner.clone(), Arc::clone(&seen), Arc::clone(&gone));
                tokio::spawn(async move { connection(stream, manner, &seen, &gone).await });
            }
        });
        Self {
            address,
            requests,
            let_go,
            task,
        }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests that came, head and body.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// When a client closed its connection while it was not answered.
    pub async fn let_go(&self) {
        self.let_go.notified().await;
    }

    pub async fn stop(&self) {
        self.task.abort();
        while !self.task.is_finished() {
            tokio::task::yield_now().await;
        }
    }
}

async fn connection(
    mut stream: TcpStream,
    manner: Manner,
    seen: &Mutex<Vec<String>>,
    gone: &Notify,
) {
    let Some(request) = request(&mut stream).await else {
        return;
    };
    let number = {
        let mut seen = seen.lock().unwrap();
        seen.push(request);
        seen.len() - 1
    };
    match manner {
        Manner::Script(answers) => {
            let answer = answers.get(number).or(answers.last());
            let _ = stream.write_all(answer.unwrap()).await;
            let _ = stream.shutdown().await;
        }
        Manner::Stalling(start) => {
            let _ = stream.write_all(&start).await;
            let _ = stream.read(&mut [0; 64]).await;
            gone.notify_one();
        }
        Manner::Endless(start, piece, pause) => {
            let _ = stream.write_all(&start).await;
            while stream.write_all(&piece).await.is_ok() {
                tokio::time::sleep(pause).await;
            }
        }
    }
}

/// Reads a request to its end.
async fn request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            let length = length.map_or(0, |length| length.parse().unwrap());
            let chunked = head.contains("transfer-encoding: chunked");
            if (chunked && body.ends_with("0\r\n\r\n")) || (!chunked && body.len() >= length) {
                return Some(text);
            }
        }
        let mut piece = [0; 4096];
        match stream.read(&mut piece).await {
            Ok(0) | Err(_) => return None,
            Ok(length) => bytes.extend_from_slice(&piece[..length]),
        }
    }
}

/// An answer that closes the connection.
pub fn answer(status: u16, headers: &str, body: &str) -> Vec<u8> {
    answer_bytes(status, headers, body.as_bytes())
}

pub fn answer_bytes(status: u16, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = match status {
        204 => String::new(),
        _ => format!("content-length: {}\r\n", body.len()),
    };
    let head = format!("HTTP/1.1 {status} X\r\nconnection: close\r\n{headers}{length}\r\n");
    [head.as_bytes(), body].concat()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// `GET` and `POST /api/probe`.
pub mod probe {
    use kibana_runtime::Model;
    use kibana_runtime::generated::client as rt;
    use kibana_runtime::generated::{Node, ObjectWriter, Reader, Rules};
    use kibana_runtime::serde::Serializer;
    use kibana_runtime::wire::{
        BodyFormat, MediaType, OperationInfo, Parts, ResponseInfo, StatusRange,
    };

    pub struct Read;

    impl rt::Operation for Read {
        const INFO: &'static OperationInfo = &OperationInfo {
            id: "read",
            method: "GET",
            path: "/api/probe",
            responses: &[ResponseInfo {
                status: StatusRange::Code(200),
                media_types: &["application/json"],
            }],
            ..OperationInfo::NONE
        };
        type Request = Nothing;
        type Response = Text;
    }

    pub struct Nothing;

    impl rt::IntoCall for Nothing {
        fn into_call(self, _: &mut rt::Sending) {}
    }

    #[derive(Debug)]
    pub struct Text(String);

    impl Model for Text {
        fn read(node: &Node<'_>, _: &'static Rules, reader: &mut Reader<'_>) -> Option<Self> {
            let mut object = reader.object(node, &Rules::NONE)?;
            let text = object.required("text", &Rules::NONE);
            object.close();
            Some(Self(text?))
        }

        fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut object = ObjectWriter::new(serializer)?;
            object.required("text", &self.0)?;
            object.end()
        }
    }

    impl rt::FromAnswer for Text {
        fn from_answer(answer: &mut rt::Answer) -> Option<Self> {
            match answer.variant() {
                0 => answer.json(&Rules::NONE),
                _ => answer.unexpected(),
            }
        }
    }

    impl rt::Callable for Read {
        type Success = String;

        fn success(response: Text) -> Option<String> {
            Some(response.0)
        }
    }

    pub struct Write;

    impl rt::Operation for Write {
        const INFO: &'static OperationInfo = &OperationInfo {
            id: "write",
            method: "POST",
            path: "/api/probe",
            request: &[MediaType {
                essence: "application/octet-stream",
                format: BodyFormat::Bytes,
                parts: &Parts::ANY,
            }],
            responses: &[ResponseInfo {
                status: StatusRange::Code(204),
                media_types: &[],
            }],
            ..OperationInfo::NONE
        };
        type Request = Upload;
        type Response = Done;
    }

    pub struct Upload {
        pub body: rt::ByteStream,
    }

    impl rt::IntoCall for Upload {
        fn into_call(self, call: &mut rt::Sending) {
            call.bytes(0, self.body);
        }
    }

    pub struct Done;

    impl rt::FromAnswer for Done {
        fn from_answer(answer: &mut rt::Answer) -> Option<Self> {
            match answer.variant() {
                0 => Some(Self),
                _ => answer.unexpected(),
            }
        }
    }

    impl rt::Callable for Write {
        type Success = ();

        fn success(Done: Done) -> Option<()> {
            Some(())
        }
    }
}
