//! What it costs to compile generated crates: processor time and memory of rustc on the crate itself, its dependencies
//! built before. Groups of one, all groups, parts of a document.
//!
//! Cargo runs this program in the place of rustc (`RUSTC_WRAPPER`), so that what is measured is the one process that
//! compiles the crate, and nothing of Cargo's own. The numbers come from `/proc`: without it there is no table.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode};
use std::time::{Duration, SystemTime};

use kibana_codegen::ir::{Home, ModuleId};
use kibana_codegen::plan::Plan;
use kibana_codegen::print::Runtime;
use kibana_codegen::{Config, load};
use kibana_tests::{built, sample::with_paths, workspace};

/// Runs of each `check`; the median counts. A build takes long enough to be measured once.
const ROUNDS: usize = 3;

/// The file that the program in the place of rustc writes its lines to.
const LOG: &str = "KIBANA_BENCH_RUSTC_LOG";

/// The crate that is measured.
const CRATE: &str = "kibana_api";

fn main() -> ExitCode {
    if let Some(log) = std::env::var_os(LOG) {
        return rustc(Path::new(&log));
    }
    // Only `cargo bench` says `--bench`; a test run of all targets has no time for numbers.
    if !std::env::args().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    if used_by_children().is_none() {
        println!("skipped: no /proc, where processor time is read from");
        return ExitCode::SUCCESS;
    }
    println!(
        "rustc on the crate alone, debug profile; {ROUNDS} rounds of `check` (median), one of `build`; CPU is user time;\n\
         types are those of the features, and the shared ones where all are on\n"
    );
    println!(
        "{:<26}{:<16}{:>6}{:>8}{:>11}{:>8}{:>9}{:>11}{:>8}",
        "document",
        "features",
        "ops",
        "types",
        "check CPU",
        "ms/type",
        "check MB",
        "build CPU",
        "MB"
    );
    let spec = workspace::root().join("spec/kibana.yaml");
    let embedded = Subject::generated("embedded", &spec);
    embedded.print("full,server", true);
    for name in workspace::REAL {
        let Some(spec) = workspace::real(name) else {
            continue;
        };
        let whole = Subject::generated(name, &spec);
        whole.print("full,server", true);
        if name.contains("8.18") {
            whole.print("full", false);
            whole.print("full,client", true);
            whole.print("cases,server", true);
            whole.print("cases", false);
            whole.print("cases,client", true);
        } else {
            print_parts(name, &spec);
        }
    }
    ExitCode::SUCCESS
}

/// The same for parts of a document: what a type costs should not depend on how many there are.
fn print_parts(name: &str, spec: &Path) {
    let document = load::load_file(spec).unwrap_or_else(|error| panic!("{error}"));
    for percent in [50, 25] {
        let part = with_paths(&document, percent);
        let title = format!("{percent} % of {name}");
        let file = folder(&title).with_extension("json");
        fs::create_dir_all(folder(&title)).expect("a folder in target/");
        fs::write(&file, part.root.to_string()).expect("a file in target/");
        Subject::generated(&title, &file).print("full,server", false);
    }
}

fn folder(title: &str) -> PathBuf {
    let plain = title.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    workspace::kept("bench-compile").join(plain)
}

/// A generated crate.
struct Subject {
    title: String,
    dir: PathBuf,
    /// Per feature, how many operations there are.
    operations: Vec<(String, usize)>,
    /// Per feature, how many definitions of its own; the shared ones are under `full`.
    types: Vec<(String, usize)>,
}

impl Subject {
    fn generated(title: &str, spec: &Path) -> Self {
        let dir = folder(title);
        let runtime = workspace::root().join("codegen/runtime");
        let config = Config::new(spec).runtime(Runtime::Path(runtime));
        let generated = config.generate(&dir);
        let (analysis, _) = generated.unwrap_or_else(|failure| panic!("{failure}"));
        let api = &analysis.api;
        let plan = Plan::of_crate(api);
        let count = |test: &dyn Fn(usize) -> usize| -> Vec<(String, usize)> {
            let groups = plan.groups().iter().enumerate();
            groups
                .map(|(index, group)| (group.feature.clone(), test(index)))
                .collect()
        };
        let at_home = |home| {
            let all = api.types.iter();
            all.filter(|(_, definition)| definition.home == home)
                .count()
        };
        let mut types = count(&|index| at_home(Home::Module(ModuleId(index))));
        types.push(("full".to_string(), at_home(Home::Shared)));
        Self {
            title: title.to_string(),
            dir,
            operations: count(&|index| {
                let all = api.operations.iter();
                all.filter(|operation| operation.module.0 == index).count()
            }),
            types,
        }
    }

