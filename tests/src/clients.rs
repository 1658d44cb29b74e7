//! Requests as clients of Kibana send them, with what a handler must receive: the table, and the program over a
//! generated crate that answers what it received. Knows how both are written; knows no document.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use kibana_codegen::ir::{Api, BodyFormat, Location};
use kibana_codegen::plan::{Access, Operation, Plan, RequestField};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{built, workspace};

/// A table of requests.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// The requests, in the order in which they are sent.
    pub request: Vec<Request>,
}

/// A request, and what becomes of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Who sends it so.
    pub client: String,
    /// Method and target.
    pub send: String,
    /// Header lines.
    #[serde(default)]
    pub headers: Vec<String>,
    /// The body.
    #[serde(default)]
    pub body: String,
    /// How the body is compressed: `gzip`, `zlib` or `deflate` (which has no header).
    pub compress: Option<String>,
    /// What the handler receives.
    pub received: Option<Received>,
    /// The status, where no handler is reached.
    pub answered: Option<u16>,
    /// Part of the message, or of the header `Location`, of that answer.
    pub says: Option<String>,
}

/// What a handler receives. What is not there is not received.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Received {
    /// `method path` of the document.
    pub operation: String,
    /// The space.
    pub space: Option<String>,
    /// Path parameters.
    #[serde(default)]
    pub path: Value,
    /// Query parameters, defaults among them.
    #[serde(default)]
    pub query: Value,
    /// Header parameters.
    #[serde(default)]
    pub headers: Value,
    /// The body: JSON, text, a list of lines, or a list of parts.
    #[serde(default)]
    pub body: Value,
}

impl Received {
    fn expected(&self) -> Value {
        let mut expected = json!({ "operation": self.operation });
        if let Some(space) = &self.space {
            expected["space"] = space.clone().into();
        }
        for (key, value) in [
            ("path", &self.path),
            ("query", &self.query),
            ("headers", &self.headers),
            ("body", &self.body),
        ] {
            let nothing = value.is_null() || value.as_object().is_some_and(|map| map.is_empty());
            if !nothing {
                expected[key] = value.clone();
            }
        }
        expected
    }
}

