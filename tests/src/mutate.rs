//! One change to a JSON value, as somebody might get it wrong. Knows no schema: whether the result is still valid is
//! for judges to say.

use serde_json::{Map, Value, json};

/// Numbers that look random; the same for the same seed.
#[derive(Debug)]
pub struct Random(u64);

impl Random {
    /// Starts anew.
    pub fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    /// A number below `bound`, which is not 0.
    pub fn below(&mut self, bound: usize) -> usize {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let mixed = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        mixed as usize % bound
    }
}

/// Changes one thing in a value. `other` is another value of the same schema: parts of it are mixed in.
pub fn mutate(value: &Value, other: &Value, random: &mut Random) -> Value {
    let mut changed = value.clone();
    let count = count(value);
    // Some changes change nothing, such as emptying what is empty.
    for _ in 0..20 {
        let at = random.below(count);
        let path = path(value, at);
        let beside = other.pointer(&path);
        if let Some(node) = changed.pointer_mut(&path) {
            change(node, beside, random);
        }
        if changed != *value {
            break;
        }
    }
    changed
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(entries) => entries.values().map(count).sum::<usize>(),
        _ => 0,
    }
}

/// The JSON pointer of the node with a number, counted from the root down.
fn path(value: &Value, mut at: usize) -> String {
    let mut path = String::new();
    let mut node = value;
    'down: while at > 0 {
        at -= 1;
        let children: Vec<(String, &Value)> = match node {
            Value::Array(items) => items
                .iter()
                .enumerate()
                .map(|(i, item)| (i.to_string(), item))
                .collect(),
            Value::Object(entries) => {
                let escaped = |key: &String| key.replace('~', "~0").replace('/', "~1");
                entries
                    .iter()
                    .map(|(key, value)| (escaped(key), value))
                    .collect()
            }
            _ => Vec::new(),
        };
        for (key, child) in children {
            let size = count(child);
            if at < size {
                path = format!("{path}/{key}");
                node = child;
                continue 'down;
            }
            at -= size;
        }
        break;
    }
    path
}

fn change(node: &mut Value, beside: Option<&Value>, random: &mut Random) {
    if random.below(6) == 0 {
        *node = of_another_type(random);
        return;
    }
    if random.below(8) == 0
        && let Some(beside) = beside
    {
        *node = beside.clone();
        return;
    }
    match node {
        Value::Object(entries) => change_object(entries, beside, random),
        Value::Array(items) => change_array(items, random),
        Value::String(text) => change_text(text, random),
        Value::Number(number) => {
            let number = number.as_f64().unwrap_or(0.0);
            let whole = number.trunc() as i64;
            *node = match random.below(7) {
                0 => json!(whole.saturating_sub(1)),
                1 => json!(whole.saturating_add(1)),
                2 => json!(number + 0.5),
                3 => json!(whole.saturating_neg()),
                4 => json!(4_000_000_000_000_000_i64),
                5 => json!(-4_000_000_000_000_000_i64),
                _ => json!(number as f32 as f64),
            };
        }
        Value::Bool(value) => *value = !*value,
        Value::Null => *node = of_another_type(random),
    }
}

fn of_another_type(random: &mut Random) -> Value {
    let values = [
        json!(null),
        json!(true),
        json!(7),
        json!(-0.25),
        json!("text"),
        json!([]),
        json!(["text"]),
        json!([{}]),
        json!({}),
        json!({ "key": "value" }),
    ];
    let at = random.below(values.len());
    values[at].clone()
}

fn change_object(entries: &mut Map<String, Value>, beside: Option<&Value>, random: &mut Random) {
    let some_key = |entries: &Map<String, Value>, random: &mut Random| {
        let count = entries.len().max(1);
        entries.keys().nth(random.below(count)).cloned()
    };
    match random.below(6) {
        0 | 1 => {
            if let Some(key) = some_key(entries, random) {
                entries.shift_remove(&key);
            }
        }
        2 => _ = entries.insert("no_such_key".to_string(), json!(1)),
        3 => {
            if let Some(key) = some_key(entries, random) {
                entries.insert(key, Value::Null);
            }
        }
        4 => {
            if let Some(key) = some_key(entries, random) {
                entries.insert(key, of_another_type(random));
            }
        }
        _ => {
            for (key, value) in beside.and_then(Value::as_object).into_iter().flatten() {
                if random.below(2) == 0 {
                    entries.insert(key.clone(), value.clone());
                }
            }
        }
    }
}

fn change_array(items: &mut Vec<Value>, random: &mut Random) {
    match random.below(5) {
        0 => items.clear(),
        1 => _ = items.pop(),
        2 => items.extend(items.first().cloned()),
        3 => items.push(of_another_type(random)),
        _ => {
            let Some(item) = items.first().cloned() else {
                return;
            };
            let many = [3, 11, 101, 1001][random.below(4)];
            items.resize(many, item);
        }
    }
}

fn change_text(text: &mut String, random: &mut Random) {
    match random.below(7) {
        0 => text.clear(),
        1 => _ = text.pop(),
        2 => text.push('x'),
        3 => *text = "no such value".to_string(),
        4 => *text = text.to_uppercase(),
        5 => *text = " ".to_string(),
        _ => {
            let many = [51, 257, 1025, 30_001][random.below(4)];
            *text = "é".repeat(many);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_node_has_a_path() {
        let value = json!({ "a": [1, { "b/c": null }], "d": "e" });
        let paths: Vec<_> = (0..count(&value)).map(|at| path(&value, at)).collect();
        assert_eq!(paths, ["", "/a", "/a/0", "/a/1", "/a/1/b~1c", "/d"]);
    }

    #[test]
    fn a_value_is_changed_and_the_same_seed_changes_it_alike() {
        let value = json!({ "a": [1, 2], "b": { "c": "text" } });
        let other = json!({ "a": [], "b": { "d": 1 } });
        for seed in 0..200 {
            let changed = mutate(&value, &other, &mut Random::new(seed));
            assert_ne!(changed, value, "{seed}");
            assert_eq!(changed, mutate(&value, &other, &mut Random::new(seed)));
        }
    }
}
