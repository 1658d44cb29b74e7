//! The closed loop: requests go through the generated client into the generated server, in one process. The handler is
//! given exactly the request that was sent, and the caller exactly the answer that the handler gave.
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use kibana_codegen::instance::{Instances, Style, seed};
use kibana_codegen::ir::{
    Api, BodyFormat, Content, Field, Location, Operation, Presence, Shape, Side, Type,
};
use kibana_codegen::plan::Plan;
use kibana_codegen::{Analysis, Config, Runtime};
use kibana_tests::{built, workspace};
use serde_json::{Value, json};

#[test]
fn the_embedded_document_in_a_closed_loop() {
    let root = workspace::root();
    let config = Config::new(root.join("spec/kibana.yaml"))
        .settings_file(root.join("spec/kibana.toml"))
        .unwrap_or_else(|failure| panic!("{failure}"));
    let (operations, answers) = closed_loop("client-loop-embedded", config);
    assert_eq!(operations, 28);
    assert!(answers > 50, "{answers}");
}

/// How many operations and answers went round; all of them without a difference.
fn closed_loop(name: &str, config: Config) -> (usize, usize) {
    let dir = workspace::kept(name);
    let root = workspace::root();
    let config = config.runtime(Runtime::Path(root.join("codegen/runtime")));
    let (analysis, _) = config
        .generate(&dir.join("api"))
        .unwrap_or_else(|failure| panic!("{failure}"));
    let exchanges = run(&dir, name, &analysis);
    let mut problems = Vec::new();
    let (mut operations, mut answers) = (BTreeSet::new(), 0);
    for exchange in &exchanges {
        match problem(exchange) {
            None => {
                operations.insert(exchange["operation"].to_string());
                answers += 1;
            }
            Some(problem) => problems.push(format!(
                "{} {}: {problem}\n    {exchange}",
                exchange["operation"], exchange["code"]
            )),
        }
    }
    workspace::say(&format!(
        "{name}: {} of {} operations and {answers} answers went round, {} differences",
        operations.len(),
        analysis.api.operations.len(),
        problems.len()
    ));
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
    (operations.len(), answers)
}

fn problem(exchange: &Value) -> Option<String> {
    let (direct, through) = (&exchange["direct"], &exchange["through"]);
    if direct != through {
        return Some("another answer came back".to_string());
    }
    let (sent, received) = (&exchange["sent"], &exchange["received"]);
    if sent != received {
        return Some("another request arrived".to_string());
    }
    let reached = sent.as_array().is_some_and(|sent| sent.len() == 1);
    (!reached).then(|| "the request of this test is refused".to_string())
}

/// Builds the program and lets it exchange.
fn run(dir: &Path, name: &str, analysis: &Analysis) -> Vec<Value> {
    let program = dir.join("program");
    let manifest = format!(
        "[package]\nname = {name:?}\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n\n[workspace]\n\n\
         [dependencies]\naxum = {{ version = \"0.8\", default-features = false }}\n\
         kibana-api = {{ path = \"../api\", features = [\"full\", \"client\", \"mock\"] }}\n\
         serde_json = \"1\"\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n\
         tower-service = \"0.3\"\n\n[profile.dev]\ndebug = false\n"
    );
    let main = std::fs::read_to_string(workspace::data("client_loop/main.rs")).unwrap();
    write_file(&program.join("Cargo.toml"), &manifest);
    write_file(&program.join("requests.jsonl"), &requests(analysis));
    write_file(&program.join("src/main.rs"), &main);
    write_file(&program.join("src/services.rs"), &services(&analysis.api));
    built::cargo(&program, &["build"]);
    let output = Command::new(workspace::kept("build").join("debug").join(name))
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

/// Both servers: one hands on, the other keeps what arrives and lets the mock answer.
fn services(api: &Api) -> String {
    let plan = Plan::of_crate(api);
    let mut text = String::from(
        "use kibana_api::mock::Mock;\n\
         use kibana_api::server::{AllowAnyone, ApiError, Builder, RequestContext};\n\n\
         struct Outer(kibana_api::runtime::client::Client);\n\n#[derive(Clone)]\nstruct Inner(std::sync::Arc<Mock>);\n\n",
    );
    let (mut outer, mut inner) = (String::new(), String::new());
    for group in plan.groups() {
        let (module, service) = (raw(&group.ident), raw(&group.service));
        let (mut hands_on, mut keeps) = (String::new(), String::new());
        for index in &group.operations {
            let name = raw(&plan.operation(*index).ident);
            let path = format!("kibana_api::{module}::{name}");
            let types = format!("request: {path}::Request) -> Result<{path}::Response, ApiError>");
            write!(
                hands_on,
                "    async fn {name}(&self, _: RequestContext, {types} {{\n        \
                 crate::hand_on::<{path}::Operation>(&self.0, request).await\n    }}\n"
            )
            .unwrap();
            write!(
                keeps,
                "    async fn {name}(&self, context: RequestContext, {types} {{\n        \
                 crate::arrived(&request);\n        \
                 kibana_api::server::{module}::{service}::{name}(&*self.0, context, request).await\n    }}\n"
            )
            .unwrap();
        }
        for (ty, methods) in [("Outer", hands_on), ("Inner", keeps)] {
            write!(
                text,
                "impl kibana_api::server::{module}::{service} for {ty} {{\n{methods}}}\n\n"
            )
            .unwrap();
        }
        let method = raw(&group.builder);
        write!(outer, ".{method}(Outer(client.clone()))").unwrap();
        write!(inner, ".{method}(inner.clone())").unwrap();
    }
    text + &format!(
        "pub fn outer(client: kibana_api::runtime::client::Client) -> axum::Router {{\n    \
         Builder::new(AllowAnyone){outer}.build().expect(\"a router\")\n}}\n\n\
         pub fn inner() -> axum::Router {{\n    \
         let inner = Inner(std::sync::Arc::new(kibana_api::mock::new()));\n    \
         Builder::new(AllowAnyone){inner}.build().expect(\"a router\")\n}}\n"
    )
}

/// A name as code writes it.
fn raw(name: &str) -> String {
    match syn_keyword(name) {
        true => format!("r#{name}"),
        false => name.to_string(),
    }
}

fn syn_keyword(name: &str) -> bool {
    matches!(
        name,
        "match" | "type" | "move" | "ref" | "use" | "where" | "enum" | "mod"
    )
}

/// Requests to every operation: with all that it takes and with what it must have, in every media type.
fn requests(analysis: &Analysis) -> String {
    let api = &analysis.api;
    let plan = Plan::of_crate(api);
    let made = Made {
        api,
        instances: Instances::new(api),
    };
    let mut lines = String::new();
    for (index, operation) in api.operations.iter().enumerate() {
        let id = plan.operation(index).id;
        let contents = operation
            .body
            .as_ref()
            .map_or(&[][..], |body| &body.content);
        let contents: Vec<_> = contents.iter().map(Some).collect();
        let contents = if contents.is_empty() {
            vec![None]
        } else {
            contents
        };
        for (number, content) in contents.into_iter().enumerate() {
            for all in [true, false] {
                let request = made.request(operation, content, all, number as u64);
                let Some(mut request) = request else { continue };
                request["operation"] = json!(id);
                writeln!(lines, "{request}").unwrap();
            }
        }
    }
    lines
}

struct Made<'a> {
    api: &'a Api,
    instances: Instances<'a>,
}

