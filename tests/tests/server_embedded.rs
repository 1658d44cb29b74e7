//! Every operation of the embedded document, end to end over a socket: a program serves the committed crate, its handlers
//! answer with the documented examples, and the requests are the documented examples, too. What a handler is given and
//! what the client receives are compared with the document.
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use kibana_codegen::document::Document;
use kibana_codegen::ir::{Api, BodyFormat, Content, Location, Operation, Parameter, Status, Style};
use kibana_codegen::plan::{self, Access, Plan};
use kibana_codegen::settings::Settings;
use kibana_codegen::{Analysis, Config};
use kibana_tests::examples::first_difference;
use kibana_tests::judge::followed;
use kibana_tests::{built, workspace};
use serde_json::{Map, Value, json};

#[test]
fn every_operation_answers_with_its_examples() {
    let analysis = analysis();
    let exchanges = exchanges(&analysis);
    let answers = ask(&analysis.api, &exchanges);
    assert_eq!(answers.len(), exchanges.len(), "one answer per request");

    let mut problems = Vec::new();
    for (exchange, answer) in exchanges.iter().zip(&answers) {
        if let Some(problem) = exchange.problem(answer) {
            problems.push(format!("{}\n    {problem}", exchange.what));
        }
    }
    let operations: BTreeSet<_> = exchanges
        .iter()
        .map(|exchange| &exchange.operation)
        .collect();
    workspace::say(&format!(
        "embedded: {} of {} operations answered {} requests over a socket",
        operations.len(),
        analysis.api.operations.len(),
        exchanges.len()
    ));
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
    assert_eq!(operations.len(), analysis.api.operations.len());
    assert_eq!(operations.len(), 28);
}

fn analysis() -> Analysis {
    let spec = workspace::root().join("spec");
    Config::new(spec.join("kibana.yaml"))
        .settings(Settings::read(&spec.join("kibana.toml")).unwrap())
        .analyse()
        .unwrap_or_else(|failure| panic!("{failure}"))
}

/// A request, and what has to come of it.
struct Exchange {
    what: String,
    operation: String,
    /// The bytes on the wire.
    request: String,
    status: u16,
    /// Media type and value of the response; `None` when it has no body. Not compared where the operation is not reached.
    body: Option<(String, Value)>,
    /// What the handler is given; `None` when it must not be called.
    seen: Option<Value>,
}

impl Exchange {
    fn problem(&self, answer: &Value) -> Option<String> {
        if answer["status"] != self.status {
            return Some(format!("expected {}: {answer}", self.status));
        }
        let nothing = Value::Null;
        let seen = self.seen.as_ref().unwrap_or(&nothing);
        if let Some(difference) = first_difference(seen, &answer["seen"], false, "request") {
            return Some(format!("{difference}: {seen} is not {}", answer["seen"]));
        }
        let received = answer["body"].as_str().unwrap();
        let Some((media_type, value)) = &self.body else {
            let empty = received.is_empty() && answer["media_type"].is_null();
            return (self.seen.is_some() && !empty).then(|| format!("expected no body: {answer}"));
        };
        if answer["media_type"] != media_type.as_str() {
            return Some(format!("expected {media_type}: {answer}"));
        }
        match serde_json::from_str(received) {
            Ok(received) => first_difference(value, &received, false, "response"),
            Err(error) => Some(format!("{error}: {received:?}")),
        }
    }
}

/// For each operation: its examples in as many requests as it has examples of requests or of responses, outside of any
/// space and in one; and one request of somebody unknown.
fn exchanges(analysis: &Analysis) -> Vec<Exchange> {
    let mut exchanges = Vec::new();
    for operation in &analysis.api.operations {
        let requests = requests(operation, &analysis.document);
        let answers = answers(operation);
        for index in 0..requests.len().max(answers.len()) {
            let (request, answer) = (index % requests.len(), index % answers.len());
            for space in [None, Some("team-a")] {
                exchanges.push(exchange(
                    operation,
                    &requests[request],
                    (answer, &answers[answer]),
                    space,
                ));
            }
        }
        let stranger = Exchange {
            what: format!("{} without credentials", operation.key()),
            request: wire(operation, &requests[0], 0, None, false),
            status: 401,
            body: None,
            seen: None,
            operation: operation.key(),
        };
        exchanges.push(stranger);
    }
    exchanges
}

fn exchange(
    operation: &Operation,
    request: &Request,
    answer: (usize, &Answer),
    space: Option<&str>,
) -> Exchange {
    let (index, answer) = answer;
    let mut seen = request.seen.clone();
    seen.insert("operation".into(), operation.key().into());
    seen.insert("space".into(), space.into());
    Exchange {
        what: format!(
            "{} ({}) answered with {}",
            operation.key(),
            request.what,
            answer.what
        ),
        operation: operation.key(),
        request: wire(operation, request, index, space, true),
        status: answer.status,
        body: answer.body.clone(),
        seen: Some(Value::Object(seen)),
    }
}

