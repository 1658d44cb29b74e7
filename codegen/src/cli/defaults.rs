//! What holds where the command line says nothing. Knows files and the lock file.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::failure::Failure;

/// Where a command finds what is not said on its command line.
#[derive(Clone, Debug)]
pub struct Defaults {
    /// The folder that `spec/` and `generated/` are in.
    pub root: PathBuf,
    /// The command that people are told to run, such as `cargo xtask`.
    pub program: String,
}

/// Which lock file holds.
#[derive(Args, Clone, Debug, Default)]
pub struct LockArgs {
    /// Lock file of fetched documents [default: kibana.lock beside spec/kibana.toml, or else in the current folder]
    #[arg(long, value_name = "FILE")]
    pub(super) lock: Option<PathBuf>,
}

impl LockArgs {
    pub(super) fn path(&self, defaults: &Defaults) -> PathBuf {
        let own = defaults.root.join("spec");
        match &self.lock {
            Some(path) => path.clone(),
            None if own.join("kibana.toml").exists() => own.join("kibana.lock"),
            None => defaults.root.join("kibana.lock"),
        }
    }

    /// The file of a document that may be called `kibana@…`.
    pub(super) fn resolve(&self, spec: &Path, defaults: &Defaults) -> Result<PathBuf, Failure> {
        let lock = self.path(defaults);
        #[cfg(feature = "fetch")]
        return Ok(crate::fetch::resolve(spec, &lock)?);
        #[cfg(not(feature = "fetch"))]
        {
            let _ = lock;
            Ok(spec.to_path_buf())
        }
    }
}
