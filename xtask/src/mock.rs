//! The mock of a generated crate: generates the crate where that is needed, builds its program, and lets it run.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::Context;
use clap::Args;
use kibana_codegen::{Config, Failure, Runtime};

use crate::progress;

/// What the server answers from.
#[derive(Args, Debug)]
pub(crate) struct Source {
    /// OpenAPI document to generate from first [default: the crate in generated/, which is there already]
    #[arg(long, value_name = "FILE")]
    pub(crate) spec: Option<PathBuf>,
    /// What answers are made from where the document has no valid example
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,
}

/// The program of a mock, built. `None` when that failed, which has been said then.
pub(crate) fn build(root: &Path, source: &Source) -> anyhow::Result<Option<PathBuf>> {
    let own = source.spec.is_none() && source.seed == 0;
    let (manifest, target) = match own {
        true => (root.join("Cargo.toml"), root.join("target")),
        false => {
            let Some(dir) = generate(root, source)? else {
                return Ok(None);
            };
            (dir.join("Cargo.toml"), root.join("target/mock/build"))
        }
    };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args([
            "build",
            "--package",
            "kibana-api",
            "--features",
            "full,mock",
            "--bin",
            "kibana-mock",
        ])
        .arg("--manifest-path")
        .arg(&manifest)
        .arg("--target-dir")
        .arg(&target);
    let status = progress::run(&mut command, "building the mock").context("cannot run cargo")?;
    let program = target
        .join("debug")
        .join(format!("kibana-mock{}", std::env::consts::EXE_SUFFIX));
    Ok(status.success().then_some(program))
}

impl Source {
    /// The document.
    fn file(&self, root: &Path) -> PathBuf {
        let own = || root.join("spec/kibana.yaml");
        self.spec.clone().unwrap_or_else(own)
    }

    /// What is generated from the document.
    pub(crate) fn config(&self, root: &Path) -> Result<Config, Failure> {
        let config = Config::new(self.file(root))
            .runtime(Runtime::Path(root.join("codegen/runtime")))
            .seed(self.seed)
            .command("cargo xtask mock");
        match self.spec {
            Some(_) => Ok(config),
            None => config.settings_file(root.join("spec/kibana.toml")),
        }
    }
}

/// The crate of a document, in a folder of its own below `target/`.
fn generate(root: &Path, source: &Source) -> anyhow::Result<Option<PathBuf>> {
    let spec = source.file(root);
    let name = spec
        .file_stem()
        .map_or_else(|| "spec".into(), |stem| stem.to_string_lossy().into_owned());
    let dir = root
        .join("target/mock")
        .join(format!("{name}-{}", source.seed));
    eprintln!("reading {}", spec.display());
    let config = match source.config(root) {
        Ok(config) => config,
        Err(failure) => return Ok(refused(&failure)),
    };
    match config.generate(&dir) {
        Ok((analysis, _)) => {
            let (operations, types) = (
                analysis.api.operations.len(),
                analysis.api.types.iter().count(),
            );
            let folder = dir.display();
            eprintln!("wrote {operations} operations and {types} types to {folder}");
            // The versions of dependencies are those of the workspace.
            let lock = dir.join("Cargo.lock");
            if !lock.exists() {
                std::fs::copy(root.join("Cargo.lock"), lock)?;
            }
            Ok(Some(dir))
        }
        Err(failure) => Ok(refused(&failure)),
    }
}

fn refused<T>(failure: &Failure) -> Option<T> {
    eprintln!("{failure}");
    None
}

/// A mock that ends with this.
pub(crate) struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a mock, and tells its address.
pub(crate) fn start(command: &mut Command) -> anyhow::Result<(Running, String)> {
    let child = command.stdout(Stdio::piped()).spawn();
    let mut child = child.context("cannot run the mock")?;
    let output = child.stdout.take().context("the mock has no output")?;
    let running = Running(child);
    let mut line = String::new();
    let mut output = BufReader::new(output);
    output.read_line(&mut line)?;
    let url = line
        .trim()
        .strip_prefix("listening on ")
        .context("the mock does not listen")?
        .to_string();
    // What it prints later is read, so that it never waits for a reader.
    std::thread::spawn(move || for _ in output.lines() {});
    Ok((running, url))
}
