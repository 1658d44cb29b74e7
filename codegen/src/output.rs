//! Generated files on disk: the only place that writes. Knows files, and nothing of what they say.
//!
//! A directory belongs to the generator when it holds its manifest ([`MANIFEST`]), the list of the files that it
//! wrote. Other files in the directory (`examples/`, `target/`, `Cargo.lock`, …) are never touched. Where the generator
//! writes sources (`src/`), a file that it did not write is not touched either, but it is reported: it looks generated
//! and is not, and no other machine has it.
//!
//! How a run that does not end well leaves the directory:
//!
//! 1. Everything that changed is written to [`STAGING`], a directory inside the target (so that it is on the same
//!    file system), and completed with hard links to what does not change. Whatever goes wrong up to here, a full
//!    disk for example, leaves the old files as they were.
//! 2. The manifest is replaced by one that lists the old and the new files.
//! 3. The staged folder of sources and the old one change places, in one step of the file system. Then files at the
//!    top (`Cargo.toml`) are renamed into place. When one of these steps fails, the steps before it are undone.
//! 4. The manifest is replaced by one that lists the new files only, and the staging directory is removed.
//!
//! So a process that is killed leaves the old sources or the new ones and never a mixture. When it is killed in the
//! instant between the exchange and the rename of `Cargo.toml`, the new sources are there with the old list of
//! features; [`compare`] reports it and the next run of [`write()`] completes it. Where a system cannot exchange
//! folders (only Linux and Apple's can, and not on every file system), the files are renamed one after the other, and a
//! process that is killed meanwhile (some milliseconds) leaves a mixture of whole files, which is reported and
//! completed in the same way. Two runs on one directory at the same time are not supported.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

use similar::TextDiff;

use crate::diagnostic::{Code, Severity};
use crate::render::visible;

/// The name of the manifest in a generated directory.
pub const MANIFEST: &str = ".kibana-codegen-manifest";
/// The name of the directory that holds the new files until all of them are written.
pub const STAGING: &str = ".kibana-codegen-staging";
/// The line that parts the user's part of a file (above) from the generator's.
pub const MARKER: &str = "# Below this line everything is written by kibana-codegen";

/// Where in [`STAGING`] the new files are.
const NEW: &str = "new";

const HEADER: &str =
    "# The files that kibana-codegen wrote here. It replaces and removes these and no others.\n";
/// How many lines of a difference are shown per file.
const DIFF_LINES: usize = 12;

const fn error(name: &'static str, explanation: &'static str) -> Code {
    Code {
        name,
        severity: Severity::Error,
        explanation,
    }
}

/// A file system call failed.
pub static OUTPUT_FAILED: Code = error(
    "output-failed",
    "A file that cannot be read or written ends the run; what was written is undone.",
);
/// The directory or a file in it is someone else's.
pub static OUTPUT_NOT_OURS: Code = error(
    "output-not-ours",
    "Files that the manifest of the generator does not list are never replaced.",
);
/// A path leaves the directory.
pub static OUTPUT_PATH: Code = error(
    "output-path",
    "Paths stay inside the output directory, and symbolic links in it are not followed.",
);
/// A partly owned file lost its marker.
pub static OUTPUT_MARKER_MISSING: Code = error(
    "output-marker-missing",
    "A file that belongs to the user in part is not written when the marker line is gone.",
);

/// The codes of this stage.
pub static CODES: &[&Code] = &[
    &OUTPUT_FAILED,
    &OUTPUT_NOT_OURS,
    &OUTPUT_PATH,
    &OUTPUT_MARKER_MISSING,
];

/// A generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratedFile {
    /// The generated text: all of the file, or what stands below [`MARKER`].
    pub text: String,
    /// Which part of the file is the generator's.
    pub owned: Owned,
}

/// Which part of a file is the generator's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owned {
    /// All of it.
    Whole,
    /// What stands below [`MARKER`]. What stands above is the user's and stays.
    BelowMarker {
        /// What stands above when the file is written for the first time.
        initial_head: String,
    },
}

