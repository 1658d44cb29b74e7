//! How many parts of each name a multipart body has, against what the document says. Knows operations.

use std::collections::{BTreeMap, BTreeSet};

#[cfg(feature = "client")]
use serde_json::Value;

use super::{PartInfo, Parts, StreamError};
#[cfg(feature = "client")]
use crate::json::Arena;
use crate::json::Node;

/// What was met of a body so far.
#[derive(Default)]
pub(crate) struct Counts {
    /// Parts that the document names. Names that it does not know are not remembered: there may be any number.
    met: BTreeMap<&'static str, usize>,
    /// Values of lists without repetition, as JSON.
    values: BTreeSet<(&'static str, String)>,
}

impl Counts {
    /// Notes a part.
    ///
    /// # Errors
    /// When there may be no other of its name.
    pub(crate) fn part(&mut self, part: &'static PartInfo) -> Result<(), StreamError> {
        self.more(part, 1)
    }

    /// Notes the values in a part that was noted, and checks them.
    ///
    /// # Errors
    /// When one of them breaks a rule, and those of [`values`](Self::values).
    #[cfg(feature = "client")]
    pub(crate) fn value(
        &mut self,
        part: &'static PartInfo,
        value: &Value,
    ) -> Result<(), StreamError> {
        let arena = Arena::new();
        let node = arena.value(value);
        self.values(part, part.values(&node)?)
    }

    /// Notes the values in a part that was noted.
    ///
    /// # Errors
    /// When they are too many, or one of them is there twice and must not be.
    pub(crate) fn values(
        &mut self,
        part: &'static PartInfo,
        values: &[Node<'_>],
    ) -> Result<(), StreamError> {
        self.more(part, values.len().saturating_sub(1))?;
        if !part.limits.unique_items {
            return Ok(());
        }
        for value in values {
            let text = value.to_value().to_string();
            if !self.values.insert((part.name, text)) {
                return Err(wrong(part, "expected items that differ"));
            }
        }
        Ok(())
    }

    fn more(&mut self, part: &'static PartInfo, by: usize) -> Result<(), StreamError> {
        let count = self.met.entry(part.name).or_default();
        *count += by;
        if *count > 1 && !part.many {
            return Err(wrong(part, "the part is there twice"));
        }
        let most = part.limits.max_items;
        match most.filter(|most| *count as u64 > *most) {
            Some(most) => {
                let message = format!("expected at most {most} items, found {count}");
                Err(wrong(part, &message))
            }
            None => Ok(()),
        }
    }

    /// At the end: whether everything is there that must be.
    ///
    /// # Errors
    /// When something is not.
    pub(crate) fn check_all(&self, parts: &Parts) -> Result<(), StreamError> {
        let count = |part: &PartInfo| self.met.get(part.name).copied();
        let missing = parts.list.iter();
        let missing = missing.filter(|part| part.required && count(part).is_none());
        let names: Vec<_> = missing.map(|part| format!("`{}`", part.name)).collect();
        if !names.is_empty() {
            let message = format!("expected the part {}", names.join(" and "));
            return Err(StreamError::unreadable("body", message));
        }
        for part in parts.list {
            let (Some(count), Some(least)) = (count(part), part.limits.min_items) else {
                continue;
            };
            if (count as u64) < least {
                let message = format!("expected at least {least} items, found {count}");
                return Err(wrong(part, &message));
            }
        }
        Ok(())
    }
}

fn wrong(part: &PartInfo, message: &str) -> StreamError {
    StreamError::unreadable(&format!("body.{}", part.name), message)
}
