//! What it costs to read and to write large messages: into generated types, against `serde_json::Value`, and against
//! types of the same shape with serde's own derives, untagged and tagged.
//!
//! Everything takes turns in every round, and ratios are medians over the rounds, so that they hold on a busy machine.

#[path = "models/rules.rs"]
mod rules;
#[path = "models/turns.rs"]
mod turns;

use std::fs;
use std::path::Path;
use std::process::Command;

use kibana_api::alerting::Rule;
use kibana_api::cases::Case;
use kibana_api::fleet_package_policies::PackagePolicyResponse;
use kibana_api::security_endpoint_exceptions::ExceptionListItemEntry;
use kibana_codegen::Config;
use kibana_codegen::ir::{Home, Place};
use kibana_codegen::plan::Plan;
use kibana_codegen::print::Runtime;
use kibana_tests::derives::{self, Unions, Unknown};
use kibana_tests::{built, workspace};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use turns::{compare, serde};

/// The documented answers of the groups.
const CASES: &str = include_str!("../../generated/src/mock/cases.json");
const POLICIES: &str = include_str!("../../generated/src/mock/fleet_package_policies.json");
const RULES: &str = include_str!("../../generated/src/mock/alerting.json");

/// Entries of exceptions as a program writes them by hand.
mod by_hand {
    use super::{Deserialize, Serialize};

    #[derive(Deserialize, Serialize)]
    #[serde(rename_all = "snake_case")]
    pub(super) enum Operator {
        Included,
        Excluded,
    }

    #[derive(Deserialize, Serialize)]
    pub(super) struct ListReference {
        pub(super) id: String,
        pub(super) r#type: String,
    }

    /// Members as serde's `untagged` needs them: each with a constant of its own.
    macro_rules! member {
        ($name:ident $kind:ident $tag:literal { $($field:ident: $ty:ty),* }) => {
            #[derive(Deserialize, Serialize)]
            pub(super) enum $kind {
                #[serde(rename = $tag)]
                Only,
            }

            #[derive(Deserialize, Serialize)]
            pub(super) struct $name {
                r#type: $kind,
                field: String,
                $($field: $ty),*
            }
        };
    }

    member!(Match MatchType "match" { operator: Operator, value: String });
    member!(MatchAny MatchAnyType "match_any" { operator: Operator, value: Vec<String> });
    member!(List ListType "list" { operator: Operator, list: ListReference });
    member!(Exists ExistsType "exists" { operator: Operator });
    member!(Nested NestedType "nested" { entries: Vec<Untagged> });
    member!(Wildcard WildcardType "wildcard" { operator: Operator, value: String });

    #[derive(Deserialize, Serialize)]
    #[serde(untagged)]
    pub(super) enum Untagged {
        Match(Match),
        MatchAny(MatchAny),
        List(List),
        Exists(Exists),
        Nested(Nested),
        Wildcard(Wildcard),
    }

    #[derive(Deserialize, Serialize)]
    #[serde(tag = "type", rename_all = "snake_case")]
    pub(super) enum Tagged {
        Match {
            field: String,
            operator: Operator,
            value: String,
        },
        MatchAny {
            field: String,
            operator: Operator,
            value: Vec<String>,
        },
        List {
            field: String,
            operator: Operator,
            list: ListReference,
        },
        Exists {
            field: String,
            operator: Operator,
        },
        Nested {
            field: String,
            entries: Vec<Tagged>,
        },
        Wildcard {
            field: String,
            operator: Operator,
            value: String,
        },
    }
}

fn main() {
    // Only `cargo bench` says `--bench`; a test run of all targets has no time for numbers.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    println!("medians over the rounds; × is the ratio to `serde_json::Value` doing the same\n");
    println!(
        "{:<46}{:>10}{:>11}{:>8}{:>11}{:>8}",
        "", "bytes", "read", "×", "write", "×"
    );
    compare::<Vec<Case>>(
        "10,000 cases with comments",
        &many(CASES, "GetCase", 10_000),
        &[],
    );
    let rules = many(RULES, "GetRule", 1_000);
    compare::<Vec<Rule>>("a page of 1,000 alerting rules", &rules, &[]);
    let policies = many(POLICIES, "GetPackagePolicy", 2_000);
    compare::<Vec<PackagePolicyResponse>>("2,000 Fleet package policies", &policies, &[]);
    compare::<Vec<ExceptionListItemEntry>>(
        "60,000 entries, a union of 6",
        &entries(10_000),
        &[
            (
                "  serde's untagged derive",
                serde::<Vec<by_hand::Untagged>>(),
            ),
            ("  serde's tagged derive", serde::<Vec<by_hand::Tagged>>()),
        ],
    );
    detection_rules();
}

