//! The modules of a crate and what they use of each other, read from its source. Knows Rust, nothing of what the
//! modules are for.
//!
//! An *arrow* goes from the file that uses an item to the file that defines it, wherever it was named from: what a
//! module shows of its children (`pub use`) is theirs. Tests are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::punctuated::Punctuated;

/// A name may be shown by a module that another one shows, and so on, but not this often.
const DEPTH: usize = 16;

/// Where a module stands in its crate: `["passes", "unions"]`; empty for the root.
pub(crate) type Place = Vec<String>;

/// A module that is a file.
pub(crate) struct Module {
    /// The file, below the root of the crate.
    pub(crate) file: String,
    /// Its `//!` lines, as one text.
    pub(crate) head: String,
    /// The names that it defines.
    defines: BTreeSet<String>,
    /// The names that `use` brings, and what they stand for.
    imports: Vec<Import>,
    /// Every path in its code, as written.
    mentions: Vec<Vec<String>>,
}

/// One name of a `use`.
struct Import {
    path: Vec<String>,
    /// `None` for `*`.
    name: Option<String>,
    /// Shown to others, so no use of its own.
    shown: bool,
}

/// All modules of a crate.
pub(crate) struct Crate {
    modules: BTreeMap<Place, Module>,
}

/// What a path leads to.
enum Target {
    /// An item, or everything (`*`), of a module.
    Of(Place, String),
    /// Another crate.
    Outside(String),
}

/// The arrows of one module: the module or crate that is used, with the names that are taken.
#[derive(Default)]
pub(crate) struct Arrows {
    /// Modules of the same crate.
    pub(crate) inside: BTreeMap<Place, BTreeSet<String>>,
    /// Other crates.
    pub(crate) outside: BTreeSet<String>,
}

impl Crate {
    /// Reads a crate from the folder of its `lib.rs`.
    pub(crate) fn read(source: &Path) -> Crate {
        let mut modules = BTreeMap::new();
        read_module(source, &source.join("lib.rs"), Vec::new(), &mut modules);
        Crate { modules }
    }

    pub(crate) fn modules(&self) -> impl Iterator<Item = (&Place, &Module)> {
        self.modules.iter()
    }

    pub(crate) fn module(&self, place: &[String]) -> &Module {
        &self.modules[place]
    }

    /// The modules of its crate that the module at a place names, and the other crates. What a module shows of others
    /// counts as its own, except at the root, which shows all.
    pub(crate) fn named(&self, place: &Place) -> Arrows {
        let mut arrows = Arrows::default();
        for path in self.paths(place) {
            let Some(absolute) = self.absolute(place, &path, 0) else {
                continue;
            };
            let modules = (0..=absolute.len())
                .rev()
                .map(|length| absolute[..length].to_vec());
            let mut modules = modules.filter(|module| self.modules.contains_key(module));
            let (other, name) = match modules.next() {
                Some(module) if !module.is_empty() => (module.clone(), absolute.get(module.len())),
                _ => match self.resolve(place, &path, 0) {
                    Some(Target::Of(other, _)) => (other, absolute.last()),
                    _ => continue,
                },
            };
            let names = arrows.inside.entry(other).or_default();
            names.extend(name.cloned());
        }
        arrows.outside = self.arrows(place).outside;
        arrows
    }

