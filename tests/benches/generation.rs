//! What generation costs, as ratios to reading the same text with `serde_yaml`, measured in the same run.
//! Knows the public stages of `kibana_codegen` only.
//!
//! A loop of its own, not criterion or divan: ratios hold on a busy machine only when the things compared take turns,
//! and neither of them does that, nor measures memory.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use kibana_codegen::document::Document;
use kibana_codegen::ir::Api;
use kibana_codegen::output::Files;
use kibana_codegen::print::{self, Crate, Runtime};
use kibana_codegen::settings::Settings;
use kibana_codegen::{Config, drift, load, lower, passes, repair};
use kibana_tests::sample::with_paths;
use kibana_tests::{tool, workspace};

/// Turns that everything takes.
const ROUNDS: usize = 9;

/// Set in a child process that runs the pipeline once and prints the memory that this took.
const MEMORY_OF: &str = "KIBANA_BENCH_MEMORY_OF";

fn main() {
    if let Some(path) = std::env::var_os(MEMORY_OF) {
        print_memory(Path::new(&path));
        return;
    }
    // Only `cargo bench` says `--bench`; a test run of all targets has no time for numbers.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let specs: Vec<Spec> = paths().iter().filter_map(|path| Spec::read(path)).collect();
    let mut runs: Vec<Runs> = specs.iter().map(|_| Runs::default()).collect();
    let program = tool::optimised();
    for spec in &specs {
        generated(&program, &spec.path);
    }
    for _ in 0..ROUNDS {
        for (spec, runs) in specs.iter().zip(&mut runs) {
            runs.parse.push(time(|| parse(&spec.bytes)));
            runs.pipeline.push(Pipeline::run(&spec.bytes).times);
            runs.again.push(generated(&program, &spec.path));
        }
    }
    print_table(&specs, &runs);
    if let Some(largest) = specs.iter().max_by_key(|spec| spec.bytes.len()) {
        print_scaling(largest);
    }
    if let [.., old, new] = specs.as_slice() {
        print_drift(old, new);
    }
}

/// The embedded document and the real ones.
fn paths() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let real = root.join("../shared/spec");
    vec![
        root.join("spec/kibana.yaml"),
        real.join("kibana-8.18.yaml"),
        real.join("kibana-9.3.yaml"),
    ]
}

struct Spec {
    name: String,
    path: PathBuf,
    bytes: Vec<u8>,
}

impl Spec {
    /// The file, or `None` (and a line that says so) when it is not there.
    fn read(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy().into_owned();
        match std::fs::read(path) {
            Ok(bytes) => Some(Self {
                name,
                path: path.to_path_buf(),
                bytes,
            }),
            Err(error) => {
                println!("skipped: {name} ({error})");
                None
            }
        }
    }
}

