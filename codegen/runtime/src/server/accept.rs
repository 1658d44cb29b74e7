//! Which media types a client accepts.

use std::borrow::Cow;

use axum::http::header::{GetAll, HeaderValue};

use crate::wire::{covers, essence};

/// What `Accept` says.
pub(super) struct Accepted<'h> {
    /// Ranges with their weight in thousandths.
    ranges: Vec<(Cow<'h, str>, u16)>,
}

impl<'h> Accepted<'h> {
    pub(super) fn of(headers: GetAll<'h, HeaderValue>) -> Self {
        let texts = headers.iter().filter_map(|value| value.to_str().ok());
        let entries = texts.flat_map(|text| text.split(','));
        let range = |entry: &'h str| {
            let essence = essence(entry);
            let weight = entry.split(';').skip(1).find_map(|parameter| {
                let (name, value) = parameter.split_once('=')?;
                let value = || value.trim().parse::<f32>().ok();
                name.trim().eq_ignore_ascii_case("q").then(value)?
            });
            let weight = weight.unwrap_or(1.0).clamp(0.0, 1.0);
            (!essence.is_empty()).then_some((essence, (weight * 1000.0) as u16))
        };
        Self {
            ranges: entries.filter_map(range).collect(),
        }
    }

    /// How much the client likes a media type: the most specific range counts.
    fn weight(&self, media_type: &str) -> u16 {
        if self.ranges.is_empty() {
            return 1000;
        }
        let essence = essence(media_type);
        let specific = |range: &str| (range != "*/*", !range.ends_with("/*"));
        let matching = self
            .ranges
            .iter()
            .filter(|(range, _)| covers(range, &essence));
        matching
            .max_by_key(|(range, weight)| (specific(range), *weight))
            .map_or(0, |(_, weight)| *weight)
    }

    /// The first of those that the client likes best.
    pub(super) fn best<'m>(&self, media_types: &[&'m str]) -> Option<&'m str> {
        let mut best = None;
        for media_type in media_types {
            let weight = self.weight(media_type);
            if weight > best.map_or(0, |(weight, _)| weight) {
                best = Some((weight, *media_type));
            }
        }
        best.map(|(_, media_type)| media_type)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;
    use axum::http::header::ACCEPT;

    use super::*;

    fn best(accept: &'static str, media_types: &[&'static str]) -> Option<&'static str> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        Accepted::of(headers.get_all(ACCEPT)).best(media_types)
    }

    #[test]
    fn the_best_liked_media_type_is_taken_and_the_first_of_equals() {
        let both = &["application/json", "text/csv"];
        assert_eq!(best("*/*", both), Some("application/json"));
        assert_eq!(best("text/*, */*;q=0.1", both), Some("text/csv"));
        assert_eq!(
            best("application/json;q=0.5, text/csv;q=0.7", both),
            Some("text/csv")
        );
        assert_eq!(best("image/png", both), None);
        assert_eq!(
            best("*/*, application/json;q=0", &["application/json"]),
            None
        );
    }
}
