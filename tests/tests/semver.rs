//! What a new document does to code: `drift` and cargo-semver-checks say the same of it, and where they do not, this is
//! known.
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

use std::path::{Path, PathBuf};
use std::process::Command;

use kibana_codegen::drift::{self, Drift};
use kibana_codegen::{Analysis, Config, Runtime};
use kibana_tests::workspace;

const OLD: &str = "openapi: 3.0.3
info: {title: Shelves, version: '1'}
paths:
  /api/shelves/{id}:
    get:
      operationId: getOne
      tags: [Shelves]
      parameters:
        - {in: path, name: id, required: true, schema: {type: string}}
      responses:
        200: {description: A shelf., content: {application/json: {schema: {$ref: '#/components/schemas/Shelf'}}}}
  /api/shelves:
    post:
      operationId: makeOne
      tags: [Shelves]
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Shelf'}}}}
      responses:
        200: {description: A shelf., content: {application/json: {schema: {$ref: '#/components/schemas/Shelf'}}}}
components:
  schemas:
    Shelf:
      type: object
      required: [name]
      properties:
        name: {type: string, maxLength: 80}
        state: {type: string, enum: [open, closed]}
        books: {type: integer}
";

/// A new document.
struct Case {
    what: &'static str,
    /// What stands in the old one, and what stands there in the new one.
    edit: (&'static str, &'static str),
    /// Whether `drift` names an item of the old crate that is another one in the new crate, or none.
    drift: bool,
    /// Whether cargo-semver-checks wants a new major version.
    semver: bool,
}

const CASES: &[Case] = &[
    Case {
        what: "a property more",
        edit: (
            "books: {type: integer}",
            "books: {type: integer}\n        rooms: {type: integer}",
        ),
        drift: false,
        semver: false,
    },
    Case {
        what: "a property less",
        edit: ("        books: {type: integer}\n", ""),
        drift: true,
        semver: true,
    },
    Case {
        what: "a value more",
        edit: ("[open, closed]", "[open, closed, lost]"),
        drift: false,
        semver: false,
    },
    Case {
        what: "a value less",
        edit: ("[open, closed]", "[open]"),
        drift: true,
        semver: true,
    },
    Case {
        what: "an operation less",
        edit: (
            "    post:\n      operationId: makeOne",
            "    put:\n      operationId: replaceOne",
        ),
        drift: true,
        semver: true,
    },
    Case {
        what: "an operation more",
        edit: (
            "    post:\n      operationId: makeOne",
            "    delete:\n      operationId: deleteAll\n      tags: [Shelves]\n      responses: {200: {description: Gone.}}\n    post:\n      operationId: makeOne",
        ),
        drift: false,
        semver: false,
    },
    // `drift` compares messages: what a component is called is in none of them.
    Case {
        what: "another name",
        edit: ("Shelf", "Rack"),
        drift: false,
        semver: true,
    },
    // What `drift` calls an error breaks requests here, and no code.
    Case {
        what: "a shorter text",
        edit: ("maxLength: 80", "maxLength: 8"),
        drift: false,
        semver: false,
    },
    // Of the type of a field cargo-semver-checks says nothing: it compares which fields there are.
    Case {
        what: "another type",
        edit: ("books: {type: integer}", "books: {type: boolean}"),
        drift: true,
        semver: false,
    },
];

#[test]
fn drift_and_cargo_semver_checks_agree_on_what_breaks_code() {
    if !has_semver_checks() {
        workspace::say("skipped: cargo-semver-checks is not installed");
        return;
    }
    let (old, old_crate) = generated("old", OLD);
    let mut different = Vec::new();
    for case in CASES {
        let (from, to) = case.edit;
        assert!(OLD.contains(from), "{}", case.what);
        let text = OLD.replace(from, to);
        let (new, new_crate) = generated("new", &text);
        let drift = names_another_item(&drift::compare(&old, &new));
        let (semver, said) = wants_major(&old_crate, &new_crate);
        if (drift, semver) != (case.drift, case.semver) {
            let what = case.what;
            different.push(format!("{what}: drift {drift}, semver {semver}\n{said}"));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
    let agree = CASES
        .iter()
        .filter(|case| case.drift == case.semver)
        .count();
    workspace::say(&format!("semver: {agree} of {} cases agree", CASES.len()));
}

fn has_semver_checks() -> bool {
    let mut asked = Command::new(env!("CARGO"));
    asked.args(["semver-checks", "--version"]);
    asked.output().is_ok_and(|output| output.status.success())
}

fn generated(name: &str, text: &str) -> (Analysis, PathBuf) {
    let folder = workspace::kept("semver");
    let dir = folder.join(name);
    std::fs::create_dir_all(&folder).unwrap();
    let spec = folder.join(format!("{name}.yaml"));
    std::fs::write(&spec, text).unwrap();
    let config =
        Config::new(&spec).runtime(Runtime::Path(workspace::root().join("codegen/runtime")));
    let (analysis, _) = config
        .generate(&dir)
        .unwrap_or_else(|failure| panic!("{failure}"));
    let lock = workspace::root().join("Cargo.lock");
    std::fs::copy(lock, dir.join("Cargo.lock")).unwrap();
    (analysis, dir)
}

fn names_another_item(drift: &Drift) -> bool {
    let mut places = drift.changes.iter().flat_map(|change| &change.places);
    places.any(|place| place.old_item.is_some() && place.old_item != place.new_item)
}

/// Whether the change wants a new major version, and what was said.
fn wants_major(old: &Path, new: &Path) -> (bool, String) {
    let output = Command::new(env!("CARGO"))
        .args([
            "semver-checks",
            "--color",
            "never",
            "--release-type",
            "minor",
        ])
        .args([
            "--only-explicit-features",
            "--features",
            "full,client,server",
        ])
        .arg("--manifest-path")
        .arg(new.join("Cargo.toml"))
        .arg("--baseline-root")
        .arg(old)
        .env("CARGO_TARGET_DIR", workspace::kept("semver-build"))
        .env("CARGO_NET_OFFLINE", "true")
        .output();
    let output = output.unwrap_or_else(|error| panic!("cannot run cargo: {error}"));
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    let looked = said.contains("Checked [");
    assert!(
        looked,
        "cargo-semver-checks did not come to a result:\n{said}"
    );
    (!output.status.success(), said)
}
