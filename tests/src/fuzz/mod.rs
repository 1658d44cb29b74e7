//! Documents that nobody would write, through everything that the generator does: `cargo xtask fuzz`, and some thousands of
//! them in `cargo xtask test`. Input number N of a seed is always the same document.
//!
//! Inputs run in processes of their own, many in each, so that a crash costs the run nothing: what was being done is known
//! from what the process said last. [`stages`] is what they go through, [`mutation`] how they come about, [`corpus`] what
//! they come from, [`shrink`] what is left of one that fails.

pub mod corpus;
pub mod mutation;
pub mod shrink;
pub mod stages;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use corpus::Corpus;

/// Inputs per process.
const BATCH: u64 = 500;

/// The longest that one input may take. A process that says nothing for longer is ended.
pub const MOST_TIME: Duration = Duration::from_secs(2);

/// Bytes of address space that a process may have.
const MOST_MEMORY_KIB: u64 = 1_000_000;

/// An input that failed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Its number.
    pub number: u64,
    /// What happened.
    pub what: String,
}

/// What a run found.
#[derive(Debug, Default)]
pub struct Found {
    /// How many inputs ran.
    pub inputs: u64,
    /// Those that failed.
    pub failures: Vec<Failure>,
}

/// Runs the inputs of a seed from 0 on, with this program (see [`work`]).
pub fn run(
    program: &Path,
    seed: u64,
    inputs: u64,
    progress: impl Fn(u64, &Failure) + Sync,
) -> Found {
    let next = AtomicU64::new(0);
    let failures = std::sync::Mutex::new(Vec::new());
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let start = next.fetch_add(BATCH, Ordering::Relaxed);
                    if start >= inputs {
                        return;
                    }
                    let end = inputs.min(start + BATCH);
                    for failure in batch(program, seed, start, end) {
                        progress(start, &failure);
                        if let Ok(mut failures) = failures.lock() {
                            failures.push(failure);
                        }
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().unwrap_or_default();
    failures.sort_by_key(|failure| failure.number);
    Found { inputs, failures }
}

/// One batch, in as many processes as it has crashes.
fn batch(program: &Path, seed: u64, start: u64, end: u64) -> Vec<Failure> {
    let mut failures = Vec::new();
    let mut at = start;
    while at < end {
        let arguments = [
            "work".to_string(),
            seed.to_string(),
            at.to_string(),
            end.to_string(),
        ];
        let (lines, ended) = watched(program, &arguments);
        let mut last = None;
        for line in &lines {
            match line.split_once(' ') {
                Some(("at", number)) => last = number.parse().ok(),
                Some(("failed", what)) => failures.extend(last.map(|number| Failure {
                    number,
                    what: what.to_string(),
                })),
                _ => {}
            }
        }
        match (ended, last) {
            (Ended::Well, _) => break,
            (Ended::Badly(what), Some(number)) => {
                failures.push(Failure { number, what });
                at = number + 1;
            }
            (Ended::Badly(what), None) => {
                failures.push(Failure {
                    number: at,
                    what: format!("did not start: {what}"),
                });
                break;
            }
        }
    }
    failures
}

enum Ended {
    Well,
    Badly(String),
}

/// Runs this program within bounds, and returns what it said and how it ended.
fn watched(program: &Path, arguments: &[String]) -> (Vec<String>, Ended) {
    let limits = format!("ulimit -v {MOST_MEMORY_KIB}; ulimit -c 0; exec \"$0\" \"$@\"");
    let mut command = Command::new("sh");
    command.args(["-c", &limits]).arg(program).args(arguments);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return (Vec::new(), Ended::Badly(error.to_string())),
    };
    let (said, lines) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if said.send(line).is_err() {
                    return;
                }
            }
        });
    }
    let mut all = Vec::new();
    loop {
        match lines.recv_timeout(MOST_TIME * 30) {
            Ok(line) => all.push(line),
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                child.kill().ok();
                child.wait().ok();
                return (all, Ended::Badly("does not come to an end".to_string()));
            }
        }
    }
    let ended = match child.wait() {
        Ok(status) if status.success() => Ended::Well,
        Ok(status) => Ended::Badly(format!("crashed: {status}")),
        Err(error) => Ended::Badly(error.to_string()),
    };
    (all, ended)
}

/// What a process does: the inputs from one number up to another, each told before it runs.
pub fn work(seed: u64, start: u64, end: u64) {
    std::panic::set_hook(Box::new(|_| {}));
    let corpus = Corpus::load();
    for number in start..end {
        println!("at {number}");
        let (name, bytes) = corpus.input(seed, number);
        if let Err(what) = stages::bounded(name, &bytes) {
            println!("failed {}", what.replace('\n', " "));
        }
    }
}

/// Whether one document fails, in a process of its own: what happened.
pub fn fails(program: &Path, document: &Path) -> Option<String> {
    let arguments = ["one".to_string(), document.display().to_string()];
    let (lines, ended) = watched(program, &arguments);
    let failed = lines.iter().find_map(|line| line.strip_prefix("failed "));
    match (failed, ended) {
        (Some(what), _) => Some(what.to_string()),
        (None, Ended::Badly(what)) => Some(what),
        (None, Ended::Well) => None,
    }
}

/// What a process does with one document.
pub fn one(document: &Path) {
    std::panic::set_hook(Box::new(|_| {}));
    let name = document.file_name().unwrap_or_default().to_string_lossy();
    let outcome = std::fs::read(document)
        .map_err(|error| error.to_string())
        .and_then(|bytes| stages::bounded(&name, &bytes));
    if let Err(what) = outcome {
        println!("failed {}", what.replace('\n', " "));
    }
}

/// Keeps a failing input, as small as it can be made, and says where.
pub fn keep(
    program: &Path,
    seed: u64,
    failure: &Failure,
    folder: &Path,
) -> std::io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let (name, bytes) = Corpus::load().input(seed, failure.number);
    let extension = name.rsplit('.').next().unwrap_or("json");
    let path = folder.join(format!("{seed}-{}.{extension}", failure.number));
    std::fs::write(&path, &bytes)?;
    shrink::shrink(program, &path)?;
    Ok(path)
}