impl From<String> for GeneratedFile {
    fn from(text: String) -> Self {
        Self {
            text,
            owned: Owned::Whole,
        }
    }
}

/// All generated files, by their path in the output directory (with `/`, on every system).
pub type Files = BTreeMap<String, GeneratedFile>;

/// What a run wrote. All paths are relative, in order; nothing at all when everything was up to date.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// New files.
    pub created: Vec<String>,
    /// Files with a new text.
    pub updated: Vec<String>,
    /// Files that are not generated any more.
    pub removed: Vec<String>,
    /// How many files were up to date.
    pub unchanged: usize,
    /// Files among the generated sources that the generator did not write. They were left alone.
    pub foreign: Vec<String>,
}

/// How a directory differs from what would be written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Files with another text, and a short unified diff to the generated one.
    pub stale: Vec<(String, String)>,
    /// Files that are not there.
    pub missing: Vec<String>,
    /// Files that the manifest lists and that are not generated any more.
    pub extra: Vec<String>,
    /// Files among the generated sources that the generator did not write, and that [`write()`] leaves alone.
    pub foreign: Vec<String>,
}

impl Comparison {
    /// Whether there is no difference.
    pub fn is_clean(&self) -> bool {
        self.foreign.is_empty() && !self.is_mendable()
    }

    /// Whether there is a difference that [`write()`] mends.
    pub fn is_mendable(&self) -> bool {
        !(self.stale.is_empty() && self.missing.is_empty() && self.extra.is_empty())
    }
}

/// Why nothing was written.
#[derive(Clone, Debug)]
pub struct OutputError {
    /// The kind of problem.
    pub code: &'static Code,
    /// The file or directory that it is about.
    pub path: PathBuf,
    /// What is the matter.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl OutputError {
    fn new(code: &'static Code, path: impl Into<PathBuf>, message: impl Into<String>) -> Self {
        Self {
            code,
            path: path.into(),
            message: message.into(),
            help: None,
        }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for OutputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (message, path) = (visible(&self.message), self.path.display().to_string());
        write!(
            f,
            "error[{}]: {message}\n--> {}",
            self.code.name,
            visible(&path)
        )?;
        match &self.help {
            Some(help) => write!(f, "\n = help: {}", visible(help)),
            None => Ok(()),
        }
    }
}

impl std::error::Error for OutputError {}

/// Brings a directory up to date: writes what changed, removes what is stale, leaves the rest alone (its times, too).
///
/// # Errors
/// Nothing is changed when the directory or a file in it is someone else's, or when something cannot be written.
pub fn write(dir: &Path, files: &Files) -> Result<Written, OutputError> {
    let plan = Plan::of(dir, files)?;
    let staging = dir.join(STAGING);
    if staging.symlink_metadata().is_ok() {
        // Of a run that was killed. Everything in it is computed anew.
        fs::remove_dir_all(&staging).map_err(failed("remove", &staging))?;
    }
    if !plan.is_empty() {
        let result =
            stage(dir, &staging, &plan).and_then(|folders| commit(dir, &staging, &plan, folders));
        let cleaned = fs::remove_dir_all(&staging).or_else(|error| match error.kind() {
            ErrorKind::NotFound => Ok(()),
            _ => Err(error),
        });
        result?;
        cleaned.map_err(failed("remove", &staging))?;
    }
    Ok(plan.written())
}

/// Compares a directory with what [`write()`] would leave there. Never writes.
///
/// # Errors
/// As [`write()`], as far as it can be told without writing.
pub fn compare(dir: &Path, files: &Files) -> Result<Comparison, OutputError> {
    let plan = Plan::of(dir, files)?;
    let mut comparison = Comparison {
        extra: plan.removed.keys().cloned().collect(),
        foreign: plan.foreign,
        ..Comparison::default()
    };
    for (path, change) in plan.changed {
        match change.old {
            Some(old) => comparison.stale.push((path, short_diff(&old, &change.new))),
            None => comparison.missing.push(path),
        }
    }
    match &plan.old_manifest {
        None => comparison.missing.push(MANIFEST.to_string()),
        // Differences of the manifest show in the files, unless someone changed it by hand.
        Some(old) if !comparison.is_mendable() && *old != plan.manifest => {
            comparison
                .stale
                .push((MANIFEST.to_string(), short_diff(old, &plan.manifest)));
        }
        Some(_) => {}
    }
    Ok(comparison)
}

