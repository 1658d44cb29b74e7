//! A generated crate, of the embedded document: its types and its router, asked by a program that is built over it.
//! `PROGRAM FILE N N` runs a file that was kept again; N is the number in its name.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use kibana_codegen::{Config, Failure};

use super::hostile::Corpus;
use super::{BATCH, Failed, Subject, last_failure};
use crate::{built, workspace};

/// Name of the program and its package.
const PROGRAM: &str = "fuzz-runtime";

/// The crate under test.
#[derive(Debug)]
pub struct Runtime {
    seed: u64,
    corpus: Corpus,
    program: PathBuf,
    /// Where inputs and what is kept of them stand.
    folder: PathBuf,
}

impl Runtime {
    /// Builds the program.
    ///
    /// # Errors
    /// When the embedded document cannot be read.
    ///
    /// # Panics
    /// When the program does not compile.
    pub fn build(seed: u64, folder: &Path) -> Result<Self, Failure> {
        let root = workspace::root();
        let config =
            Config::new(root.join("spec/kibana.yaml")).settings_file(root.join("spec/kibana.toml"));
        let corpus = Corpus::new(&config.and_then(|config| config.analyse())?);
        let dir = workspace::kept(PROGRAM);
        built::write(&dir.join("Cargo.toml"), &manifest(&root.join("generated")));
        built::write(&dir.join("src/types.rs"), &types(corpus.types()));
        built::write(&dir.join("src/clock.rs"), include_str!("clock.rs"));
        let main = include_str!("../../data/fuzz/main.rs");
        built::write(&dir.join("src/main.rs"), main);
        built::cargo(&dir, &["build"]);
        Ok(Self {
            seed,
            corpus,
            program: workspace::kept("build").join("debug").join(PROGRAM),
            folder: folder.to_path_buf(),
        })
    }

    /// Writes inputs to a file of this name.
    fn write(&self, name: &str, start: u64, end: u64) -> io::Result<PathBuf> {
        fs::create_dir_all(&self.folder)?;
        let path = self.folder.join(name);
        let mut lines = String::new();
        for number in start..end {
            // Writing to a String cannot fail.
            let _ = writeln!(lines, "{}", self.corpus.input(self.seed, number));
        }
        fs::write(&path, lines)?;
        Ok(path)
    }
}

impl Subject for Runtime {
    fn program(&self) -> &Path {
        &self.program
    }

    fn arguments(&self, start: u64, at: u64, end: u64) -> io::Result<Vec<String>> {
        let path = self.write(&format!("runtime-{}-{start}.batch", self.seed), start, end)?;
        Ok(vec![
            path.display().to_string(),
            start.to_string(),
            at.to_string(),
        ])
    }

    fn done(&self, start: u64) {
        fs::remove_file(
            self.folder
                .join(format!("runtime-{}-{start}.batch", self.seed)),
        )
        .ok();
    }

    /// The input by itself; where it fails only after others, with those of its batch before it.
    fn keep(&self, failed: &Failed) -> io::Result<PathBuf> {
        let number = failed.number;
        for start in [number, number / BATCH * BATCH] {
            let name = format!("runtime-{}-{start}-{number}.jsonl", self.seed);
            let path = self.write(&name, start, number + 1)?;
            let number = start.to_string();
            let arguments = [path.display().to_string(), number.clone(), number];
            if start != failed.number || last_failure(&self.program, &arguments).is_some() {
                return Ok(path);
            }
            fs::remove_file(&path)?;
        }
        Err(io::Error::other("it does not fail again"))
    }
}

fn types(paths: &[String]) -> String {
    let mut text = String::from(
        "//! Written by the fuzzer: the types of all bodies.\n\n\
         pub const TYPES: &[fn(&[u8]) -> Result<(), String>] = &[\n",
    );
    for path in paths {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "    crate::reads::<{path}>,");
    }
    text + "];\n"
}

fn manifest(generated: &Path) -> String {
    // A TOML literal string: the path is that of this workspace. A little optimised, because some texts are large; what
    // debug builds check is checked.
    let generated = generated.display();
    format!(
        "[package]\nname = \"{PROGRAM}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n[workspace]\n\n\
         [dependencies]\naxum = {{ version = \"0.8\", default-features = false }}\n\
         futures-util = {{ version = \"0.3\", default-features = false, features = [\"std\"] }}\n\
         kibana-api = {{ path = '{generated}', features = [\"full\", \"mock\"] }}\n\
         serde_json = \"1\"\n\
         tokio = {{ version = \"1\", features = [\"rt\"] }}\n\
         tower-service = \"0.3\"\n\n[profile.dev]\ndebug = false\nopt-level = 1\n"
    )
}
