//! Where things are: the workspace, the real documents beside it, the folder that tests may fill.

use std::io::Write;
use std::path::{Path, PathBuf};

/// The real documents that the tests know, by the name of their file.
pub const REAL: [&str; 2] = ["kibana-8.18.yaml", "kibana-9.3.yaml"];

/// The folder of the workspace.
pub fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_path_buf()
}

/// A file of `tests/data/`.
pub fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("data")
        .join(name)
}

/// A folder that outlives the run, so that what it holds need not be compiled again.
pub fn kept(name: &str) -> PathBuf {
    root().join("target/e2e").join(name)
}

/// A real document; `None`, after a line that says so, where it is not there.
pub fn real(name: &str) -> Option<PathBuf> {
    let path = root().join("../shared/spec").join(name);
    if path.is_file() {
        return Some(path);
    }
    say(&format!("skipped: ../shared/spec not found ({name})"));
    None
}

/// Prints a line past the capture of the test harness, so that it is seen when the test passes, too.
pub fn say(line: &str) {
    std::io::stderr()
        .write_all(format!("{line}\n").as_bytes())
        .ok();
}