    /// A row of the table.
    fn print(&self, features: &str, build: bool) {
        let arguments = |command| [command, "--lib", "--features", features];
        // Once for the dependencies, and for the folders of Cargo.
        self.measured(&arguments("check"));
        let mut checks: Vec<Used> = (0..ROUNDS)
            .map(|_| self.measured(&arguments("check")))
            .collect();
        checks.sort_by_key(|used| used.time);
        let check = &checks[ROUNDS / 2];
        let all = features.starts_with("full");
        let count = |counts: &[(String, usize)]| -> usize {
            let chosen = counts
                .iter()
                .filter(|(feature, _)| all || features.split(',').any(|f| f == feature));
            chosen.map(|(_, count)| count).sum()
        };
        let types = count(&self.types);
        let mut row = format!(
            "{:<26}{features:<16}{:>6}{types:>8}{:>9.2} s{:>8.2}{:>9}",
            self.title,
            count(&self.operations),
            check.time.as_secs_f64(),
            check.time.as_secs_f64() * 1000.0 / types as f64,
            check.peak_megabytes,
        );
        if build {
            let used = self.measured(&arguments("build"));
            let _ = write!(
                row,
                "{:>9.2} s{:>8}",
                used.time.as_secs_f64(),
                used.peak_megabytes
            );
        }
        println!("{row}");
    }

    /// Compiles the crate anew, and nothing else.
    fn measured(&self, arguments: &[&str]) -> Used {
        let log = self.dir.with_extension("log");
        let program = std::env::current_exe().expect("this program is a file");
        fs::write(&log, "").expect("a file in target/");
        let changed = fs::File::options()
            .append(true)
            .open(self.dir.join("src/lib.rs"))
            .and_then(|file| file.set_modified(SystemTime::now()));
        changed.expect("the generated crate can be touched");
        let variables = [
            (LOG, log.as_path()),
            ("RUSTC_WRAPPER", program.as_path()),
            ("CARGO_INCREMENTAL", Path::new("0")),
        ];
        built::cargo_with(&self.dir, arguments, &variables);
        let lines = fs::read_to_string(&log).expect("the log was there");
        Used::parse(&lines).unwrap_or_else(|| panic!("one crate is compiled: {lines:?}"))
    }
}

/// What a process took.
struct Used {
    time: Duration,
    peak_megabytes: u64,
}

impl Used {
    fn parse(line: &str) -> Option<Self> {
        let (milliseconds, kilobytes) = line.trim().split_once(' ')?;
        Some(Self {
            time: Duration::from_millis(milliseconds.parse().ok()?),
            peak_megabytes: kilobytes.parse::<u64>().ok()? * 1024 / 1_000_000,
        })
    }
}

/// Is rustc for Cargo: runs it, and writes down what it took when it compiles the crate.
fn rustc(log: &Path) -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let Some((program, rest)) = arguments.split_first() else {
        return ExitCode::FAILURE;
    };
    let named = rest
        .windows(2)
        .any(|two| two[0] == "--crate-name" && two[1] == CRATE);
    let mut child = Command::new(program)
        .args(rest)
        .spawn()
        .expect("rustc can be run");
    let peak = if named { peak_memory(&mut child) } else { 0 };
    let status = child.wait().expect("rustc ends");
    if named && let Some(time) = used_by_children() {
        let mut log = fs::File::options().append(true).open(log);
        let line = format!("{} {peak}\n", time.as_millis());
        let _ = log.as_mut().map(|log| log.write_all(line.as_bytes()));
    }
    ExitCode::from(
        status
            .code()
            .and_then(|code| u8::try_from(code).ok())
            .unwrap_or(1),
    )
}

/// The peak memory of a process in kilobytes, as long as it runs. The kernel keeps the peak; it is gone with the
/// process, so this asks until then.
fn peak_memory(child: &mut Child) -> u64 {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while let Ok(None) = child.try_wait() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let value = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
        peak = peak.max(value.unwrap_or(0));
        std::thread::sleep(Duration::from_millis(2));
    }
    peak
}

/// The user time of all processes that this one has waited for.
fn used_by_children() -> Option<Duration> {
    /// Linux counts in hundredths of a second here, whatever the clock of the kernel.
    const TICK: Duration = Duration::from_millis(10);
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // Behind the name of the program, which may hold anything but ends with the last bracket, come the fields from 3 on.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let ticks: u32 = fields.nth(13)?.parse().ok()?;
    Some(TICK * ticks)
}
