//! What is left of a document that fails when all is taken away that it fails without.

use std::path::Path;
use std::time::{Duration, Instant};

use kibana_codegen::load::load;
use serde_json::Value;

use super::documents::fails;

/// Attempts for one document, and how long they may take: one that does not come to an end takes a minute each time.
const MOST_ATTEMPTS: usize = 600;
const MOST_TIME: Duration = Duration::from_secs(300);

/// Makes the document in a file as small as it can be made while it still fails. Text that is no document stays.
pub fn shrink(program: &Path, path: &Path) -> std::io::Result<()> {
    let original = std::fs::read(path)?;
    let Ok(document) = load("input.yaml", &original) else {
        return Ok(());
    };
    let attempt = path.with_extension("attempt.json");
    let (begun, mut attempts) = (Instant::now(), 0);
    let mut still_fails = |value: &Value| {
        attempts += 1;
        let written = std::fs::write(&attempt, format!("{value:#}\n"));
        let goes_on = attempts < MOST_ATTEMPTS && begun.elapsed() < MOST_TIME;
        goes_on && written.is_ok() && fails(program, &attempt).is_some()
    };
    let mut smallest = document.root.clone();
    if still_fails(&smallest) {
        while let Some(smaller) = smaller(&smallest, &mut still_fails) {
            smallest = smaller;
        }
        std::fs::write(path, format!("{smallest:#}\n"))?;
    }
    std::fs::remove_file(&attempt).ok();
    Ok(())
}

/// The first smaller value that still fails; large parts go first.
fn smaller(value: &Value, still_fails: &mut impl FnMut(&Value) -> bool) -> Option<Value> {
    let mut open = vec![String::new()];
    while let Some(pointer) = open.pop() {
        let keys: Vec<String> = match value.pointer(&pointer)? {
            Value::Object(entries) => entries.keys().cloned().collect(),
            Value::Array(items) => (0..items.len()).map(|index| index.to_string()).collect(),
            _ => continue,
        };
        for key in keys {
            let mut without = value.clone();
            match without.pointer_mut(&pointer) {
                Some(Value::Object(entries)) => _ = entries.shift_remove(&key),
                Some(Value::Array(items)) => {
                    _ = key.parse().map(|index: usize| items.remove(index))
                }
                _ => continue,
            }
            if still_fails(&without) {
                return Some(without);
            }
            open.insert(
                0,
                format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1")),
            );
        }
    }
    None
}
