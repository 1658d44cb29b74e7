//! Where words end: gathered from everything in a document that is written with capitals or separators, so that text
//! which lost its boundaries (`agentpolicyid`, `excludehitsfrompreviousrun`) gets them back. Knows the IR only.
//!
//! The vocabulary is a set: how often something is written does not count, so that an operation more or less changes
//! nothing unless it is the only one that writes a word so.

use std::collections::{HashMap, HashSet};

use super::verbs;
use crate::ir::{Api, Operation, Place, Shape};
use crate::naming::words::words;

/// Shorter words have no boundaries to lose.
const SHORTEST: usize = 6;

/// The words of a document.
#[derive(Default)]
pub(crate) struct Vocabulary {
    /// What is written in one piece, to what it is elsewhere.
    pieces: HashMap<String, Vec<String>>,
    /// What stands as a word of its own between others: never taken apart.
    whole: HashSet<String>,
}

impl Vocabulary {
    /// Gathers the words of a document.
    pub(crate) fn of(api: &Api) -> Self {
        let mut vocabulary = Self::default();
        // Most properties and values stand in many places, and say the same in each.
        let (mut properties, mut values) = (HashSet::new(), HashSet::new());
        for (_, definition) in api.types.iter() {
            if let Place::Component(name) = &definition.place {
                // Only inside a word: the separators of bundlers say nothing of words.
                name.split(['_', '-', '.', ' '])
                    .for_each(|part| vocabulary.learn(part));
            }
            match &definition.shape {
                Shape::Struct(object) => {
                    let fields = object.fields.iter().map(|field| field.wire.as_str());
                    let new = fields.filter(|name| properties.insert(*name));
                    new.for_each(|name| vocabulary.property(name));
                }
                Shape::Enum(list) => {
                    let variants = list.variants.iter().map(|variant| variant.value.as_str());
                    let new = variants.filter(|text| values.insert(*text));
                    new.for_each(|text| vocabulary.learn(text));
                }
                Shape::Alias(_) | Shape::Union(_) => {}
            }
        }
        for module in &api.modules {
            vocabulary.learn(&module.key);
        }
        for operation in &api.operations {
            vocabulary.learn_operation(operation);
        }
        vocabulary
            .pieces
            .retain(|piece, _| !vocabulary.whole.contains(piece));
        vocabulary
    }

    fn learn_operation(&mut self, operation: &Operation) {
        for parameter in &operation.parameters {
            self.property(&parameter.wire);
        }
        for segment in operation.path.split('/') {
            self.learn(segment.trim_matches(['{', '}', '?', '_']));
        }
        self.learn_summary(operation);
        // A slug has separators where it repeats a path, and none inside what it repeats.
        if let Some(id) = operation
            .id
            .as_deref()
            .filter(|id| !id.contains(['-', '.']))
        {
            self.learn(id);
            let all = words(id);
            for length in 2..=3 {
                all.windows(length).for_each(|part| self.add(part));
            }
        }
    }

    /// What the summary of an operation writes apart and its path in one piece: *dry run* and `/dryrun`.
    fn learn_summary(&mut self, operation: &Operation) {
        let own: HashSet<String> = operation.path.split('/').flat_map(words).collect();
        let longest = own.iter().map(String::len).max().unwrap_or_default();
        let texts = [&operation.docs.summary, &operation.docs.description];
        for text in texts.into_iter().flatten() {
            let all: Vec<String> = text.split_whitespace().flat_map(words).collect();
            for length in 2..=3 {
                let short =
                    |part: &&[String]| part.iter().map(String::len).sum::<usize>() <= longest;
                let parts = all.windows(length).filter(short);
                let parts = parts.filter(|part| own.contains(&part.concat()));
                parts
                    .filter(|part| !verbs::is_verb_alone(&part.concat()))
                    .for_each(|part| self.add(part));
            }
        }
    }

    /// A name that people chose with care: what stands in it between others is a word.
    fn property(&mut self, name: &str) {
        let found = words(name);
        if found.len() > 1 && name.is_ascii() {
            self.whole
                .extend(found.iter().filter(|word| word.len() >= SHORTEST).cloned());
        }
        self.add(&found);
    }

    fn learn(&mut self, text: &str) {
        if text.len() <= 60 && text.is_ascii() {
            self.add(&words(text));
        }
    }

    fn add(&mut self, found: &[String]) {
        let letters =
            |word: &String| word.len() > 1 && word.bytes().all(|b| b.is_ascii_lowercase());
        if found.len() < 2 || found.len() > 8 || !found.iter().all(letters) {
            return;
        }
        let piece = found.concat();
        if piece.len() < SHORTEST {
            return;
        }
        let known = self.pieces.entry(piece).or_insert_with(|| found.to_vec());
        // More words say more; of equals, the first in the alphabet.
        if (found.len(), known.as_slice()) > (known.len(), found) {
            *known = found.to_vec();
        }
    }

    /// The words of a text, with the boundaries that it lost.
    pub(crate) fn words(&self, text: &str) -> Vec<String> {
        words(text)
            .into_iter()
            .flat_map(|word| self.split(word))
            .collect()
    }

    /// A word, or the words that it is made of.
    pub(crate) fn split(&self, word: String) -> Vec<String> {
        match self.pieces.get(&word) {
            Some(pieces) => pieces.clone(),
            None => vec![word],
        }
    }

    /// Whether a word lost its boundaries.
    pub(crate) fn is_lost(&self, word: &str) -> bool {
        self.pieces.contains_key(word)
    }
}