/// Brings one file of a directory that is someone else's (`OUT_DIR` of a `build.rs`) up to date, and says whether it
/// had to be written. The new text takes the place of the old one whole.
///
/// # Errors
/// When the file cannot be read or written; the old one stays.
pub fn write_file(dir: &Path, file: &str, text: &str) -> Result<bool, OutputError> {
    if read(dir, file)?.as_deref() == Some(text) {
        return Ok(false);
    }
    let staged = format!("{file}.new");
    check_path(dir, &staged)?;
    let staged = dir.join(staged);
    put(&staged, text)
        .and_then(|()| rename(&staged, &dir.join(file)))
        .inspect_err(|_| _ = fs::remove_file(&staged))?;
    Ok(true)
}

fn short_diff(old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    let text = diff.unified_diff().context_radius(1).to_string();
    let mut lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with('\\'))
        .collect();
    let more = lines.len().saturating_sub(DIFF_LINES);
    lines.truncate(DIFF_LINES);
    let mut short = lines.join("\n");
    if more > 0 {
        short.push_str(&format!("\n… {more} more lines"));
    }
    short
}

/// A file whose text changes.
struct Change {
    old: Option<String>,
    new: String,
}

/// How staged files get into place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Folders {
    /// Whole folders change places with the staged ones.
    Exchange,
    /// One file after the other, where the file system cannot do better.
    FileByFile,
}

/// The folder at the top that a file is in; none for a file that is at the top itself.
fn top(path: &str) -> Option<&str> {
    path.split_once('/').map(|(top, _)| top)
}

/// What has to happen, found out without changing anything.
struct Plan {
    changed: BTreeMap<String, Change>,
    /// Stale files, with their text.
    removed: BTreeMap<String, String>,
    old_manifest: Option<String>,
    manifest: String,
    /// Lists the old and the new files.
    manifest_during: String,
    unchanged: usize,
    foreign: Vec<String>,
}

impl Plan {
    fn of(dir: &Path, files: &Files) -> Result<Self, OutputError> {
        if dir.exists() && !dir.is_dir() {
            return Err(
                OutputError::new(&OUTPUT_NOT_OURS, dir, "the output directory is a file")
                    .help("give a directory"),
            );
        }
        let old_manifest = read(dir, MANIFEST)?;
        if old_manifest.is_none() {
            refuse_foreign_directory(dir)?;
        }
        let old = parse_manifest(old_manifest.as_deref().unwrap_or_default());
        let mut changed = BTreeMap::new();
        let mut unchanged = 0;
        for (path, file) in files {
            let current = read(dir, path)?;
            let new = file.text_over(&dir.join(path), current.as_deref())?;
            if current.as_ref() == Some(&new) {
                unchanged += 1;
                continue;
            }
            let whole = file.owned == Owned::Whole;
            if current.is_some() && whole && !old.contains_key(path.as_str()) {
                return Err(OutputError::new(
                    &OUTPUT_NOT_OURS,
                    dir.join(path),
                    "a file is in the way that the generator did not write",
                )
                .help("move it away"));
            }
            changed.insert(path.clone(), Change { old: current, new });
        }
        let mut removed = BTreeMap::new();
        for (path, whole) in &old {
            // The user's part of a file that is not generated any more stays, and with it the file.
            if *whole
                && !files.contains_key(*path)
                && let Some(text) = read(dir, path)?
            {
                removed.insert((*path).to_string(), text);
            }
        }
        let new: BTreeMap<&str, bool> = files
            .iter()
            .map(|(path, file)| (path.as_str(), file.owned == Owned::Whole))
            .collect();
        let during: BTreeMap<&str, bool> = old
            .iter()
            .chain(&new)
            .map(|(path, whole)| (*path, *whole))
            .collect();
        Ok(Self {
            changed,
            removed,
            unchanged,
            manifest: manifest(&new),
            manifest_during: manifest(&during),
            foreign: foreign(dir, files, &during)?,
            old_manifest,
        })
    }

