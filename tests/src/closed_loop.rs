//! The closed loop: requests go through the generated client into the generated server, in one process. The handler must
//! be given exactly the request that was sent, and the caller exactly the answer that the handler gave. Knows the IR and
//! the plan; what travels is compared by a program that is built here, over the crate of the document.

pub(crate) mod requests;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};
use std::path::Path;
use std::process::Command;

use kibana_codegen::plan::Plan;
use kibana_codegen::{Analysis, Config, Failure, Runtime, ir::Api};
use serde_json::Value;

use crate::{built, workspace};

/// How the client reaches the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// As a function.
    Process,
    /// By its own transport.
    Socket,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Loop {
    /// The operations of the document.
    pub operations: usize,
    /// Those of them of which a request went round without a difference.
    pub reached: usize,
    /// The documented answers, each media type counted.
    pub answers: usize,
    /// Those of them that went round without a difference.
    pub answered: usize,
    /// Requests that went round.
    pub exchanges: usize,
    /// Unusual requests that the server refuses, which says nothing about the client.
    pub refused: usize,
    /// What is different.
    pub problems: Vec<String>,
    /// Operations and answers that were not reached.
    pub missed: BTreeSet<String>,
}

impl fmt::Display for Loop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} of {} operations and {} of {} answers went round in {} exchanges ({} unusual requests are refused), \
             {} differences",
            self.reached,
            self.operations,
            self.answered,
            self.answers,
            self.exchanges,
            self.refused,
            self.problems.len()
        )
    }
}

/// Sends requests to all operations of a document around. `name` tells the crates of documents apart, which are written
/// below `target/`.
///
/// # Errors
/// When no crate can be generated from the document.
///
/// # Panics
/// When what is generated does not compile.
pub fn run(name: &str, config: &Config, over: Over) -> Result<Loop, Failure> {
    let dir = workspace::kept(name);
    let runtime = Runtime::Path(workspace::root().join("codegen/runtime"));
    let (analysis, _) = config.clone().runtime(runtime).generate(&dir.join("api"))?;
    Ok(Loop::of(
        &analysis.api,
        exchanges(&dir, name, &analysis, over),
    ))
}

impl Loop {
    /// Whether everything was reached, and nothing is different.
    pub fn is_whole(&self) -> bool {
        let all = self.reached == self.operations && self.answered == self.answers;
        all && self.problems.is_empty()
    }

    fn of(api: &Api, exchanges: impl Iterator<Item = Value>) -> Self {
        let mut found = Self {
            operations: api.operations.len(),
            ..Self::default()
        };
        let (mut reached, mut answered) = (BTreeSet::new(), BTreeMap::new());
        for exchange in exchanges {
            let operation = exchange["operation"].as_str().unwrap_or_default();
            let wanted = exchange["wanted"].as_str().unwrap_or("the usual");
            if let Some(problem) = problem(&exchange) {
                let problem = format!(
                    "{operation} ({wanted}): {problem}\n    {}",
                    exchange["request"]
                );
                found.problems.push(problem);
                continue;
            }
            if exchange["arrived"] != true {
                found.refused += 1;
                continue;
            }
            found.exchanges += 1;
            reached.insert(operation.to_string());
            if exchange["answer"].is_u64() {
                let key = format!("{operation}: {wanted}");
                answered.insert(key, exchange["came"] == true);
            }
        }
        let plan = Plan::of_crate(api);
        let ids = (0..api.operations.len()).map(|index| plan.operation(index).id.clone());
        found.missed.extend(ids.filter(|id| !reached.contains(id)));
        found.missed.extend(
            answered
                .iter()
                .filter(|(_, came)| !**came)
                .map(|(key, _)| key.clone()),
        );
        found.answered = answered.values().filter(|came| **came).count();
        let contents = api
            .operations
            .iter()
            .flat_map(|operation| &operation.responses);
        found.answers = contents.map(|response| response.content.len().max(1)).sum();
        found.reached = reached.len();
        found
    }
}

/// What is wrong with an exchange.
fn problem(exchange: &Value) -> Option<String> {
    if let Some(problem) = exchange["problem"].as_str() {
        return Some(problem.to_string());
    }
    let usual = exchange["request"]["unusual"] != true;
    let refused = &exchange["refused"];
    (usual && !refused.is_null()).then(|| format!("the usual request is refused: {refused}"))
}

