//! Runs that cannot end well: folders of others, folders that cannot be written, a full disk, a process that is killed.
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use kibana_codegen::output::{MANIFEST, STAGING};
use kibana_tests::tool::{Outcome, Tool};
use kibana_tests::tree::{self, Tree};
use kibana_tests::workspace;

fn generate(dir: &Path, spec: &Path) -> Tool {
    let tool = Tool::codegen()
        .args("generate --spec")
        .arg(spec)
        .arg("--out")
        .arg(dir);
    tool.arg("--runtime")
        .arg(dir.parent().unwrap().join("runtime"))
}

/// A second document: another title in every file, one group less, one more.
fn changed(dir: &Path) -> PathBuf {
    let text = fs::read_to_string(workspace::data("medium.yaml")).unwrap();
    let text = text
        .replace("[people]", "[persons]")
        .replace("summary: ", "summary: Now ");
    let path = dir.join("changed.yaml");
    fs::write(&path, text.replace("title: Orchard", "title: Garden")).unwrap();
    path
}

/// Asserts that a run fails, says where, and leaves the folder as it was.
fn assert_fails(tool: Tool, dir: &Path, words: &[&str]) -> Outcome {
    let before = tree::bytes(dir).unwrap();
    let outcome = tool.run().expect(1);
    for word in words {
        assert!(
            outcome.stderr.contains(word),
            "no {word} in {}",
            outcome.stderr
        );
    }
    let after = tree::bytes(dir).unwrap();
    assert_eq!(tree::difference(&before, &after), [""; 0]);
    outcome
}

#[test]
fn a_folder_with_files_of_others_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("thesis");
    fs::create_dir_all(out.join("src")).unwrap();
    fs::write(out.join("src/lib.rs"), "// mine").unwrap();
    let medium = workspace::data("medium.yaml");
    let words = [
        "output-not-ours",
        "thesis",
        "give an empty or new directory",
    ];
    assert_fails(generate(&out, &medium), dir.path(), &words);

    // A crate of ours, and a file of somebody else where one of ours has to go.
    let out = dir.path().join("api");
    generate(&out, &medium).run().expect(0);
    fs::write(out.join("src/persons.rs"), "// mine").unwrap();
    let words = ["output-not-ours", "src/persons.rs", "move it away"];
    assert_fails(generate(&out, &changed(dir.path())), &out, &words);
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "").unwrap();
    let medium = workspace::data("medium.yaml");
    let tool = generate(&dir.path().join("file/api"), &medium);
    assert_fails(tool, dir.path(), &["output-failed", "file/api"]);
    let tool = generate(&dir.path().join("file"), &medium);
    assert_fails(
        tool,
        dir.path(),
        &["output-not-ours", "the output directory is a file"],
    );
    #[cfg(target_os = "linux")]
    {
        // Nobody can make a folder there, not even root.
        let tool = Tool::codegen()
            .args("generate --out /proc/api --spec")
            .arg(medium);
        let outcome = tool.run().expect(1);
        assert!(
            outcome.stderr.contains("output-failed"),
            "{}",
            outcome.stderr
        );
        assert!(outcome.stderr.contains("/proc/api"), "{}", outcome.stderr);
    }
}

#[test]
fn a_file_that_cannot_be_replaced_leaves_the_others_alone() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("api");
    generate(&out, &workspace::data("medium.yaml"))
        .run()
        .expect(0);
    // A folder where a file has to go; permissions do not stop root.
    fs::create_dir_all(out.join("src/persons.rs/full")).unwrap();
    fs::write(out.join("src/persons.rs/full/x"), "").unwrap();
    let words = ["output-failed", "src/persons.rs"];
    assert_fails(generate(&out, &changed(dir.path())), &out, &words);
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_the_old_crate() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("api");
    generate(&out, &workspace::data("medium.yaml"))
        .run()
        .expect(0);
    let largest = tree::bytes(&out)
        .unwrap()
        .values()
        .map(Vec::len)
        .max()
        .unwrap();
    // Files above this many blocks of 512 bytes cannot be written: the write fails half-way, as on a full disk.
    let blocks = largest / 512 / 2;
    let tool = Tool::limited(&format!("trap '' XFSZ; ulimit -f {blocks}")).args("generate --spec");
    let tool = tool.arg(changed(dir.path())).arg("--out").arg(&out);
    assert_fails(tool, &out, &["output-failed", "File too large"]);
}

