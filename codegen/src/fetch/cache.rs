//! The folder of fetched documents. A document's file is named after its SHA-256, so that one name can stand for
//! different bytes in different projects.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use sha2::{Digest, Sha256};

use super::lock::Locked;
use crate::failure::FetchError;
use crate::load::MAX_BYTES;

/// The environment variable that names another folder.
pub const CACHE_VARIABLE: &str = "KIBANA_CODEGEN_CACHE";

/// A folder of fetched documents.
#[derive(Clone, Debug)]
pub struct Cache {
    dir: PathBuf,
}

/// Held while documents come in: one `fetch` at a time uses a cache.
#[derive(Debug)]
pub(super) struct Guard {
    _file: File,
}

impl Cache {
    /// A cache in this folder, which need not exist.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// The cache of this user: the folder that [`CACHE_VARIABLE`] names, or else one where the platform has caches.
    ///
    /// # Errors
    /// When there is no home folder.
    pub fn of_user() -> Result<Self, FetchError> {
        if let Some(dir) = std::env::var_os(CACHE_VARIABLE).filter(|dir| !dir.is_empty()) {
            return Ok(Self::new(dir));
        }
        let strategy = etcetera::choose_base_strategy().map_err(|error| {
            FetchError::new(format!("there is no place for a cache: {error}"))
                .help(format!("name a folder in {CACHE_VARIABLE}"))
        })?;
        Ok(Self::new(strategy.cache_dir().join("kibana-codegen")))
    }

    /// Where a document is, or would be.
    pub fn path(&self, sha256: &str) -> PathBuf {
        self.dir.join(format!("{sha256}.yaml"))
    }

    /// Where records of runs are.
    #[cfg(feature = "cli")]
    pub(crate) fn records(&self) -> PathBuf {
        self.dir.join("generated")
    }

    /// The file of a locked document, after a look at its hash.
    ///
    /// # Errors
    /// When the cache does not have it, or has other bytes in its place.
    pub fn get(&self, locked: &Locked) -> Result<PathBuf, FetchError> {
        let path = self.path(&locked.sha256);
        let bytes = match read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let message = format!("{} is locked, but not in the cache", locked.name);
                return Err(
                    FetchError::new(message).help("run `fetch` to get what the lock file names")
                );
            }
            Err(error) => {
                return Err(FetchError::new(format!(
                    "cannot read {}: {error}",
                    path.display()
                )));
            }
        };
        if bytes.len() as u64 == locked.size && sha256(&bytes) == locked.sha256 {
            return Ok(path);
        }
        let message = format!(
            "{} is damaged in the cache: {}",
            locked.name,
            path.display()
        );
        Err(FetchError::new(message).help("run `fetch` to get it again"))
    }

    /// Waits for others that use this cache.
    pub(super) fn guard(&self) -> Result<Guard, FetchError> {
        let path = self.dir.join("lock");
        let file = fs::create_dir_all(&self.dir).and_then(|()| {
            let file = File::create(&path)?;
            fs4::FileExt::lock(&file)?;
            Ok(file)
        });
        match file {
            Ok(file) => Ok(Guard { _file: file }),
            Err(error) => Err(FetchError::new(format!(
                "cannot use the cache {}: {error}",
                self.dir.display()
            ))
            .help(format!("name another folder in {CACHE_VARIABLE}"))),
        }
    }

    /// Where the download of a URL is until it is whole.
    pub(super) fn partial(&self, url: &str) -> PathBuf {
        let key = sha256(url.as_bytes());
        self.dir.join(format!("{}.partial", &key[..16]))
    }

    /// Puts a whole file into its place.
    pub(super) fn take(&self, file: &Path, sha256: &str) -> Result<PathBuf, FetchError> {
        let path = self.path(sha256);
        let moved = File::open(file)
            .and_then(|file| file.sync_all())
            .and_then(|()| fs::rename(file, &path));
        let _ = fs::remove_file(file.with_extension("etag"));
        match moved {
            Ok(()) => Ok(path),
            Err(error) => Err(FetchError::new(format!(
                "cannot write {}: {error}",
                path.display()
            ))),
        }
    }
}

/// The bytes of a file, never more than a document may have.
pub(super) fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::new();
    File::open(path)?
        .take(MAX_BYTES as u64 + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// SHA-256 in lower-case hexadecimal digits.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(Sha256::digest(bytes))
}

/// A hash as text.
pub(crate) fn hex(hash: impl AsRef<[u8]>) -> String {
    let mut text = String::new();
    for byte in hash.as_ref() {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
