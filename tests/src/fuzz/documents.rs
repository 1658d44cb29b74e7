//! The generator, fed with documents: by the program `fuzz`, which starts itself.

use std::io;
use std::path::{Path, PathBuf};

use super::corpus::Corpus;
use super::{Failed, Subject, last_failure, shrink, stages};

/// Mutated documents of a seed.
#[derive(Debug)]
pub struct Documents {
    /// The program `fuzz`.
    pub program: PathBuf,
    /// Which documents.
    pub seed: u64,
    /// Where those that fail are kept.
    pub folder: PathBuf,
}

impl Subject for Documents {
    fn program(&self) -> &Path {
        &self.program
    }

    fn arguments(&self, _: u64, at: u64, end: u64) -> io::Result<Vec<String>> {
        let numbers = [self.seed, at, end].map(|number| number.to_string());
        Ok(std::iter::once("work".to_string()).chain(numbers).collect())
    }

    fn keep(&self, failed: &Failed) -> io::Result<PathBuf> {
        std::fs::create_dir_all(&self.folder)?;
        let (name, bytes) = Corpus::load().input(self.seed, failed.number);
        let extension = name.rsplit('.').next().unwrap_or("json");
        let name = format!("{}-{}.{extension}", self.seed, failed.number);
        let path = self.folder.join(name);
        std::fs::write(&path, &bytes)?;
        shrink::shrink(&self.program, &path)?;
        Ok(path)
    }
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
    last_failure(
        program,
        &["one".to_string(), document.display().to_string()],
    )
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
