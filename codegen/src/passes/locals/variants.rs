//! Names of the members of unions. Knows the IR only.
//!
//! A component gives its name, without the words that all components of the union share. Another member is called
//! after its title, its tag, its JSON type, or a property that only it requires: the first that tells it apart.

use std::collections::{HashMap, HashSet};

use crate::ir::{
    Decision, Kind, Member, Place, Presence, Shape, Struct, TagValue, Type, TypeDef, TypeId, Types,
    Union,
};
use crate::naming::words::{numbered, pascal, words};
use crate::passes::place;

/// Titles longer than this are sentences.
const LONGEST_TITLE: usize = 40;

/// The names of the members of every union, by the index of the definition.
pub(crate) fn names(types: &Types) -> Vec<Vec<String>> {
    let name = |(id, definition): (TypeId, &TypeDef)| match &definition.shape {
        Shape::Union(union) => member_names(types, id, union),
        _ => Vec::new(),
    };
    types.iter().map(name).collect()
}

fn member_names(types: &Types, id: TypeId, union: &Union) -> Vec<String> {
    let candidates = if place::scalar_union_name(&types[id].shape).is_some() {
        let kinds = union.members.iter().map(|m| kind_word(types, &m.ty));
        kinds.map(|word| vec![word]).collect()
    } else {
        candidates(types, id, union)
    };
    choose(&candidates)
}

