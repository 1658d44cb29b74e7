//! Filters, order and pages. Knows items and the query of a request.

use std::cmp::Ordering;

use serde_json::Value;

use super::items::{Item, plain};
use super::table::Query;

/// What a query asks of a list.
pub(super) struct Wanted<'q> {
    query: &'q Query,
    values: &'q Value,
}

/// A page of a list.
pub(super) struct Page {
    /// The items of the page.
    pub(super) items: Vec<Value>,
    pub(super) total: usize,
    pub(super) page: u64,
    pub(super) per_page: u64,
}

/// Where a page begins, and how many items it has room for.
pub(super) struct Window {
    pub(super) start: usize,
    pub(super) count: usize,
    total: usize,
    page: u64,
    per_page: u64,
}

/// How many items a page has where nothing says it.
const USUAL: u64 = 20;

impl<'q> Wanted<'q> {
    pub(super) fn new(query: &'q Query, values: &'q Value) -> Self {
        Self { query, values }
    }

    fn value(&self, name: Option<&str>) -> Option<&'q Value> {
        self.values.get(name?).filter(|value| !value.is_null())
    }

    fn number(&self, name: Option<&str>) -> Option<u64> {
        let value = self.value(name)?;
        value
            .as_u64()
            .or_else(|| value.as_f64().map(|number| number as u64))
    }

    /// Whether an item is asked for.
    pub(super) fn takes(&self, item: &Item) -> bool {
        let filtered = self.query.filters.iter().all(|(parameter, property)| {
            let wanted = self.value(Some(parameter));
            wanted.is_none_or(|wanted| equals_any(item.get(property), wanted))
        });
        filtered
            && self
                .value(self.query.search)
                .and_then(Value::as_str)
                .is_none_or(|text| {
                    // What makes the rest of a search language is for servers that have one.
                    let text = text.trim_matches(['*', '"', ' ']).to_lowercase();
                    text.is_empty() || item.value.values().any(|value| contains(value, &text))
                })
    }

    /// Whether all items are asked for, in the order in which they are stored.
    pub(super) fn is_all(&self) -> bool {
        let Query {
            filters,
            search,
            sort,
            ..
        } = self.query;
        let mut named = filters.iter().map(|(parameter, _)| Some(*parameter));
        named.all(|name| self.value(name).is_none())
            && self.value(*search).is_none()
            && self.value(*sort).is_none()
    }

    /// In the order that is asked for.
    pub(super) fn sorted<'i>(&self, mut items: Vec<&'i Item>) -> Vec<&'i Item> {
        if let Some(property) = self.value(self.query.sort).and_then(Value::as_str) {
            items.sort_by(|a, b| compare(a.get(property), b.get(property)));
            let order = self.value(self.query.order).and_then(Value::as_str);
            if order.is_some_and(|order| order.eq_ignore_ascii_case("desc")) {
                items.reverse();
            }
        }
        items
    }

    /// What is on the page that is asked for, of so many items.
    pub(super) fn window(&self, total: usize) -> Window {
        let page = self.number(self.query.page).unwrap_or(1);
        let all = u64::try_from(total).unwrap_or(u64::MAX);
        let per_page = match (self.number(self.query.per_page), self.query.per_page) {
            (Some(number), _) => number,
            (None, Some(_)) => USUAL,
            (None, None) => all,
        };
        let start = page.saturating_sub(1).saturating_mul(per_page);
        let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        Window {
            start: count(start),
            count: count(per_page),
            total,
            page,
            per_page,
        }
    }
}

impl Window {
    /// The page, with the items that are on it.
    pub(super) fn page<'i>(self, items: impl Iterator<Item = &'i Item>) -> Page {
        let items = items.map(|item| Value::Object(item.value.clone()));
        Page {
            items: items.collect(),
            total: self.total,
            page: self.page,
            per_page: self.per_page,
        }
    }
}

/// Whether a value is what is wanted, or one of it; of a list, whether any of its items is.
fn equals_any(own: Option<&Value>, wanted: &Value) -> bool {
    if let Value::Array(wanted) = wanted {
        return wanted.iter().any(|wanted| equals_any(own, wanted));
    }
    match own {
        None => false,
        Some(Value::Array(items)) => items.iter().any(|item| equals_any(Some(item), wanted)),
        Some(own) => plain(own) == plain(wanted),
    }
}

fn contains(value: &Value, text: &str) -> bool {
    match value {
        Value::String(own) => own.to_lowercase().contains(text),
        Value::Array(items) => items.iter().any(|item| contains(item, text)),
        Value::Object(entries) => entries.values().any(|value| contains(value, text)),
        _ => false,
    }
}

/// Numbers by size, everything else as text; what is not there comes last.
fn compare(a: Option<&Value>, b: Option<&Value>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => match (a.as_f64(), b.as_f64()) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            _ => plain(a).to_lowercase().cmp(&plain(b).to_lowercase()),
        },
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}
