//! Tells that a run of `generate` would change nothing, without running it. Knows files and their hashes, not what they
//! say.
//!
//! A run leaves a record in the cache of the user: what it was asked for, with the bytes of everything that it read; the
//! program that it was; the bytes of everything that it wrote; and what it said. A run that is asked for the same by the
//! same program, and finds the same bytes in all of these files, has the same result. Anything else, such as a cache that
//! cannot be written, costs a whole run and nothing more. `check` never looks here.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sha2::{Digest, Sha256};

use crate::config::Config;
use crate::fetch::{Cache, hex};
use crate::output::{self, MANIFEST, STAGING};

/// What a run is asked for, and where its record is.
pub(super) struct Run<'a> {
    config: &'a Config,
    out: &'a Path,
    record: PathBuf,
    asked: String,
}

impl<'a> Run<'a> {
    /// A run into a folder; `None` where nothing can be told.
    pub(super) fn new(config: &'a Config, out: &'a Path) -> Option<Self> {
        let out_name = std::path::absolute(out).ok()?;
        let name = hex(Sha256::digest(out_name.as_os_str().as_encoded_bytes()));
        let record = Cache::of_user().ok()?.records().join(name);
        Some(Self {
            config,
            out,
            record,
            asked: asked(config, out).ok()?,
        })
    }

    /// What the last run said, if this one would find everything as that one left it.
    pub(super) fn last(&self) -> Option<String> {
        let text = fs::read_to_string(&self.record).ok()?;
        let (asked, rest) = text.split_once('\n')?;
        let (found, said) = rest.split_once('\n')?;
        let same = asked == self.asked && found == written(self.out).ok()?;
        same.then(|| said.to_string())
    }

    /// Leaves a record of a run that is done.
    pub(super) fn record(&self, said: &str) {
        let saved = || -> io::Result<()> {
            if asked(self.config, self.out)? != self.asked {
                return Ok(()); // The run may have read something else than what is there now, or was there before.
            }
            let text = format!("{}\n{}\n{said}", self.asked, written(self.out)?);
            self.record.parent().map_or(Ok(()), fs::create_dir_all)?;
            // Whole or not at all, should two runs meet here.
            let staged = self.record.with_extension(std::process::id().to_string());
            fs::write(&staged, text)?;
            fs::rename(&staged, &self.record)
        };
        // Without a record, the next run is a whole one.
        let _ = saved();
    }
}

/// The settings of a run, the bytes that it reads, and the program that it is.
fn asked(config: &Config, out: &Path) -> io::Result<String> {
    let program = std::env::current_exe()?;
    let metadata = program.metadata()?;
    let built = metadata.modified()?.duration_since(UNIX_EPOCH);
    let mut hash = Sha256::new();
    hash.update(format!("{program:?} {} {built:?}\n", metadata.len()));
    // Paths may be relative.
    let here = std::env::current_dir()?;
    hash.update(format!("{config:?} {out:?} {here:?}\n"));
    for input in config.inputs() {
        let bytes = fs::read(input)?;
        hash.update(format!("{} {input:?}\n", bytes.len()));
        hash.update(bytes);
    }
    Ok(hex(hash.finalize()))
}

/// The files of the manifest, and every name among them.
fn written(out: &Path) -> io::Result<String> {
    let manifest = fs::read_to_string(out.join(MANIFEST))?;
    if out.join(STAGING).exists() {
        return Err(io::Error::other("a run was killed here"));
    }
    let mut hash = Sha256::new();
    let mut folders = Vec::new();
    for path in output::listed(&manifest) {
        let bytes = fs::read(out.join(path))?;
        hash.update(format!("{} {path:?}\n", bytes.len()));
        hash.update(bytes);
        folders.extend(path.split_once('/').map(|(top, _)| out.join(top)));
    }
    hash.update(&manifest);
    folders.dedup();
    let mut names = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            names.push(format!("{:?} {kind:?}\n", entry.path()));
            if kind.is_dir() {
                folders.push(entry.path());
            }
        }
    }
    names.sort();
    names.dedup();
    names.iter().for_each(|name| hash.update(name));
    Ok(hex(hash.finalize()))
}
