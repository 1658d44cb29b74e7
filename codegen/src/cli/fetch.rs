//! `fetch` on the command line: what it prints, and its progress.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::Args;

use super::defaults::{Defaults, LockArgs};
use crate::failure::Failure;
use crate::fetch::{Cache, Fetcher, Lock, Outcome, PREFIX, Patience, URL_VARIABLE, Wanted};

/// What `fetch` brings.
#[derive(Args, Debug)]
pub struct FetchArgs {
    /// Version, branch, tag or commit of Kibana, URL, or file [default: what kibana.lock names]
    #[arg(value_name = "VERSION|REF|URL", value_parser = Wanted::parse)]
    wanted: Option<Wanted>,
    /// Call it kibana@NAME instead of after its version, branch or file
    #[arg(long, value_name = "NAME", requires = "wanted")]
    name: Option<String>,
    /// Lock the new bytes of a document that is locked already
    #[arg(long)]
    update: bool,
    #[command(flatten)]
    lock: LockArgs,
}

pub(super) fn run(args: &FetchArgs, defaults: &Defaults) -> Result<ExitCode, Failure> {
    let fetcher = Fetcher {
        cache: Cache::of_user()?,
        lock: args.lock.path(defaults),
        mirror: std::env::var(URL_VARIABLE)
            .ok()
            .filter(|url| !url.is_empty()),
        patience: Patience::default(),
        program: defaults.program.clone(),
    };
    let mut progress = Bar::new();
    if let Some(wanted) = &args.wanted {
        let mut wanted = wanted.clone();
        if let Some(name) = &args.name {
            wanted.name = format!("{PREFIX}{}", name.strip_prefix(PREFIX).unwrap_or(name));
        }
        let outcome = fetcher.fetch(&wanted, args.update, &mut |have, all| {
            progress.show(have, all)
        });
        progress.clear();
        tell(&wanted.name, &outcome?);
        return Ok(ExitCode::SUCCESS);
    }
    let lock = Lock::read(&fetcher.lock)?;
    if lock.specs.is_empty() {
        say!(
            "{} names no document; `fetch VERSION` adds one",
            fetcher.lock.display()
        );
    }
    for locked in &lock.specs {
        let mut show = |have, all| progress.show(have, all);
        let outcome = match args.update {
            true => fetcher.fetch(&locked.into(), true, &mut show),
            false => fetcher.restore(locked, &mut show),
        };
        progress.clear();
        tell(&locked.name, &outcome?);
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(name: &str, outcome: &Outcome) {
    let (what, path) = match outcome {
        Outcome::Cached(path) => ("in the cache", path),
        Outcome::Unchanged(path) => ("fetched, as locked", path),
        Outcome::Added(path) => ("fetched and locked", path),
        Outcome::Updated(path) => ("fetched, and locked anew", path),
    };
    say!("{name}: {what}: {}", path.display());
}

/// One line on a terminal that counts.
struct Bar {
    terminal: bool,
    shown: Option<u64>,
}

impl Bar {
    fn new() -> Self {
        Self {
            terminal: std::io::stderr().is_terminal(),
            shown: None,
        }
    }

    fn show(&mut self, have: u64, all: Option<u64>) {
        // A tenth of a megabyte is what the line can show.
        let step = have / 100_000;
        if !self.terminal || self.shown == Some(step) {
            return;
        }
        self.shown = Some(step);
        let megabytes = |bytes: u64| format!("{:.1}", bytes as f64 / 1e6);
        let text = match all {
            Some(all) => format!("{} of {} MB", megabytes(have), megabytes(all)),
            None => format!("{} MB", megabytes(have)),
        };
        let mut out = anstream::stderr();
        let _ = write!(out, "\r{text:<30}").and_then(|()| out.flush());
    }

    fn clear(&mut self) {
        if self.shown.take().is_some() {
            let _ = write!(anstream::stderr(), "\r{:<30}\r", "");
        }
    }
}
