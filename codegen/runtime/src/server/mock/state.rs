//! States as they stand in files. Knows JSON values.

use serde_json::{Map, Value};

/// A state as it stands in a file: one JSON object, or one per line.
///
/// # Errors
///
/// For text that is no JSON.
pub fn state_of(text: &str) -> Result<Value, String> {
    let mut all = Map::new();
    for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        let value = value.map_err(|error| format!("the state is no JSON: {error}"))?;
        let Value::Object(entries) = value else {
            return Err("expected objects with a list of items for each resource".to_owned());
        };
        for (path, spaces) in entries {
            gather(&mut all, path, spaces);
        }
    }
    Ok(Value::Object(all))
}

/// Adds what a line says of a resource to what lines before it said.
fn gather(all: &mut Map<String, Value>, path: String, value: Value) {
    match (all.get_mut(&path), value) {
        (Some(Value::Array(own)), Value::Array(more)) => own.extend(more),
        (Some(Value::Object(own)), Value::Object(more)) => {
            for (key, value) in more {
                gather(own, key, value);
            }
        }
        (_, value) => {
            all.insert(path, value);
        }
    }
}
