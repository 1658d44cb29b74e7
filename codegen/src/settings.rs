//! What `kibana.toml` can say about the generated code. Knows nothing of APIs.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::Deserialize;

use crate::diagnostic::{Code, Severity};

/// The settings choose a tag that no operation has.
pub static UNKNOWN_TAG: Code = Code {
    name: "unknown-tag",
    severity: Severity::Error,
    explanation: "The settings choose a tag that no operation has; the help names the nearest.",
};
/// An entry of the settings changes nothing.
pub static UNMATCHED_SETTING: Code = Code {
    name: "unmatched-setting",
    severity: Severity::Error,
    explanation: "An entry of `types`, `formats`, `derives`, `names` or `optional_segments` that matches nothing that is generated is an error: the document has changed, or the entry is not needed any more.",
};

/// The codes of settings that do not fit the document.
pub(crate) static CODES: &[&Code] = &[&UNKNOWN_TAG, &UNMATCHED_SETTING];

/// Settings of a run, as `kibana.toml` holds them.
///
/// ```toml
/// tags = ["cases", "roles"]    # the groups to generate; all when it is not said
///
/// [skip]                # operations that are left out, each with its reason
/// "get /api/broken" = "upstream documents no parameters"
///
/// [formats]             # `format` of strings to the Rust type that stands for it
/// uuid = "uuid::Uuid"
///
/// [types]               # JSON pointer of a schema to the Rust type that stands for it
/// "/components/schemas/Timestamp" = "my_types::Timestamp"
///
/// [body_limits]         # the most bytes that the body of a request may have, for operations that differ from the rest
/// "post /api/cases/{caseId}/files" = 104_857_600
///
/// [optional_segments]   # parameters at the end of a path that may be left out, although the document wants them
/// "post /api/alerting/rule/{id}" = ["id"]
///
/// [derives]             # JSON pointer of a schema, or `*` for every type, to traits that are derived besides
/// "/components/schemas/Owner" = ["Eq", "Hash"]
///
/// [names]               # operations, or JSON pointers of schemas, to the Rust names that they have instead of those by rule
/// "get /api/cases/{caseId}" = "get_case"
/// "/components/schemas/Owner" = "CaseOwner"
///
/// [dependencies]        # what these types need in the `Cargo.toml` of the generated crate
/// uuid = { version = "1", features = ["serde"] }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The groups to generate, by their tags (or by the path segment that stands for it where operations have no tag),
    /// with the types that they reach; all groups when empty.
    pub tags: Vec<String>,
    /// Operations that are not generated (`method path`), with the reason. An entry that is not needed is an error.
    pub skip: BTreeMap<String, String>,
    /// `format` of a string to the Rust type that stands for it. The type implements serde's traits.
    pub formats: BTreeMap<String, String>,
    /// JSON pointer of a schema to the Rust type that stands for it. The type implements serde's traits.
    pub types: BTreeMap<String, String>,
    /// The most bytes that the body of a request may have (`method path`), where the generated server should not go by
    /// its common limit. An entry that is not needed is an error.
    pub body_limits: BTreeMap<String, u64>,
    /// Parameters at the end of the path of an operation (`method path`) that may be left out with their segment,
    /// although the document says that they must be there. An entry that is not needed is an error.
    pub optional_segments: BTreeMap<String, Vec<String>>,
    /// JSON pointer of a schema, or `*` for every struct and enum, to the traits that its type derives besides those
    /// that it has anyway. Schemas with the same structure share one Rust type, and so its traits.
    pub derives: BTreeMap<String, Vec<String>>,
    /// Operations (`method path`) and JSON pointers of schemas to the names that they have instead of those by rule: the
    /// method and module of an operation, the type of a schema. An entry that matches nothing is an error.
    pub names: BTreeMap<String, String>,
    /// Crates that the types above come from.
    pub dependencies: BTreeMap<String, Dependency>,
}

/// A crate that the generated one depends on: `"1"`, or `{ version = "1", features = ["serde"] }`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Dependency {
    /// A version requirement.
    Version(String),
    /// A version requirement with features.
    Detailed(DetailedDependency),
}

/// A version requirement with features.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DetailedDependency {
    /// The version requirement.
    pub version: String,
    /// Features to turn on.
    #[serde(default)]
    pub features: Vec<String>,
}

impl Dependency {
    /// The version requirement.
    pub fn version(&self) -> &str {
        match self {
            Self::Version(version) => version,
            Self::Detailed(detailed) => &detailed.version,
        }
    }

    /// The features to turn on.
    pub fn features(&self) -> &[String] {
        match self {
            Self::Version(_) => &[],
            Self::Detailed(detailed) => &detailed.features,
        }
    }
}

/// Why settings could not be read.
#[derive(Debug)]
pub enum SettingsError {
    /// The file could not be read.
    Read(String, std::io::Error),
    /// The file is not what [`Settings`] describes; the text says where.
    Parse(String, String),
    /// A value that was set in a program is not what it should be.
    Value(String),
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(path, error) => write!(f, "cannot read the settings {path}: {error}"),
            Self::Value(message) => f.write_str(message),
            Self::Parse(path, message) => {
                write!(f, "{path} is not a valid settings file: {message}")
            }
        }
    }
}

