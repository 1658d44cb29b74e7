//! What `kibana.toml` can say about the generated code. Knows documents as far as they have places, nothing of APIs.

mod origin;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::Deserialize;

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::pointer::Pointer;
use crate::render;

pub use origin::Origin;

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
    explanation: "An entry of `types`, `formats`, `derives`, `names`, `optional_segments` or `discriminators` that matches nothing that is generated is an error: the document has changed, or the entry is not needed any more.",
};

/// The settings are not what they should be.
pub static INVALID_SETTING: Code = Code {
    name: "invalid-setting",
    severity: Severity::Error,
    explanation: "The settings are no TOML, or have a key that nobody knows or a value that is not of its kind.",
};

/// The codes of settings that are wrong, or do not fit the document.
pub(crate) static CODES: &[&Code] = &[&INVALID_SETTING, &UNKNOWN_TAG, &UNMATCHED_SETTING];

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
/// [discriminators]      # properties that are unions, to the property beside them that tells the member
/// "/components/schemas/Connector/properties/config" = { property = "type", mapping = { ".email" = "/components/schemas/Email" } }
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
    /// JSON pointers of properties that are unions, to the property of the same object that tells which member they are.
    /// An entry that tells nothing is an error.
    pub discriminators: BTreeMap<String, SiblingDiscriminator>,
    /// Crates that the types above come from.
    pub dependencies: BTreeMap<String, Dependency>,
    /// Where they were read.
    #[serde(skip)]
    pub origin: Origin,
}

/// What tells the member of a union, when the union's own values do not.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiblingDiscriminator {
    /// The property beside the union.
    pub property: String,
    /// Its values, with the JSON pointers of the members that they stand for. Of other values the union itself decides.
    pub mapping: BTreeMap<String, String>,
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
    /// They are not what [`Settings`] describes.
    Invalid(Vec<Diagnostic>),
    /// A value that was set in a program is not what it should be.
    Value(String),
}

impl SettingsError {
    /// As text for people; `colour` adds terminal colours.
    pub fn show(&self, colour: bool) -> String {
        match self {
            Self::Read(path, error) => format!("error: cannot read the settings {path}: {error}"),
            Self::Value(message) => format!("error: {message}"),
            Self::Invalid(problems) => {
                let texts = problems
                    .iter()
                    .map(|problem| render::alone(problem, colour));
                texts.collect::<Vec<_>>().join("\n").trim_end().to_string()
            }
        }
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.show(false))
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
        let origin = Origin::new(name, text);
        let mut settings: Self = toml::from_str(text).map_err(|error| {
            let position = error.span().and_then(|span| origin.at(&span));
            let problem = invalid(error.message()).with_position(position);
            SettingsError::Invalid(vec![problem])
        })?;
        settings.origin = origin;
        settings.check()?;
        Ok(settings)
    }

    /// Checks settings that a program has put together, as [`Settings::parse`] checks those of a file.
    ///
    /// # Errors
    /// When a Rust type is not a type path, a trait not the path of one, or a name no name.
    pub fn check(&self) -> Result<(), SettingsError> {
        let mut problems = self.wrong_types();
        problems.extend(self.wrong_derives());
        problems.extend(self.wrong_names());
        match problems.is_empty() {
            true => Ok(()),
            false => Err(SettingsError::Invalid(problems)),
        }
    }

    /// A problem with an entry.
    pub(crate) fn problem(
        &self,
        code: &'static Code,
        keys: &[&str],
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic::new(code, Pointer::root(), message).with_position(self.origin.position(keys))
    }

    fn wrong_types(&self) -> Vec<Diagnostic> {
        let tables = [("formats", &self.formats), ("types", &self.types)];
        let entries = tables
            .into_iter()
            .flat_map(|(table, entries)| entries.iter().map(move |(key, ty)| (table, key, ty)));
        let wrong = entries.filter(|(_, _, ty)| syn::parse_str::<syn::TypePath>(ty).is_err());
        wrong
            .map(|(table, key, ty)| {
                let message =
                    format!("`{key}` stands for `{ty}`, which is not the path of a Rust type");
                self.problem(&INVALID_SETTING, &[table, key], message)
            })
            .collect()
    }

    fn wrong_derives(&self) -> Vec<Diagnostic> {
        // Neither generics nor blanks, comments or raw identifiers, which a path may have in Rust.
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':');
        let is_wrong =
            |text: &str| !text.chars().all(plain) || syn::parse_str::<syn::Path>(text).is_err();
        let entries = self.derives.iter();
        let entries = entries.flat_map(|(key, traits)| traits.iter().map(move |text| (key, text)));
        entries
            .filter(|(_, text)| is_wrong(text))
            .map(|(key, text)| {
                let message = format!("`{key}` derives `{text}`, which is not the path of a trait");
                self.problem(&INVALID_SETTING, &["derives", key, text], message)
            })
            .collect()
    }

    fn wrong_names(&self) -> Vec<Diagnostic> {
        let wrong = self.names.iter().filter(|(key, name)| {
            let usual = match key.starts_with('/') {
                true => name.starts_with(char::is_uppercase) && !name.contains('_'),
                false => !name.contains(char::is_uppercase),
            };
            !usual || syn::parse_str::<syn::Ident>(name).is_err()
        });
        wrong
            .map(|(key, name)| {
                let what = match key.starts_with('/') {
                    true => "a type, such as `CaseOwner`",
                    false => "a method, such as `get_case`",
                };
                let message =
                    format!("`{key}` is called `{name}`, which is not the name of {what}");
                self.problem(&INVALID_SETTING, &["names", key], message)
            })
            .collect()
    }
}

fn invalid(message: &str) -> Diagnostic {
    Diagnostic::new(&INVALID_SETTING, Pointer::root(), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_keys_and_bad_types_are_refused_with_their_place() {
        let text = "tags = ['a']\n[format]\nuuid = 'x'\n";
        insta::assert_snapshot!(Settings::parse("kibana.toml", text).unwrap_err());
        let text = "[formats]\nuuid = 'x; fn y'\n[derives]\n'*' = ['Eq', 'a::B<C>']\n[names]\n'get /x' = 'GetX'\n";
        insta::assert_snapshot!(Settings::parse("kibana.toml", text).unwrap_err());
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
