//! `Cargo.toml` of the generated crate: a head that belongs to the user, and a part that belongs to the generator.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::ir::Api;

use super::{Crate, Runtime};

/// The line between the two parts.
pub const MARKER: &str =
    "# Below this line everything is written by kibana-codegen. What stands above is yours.";

/// A whole file, with the head of a new crate.
pub(super) fn manifest(api: &Api, settings: &Crate) -> String {
    let mut text = String::new();
    let name = string(&settings.name);
    // Writing to a string does not fail.
    let _ = write!(
        text,
        "[package]\nname = {name}\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n"
    );
    if settings.own_workspace {
        text.push_str("\n# The crate is not a member of the workspace around it.\n[workspace]\n");
    }
    let _ = write!(text, "\n{MARKER}\n");
    runtime(&mut text, &settings.runtime);
    for (name, version) in &settings.dependencies {
        let _ = write!(
            text,
            "\n[dependencies.{}]\nversion = {}\n",
            key(name),
            string(version)
        );
    }
    features(&mut text, api);
    text
}

/// The generated file with the head of the file that is there.
///
/// `None` when that file has no [`MARKER`]: then it is not the generator's to change.
pub fn keep_head(generated: &str, existing: &str) -> Option<String> {
    let normal = existing.replace("\r\n", "\n");
    let is_marker = |line: &&str| line.trim_end() == MARKER;
    let head: String = normal
        .split_inclusive('\n')
        .take_while(|line| !is_marker(line))
        .collect();
    if head.len() == normal.len() {
        return None;
    }
    let owned = &generated[generated.find(MARKER)?..];
    Some(format!("{head}{owned}"))
}

fn runtime(text: &mut String, runtime: &Runtime) {
    text.push_str("\n[dependencies.kibana-runtime]\n");
    let _ = match runtime {
        Runtime::Path(path) => {
            let path = path.to_string_lossy().replace('\\', "/");
            writeln!(text, "path = {}", string(&path))
        }
        Runtime::Version(version) => writeln!(text, "version = {}", string(version)),
    };
}

fn features(text: &mut String, api: &Api) {
    text.push_str("\n[features]\ndefault = []\n# Every API group.\nfull = [\n");
    let features: BTreeSet<&str> = api.modules.iter().map(|m| m.feature.as_str()).collect();
    for feature in &features {
        let _ = writeln!(text, "    {},", string(feature));
    }
    text.push_str("]\n");
    for feature in &features {
        let _ = writeln!(text, "{} = []", key(feature));
    }
}

/// A key of TOML, quoted where it must be.
fn key(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    if !text.is_empty() && text.bytes().all(plain) {
        text.to_string()
    } else {
        string(text)
    }
}

/// A basic string of TOML. JSON escapes the same way, but for one control character.
fn string(text: &str) -> String {
    serde_json::Value::from(text)
        .to_string()
        .replace('\u{7f}', "\\u007f")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_an_existing_file_is_kept() {
        let generated = format!("[package]\nname = \"new\"\n\n{MARKER}\n[features]\na = []\n");
        let existing =
            format!("[package]\r\nname = \"mine\"\r\n\r\n{MARKER}\r\n[features]\r\nold = []\r\n");
        assert_eq!(
            keep_head(&generated, &existing).unwrap(),
            format!("[package]\nname = \"mine\"\n\n{MARKER}\n[features]\na = []\n")
        );
    }

    #[test]
    fn a_file_without_the_marker_is_not_touched() {
        assert_eq!(keep_head(&format!("a\n{MARKER}\nb"), "[package]\n"), None);
    }
}