impl std::error::Error for SettingsError {}

impl Settings {
    /// Reads a settings file.
    ///
    /// # Errors
    /// When the file cannot be read, is not TOML, has an unknown key, or a Rust type in it is not a type path.
    pub fn read(path: &Path) -> Result<Self, SettingsError> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| SettingsError::Read(name.clone(), error))?;
        Self::parse(&name, &text)
    }

    /// Reads settings from the text of a file; the name is for messages.
    ///
    /// # Errors
    /// When the text is not TOML, has an unknown key, or a Rust type in it is not a type path.
    pub fn parse(name: &str, text: &str) -> Result<Self, SettingsError> {
        let fail = |message: String| SettingsError::Parse(name.to_string(), message);
        let settings: Self = toml::from_str(text).map_err(|error| fail(error.to_string()))?;
        settings.paths().map_err(fail)?;
        Ok(settings)
    }

    /// Checks settings that a program has put together, as [`Settings::parse`] checks those of a file.
    ///
    /// # Errors
    /// When a Rust type is not a type path, or a trait not the path of one.
    pub fn check(&self) -> Result<(), SettingsError> {
        self.paths().map_err(SettingsError::Value)
    }

    fn paths(&self) -> Result<(), String> {
        for (key, ty) in self.formats.iter().chain(&self.types) {
            if syn::parse_str::<syn::TypePath>(ty).is_err() {
                return Err(format!(
                    "`{key}` stands for `{ty}`, which is not the path of a Rust type"
                ));
            }
        }
        for (key, traits) in &self.derives {
            // Neither generics nor blanks, comments or raw identifiers, which a path may have in Rust.
            let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':');
            let mut paths = traits.iter();
            if let Some(text) = paths
                .find(|text| !text.chars().all(plain) || syn::parse_str::<syn::Path>(text).is_err())
            {
                return Err(format!(
                    "`{key}` derives `{text}`, which is not the path of a trait"
                ));
            }
        }
        self.identifiers()
    }

    fn identifiers(&self) -> Result<(), String> {
        for (key, name) in &self.names {
            let is_type = key.starts_with('/');
            let usual = match is_type {
                true => name.starts_with(char::is_uppercase) && !name.contains('_'),
                false => !name.contains(char::is_uppercase),
            };
            if !usual || syn::parse_str::<syn::Ident>(name).is_err() {
                let what = if is_type {
                    "a type, such as `CaseOwner`"
                } else {
                    "a method, such as `get_case`"
                };
                return Err(format!(
                    "`{key}` is called `{name}`, which is not the name of {what}"
                ));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_keys_and_bad_types_are_refused_with_their_place() {
        let error = Settings::parse("kibana.toml", "[format]\nuuid = 'x'\n").unwrap_err();
        assert!(error.to_string().contains("line 1, column 2"), "{error}");
        let error = Settings::parse("kibana.toml", "[formats]\nuuid = 'x; fn y'\n").unwrap_err();
        assert!(
            error.to_string().contains("not the path of a Rust type"),
            "{error}"
        );
    }

    #[test]
    fn a_dependency_is_a_version_with_or_without_features() {
        let text = "[dependencies]\na = '1'\nb = { version = '2', features = ['serde'] }\n";
        let dependencies = Settings::parse("x", text).unwrap().dependencies;
        assert_eq!(dependencies["a"].version(), "1");
        assert!(dependencies["a"].features().is_empty());
        assert_eq!(dependencies["b"].version(), "2");
        assert_eq!(dependencies["b"].features(), ["serde"]);
        assert!(Settings::parse("x", "[dependencies]\na = { feature = 1 }\n").is_err());
    }

    #[test]
    fn what_is_called_otherwise_has_a_name_of_its_kind() {
        for (key, name) in [
            ("get /x", "GetX"),
            ("get /x", "fn"),
            ("/a", "x_type"),
            ("/a", "A b"),
            ("/a", "Self"),
        ] {
            let text = format!("[names]\n'{key}' = '{name}'\n");
            let error = Settings::parse("kibana.toml", &text)
                .unwrap_err()
                .to_string();
            assert!(error.contains("is not the name of a"), "{error}");
        }
        let text = "[names]\n'get /x' = 'fetch_x'\n'/components/schemas/a' = 'Apple'\n";
        assert_eq!(
            Settings::parse("x", text).unwrap().names["get /x"],
            "fetch_x"
        );
    }

    #[test]
    fn what_is_derived_is_the_path_of_a_trait() {
        for text in ["Eq)] fn x", "", "a::B<C>", "dyn Eq", "a :: B", "r#a::B"] {
            let derives = [("*".to_string(), vec![text.to_string()])].into();
            let settings = Settings {
                derives,
                ..Settings::default()
            };
            let error = settings.check().unwrap_err().to_string();
            assert!(error.contains("not the path of a trait"), "{error}");
        }
    }

    #[test]
    fn an_empty_file_is_the_default() {
        assert_eq!(Settings::parse("x", "").unwrap(), Settings::default());
    }
}
