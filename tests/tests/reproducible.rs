//! Same input, same bytes: whenever, wherever and in whatever order the document is read. And one operation less
//! renames nothing else.
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use kibana_codegen::document::{Document, Source};
use kibana_codegen::plan::names::{self, Scope};
use kibana_codegen::settings::Settings;
use kibana_codegen::{Analysis, analyse};
use kibana_tests::tool::Tool;
use kibana_tests::tree::{self, Tree};
use kibana_tests::workspace;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

/// The documents that are tested: the invented one always, the real ones when they are there.
fn specs() -> Vec<PathBuf> {
    let real = workspace::REAL
        .iter()
        .filter_map(|name| workspace::real(name));
    real.chain([workspace::data("medium.yaml")]).collect()
}

/// Generates into `<dir>/<name>`, with a runtime crate beside it, so that the way to it is always the same.
fn generate(spec: &Path, dir: &Path, name: &str) -> PathBuf {
    let out = dir.join(name);
    let runtime = dir.join("runtime");
    let generate = Tool::codegen()
        .args("generate --spec")
        .arg(spec)
        .arg("--out")
        .arg(&out);
    generate.arg("--runtime").arg(runtime).run().expect(0);
    out
}

fn generated(spec: &Path) -> (TempDir, Tree<Vec<u8>>) {
    let dir = tempfile::tempdir().unwrap();
    let out = generate(spec, dir.path(), "api");
    let files = tree::bytes(&out).unwrap();
    assert!(files.len() > 5);
    (dir, files)
}

fn text_of(spec: &Path, text: &str) -> Tree<Vec<u8>> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(spec.file_name().unwrap());
    fs::write(&path, text).unwrap();
    tree::bytes(&generate(&path, dir.path(), "api")).unwrap()
}

#[test]
fn a_second_run_rewrites_nothing() {
    for spec in specs() {
        let (dir, files) = generated(&spec);
        let out = dir.path().join("api");
        let times = tree::times(&out).unwrap();
        generate(&spec, dir.path(), "api");
        assert_eq!(tree::times(&out).unwrap(), times);
        assert_eq!(tree::bytes(&out).unwrap(), files);
    }
}

#[test]
fn folders_do_not_show_in_the_crate() {
    for spec in specs() {
        let (_dir, files) = generated(&spec);
        // Another folder, another current folder, relative paths, another name of the file.
        let dir = tempfile::tempdir().unwrap();
        let here = dir.path().join("some where");
        fs::create_dir_all(here.join("in")).unwrap();
        fs::copy(&spec, here.join("in/other.yml")).unwrap();
        let command = "generate --spec in/other.yml --out ./x/../api --runtime runtime";
        fs::create_dir(here.join("x")).unwrap();
        Tool::codegen().args(command).within(&here).run().expect(0);
        let other = tree::bytes(&here.join("api")).unwrap();
        assert_eq!(tree::difference(&files, &other), [""; 0]);
    }
}

#[test]
fn ends_of_lines_do_not_show_in_the_crate() {
    for spec in specs() {
        let (_dir, files) = generated(&spec);
        let text = fs::read_to_string(&spec).unwrap();
        assert!(!text.contains('\r'));
        let other = text_of(&spec, &text.replace('\n', "\r\n"));
        assert_eq!(tree::difference(&files, &other), [""; 0]);
    }
}

#[test]
fn the_order_of_components_paths_and_tags_does_not_show_in_the_crate() {
    for spec in specs() {
        let (_dir, files) = generated(&spec);
        let mut document = read(&spec);
        shuffle_document(&mut document, &mut Random(7));
        let text = serde_yaml::to_string(&document).unwrap();
        let other = text_of(&spec, &text);
        assert_eq!(tree::difference(&files, &other), [""; 0]);
    }
}

#[test]
fn a_removed_operation_renames_nothing_else() {
    for spec in specs() {
        let document = read(&spec);
        let whole = names(&lowered(document.clone()));
        let operations = operations(&document);
        // All of a small document, a sample of a large one.
        let step = operations.len().div_ceil(15);
        for (path, method) in operations.into_iter().step_by(step) {
            let mut less = document.clone();
            let item = less["paths"][&path].as_object_mut().unwrap();
            item.shift_remove(&method).unwrap();
            let less = names(&lowered(less));
            assert!(!less.is_empty());
            for (pointer, paths) in &less {
                // A group that does not use a type any more does not show it.
                let known = whole
                    .get(pointer)
                    .is_some_and(|known| paths.is_subset(known));
                assert!(
                    known,
                    "without {method} {path}, {pointer} is {paths:?}, not {:?}",
                    whole.get(pointer)
                );
            }
        }
    }
}