/// Gives each member its first candidate that no other member has.
///
/// Members that want the same name all go on to their next candidate, so that their order does not matter;
/// only members without any name of their own are numbered.
fn choose(candidates: &[Vec<String>]) -> Vec<String> {
    let mut at = vec![0; candidates.len()];
    loop {
        let mut wanted: HashMap<&str, usize> = HashMap::new();
        for (list, position) in candidates.iter().zip(&at) {
            *wanted.entry(&list[*position]).or_default() += 1;
        }
        let mut moved = false;
        for (list, position) in candidates.iter().zip(&mut at) {
            if wanted[list[*position].as_str()] > 1 && *position + 1 < list.len() {
                *position += 1;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    let wanted: Vec<&String> = candidates
        .iter()
        .zip(at)
        .map(|(list, i)| &list[i])
        .collect();
    let mut taken: HashSet<String> = wanted.iter().map(|name| (*name).clone()).collect();
    let mut seen: HashSet<&str> = HashSet::new();
    let mut names = Vec::with_capacity(wanted.len());
    for name in wanted {
        if seen.insert(name) {
            names.push(name.clone());
            continue;
        }
        let free = numbered(name).find(|candidate| !taken.contains(candidate));
        let free = free.unwrap_or_default();
        taken.insert(free.clone());
        names.push(free);
    }
    names
}

/// What each member could be called, best first; never empty.
fn candidates(types: &Types, id: TypeId, union: &Union) -> Vec<Vec<String>> {
    let tags = tags(union);
    let properties = Properties::of(types, union);
    let components: Vec<Option<Vec<String>>> = union
        .members
        .iter()
        .map(|member| component(types, &member.ty).map(words))
        .collect();
    let (prefix, suffix) = match components.iter().flatten().count() {
        1 => (words_of_owner(types, id, &components), 0),
        _ => shared_words(&components),
    };
    let mut all = Vec::with_capacity(union.members.len());
    for (index, member) in union.members.iter().enumerate() {
        let mut names = Vec::new();
        if let Some(name) = &components[index] {
            names.push(pascal(&name[prefix..name.len() - suffix]));
            names.push(pascal(name));
        } else {
            names.extend(title(types, member.docs.title.as_deref(), &member.ty));
            names.extend(tag(types, &member.ty, &tags[index]));
            names.push(kind_word(types, &member.ty));
            names.extend(item_word(types, &member.ty));
            let own = properties.own(types, &member.ty);
            names.extend(own.or_else(|| nested_property(types, union, index)));
        }
        all.push(names.into_iter().map(usable).collect());
    }
    all
}

fn usable(name: String) -> String {
    if name == "Self" {
        "SelfValue".to_string()
    } else {
        name
    }
}

fn component<'a>(types: &'a Types, ty: &Type) -> Option<&'a str> {
    match ty.kind {
        Kind::Named(id) => match &types[id].place {
            Place::Component(name) => Some(name),
            _ => None,
        },
        _ => None,
    }
}

/// How many words at the start the only component among the members has in common with the component that
/// the union stands in: usually those of an API that puts them before all its names.
fn words_of_owner(types: &Types, id: TypeId, components: &[Option<Vec<String>>]) -> usize {
    let (place::Root::Component(owner), Some(name)) = (
        place::way(types, id).root,
        components.iter().flatten().next(),
    ) else {
        return 0;
    };
    let same = words(owner)
        .iter()
        .zip(name)
        .take_while(|(a, b)| a == b)
        .count();
    let prefix = same.min(name.len() - 1);
    let digits = name[prefix].starts_with(|c: char| c.is_ascii_digit());
    if digits {
        prefix.saturating_sub(1)
    } else {
        prefix
    }
}

/// How many words at the start and at the end all components have in common, leaving some of each.
fn shared_words(components: &[Option<Vec<String>>]) -> (usize, usize) {
    let names: Vec<&Vec<String>> = components.iter().flatten().collect();
    let [first, others @ ..] = names.as_slice() else {
        return (0, 0);
    };
    if others.is_empty() {
        return (0, 0);
    }
    let shortest = names.iter().map(|name| name.len()).min().unwrap_or(0);
    let same = |a: &dyn Fn(&Vec<String>) -> String| others.iter().all(|name| a(name) == a(first));
    let mut prefix = 0;
    while prefix + 1 < shortest && same(&|name| name[prefix].clone()) {
        prefix += 1;
    }
    let mut suffix = 0;
    while prefix + suffix + 1 < shortest && same(&|name| name[name.len() - 1 - suffix].clone()) {
        suffix += 1;
    }
    // `V1` and `V2` say more than `1` and `2`.
    let digits = |name: &&&Vec<String>| name[prefix].starts_with(|c: char| c.is_ascii_digit());
    if prefix > 0 && names.iter().any(|name| digits(&name)) {
        prefix -= 1;
    }
    (prefix, suffix)
}

fn title(types: &Types, own: Option<&str>, ty: &Type) -> Option<String> {
    let of_definition = || match ty.kind {
        Kind::Named(id) => types[id].docs.title.as_deref(),
        _ => None,
    };
    let title = own.or_else(of_definition)?.trim();
    let usable = title.len() <= LONGEST_TITLE && title.contains(char::is_alphabetic);
    usable.then(|| pascal(&words(title)))
}

/// The values that lead to one member only, by member.
fn tags(union: &Union) -> Vec<Vec<String>> {
    let mut tags = vec![Vec::new(); union.members.len()];
    let mut add = |member: usize, name: String| {
        if let Some(names) = tags.get_mut(member)
            && !names.contains(&name)
        {
            names.push(name);
        }
    };
    if let Some(discriminator) = &union.discriminator {
        for (value, member) in &discriminator.mapping {
            add(*member, pascal(&words(value)));
        }
    }
    collect_tags(&union.decision, &mut add);
    tags
}

fn collect_tags(decision: &Decision, add: &mut impl FnMut(usize, String)) {
    match decision {
        Decision::Undecided | Decision::Leaf(_) => {}
        Decision::Kind(arms) | Decision::PropertyKind { arms, .. } => {
            for (_, arm) in arms {
                collect_tags(arm, add);
            }
        }
        Decision::Tag { path, arms, .. } => {
            for (value, arm) in arms {
                match arm {
                    Decision::Leaf(members) if members.len() == 1 => {
                        add(members[0], tag_name(path.last(), value));
                    }
                    other => collect_tags(other, add),
                }
            }
        }
        Decision::Key {
            present, absent, ..
        } => {
            collect_tags(present, add);
            collect_tags(absent, add);
        }
        Decision::FirstItem { item, .. } => collect_tags(item, add),
    }
}

/// A string says enough; `true` and `1` need the property.
fn tag_name(property: Option<&String>, value: &TagValue) -> String {
    let mut name = Vec::new();
    let constant = match value {
        TagValue::String(text) => return pascal(&words(text)),
        TagValue::Boolean(value) => value.to_string(),
        TagValue::Integer(value) => value.to_string(),
    };
    if let Some(property) = property {
        name.extend(words(property));
    }
    name.extend(words(&constant));
    pascal(&name)
}

/// The tag of a member: the only value that leads to it, or the only value of one of its properties.
fn tag(types: &Types, ty: &Type, tags: &[String]) -> Option<String> {
    match tags {
        [only] => return Some(only.clone()),
        [_, _, ..] => return None,
        [] => {}
    }
    let object = object(types, ty)?;
    let mut required = object
        .fields
        .iter()
        .filter(|field| field.presence == Presence::Required);
    required.find_map(|field| only_string(types, &field.ty))
}

fn only_string(types: &Types, ty: &Type) -> Option<String> {
    let Kind::Named(id) = ty.kind else {
        return None;
    };
    match &types[id].shape {
        Shape::Enum(list) if list.variants.len() == 1 => {
            Some(pascal(&words(&list.variants[0].value)))
        }
        _ => None,
    }
}

fn object<'a>(types: &'a Types, ty: &Type) -> Option<&'a Struct> {
    let Kind::Named(id) = ty.kind else {
        return None;
    };
    match &types[id].shape {
        Shape::Struct(object) => Some(object),
        _ => None,
    }
}

fn kind_word(types: &Types, ty: &Type) -> String {
    let word = match &ty.kind {
        Kind::Any { .. } => "Any",
        Kind::Null => "Null",
        Kind::Never => "Never",
        Kind::Boolean { only: None } => "Boolean",
        Kind::Boolean { only: Some(true) } => "True",
        Kind::Boolean { only: Some(false) } => "False",
        Kind::Integer(_) => "Integer",
        Kind::Number(_) => "Number",
        Kind::String(_) => "String",
        Kind::Base64 => "Base64",
        Kind::Binary(_) => "Bytes",
        Kind::Object(_) => "Object",
        Kind::Map(..) => "Map",
        Kind::Array(_) => "Array",
        Kind::OneOrMany(..) => "OneOrMany",
        Kind::Replaced(path) => return pascal(&words(path.rsplit("::").next().unwrap_or(path))),
        Kind::Named(id) => return definition_word(types, *id),
    };
    word.to_string()
}

