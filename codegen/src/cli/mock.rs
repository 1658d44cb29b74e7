//! `mock`: serves a document as it is. Knows the plan's tables and the runtime's server.

use std::io::Write;
use std::process::ExitCode;

use clap::Args;
use kibana_runtime::server::mock::{KnownUser, Mock, serve};
use kibana_runtime::server::{ServerBuilder, axum};
use serde_json::Value;

use crate::config::Failure;
use crate::export::Manners;
use crate::passes::roles;
use crate::plan::{Answers, Plan};
use crate::{Analysis, table};

use super::{Defaults, Input, input_config};

/// What `mock` serves.
#[derive(Args, Debug)]
pub struct MockArgs {
    #[command(flatten)]
    input: Input,
    /// Where to listen on 127.0.0.1; 0 is any free port
    #[arg(long, value_name = "N", default_value_t = 5601)]
    port: u16,
    /// Answer with this status wherever an operation documents it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(100..=999))]
    status: Option<u16>,
    /// What answers are made from where the document has no valid example
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Take requests to the letter of the document, not as Kibana does
    #[arg(long)]
    strict: bool,
    /// Remember nothing: answer from the document alone
    #[arg(long)]
    stateless: bool,
}

/// Serves until it is interrupted.
pub(super) fn run(args: &MockArgs, defaults: &Defaults) -> Result<ExitCode, Failure> {
    let analysis = input_config(&args.input, defaults)?.complete()?;
    let router = match router(args, analysis) {
        Ok(router) => router,
        Err(problem) => return Ok(refused(&problem)),
    };
    match serve(router, args.port) {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(problem) => Ok(refused(&problem)),
    }
}

fn refused(problem: &str) -> ExitCode {
    complain!("error: {problem}");
    ExitCode::FAILURE
}

fn router(args: &MockArgs, analysis: Analysis) -> Result<axum::Router, String> {
    let manners = match args.strict {
        true => Manners::Document,
        false => Manners::Kibana,
    };
    let document = crate::export::export(&analysis, manners).to_string();
    let tables = Tables::new(&analysis, args);
    // A server has no use for the document as it was read, which is the larger part of what is held.
    drop(analysis);
    let mut mock = Mock::of(&tables.answers);
    if let Some(status) = args
        .status
        .and_then(|status| axum::http::StatusCode::from_u16(status).ok())
    {
        mock = mock.status(status);
    }
    if let Some(memory) = &tables.memory {
        mock = mock.remembering(memory)?;
    }
    let routes = mock.routes(&tables.operations)?;
    let mut server = ServerBuilder::new(KnownUser).mount(routes);
    if args.strict {
        server = server.strict();
    }
    let router = server.build().map_err(|error| error.to_string())?;
    Ok(Mock::with_document(router, document))
}

/// What the runtime is told of a document.
struct Tables {
    answers: Value,
    operations: Value,
    /// What is remembered.
    memory: Option<Value>,
}

impl Tables {
    fn new(analysis: &Analysis, args: &MockArgs) -> Self {
        let plan = Plan::of_text(&analysis.api);
        let all: Vec<usize> = (0..plan.operations()).collect();
        Self {
            answers: Answers::new(&plan, args.seed).table(&all),
            operations: table::table(&plan),
            memory: (!args.stateless).then(|| table::memory(&plan, &roles::find(&analysis.api))),
        }
    }
}