#[test]
fn a_group_that_starts_to_use_a_type_of_another_changes_no_path_of_it() {
    for spec in specs() {
        let document = read(&spec);
        let before = lowered(document.clone());
        let whole = names(&before);
        let tags: Vec<&String> = before
            .api
            .modules
            .iter()
            .map(|module| &module.key)
            .collect();
        let schemas = document["components"]["schemas"].as_object().unwrap();
        // Components that have a path, spread over the document; each is used by a group that may be any.
        let known = |name: &&String| {
            whole
                .get(&pointer(name))
                .is_some_and(|paths| !paths.is_empty())
        };
        let known: Vec<&String> = schemas.keys().filter(known).collect();
        let step = known.len().div_ceil(8);
        let mut together = document.clone();
        for (index, name) in known.into_iter().step_by(step).enumerate() {
            let tag = tags[index * 7 % tags.len()];
            let mut more = document.clone();
            add_user(&mut more, index, tag, name);
            assert_still_there(&whole, &more, &format!("{tag} uses {name}"));
            add_user(&mut together, index, tag, name);
        }
        assert_still_there(&whole, &together, "all of them together");
    }
}

fn pointer(component: &str) -> String {
    let name = component.replace('~', "~0").replace('/', "~1");
    format!("/components/schemas/{name}")
}

/// Adds an operation to a group that takes and answers a component.
fn add_user(document: &mut Value, index: usize, tag: &str, component: &str) {
    let schema = json!({"$ref": format!("#{}", pointer(component))});
    let content = json!({"application/json": {"schema": schema}});
    let operation = json!({
        "tags": [tag],
        "requestBody": {"content": content},
        "responses": {"200": {"description": "Done.", "content": content}},
    });
    document["paths"][format!("/api/added/{index}/_do")] = json!({"post": operation});
}

/// Whether everything still has the paths that it had. It may have more: a group shows what it uses.
fn assert_still_there(whole: &BTreeMap<String, BTreeSet<String>>, more: &Value, what: &str) {
    let more = names(&lowered(more.clone()));
    assert!(more.len() > whole.len());
    for (pointer, paths) in whole {
        let now = more.get(pointer);
        let kept = now.is_some_and(|now| paths.is_subset(now));
        assert!(kept, "{what}: {pointer} is {now:?}, not {paths:?}");
    }
}

fn read(spec: &Path) -> Value {
    serde_yaml::from_str(&fs::read_to_string(spec).unwrap()).unwrap()
}

fn lowered(root: Value) -> Analysis {
    let document = Document::new(root, Source::new("less.yaml", ""));
    let analysis = analyse(document, &Settings::default());
    assert!(!analysis.diagnostics.has_errors());
    analysis
}

/// The public paths of all types, operations and groups of the crate, by their place in the document.
fn names(analysis: &Analysis) -> BTreeMap<String, BTreeSet<String>> {
    let api = &analysis.api;
    let (names, _) = names::names(api);
    let module = |index: usize| names.modules[index].ident.as_str();
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (module, own) in api.modules.iter().zip(&names.modules) {
        all.entry(module.key.clone())
            .or_default()
            .insert(own.ident.clone());
    }
    for (operation, own) in api.operations.iter().zip(&names.operations) {
        let path = format!("{}::{}", module(operation.module.0), own.ident);
        all.entry(operation.key()).or_default().insert(path);
    }
    for (id, definition) in api.types.iter() {
        // What was merged is called what took its place.
        let mut at = id;
        while names.types[at.0].scope == Scope::Nowhere
            && let Some(kept) = api.types[at].standing.target()
        {
            at = kept;
        }
        let own = &names.types[at.0];
        let paths = all.entry(definition.pointer.to_string()).or_default();
        match own.scope {
            Scope::Nowhere => {}
            Scope::Group(group) => _ = paths.insert(format!("{}::{}", module(group.0), own.ident)),
            Scope::Operation(index) => {
                let (group, operation) =
                    (api.operations[index].module, &names.operations[index].ident);
                paths.insert(format!("{}::{operation}::{}", module(group.0), own.ident));
            }
            Scope::Shared => {
                let exports = own.exports.iter();
                paths.extend(exports.map(|(group, name)| format!("{}::{name}", module(group.0))));
            }
        }
    }
    all
}

fn operations(document: &Value) -> Vec<(String, String)> {
    let methods = [
        "get", "put", "post", "delete", "options", "head", "patch", "trace",
    ];
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in methods.iter().filter(|method| item.get(**method).is_some()) {
            found.push((path.clone(), (*method).to_string()));
        }
    }
    found
}

/// Shuffles whatever has no order of its own: the keys at the top, components of every kind, paths, methods, tags.
fn shuffle_document(document: &mut Value, random: &mut Random) {
    let root = document.as_object_mut().unwrap();
    shuffle(root, random);
    if let Some(Value::Array(tags)) = root.get_mut("tags") {
        random.shuffle(tags);
    }
    for section in ["paths", "components"] {
        let section = root[section].as_object_mut().unwrap();
        shuffle(section, random);
        for entry in section.values_mut() {
            shuffle(entry.as_object_mut().unwrap(), random);
        }
    }
}

fn shuffle(map: &mut Map<String, Value>, random: &mut Random) {
    let mut entries: Vec<_> = std::mem::take(map).into_iter().collect();
    random.shuffle(&mut entries);
    map.extend(entries);
}

/// The same numbers on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        // Constants of Knuth's MMIX generator; its high bits are the good ones.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = self.0.wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for end in (1..list.len()).rev() {
            let other = self.below(end + 1);
            list.swap(end, other);
        }
    }
}
