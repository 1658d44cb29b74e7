//! Why a run ended without a result, whichever stage ended it. Knows the errors of the stages, and how they are shown.

use std::fmt;

use crate::diagnostic::{Diagnostic, Severity};
use crate::document::Document;
use crate::load::LoadFailure;
use crate::output::OutputError;
use crate::print::Unprintable;
use crate::render;
#[cfg(feature = "fetch")]
use crate::render::visible;
use crate::settings::SettingsError;

/// Why a run ended without a result.
#[derive(Debug)]
pub enum Failure {
    /// The settings could not be read.
    Settings(SettingsError),
    /// The document (or an overlay) could not be read.
    Load(Box<LoadFailure>),
    /// The document (or an overlay) has errors.
    Document {
        /// The document, as far as it could be read; to show places in it.
        document: Box<Document>,
        /// All problems and repairs that were found, errors among them.
        diagnostics: Vec<Diagnostic>,
    },
    /// What would be written is no Rust.
    Unprintable(Unprintable),
    /// The output could not be written or read.
    Output(OutputError),
    /// There is no document; what to type.
    NoDocument(String),
    /// The document could not be fetched, or is not in the cache.
    #[cfg(feature = "fetch")]
    Fetch(FetchError),
}

impl Failure {
    pub(crate) fn load(failure: LoadFailure) -> Self {
        Self::Load(Box::new(failure))
    }
}

impl fmt::Display for Failure {
    /// The whole story, for a terminal or the log of a `build.rs`: every error with its place.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Settings(error) => error.fmt(f),
            Self::Load(failure) => failure.fmt(f),
            Self::Unprintable(error) => write!(f, "error: {error}"),
            Self::Output(error) => write!(f, "{error}"),
            Self::NoDocument(help) => write!(f, "error: {help}"),
            #[cfg(feature = "fetch")]
            Self::Fetch(error) => write!(f, "{error}"),
            Self::Document {
                document,
                diagnostics,
            } => {
                for diagnostic in errors(diagnostics) {
                    writeln!(f, "{}\n", render::diagnostic(diagnostic, document, false))?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for Failure {}

/// Why a document could not be fetched or found.
#[cfg(feature = "fetch")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchError {
    message: String,
    help: Option<String>,
}

#[cfg(feature = "fetch")]
impl FetchError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: None,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

#[cfg(feature = "fetch")]
impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", visible(&self.message))?;
        match &self.help {
            Some(help) => write!(f, "\n = help: {}", visible(help)),
            None => Ok(()),
        }
    }
}

#[cfg(feature = "fetch")]
impl std::error::Error for FetchError {}

#[cfg(feature = "fetch")]
impl From<FetchError> for Failure {
    fn from(error: FetchError) -> Self {
        Self::Fetch(error)
    }
}

/// The errors among diagnostics.
pub(crate) fn errors(diagnostics: &[Diagnostic]) -> impl Iterator<Item = &Diagnostic> {
    diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity() == Severity::Error)
}
