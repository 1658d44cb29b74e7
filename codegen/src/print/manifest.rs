//! `Cargo.toml` of the generated crate: a head that belongs to the user, and a part that belongs to the generator.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::output::{GeneratedFile, Owned};
use crate::plan::Plan;

use super::{Half, Printer, Runtime};

/// The manifest: the head of a new crate, and what is written below it on every run.
pub(super) fn manifest(printer: &Printer<'_>, halves: &[&dyn Half]) -> GeneratedFile {
    let settings = printer.package;
    let name = string(&settings.name);
    let mut head = format!(
        "[package]\nname = {name}\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n"
    );
    if settings.own_workspace {
        head.push_str("\n# The crate is not a member of the workspace around it.\n[workspace]\n");
    }
    head.push('\n');
    let mut text = String::new();
    runtime(&mut text, &settings.runtime);
    for (name, dependency) in &settings.dependencies {
        let version = string(dependency.version());
        // Writing to a string does not fail.
        let _ = writeln!(text, "\n[dependencies.{}]\nversion = {version}", key(name));
        let features: Vec<String> = dependency.features().iter().map(|f| string(f)).collect();
        if !features.is_empty() {
            let _ = writeln!(text, "features = [{}]", features.join(", "));
        }
    }
    features(&mut text, printer.plan, halves);
    for half in halves {
        text.push_str(&half.manifest());
    }
    text.push_str("\n# Pages on docs.rs show every group and every half.\n[package.metadata.docs.rs]\nall-features = true\n");
    GeneratedFile {
        text,
        owned: Owned::BelowMarker { initial_head: head },
    }
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

fn features(text: &mut String, plan: &Plan<'_>, halves: &[&dyn Half]) {
    text.push_str("\n[features]\ndefault = []\n# Every API group.\nfull = [\n");
    let groups: BTreeSet<&str> = plan.groups().iter().map(|g| g.feature.as_str()).collect();
    for feature in &groups {
        let _ = writeln!(text, "    {},", string(feature));
    }
    text.push_str("]\n");
    let own = halves.iter().flat_map(|half| {
        let others = half.other_features().iter().copied();
        half.feature().into_iter().chain(others)
    });
    for feature in own {
        let enables: Vec<String> = feature.enables.iter().map(|f| string(f)).collect();
        let _ = writeln!(text, "# {}", feature.docs);
        let _ = writeln!(text, "{} = [{}]", feature.name, enables.join(", "));
    }
    for feature in &groups {
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
