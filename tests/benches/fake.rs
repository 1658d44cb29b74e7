//! What the memory of the fake costs: requests per second against the same fake without memory, whether memory stays
//! where it is over many items that come and go, and how long a document takes from the start of the program to its
//! first answer.
//!
//! Both fakes stand in this process, each asked over a connection, and take turns in short rounds; ratios are made per round, so that a busy machine
//! disturbs both alike.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use kibana_codegen::fake::{Fake, Options};
use kibana_codegen::{Analysis, Config};
use kibana_tests::{tool, workspace};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const ROUNDS: usize = 40;
/// What is done in a round, of each kind.
const TIMES: usize = 300;
/// Items that are there from the start.
const ITEMS: usize = 1_000;
/// Items that come and go.
const LIVES: usize = 100_000;
/// Starts of the program for each document.
const STARTS: usize = 5;

fn main() {
    // Only `cargo bench` says `--bench`; a test run of all targets has no time for numbers.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let analysis = Config::new(workspace::data("library.yaml")).analyse();
    let analysis = analysis.unwrap_or_else(|failure| panic!("{failure}"));
    runtime.block_on(async {
        let mut remembering = Library::new(&analysis, false).await;
        let mut stateless = Library::new(&analysis, true).await;
        compare(&mut remembering, &mut stateless).await;
        come_and_go(&mut remembering).await;
    });
    let mut documents = vec![workspace::root().join("spec/kibana.yaml")];
    documents.extend(
        workspace::REAL
            .iter()
            .filter_map(|name| workspace::real(name)),
    );
    let program = tool::optimised();
    println!("\nfrom the start of the program to its first answer, medians of {STARTS}\n");
    for document in documents {
        print_start(&program, &document);
    }
}

/// What is done to a fake.
#[derive(Clone, Copy)]
enum Deed {
    Read,
    List,
    Change,
    MakeAndDelete,
}

const DEEDS: [(&str, Deed); 4] = [
    ("read one", Deed::Read),
    ("list a page of one", Deed::List),
    ("change one", Deed::Change),
    ("make one, delete it", Deed::MakeAndDelete),
];

/// A fake with books, that is asked over a connection which stays open.
struct Library {
    connection: TcpStream,
    received: Vec<u8>,
}

impl Library {
    async fn new(analysis: &Analysis, stateless: bool) -> Self {
        let options = Options {
            stateless,
            ..Options::default()
        };
        let fake = Fake::new(analysis, &options).expect("a fake");
        if !stateless {
            let books = (0..ITEMS)
                .map(|id| json!({ "id": id.to_string(), "title": "Emma", "version": "1" }));
            let state = json!({ "/books/{bookId}": books.collect::<Vec<_>>() });
            fake.mock().add_state(&state).expect("a state");
        }
        let router = fake.router().expect("a router");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, router).await });
        let connection = TcpStream::connect(address).await.expect("it listens");
        connection.set_nodelay(true).expect("a socket");
        Self {
            connection,
            received: Vec::new(),
        }
    }

    /// The body of the answer. Written by hand, so that whoever asks costs as little as can be.
    async fn ask(&mut self, method: &str, path: &str, body: &str) -> Value {
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: fake\r\nauthorization: ApiKey bW9jazptb2Nr\r\nkbn-xsrf: bench\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        let sent = self.connection.write_all(request.as_bytes()).await;
        sent.expect("it reads");
        self.received.clear();
        loop {
            let read = self.connection.read_buf(&mut self.received).await;
            assert!(read.expect("it answers") > 0, "the connection broke off");
            if let Some(body) = whole(&self.received) {
                return serde_json::from_slice(body).unwrap_or_default();
            }
        }
    }

    async fn does(&mut self, deed: Deed) {
        let title = r#"{"title":"Persuasion"}"#;
        match deed {
            Deed::Read => _ = self.ask("GET", "/books/500", "").await,
            Deed::List => _ = self.ask("GET", "/books?page=500&perPage=1", "").await,
            Deed::Change => _ = self.ask("PUT", "/books/500", title).await,
            Deed::MakeAndDelete => {
                let made = self.ask("POST", "/books", title).await;
                let id = made["id"].as_str().expect("an id");
                self.ask("DELETE", &format!("/books/{id}"), "").await;
            }
        }
    }

    /// How often a second it can be done.
    async fn round(&mut self, deed: Deed) -> f64 {
        let start = Instant::now();
        for _ in 0..TIMES {
            self.does(deed).await;
        }
        TIMES as f64 / start.elapsed().as_secs_f64()
    }
}

/// The body of a successful answer, once all of it is there.
fn whole(received: &[u8]) -> Option<&[u8]> {
    let text = std::str::from_utf8(received).expect("text");
    let (head, body) = text.split_once("\r\n\r\n")?;
    assert!(head.starts_with("HTTP/1.1 20"), "{text}");
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.map_or(0, |length| length.parse().expect("a length"));
    (body.len() == length).then_some(body.as_bytes())
}

async fn compare(remembering: &mut Library, stateless: &mut Library) {
    println!(
        "medians of {ROUNDS} rounds of {TIMES}, {ITEMS} items stored; × is the ratio to the same fake without memory\n"
    );
    println!("{:<24}{:>10}{:>8}", "", "times/s", "×");
    for (name, deed) in DEEDS {
        let (mut own, mut ratios) = (Vec::new(), Vec::new());
        for round in 0..=ROUNDS {
            let with = remembering.round(deed).await;
            let without = stateless.round(deed).await;
            // The first round warms up.
            if round > 0 {
                own.push(with);
                ratios.push(with / without);
            }
        }
        println!("{name:<24}{:>10.0}{:>8.2}", median(own), median(ratios));
    }
}

async fn come_and_go(library: &mut Library) {
    let before = megabytes("self", "VmRSS");
    for _ in 0..LIVES {
        library.does(Deed::MakeAndDelete).await;
    }
    let after = megabytes("self", "VmRSS");
    println!("\n{LIVES} items made and deleted: memory {before} before, {after} after");
}

fn print_start(program: &Path, document: &Path) {
    let mut times = Vec::new();
    let mut memory = String::new();
    for _ in 0..STARTS {
        let (time, peak) = start(program, document);
        times.push(time.as_secs_f64());
        memory = peak;
    }
    let name = document.file_stem().unwrap_or_default().to_string_lossy();
    println!("{name:<24}{:>8.2} s{memory:>10}", median(times));
}

/// The time to the first answer, and the most memory that the program had until then.
fn start(program: &Path, document: &Path) -> (Duration, String) {
    let start = Instant::now();
    let child = Command::new(program)
        .args(["mock", "--port", "0", "--spec"])
        .arg(document)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = Running(child.expect("the program runs"));
    let mut line = String::new();
    let output = child.0.stdout.take().expect("an output");
    let mut output = BufReader::new(output);
    output.read_line(&mut line).expect("a line");
    let address = line.trim().strip_prefix("listening on http://");
    let mut stream =
        std::net::TcpStream::connect(address.expect("an address")).expect("it listens");
    let request = "GET /_fake/state HTTP/1.1\r\nhost: fake\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    (
        start.elapsed(),
        megabytes(&child.0.id().to_string(), "VmHWM"),
    )
}

/// A program that ends with this.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A figure of a process; Linux only, other systems say `n/a`.
fn megabytes(process: &str, key: &str) -> String {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let mut lines = status.lines();
    let value = lines.find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
    let kilobytes = value.and_then(|value| value.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kilobytes.map_or_else(
        || "n/a".to_string(),
        |kilobytes| format!("{} MB", kilobytes * 1024 / 1_000_000),
    )
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
