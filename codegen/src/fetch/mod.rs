//! Published documents: download, cache, lock file. Knows how texts are read, why a run ends, and of a document
//! whether it is one.
//!
//! | module | knows |
//! |---|---|
//! | `http` | one download: time-outs, retries, going on after an interruption |
//! | `cache` | where bytes are on this machine, by their hash |
//! | `lock` | which bytes a name stands for, for everybody who shares the lock file |

mod cache;
mod http;
mod lock;

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::load;
use crate::version::check_version;

pub use crate::failure::FetchError;
#[cfg(feature = "cli")]
pub(crate) use cache::hex;
pub use cache::{CACHE_VARIABLE, Cache};
pub use http::{Patience, Progress};
pub use lock::{Lock, Locked};

/// What the names of fetched documents start with.
pub const PREFIX: &str = "kibana@";

/// Where Kibana's repository is served file by file.
pub const BASE_URL: &str = "https://raw.githubusercontent.com/elastic/kibana";

/// The environment variable that names a mirror of [`BASE_URL`].
pub const URL_VARIABLE: &str = "KIBANA_CODEGEN_URL";

/// The document in Kibana's repository.
const FILE: &str = "oas_docs/output/kibana.yaml";

/// What to fetch, and what to call it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The name in the lock file.
    pub name: String,
    /// A URL, or the path of a file.
    pub url: String,
}

impl Wanted {
    /// Reads what a user asks for: a version (`9.2.0`), a branch, tag or commit (`main`), a URL or the path of a file.
    ///
    /// # Errors
    /// When it is none of these. The text says why.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() || text.contains(char::is_control) {
            return Err("give a version, a branch, a URL or a file".to_string());
        }
        if text.contains("://") {
            check_url(text)?;
            return Ok(Self::called_after_file(text));
        }
        if is_path(text) {
            return Ok(Self::called_after_file(text));
        }
        let good = |c: char| c.is_ascii_alphanumeric() || "._-/+".contains(c);
        if !text.chars().all(good) || text.contains("..") || text.contains("//") {
            return Err("a branch or tag has letters, digits and `. _ - / +`".to_string());
        }
        let version = text.strip_prefix('v').unwrap_or(text);
        let (name, reference) = match is_version(version) {
            true => (version, format!("v{version}")),
            false => (text, text.to_string()),
        };
        Ok(Self {
            name: format!("{PREFIX}{name}"),
            url: format!("{BASE_URL}/{reference}/{FILE}"),
        })
    }

    fn called_after_file(text: &str) -> Self {
        let path = text.split(['?', '#']).next().unwrap_or_default();
        let file = path.rsplit(['/', '\\']).next().unwrap_or_default();
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        Self {
            name: format!("{PREFIX}{stem}"),
            url: text.to_string(),
        }
    }
}

impl From<&Locked> for Wanted {
    fn from(locked: &Locked) -> Self {
        Self {
            name: locked.name.clone(),
            url: locked.url.clone(),
        }
    }
}

/// Refuses addresses that cannot be fetched, or that should not be in a file that is shared.
fn check_url(url: &str) -> Result<(), String> {
    let Some(rest) = ["https://", "http://"]
        .iter()
        .find_map(|scheme| url.strip_prefix(scheme))
    else {
        return Err("only `https` and `http` addresses can be fetched".to_string());
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.contains('@') {
        return Err("the address holds a password, and the lock file would publish it".to_string());
    }
    Ok(())
}

fn is_path(text: &str) -> bool {
    let path = Path::new(text);
    let extension = path.extension().and_then(|extension| extension.to_str());
    path.is_absolute()
        || text.starts_with('.')
        || matches!(extension, Some("yaml" | "yml" | "json"))
}

/// `9.2.0`, `9.2.0-rc1`.
fn is_version(text: &str) -> bool {
    let numbers = text.split('-').next().unwrap_or_default();
    let mut parts = numbers.split('.');
    let number = |part: Option<&str>| {
        part.is_some_and(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit()))
    };
    number(parts.next()) && number(parts.next()) && number(parts.next()) && parts.next().is_none()
}

/// What became of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The cache had it already.
    Cached(PathBuf),
    /// It is what the lock file says.
    Unchanged(PathBuf),
    /// It is new in the lock file.
    Added(PathBuf),
    /// The lock file names other bytes than before.
    Updated(PathBuf),
}

/// Brings documents into a cache and a lock file.
#[derive(Clone, Debug)]
pub struct Fetcher {
    /// Where the documents go.
    pub cache: Cache,
    /// Where the lock file is.
    pub lock: PathBuf,
    /// A mirror of [`BASE_URL`].
    pub mirror: Option<String>,
    /// How patient downloads are.
    pub patience: Patience,
    /// The command that people are told to run, such as `cargo xtask`.
    pub program: String,
}

impl Fetcher {
    /// Fetches a document and locks it. Nothing is locked that is no OpenAPI document.
    ///
    /// # Errors
    /// When it cannot be downloaded, is no OpenAPI document, or is locked with other bytes and `update` is not set.
    pub fn fetch(
        &self,
        wanted: &Wanted,
        update: bool,
        progress: Progress<'_>,
    ) -> Result<Outcome, Failure> {
        let _guard = self.cache.guard()?;
        let mut lock = Lock::read(&self.lock)?;
        let (new, path) = self.bring(wanted, progress)?;
        let outcome = match lock.get(&wanted.name) {
            None => Outcome::Added(path),
            Some(old) if *old == new => return Ok(Outcome::Unchanged(path)),
            Some(_) if update => Outcome::Updated(path),
            Some(old) => return Err(self.changed(old, &new, &path).into()),
        };
        lock.put(new);
        lock.write(&self.lock)?;
        Ok(outcome)
    }

