//! Parts of a document, to see how costs grow with it.

use kibana_codegen::document::Document;
use serde_json::Value;

/// The document with every so-manieth path of it, so that all parts of the API are in the sample.
#[must_use]
pub fn with_paths(document: &Document, percent: usize) -> Document {
    let mut document = document.clone();
    if let Some(Value::Object(paths)) = document.root.get_mut("paths") {
        let mut index = 0;
        paths.retain(|_, _| {
            index += 1;
            index * percent / 100 > (index - 1) * percent / 100
        });
    }
    document
}
