//! Documents to start from: the small ones of the tests, and each path of the large ones with what it reaches.

use std::collections::BTreeSet;
use std::fs;

use kibana_codegen::load::load;
use serde_json::{Map, Value, json};

use super::{mutation, random};
use crate::workspace;

/// A slice of a large document is left out when it is larger than this, in bytes of JSON: inputs have to be quick.
const MOST_BYTES: usize = 40_000;

/// Paths that are taken of one large document.
const MOST_SLICES: usize = 40;

/// Documents to start from.
#[derive(Debug)]
pub struct Corpus {
    texts: Vec<Vec<u8>>,
    trees: Vec<Value>,
}

impl Corpus {
    /// Reads them; folders that are not there have none.
    pub fn load() -> Self {
        let mut corpus = Self {
            texts: Vec::new(),
            trees: Vec::new(),
        };
        let root = workspace::root();
        for folder in [
            "codegen/tests/cases",
            "codegen/tests/rejected",
            "tests/data",
        ] {
            let mut files: Vec<_> = fs::read_dir(root.join(folder))
                .into_iter()
                .flatten()
                .filter_map(|entry| Some(entry.ok()?.path()))
                .filter(|path| path.extension().is_some_and(|e| e == "yaml" || e == "json"))
                .collect();
            files.sort();
            for file in files {
                corpus.add(fs::read(file).unwrap_or_default());
            }
        }
        let mut large = vec![root.join("spec/kibana.yaml")];
        let real = workspace::REAL.iter().chain(&["kibana-dashboards.json"]);
        large.extend(real.map(|name| root.join("../shared/spec").join(name)));
        for file in large {
            if let Ok(document) = load("large.yaml", &fs::read(file).unwrap_or_default()) {
                corpus.trees.extend(slices(&document.root));
            }
        }
        corpus
    }

    fn add(&mut self, text: Vec<u8>) {
        if let Ok(document) = load("small.yaml", &text) {
            self.trees.push(document.root.clone());
        }
        self.texts.push(text);
    }

    /// An input: the name of its file, and its bytes.
    pub fn input(&self, seed: u64, number: u64) -> (&'static str, Vec<u8>) {
        let mut random = random(seed, number);
        if self.texts.is_empty() || self.trees.is_empty() {
            return ("input.yaml", Vec::new());
        }
        if random.below(12) == 0 {
            let mut text = self.texts[random.below(self.texts.len())].clone();
            mutation::bytes(&mut text, &mut random);
            return ("input.yaml", text);
        }
        let mut tree = self.trees[random.below(self.trees.len())].clone();
        for _ in 0..=random.below(5) {
            let other = &self.trees[random.below(self.trees.len())];
            mutation::tree(&mut tree, other, &mut random);
        }
        let mut text = tree.to_string().into_bytes();
        if random.below(40) == 0 {
            mutation::bytes(&mut text, &mut random);
        }
        ("input.json", text)
    }
}

/// One document per path, with the components that it reaches.
fn slices(root: &Value) -> Vec<Value> {
    let paths = root["paths"].as_object();
    let count = paths.map_or(0, Map::len);
    let step = count.div_ceil(MOST_SLICES).max(1);
    let chosen = paths.into_iter().flatten().step_by(step);
    chosen
        .map(|(path, item)| slice(root, path, item))
        .filter(|slice| slice.to_string().len() < MOST_BYTES)
        .collect()
}

fn slice(root: &Value, path: &str, item: &Value) -> Value {
    let mut components: Map<String, Value> = Map::new();
    let mut met = BTreeSet::new();
    let mut open = references(item);
    while let Some(reference) = open.pop() {
        let Some(pointer) = reference.strip_prefix('#') else {
            continue;
        };
        let parts: Vec<&str> = pointer.split('/').skip(1).collect();
        let ["components", kind, name] = parts.as_slice() else {
            continue;
        };
        if let Some(target) = root
            .pointer(pointer)
            .filter(|_| met.insert(reference.clone()))
        {
            open.extend(references(target));
            let kind = components.entry(*kind).or_insert_with(|| json!({}));
            kind[*name] = target.clone();
        }
    }
    json!({
        "openapi": root["openapi"],
        "info": { "title": "slice", "version": "1" },
        "paths": { path: item },
        "components": components,
    })
}

/// The references in a value. (A list of what is open, not a recursion.)
fn references(value: &Value) -> Vec<String> {
    let (mut found, mut open) = (Vec::new(), vec![value]);
    while let Some(value) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(entries) => {
                found.extend(
                    entries
                        .get("$ref")
                        .and_then(Value::as_str)
                        .map(String::from),
                );
                open.extend(entries.values());
            }
            _ => {}
        }
    }
    found
}
