//! The lock file: which bytes a name stands for. Knows nothing of where the bytes are.

use std::fs;
use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::failure::FetchError;

/// What a lock file says before its entries.
const HEADER: &str = "\
# Written by `fetch`. Commit it: it makes everybody generate from the same bytes.\n\n";

/// The documents that were fetched, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// The documents, in the order of their names.
    #[serde(default, rename = "spec")]
    pub specs: Vec<Locked>,
}

/// A document that was fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Locked {
    /// What `--spec` calls it, such as `kibana@9.2.0`.
    pub name: String,
    /// Where it came from: a URL or a path.
    pub url: String,
    /// SHA-256 of its bytes, in lower-case hexadecimal digits.
    pub sha256: String,
    /// Number of its bytes.
    pub size: u64,
}

impl Lock {
    /// Reads a lock file; one that does not exist is empty.
    ///
    /// # Errors
    /// When the file cannot be read or is no lock file.
    pub fn read(path: &Path) -> Result<Self, FetchError> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(error) => {
                let message = format!("cannot read the lock file {}: {error}", path.display());
                return Err(FetchError::new(message));
            }
        };
        let lock: Self = toml::from_str(&text).map_err(|error| {
            FetchError::new(format!(
                "{} is not a valid lock file: {error}",
                path.display()
            ))
        })?;
        for spec in &lock.specs {
            let hexadecimal = |c: char| matches!(c, '0'..='9' | 'a'..='f');
            if spec.sha256.len() != 64 || !spec.sha256.chars().all(hexadecimal) {
                let message = format!(
                    "{} is not a valid lock file: the `sha256` of {} is not one",
                    path.display(),
                    spec.name
                );
                return Err(FetchError::new(message));
            }
        }
        Ok(lock)
    }

    /// The entry of a name.
    pub fn get(&self, name: &str) -> Option<&Locked> {
        self.specs.iter().find(|spec| spec.name == name)
    }

    /// Adds an entry, or replaces the one of the same name.
    pub fn put(&mut self, new: Locked) {
        self.specs.retain(|spec| spec.name != new.name);
        self.specs.push(new);
        self.specs.sort_by(|a, b| a.name.cmp(&b.name));
    }

    /// Writes a lock file, whole or not at all.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), FetchError> {
        let failed = |error: &dyn std::fmt::Display| {
            FetchError::new(format!(
                "cannot write the lock file {}: {error}",
                path.display()
            ))
        };
        let text = toml::to_string(self).map_err(|error| failed(&error))?;
        let temporary = path.with_extension(format!("lock.{}", std::process::id()));
        let written = fs::File::create(&temporary)
            .and_then(|mut file| {
                file.write_all(HEADER.as_bytes())?;
                file.write_all(text.as_bytes())?;
                file.sync_all()
            })
            .and_then(|()| fs::rename(&temporary, path));
        written.map_err(|error| {
            let _ = fs::remove_file(&temporary);
            failed(&error)
        })
    }
}
