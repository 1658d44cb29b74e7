//! The server half of the crates of the real Kibana documents: it compiles without a warning, and every operation is
//! reached by its method and path, in a space and outside of any. Skipped, with a line that says so, where the
//! documents are not there.
//!
//! Cost on two cores: about a minute of processor time for each document, nearly all of it rustc's.
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use kibana_codegen::ir::{Api, Location, Operation};
use kibana_codegen::plan::Plan;
use kibana_tests::{built, served, workspace};

#[test]
fn every_operation_of_8_18_is_reached() {
    assert_reached("kibana-8.18", 340);
}

#[test]
fn every_operation_of_9_3_is_reached() {
    assert_reached("kibana-9.3", 519);
}

fn assert_reached(name: &str, operations: usize) {
    let Some((analysis, generated)) = served::real(name) else {
        return;
    };
    let dir = generated.parent().unwrap();
    let api = &analysis.api;
    assert_eq!(api.operations.len(), operations);
    let routes = routes(api);
    let name = format!("{}-routes", name.replace('.', "_"));
    write_driver(&dir.join("driver"), &name, api, &routes);
    built::cargo(&dir.join("driver"), &["build"]);
    let output = Command::new(workspace::kept("build").join("debug").join(name))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    let expected = format!(
        "{} requests, {operations} operations\n",
        routes.lines().count()
    );
    assert_eq!(said, expected);
}

/// Requests: for each operation with and without a space, and without its optional segment.
fn routes(api: &Api) -> String {
    let mut routes = String::new();
    let plan = Plan::of_crate(api);
    for (index, operation) in api.operations.iter().enumerate() {
        let id = &plan.operation(index).id;
        let method = operation.method.to_ascii_uppercase();
        let mut paths = vec![filled(&operation.path)];
        if has_optional_segment(operation) {
            let (short, _) = operation.path.rsplit_once('/').unwrap();
            paths.push(filled(short));
        }
        for path in paths {
            writeln!(routes, "{method} {path} {id}").unwrap();
            if !operation.path.starts_with("/s/{") {
                writeln!(routes, "{method} /s/team-a{path} {id}").unwrap();
            }
        }
    }
    routes
}

fn has_optional_segment(operation: &Operation) -> bool {
    let last = operation.path.rsplit('/').next().unwrap();
    let name = last.trim_matches(['{', '}']).trim_end_matches('?');
    let stated = operation
        .parameters
        .iter()
        .find(|p| p.location == Location::Path && p.wire == name);
    last.starts_with('{') && (last.ends_with("?}") || stated.is_some_and(|p| !p.required))
}

/// A path with a value for each parameter that is no literal of any template.
fn filled(template: &str) -> String {
    let mut path = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        path.push_str(before);
        path.push_str("value-1");
        rest = after.split_once('}').unwrap().1;
    }
    path + rest
}

/// A program that mounts everything: implementations that leave every method as it is.
fn write_driver(dir: &Path, name: &str, api: &Api, routes: &str) {
    let mut services = String::from(
        "use kibana_api::server::{self, AllowAnyone, Builder, axum};\n\npub struct Nothing;\n\n",
    );
    let mut mounted = String::new();
    for group in Plan::of_crate(api).groups() {
        let (ident, service) = (&group.ident, &group.service);
        writeln!(services, "impl server::{ident}::{service} for Nothing {{}}").unwrap();
        write!(mounted, ".{ident}(Nothing)").unwrap();
    }
    write!(
        services,
        "\npub fn router() -> axum::Router {{\n    Builder::new(AllowAnyone){mounted}.build().expect(\"a router\")\n}}\n"
    )
    .unwrap();
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n\n[workspace]\n\n\
         [dependencies]\nkibana-api = {{ path = \"../api\", features = [\"full\", \"server\"] }}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt\", \"time\"] }}\n\
         tower = {{ version = \"0.5\", features = [\"util\"] }}\n\n[profile.dev]\ndebug = false\n"
    );
    fs::create_dir_all(dir.join("src")).unwrap();
    let main = fs::read_to_string(workspace::data("server_routes/main.rs")).unwrap();
    for (file, text) in [
        ("Cargo.toml", manifest.as_str()),
        ("routes.txt", routes),
        ("src/services.rs", &services),
        ("src/main.rs", &main),
    ] {
        let path = dir.join(file);
        // What stays the same need not be compiled again.
        if fs::read_to_string(&path).ok().as_deref() != Some(text) {
            fs::write(path, text).unwrap();
        }
    }
}
