//! Third parties judge what is generated: `cargo xtask conformance`.

use std::path::PathBuf;
use std::process::ExitCode;

use kibana_codegen::{Config, Runtime};
use kibana_tests::expected::Lists;
use kibana_tests::{conformance, workspace};

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
        _ => usage(),
    }
}

fn usage() -> ExitCode {
    eprintln!("error: expected `models SPEC COUNT`; see `cargo xtask conformance --help`");
    ExitCode::from(2)
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
