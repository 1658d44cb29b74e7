//! Values out of JSON text.

use super::scan::scan;
use super::source::deserialize;
use super::{Arena, Node};

/// Reads JSON.
pub(crate) fn parse<'a>(json: &'a [u8], arena: &'a Arena) -> Result<Node<'a>, serde_json::Error> {
    match str::from_utf8(json) {
        // Looked at once, it need not be looked at text by text.
        Ok(text) => parse_str(text, arena),
        Err(_) => whole(serde_json::Deserializer::from_slice(json), arena),
    }
}

/// Reads JSON.
pub(crate) fn parse_str<'a>(
    json: &'a str,
    arena: &'a Arena,
) -> Result<Node<'a>, serde_json::Error> {
    match scan(json, arena) {
        Some(node) => Ok(node),
        None => whole(serde_json::Deserializer::from_str(json), arena),
    }
}

fn whole<'de: 'a, 'a, R: serde_json::de::Read<'de>>(
    mut json: serde_json::Deserializer<R>,
    arena: &'a Arena,
) -> Result<Node<'a>, serde_json::Error> {
    let node = deserialize(&mut json, arena)?;
    json.end()?;
    Ok(node)
}
