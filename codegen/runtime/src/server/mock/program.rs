//! The program that a generated crate's feature `mock` builds. Knows a router, options and a port.

use std::io::Write;
use std::net::Ipv4Addr;
use std::process::ExitCode;

use axum::Router;
use axum::http::StatusCode;

use super::super::BuildError;
use super::engine::Mock;
use super::user::KnownUser;

const HELP: &str = "\
Answers every operation of the document: from what was created, changed and deleted, or else with a documented example, or
with a value made from its schema.

Usage: kibana-mock [--port N] [--status N] [--kibana-version V] [--strict] [--stateless]

Options:
      --port N            where to listen on 127.0.0.1; 0 is any free port [default: 5601]
      --status N          answer with this status wherever an operation documents it
      --kibana-version V  the version to play where an answer holds one [default: that of the document]
      --stateless         remember nothing: answer from the document alone
      --strict            take requests to the letter of the document, not as Kibana does
  -h, --help              print this

A request chooses its answer with the header `Prefer: code=404` (any error, documented or not) or `Prefer: example=NAME`.
The document itself is at GET /api/oas.
";

struct Options {
    port: u16,
    status: Option<StatusCode>,
    version: Option<String>,
    strict: bool,
    stateless: bool,
}

/// Runs the program: reads the command line, listens, and serves until it is interrupted.
pub fn run(mock: Mock, router: fn(Mock) -> Result<Router, BuildError>) -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments
        .iter()
        .any(|argument| argument == "--help" || argument == "-h")
    {
        print!("{HELP}");
        return ExitCode::SUCCESS;
    }
    let options = match options(&arguments) {
        Ok(options) => options,
        Err(problem) => {
            eprintln!("error: {problem}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    let mock = match options.status {
        Some(status) => mock.status(status),
        None => mock,
    };
    let mock = match &options.version {
        Some(version) => mock.version(version),
        None => mock,
    };
    let mock = match options.strict {
        true => mock.strict(),
        false => mock,
    };
    let mock = match options.stateless {
        true => mock.stateless(),
        false => mock,
    };
    let served = router(mock).map_err(|error| error.to_string());
    match served.and_then(|router| serve(router, options.port)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn options(arguments: &[String]) -> Result<Options, String> {
    let mut options = Options {
        port: 5601,
        status: None,
        version: None,
        strict: false,
        stateless: false,
    };
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        if argument == "--stateless" {
            options.stateless = true;
            continue;
        }
        if argument == "--strict" {
            options.strict = true;
            continue;
        }
        let (name, value) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (argument.as_str(), arguments.next().map(String::as_str)),
        };
        let value = value.ok_or_else(|| format!("`{name}` needs a value"));
        match name {
            "--port" => options.port = number(name, value?)?,
            "--kibana-version" => options.version = Some(value?.to_owned()),
            "--status" => {
                let status = StatusCode::from_u16(number(name, value?)?);
                options.status = Some(status.map_err(|_| format!("`{argument}` is no status"))?);
            }
            other => return Err(format!("unexpected argument `{other}`")),
        }
    }
    Ok(options)
}

fn number(name: &str, text: &str) -> Result<u16, String> {
    text.parse()
        .map_err(|_| format!("`{name}` takes a number up to {}, not `{text}`", u16::MAX))
}

/// Listens on 127.0.0.1 and serves a mock until the program is interrupted. Says on the standard output where it listens
/// and who is let in.
///
/// # Errors
///
/// When the port is taken, or the system refuses.
pub fn serve(router: Router, port: u16) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    runtime.map_err(|error| error.to_string())?.block_on(async {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
        let listener =
            listener.map_err(|error| format!("cannot listen on port {port}: {error}"))?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let (user, password, key) = (KnownUser::USER, KnownUser::PASSWORD, KnownUser::API_KEY);
        // Whoever started it may have gone: that is no reason not to serve.
        let _ = writeln!(
            std::io::stdout(),
            "listening on http://{address}\n\
             user `{user}`, password `{password}`, or the header `Authorization: ApiKey {key}`\n\
             try: curl -u {user}:{password} http://{address}/api/oas"
        );
        let stop = async {
            // Without a signal handler, an interrupt ends the program anyway.
            let _ = tokio::signal::ctrl_c().await;
        };
        axum::serve(listener, router)
            .with_graceful_shutdown(stop)
            .await
            .map_err(|error| error.to_string())
    })
}