/// A union of eight objects with fifty properties each: of a real document, so in a program of its own.
fn detection_rules() {
    let Some(spec) = workspace::real("kibana-8.18.yaml") else {
        return;
    };
    let dir = workspace::kept("bench-models");
    let runtime = workspace::root().join("codegen/runtime");
    let config = Config::new(spec).runtime(Runtime::Path(runtime));
    let generated = config.generate(&workspace::kept("bench-models-api"));
    let (analysis, _) = generated.unwrap_or_else(|failure| panic!("{failure}"));
    let api = &analysis.api;
    let place = Place::Component("Security_Detections_API_RuleResponse".to_string());
    let mut all = api.types.iter();
    let (rule, definition) = all
        .find(|(_, definition)| definition.place == place)
        .expect("8.18 has detection rules");
    let Home::Module(module) = definition.home else {
        panic!("detection rules are in a module of their own");
    };
    let plan = Plan::of_crate(api);
    let group = plan.group(module);
    let (path, feature) = (
        format!("{}::{}", group.ident, plan.name(rule)),
        &group.feature,
    );
    write(&dir, "Cargo.toml", &MANIFEST.replace("FEATURE", feature));
    let main = MAIN.replace("RULE", &path);
    let turns = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/models/turns.rs");
    write(&dir, "src/main.rs", &main.replace("TURNS", turns));
    for (name, unions, unknown) in [
        ("untagged", Unions::Untagged, Unknown::Kept),
        ("tagged", Unions::Tagged, Unknown::Kept),
        ("untagged_lossy", Unions::Untagged, Unknown::Dropped),
        ("tagged_lossy", Unions::Tagged, Unknown::Dropped),
    ] {
        let text = derives::module(api, rule, unions, unknown);
        write(&dir, &format!("src/{name}.rs"), &text);
    }
    let rules = Value::from_iter((0..1000).map(rules::rule)).to_string();
    write(&dir, "rules.json", &rules);
    built::cargo(&dir, &["build", "--release"]);
    let program = workspace::kept("build/release/bench-models");
    let ran = Command::new(program).arg(dir.join("rules.json")).status();
    assert!(ran.is_ok_and(|status| status.success()), "it measures");
}

fn write(dir: &Path, name: &str, text: &str) {
    let path = dir.join(name);
    let written = fs::create_dir_all(path.parent().unwrap_or(dir));
    written.expect("a folder in target/");
    if fs::read_to_string(&path).is_ok_and(|known| known == text) {
        return; // Cargo looks at the time of a file.
    }
    fs::write(path, text).expect("a file in target/");
}

const MANIFEST: &str = "[package]
name = \"bench-models\"
version = \"0.0.0\"
edition = \"2024\"
publish = false

[dependencies]
kibana-api = { path = \"../bench-models-api\", features = [\"FEATURE\"] }
serde = { version = \"1\", features = [\"derive\"] }
serde_json = { version = \"1\", features = [\"preserve_order\"] }

[workspace]
";

const MAIN: &str = r#"//! Written by the benchmark of models.
#[path = "TURNS"]
mod turns;
#[rustfmt::skip]
mod tagged;
#[rustfmt::skip]
mod tagged_lossy;
#[rustfmt::skip]
mod untagged;
#[rustfmt::skip]
mod untagged_lossy;

use kibana_api::RULE as Rule;

fn main() {
    let path = std::env::args_os().nth(1).expect("a file of rules");
    let bytes = std::fs::read(path).expect("the rules are there");
    let strict = kibana_api::runtime::check_slice::<Vec<Rule>>(&bytes);
    assert!(strict.is_ok(), "{:#?}", strict.err());
    turns::compare::<Vec<Rule>>(
        "1,000 detection rules, a union of 8",
        &bytes,
        &[
            ("  serde's untagged derive", turns::serde::<Vec<untagged::Root>>()),
            ("  serde's tagged derive", turns::serde::<Vec<tagged::Root>>()),
            ("  untagged, unknown properties dropped", turns::serde::<Vec<untagged_lossy::Root>>()),
            ("  tagged, unknown properties dropped", turns::serde::<Vec<tagged_lossy::Root>>()),
        ],
    );
}
"#;

/// A list of the first documented success of an operation, each with an id of its own.
fn many(table: &str, operation: &str, count: usize) -> Vec<u8> {
    let table: Value = serde_json::from_str(table).expect("the table is JSON");
    let operations = table.as_object().expect("a table is an object");
    let answers = operations
        .get(operation)
        .unwrap_or_else(|| panic!("{operation}: {:?}", operations.keys()));
    let example = &answers[0]["examples"][0]["value"];
    let items = (0..count).map(|number| {
        let mut item = example.clone();
        if item.get("id").is_some() {
            item["id"] = json!(format!("id-{number}"));
        }
        item
    });
    Value::from_iter(items).to_string().into_bytes()
}

fn entries(count: usize) -> Vec<u8> {
    let entries = (0..count).flat_map(|number| {
        let field = format!("host.name.{number}");
        [
            json!({ "type": "match", "field": field, "operator": "included", "value": "a value" }),
            json!({ "type": "match_any", "field": field, "operator": "included", "value": ["one", "two"] }),
            json!({ "type": "list", "field": field, "operator": "excluded", "list": { "id": "ips", "type": "ip" } }),
            json!({ "type": "exists", "field": field, "operator": "included" }),
            json!({ "type": "nested", "field": field, "entries": [
                { "type": "match", "field": "inner", "operator": "included", "value": "x" },
            ] }),
            json!({ "type": "wildcard", "field": field, "operator": "included", "value": "a*" }),
        ]
    });
    Value::from_iter(entries).to_string().into_bytes()
}