/// A table of `tests/data/clients`.
///
/// # Panics
/// When it is not written as [`Table`] says.
pub fn table(name: &str) -> Table {
    let path = workspace::data("clients").join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Sends all requests of a table to the server of a generated crate (package `kibana-api`), and says where something
/// else happens than the table has.
///
/// # Panics
/// When the program does not compile or breaks.
pub fn problems(name: &str, api: &Api, generated: &Path, table: &Table) -> Vec<String> {
    let package = format!("clients-{name}");
    let dir = workspace::kept(&package);
    let wanted = table
        .request
        .iter()
        .filter_map(|request| request.received.as_ref());
    let wanted: Vec<&str> = wanted.map(|received| received.operation.as_str()).collect();
    for (file, text) in [
        ("Cargo.toml", manifest(&package, generated)),
        ("src/services.rs", services(&Plan::of_crate(api), &wanted)),
        ("src/main.rs", read("clients/main.rs")),
    ] {
        built::write(&dir.join(file), &text);
    }
    built::cargo(&dir, &["build"]);
    let program = workspace::kept("build").join("debug").join(&package);
    let answers = answers(&program, &table.request);
    let pairs = table.request.iter().zip(&answers);
    pairs
        .filter_map(|(request, answer)| problem(request, answer))
        .collect()
}

fn problem(request: &Request, answer: &Value) -> Option<String> {
    let label = format!("{}: {}", request.client, request.send);
    match (&request.received, request.answered) {
        (Some(received), None) => {
            let expected = received.expected();
            let got = &answer["received"];
            (*got != expected).then(|| {
                format!("{label}\n  expected {expected}\n  found    {got}\n  answered {answer}")
            })
        }
        (None, Some(status)) => {
            let said = request.says.as_deref().unwrap_or_default();
            let fits = answer["status"] == status
                && answer["received"].is_null()
                && answer["says"]
                    .as_str()
                    .is_some_and(|text| text.contains(said));
            (!fits).then(|| format!("{label}\n  expected {status} {said:?}\n  answered {answer}"))
        }
        _ => Some(format!("{label}: needs either `received` or `answered`")),
    }
}

/// What the program says to each request.
fn answers(program: &Path, requests: &[Request]) -> Vec<Value> {
    let mut child = Command::new(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
    let mut input = child.stdin.take().expect("the input is a pipe");
    let lines: String = requests
        .iter()
        .map(|request| format!("{}\n", wire(request)))
        .collect();
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = child
        .wait_with_output()
        .unwrap_or_else(|error| panic!("{error}"));
    writer
        .join()
        .expect("writing does not panic")
        .expect("the program reads all of its input");
    assert!(
        output.status.success(),
        "the program failed: {}",
        output.status
    );
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let answers: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    assert_eq!(answers.len(), requests.len(), "one answer per request");
    answers
}

/// A request in a line of JSON.
fn wire(request: &Request) -> Value {
    let (method, target) = request.send.split_once(' ').expect("a method and a target");
    let headers = request.headers.iter().map(|line| {
        let (name, value) = line.split_once(':').expect("a header line");
        json!([name.trim(), value.trim()])
    });
    json!({
        "method": method,
        "target": target,
        "headers": headers.collect::<Vec<_>>(),
        "body": compressed(request),
    })
}

fn compressed(request: &Request) -> Vec<u8> {
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    let bytes = request.body.as_bytes();
    let level = Compression::default();
    let compressed = match request.compress.as_deref() {
        None => return bytes.to_vec(),
        Some("gzip") => {
            let mut encoder = GzEncoder::new(Vec::new(), level);
            encoder.write_all(bytes).and_then(|()| encoder.finish())
        }
        Some("zlib") => {
            let mut encoder = ZlibEncoder::new(Vec::new(), level);
            encoder.write_all(bytes).and_then(|()| encoder.finish())
        }
        Some("deflate") => {
            let mut encoder = DeflateEncoder::new(Vec::new(), level);
            encoder.write_all(bytes).and_then(|()| encoder.finish())
        }
        Some(other) => panic!("{other} is no way to compress"),
    };
    compressed.expect("memory takes all")
}

/// Implementations of all groups: what is asked for tells what it received, the rest is as it is.
fn services(plan: &Plan<'_>, wanted: &[&str]) -> String {
    let mut text = String::from(
        "use kibana_api::server::{self, ApiError, AllowAnyone, Builder, RequestContext, axum};\n\
         use crate::Seen;\n\npub struct Services;\n\n",
    );
    let mut mounted = String::new();
    for group in plan.groups() {
        let operations = group.operations.iter().map(|index| plan.operation(*index));
        let methods = operations
            .filter(|operation| wanted.contains(&key(operation).as_str()))
            .map(|operation| method(&group.ident, operation));
        let (ident, service) = (&group.ident, &group.service);
        let methods: String = methods.collect();
        let _ = writeln!(
            text,
            "impl server::{ident}::{service} for Services {{\n{methods}}}\n"
        );
        let _ = write!(mounted, ".{}(Services)", group.builder);
    }
    let _ = write!(
        text,
        "pub fn router() -> axum::Router {{\n    Builder::new(AllowAnyone){mounted}.build().expect(\"a router\")\n}}\n"
    );
    text
}

/// `method path` of the document.
fn key(operation: &Operation) -> String {
    format!("{} {}", operation.method.to_lowercase(), operation.path)
}

fn method(group: &str, operation: &Operation) -> String {
    let ident = &operation.ident;
    let module = format!("kibana_api::{group}::{ident}");
    let mut seen = String::new();
    for RequestField { location, field } in &operation.request.parameters {
        let place = match location {
            Location::Path => "path",
            Location::Query => "query",
            Location::Header => "headers",
            Location::Cookie => "cookies",
        };
        let (wire, name) = (&field.wire, built::raw(&field.ident));
        let shown = match field.access {
            Access::Required => format!("Some(&request.{name})"),
            Access::Nullable | Access::Optional => format!("request.{name}.as_ref()"),
            Access::OptionalNullable => format!("request.{name}.value()"),
        };
        let _ = writeln!(
            seen,
            "        seen.parameter(\"{place}\", {wire:?}, {shown});"
        );
    }
    if let Some(body) = &operation.request.body {
        let name = built::raw(&body.ident);
        let told = match body.variants.as_slice() {
            [only] => told(only.format).to_string(),
            several => {
                let arms = several.iter().map(|variant| {
                    let told = told(variant.format);
                    format!(
                        "{module}::RequestBody::{}(body) => {{ {told} }}",
                        variant.ident
                    )
                });
                format!(
                    "match body {{ {}, _ => {{}} }}",
                    arms.collect::<Vec<_>>().join(", ")
                )
            }
        };
        let _ = match body.required {
            true => writeln!(seen, "        let body = request.{name}; {told}"),
            false => writeln!(
                seen,
                "        if let Some(body) = request.{name} {{ {told} }}"
            ),
        };
    }
    format!(
        "    #[allow(unused_mut, unused_variables, unreachable_patterns)]\n    \
         async fn {}(&self, context: RequestContext, request: {module}::Request) \
         -> Result<{module}::Response, ApiError> {{\n        \
         let mut seen = Seen::of(&context);\n{seen}        Err(seen.told())\n    }}\n",
        built::raw(ident)
    )
}

/// What tells a body.
fn told(format: BodyFormat) -> &'static str {
    match format {
        BodyFormat::Json | BodyFormat::Form | BodyFormat::Text => "seen.value(&body);",
        BodyFormat::JsonLines => "seen.lines(body).await?;",
        BodyFormat::Multipart => "seen.parts(body).await?;",
        BodyFormat::Bytes | BodyFormat::EventStream => "seen.bytes(body).await?;",
    }
}

fn manifest(package: &str, generated: &Path) -> String {
    let generated = generated.display();
    format!(
        "[package]\nname = \"{package}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n[workspace]\n\n\
         [dependencies]\nkibana-api = {{ path = '{generated}', features = [\"full\", \"server\"] }}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt\", \"time\"] }}\n\
         tower = {{ version = \"0.5\", features = [\"util\"] }}\n\n[profile.dev]\ndebug = false\n"
    )
}

fn read(name: &str) -> String {
    fs::read_to_string(workspace::data(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}
