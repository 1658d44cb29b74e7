//! Inputs that nobody would write, for the generator and for what it generates: `cargo xtask fuzz`, and some thousands of
//! them in `cargo xtask test`. Input number N of a seed is always the same.
//!
//! Inputs run in processes of their own, many in each, so that a crash costs the run nothing: what was being done is known
//! from what the process said last. [`mutation`] is how they come about.
//!
//! Of documents, [`corpus`] is what they come from, [`stages`] what they go through, [`shrink`] what is left of one that
//! fails. Of a generated crate, [`hostile`] is what is sent, and [`runtime`] the crate that takes it.

pub mod clock;
pub mod corpus;
pub mod documents;
pub mod hostile;
pub mod mutation;
pub mod runtime;
pub mod shrink;
pub mod stages;

use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;

use clock::MOST_TIME;

use crate::mutate::Random;

/// Inputs per process.
const BATCH: u64 = 500;

/// Bytes of address space that a process may have.
const MOST_MEMORY_KIB: u64 = 1_000_000;

/// An input that failed.
#[derive(Clone, Debug)]
pub struct Failed {
    /// Its number.
    pub number: u64,
    /// What happened.
    pub what: String,
}

/// What a run found.
#[derive(Debug)]
pub struct Found {
    /// How many inputs ran.
    pub inputs: u64,
    /// Those that failed.
    pub failures: Vec<Failed>,
}

/// What is fed with inputs.
pub trait Subject: Sync {
    /// What takes them.
    fn program(&self) -> &Path;

    /// What to call it with for the inputs from `at` up to `end`, of a batch that begins with `start`.
    ///
    /// # Errors
    /// When the inputs cannot be written.
    fn arguments(&self, start: u64, at: u64, end: u64) -> io::Result<Vec<String>>;

    /// Called when a batch has been done.
    fn done(&self, _start: u64) {}

    /// Keeps a failing input, as small as it can be made, and says where.
    ///
    /// # Errors
    /// When it cannot be written, or does not fail again.
    fn keep(&self, failed: &Failed) -> io::Result<PathBuf>;
}

impl Found {
    /// Keeps the first of the inputs that failed: a line for each.
    pub fn kept(&self, subject: &impl Subject, most: usize) -> Vec<String> {
        let first = self.failures.iter().take(most);
        first
            .map(|failed| match subject.keep(failed) {
                Ok(path) => format!("{}: {}", path.display(), failed.what),
                Err(error) => format!("input {}: {} ({error})", failed.number, failed.what),
            })
            .collect()
    }
}

/// Feeds the inputs from 0 on.
pub fn run(subject: &impl Subject, inputs: u64, progress: impl Fn(&Failed) + Sync) -> Found {
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
                    for failed in batch(subject, start, end) {
                        progress(&failed);
                        if let Ok(mut failures) = failures.lock() {
                            failures.push(failed);
                        }
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().unwrap_or_default();
    failures.sort_by_key(|failed| failed.number);
    Found { inputs, failures }
}

/// One batch, in as many processes as it has crashes.
fn batch(subject: &impl Subject, start: u64, end: u64) -> Vec<Failed> {
    let mut failures = Vec::new();
    let mut at = start;
    while at < end {
        let (lines, ended) = match subject.arguments(start, at, end) {
            Ok(arguments) => watched(subject.program(), &arguments),
            Err(error) => (Vec::new(), Ended::Badly(error.to_string())),
        };
        let mut last = None;
        for line in &lines {
            match line.split_once(' ') {
                Some(("at", number)) => last = number.parse().ok(),
                Some(("failed", what)) => failures.extend(last.map(|number| Failed {
                    number,
                    what: what.to_string(),
                })),
                _ => {}
            }
        }
        match (ended, last) {
            (Ended::Well, _) => break,
            (Ended::Badly(what), Some(number)) => {
                failures.push(Failed { number, what });
                at = number + 1;
            }
            (Ended::Badly(what), None) => {
                failures.push(Failed {
                    number: at,
                    what: format!("did not start: {what}"),
                });
                break;
            }
        }
    }
    subject.done(start);
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

/// What a program says of its last input that fails.
fn last_failure(program: &Path, arguments: &[String]) -> Option<String> {
    let (lines, ended) = watched(program, arguments);
    let mut failed = lines.iter().filter_map(|line| line.strip_prefix("failed "));
    match (failed.next_back(), ended) {
        (Some(what), _) => Some(what.to_string()),
        (None, Ended::Badly(what)) => Some(what),
        (None, Ended::Well) => None,
    }
}

/// Where the making of an input begins.
fn random(seed: u64, number: u64) -> Random {
    let mixed =
        (seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mut random = Random::new(mixed ^ (mixed >> 29));
    random.below(2);
    random
}