#[derive(Default)]
struct Runs {
    parse: Vec<Duration>,
    /// Per run, the stages.
    pipeline: Vec<Vec<(&'static str, Duration)>>,
    /// The command `generate` when nothing changed, from its start to its end.
    again: Vec<Duration>,
}

/// How long the program takes to generate a crate into a folder that stays.
fn generated(program: &Path, spec: &Path) -> Duration {
    let kept = workspace::kept("bench-generation");
    let mut command = Command::new(program);
    command.args(["generate", "--spec"]).arg(spec);
    command.arg("--out");
    command.arg(kept.join(spec.file_stem().unwrap_or_default()));
    command.env("KIBANA_CODEGEN_CACHE", kept.join("cache"));
    time(|| {
        let output = command.output().expect("the program runs");
        assert!(output.status.success(), "{output:?}");
    })
}

/// What the ratios are to.
fn parse(bytes: &[u8]) -> serde_yaml::Value {
    let text = std::str::from_utf8(bytes).expect("the spec is UTF-8");
    serde_yaml::from_str(text).expect("the spec is YAML")
}

/// One run from bytes to the text of all files, everything kept as a caller would.
struct Pipeline {
    times: Vec<(&'static str, Duration)>,
    api: Api,
    files: Files,
    _document: Document,
}

impl Pipeline {
    fn run(bytes: &[u8]) -> Self {
        let mut clock = Clock::new();
        let mut document = load::load("spec", bytes).expect("the spec loads");
        clock.lap("load");
        let mut diagnostics = repair::repair(&mut document);
        clock.lap("repair");
        let (mut api, lowering) = lower::lower(&document, &Settings::default());
        diagnostics.extend(lowering);
        clock.lap("lower");
        for (name, pass) in passes::PASSES {
            diagnostics.extend(pass(&mut api));
            clock.lap(name);
        }
        let files = print::print(&api, &package()).expect("Rust");
        clock.lap("plan, print");
        assert!(!diagnostics.has_errors(), "the spec is generated whole");
        Self {
            times: clock.laps,
            api,
            files,
            _document: document,
        }
    }
}

fn package() -> Crate {
    Crate {
        name: "kibana-api".into(),
        runtime: Runtime::Version("0.1".into()),
        dependencies: Default::default(),
        own_workspace: true,
        command: "cargo bench".into(),
        document: String::new(),
        seed: 0,
    }
}

/// The time between laps.
struct Clock {
    last: Instant,
    laps: Vec<(&'static str, Duration)>,
}

impl Clock {
    fn new() -> Self {
        Self {
            last: Instant::now(),
            laps: Vec::new(),
        }
    }

