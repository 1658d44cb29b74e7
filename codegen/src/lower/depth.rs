//! How deep definitions stand in each other with no property between. Knows the IR.
//!
//! Properties are no part of it: who walks along them remembers where it was, and walks as far as it likes. What is
//! looked at as a whole is a value with all that it may be: the members of a union, what a name stands for, what lists and
//! maps hold.

use super::{DEFINITIONS_TOO_DEEP, Lowerer, given_up};
use crate::diagnostic::Diagnostic;
use crate::ir::{Shape, Type, TypeId, Types};

/// Definitions, lists and maps inside each other.
const MOST_NESTED: usize = 100;

impl Lowerer<'_> {
    /// Gives up the definitions that nest too deep.
    pub(super) fn limit_depth(&mut self) {
        let edges: Vec<Vec<usize>> = self.types.ids().map(|id| inside(&self.types, id)).collect();
        let circles = circles(&edges);
        let mut circle_of = vec![0; edges.len()];
        for (number, circle) in circles.iter().enumerate() {
            circle.iter().for_each(|id| circle_of[*id] = number);
        }
        // What a circle leads to comes before it.
        let mut depths: Vec<usize> = Vec::with_capacity(circles.len());
        for (number, circle) in circles.iter().enumerate() {
            let own: usize = circle
                .iter()
                .map(|id| own_depth(&self.types, TypeId(*id)))
                .sum();
            let next = circle.iter().flat_map(|id| &edges[*id]);
            let next = next.map(|id| circle_of[*id]).filter(|next| *next != number);
            let depth = own + next.map(|next| depths[next]).max().unwrap_or(0);
            depths.push(match depth > MOST_NESTED {
                true => self.give_up(circle),
                false => depth,
            });
        }
    }

    /// The depth that is left.
    fn give_up(&mut self, circle: &[usize]) -> usize {
        for id in circle.iter().copied().map(TypeId) {
            let definition = &mut self.types[id];
            definition.shape = Shape::Alias(given_up());
            let diagnostic = Diagnostic::new(
                &DEFINITIONS_TOO_DEEP,
                definition.pointer.clone(),
                format!("schemas stand in each other more than {MOST_NESTED} times here"),
            );
            let reason = format!("{} ({})", diagnostic.message, diagnostic.pointer);
            self.warn(
                diagnostic.with_help("simplify the schema with an overlay, or skip the operation"),
            );
            self.failed.entry(id).or_insert(reason);
        }
        1
    }
}

/// The definitions that stand in a definition with no property between.
fn inside(types: &Types, id: TypeId) -> Vec<usize> {
    let mut found = Vec::new();
    each_type(&types[id].shape, &mut |ty| {
        ty.each_named(&mut |id| found.push(id.0))
    });
    found
}

/// A definition with the lists and maps in it.
fn own_depth(types: &Types, id: TypeId) -> usize {
    let mut depth = 0;
    each_type(&types[id].shape, &mut |ty| {
        let levels = std::iter::successors(Some(ty), |ty| ty.inner()).count();
        depth = depth.max(levels);
    });
    depth.max(1)
}

fn each_type(shape: &Shape, visit: &mut impl FnMut(&Type)) {
    match shape {
        Shape::Alias(ty) => visit(ty),
        Shape::Union(union) => union.members.iter().for_each(|member| visit(&member.ty)),
        Shape::Struct(_) | Shape::Enum(_) => {}
    }
}

/// The nodes of a graph, those together that reach each other; what is reached from others comes before them.
/// (Kosaraju's two walks, with the edges turned around in the first.)
fn circles(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut turned = vec![Vec::new(); edges.len()];
    for (from, targets) in edges.iter().enumerate() {
        targets.iter().for_each(|to| turned[*to].push(from));
    }
    let mut done = vec![false; edges.len()];
    let mut order = Vec::new();
    for start in 0..edges.len() {
        walk(&turned, start, &mut done, &mut order);
    }
    done.fill(false);
    let mut circles = Vec::new();
    for start in order.into_iter().rev() {
        let mut circle = Vec::new();
        walk(edges, start, &mut done, &mut circle);
        if !circle.is_empty() {
            circles.push(circle);
        }
    }
    circles
}

/// Notes the nodes that are reached and not done, each after all that it leads to. (A list of what is open, no recursion.)
fn walk(edges: &[Vec<usize>], start: usize, done: &mut [bool], left: &mut Vec<usize>) {
    if std::mem::replace(&mut done[start], true) {
        return;
    }
    let mut open = vec![(start, 0)];
    while let Some((node, next)) = open.last_mut() {
        match edges[*node].get(*next) {
            Some(target) => {
                *next += 1;
                if !std::mem::replace(&mut done[*target], true) {
                    open.push((*target, 0));
                }
            }
            None => {
                left.push(*node);
                open.pop();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::circles;

    #[test]
    fn circles_come_after_what_they_lead_to() {
        // 0 → 1 ⇄ 2 → 3, and 4 by itself.
        let mut found = circles(&[vec![1], vec![2], vec![1, 3], vec![], vec![4]]);
        found.iter_mut().for_each(|circle| circle.sort_unstable());
        let at = |wanted: &[usize]| found.iter().position(|circle| circle == wanted);
        assert_eq!(found.len(), 4);
        assert!(
            at(&[3]) < at(&[1, 2]) && at(&[1, 2]) < at(&[0]) && at(&[4]).is_some(),
            "{found:?}"
        );
    }
}
