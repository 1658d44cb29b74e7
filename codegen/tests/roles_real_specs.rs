//! How much of the real Kibana documents a fake can remember.
//! Skipped, with a line that says so, where the documents are not there.

use std::path::Path;

use kibana_codegen::report::Report;
use kibana_codegen::{Analysis, analyse};

fn analysis(name: &str) -> Option<Analysis> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/spec")
        .join(name);
    let Ok(text) = std::fs::read_to_string(path) else {
        // Written past the capture of the test harness, so that a run without the documents says so.
        let line = format!("skipped: ../shared/spec not found ({name})\n");
        std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes()).ok();
        return None;
    };
    let document = kibana_codegen::load::load(name, text.as_bytes());
    let document = document.unwrap_or_else(|error| panic!("{error}"));
    Some(analyse(document, &Default::default()))
}

/// The path of an operation, without method and without the prefix for spaces.
fn path(operation: &str) -> &str {
    let path = operation
        .split_once(' ')
        .map_or(operation, |(_, path)| path);
    path.strip_prefix("/s/{spaceId}").unwrap_or(path)
}

#[test]
fn most_operations_of_items_and_collections_are_played() {
    for (name, resources, played) in [("kibana-8.18.yaml", 31, 149), ("kibana-9.3.yaml", 45, 204)] {
        let Some(analysis) = analysis(name) else {
            return;
        };
        let report = Report::new(&analysis);
        let collections: Vec<&str> = report
            .resources
            .iter()
            .map(|resource| {
                resource
                    .path
                    .rsplit_once("/{")
                    .map_or(&*resource.path, |(outer, _)| outer)
            })
            .collect();
        let counts = |operation: &str| {
            let path = path(operation);
            path.contains('{') || collections.contains(&path)
        };
        let yes = report
            .played
            .iter()
            .filter(|played| counts(&played.operation))
            .count();
        let no = report
            .stateless
            .iter()
            .filter(|operation| counts(operation))
            .count();
        assert!(
            yes * 100 >= (yes + no) * 60,
            "{name}: {yes} of {}",
            yes + no
        );
        // A change of these numbers is to be looked at, operation by operation (`report` lists them).
        assert_eq!(
            (report.resources.len(), report.played.len()),
            (resources, played),
            "{name}"
        );
        assert_eq!(
            report.played.len() + report.stateless.len(),
            report.operations.generated
        );
    }
}