/// What an operation can answer, in the order in which its handler numbers it: every example of every response, and every
/// response without a body.
struct Answer {
    what: String,
    status: u16,
    body: Option<(String, Value)>,
}

fn answers(operation: &Operation) -> Vec<Answer> {
    let mut answers = Vec::new();
    for response in &operation.responses {
        let Status::Code(status) = response.status else {
            panic!("{}: this test knows single statuses only", operation.key());
        };
        if response.content.is_empty() {
            answers.push(Answer {
                what: status.to_string(),
                status,
                body: None,
            });
        }
        for content in &response.content {
            assert!(
                !content.examples.is_empty(),
                "{}: {status} without an example",
                operation.key()
            );
            for (name, value) in &content.examples {
                let body = Some((content.media_type.clone(), value.clone()));
                answers.push(Answer {
                    what: format!("{status} {name}"),
                    status,
                    body,
                });
            }
        }
    }
    answers
}

/// A way to call an operation.
struct Request {
    what: String,
    /// Location, name and text of the parameters; several texts are a repeated name.
    parameters: Vec<(Location, String, Vec<String>)>,
    /// Media type and bytes.
    body: Option<(String, String)>,
    /// What the handler is given: the groups of parameters and the body, as JSON.
    seen: Map<String, Value>,
}

/// All parameters with their first and with their last examples, and only the required ones; each with every example of
/// the body.
fn requests(operation: &Operation, document: &Document) -> Vec<Request> {
    let parameters = [Choice::First, Choice::Last, Choice::Required];
    let bodies = bodies(operation, document);
    let mut requests = Vec::new();
    for choice in parameters {
        for (name, body, seen_body) in &bodies {
            let (parameters, mut seen) = chosen(operation, document, choice);
            if operation.body.is_some() {
                seen.insert("body".into(), seen_body.clone());
            }
            let what = format!("{choice:?} parameters, body {name}");
            requests.push(Request {
                what,
                parameters,
                body: body.clone(),
                seen,
            });
        }
    }
    requests
}

/// Which parameters are sent, and which of their examples.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Choice {
    First,
    Last,
    Required,
}

type Sent = Vec<(Location, String, Vec<String>)>;

fn chosen(
    operation: &Operation,
    document: &Document,
    choice: Choice,
) -> (Sent, Map<String, Value>) {
    let mut sent = Sent::new();
    let mut seen = Map::new();
    for parameter in &operation.parameters {
        let (name, location) = (parameter.wire.clone(), parameter.location);
        let object = document.get(&parameter.pointer).unwrap();
        let schema = followed(&document.root, &object["schema"]);
        let group = seen.entry(group(location)).or_insert_with(|| json!({}));
        if choice == Choice::Required && !parameter.required {
            // A default is applied for the handler.
            if let Some(default) = schema.get("default") {
                group[&name] = default.clone();
            }
            continue;
        }
        let value = sample(object, schema, &document.root, choice);
        sent.push((location, name.clone(), texts(parameter, &value)));
        group[&name] = value;
    }
    (sent, seen)
}

fn group(location: Location) -> &'static str {
    match location {
        Location::Path => "path",
        Location::Query => "query",
        Location::Header => "headers",
        Location::Cookie => "cookies",
    }
}

/// The documented example of a parameter, else a value that its schema names, else any of its type.
fn sample(parameter: &Value, schema: &Value, root: &Value, choice: Choice) -> Value {
    let examples = parameter["examples"].as_object();
    let of_examples = examples.and_then(|examples| match choice {
        Choice::Last => examples.values().next_back(),
        _ => examples.values().next(),
    });
    let of_enum = schema["enum"].as_array().and_then(|values| match choice {
        Choice::Last => values.last(),
        _ => values.first(),
    });
    let stated = of_examples
        .map(|example| &followed(root, example)["value"])
        .or_else(|| parameter.get("example"))
        .or_else(|| schema.get("example"))
        .or(of_enum);
    if let Some(stated) = stated {
        return stated.clone();
    }
    match schema["type"].as_str() {
        Some("string") => json!("a b/c%1 ü"),
        Some("integer") => schema.get("minimum").cloned().unwrap_or(json!(7)),
        Some("boolean") => json!(true),
        Some("array") => {
            let item = sample(&json!({}), followed(root, &schema["items"]), root, choice);
            json!([item])
        }
        other => panic!("no sample of a {other:?}"),
    }
}

