//! Clients of Kibana work unchanged: requests as they send them, against the generated servers of the embedded document
//! and of the real ones, each with what the handler must receive. Skipped, with a line that says so, where the real
//! documents are not there.
//!
//! Cost on two cores: about a minute of processor time for each real document, nearly all of it rustc's; the crates are
//! those of `server_routes`.

use kibana_codegen::Config;
use kibana_tests::clients::{problems, table};
use kibana_tests::{served, workspace};

#[test]
fn clients_of_the_embedded_document_are_understood() {
    let root = workspace::root();
    let analysis = Config::new(root.join("spec/kibana.yaml"))
        .settings_file(root.join("spec/kibana.toml"))
        .and_then(|config| config.analyse())
        .unwrap_or_else(|failure| panic!("{failure}"));
    let table = table("kibana.toml");
    let problems = problems("kibana", &analysis.api, &root.join("generated"), &table);
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
    assert!(table.request.len() >= 60, "{}", table.request.len());
}

#[test]
fn clients_of_8_18_are_understood() {
    assert_understood("kibana-8.18", 60);
}

#[test]
fn clients_of_9_3_are_understood() {
    assert_understood("kibana-9.3", 50);
}

fn assert_understood(name: &str, least: usize) {
    let Some((analysis, generated)) = served::real(name) else {
        return;
    };
    let table = table(&format!("{name}.toml"));
    let name = name.replace('.', "_");
    let problems = problems(&name, &analysis.api, &generated, &table);
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
    assert!(table.request.len() >= least, "{}", table.request.len());
}
