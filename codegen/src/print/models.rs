//! The definitions and operations: a module per group of the API and one per operation in it, and `shared` for types of
//! several groups. Knows the plan only.

use crate::plan::{Definition, FileId, Holds, Item, Plan, TypeId};

use super::scope::{Imports, Scope};
use super::{
    Child, Feature, Half, Module, Printer, Unprintable, enums, operation, root, structs, syntax,
    unions,
};

/// Definitions that one thread builds and prints at a time.
const CHUNK: usize = 32;

/// The half that is always there.
pub(super) struct Models;

impl Half for Models {
    fn feature(&self) -> Option<Feature> {
        None
    }

    /// Each group, its operations after it; the shared ones at the end.
    fn modules(&self, printer: &Printer<'_>) -> Result<Vec<Module>, Unprintable> {
        let plan = printer.plan;
        let mut modules: Vec<(FileId, Module)> = Vec::new();
        let mut chunks = print_chunks(plan)?.into_iter().peekable();
        for (id, _) in plan.files() {
            let own = std::iter::from_fn(|| chunks.next_if(|chunk| chunk.file == id));
            modules.push((id, module(printer, id, own.collect())));
        }
        // In the order of their paths a module comes before those in it.
        modules.sort_by(|a, b| a.1.path.cmp(&b.1.path));
        let mut modules: Vec<Module> = modules.into_iter().map(|(_, module)| module).collect();
        modules.extend(root::shared(plan));
        Ok(modules)
    }
}

/// A file of definitions.
fn module(printer: &Printer<'_>, id: FileId, chunks: Vec<Chunk>) -> Module {
    let plan = printer.plan;
    let file = plan.file(id);
    let children = match &file.holds {
        Holds::Group(group) => {
            let operations = plan.group(*group).operations.iter();
            let mut idents: Vec<&str> = operations
                .map(|index| plan.file(plan.file_of_operation(*index)).ident())
                .collect();
            idents.sort_unstable();
            idents.into_iter().map(Child::public).collect()
        }
        Holds::Operation(_) | Holds::Shared(_) => Vec::new(),
    };
    let mut imports = Imports::new();
    for chunk in &chunks {
        for (module, names) in &chunk.imports {
            let known = imports.entry(module.clone()).or_default();
            known.extend(names.iter().cloned());
        }
    }
    let mut text = String::new();
    if !imports.is_empty() {
        text.push('\n');
    }
    text.push_str(&super::imports::imports(&imports, &[]));
    text.push_str(&exports(plan, id));
    for chunk in &chunks {
        text.push_str(&chunk.data);
    }
    for chunk in &chunks {
        text.push_str(&chunk.code);
    }
    let models: Vec<&String> = chunks.iter().flat_map(|chunk| &chunk.models).collect();
    if !models.is_empty() {
        text.push_str("\nkibana_runtime::serde_impls!(\n");
        for model in models {
            text.push_str(&format!("    {model},\n"));
        }
        text.push_str(");\n");
    }
    Module {
        path: file.module.clone(),
        head: root::head(printer, id),
        children,
        text,
    }
}

/// What a group shows of shared files.
fn exports(plan: &Plan<'_>, id: FileId) -> String {
    let file = plan.file(id);
    let lines = file.exports.iter().map(|(shared, name)| {
        let there = plan.file_of(*shared).map(|there| &plan.file(there).module);
        let there = there.map_or_else(String::new, |there| plan.path_between(&file.module, there));
        let (own, name) = (syntax::ident(plan.name(*shared)), syntax::ident(name));
        match own == name {
            true => format!("pub use {there}::{own};\n"),
            false => format!("pub use {there}::{own} as {name};\n"),
        }
    });
    let mut lines: Vec<String> = lines.collect();
    if lines.is_empty() {
        return String::new();
    }
    lines.sort();
    format!("\n{}", lines.concat())
}

/// Some definitions of one file, printed.
struct Chunk {
    file: FileId,
    imports: Imports,
    /// What a reader looks for: types, and how they are made.
    data: String,
    /// How they are read and written.
    code: String,
    /// Types that serde's traits are implemented for.
    models: Vec<String>,
}

/// Builds and prints everything, in the order of the files. Chunks are independent, so every processor takes the next
/// one that is left.
fn print_chunks(plan: &Plan<'_>) -> Result<Vec<Chunk>, Unprintable> {
    let mut jobs: Vec<(FileId, &[TypeId], Option<usize>)> = Vec::new();
    for (id, file) in plan.files() {
        if let Holds::Operation(index) = file.holds {
            jobs.push((id, &[], Some(index)));
        }
        let chunks = file.types.chunks(CHUNK);
        jobs.extend(chunks.map(|types| (id, types, None)));
    }
    let chunks = super::parallel::in_parallel(&jobs, |(file, types, operation)| match operation {
        Some(index) => operation_chunk(plan, *file, *index),
        None => Ok(chunk(plan, *file, types)),
    });
    chunks.into_iter().collect()
}

/// What an operation takes and answers.
fn operation_chunk(plan: &Plan<'_>, file: FileId, index: usize) -> Result<Chunk, Unprintable> {
    let scope = Scope::new(plan, file);
    let operation = plan.operation(index);
    let what = plan.file(file).path();
    let (data, code) = operation::items(&what, &scope, operation)?;
    Ok(Chunk {
        file,
        data,
        code,
        imports: scope.into_imports(),
        models: Vec::new(),
    })
}

fn chunk(plan: &Plan<'_>, file: FileId, types: &[TypeId]) -> Chunk {
    let scope = Scope::new(plan, file);
    let mut chunk = Chunk {
        file,
        imports: Imports::new(),
        data: String::new(),
        code: String::new(),
        models: Vec::new(),
    };
    for id in types {
        let definition = plan.definition(*id);
        let (data, code) = items(&scope, &definition);
        for (text, items) in [(&mut chunk.data, data), (&mut chunk.code, code)] {
            for item in items {
                text.push('\n');
                text.push_str(&item);
            }
        }
        if !matches!(definition.item, Item::SameAs(_) | Item::Alias(_)) {
            let name = syntax::ident(&definition.ident);
            chunk.models.push(name.to_string());
        }
    }
    chunk.imports = scope.into_imports();
    chunk
}

/// The items of a definition, each as text: the type with how it is made, and how it is read and written.
fn items(scope: &Scope<'_>, definition: &Definition) -> (Vec<String>, Vec<String>) {
    let ident = &definition.ident;
    let printed = |items: Vec<syn::Item>| items.into_iter().map(syntax::print).collect();
    match &definition.item {
        Item::SameAs(same) => {
            let same = scope.definition(*same);
            let place = definition.docs.join(" ");
            let docs = syntax::docs(&[format!("The same as [`{same}`]. {place}")]);
            let item = syntax::item_type(docs, ident, syntax::named(&same));
            (printed(vec![item]), Vec::new())
        }
        Item::Alias(ty) => {
            let docs = syntax::docs(&definition.docs);
            let item = syntax::item_type(docs, ident, scope.ty(ty));
            (printed(vec![item]), Vec::new())
        }
        Item::Struct(object) => (
            printed(structs::data(scope, definition, object)),
            printed(structs::code(scope, definition, object)),
        ),
        Item::Union(union) => (
            printed(vec![unions::data(scope, definition, union)]),
            printed(unions::code(scope, definition, union)),
        ),
        Item::Enum(values) => (
            printed(vec![enums::item(scope, definition, values)]),
            vec![enums::implementation(definition, values)],
        ),
    }
}