    fn is_empty(&self) -> bool {
        self.changed.is_empty()
            && self.removed.is_empty()
            && self.old_manifest.as_ref() == Some(&self.manifest)
    }

    /// The folders (`src` of `src/lib.rs`) in which something changes.
    fn folders(&self) -> BTreeSet<&str> {
        let paths = self.changed.keys().chain(self.removed.keys());
        paths.filter_map(|path| top(path)).collect()
    }

    fn written(self) -> Written {
        let (created, updated): (Vec<_>, Vec<_>) = self
            .changed
            .into_iter()
            .partition(|(_, change)| change.old.is_none());
        Written {
            created: created.into_iter().map(|(path, _)| path).collect(),
            updated: updated.into_iter().map(|(path, _)| path).collect(),
            removed: self.removed.into_keys().collect(),
            unchanged: self.unchanged,
            foreign: self.foreign,
        }
    }
}

impl GeneratedFile {
    /// The text of the whole file, given the one that is there.
    fn text_over(&self, path: &Path, current: Option<&str>) -> Result<String, OutputError> {
        let Owned::BelowMarker { initial_head } = &self.owned else {
            return Ok(self.text.clone());
        };
        let head = match current {
            None => initial_head.as_str(),
            Some(current) => head(current).ok_or_else(|| {
                OutputError::new(&OUTPUT_MARKER_MISSING, path, "the marker line is missing")
                    .help(format!("put this line above the generated part: {MARKER}"))
            })?,
        };
        let newline = if head.is_empty() || head.ends_with('\n') {
            ""
        } else {
            "\n"
        };
        Ok(format!("{head}{newline}{MARKER}\n{}", self.text))
    }
}

/// What stands above the marker line.
fn head(text: &str) -> Option<&str> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_end() == MARKER {
            return Some(&text[..start]);
        }
        start += line.len();
    }
    None
}

fn manifest(files: &BTreeMap<&str, bool>) -> String {
    let line = |(path, whole): (&&str, &bool)| {
        format!("{} {path}\n", if *whole { "whole" } else { "below" })
    };
    files
        .iter()
        .map(line)
        .fold(HEADER.to_string(), |text, line| text + &line)
}

/// The files of a manifest, and whether they are the generator's as a whole.
fn parse_manifest(text: &str) -> BTreeMap<&str, bool> {
    let entry = |line| match str::split_once(line, ' ')? {
        ("whole", path) => Some((path, true)),
        ("below", path) => Some((path, false)),
        _ => None,
    };
    text.lines().filter_map(entry).collect()
}

/// The files that a manifest lists.
#[cfg(all(feature = "cli", feature = "fetch"))]
pub(crate) fn listed(manifest: &str) -> impl Iterator<Item = &str> {
    parse_manifest(manifest).into_keys()
}

/// The files that are in the folders of generated sources (`src/` of `src/lib.rs`), at any depth, and not listed.
/// Links are not followed.
fn foreign(
    dir: &Path,
    files: &Files,
    listed: &BTreeMap<&str, bool>,
) -> Result<Vec<String>, OutputError> {
    let sources: BTreeSet<&str> = files
        .iter()
        .filter(|(_, file)| file.owned == Owned::Whole)
        .filter_map(|(path, _)| top(path))
        .collect();
    let mut open: Vec<String> = sources.into_iter().map(str::to_string).collect();
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        let full = dir.join(&path);
        let entries = match fs::read_dir(&full) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(failed("read", &full)(error)),
        };
        for entry in entries {
            let entry = entry.map_err(failed("read", &full))?;
            let below = format!("{path}/{}", entry.file_name().to_string_lossy());
            if entry.file_type().map_err(failed("read", &full))?.is_dir() {
                open.push(below);
            } else if !listed.contains_key(below.as_str()) {
                found.push(below);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn refuse_foreign_directory(dir: &Path) -> Result<(), OutputError> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed("read", dir)(error)),
    };
    for entry in entries {
        let name = entry.map_err(failed("read", dir))?.file_name();
        if name != STAGING {
            return Err(OutputError::new(
                &OUTPUT_NOT_OURS,
                dir,
                "the directory holds files that the generator did not write",
            )
            .help("give an empty or new directory, or remove what is in it"));
        }
    }
    Ok(())
}

