//! Lowers security requirements to words, so that the name of a scheme does not matter.

use std::collections::BTreeSet;

use super::Lowerer;
use crate::ir::Security;
use crate::parse::Node;

impl<'d> Lowerer<'d> {
    /// What an operation asks for: its own list, or that of the document. No list is like an empty one: nothing is needed.
    pub(super) fn security(&self, operation: &Node<'d>) -> Security {
        let list = operation
            .member("security")
            .or_else(|| self.root().member("security"));
        let mut alternatives: BTreeSet<BTreeSet<String>> = list
            .iter()
            .flat_map(Node::elements)
            .map(|requirement| self.credentials(&requirement))
            .collect();
        if alternatives.is_empty() {
            alternatives.insert(BTreeSet::new());
        }
        Security {
            pointer: list.map(|list| list.pointer),
            alternatives,
        }
    }

    /// Credentials that are needed together.
    fn credentials(&self, requirement: &Node<'d>) -> BTreeSet<String> {
        let described = requirement.members().map(|(name, scopes)| {
            let scheme = self.scheme(name);
            let scopes: Vec<&str> = scopes
                .elements()
                .filter_map(|scope| scope.value.as_str())
                .collect();
            match scopes.as_slice() {
                [] => scheme,
                scopes => format!("{scheme} with {}", scopes.join(", ")),
            }
        });
        described.collect()
    }

    /// A scheme by what it does; by its name when the document does not say what that is.
    fn scheme(&self, name: &str) -> String {
        let scheme = self
            .root()
            .member("components")
            .and_then(|components| components.member("securitySchemes")?.member(name));
        let text = |key: &str| scheme.as_ref().and_then(|scheme| scheme.text(key));
        match text("type") {
            Some("apiKey") => {
                let (place, name) = (text("in").unwrap_or("header"), text("name").unwrap_or(name));
                // Names of headers have no case.
                let name = match place {
                    "header" => name.to_ascii_lowercase(),
                    _ => name.to_string(),
                };
                format!("API key in {place} `{name}`")
            }
            Some("http") => format!(
                "HTTP {}",
                text("scheme").unwrap_or(name).to_ascii_lowercase()
            ),
            Some("oauth2") => "OAuth 2".to_string(),
            Some("openIdConnect") => {
                format!(
                    "OpenID Connect at {}",
                    text("openIdConnectUrl").unwrap_or(name)
                )
            }
            _ => format!("`{name}`"),
        }
    }
}
