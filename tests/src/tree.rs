//! Folders as plain data: to see that nothing changed, or that two hold the same bytes.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::time::SystemTime;

/// Every file below a folder, by its path in the folder.
pub type Tree<T> = BTreeMap<String, T>;

/// The bytes of every file.
///
/// # Errors
/// When something cannot be read.
pub fn bytes(dir: &Path) -> io::Result<Tree<Vec<u8>>> {
    walk(dir, |path| fs::read(path))
}

/// When every file and folder was changed last.
///
/// # Errors
/// When something cannot be read.
pub fn times(dir: &Path) -> io::Result<Tree<SystemTime>> {
    let time = |path: &Path| fs::metadata(path)?.modified();
    let mut times = walk(dir, time)?;
    times.insert(String::new(), time(dir)?);
    Ok(times)
}

/// The paths at which two folders differ.
pub fn difference<T: PartialEq>(one: &Tree<T>, other: &Tree<T>) -> Vec<String> {
    let paths = one.keys().chain(other.keys());
    let mut paths: Vec<String> = paths
        .filter(|path| one.get(*path) != other.get(*path))
        .cloned()
        .collect();
    paths.sort();
    paths.dedup();
    paths
}

fn walk<T>(dir: &Path, read: impl Fn(&Path) -> io::Result<T>) -> io::Result<Tree<T>> {
    let mut found = Tree::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(at) = open.pop() {
        for entry in fs::read_dir(&at)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path.strip_prefix(dir).unwrap_or(&path);
            found.insert(name.to_string_lossy().replace('\\', "/"), read(&path)?);
        }
    }
    Ok(found)
}
