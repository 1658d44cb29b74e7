//! Lists of constants, however they are spelled: an `enum`, a union of one-value enums, a reference to either.

use serde_json::Value;

use super::Lowerer;
use super::kinds::Kinds;
use super::merged::{Group, structural_keywords};
use super::union::says_nullable;
use crate::parse::Node;

/// Schemas that are looked into for one list. Real lists have a few hundred values.
const MOST_SCHEMAS: usize = 10_000;

/// Schemas that only lead to others, one inside the other.
const MOST_NESTED: usize = 32;

impl<'d> Lowerer<'d> {
    /// The values of a union whose members are all lists of constants; `None` when one of them is more than that.
    pub(super) fn constants_of_group(&self, group: &Group<'d>) -> Option<Vec<Value>> {
        let mut left = MOST_SCHEMAS;
        self.any_of(group.members.iter().cloned(), &mut left, 0)
    }

    fn any_of(
        &self,
        members: impl Iterator<Item = Node<'d>>,
        left: &mut usize,
        depth: usize,
    ) -> Option<Vec<Value>> {
        let mut all = Vec::new();
        for member in members {
            for value in self.constants(&member, left, depth + 1)? {
                if !all.contains(&value) {
                    all.push(value);
                }
            }
        }
        (!all.is_empty()).then_some(all)
    }

    /// The values of a schema that is nothing but a list of constants.
    fn constants(&self, node: &Node<'d>, left: &mut usize, depth: usize) -> Option<Vec<Value>> {
        *left = left.checked_sub(1)?;
        if depth > MOST_NESTED || says_nullable(node) {
            return None;
        }
        let node = self.peek(node)?;
        let mut lists = structural_keywords(&node).filter(|keyword| *keyword != "type");
        let (keyword, None) = (lists.next()?, lists.next()) else {
            return None;
        };
        if says_nullable(&node) {
            return None;
        }
        let list = node.member(keyword)?;
        let mut values = match keyword {
            "enum" => list.value.as_array()?.clone(),
            "oneOf" | "anyOf" => self.any_of(list.elements(), left, depth)?,
            "allOf" => {
                let mut members = list.elements();
                let mut both = self.constants(&members.next()?, left, depth + 1)?;
                for member in members {
                    let other = self.constants(&member, left, depth + 1)?;
                    both.retain(|value| other.contains(value));
                }
                both
            }
            _ => return None,
        };
        if let Some(kinds) = node.text("type").and_then(Kinds::named) {
            values.retain(|value| kinds.contains(Kinds::of_value(value)));
        }
        (!values.is_empty()).then_some(values)
    }
}
