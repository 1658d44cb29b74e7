//! Headers that are no parameters, because something in front of all operations reads them. Knows names of headers.
//!
//! This is the semantics of Kibana's server, not of its operations: whether a write needs `kbn-xsrf` is decided before
//! the operation is, whatever the document says there; on `GET` and `HEAD` it is never wanted, and `kbn-version` does as
//! well. The other three are OpenAPI's own rule.

use super::{HEADER_IGNORED, Lowerer};
use crate::diagnostic::Diagnostic;
use crate::ir::{GUARD_HEADERS, GuardHeader, Location};
use crate::parse::Node;

/// Header parameters that OpenAPI 3.0 has ignored: content, responses and security say what they are.
const SAID_ELSEWHERE: [&str; 3] = ["accept", "content-type", "authorization"];

impl<'d> Lowerer<'d> {
    /// Whether a parameter is the business of its operation. Those of the guard are noted.
    pub(super) fn is_of_operation(
        &mut self,
        node: &Node<'d>,
        location: Location,
        name: &str,
    ) -> bool {
        let is_one_of = |names: &[&str]| names.iter().any(|known| name.eq_ignore_ascii_case(known));
        if location != Location::Header {
            return true;
        }
        if is_one_of(&SAID_ELSEWHERE) {
            let message = format!("the header `{name}` is no parameter in OpenAPI");
            self.warn(Diagnostic::new(
                &HEADER_IGNORED,
                node.pointer.child("name"),
                message,
            ));
            return false;
        }
        if is_one_of(&GUARD_HEADERS) {
            self.guard.push(GuardHeader {
                wire: name.to_ascii_lowercase(),
                pointer: node.pointer.clone(),
            });
            return false;
        }
        true
    }
}
