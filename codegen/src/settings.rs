//! What `kibana.toml` can say about the generated code.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::Deserialize;

/// Settings of a run, as `kibana.toml` holds them.
///
/// ```toml
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
/// [dependencies]        # what these types need in the `Cargo.toml` of the generated crate
/// uuid = { version = "1", features = ["serde"] }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Operations that are not generated (`method path`), with the reason. An entry that is not needed is an error.
    pub skip: BTreeMap<String, String>,
    /// `format` of a string to the Rust type that stands for it. The type implements serde's traits.
    pub formats: BTreeMap<String, String>,
    /// JSON pointer of a schema to the Rust type that stands for it. The type implements serde's traits.
    pub types: BTreeMap<String, String>,
    /// The most bytes that the body of a request may have (`method path`), where the generated server should not go by
    /// its common limit. An entry that is not needed is an error.
    pub body_limits: BTreeMap<String, u64>,
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
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(path, error) => write!(f, "cannot read the settings {path}: {error}"),
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
        for (key, ty) in settings.formats.iter().chain(&settings.types) {
            if syn::parse_str::<syn::TypePath>(ty).is_err() {
                return Err(fail(format!(
                    "`{key}` stands for `{ty}`, which is not the path of a Rust type"
                )));
            }
        }
        Ok(settings)
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
    fn an_empty_file_is_the_default() {
        assert_eq!(Settings::parse("x", "").unwrap(), Settings::default());
    }
}