fn definition_word(types: &Types, id: TypeId) -> String {
    match &types[id].shape {
        Shape::Struct(_) => "Object".to_string(),
        Shape::Union(_) => "Union".to_string(),
        Shape::Enum(list) => match list.variants.as_slice() {
            [only] => pascal(&words(&only.value)),
            _ => "Enum".to_string(),
        },
        Shape::Alias(ty) => match ty.kind {
            // Not followed further, so that aliases in a circle end.
            Kind::Named(_) => "Alias".to_string(),
            _ => kind_word(types, ty),
        },
    }
}

/// What an array or a map holds, or a text's format: `ArrayOfString`, `StringDateTime`.
fn item_word(types: &Types, ty: &Type) -> Option<String> {
    let (outer, inner) = match &ty.kind {
        Kind::Array(array) => ("ArrayOf", &*array.items),
        Kind::Map(values, _) => ("MapOf", &**values),
        Kind::OneOrMany(items, _) => ("OneOrManyOf", &**items),
        Kind::String(text) => {
            let format = text.format.as_ref()?;
            return Some(format!("String{}", pascal(&words(format))));
        }
        _ => return None,
    };
    let inner = match component(types, inner) {
        Some(name) => pascal(&words(name)),
        None => kind_word(types, inner),
    };
    Some(format!("{outer}{inner}"))
}

/// How many members require and how many declare each property.
#[derive(Default)]
struct Properties<'a> {
    required: HashMap<&'a str, usize>,
    declared: HashMap<&'a str, usize>,
}

impl<'a> Properties<'a> {
    fn of(types: &'a Types, union: &Union) -> Self {
        let mut counts = Self::default();
        for object in union.members.iter().filter_map(|m| object(types, &m.ty)) {
            for field in &object.fields {
                *counts.declared.entry(&field.wire).or_default() += 1;
                if field.presence == Presence::Required {
                    *counts.required.entry(&field.wire).or_default() += 1;
                }
            }
        }
        counts
    }

    /// The first property that only this member requires, else the first that only this member has.
    fn own(&self, types: &Types, ty: &Type) -> Option<String> {
        let fields = &object(types, ty)?.fields;
        let alone = |counts: &HashMap<&str, usize>, wire: &str| counts.get(wire) == Some(&1);
        let field = fields
            .iter()
            .find(|f| f.presence == Presence::Required && alone(&self.required, &f.wire))
            .or_else(|| fields.iter().find(|f| alone(&self.declared, &f.wire)))?;
        let mut name = vec!["with".to_string()];
        name.extend(words(&field.wire));
        Some(pascal(&name))
    }
}

/// The first property of a property that no other member has there.
fn nested_property(types: &Types, union: &Union, index: usize) -> Option<String> {
    let inner = |member: &Member, wire: &str| {
        let field = object(types, &member.ty)?
            .fields
            .iter()
            .find(|f| f.wire == wire)?;
        object(types, &field.ty)
    };
    let others = || {
        let members = union.members.iter().enumerate();
        members
            .filter(|(i, _)| *i != index)
            .map(|(_, member)| member)
    };
    for field in &object(types, &union.members[index].ty)?.fields {
        let Some(own) = object(types, &field.ty) else {
            continue;
        };
        let there: Vec<&Struct> = others().filter_map(|m| inner(m, &field.wire)).collect();
        let has = |object: &Struct, wire: &str| object.fields.iter().any(|f| f.wire == wire);
        let alone = |wire: &str| !there.iter().any(|object| has(object, wire));
        if let Some(found) = own.fields.iter().find(|f| alone(&f.wire)) {
            let mut name = vec!["with".to_string()];
            name.extend(words(&field.wire));
            name.extend(words(&found.wire));
            return Some(pascal(&name));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::choose;

    fn chosen(candidates: &[&[&str]]) -> Vec<String> {
        let lists = candidates.iter();
        let lists: Vec<Vec<String>> = lists
            .map(|list| list.iter().map(|name| (*name).to_string()).collect())
            .collect();
        choose(&lists)
    }

    #[test]
    fn members_that_want_one_name_all_go_on() {
        let names = chosen(&[&["A", "X"], &["A", "Y"], &["B"]]);
        assert_eq!(names, ["X", "Y", "B"]);
        // The second wish of one is the first of another.
        let names = chosen(&[&["A", "B", "X"], &["A", "Y"], &["B"]]);
        assert_eq!(names, ["X", "Y", "B"]);
    }

    #[test]
    fn only_members_without_a_name_of_their_own_are_numbered() {
        assert_eq!(chosen(&[&["A"], &["A"], &["A2"]]), ["A", "A3", "A2"]);
    }
}
