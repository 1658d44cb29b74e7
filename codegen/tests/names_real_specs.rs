//! What the names of the crates of real Kibana documents are like. The bars are what a reader puts up with.
//! Skipped, with a line that says so, where the documents are not there.

use std::path::Path;

use kibana_codegen::plan::names::figures::Lengths;
use kibana_codegen::report::Report;
use kibana_codegen::{Analysis, analyse};

fn analysis(path: &Path) -> Option<Analysis> {
    let name = path.file_name()?.to_string_lossy().into_owned();
    let Ok(text) = std::fs::read_to_string(path) else {
        // Written past the capture of the test harness, so that a run without the documents says so.
        let line = format!("skipped: ../shared/spec not found ({name})\n");
        std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes()).ok();
        return None;
    };
    let document = kibana_codegen::load::load(&name, text.as_bytes());
    let document = document.unwrap_or_else(|error| panic!("{error}"));
    Some(analyse(document, &Default::default()))
}

#[test]
fn names_are_as_short_as_those_of_a_person_and_lose_and_repeat_nothing() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for path in [
        "../shared/spec/kibana-8.18.yaml",
        "../shared/spec/kibana-9.3.yaml",
        "spec/kibana.yaml",
    ] {
        let Some(analysis) = analysis(&root.join(path)) else {
            continue;
        };
        let report = Report::new(&analysis);
        let Lengths {
            median,
            p99,
            longest,
        } = report.names.types;
        assert!(
            median <= 20 && p99 <= 40 && longest <= 56,
            "{path}: {:?}",
            report.names.types
        );
        let Lengths { median, p99, .. } = report.names.operations;
        assert!(
            median <= 22 && p99 <= 45,
            "{path}: {:?}",
            report.names.operations
        );
        let zero = (
            report.names.lost_boundaries,
            report.names.repeated_prefix,
            report.aliases.across_groups,
        );
        assert_eq!(zero, (0, 0, 0), "{path}");
    }
}
