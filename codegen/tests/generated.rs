//! One small document per feature, and the code that is generated from it. `cases` compiles and exercises these very
//! files, so this is a test of its own: it can write a snapshot that the other one does not compile without.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

use kibana_codegen::load::load;
use kibana_codegen::settings::Settings;
use kibana_codegen::{Config, analyse, print, render};

/// The documents, by name.
fn fixtures() -> Vec<(String, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    let mut documents: Vec<_> = files
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "yaml")
        })
        .map(|path| {
            (
                path.file_stem().unwrap().to_string_lossy().into_owned(),
                path,
            )
        })
        .collect();
    documents.sort();
    documents
}

#[test]
fn every_feature_has_a_document_and_its_code() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("cases/snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (name, path) in fixtures() {
            let document = load(&format!("{name}.yaml"), &fs::read(&path).unwrap()).unwrap();
            let settings = path.with_extension("toml");
            let settings = match settings.exists() {
                true => Settings::read(&settings).unwrap(),
                false => Settings::default(),
            };
            let analysis = analyse(document, &settings);
            for problem in analysis.diagnostics.iter() {
                println!(
                    "{}\n",
                    render::diagnostic(problem, &analysis.document, false)
                );
            }
            assert!(!analysis.diagnostics.has_errors(), "{name}");
            let text = print::models(&analysis.api).unwrap();
            insta::assert_binary_snapshot!(&format!("{name}.rs"), text.into_bytes());
        }
    });
}

#[test]
fn every_document_is_compiled_and_exercised() {
    let main = include_str!("cases/main.rs");
    for (name, _) in fixtures() {
        assert!(
            main.contains(&format!("{name},")),
            "{name} is missing in tests/cases/main.rs"
        );
    }
}

#[test]
fn a_build_script_gets_one_file_that_changes_with_the_document_only() {
    let dir = tempfile::tempdir().unwrap();
    let spec = dir.path().join("kibana.yaml");
    let out = dir.path().join("kibana.rs");
    let (_, fixture) = fixtures().swap_remove(0);
    fs::copy(fixture, &spec).unwrap();
    let config = Config::new(&spec);
    assert_eq!(config.inputs().collect::<Vec<_>>(), [spec.as_path()]);

    config.generate_module(dir.path(), "kibana.rs").unwrap();
    let written = fs::metadata(&out).unwrap().modified().unwrap();
    config.generate_module(dir.path(), "kibana.rs").unwrap();
    assert_eq!(fs::metadata(&out).unwrap().modified().unwrap(), written);

    let text = fs::read_to_string(&out).unwrap();
    fs::write(&spec, "openapi: 3.0.3\npaths: [").unwrap();
    config.generate_module(dir.path(), "kibana.rs").unwrap_err();
    assert_eq!(fs::read_to_string(&out).unwrap(), text);
}
