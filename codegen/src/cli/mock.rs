//! `mock`: serves a document as it is. Knows all stages.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use kibana_runtime::server::mock::{Mock, serve, state_of};

use crate::failure::Failure;
use crate::fake::{Fake, Options};

use super::defaults::Defaults;
use super::input::{Input, count, input_config};

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
    /// The version of Kibana to play where an answer holds one [default: that of the document]
    #[arg(long, value_name = "V")]
    kibana_version: Option<String>,
    /// What answers are made from where the document has no valid example
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Take requests to the letter of the document, not as Kibana does
    #[arg(long)]
    strict: bool,
    /// Remember nothing: answer from the document alone
    #[arg(long, conflicts_with = "state")]
    stateless: bool,
    /// JSON file of what is there from the start: `{"/api/cases/{caseId}": [{…}, …]}`, or several such lines
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
}

/// Serves until it is interrupted.
pub(super) fn run(args: &MockArgs, defaults: &Defaults) -> Result<ExitCode, Failure> {
    let analysis = input_config(&args.input, defaults)?.complete()?;
    let options = Options {
        seed: args.seed,
        strict: args.strict,
        stateless: args.stateless,
        status: args.status,
        version: args.kibana_version.clone(),
    };
    let fake = Fake::new(&analysis, &options);
    // A server has no use for the document as it was read, which is the larger part of what is held.
    drop(analysis);
    let served = fake.and_then(|fake| {
        if let Some(path) = &args.state {
            load(fake.mock(), path)?;
        }
        let router = fake.router()?;
        drop(fake);
        serve(router, args.port)
    });
    Ok(match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            complain!("error: {problem}");
            ExitCode::FAILURE
        }
    })
}

fn load(mock: &Mock, path: &Path) -> Result<(), String> {
    let shown = path.display();
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("cannot read {shown}: {error}"))?;
    let state = state_of(&text).map_err(|problem| format!("{shown}: {problem}"))?;
    let added = mock
        .add_state(&state)
        .map_err(|problem| format!("{shown}: {problem}"))?;
    say!("{} from {shown}", count(added, "item"));
    Ok(())
}