    fn lap(&mut self, name: &'static str) {
        let now = Instant::now();
        self.laps.push((name, now - self.last));
        self.last = now;
    }
}

/// How long a function takes; what it returns is dropped after that.
fn time<T>(run: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    let result = black_box(run());
    let time = start.elapsed();
    drop(result);
    time
}

fn median(times: impl IntoIterator<Item = Duration>) -> f64 {
    let mut times: Vec<Duration> = times.into_iter().collect();
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1000.0
}

/// One column per document; a row per stage.
fn print_table(specs: &[Spec], runs: &[Runs]) {
    let row = |title: &str, cell: &dyn Fn(&Spec, &Runs) -> String| {
        print!("{title:<24}");
        for (spec, runs) in specs.iter().zip(runs) {
            print!("{:>24}", cell(spec, runs));
        }
        println!();
    };
    println!("medians of {ROUNDS} rounds; × is the ratio to `serde_yaml` reading the same text\n");
    row("", &|spec, _| spec.name.clone());
    row("serde_yaml alone", &|_, runs| {
        format!("{:.1} ms", median(runs.parse.clone()))
    });
    let ratio = |runs: &Runs, time: f64| {
        format!("{time:.1} ms {:5.2} ×", time / median(runs.parse.clone()))
    };
    let stages: Vec<&str> = runs
        .iter()
        .flat_map(|runs| runs.pipeline.first())
        .take(1)
        .flat_map(|laps| laps.iter().map(|(name, _)| *name))
        .collect();
    for (index, stage) in stages.iter().enumerate() {
        row(stage, &|_, runs| {
            ratio(runs, median(runs.pipeline.iter().map(|laps| laps[index].1)))
        });
    }
    row("whole pipeline", &|_, runs| {
        let whole = |laps: &Vec<(&str, Duration)>| laps.iter().map(|(_, time)| *time).sum();
        ratio(runs, median(runs.pipeline.iter().map(whole)))
    });
    row("again, nothing changed", &|_, runs| {
        ratio(runs, median(runs.again.clone()))
    });
    row("peak memory", &|spec, _| memory_of(&spec.path));
    let results: Vec<Pipeline> = specs
        .iter()
        .map(|spec| Pipeline::run(&spec.bytes))
        .collect();
    let count = |title: &str, of: &dyn Fn(&Pipeline) -> usize| {
        print!("{title:<24}");
        for result in &results {
            print!("{:>24}", of(result));
        }
        println!();
    };
    count("operations", &|run| run.api.operations.len());
    count("definitions", &|run| run.api.types.ids().count());
    count("files", &|run| run.files.len());
    count("lines", &|run| {
        run.files
            .values()
            .map(|file| file.text.lines().count())
            .sum()
    });
}

/// Time per operation when a part of the operations is left.
fn print_scaling(spec: &Spec) {
    let document = load::load(&spec.name, &spec.bytes).expect("the spec loads");
    let parts: Vec<(usize, Document)> = [25, 50, 100]
        .into_iter()
        .map(|percent| (percent, with_paths(&document, percent)))
        .collect();
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); parts.len()];
    let mut operations = vec![0; parts.len()];
    for _ in 0..ROUNDS {
        for (index, (_, part)) in parts.iter().enumerate() {
            let part = part.clone();
            let start = Instant::now();
            let analysis = kibana_codegen::analyse(part, &Settings::default());
            let files = black_box(print::print(&analysis.api, &package()).expect("Rust"));
            times[index].push(start.elapsed());
            operations[index] = analysis.api.operations.len();
            drop(files);
        }
    }
    println!(
        "\ntime per operation from the loaded document to the files, {}:",
        spec.name
    );
    let per_operation = |index: usize| median(times[index].clone()) / operations[index] as f64;
    let whole = per_operation(parts.len() - 1);
    for (index, (percent, _)) in parts.iter().enumerate() {
        println!(
            "{percent:>4} % of the paths {:>5} operations {:>9.3} ms per operation {:>6.2} ×",
            operations[index],
            per_operation(index),
            per_operation(index) / whole,
        );
    }
}

/// What it takes to compare two documents, as ratios to loading both one after the other.
fn print_drift(old: &Spec, new: &Spec) {
    let load = |spec: &Spec| load::load(&spec.name, &spec.bytes).expect("the spec loads");
    let (mut loads, mut runs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        loads.push(time(|| (load(old), load(new))));
        runs.push(drift_laps(&old.path, &new.path));
    }
    println!("\ndrift, {} → {}:", old.name, new.name);
    let loading = median(loads);
    println!("{:<24}{loading:.1} ms", "load both");
    let row = |title: &str, time: f64| {
        println!("{title:<24}{time:.1} ms {:5.2} ×", time / loading);
    };
    for index in 0..runs[0].len() {
        row(
            runs[0][index].0,
            median(runs.iter().map(|laps| laps[index].1)),
        );
    }
    row(
        "whole drift",
        median(
            runs.iter()
                .map(|laps| laps.iter().map(|(_, time)| *time).sum()),
        ),
    );
}

/// One comparison as the command does it, from files to text.
fn drift_laps(old: &Path, new: &Path) -> Vec<(&'static str, Duration)> {
    let mut clock = Clock::new();
    let (old, new) = Config::analyse_both(&Config::new(old), &Config::new(new))
        .unwrap_or_else(|failure| panic!("{failure}"));
    clock.lap("analyse both");
    let drift = drift::compare(&old, &new);
    clock.lap("compare");
    let shown = drift::render::Shown {
        drift: &drift,
        old: &old.document,
        new: &new.document,
        least: drift::Severity::Info,
        colour: false,
    };
    black_box(shown.text());
    clock.lap("text");
    clock.laps
}

/// Peak memory of a process that runs the pipeline once.
fn memory_of(path: &Path) -> String {
    let output = std::env::current_exe()
        .and_then(|program| Command::new(program).env(MEMORY_OF, path).output());
    match output {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).trim().to_string()
        }
        _ => "n/a".to_string(),
    }
}

fn print_memory(path: &Path) {
    let bytes = std::fs::read(path).expect("the spec is there");
    let run = black_box(Pipeline::run(&bytes));
    // Linux only; other systems say `n/a`.
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|value| value.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    match peak {
        Some(kilobytes) => println!("{} MB", kilobytes * 1024 / 1_000_000),
        None => println!("n/a"),
    }
    drop(run);
}
