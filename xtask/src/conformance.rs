//! Judges: a JSON Schema validator for the types, Schemathesis for the server, and the server for the client.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use kibana_codegen::export::Manners;
use serde_json::Value;

use crate::mock::{self, Source};

/// Which judge.
#[derive(Debug, Subcommand)]
pub(crate) enum Conformance {
    /// Hold the generated types against a JSON Schema validator, on values made from the document
    ///
    /// Values of every body, and values that are one change away from them: both sides must agree about which are
    /// valid, and what is valid must come back unchanged. tests/data/conformance.toml lists where they do not, and why.
    Models(Models),
    /// Send requests through the generated client into the generated server, in one process
    ///
    /// Requests to every operation, in all media types and unusual ones among them, and all documented answers: what
    /// arrives must be what was sent, on both ways.
    Client(Client),
    /// Let Schemathesis test the mock with all its checks and phases
    ///
    /// Installs Schemathesis below target/ (this needs Python and its package registry), starts the mock, and tests
    /// it against the effective document. The exit code is that of Schemathesis.
    Server(Server),
}

/// What the types are held against.
#[derive(Args, Debug)]
pub(crate) struct Models {
    /// OpenAPI document [default: spec/kibana.yaml]
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// About how many values
    #[arg(long, value_name = "N", default_value_t = 40_000)]
    values: usize,
}

/// Whose client is tested.
#[derive(Args, Debug)]
pub(crate) struct Client {
    /// OpenAPI documents [default: spec/kibana.yaml, and those of ../shared/spec]
    #[arg(value_name = "SPEC")]
    specs: Vec<PathBuf>,
}

/// How the server is tested.
#[derive(Args, Debug)]
pub(crate) struct Server {
    #[command(flatten)]
    source: Source,
    /// Test a server that keeps to the letter of the document, against the document that says so
    #[arg(long)]
    strict: bool,
    /// Test a server that remembers nothing
    #[arg(long)]
    stateless: bool,
    /// How many requests Schemathesis makes up per operation and phase
    #[arg(long, value_name = "N", default_value_t = 30)]
    examples: u32,
    /// What Schemathesis starts from when it makes up requests
    #[arg(long, value_name = "N", default_value_t = 1)]
    request_seed: u32,
}

/// Runs a judge.
pub(crate) fn run(root: &Path, judge: &Conformance) -> anyhow::Result<ExitCode> {
    match judge {
        Conformance::Models(args) => {
            let spec = args
                .spec
                .clone()
                .unwrap_or_else(|| root.join("spec/kibana.yaml"));
            let spec = std::path::absolute(spec)?;
            let arguments = [spec.display().to_string(), args.values.to_string()];
            judge_of_tests(root, "models", arguments)
        }
        Conformance::Client(args) => {
            let specs = args.specs.iter().map(std::path::absolute);
            let specs: Vec<PathBuf> = specs.collect::<Result<_, _>>()?;
            judge_of_tests(
                root,
                "client",
                specs.iter().map(|spec| spec.display().to_string()),
            )
        }
        Conformance::Server(args) => server(root, args),
    }
}

/// Runs a judge of the package of tests.
fn judge_of_tests(
    root: &Path,
    judge: &str,
    arguments: impl IntoIterator<Item = String>,
) -> anyhow::Result<ExitCode> {
    let run = [
        "run",
        "--quiet",
        "--package",
        "kibana-tests",
        "--bin",
        "conformance",
        "--",
        judge,
    ];
    let mut run: Vec<String> = run.map(String::from).into();
    run.extend(arguments);
    crate::cargo(root, &run)
}

