//! Generated types against an independent judge: on values made from the schemas, and on values that are one change
//! away from these.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use jsonschema::Validator;
use kibana_codegen::Analysis;
use kibana_codegen::instance::{Instances, Variety, seed};
use kibana_codegen::ir::{self, BodyFormat};
use kibana_codegen::plan::Plan;
use kibana_codegen::pointer::Pointer;
use serde_json::Value;

use crate::examples::{contents, difference, side_of};
use crate::expected::Lists;
use crate::harness::{Answer, CRATE, Harness};
use crate::judge::{Judge, Side};
use crate::mutate::{Random, mutate};

/// Of every value that is made, so many are made that are one change away from it.
const CHANGED: usize = 2;

/// What the comparison found.
#[derive(Debug, Default)]
pub struct Conformance {
    /// Bodies whose values were made.
    pub schemas: usize,
    /// Bodies without values: streams of bytes, forms with files, and types that no value was found for.
    pub left_out: BTreeSet<String>,
    /// Values that were compared.
    pub instances: usize,
    /// Those of them that the judge calls valid.
    pub valid: usize,
    /// Disagreements by schema and kind, with the first value that showed it and how many there were.
    pub disagreements: BTreeMap<String, Disagreement>,
}

/// A disagreement about values of one schema.
#[derive(Clone, Debug)]
pub struct Disagreement {
    /// What is not the same.
    pub what: String,
    /// The first value that shows it.
    pub value: Value,
    /// How many values show it.
    pub count: usize,
}

/// The schema of a body, with what answers for it on both sides.
struct Root {
    key: String,
    going: ir::Side,
    ty: usize,
    strict: Validator,
    tolerant: Validator,
}

/// Compares about so many values, spread over all bodies of a document. `name` stands for the document.
pub fn models(name: &str, analysis: &Analysis, generated: &Path, about: usize) -> Conformance {
    let mut found = Conformance::default();
    let mut types = Vec::new();
    let roots = roots(analysis, &mut found, &mut types);
    found.schemas = roots.len();
    let each = about.div_ceil(roots.len().max(1) * (1 + CHANGED));
    let instances = Instances::new(&analysis.api);
    let mut questions = Vec::new();
    let mut places = Vec::new();
    for (place, (root, ty)) in roots.iter().enumerate() {
        let mut random = Random::new(seed(&root.key, 1));
        let values = (0..each as u64)
            .filter_map(|n| instances.make(ty, root.going, seed(&root.key, n), Variety::Varied));
        let values: Vec<Value> = values.collect();
        if values.is_empty() {
            found.left_out.insert(root.key.clone());
        }
        for (at, value) in values.iter().enumerate() {
            let other = &values[(at + 1) % values.len()];
            questions.push((root.ty, value.clone()));
            questions.extend((0..CHANGED).map(|_| (root.ty, mutate(value, other, &mut random))));
            places.extend([place; 1 + CHANGED]);
        }
    }
    let answers = Harness::build(name, &types, generated).ask(&questions);
    for ((place, (_, value)), answer) in places.into_iter().zip(questions).zip(answers) {
        found.compare(&roots[place].0, value, &answer);
    }
    found
}

fn roots(
    analysis: &Analysis,
    found: &mut Conformance,
    types: &mut Vec<(String, Side)>,
) -> Vec<(Root, kibana_codegen::ir::Type)> {
    let document = &analysis.document;
    let (judge, tolerant) = (Judge::new(&document.root), Judge::tolerant(&document.root));
    let mut seen: BTreeSet<Pointer> = BTreeSet::new();
    let mut roots = Vec::new();
    let plan = Plan::of_crate(&analysis.api);
    for operation in &analysis.api.operations {
        for (part, content) in contents(operation) {
            let schema = content.pointer.child("schema");
            if !seen.insert(schema.clone()) {
                continue;
            }
            let key = format!("{} {part} {}", operation.key(), content.media_type);
            let whole = matches!(
                content.format,
                BodyFormat::Json | BodyFormat::Form | BodyFormat::Text
            );
            let (Some(ty), true, Some(_)) = (&content.ty, whole, document.get(&schema)) else {
                found.left_out.insert(key);
                continue;
            };
            let path = plan.path(CRATE, ty);
            let side = side_of(&part);
            let known = types
                .iter()
                .position(|known| *known == (path.clone(), side));
            let number = known.unwrap_or_else(|| {
                types.push((path, side));
                types.len() - 1
            });
            let root = Root {
                key,
                going: match side {
                    Side::Request => ir::Side::Request,
                    Side::Response => ir::Side::Response,
                },
                ty: number,
                strict: judge.validator(&schema, side),
                tolerant: tolerant.validator(&schema, side),
            };
            roots.push((root, ty.clone()));
        }
    }
    roots
}

impl Conformance {
    fn compare(&mut self, root: &Root, value: Value, answer: &Answer) {
        self.instances += 1;
        let (valid, tolerable) = (root.strict.is_valid(&value), root.tolerant.is_valid(&value));
        self.valid += usize::from(tolerable);
        let accepted = answer.violations.is_empty() && answer.written.is_ok();
        let what = match (tolerable, accepted) {
            (true, false) => {
                let why = answer.violations.first().cloned();
                let why = why.or(answer.written.clone().err()).unwrap_or_default();
                Some(("refused", format!("valid, but refused: {why}")))
            }
            (false, true) => {
                let errors = root.tolerant.iter_errors(&value).map(|error| {
                    let mut text = error.to_string();
                    text.truncate(
                        text.char_indices()
                            .nth(300)
                            .map_or(text.len(), |(at, _)| at),
                    );
                    format!("{text} at ${}", error.instance_path())
                });
                let errors: Vec<_> = errors.collect();
                Some(("accepted", format!("accepted, but {}", errors.join("; "))))
            }
            (true, true) => difference(&value, answer, !valid)
                .map(|what| ("changed", format!("changed: {what}"))),
            (false, false) => None,
        };
        if let Some((kind, what)) = what {
            let entry = self.disagreements.entry(format!("{} {kind}", root.key));
            let disagreement = entry.or_insert(Disagreement {
                what,
                value,
                count: 0,
            });
            disagreement.count += 1;
        }
    }

    /// Where the disagreements are not those that a list has.
    pub fn problems(&self, list: &str, lists: &Lists) -> Vec<String> {
        let seen = |(key, disagreement): (&String, &Disagreement)| {
            let Disagreement { what, value, count } = disagreement;
            (
                key.clone(),
                format!("{what} ({count} values, such as {value})"),
            )
        };
        lists.problems(list, &self.disagreements.iter().map(seen).collect())
    }

    /// How many values the two sides disagree about.
    pub fn disagreeing(&self) -> usize {
        self.disagreements
            .values()
            .map(|disagreement| disagreement.count)
            .sum()
    }
}

impl fmt::Display for Conformance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} values of {} bodies ({} bodies left out), {} of them valid: {} disagreements",
            self.instances,
            self.schemas,
            self.left_out.len(),
            self.valid,
            self.disagreeing(),
        )
    }
}