/// Builds the program and lets it exchange.
fn exchanges(
    dir: &Path,
    name: &str,
    analysis: &Analysis,
    over: Over,
) -> impl Iterator<Item = Value> {
    let program = dir.join("program");
    let requests = requests::of(analysis);
    let lines: String = requests
        .iter()
        .map(|request| format!("{request}\n"))
        .collect();
    let read = |file: &str| {
        let path = workspace::data("closed_loop").join(file);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let list = program.join("requests.jsonl");
    built::write(&program.join("Cargo.toml"), &manifest(name, over));
    built::write(&list, &lines);
    built::write(&program.join("src/services.rs"), &services(&analysis.api));
    for file in ["main.rs", "wire.rs"] {
        built::write(&program.join("src").join(file), &read(file));
    }
    built::cargo(&program, &["build"]);
    let output = Command::new(workspace::kept("build").join("debug").join(name))
        .arg(list)
        .args((over == Over::Socket).then_some("over-socket"))
        .output()
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name}: {said}");
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    let exchanges: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    exchanges.into_iter()
}

fn manifest(name: &str, over: Over) -> String {
    let transport = match over {
        Over::Process => "",
        Over::Socket => ", \"reqwest\"",
    };
    format!(
        "[package]\nname = {name:?}\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n\n[workspace]\n\n\
         [dependencies]\naxum = {{ version = \"0.8\", default-features = false, features = [\"http1\", \"tokio\"] }}\n\
         kibana-api = {{ path = \"../api\", features = [\"full\", \"client\", \"mock\"{transport}] }}\n\
         serde_json = \"1\"\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"net\", \"rt\"] }}\n\
         tower-service = \"0.3\"\n\n[profile.dev]\ndebug = false\n"
    )
}

/// Both servers: one hands on, the other keeps what arrives and lets the mock answer.
fn services(api: &Api) -> String {
    let plan = Plan::of_crate(api);
    let mut text = String::from(
        "use kibana_api::mock::Mock;\n\
         use kibana_api::server::{AllowAnyone, ApiError, Builder, RequestContext};\n\n\
         pub struct Outer(kibana_api::runtime::client::Client);\n\n\
         #[derive(Clone)]\npub struct Inner(std::sync::Arc<Mock>);\n\n",
    );
    let (mut outer, mut inner) = (String::new(), String::new());
    for group in plan.groups() {
        let (module, service) = (built::raw(&group.ident), built::raw(&group.service));
        let (mut hands_on, mut keeps) = (String::new(), String::new());
        for index in &group.operations {
            let name = built::raw(&plan.operation(*index).ident);
            let path = format!("kibana_api::{module}::{name}");
            let head = format!(
                "    async fn {name}(&self, context: RequestContext, request: {path}::Request) \
                 -> Result<{path}::Response, ApiError> {{\n"
            );
            hands_on += &format!(
                "{head}        crate::hand_on::<{path}::Operation>(&self.0, context, request).await\n    }}\n"
            );
            keeps += &format!(
                "{head}        crate::arrived(&context, &request);\n        \
                 kibana_api::server::{module}::{service}::{name}(&*self.0, context, request).await\n    }}\n"
            );
        }
        for (ty, methods) in [("Outer", hands_on), ("Inner", keeps)] {
            text += &format!(
                "impl kibana_api::server::{module}::{service} for {ty} {{\n{methods}}}\n\n"
            );
        }
        let method = built::raw(&group.builder);
        // Writing to a String cannot fail.
        let _ = write!(outer, ".{method}(Outer(client.clone()))");
        let _ = write!(inner, ".{method}(inner.clone())");
    }
    text + &format!(
        "pub fn outer(client: kibana_api::runtime::client::Client) -> axum::Router {{\n    \
         Builder::new(AllowAnyone){outer}.build().expect(\"a router\")\n}}\n\n\
         pub fn inner() -> axum::Router {{\n    \
         // Answers do not depend on what was asked before.\n    \
         let inner = Inner(std::sync::Arc::new(kibana_api::mock::new().stateless()));\n    \
         Builder::new(AllowAnyone){inner}.build().expect(\"a router\")\n}}\n"
    )
}
