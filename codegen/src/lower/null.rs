//! Whether `null` is a value of schemas that hold together.
//!
//! Each schema has a say: `nullable: true` lets null pass whatever the schema is made of, a `type` without it does not,
//! and a union does when a member does. One that refuses is enough.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::Lowerer;
use super::merged::{Conjunction, is_never};
use super::union::is_null;
use crate::parse::Node;
use crate::pointer::Pointer;

/// Unions inside unions that are looked into; only what leads back to itself goes deeper.
const MOST_NESTED: usize = 32;

/// What is known of unions: in the midst of looking into one, it has no say.
type Unions = HashMap<Pointer, Option<bool>>;

impl<'d> Lowerer<'d> {
    /// Whether `null` satisfies a conjunction; `None` when it says nothing about types.
    pub(super) fn takes_null(&self, conjunction: &Conjunction<'d>) -> Option<bool> {
        let mut known = Unions::new();
        known.extend(
            conjunction
                .settled
                .iter()
                .map(|union| (union.clone(), None)),
        );
        self.all_take_null(&conjunction.nodes, &mut known, 0)
    }

    fn all_take_null(&self, nodes: &[Node<'d>], known: &mut Unions, depth: usize) -> Option<bool> {
        let mut verdict = None;
        let mut met = HashSet::new();
        let mut open = nodes.to_vec();
        while let Some(node) = open.pop() {
            if node.value.get("nullable") == Some(&Value::Bool(true)) {
                verdict.get_or_insert(true);
                continue;
            }
            if node.reference().is_some() {
                if self.siblings_count && own_say(&node) == Some(false) {
                    return Some(false);
                }
                match self.known_null(&node) {
                    Some(Some(false)) => return Some(false),
                    Some(Some(true)) => verdict = Some(true),
                    Some(None) => {}
                    None => {
                        let target = self.peek(&node);
                        open.extend(target.filter(|target| met.insert(target.pointer.clone())));
                    }
                }
                continue;
            }
            if !own_say(&node).unwrap_or(true) {
                return Some(false);
            }
            let unions = ["oneOf", "anyOf"].iter();
            let unions =
                unions.filter_map(|keyword| self.union_takes_null(&node, keyword, known, depth));
            for say in own_say(&node).into_iter().chain(unions) {
                if !say {
                    return Some(false);
                }
                verdict = Some(true);
            }
            let all_of = node.member("allOf");
            open.extend(all_of.into_iter().flat_map(|list| list.elements()));
        }
        verdict
    }

    /// What the target of a reference says, if it is lowered.
    fn known_null(&self, node: &Node<'d>) -> Option<Option<bool>> {
        let target = Pointer::from_reference(node.reference()?)?;
        Some(self.targets.get(&target)?.known?.null)
    }

    fn union_takes_null(
        &self,
        node: &Node<'d>,
        keyword: &str,
        known: &mut Unions,
        depth: usize,
    ) -> Option<bool> {
        let list = node.member(keyword)?;
        if depth == MOST_NESTED {
            return None;
        }
        if let Some(known) = known.get(&list.pointer) {
            return *known;
        }
        known.insert(list.pointer.clone(), None);
        let members: Vec<_> = list.elements().collect();
        let mut verdict = (!members.is_empty()).then_some(false);
        for member in members.iter().filter(|member| !is_never(member)) {
            let say = match is_null(member, &members) {
                true => Some(true),
                false => self.all_take_null(std::slice::from_ref(member), known, depth + 1),
            };
            verdict = match (verdict, say) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            };
        }
        known.insert(list.pointer, verdict);
        verdict
    }
}

/// What a schema itself says about `null`, apart from `nullable` and from what it is made of.
fn own_say(node: &Node<'_>) -> Option<bool> {
    let values = node.value.get("enum").and_then(Value::as_array);
    match values.map(|values| values.contains(&Value::Null)) {
        Some(false) => Some(false),
        listed => {
            let typed = ["type", "properties"].iter();
            let typed = typed
                .filter(|keyword| node.value.get(**keyword).is_some())
                .count()
                > 0;
            if typed { Some(false) } else { listed }
        }
    }
}
