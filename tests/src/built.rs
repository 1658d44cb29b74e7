//! Cargo on generated crates.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::workspace;

/// Runs Cargo in the folder of a generated crate; the answer is what it printed.
///
/// All crates share one target folder, so that the runtime crate is compiled once. The versions of dependencies are
/// those of the workspace, so that nothing is downloaded.
///
/// # Panics
/// When Cargo fails or prints a warning.
pub fn cargo(dir: &Path, arguments: &[&str]) -> String {
    cargo_with(dir, arguments, &[])
}

/// The same, with variables of the environment besides.
///
/// # Panics
/// When Cargo fails or prints a warning.
pub fn cargo_with(dir: &Path, arguments: &[&str], variables: &[(&str, &Path)]) -> String {
    let lock = dir.join("Cargo.lock");
    if !lock.exists() {
        let copied = fs::copy(workspace::root().join("Cargo.lock"), &lock);
        copied.unwrap_or_else(|error| panic!("{}: {error}", lock.display()));
    }
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(dir)
        .env("CARGO_TARGET_DIR", workspace::kept("build"))
        .env("CARGO_NET_OFFLINE", "true")
        // Neither is looked at, and both fill disks: crates of real documents are large.
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("RUSTDOCFLAGS", "-Dwarnings")
        .env_remove("RUSTFLAGS")
        .envs(variables.iter().copied())
        .output();
    let output = output.unwrap_or_else(|error| panic!("cannot run cargo: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && !said.contains("warning"),
        "cargo {} in {}\n{said}",
        arguments.join(" "),
        dir.display()
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Writes what changed, so that an unchanged program is not built again.
///
/// # Panics
/// When it cannot be written.
pub fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|known| known == text) {
        return;
    }
    path.parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::write(path, text))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// An identifier as code writes it: it may be a keyword.
pub fn raw(ident: &str) -> String {
    match syn::parse_str::<syn::Ident>(ident) {
        Ok(_) => ident.to_string(),
        Err(_) => format!("r#{ident}"),
    }
}
