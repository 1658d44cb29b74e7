//! Every item that a comparison can name stands in the crate, where it says and with the type that it says.

use std::collections::BTreeMap;
use std::path::Path;

use quote::ToTokens;

use super::Touched;
use crate::analysis::analyse;
use crate::ir::{Api, Shape};
use crate::plan::Plan;
use crate::print::{self, Crate, Runtime};

#[test]
fn items_of_the_embedded_document_are_in_its_crate() {
    assert_found("spec/kibana.yaml");
}

#[test]
fn items_of_8_18_are_in_its_crate() {
    assert_found("../shared/spec/kibana-8.18.yaml");
}

#[test]
fn items_of_9_3_are_in_its_crate() {
    assert_found("../shared/spec/kibana-9.3.yaml");
}

fn assert_found(path: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    let Ok(text) = std::fs::read(&file) else {
        // Written past the capture of the test harness, so that a run without the documents says so.
        let line = format!("skipped: {path} not found\n");
        std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes()).ok();
        assert!(path.contains("shared"), "{path} is part of the repository");
        return;
    };
    let document = crate::load::load(path, &text).unwrap();
    let api = analyse(document, &Default::default()).api;
    let sources = Sources::of(&api);
    let plan = Plan::of_crate(&api);
    let items = all(&api);
    let texts: Vec<String> = items.iter().filter_map(|item| item.text(&plan)).collect();
    assert!(texts.len() > api.types.iter().count(), "{}", texts.len());
    let problems = texts.iter().filter_map(|text| sources.problem(text));
    let problems: Vec<String> = problems.collect();
    let shown = problems.iter().take(20);
    let shown: Vec<&str> = shown.map(String::as_str).collect();
    assert!(
        problems.is_empty(),
        "{} of {} items are not there:\n{}",
        problems.len(),
        texts.len(),
        shown.join("\n")
    );
}

/// Everything that a change of this API can touch.
fn all(api: &Api) -> Vec<Touched<'_>> {
    let mut items = Vec::new();
    for (id, definition) in api.types.iter() {
        items.push(Touched::Definition(id));
        match &definition.shape {
            Shape::Struct(object) => {
                let fields = object.fields.iter();
                items.extend(fields.map(|field| Touched::Field(id, field)));
            }
            Shape::Enum(list) => {
                let variants = list.variants.iter();
                items.extend(variants.map(|variant| Touched::Variant(id, variant)));
            }
            Shape::Union(_) | Shape::Alias(_) => {}
        }
    }
    for operation in &api.operations {
        items.push(Touched::Method(operation));
        items.push(Touched::Body(operation, None));
        let sent = operation.body.iter().flat_map(|body| &body.content);
        items.extend(sent.map(|content| Touched::Body(operation, Some(content))));
        for response in &operation.responses {
            items.push(Touched::Response(operation, response));
            let content = response.content.iter();
            items.extend(content.map(|content| Touched::Content(operation, content)));
            let headers = response.headers.iter();
            items.extend(headers.map(|header| Touched::Header(operation, response, header)));
        }
    }
    items
}

/// The crate as it is written, by the paths of its modules.
struct Sources {
    modules: BTreeMap<Vec<String>, Module>,
}

#[derive(Default)]
struct Module {
    items: BTreeMap<String, syn::Item>,
    /// What is shown under a name, and where it is written.
    shown: BTreeMap<String, Vec<String>>,
    /// The same of what the module only uses.
    used: BTreeMap<String, Vec<String>>,
}

impl Sources {
    fn of(api: &Api) -> Self {
        let package = Crate {
            name: "items".to_string(),
            runtime: Runtime::Version("0".to_string()),
            dependencies: BTreeMap::new(),
            own_workspace: false,
            command: String::new(),
            document: String::new(),
            seed: 0,
        };
        let files = print::print(api, &package).unwrap();
        let sources = files.iter().filter_map(|(path, file)| {
            let path = path.strip_prefix("src/")?.strip_suffix(".rs")?;
            let place = path.split('/').filter(|part| *part != "lib");
            let place: Vec<String> = place.map(str::to_string).collect();
            let parsed = syn::parse_file(&file.text).unwrap();
            let module = Module::of(&place, parsed.items);
            Some((place, module))
        });
        Self {
            modules: sources.collect(),
        }
    }

    /// Why an item such as `cases::Case.status: CaseStatus` is not found; `None` when it is.
    fn problem(&self, text: &str) -> Option<String> {
        let (place, ty) = match text.split_once(": ") {
            Some((place, ty)) => (
                place,
                Some(normal(&syn::parse_str::<syn::Type>(ty).unwrap())),
            ),
            None => (text, None),
        };
        let (path, field) = match place.split_once('.') {
            Some((path, field)) => (path, Some(field)),
            None => (place, None),
        };
        listed(path)
            .iter()
            .find_map(|path| match (self.find(path, field), &ty) {
                (None, _) => Some(format!("{text}: there is none")),
                (Some(found), Some(ty)) if found != *ty => Some(format!("{text}: it is {found}")),
                _ => None,
            })
    }

