//! Third parties judge what is generated: `cargo xtask conformance`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use kibana_codegen::{Config, Runtime};
use kibana_tests::closed_loop::Over;
use kibana_tests::expected::Lists;
use kibana_tests::{closed_loop, conformance, workspace};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        ["models", spec, count] => match count.parse() {
            Ok(count) => models(spec.into(), count),
            Err(_) => usage(),
        },
        ["client", specs @ ..] => client(specs),
        _ => usage(),
    }
}

fn usage() -> ExitCode {
    eprintln!(
        "error: expected `models SPEC COUNT` or `client [SPEC...]`; see `cargo xtask conformance --help`"
    );
    ExitCode::from(2)
}

/// Sends requests around: from the client to the server, and back.
fn client(specs: &[&str]) -> ExitCode {
    let mut configs = Vec::new();
    for spec in specs {
        configs.push((PathBuf::from(spec), Config::new(spec)));
    }
    if specs.is_empty() {
        let root = workspace::root();
        let spec = root.join("spec/kibana.yaml");
        match Config::new(&spec).settings_file(root.join("spec/kibana.toml")) {
            Ok(config) => configs.push((spec, config)),
            Err(failure) => {
                eprintln!("{failure}");
                return ExitCode::FAILURE;
            }
        }
        let real = workspace::REAL.into_iter().filter_map(workspace::real);
        configs.extend(real.map(|spec| (spec.clone(), Config::new(spec))));
    }
    // Every document is looked at, whatever becomes of the others.
    let mut whole = true;
    for (spec, config) in &configs {
        whole &= goes_round(spec, config);
    }
    match whole {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

fn goes_round(spec: &Path, config: &Config) -> bool {
    let stem = spec.file_stem().unwrap_or_default().to_string_lossy();
    let name = stem.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    let found = match closed_loop::run(&format!("client-loop-{name}"), config, Over::Process) {
        Ok(found) => found,
        Err(failure) => {
            eprintln!("{failure}");
            return false;
        }
    };
    for problem in &found.problems {
        println!("{problem}");
    }
    for missed in &found.missed {
        println!("not reached: {missed}");
    }
    println!("{}: {found}", spec.display());
    found.is_whole()
}

/// Compares generated types with an independent validator.
fn models(spec: PathBuf, count: usize) -> ExitCode {
    let name: String = spec
        .file_stem()
        .map_or_else(String::new, |stem| stem.to_string_lossy().replace('.', "-"));
    let generated = workspace::kept(&format!("conformance-api-{name}"));
    eprintln!("generating and building {}", generated.display());
    let runtime = Runtime::Path(workspace::root().join("codegen/runtime"));
    let analysis = match Config::new(&spec).runtime(runtime).generate(&generated) {
        Ok((analysis, _)) => analysis,
        Err(failure) => {
            eprintln!("{failure}");
            return ExitCode::FAILURE;
        }
    };
    let found = conformance::models(&format!("conformance-{name}"), &analysis, &generated, count);
    let lists = Lists::read(&workspace::data("conformance.toml"));
    let problems = found.problems(&name, &lists);
    for problem in &problems {
        println!("{problem}");
    }
    for key in &found.left_out {
        println!("left out: {key}");
    }
    println!("{}: {found}", spec.display());
    match problems.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
