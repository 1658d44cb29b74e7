//! Which messages each definition occurs in: requests, responses, both or none. Knows the IR only.

use super::graph;
use crate::ir::{Api, TypeId, Usage};

/// Sets `usage` of every definition.
///
/// A definition that holds the body of others occurs wherever those do.
pub fn run(api: &mut Api) {
    for (index, usage) in usages(api).into_iter().enumerate() {
        api.types[TypeId(index)].usage = usage;
    }
}

/// The usage of every definition, by index.
pub(crate) fn usages(api: &Api) -> Vec<Usage> {
    let edges = graph::edges(api);
    let mut usages = vec![Usage::default(); edges.len()];
    let mut work = Vec::new();
    for operation in &api.operations {
        graph::each_root(operation, &mut |id, usage| work.push((id, usage)));
    }
    while let Some((id, usage)) = work.pop() {
        let known = &mut usages[id.0];
        let all = Usage {
            request: known.request || usage.request,
            response: known.response || usage.response,
        };
        if all == *known {
            continue;
        }
        *known = all;
        work.extend(edges[id.0].iter().map(|target| (*target, all)));
    }
    usages
}