/// The text of a file in the directory; none when there is no such file.
fn read(dir: &Path, path: &str) -> Result<Option<String>, OutputError> {
    check_path(dir, path)?;
    let full = dir.join(path);
    match fs::read(&full) {
        // A file that is not UTF-8 differs from every generated one, however it is shown.
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => Err(failed("read", &full)(error)),
    }
}

/// Refuses paths that lead out of the directory, by themselves or through a link.
fn check_path(dir: &Path, path: &str) -> Result<(), OutputError> {
    let plain = Path::new(path)
        .components()
        .all(|component| matches!(component, Component::Normal(_)));
    if path.is_empty() || !plain || path.contains('\\') || path.split('/').any(str::is_empty) {
        return Err(OutputError::new(
            &OUTPUT_PATH,
            dir.join(path),
            format!("`{path}` is not a path inside the output directory"),
        ));
    }
    let mut full = dir.to_path_buf();
    for component in path.split('/') {
        full.push(component);
        if full.is_symlink() {
            return Err(
                OutputError::new(&OUTPUT_PATH, full, "a symbolic link is in the way")
                    .help("remove it"),
            );
        }
    }
    Ok(())
}

fn failed(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> OutputError {
    let path = path.to_path_buf();
    move |error| {
        let message = format!("cannot {what} the file or directory: {error}");
        let denied = matches!(
            error.kind(),
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem
        );
        let error = OutputError::new(&OUTPUT_FAILED, path, message);
        if denied {
            error.help("check the permissions of the output directory")
        } else {
            error
        }
    }
}

fn stage(dir: &Path, staging: &Path, plan: &Plan) -> Result<Folders, OutputError> {
    fs::create_dir_all(staging).map_err(failed("create", staging))?;
    let new = staging.join(NEW);
    for (path, change) in &plan.changed {
        put(&new.join(path), &change.new)?;
    }
    put(&staging.join("during"), &plan.manifest_during)?;
    put(&staging.join("manifest"), &plan.manifest)?;
    // What stays as it is has to be in the new folders, too. Some file systems have no hard links.
    let whole = plan
        .folders()
        .iter()
        .all(|top| link_rest(dir, &new, top, plan).is_ok());
    Ok(if whole {
        Folders::Exchange
    } else {
        Folders::FileByFile
    })
}

/// Completes a staged folder with links to the files that do not change, the user's among them.
fn link_rest(dir: &Path, new: &Path, folder: &str, plan: &Plan) -> io::Result<()> {
    let entries = match fs::read_dir(dir.join(folder)) {
        Ok(entries) => entries.collect::<io::Result<Vec<_>>>()?,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    if entries.is_empty() {
        return fs::create_dir_all(new.join(folder));
    }
    for entry in entries {
        let Some(name) = entry
            .file_name()
            .to_str()
            .map(|name| format!("{folder}/{name}"))
        else {
            return Err(ErrorKind::InvalidData.into());
        };
        if entry.file_type()?.is_dir() {
            link_rest(dir, new, &name, plan)?;
        } else if !plan.changed.contains_key(&name) && !plan.removed.contains_key(&name) {
            let link = new.join(&name);
            link.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::hard_link(entry.path(), link)?;
        }
    }
    Ok(())
}

fn put(path: &Path, text: &str) -> Result<(), OutputError> {
    make_parent(path)?;
    fs::write(path, text).map_err(failed("write", path))
}

fn make_parent(path: &Path) -> Result<(), OutputError> {
    match path.parent() {
        Some(parent) => fs::create_dir_all(parent).map_err(failed("create", parent)),
        None => Ok(()),
    }
}

fn rename(from: &Path, to: &Path) -> Result<(), OutputError> {
    make_parent(to)?;
    fs::rename(from, to).map_err(failed("write", to))
}

/// Puts the staged files into place, or leaves everything as it was.
fn commit(dir: &Path, staging: &Path, plan: &Plan, folders: Folders) -> Result<(), OutputError> {
    let mut done = Done::default();
    let result = replace(dir, staging, plan, folders, &mut done);
    if result.is_err() {
        undo(dir, staging, plan, &done);
    }
    result
}

/// What was put into place so far.
#[derive(Default)]
struct Done<'p> {
    folders: BTreeSet<&'p str>,
    files: BTreeSet<&'p str>,
}

fn replace<'p>(
    dir: &Path,
    staging: &Path,
    plan: &'p Plan,
    folders: Folders,
    done: &mut Done<'p>,
) -> Result<(), OutputError> {
    rename(&staging.join("during"), &dir.join(MANIFEST))?;
    if folders == Folders::Exchange {
        for top in plan.folders() {
            if exchange(&staging.join(NEW).join(top), &dir.join(top)).is_ok() {
                done.folders.insert(top);
            }
        }
    }
    let exchanged = done.folders.clone();
    let alone = |path: &&String| !top(path).is_some_and(|top| exchanged.contains(top));
    for path in plan.removed.keys().filter(alone) {
        let full = dir.join(path);
        fs::remove_file(&full).map_err(failed("remove", &full))?;
        done.files.insert(path);
    }
    for path in plan.changed.keys().filter(alone) {
        rename(&staging.join(NEW).join(path), &dir.join(path))?;
        done.files.insert(path);
    }
    rename(&staging.join("manifest"), &dir.join(MANIFEST))?;
    for path in plan.removed.keys() {
        remove_empty_parents(dir, path);
    }
    Ok(())
}

