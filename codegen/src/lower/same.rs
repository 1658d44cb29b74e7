//! Schemas that say the same. Knows keywords that are words for people, and no others.

use std::cell::RefCell;
use std::collections::HashMap;

use serde_json::Value;

/// What the schemas of a document state, whatever they say in words.
///
/// Each value is looked at once: schemas that state the same rules get the same number, so that comparing two of them
/// costs nothing however deep they are.
#[derive(Debug, Default)]
pub(super) struct Stated<'d> {
    numbers: RefCell<Numbers<'d>>,
}

#[derive(Debug, Default)]
struct Numbers<'d> {
    by_statement: HashMap<Statement<'d>, usize>,
    /// By address: the document stays where it is.
    by_place: HashMap<*const Value, usize>,
}

/// A value without words, with numbers for what it holds.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Statement<'d> {
    Scalar(&'d Value),
    List(Vec<usize>),
    /// Sorted by key.
    Object(Vec<(&'d str, usize)>),
}

impl<'d> Stated<'d> {
    /// The number of what a schema states.
    pub(super) fn number(&self, schema: &'d Value) -> usize {
        self.numbers.borrow_mut().of(schema)
    }

    /// Whether two schemas state the same rules.
    pub(super) fn same(&self, a: &'d Value, b: &'d Value) -> bool {
        std::ptr::eq(a, b) || self.number(a) == self.number(b)
    }

    /// Whether a schema without one of its keywords states the same as another.
    pub(super) fn same_without(&self, keyword: &str, a: &'d Value, b: &'d Value) -> bool {
        let mut numbers = self.numbers.borrow_mut();
        let mut statement = numbers.statement(a);
        if let Statement::Object(rules) = &mut statement {
            rules.retain(|(key, _)| *key != keyword);
        }
        numbers.number(statement) == numbers.of(b)
    }
}

impl<'d> Numbers<'d> {
    fn of(&mut self, value: &'d Value) -> usize {
        if let Some(number) = self.by_place.get(&std::ptr::from_ref(value)) {
            return *number;
        }
        let statement = self.statement(value);
        let number = self.number(statement);
        self.by_place.insert(value, number);
        number
    }

    fn statement(&mut self, value: &'d Value) -> Statement<'d> {
        match value {
            Value::Object(entries) => {
                let rules = entries.iter().filter(|(key, value)| !describes(key, value));
                let mut rules: Vec<_> = rules
                    .map(|(key, value)| (key.as_str(), self.of(value)))
                    .collect();
                rules.sort_unstable();
                Statement::Object(rules)
            }
            Value::Array(items) => {
                Statement::List(items.iter().map(|item| self.of(item)).collect())
            }
            scalar => Statement::Scalar(scalar),
        }
    }

    fn number(&mut self, statement: Statement<'d>) -> usize {
        let next = self.by_statement.len();
        *self.by_statement.entry(statement).or_insert(next)
    }
}

/// A property may be called `title`: its value is a schema, not a text.
fn describes(key: &str, value: &Value) -> bool {
    let keyword = matches!(key, "description" | "title" | "example" | "examples");
    (keyword || key.starts_with("x-")) && !value.is_object()
}
