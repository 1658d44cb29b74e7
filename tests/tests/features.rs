//! Every feature of a generated crate compiles without a warning: alone, none, all; models, client, server and mock.

use std::collections::BTreeSet;

use kibana_codegen::plan::Plan;
use kibana_codegen::{Config, Runtime};
use kibana_tests::{built, workspace};

#[test]
fn every_feature_compiles_alone_and_with_the_others() {
    let root = workspace::root();
    let dir = workspace::kept("features");
    let (analysis, _) = Config::new(root.join("spec/kibana.yaml"))
        .settings_file(root.join("spec/kibana.toml"))
        .map(|config| config.runtime(Runtime::Path(root.join("codegen/runtime"))))
        .and_then(|config| config.generate(&dir))
        .unwrap_or_else(|failure| panic!("{failure}"));
    let plan = Plan::of_crate(&analysis.api);
    let groups = plan.groups().iter();
    let groups: BTreeSet<&str> = groups.map(|group| group.feature.as_str()).collect();
    assert_eq!(groups.len(), 18);
    let check = |features: &str| {
        built::cargo(
            &dir,
            &[
                "check",
                "--all-targets",
                "--no-default-features",
                "--features",
                features,
            ],
        );
    };
    for part in ["", "client", "reqwest,tracing", "server", "mock"] {
        check(part);
        check(&format!("{part},full"));
    }
    for group in &groups {
        check(group);
        check(&format!("{group},mock"));
    }
    workspace::say(&format!(
        "features: {} groups alone, none and all compile without a warning",
        groups.len()
    ));
}
