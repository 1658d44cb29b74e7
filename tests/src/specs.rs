//! Where the specs are that the tests read. Knows paths, nothing of what is in the files.

use std::io::Write;
use std::path::PathBuf;

/// The folder of the workspace.
pub fn workspace() -> PathBuf {
    let tests = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    tests.parent().map(PathBuf::from).unwrap_or(tests)
}

/// A published spec, which cannot be part of this project. `None`, and a line that says so, when it is not there.
pub fn published(name: &str) -> Option<PathBuf> {
    let path = workspace().join("../shared/spec").join(name);
    if path.is_file() {
        return Some(path);
    }
    say(&format!("skipped: ../shared/spec/{name} not found"));
    None
}

/// The spec that is part of this project.
pub fn embedded() -> PathBuf {
    workspace().join("spec/kibana.yaml")
}

/// Prints a line past the capture of the test harness, so that it is seen when the test passes.
pub fn say(line: &str) {
    std::io::stderr()
        .write_all(format!("{line}\n").as_bytes())
        .ok();
}