    /// The type of what stands at a path; empty for what has none.
    fn find(&self, path: &[&str], field: Option<&str>) -> Option<String> {
        let owned: Vec<String> = path.iter().map(|word| word.to_string()).collect();
        if let [group, operation] = path
            && self.modules.contains_key(&owned)
        {
            return self.has_method(group, operation).then(String::new);
        }
        let depth = (0..path.len()).rev();
        let mut modules = depth.filter(|depth| self.modules.contains_key(&owned[..*depth]));
        let at = modules.next()?;
        let item = self.item(&owned[..at], path.get(at)?)?;
        match (item, path.get(at + 1), field) {
            (syn::Item::Struct(item), None, Some(field)) => of_field(&item.fields, field),
            (syn::Item::Enum(item), Some(variant), field) => {
                let mut variants = item.variants.iter();
                let variant = variants.find(|other| other.ident == variant)?;
                match &variant.fields {
                    syn::Fields::Unit => field.is_none().then(String::new),
                    syn::Fields::Unnamed(fields) => {
                        let only = fields.unnamed.first().filter(|_| field.is_none())?;
                        Some(normal(&only.ty))
                    }
                    fields @ syn::Fields::Named(_) => match field {
                        Some(field) => of_field(fields, field),
                        None => of_field(fields, "body").or(Some(String::new())),
                    },
                }
            }
            (_, None, None) => Some(String::new()),
            (syn::Item::Type(alias), _, _) => {
                let mut whole = self.target(&owned[..at], &alias.ty)?;
                whole.extend_from_slice(&owned[at + 1..]);
                let whole: Vec<&str> = whole.iter().map(String::as_str).collect();
                self.find(&whole, field)
            }
            _ => None,
        }
    }

    /// Where the type stands that a module gives another name.
    fn target(&self, module: &[String], ty: &syn::Type) -> Option<Vec<String>> {
        let syn::Type::Path(ty) = ty else {
            return None;
        };
        let words = ty.path.segments.iter();
        let words: Vec<String> = words.map(|segment| segment.ident.to_string()).collect();
        if let [name] = &words[..]
            && let Some(path) = self.modules.get(module)?.used.get(name)
        {
            return Some(path.clone());
        }
        let mut path = module.to_vec();
        words.iter().for_each(|word| step(&mut path, word));
        Some(path)
    }

    /// A definition that stands, or is shown, in a module.
    fn item(&self, module: &[String], name: &str) -> Option<&syn::Item> {
        let module = self.modules.get(module)?;
        if let Some(item) = module.items.get(name) {
            return Some(item);
        }
        let (name, module) = module.shown.get(name)?.split_last()?;
        self.item(module, name)
    }

    fn has_method(&self, group: &str, operation: &str) -> bool {
        let server = self
            .modules
            .get(&["server".to_string(), group.to_string()][..]);
        let mut items = server.iter().flat_map(|module| module.items.values());
        items.any(|item| match item {
            syn::Item::Trait(item) => item.items.iter().any(
                |item| matches!(item, syn::TraitItem::Fn(method) if method.sig.ident == operation),
            ),
            _ => false,
        })
    }
}

impl Module {
    fn of(place: &[String], items: Vec<syn::Item>) -> Self {
        let mut module = Self::default();
        for item in items {
            let name = match &item {
                syn::Item::Enum(item) => &item.ident,
                syn::Item::Struct(item) => &item.ident,
                syn::Item::Trait(item) => &item.ident,
                syn::Item::Type(item) => &item.ident,
                syn::Item::Use(item) => {
                    let uses = match item.vis {
                        syn::Visibility::Public(_) => &mut module.shown,
                        _ => &mut module.used,
                    };
                    add_use(uses, place.to_vec(), &item.tree);
                    continue;
                }
                _ => continue,
            };
            module.items.insert(name.to_string(), item);
        }
        module
    }
}

/// Adds what a `use` brings, which is written relative to a module.
fn add_use(uses: &mut BTreeMap<String, Vec<String>>, mut path: Vec<String>, tree: &syn::UseTree) {
    match tree {
        syn::UseTree::Path(tree) => {
            step(&mut path, &tree.ident.to_string());
            add_use(uses, path, &tree.tree);
        }
        syn::UseTree::Name(tree) => {
            path.push(tree.ident.to_string());
            uses.insert(tree.ident.to_string(), path);
        }
        syn::UseTree::Rename(tree) => {
            path.push(tree.ident.to_string());
            uses.insert(tree.rename.to_string(), path);
        }
        syn::UseTree::Glob(_) => {}
        syn::UseTree::Group(group) => {
            for tree in &group.items {
                add_use(uses, path.clone(), tree);
            }
        }
    }
}

/// Goes on from a module by one word of a path.
fn step(path: &mut Vec<String>, word: &str) {
    match word {
        "super" => drop(path.pop()),
        "self" => {}
        "crate" => path.clear(),
        word => path.push(word.to_string()),
    }
}

/// The paths that a path such as `a::{B, C}` stands for.
fn listed(path: &str) -> Vec<Vec<&str>> {
    match path
        .strip_suffix('}')
        .and_then(|path| path.split_once("::{"))
    {
        Some((outer, last)) => {
            let outer: Vec<&str> = outer.split("::").collect();
            let last = last.split(", ");
            last.map(|last| [outer.clone(), vec![last]].concat())
                .collect()
        }
        None => vec![path.split("::").collect()],
    }
}

fn of_field(fields: &syn::Fields, name: &str) -> Option<String> {
    let mut fields = fields.iter();
    let field = fields.find(|field| field.ident.as_ref().is_some_and(|ident| ident == name))?;
    Some(normal(&field.ty))
}

/// A type by the last words of its paths.
fn normal(ty: &syn::Type) -> String {
    let text = ty.to_token_stream().to_string();
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut kept: Vec<&str> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let is_outer = words.get(at + 1) == Some(&"::") && words.get(at + 2) != Some(&"<");
        if !is_outer && *word != "::" {
            kept.push(word);
        }
    }
    kept.concat().replace(",>", ">")
}
