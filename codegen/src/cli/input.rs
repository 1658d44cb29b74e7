//! The document that a command reads, and how it is named on the command line. Knows all stages.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::config::Config;
use crate::failure::Failure;

use super::defaults::{Defaults, LockArgs};

/// The document to read.
#[derive(Args, Debug, Default)]
pub struct Input {
    /// OpenAPI document, YAML or JSON, as Kibana publishes it, or `kibana@NAME` after `fetch`
    /// [default: spec/kibana.yaml]
    #[arg(long, value_name = "FILE")]
    pub(super) spec: Option<PathBuf>,
    /// Settings; without `--spec` those of spec/kibana.toml
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// OpenAPI Overlay 1.0 document to apply first; may be given several times
    #[arg(long, value_name = "FILE")]
    pub(super) overlay: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) lock: LockArgs,
}

pub(super) fn input_config(input: &Input, defaults: &Defaults) -> Result<Config, Failure> {
    let own = defaults.root.join("spec");
    let spec = match &input.spec {
        Some(spec) => input.lock.resolve(spec, defaults)?,
        None => own.join("kibana.yaml"),
    };
    if input.spec.is_none() && !spec.exists() {
        let help = format!(
            "no document is given, and there is no {} here; name one: `--spec FILE`",
            spec.display()
        );
        return Err(Failure::NoDocument(help));
    }
    let mut config = Config::new(spec);
    let settings = match (&input.config, &input.spec) {
        (Some(path), _) => Some(path.clone()),
        (None, None) => Some(own.join("kibana.toml")).filter(|path| path.exists()),
        (None, Some(_)) => None,
    };
    if let Some(path) = settings {
        config = config.settings_file(path)?;
    }
    let overlays = match &input.spec {
        None => overlays_in(&own.join("overlays")),
        Some(_) => Vec::new(),
    };
    for overlay in overlays.iter().chain(&input.overlay) {
        config = config.overlay(overlay);
    }
    Ok(config)
}

/// The overlays that belong to the embedded document, in the order of their names.
fn overlays_in(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "yaml" || e == "yml"))
        .collect();
    paths.sort();
    paths
}

/// `1 type`, `2 types`.
pub(super) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