    /// A path of a module from the root of the crate; `None` for what is not of this crate or of no other module.
    fn absolute(&self, place: &Place, path: &[String], depth: usize) -> Option<Vec<String>> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => Some(rest.to_vec()),
            "self" => Some([place.as_slice(), rest].concat()),
            "super" => self.absolute(
                &place[..place.len().checked_sub(1)?].to_vec(),
                &own(rest),
                depth,
            ),
            name if self.child(place, name).is_some() => Some([place.as_slice(), path].concat()),
            name => {
                let mut imports = self.modules[place].imports.iter();
                let import = imports.find(|import| {
                    import.name.as_deref() == Some(name) && import.path[0] != name
                })?;
                let whole = [import.path.as_slice(), rest].concat();
                (depth < DEPTH).then(|| self.absolute(place, &whole, depth + 1))?
            }
        }
    }

    /// Every path that a module uses.
    fn paths(&self, place: &Place) -> Vec<Vec<String>> {
        let module = &self.modules[place];
        let used = module.imports.iter().filter(|import| !import.shown);
        let used = used.map(|import| match import.name {
            Some(_) => import.path.clone(),
            None => [import.path.as_slice(), &["*".to_owned()]].concat(),
        });
        used.chain(module.mentions.iter().cloned()).collect()
    }

    /// What the module at a place uses.
    pub(crate) fn arrows(&self, place: &Place) -> Arrows {
        let mut arrows = Arrows::default();
        for path in self.paths(place) {
            match self.resolve(place, &path, 0) {
                Some(Target::Of(other, name)) if other != *place => {
                    arrows.inside.entry(other).or_default().insert(name);
                }
                Some(Target::Outside(name)) => {
                    arrows.outside.insert(name);
                }
                _ => {}
            }
        }
        arrows
    }

    /// Where a path that stands in a module leads; `None` when it names nothing of this crate (or a module as a whole).
    fn resolve(&self, place: &Place, path: &[String], depth: usize) -> Option<Target> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => self.walk(Vec::new(), rest, depth),
            "self" => self.walk(place.clone(), rest, depth),
            "super" => self.resolve(
                &place[..place.len().checked_sub(1)?].to_vec(),
                &own(rest),
                depth,
            ),
            _ => {
                let found = self.walk(place.clone(), path, depth);
                let unknown = !self.names(place, first);
                found.or_else(|| unknown.then(|| Target::Outside(first.clone())))
            }
        }
    }

    /// Whether a module has a name for something.
    fn names(&self, place: &Place, name: &str) -> bool {
        let module = &self.modules[place];
        let imported = |import: &Import| import.name.as_deref() == Some(name);
        module.defines.contains(name)
            || module.imports.iter().any(imported)
            || self.child(place, name).is_some()
    }

    fn child(&self, place: &Place, name: &str) -> Option<Place> {
        let child = [place.as_slice(), &[name.to_owned()]].concat();
        self.modules.contains_key(&child).then_some(child)
    }

    /// Where a path leads that starts in a module.
    fn walk(&self, place: Place, path: &[String], depth: usize) -> Option<Target> {
        let (name, rest) = path.split_first()?;
        if depth > DEPTH {
            return None;
        }
        if name == "*" {
            return Some(Target::Of(place, name.clone()));
        }
        let module = &self.modules[&place];
        let defined = module.defines.contains(name);
        match self.child(&place, name) {
            Some(child) => return self.walk(child, rest, depth),
            _ if defined => return Some(Target::Of(place, name.clone())),
            _ => {}
        }
        let named = module
            .imports
            .iter()
            .filter(|import| import.name.as_ref() == Some(name));
        for import in named {
            let whole = [import.path.as_slice(), rest].concat();
            if whole.first() != Some(name)
                && let Some(found) = self.resolve(&place, &whole, depth + 1)
            {
                return Some(found);
            }
        }
        let all = module.imports.iter().filter(|import| import.name.is_none());
        all.filter_map(|import| {
            self.resolve(&place, &[import.path.as_slice(), path].concat(), depth + 1)
        })
        .find(|found| matches!(found, Target::Of(..)))
    }

    /// The circles among modules: sets of modules of which each reaches each.
    pub(crate) fn circles(&self) -> Vec<Vec<Place>> {
        let arrows = self
            .modules
            .keys()
            .map(|place| (place, self.arrows(place).inside));
        let arrows: BTreeMap<&Place, BTreeMap<Place, BTreeSet<String>>> = arrows.collect();
        let reached = |from: &Place| {
            let mut seen = BTreeSet::new();
            let mut open: Vec<&Place> = arrows[from].keys().collect();
            while let Some(next) = open.pop() {
                if seen.insert(next.clone()) {
                    open.extend(arrows[next].keys());
                }
            }
            seen
        };
        let reached: BTreeMap<&Place, BTreeSet<Place>> = arrows
            .keys()
            .map(|place| (*place, reached(place)))
            .collect();
        let mut circles: Vec<Vec<Place>> = Vec::new();
        for (place, others) in &reached {
            if !others.contains(*place) || circles.iter().flatten().any(|known| known == *place) {
                continue;
            }
            let both = |other: &&Place| reached[*other].contains(*place);
            circles.push(others.iter().filter(both).cloned().collect());
        }
        circles
    }
}

/// A path that continues in the module that was gone up to.
fn own(rest: &[String]) -> Vec<String> {
    match rest.first().map(String::as_str) {
        Some("super") => rest.to_vec(),
        _ => [&["self".to_owned()], rest].concat(),
    }
}

fn read_module(source: &Path, file: &Path, place: Place, modules: &mut BTreeMap<Place, Module>) {
    let text = fs::read_to_string(file).unwrap();
    let items = syn::parse_file(&text).unwrap().items;
    let head = text
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .map(str::trim);
    let head = head.collect::<Vec<_>>().join(" ");
    let shown = file
        .strip_prefix(source)
        .unwrap()
        .to_string_lossy()
        .replace('\\', "/");
    let mut module = Module {
        file: shown,
        head,
        defines: BTreeSet::new(),
        imports: Vec::new(),
        mentions: Vec::new(),
    };
    let mut children = Vec::new();
    for item in items.into_iter().filter(|item| !for_tests(item)) {
        if let syn::Item::Mod(syn::ItemMod {
            ident,
            content: None,
            ..
        }) = &item
        {
            children.push(ident.to_string());
            continue;
        }
        module.defines.extend(defined(&item));
        module.read_tokens(quote::ToTokens::to_token_stream(&item));
    }
    modules.insert(place.clone(), module);
    for name in children {
        let folder = folder_of(file);
        let candidates = [
            folder.join(format!("{name}.rs")),
            folder.join(&name).join("mod.rs"),
        ];
        let found = candidates.iter().find(|path| path.exists()).unwrap();
        let child = [place.as_slice(), &[name]].concat();
        read_module(source, found, child, modules);
    }
}