impl Made<'_> {
    fn value(&self, operation: &Operation, ty: &Type, salt: u64) -> Option<Value> {
        let seed = seed(&operation.key(), salt);
        self.instances.make(ty, Side::Request, seed, Style::Typical)
    }

    fn fields(&self, operation: &Operation, location: Location) -> Vec<&Field> {
        let group = operation.group(location);
        let shape = group.map(|group| &self.api.types.body(group).shape);
        match shape {
            Some(Shape::Struct(object)) => object.fields.iter().collect(),
            _ => Vec::new(),
        }
    }

    fn request(
        &self,
        operation: &Operation,
        content: Option<&Content>,
        all: bool,
        salt: u64,
    ) -> Option<Value> {
        let mut path = operation.path.clone();
        let (mut query, mut headers) = (Vec::new(), Vec::new());
        for location in [Location::Path, Location::Query, Location::Header] {
            for field in self.fields(operation, location) {
                let wanted = all || field.presence == Presence::Required;
                if !wanted && location != Location::Path {
                    continue;
                }
                let value = self.value(operation, &field.ty, salt)?;
                let texts: Vec<String> = match &value {
                    Value::Array(items) => items.iter().map(text).collect(),
                    other => vec![text(other)],
                };
                match location {
                    Location::Path => {
                        for mark in ["", "?"] {
                            let place = format!("{{{}{mark}}}", field.wire);
                            path = path.replace(&place, &encoded(&texts.join(",")));
                        }
                    }
                    Location::Query => query.extend(
                        texts
                            .iter()
                            .map(|text| format!("{}={}", encoded(&field.wire), encoded(text))),
                    ),
                    _ => headers.push(json!([field.wire, texts.join(",")])),
                }
            }
        }
        let required = operation.body.as_ref().is_some_and(|body| body.required);
        let mut body = String::new();
        if let Some(content) = content.filter(|_| all || required) {
            let (media_type, text) = self.body(operation, content, salt)?;
            headers.push(json!(["content-type", media_type]));
            body = text;
        }
        if !query.is_empty() {
            write!(path, "?{}", query.join("&")).unwrap();
        }
        Some(json!({
            "method": operation.method.to_uppercase(),
            "target": path,
            "headers": headers,
            "body": body,
        }))
    }

    fn body(
        &self,
        operation: &Operation,
        content: &Content,
        salt: u64,
    ) -> Option<(String, String)> {
        let made = |salt| match &content.ty {
            Some(ty) => self.value(operation, ty, salt),
            None => Some(json!("text")),
        };
        let media_type = content.essence.replace('*', "x");
        Some(match content.format {
            BodyFormat::Json => (media_type, made(salt)?.to_string()),
            BodyFormat::JsonLines => (
                media_type,
                format!("{}\n{}\n", made(salt)?, made(salt + 1)?),
            ),
            BodyFormat::Text => (media_type, text(&made(salt)?)),
            BodyFormat::Bytes | BodyFormat::EventStream => (media_type, "bytes".to_string()),
            BodyFormat::Form => {
                let value = made(salt)?;
                let pairs = value.as_object()?.iter();
                let pairs = pairs
                    .map(|(name, value)| format!("{}={}", encoded(name), encoded(&text(value))));
                (media_type, pairs.collect::<Vec<_>>().join("&"))
            }
            BodyFormat::Multipart => {
                let mut body = String::new();
                for (name, value) in made(salt)?.as_object()? {
                    write!(
                        body,
                        "--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{}\r\n",
                        text(value)
                    )
                    .unwrap();
                }
                body.push_str("--edge--\r\n");
                (format!("{media_type}; boundary=edge"), body)
            }
        })
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                encoded.push(char::from(byte));
            }
            _ => write!(encoded, "%{byte:02X}").unwrap(),
        }
        encoded
    })
}
