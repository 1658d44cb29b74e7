//! The README's table of diagnostics is what the code raises.

use std::fmt::Write as _;
use std::path::Path;

#[test]
fn the_readme_lists_every_diagnostic() {
    let mut codes = kibana_codegen::codes();
    codes.sort_by_key(|code| (code.severity, code.name));
    let mut table =
        String::from("| code | kind | what the generator does, and why |\n|---|---|---|\n");
    for code in codes {
        let explanation = code.explanation.replace('|', "\\|");
        writeln!(
            table,
            "| `{}` | {} | {explanation} |",
            code.name, code.severity
        )
        .unwrap();
    }
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    assert!(
        readme.contains(&table),
        "put this table into README.md, under \"What is repaired, and what is reported\":\n{table}"
    );
}