    /// Makes sure that the cache has what the lock file names; the lock file stays as it is.
    ///
    /// # Errors
    /// When something cannot be downloaded, or is not what is locked.
    pub fn restore(&self, locked: &Locked, progress: Progress<'_>) -> Result<Outcome, Failure> {
        let _guard = self.cache.guard()?;
        if let Ok(path) = self.cache.get(locked) {
            return Ok(Outcome::Cached(path));
        }
        let (new, path) = self.bring(&locked.into(), progress)?;
        match new == *locked {
            true => Ok(Outcome::Unchanged(path)),
            false => Err(self.changed(locked, &new, &path).into()),
        }
    }

    /// Gets a document into the cache.
    fn bring(&self, wanted: &Wanted, progress: Progress<'_>) -> Result<(Locked, PathBuf), Failure> {
        let url = self.mirrored(&wanted.url)?;
        let partial = self.cache.partial(&url);
        if url.contains("://") {
            http::download(&url, &partial, self.patience, progress)?;
        } else {
            let bytes = cache::read(Path::new(&url))
                .map_err(|error| FetchError::new(format!("cannot read {url}: {error}")))?;
            fs::write(&partial, bytes).map_err(|error| {
                FetchError::new(format!("cannot write {}: {error}", partial.display()))
            })?;
        }
        let bytes = cache::read(&partial).map_err(|error| {
            FetchError::new(format!("cannot read {}: {error}", partial.display()))
        })?;
        if let Err(failure) = check_document(&url, &bytes) {
            let _ = fs::remove_file(&partial);
            return Err(failure);
        }
        let sha256 = cache::sha256(&bytes);
        let path = self.cache.take(&partial, &sha256)?;
        let new = Locked {
            name: wanted.name.clone(),
            url: wanted.url.clone(),
            sha256,
            size: bytes.len() as u64,
        };
        Ok((new, path))
    }

    /// Where to ask for a document. The lock file names the original, whichever mirror a member of the team uses.
    fn mirrored(&self, url: &str) -> Result<String, FetchError> {
        let (Some(mirror), Some(rest)) = (&self.mirror, url.strip_prefix(BASE_URL)) else {
            return Ok(url.to_string());
        };
        check_url(mirror).map_err(|why| FetchError::new(format!("{URL_VARIABLE}: {why}")))?;
        Ok(format!("{}{rest}", mirror.trim_end_matches('/')))
    }

    fn changed(&self, old: &Locked, new: &Locked, path: &Path) -> FetchError {
        let (name, program) = (&old.name, &self.program);
        if old.sha256 == new.sha256 {
            let message = format!("{name} is locked from {}, not from {}", old.url, new.url);
            return FetchError::new(message)
                .help("give it another `--name`, or lock this one with `--update`");
        }
        FetchError::new(format!(
            "{name} is not what is locked: {} has the SHA-256 {}, and the lock file says {}",
            new.url, new.sha256, old.sha256
        ))
        .help(format!(
            "see what changed with `{program} drift {name} {}`, and accept it with `{program} fetch --update`",
            path.display()
        ))
    }
}

/// Refuses what is no OpenAPI document, such as the page of a proxy.
fn check_document(url: &str, bytes: &[u8]) -> Result<(), Failure> {
    let document = load::load(url, bytes).map_err(|failure| Failure::Load(Box::new(failure)))?;
    match check_version(&document) {
        Ok(_) => Ok(()),
        Err(problem) => Err(Failure::Document {
            document: Box::new(document),
            diagnostics: vec![problem],
        }),
    }
}

/// The file of a document: `kibana@…` is looked up in the lock file, and its bytes are checked; all else is a path.
///
/// # Errors
/// When the name is not locked, or the cache does not have these bytes.
pub fn resolve(spec: &Path, lock: &Path) -> Result<PathBuf, FetchError> {
    let Some(name) = spec.to_str().filter(|name| name.starts_with(PREFIX)) else {
        return Ok(spec.to_path_buf());
    };
    match Lock::read(lock)?.get(name) {
        Some(locked) => Cache::of_user()?.get(locked),
        None => {
            let message = format!("{} does not name {name}", lock.display());
            let wanted = &name[PREFIX.len()..];
            Err(FetchError::new(message).help(format!("run `fetch {wanted}`")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Wanted;

    #[test]
    fn versions_references_urls_and_files_are_told_apart() {
        let base = super::BASE_URL;
        for (text, name, url) in [
            (
                "9.2.0",
                "kibana@9.2.0",
                format!("{base}/v9.2.0/oas_docs/output/kibana.yaml"),
            ),
            (
                "v9.2.0",
                "kibana@9.2.0",
                format!("{base}/v9.2.0/oas_docs/output/kibana.yaml"),
            ),
            (
                "9.2",
                "kibana@9.2",
                format!("{base}/9.2/oas_docs/output/kibana.yaml"),
            ),
            (
                "a/b",
                "kibana@a/b",
                format!("{base}/a/b/oas_docs/output/kibana.yaml"),
            ),
            (
                "http://h/x/k.yaml?a=b",
                "kibana@k",
                "http://h/x/k.yaml?a=b".to_string(),
            ),
            ("./k.json", "kibana@k", "./k.json".to_string()),
            ("k.yml", "kibana@k", "k.yml".to_string()),
        ] {
            let wanted = Wanted::parse(text).unwrap();
            assert_eq!((wanted.name.as_str(), wanted.url), (name, url));
        }
        for text in [
            "",
            "a b",
            "../x/..",
            "a..b",
            "ftp://h/x",
            "https://me:secret@h/x",
        ] {
            let refused = Wanted::parse(text).is_err() || text.starts_with('.');
            assert!(refused, "{text}");
        }
    }
}
