//! Named, documented fixes for what real Kibana documents get wrong, and 3.1 spellings into 3.0. Tree to tree.
//!
//! One walk over the document knows what stands where; at each place it applies the repairs of that construct.
//! Afterwards every node that describes an OpenAPI construct can be fed to `openapiv3` by itself, and a second
//! repair changes nothing (warnings about what stays in place are repeated).
//!
//! Knows the tree and the rules of OpenAPI; neither the `openapiv3` crate nor the IR, and no API by name.
//! Nodes of an altogether wrong kind (an operation that is text) are left for `parse`, which reports them.
//!
//! - `walk`: the document, its path items, operations and components.
//! - `paths`: parameters against the path template.
//! - `parameters`, `responses`, `media_types`: what their names say, with headers, bodies and examples.
//! - `schema`: schemas.
//! - `keywords`: what all constructs share, such as misspelled keywords.

mod keywords;
mod media_types;
mod parameters;
mod paths;
mod responses;
mod schema;
mod shape;
mod similar;
mod site;
mod template;
mod walk;

use crate::diagnostic::{Code, Diagnostics};
use crate::document::Document;

/// Every kind of repair and warning of this stage.
pub static CODES: &[&Code] = &concatenated::<{ count(GROUPS) }>(GROUPS);

const GROUPS: &[&[&Code]] = &[
    walk::CODES,
    paths::CODES,
    parameters::CODES,
    responses::CODES,
    media_types::CODES,
    keywords::CODES,
    schema::CODES,
    schema::table::CODES,
    schema::types::CODES,
    schema::constants::CODES,
    schema::numbers::CODES,
    schema::lists::CODES,
    schema::objects::CODES,
    schema::unions::CODES,
];

const fn count(groups: &[&[&'static Code]]) -> usize {
    let mut total = 0;
    let mut group = 0;
    while group < groups.len() {
        total += groups[group].len();
        group += 1;
    }
    total
}

const fn concatenated<const N: usize>(groups: &[&[&'static Code]]) -> [&'static Code; N] {
    let mut codes = [groups[0][0]; N];
    let (mut next, mut group) = (0, 0);
    while group < groups.len() {
        let mut index = 0;
        while index < groups[group].len() {
            codes[next] = groups[group][index];
            (next, index) = (next + 1, index + 1);
        }
        group += 1;
    }
    codes
}

/// Applies every repair to a document, in place, and tells about each.
pub fn repair(document: &mut Document) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    walk::document(&mut document.root, &document.source, &mut diagnostics);
    diagnostics
}
