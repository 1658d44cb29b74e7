//! What can go wrong with fetched documents. Knows nothing of them.

use std::fmt;

use crate::render::visible;

/// Why a document could not be fetched or found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchError {
    message: String,
    help: Option<String>,
}

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

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", visible(&self.message))?;
        match &self.help {
            Some(help) => write!(f, "\n = help: {}", visible(help)),
            None => Ok(()),
        }
    }
}

impl std::error::Error for FetchError {}
