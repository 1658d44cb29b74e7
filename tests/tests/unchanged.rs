//! `generate` when nothing changed: it says so from its record, and only then.
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

use std::fs;
use std::path::PathBuf;

use kibana_tests::tool::Tool;
use kibana_tests::{tree, workspace};
use tempfile::TempDir;

const SAID_BEFORE: &str = "as the record says\n";

/// A document, its settings, a crate and a cache.
struct Place {
    dir: TempDir,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::copy(workspace::data("medium.yaml"), dir.path().join("api.yaml")).unwrap();
        fs::write(dir.path().join("kibana.toml"), "").unwrap();
        let place = Self { dir };
        place.generate("");
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn generate(&self, more: &str) -> String {
        let cache = self.path("cache").display().to_string();
        let tool =
            Tool::codegen().args("generate --spec api.yaml --config kibana.toml --out crate");
        let tool = tool.args(more).within(self.dir.path());
        let outcome = tool.env("KIBANA_CODEGEN_CACHE", &cache).run().expect(0);
        outcome.stdout + &outcome.stderr
    }

    fn record(&self) -> PathBuf {
        let records = fs::read_dir(self.path("cache/generated")).unwrap();
        let records: Vec<PathBuf> = records.map(|entry| entry.unwrap().path()).collect();
        assert_eq!(records.len(), 1, "{records:?}");
        records[0].clone()
    }

    /// Puts other words into the record, which a run says when it believes it.
    fn mark(&self) {
        let record = self.record();
        let text = fs::read_to_string(&record).unwrap();
        let hashes: Vec<&str> = text.lines().take(2).collect();
        fs::write(record, hashes.join("\n") + "\n" + SAID_BEFORE).unwrap();
    }
}

#[test]
fn a_run_that_would_change_nothing_is_not_made() {
    let place = Place::new();
    let whole = place.generate("--verbose");
    let before = tree::times(&place.path("crate")).unwrap();
    let again = place.generate("");
    assert!(again.contains("0 new, 0 changed, 0 removed"), "{again}");
    for line in again.lines() {
        assert!(whole.contains(line), "a whole run says the same: {whole}");
    }
    place.mark();
    assert_eq!(place.generate(""), SAID_BEFORE);
    assert_eq!(before, tree::times(&place.path("crate")).unwrap());
    assert_ne!(place.generate("--verbose"), SAID_BEFORE);
}

#[test]
fn whatever_differs_makes_a_whole_run() {
    let place = Place::new();
    let edit = |name: &'static str, edit: fn(String) -> String| {
        move |place: &Place| {
            let path = place.path(name);
            fs::write(&path, edit(fs::read_to_string(&path).unwrap())).unwrap();
        }
    };
    type Change<'a> = (&'a str, Box<dyn Fn(&Place)>, &'a str);
    let changes: Vec<Change<'_>> = vec![
        (
            "the document",
            Box::new(edit("api.yaml", |text| text + "# more\n")),
            "0 changed",
        ),
        (
            "the settings",
            Box::new(edit("kibana.toml", |text| text + "# more\n")),
            "0 changed",
        ),
        (
            "a generated file",
            Box::new(edit("crate/src/lib.rs", |text| text + "// mine\n")),
            "1 changed",
        ),
        (
            "the user's part of a file",
            Box::new(edit("crate/Cargo.toml", |text| format!("# mine\n{text}"))),
            "0 changed",
        ),
        (
            "a generated file that is gone",
            Box::new(|place| fs::remove_file(place.path("crate/src/lib.rs")).unwrap()),
            "1 new",
        ),
        (
            "the manifest",
            Box::new(edit("crate/.kibana-codegen-manifest", |text| {
                text + "whole src/old.rs\n"
            })),
            "0 changed",
        ),
        (
            "what a run left that was killed",
            Box::new(|place| fs::create_dir(place.path("crate/.kibana-codegen-staging")).unwrap()),
            "0 changed",
        ),
        (
            "a file of somebody else",
            Box::new(|place| fs::write(place.path("crate/src/mine.rs"), "").unwrap()),
            "mine.rs is not written by the generator",
        ),
    ];
    for (what, change, said) in changes {
        place.generate("");
        place.mark();
        assert_eq!(place.generate(""), SAID_BEFORE, "{what}");
        change(&place);
        let run = place.generate("");
        assert!(run.contains(said), "{what}: {run}");
    }
    // As long as that file is there, every run has to say so.
    assert!(place.generate("").contains("mine.rs"));
    fs::remove_file(place.path("crate/src/mine.rs")).unwrap();
    place.generate("");
    place.mark();
    // Docs that import from the crate name it.
    let run = place.generate("--crate-name other");
    assert!(
        run.contains("0 new, ") && !run.contains(" 0 changed"),
        "{run}"
    );
}

#[test]
fn a_record_that_is_damaged_or_cannot_be_written_costs_a_whole_run() {
    let place = Place::new();
    for damage in ["", "\n", "a\nb\nc\n", "\u{0}"] {
        fs::write(place.record(), damage).unwrap();
        let said = place.generate("");
        assert!(said.contains("0 changed, 0 removed"), "{damage:?}: {said}");
    }
    fs::remove_dir_all(place.path("cache")).unwrap();
    fs::write(place.path("cache"), "a file, not a folder").unwrap();
    assert!(place.generate("").contains("0 changed, 0 removed"));
}