/// Lets two folders change places in one step, so that nobody ever sees a mixture; moves the first where there is no
/// second.
fn exchange(new: &Path, old: &Path) -> io::Result<()> {
    if old.symlink_metadata().is_err() {
        return fs::rename(new, old);
    }
    #[cfg(any(target_os = "linux", target_vendor = "apple"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        renameat_with(CWD, new, CWD, old, RenameFlags::EXCHANGE)?;
        Ok(())
    }
    #[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
    Err(ErrorKind::Unsupported.into())
}

/// Puts the old files back, as far as the file system lets it: the error that led here is the one to report, and
/// what is left undone is listed in the manifest, so that the next run mends it.
fn undo(dir: &Path, staging: &Path, plan: &Plan, done: &Done<'_>) {
    let back = |path: &str, old: Option<&str>| match old {
        Some(old) => {
            let staged = staging.join("old").join(path);
            put(&staged, old)
                .and_then(|()| rename(&staged, &dir.join(path)))
                .is_ok()
        }
        None => fs::remove_file(dir.join(path)).is_ok(),
    };
    let mut whole = true;
    for top in &done.folders {
        let (old, new) = (staging.join(NEW).join(top), dir.join(top));
        // Where there was no folder before, there is none in its place now.
        whole &= match old.exists() {
            true => exchange(&old, &new).is_ok(),
            false => fs::rename(&new, &old).is_ok(),
        };
    }
    for path in &done.files {
        let old = match plan.changed.get(*path) {
            Some(change) => change.old.as_deref(),
            None => plan.removed.get(*path).map(String::as_str),
        };
        whole &= back(path, old);
    }
    if whole {
        back(MANIFEST, plan.old_manifest.as_deref());
    }
}

fn remove_empty_parents(dir: &Path, path: &str) {
    let mut parent = Path::new(path).parent();
    while let Some(path) = parent.filter(|path| *path != Path::new("")) {
        // Fails when the directory is not empty, which ends the walk.
        if fs::remove_dir(dir.join(path)).is_err() {
            return;
        }
        parent = path.parent();
    }
}
