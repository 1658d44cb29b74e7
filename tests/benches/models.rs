//! What it costs to read and to write large messages: into generated types, against `serde_json::Value`, and against
//! types of the same shape with serde's own derives, untagged and tagged.
//!
//! Everything takes turns in every round, and ratios are medians over the rounds, so that they hold on a busy machine.

use std::hint::black_box;
use std::time::{Duration, Instant};

use kibana_api::alerting::Rule;
use kibana_api::cases::Case;
use kibana_api::fleet_package_policies::PackagePolicyResponse;
use kibana_api::runtime::{self, Model};
use kibana_api::security_endpoint_exceptions::ExceptionListItemEntry;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const ROUNDS: usize = 15;

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
    println!("medians of {ROUNDS} rounds; × is the ratio to `serde_json::Value` doing the same\n");
    println!(
        "{:<44}{:>10}{:>11}{:>8}{:>11}{:>8}",
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
}

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

/// Reads bytes and writes them again; the times of both.
type Turn = fn(&[u8]) -> (Duration, Duration);

fn serde<T: for<'de> Deserialize<'de> + Serialize>() -> Turn {
    |bytes| {
        let start = Instant::now();
        let value: T = serde_json::from_slice(bytes).expect("what is written by hand is read");
        let read = start.elapsed();
        let start = Instant::now();
        black_box(serde_json::to_vec(&value).expect("what was read is written"));
        (read, start.elapsed())
    }
}

fn generated<T: Model>() -> Turn {
    |bytes| {
        let start = Instant::now();
        let value: T = runtime::from_slice(bytes).unwrap_or_else(|problem| panic!("{problem}"));
        let read = start.elapsed();
        let start = Instant::now();
        black_box(runtime::to_vec(&value).expect("what was read is written"));
        (read, start.elapsed())
    }
}

fn compare<T: Model>(title: &str, bytes: &[u8], others: &[(&str, Turn)]) {
    let mut rows: Vec<(&str, Turn)> = vec![
        (title, generated::<T>()),
        ("  serde_json::Value", serde::<Value>()),
    ];
    rows.extend(others);
    let mut times: Vec<Vec<(f64, f64)>> = rows.iter().map(|_| Vec::new()).collect();
    for round in 0..=ROUNDS {
        for ((_, turn), times) in rows.iter().zip(&mut times) {
            let (read, write) = turn(bytes);
            // The first round warms up.
            if round > 0 {
                times.push((read.as_secs_f64(), write.as_secs_f64()));
            }
        }
    }
    for ((name, _), own) in rows.iter().zip(&times) {
        let median = |value: fn(&(f64, f64)) -> f64| median(own.iter().map(value).collect());
        let ratio = |value: fn(&(f64, f64)) -> f64| {
            let ratios = own
                .iter()
                .zip(&times[1])
                .map(|(own, base)| value(own) / value(base));
            self::median(ratios.collect())
        };
        println!(
            "{name:<44}{:>10}{:>8.2} ms{:>8.2}{:>8.2} ms{:>8.2}",
            bytes.len(),
            median(|time| time.0) * 1000.0,
            ratio(|time| time.0),
            median(|time| time.1) * 1000.0,
            ratio(|time| time.1),
        );
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