fn server(root: &Path, args: &Server) -> anyhow::Result<ExitCode> {
    let schemathesis = installed(root)?;
    let Some(program) = mock::build(root, &args.source)? else {
        return Ok(ExitCode::FAILURE);
    };
    let mut mock = Command::new(&program);
    mock.args(["--port", "0"])
        .args(args.strict.then_some("--strict"))
        .args(args.stateless.then_some("--stateless"));
    let (_server, url) = mock::start(&mut mock)?;
    let work = root.join("target/schemathesis");
    std::fs::create_dir_all(&work)?;
    let document = match args.strict {
        // What the mock serves is what it takes when it is lenient.
        true => match args
            .source
            .config(root)
            .and_then(|config| config.export(Manners::Document))
        {
            Ok(document) => document,
            Err(failure) => bail!("{failure}"),
        },
        false => {
            serde_json::from_str(&fetched(&url)?).context("the mock serves no JSON at /api/oas")?
        }
    };
    std::fs::write(work.join("openapi.json"), document.to_string())?;
    std::fs::write(
        work.join("schemathesis.toml"),
        settings(&document, args.strict),
    )?;
    let root = std::path::absolute(root)?;
    let hooks = root.join(".ci/schemathesis_hooks.py");
    let status = Command::new(schemathesis)
        .current_dir(&work)
        .env("SCHEMATHESIS_HOOKS", hooks)
        .args([
            "--config-file",
            "schemathesis.toml",
            "run",
            "openapi.json",
            "--no-color",
            "--continue-on-failure",
        ])
        .args(["--url", &url, "--auth", "elastic:changeme"])
        // Two failed now and then in Hypothesis, which parses Python in each: `SystemError: AST constructor recursion
        // depth mismatch`, which CPython 3.11 is known for in programs with threads.
        .args(["--workers", "1"])
        .args(["--max-examples", &args.examples.to_string()])
        .args(["--seed", &args.request_seed.to_string()])
        .status()
        .context("cannot run Schemathesis")?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The program, from a virtual environment that is made anew when the pinned version changes.
fn installed(root: &Path) -> anyhow::Result<PathBuf> {
    let pins = root.join(".ci/schemathesis.txt");
    let wanted = std::fs::read_to_string(&pins)
        .with_context(|| format!("cannot read {}", pins.display()))?;
    let venv = std::path::absolute(root.join("target/schemathesis-venv"))?;
    let (done, bin) = (venv.join("installed.txt"), venv.join("bin"));
    if std::fs::read_to_string(&done).is_ok_and(|there| there == wanted) {
        return Ok(bin.join("st"));
    }
    eprintln!("installing Schemathesis into {}", venv.display());
    if venv.exists() {
        std::fs::remove_dir_all(&venv)?;
    }
    let steps = [
        Command::new("python3")
            .args(["-m", "venv"])
            .arg(&venv)
            .status(),
        Command::new(bin.join("pip"))
            .args([
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--requirement",
            ])
            .arg(&pins)
            .status(),
    ];
    for step in steps {
        if !step.context("cannot run Python 3")?.success() {
            bail!("Schemathesis could not be installed");
        }
    }
    std::fs::write(done, wanted)?;
    Ok(bin.join("st"))
}

fn fetched(url: &str) -> anyhow::Result<String> {
    use std::io::{Read, Write};
    let address = url.strip_prefix("http://").context("an address")?;
    let mut stream = std::net::TcpStream::connect(address)?;
    write!(
        stream,
        "GET /api/oas HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let (_, body) = text
        .split_once("\r\n\r\n")
        .context("the mock answers nothing at /api/oas")?;
    Ok(body.to_string())
}

/// A body that is too large is refused before anybody looks at what else is wrong with it.
const REFUSALS: &str = r#"checks.negative_data_rejection.expected-statuses = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "428", "429", "5xx"]
"#;

/// Where Schemathesis is wrong about a document. As Kibana does, a server that is not strict answers 404 to a method that
/// a path does not have, where HTTP would like 405. It takes a path to belong to one template, but Kibana's router lets
/// `GET /a/{id}` answer `/a/b`, too, when `/a/b` itself has other methods only: `GET /a/b` is no 405, and `Allow` names
/// all methods. And to delete everything in a list leaves the list: after `DELETE /a/{id}/comments`, a `GET` of it or of
/// `/a/{id}/comments/_find` is no 404.
fn settings(document: &Value, strict: bool) -> String {
    let methods = ["allow_header_conformance", "unsupported_method"];
    let off = |check: &&str| format!("checks.{check}.enabled = false\n");
    let mut text = REFUSALS.to_owned();
    if !strict {
        text.extend(methods.iter().map(off));
    }
    let paths = document["paths"].as_object();
    let paths: Vec<(&String, &Value)> = paths.into_iter().flatten().collect();
    let emptied: Vec<&String> = paths
        .iter()
        .filter(|(path, item)| item.get("delete").is_some() && !path.ends_with('}'))
        .map(|(path, _)| *path)
        .collect();
    for (path, _) in &paths {
        let mut wrong: Vec<&str> = Vec::new();
        if strict && paths.iter().any(|(p, _)| p != path && covers(p, path)) {
            wrong.extend(methods);
        }
        if emptied.iter().any(|list| is_in(path, list)) {
            wrong.push("use_after_free");
        }
        if !wrong.is_empty() {
            let path = Value::from(path.as_str());
            text += &format!("\n[[operations]]\ninclude-path = {path}\n");
            text.extend(wrong.iter().map(off));
        }
    }
    text
}

/// Whether a path is a list, or stands below it without naming an item.
fn is_in(path: &str, list: &str) -> bool {
    let below = path.strip_prefix(list);
    below.is_some_and(|rest| (rest.is_empty() || rest.starts_with('/')) && !rest.contains('{'))
}

/// Whether some requests to `path` fit `template`, too.
fn covers(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) =
        (template.split('/').collect(), path.split('/').collect());
    let fits = |(a, b): (&&str, &&str)| a == b || a.contains('{') || b.contains('{');
    template.len() == path.len() && template.iter().zip(&path).all(fits)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::settings;

    #[test]
    fn what_schemathesis_is_wrong_about_is_switched_off_where_it_is() {
        let document = json!({ "paths": {
            "/cases/{id}": { "get": {}, "delete": {} },
            "/cases/_find": { "post": {} },
            "/cases/{id}/comments": { "delete": {} },
            "/cases/{id}/comments/_find": { "get": {} },
            "/cases/{id}/comments/{comment}": { "get": {} },
        }});
        let switched = |strict| {
            let text = settings(&document, strict);
            let entries = text.split("[[operations]]").skip(1);
            let entries = entries.map(|entry| {
                let path = entry.split('"').nth(1).unwrap_or_default().to_owned();
                (path, entry.matches(" = false").count())
            });
            entries.collect::<Vec<_>>()
        };
        let lists = ["/cases/{id}/comments", "/cases/{id}/comments/_find"].map(String::from);
        assert_eq!(switched(false), lists.clone().map(|path| (path, 1)));
        let told = switched(true);
        // Those that two templates fit: the method is answered by the other one.
        assert!(told.contains(&("/cases/_find".to_owned(), 2)), "{told:?}");
        assert!(told.contains(&(lists[1].clone(), 3)), "{told:?}");
        assert!(told.contains(&(lists[0].clone(), 1)), "{told:?}");
    }
}