fn texts(parameter: &Parameter, value: &Value) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match value {
        Value::Array(items) => {
            let style = (parameter.style.style, parameter.style.explode);
            assert_eq!(style, (Style::Form, true), "{}", parameter.wire);
            items.iter().map(text).collect()
        }
        other => vec![text(other)],
    }
}

/// A body that an operation is called with: name, what is sent, and what the handler is given.
type Body = (String, Option<(String, String)>, Value);

fn bodies(operation: &Operation, document: &Document) -> Vec<Body> {
    let Some(body) = &operation.body else {
        return vec![("none".into(), None, Value::Null)];
    };
    let mut bodies = Vec::new();
    for content in &body.content {
        for (name, value) in form_or_examples(content, document) {
            let (media_type, text) = match content.format {
                BodyFormat::Json => (content.media_type.clone(), value.to_string()),
                BodyFormat::Multipart => {
                    let boundary = format!("{}; boundary={BOUNDARY}", content.media_type);
                    (boundary, multipart(&value, content, document))
                }
                other => panic!("{}: this test knows no {other:?}", operation.key()),
            };
            bodies.push((name, Some((media_type, text)), value));
        }
    }
    if !body.required {
        bodies.push(("none".into(), None, Value::Null));
    }
    bodies
}

const BOUNDARY: &str = "between-the-parts";

/// The examples of a body; a form without any gets a text for each of its parts.
fn form_or_examples(content: &Content, document: &Document) -> Vec<(String, Value)> {
    if !content.examples.is_empty() || content.format != BodyFormat::Multipart {
        assert!(
            !content.examples.is_empty(),
            "{}: no example",
            content.pointer
        );
        return content.examples.clone();
    }
    let properties = properties(content, document);
    let parts = properties
        .keys()
        .map(|name| (name.clone(), json!(format!("text of {name}"))));
    vec![("made".into(), Value::Object(parts.collect()))]
}

fn properties<'d>(content: &Content, document: &'d Document) -> &'d Map<String, Value> {
    let schema = document.get(&content.pointer.child("schema")).unwrap();
    followed(&document.root, schema)["properties"]
        .as_object()
        .unwrap()
}

fn multipart(parts: &Value, content: &Content, document: &Document) -> String {
    let properties = properties(content, document);
    let mut text = String::new();
    for (name, value) in parts.as_object().unwrap() {
        let is_file = followed(&document.root, &properties[name])["format"] == "binary";
        let file = if is_file {
            "; filename=\"some file.txt\""
        } else {
            ""
        };
        let value = value.as_str().unwrap();
        write!(
            text,
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{value}\r\n"
        )
        .unwrap();
    }
    text + &format!("--{BOUNDARY}--\r\n")
}

/// The request as it goes over the wire.
fn wire(
    operation: &Operation,
    request: &Request,
    answer: usize,
    space: Option<&str>,
    known: bool,
) -> String {
    let mut target = operation.path.clone();
    let mut query = Vec::new();
    let mut head = String::new();
    for (location, name, texts) in &request.parameters {
        match location {
            Location::Path => target = target.replace(&format!("{{{name}}}"), &encoded(&texts[0])),
            Location::Query => {
                query.extend(
                    texts
                        .iter()
                        .map(|text| format!("{}={}", encoded(name), encoded(text))),
                );
            }
            Location::Header => write!(head, "{name}: {}\r\n", texts[0]).unwrap(),
            Location::Cookie => panic!("this test knows no cookies"),
        }
    }
    if let Some(space) = space {
        target = format!("/s/{space}{target}");
    }
    if !query.is_empty() {
        write!(target, "?{}", query.join("&")).unwrap();
    }
    // Kibana wants it on every write, whether the operation documents it or not.
    if !head.to_ascii_lowercase().contains("kbn-xsrf:") {
        head.push_str("kbn-xsrf: true\r\n");
    }
    if known {
        head.push_str("authorization: ApiKey c29tZTprZXk=\r\n");
    }
    let body = request.body.as_ref();
    if let Some((media_type, text)) = body {
        write!(
            head,
            "content-type: {media_type}\r\ncontent-length: {}\r\n",
            text.len()
        )
        .unwrap();
    }
    format!(
        "{} {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nx-answer: {answer}\r\n{head}\r\n{}",
        operation.method.to_uppercase(),
        body.map_or("", |(_, text)| text)
    )
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                encoded.push(char::from(byte))
            }
            _ => write!(encoded, "%{byte:02X}").unwrap(),
        }
        encoded
    })
}