/// The folder in which the children of a file stand.
fn folder_of(file: &Path) -> PathBuf {
    let name = file.file_stem().unwrap();
    match name == "mod" || name == "lib" {
        true => file.parent().unwrap().to_path_buf(),
        false => file.with_extension(""),
    }
}

fn for_tests(item: &syn::Item) -> bool {
    let attributes = match item {
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        _ => return false,
    };
    let attributes = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("cfg"));
    let mut conditions =
        attributes.filter_map(|attribute| attribute.parse_args::<syn::Meta>().ok());
    conditions.any(|condition| is_test(&condition))
}

/// Whether a condition is `test`, or `all(test, …)`.
fn is_test(condition: &syn::Meta) -> bool {
    let all = |list: &syn::MetaList| {
        let parse = Punctuated::<syn::Meta, syn::Token![,]>::parse_terminated;
        list.parse_args_with(parse)
            .is_ok_and(|conditions| conditions.iter().any(is_test))
    };
    match condition {
        syn::Meta::Path(path) => path.is_ident("test"),
        syn::Meta::List(list) => list.path.is_ident("all") && all(list),
        syn::Meta::NameValue(_) => false,
    }
}

/// The names that an item defines in its module.
fn defined(item: &syn::Item) -> Option<String> {
    let name = match item {
        syn::Item::Const(item) => &item.ident,
        syn::Item::Enum(item) => &item.ident,
        syn::Item::Fn(item) => &item.sig.ident,
        syn::Item::Macro(item) => item.ident.as_ref()?,
        syn::Item::Mod(item) => &item.ident,
        syn::Item::Static(item) => &item.ident,
        syn::Item::Struct(item) => &item.ident,
        syn::Item::Trait(item) => &item.ident,
        syn::Item::Type(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}

impl Module {
    /// Takes every `use` and every path from code, macros included.
    fn read_tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(group) => {
                    self.read_tokens(group.stream());
                    at += 1;
                }
                TokenTree::Ident(word) if word == "use" => at = self.read_use(&tokens, at),
                TokenTree::Ident(_) => at = self.read_path(&tokens, at),
                _ => at += 1,
            }
        }
    }

    /// Takes the `use` at an index; the index after it.
    fn read_use(&mut self, tokens: &[TokenTree], at: usize) -> usize {
        let length = tokens[at..].iter().position(|token| is(token, ';'));
        let Some(length) = length else {
            return at + 1;
        };
        let end = at + length + 1;
        let Ok(item) = syn::parse2::<syn::ItemUse>(tokens[at..end].iter().cloned().collect())
        else {
            return at + 1;
        };
        let before = tokens[..at].last();
        let shown = match before {
            Some(TokenTree::Ident(word)) => word == "pub",
            // `pub(crate)`
            Some(TokenTree::Group(_)) => {
                at >= 2 && matches!(&tokens[at - 2], TokenTree::Ident(word) if word == "pub")
            }
            _ => false,
        };
        self.read_tree(&item.tree, Vec::new(), shown);
        end
    }

    fn read_tree(&mut self, tree: &syn::UseTree, mut path: Vec<String>, shown: bool) {
        let name = match tree {
            syn::UseTree::Path(tree) => {
                path.push(tree.ident.to_string());
                return self.read_tree(&tree.tree, path, shown);
            }
            syn::UseTree::Group(tree) => {
                let branches = tree.items.iter();
                return branches.for_each(|branch| self.read_tree(branch, path.clone(), shown));
            }
            syn::UseTree::Name(tree) if tree.ident == "self" => path.last().cloned(),
            syn::UseTree::Name(tree) => {
                path.push(tree.ident.to_string());
                Some(tree.ident.to_string())
            }
            syn::UseTree::Rename(tree) => {
                if tree.ident != "self" {
                    path.push(tree.ident.to_string());
                }
                Some(tree.rename.to_string())
            }
            syn::UseTree::Glob(_) => None,
        };
        self.imports.push(Import { path, name, shown });
    }

    /// Takes the path that starts at an index, if it has more than one segment; the index after it.
    fn read_path(&mut self, tokens: &[TokenTree], at: usize) -> usize {
        let mut path = vec![tokens[at].to_string()];
        let mut end = at + 1;
        while let [colon, second, TokenTree::Ident(segment), ..] = &tokens[end..]
            && is(colon, ':')
            && is(second, ':')
        {
            path.push(segment.to_string());
            end += 3;
        }
        // What follows `.` is a method, and what follows `::` belongs to a type in `<…>`.
        let inner =
            at > 0 && (is(&tokens[at - 1], '.') || is(&tokens[at - 1], ':') && path.len() == 1);
        if path.len() > 1 && !inner {
            self.mentions.push(path);
        }
        end
    }
}

fn is(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}
