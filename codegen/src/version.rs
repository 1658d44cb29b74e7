//! Which version of OpenAPI a document claims. Knows documents and their keys `openapi` and `swagger`,
//! nothing else of OpenAPI.

use serde_json::Value;

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::document::Document;
use crate::pointer::Pointer;

/// The document is no OpenAPI document.
pub static OPENAPI_MISSING: Code = Code {
    name: "openapi-missing",
    severity: Severity::Error,
    explanation: "A document without the key `openapi` is refused.",
};
/// The document has a version that is not supported.
pub static OPENAPI_VERSION: Code = Code {
    name: "openapi-version",
    severity: Severity::Error,
    explanation: "OpenAPI 3.0 and 3.1 are read; Swagger 2.0 and other versions are refused.",
};

/// The codes of this check.
pub static CODES: &[&Code] = &[&OPENAPI_MISSING, &OPENAPI_VERSION];

/// The versions of OpenAPI that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// 3.0.x.
    V3_0,
    /// 3.1.x.
    V3_1,
}

/// Reads the version of a document.
///
/// # Errors
/// The document does not say `openapi: 3.0.x` or `openapi: 3.1.x`.
pub fn check_version(document: &Document) -> Result<Version, Diagnostic> {
    let pointer = Pointer::root().child("openapi");
    let version = match document.get(&pointer) {
        None if document.root.get("swagger").is_some() => {
            let pointer = Pointer::root().child("swagger");
            return Err(Diagnostic::new(
                &OPENAPI_VERSION,
                pointer,
                "this is a Swagger 2.0 document",
            )
            .with_help("convert it to OpenAPI 3.0 first, for example with swagger2openapi"));
        }
        None => {
            return Err(Diagnostic::new(
                &OPENAPI_MISSING,
                Pointer::root(),
                "the document has no key `openapi`",
            )
            .with_help("check that this is an OpenAPI document"));
        }
        Some(Value::String(version)) => version.clone(),
        // `openapi: 3.0` without quotes is a number in YAML.
        Some(other) => other.to_string(),
    };
    let mut parts = version.split('.');
    match (parts.next(), parts.next()) {
        (Some("3"), Some("0")) => Ok(Version::V3_0),
        (Some("3"), Some("1")) => Ok(Version::V3_1),
        _ => Err(Diagnostic::new(
            &OPENAPI_VERSION,
            pointer,
            format!("OpenAPI version `{version}` is not supported"),
        )
        .with_help("versions 3.0 and 3.1 are")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Result<Version, &'static str> {
        let document = crate::load::load("t", text.as_bytes()).unwrap();
        check_version(&document).map_err(|diagnostic| diagnostic.code.name)
    }

    #[test]
    fn versions_3_0_and_3_1_are_read() {
        assert_eq!(check("openapi: 3.0.3"), Ok(Version::V3_0));
        assert_eq!(check("openapi: 3.0"), Ok(Version::V3_0));
        assert_eq!(check("openapi: 3.1.1"), Ok(Version::V3_1));
    }

    #[test]
    fn everything_else_is_refused() {
        assert_eq!(check("swagger: '2.0'"), Err("openapi-version"));
        assert_eq!(check("openapi: 3.2.0"), Err("openapi-version"));
        assert_eq!(check("openapi: 30.1.0"), Err("openapi-version"));
        assert_eq!(check("openapi: {}"), Err("openapi-version"));
        assert_eq!(check("info: {}"), Err("openapi-missing"));
    }
}