/// Builds the program and lets it exchange.
fn ask(api: &Api, exchanges: &[Exchange]) -> Vec<Value> {
    let dir = workspace::kept("server-embedded");
    let requests: String = exchanges.iter().fold(String::new(), |mut lines, exchange| {
        writeln!(lines, "{}", json!({ "request": exchange.request })).unwrap();
        lines
    });
    let generated = workspace::root().join("generated");
    let manifest = format!(
        "[package]\nname = \"embedded-server\"\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n\n[workspace]\n\n\
         [dependencies]\naxum = {{ version = \"0.8\", default-features = false, features = [\"http1\", \"tokio\"] }}\n\
         kibana-api = {{ path = {generated:?}, features = [\"full\", \"server\"] }}\n\
         serde_json = \"1\"\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"net\", \"rt-multi-thread\"] }}\n\n[profile.dev]\ndebug = false\n"
    );
    let main = std::fs::read_to_string(workspace::data("server_embedded/main.rs")).unwrap();
    write_file(&dir.join("Cargo.toml"), &manifest);
    write_file(&dir.join("exchanges.jsonl"), &requests);
    write_file(&dir.join("src/main.rs"), &main);
    write_file(&dir.join("src/services.rs"), &services(api));
    built::cargo(&dir, &["build"]);
    let output = Command::new(workspace::kept("build").join("debug/embedded-server"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let lines = String::from_utf8(output.stdout).unwrap();
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Writes what changed, so that an unchanged program is not built again.
fn write_file(path: &Path, text: &str) {
    if std::fs::read_to_string(path).ok().as_deref() != Some(text) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

/// Implementations of all groups: each handler keeps what it was given and gives the answer that is asked for.
fn services(api: &Api) -> String {
    let mut text = String::from(
        "use kibana_api::server::{ApiError, Builder, RequestContext};\n\npub struct Examples;\n\n",
    );
    let mut mounted = String::new();
    let plan = Plan::of_crate(api);
    for group in plan.groups() {
        let (ident, service) = (&group.ident, &group.service);
        writeln!(
            text,
            "impl kibana_api::server::{ident}::{service} for Examples {{"
        )
        .unwrap();
        for index in &group.operations {
            text.push_str(&handler(
                &api.operations[*index],
                plan.operation(*index),
                ident,
            ));
        }
        text.push_str("}\n\n");
        write!(mounted, ".{ident}(Examples)").unwrap();
    }
    text + &format!(
        "pub fn router() -> axum::Router {{\n    Builder::new(crate::AnyKey){mounted}.build().expect(\"a router\")\n}}\n"
    )
}

fn handler(operation: &Operation, planned: &plan::Operation, module: &str) -> String {
    let ident = &planned.ident;
    let mut groups: BTreeMap<&str, String> = BTreeMap::new();
    for parameter in &planned.request.parameters {
        let (name, wire) = (&parameter.field.ident, &parameter.field.wire);
        let value = match parameter.field.access {
            Access::Required => format!("Some(crate::value(&request.r#{name}))"),
            Access::Nullable | Access::Optional => {
                format!("request.r#{name}.as_ref().map(crate::value)")
            }
            Access::OptionalNullable => format!("request.r#{name}.value().map(crate::value)"),
        };
        let fields = groups.entry(group(parameter.location)).or_default();
        write!(fields, "({wire:?}, {value}), ").unwrap();
    }
    let mut seen = String::new();
    for (group, fields) in groups {
        write!(seen, "({group:?}, crate::group(vec![{fields}])), ").unwrap();
    }
    if let Some(body) = &operation.body {
        let value = match body.content[0].format {
            BodyFormat::Multipart => "crate::parts(request.body).await?",
            _ => "crate::value(&request.body)",
        };
        write!(seen, "(\"body\", {value}), ").unwrap();
    }
    let unused = if seen.is_empty() { "_" } else { "" };
    let mut arms = String::new();
    for (index, answer) in answers(operation).iter().enumerate() {
        let variant = variant(answer.status);
        let body = answer.body.as_ref();
        let body = body.map_or(String::new(), |(_, value)| {
            format!("(crate::example({:?}))", value.to_string())
        });
        writeln!(arms, "            {index} => Response::{variant}{body},").unwrap();
    }
    format!(
        "    async fn {ident}(&self, context: RequestContext, {unused}request: kibana_api::{module}::{ident}::Request)\n        \
         -> Result<kibana_api::{module}::{ident}::Response, ApiError> {{\n        \
         use kibana_api::{module}::{ident}::Response;\n        \
         let seen = vec![{seen}];\n        \
         Ok(match crate::saw(&context, seen) {{\n{arms}            other => panic!(\"no answer {{other}}\"),\n        }})\n    }}\n"
    )
}

/// The variant of a response enum.
fn variant(status: u16) -> &'static str {
    match status {
        200 => "Ok",
        204 => "NoContent",
        400 => "BadRequest",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        409 => "Conflict",
        500 => "InternalServerError",
        other => panic!("this test knows no {other}"),
    }
}