#[cfg(unix)]
#[test]
fn a_killed_run_leaves_the_old_sources_or_the_new_ones_and_the_next_run_completes() {
    let dir = tempfile::tempdir().unwrap();
    let (old, new) = (dir.path().join("old.yaml"), dir.path().join("new.yaml"));
    fs::write(&old, many_groups(0..100, "as before")).unwrap();
    fs::write(&new, many_groups(5..105, "after")).unwrap();
    let out = dir.path().join("api");
    let whole = |spec: &Path| {
        generate(&out, spec).run().expect(0);
        tree::bytes(&out).unwrap()
    };
    let (before, after) = (whole(&old), whole(&new));
    let mut outcomes = BTreeSet::new();
    for moment in MOMENTS.into_iter().cycle().take(3 * MOMENTS.len()) {
        assert_eq!(tree::difference(&whole(&old), &before), [""; 0]);
        let mut child = generate(&out, &new).spawn();
        while !moment.has_come(&out, &before) && child.try_wait().unwrap().is_none() {
            std::hint::spin_loop();
        }
        // Really killed: what a process can do about other signals, it cannot do about this one.
        child.kill().unwrap();
        child.wait().unwrap();
        outcomes.insert(assert_no_mixture(
            &tree::bytes(&out).unwrap(),
            &before,
            &after,
        ));
        let check = Tool::codegen()
            .args("check --spec")
            .arg(&new)
            .arg("--out")
            .arg(&out);
        let runtime = dir.path().join("runtime");
        let check = check.arg("--runtime").arg(runtime).run();
        assert!(matches!(check.code, Some(0 | 1)), "{check:?}");
        assert_eq!(
            tree::difference(&whole(&new), &after),
            [""; 0],
            "{moment:?}"
        );
    }
    assert_eq!(outcomes, BTreeSet::from(["new", "old"]));
}

/// A document with many groups, so that many files change.
fn many_groups(groups: Range<usize>, text: &str) -> String {
    let head = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n".to_string();
    groups.fold(head, |document, group| {
        let schema =
            format!("{{type: object, description: {text}, properties: {{a: {{type: string}}}}}}");
        let content = format!("{{application/json: {{schema: {schema}}}}}");
        let responses = format!("{{'200': {{description: d, content: {content}}}}}");
        document + &format!("  /g{group}: {{get: {{tags: [g{group}], responses: {responses}}}}}\n")
    })
}

/// When a run is killed, in the order in which the moments come.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// As soon as it has started.
    Start,
    /// As soon as this many files are staged.
    Staged(usize),
    /// As soon as the manifest changes: right before the sources do.
    Manifest,
    /// As soon as the sources change.
    Sources,
    /// As soon as everything is in place, and only tidying is left.
    Done,
}

const MOMENTS: [Moment; 7] = [
    Moment::Start,
    Moment::Staged(0),
    Moment::Staged(1),
    Moment::Staged(50),
    Moment::Manifest,
    Moment::Sources,
    Moment::Done,
];

impl Moment {
    fn has_come(self, out: &Path, before: &Tree<Vec<u8>>) -> bool {
        let differs = |path: &str| fs::read(out.join(path)).ok().as_ref() != before.get(path);
        let staging = out.join(STAGING);
        match self {
            Self::Start => true,
            Self::Staged(count) => {
                fs::read_dir(staging.join("new/src")).is_ok_and(|files| files.count() >= count)
            }
            Self::Manifest => differs(MANIFEST),
            Self::Sources => differs("src/lib.rs"),
            Self::Done => differs("src/lib.rs") && !staging.exists(),
        }
    }
}

/// Asserts that the sources are those of before or those of after, all of them; says which.
fn assert_no_mixture(
    now: &Tree<Vec<u8>>,
    before: &Tree<Vec<u8>>,
    after: &Tree<Vec<u8>>,
) -> &'static str {
    let sources = |tree: &Tree<Vec<u8>>| -> Tree<Vec<u8>> {
        let tree = tree.iter().filter(|(path, _)| path.starts_with("src/"));
        tree.map(|(path, bytes)| (path.clone(), bytes.clone()))
            .collect()
    };
    // A file at the top is whole, too.
    let manifest = &now["Cargo.toml"];
    assert!([&before["Cargo.toml"], &after["Cargo.toml"]].contains(&manifest));
    let from_before = tree::difference(&sources(now), &sources(before));
    let from_after = tree::difference(&sources(now), &sources(after));
    if from_before.is_empty() {
        assert_eq!(manifest, &before["Cargo.toml"]);
        return "old";
    }
    assert_eq!(
        from_after,
        [""; 0],
        "a mixture; {} files are not the old ones",
        from_before.len()
    );
    "new"
}
