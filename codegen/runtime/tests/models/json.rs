//! Nodes: parsing, equality, conversion.

use kibana_runtime::generated::{Arena, JsonKind, Node, Tag, deserialize, parse};
use kibana_runtime::serde::de::value::{Error as ValueError, MapDeserializer};
use kibana_runtime::serde_json::{self, Value, json};
use kibana_runtime::{Model, ViolationKind};

fn node(json: &str) -> Node<'_> {
    parse(json.as_bytes(), kept()).expect("test JSON")
}

/// An arena for as long as the tests run.
fn kept() -> &'static Arena {
    Box::leak(Box::new(Arena::new()))
}

/// A small generator of numbers (xorshift), so that each run tests the same values.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn text(&mut self) -> String {
        const PIECES: [&str; 8] = ["a", "B", "\"", "\\", "\n", "é", "😀", "\u{0}"];
        (0..self.below(6))
            .map(|_| PIECES[self.below(8) as usize])
            .collect()
    }

    fn value(&mut self, depth: u32) -> Value {
        match self.below(if depth == 0 { 6 } else { 8 }) {
            0 => Value::Null,
            1 => Value::from(self.below(2) == 0),
            2 => Value::from(self.below(u64::MAX) as i64),
            3 => Value::from(self.below(u64::MAX)),
            4 => Value::from(f64::from_bits(self.below(u64::MAX))),
            5 => Value::from(self.text()),
            6 => (0..self.below(5)).map(|_| self.value(depth - 1)).collect(),
            _ => (0..self.below(80))
                .map(|_| (self.text(), self.value(depth - 1)))
                .collect(),
        }
    }
}

#[test]
fn any_value_survives_text_and_node() {
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    for _ in 0..500 {
        let value = random.value(3);
        let text = value.to_string();
        let from_text = node(&text);
        assert_eq!(from_text.to_value(), value);
        let arena = Arena::new();
        assert_eq!(from_text, arena.value(&value));
        assert_eq!(arena.value(&value).to_value(), value);
        let printed = serde_json::to_string(&from_text).unwrap();
        assert_eq!(node(&printed), from_text);
    }
}

#[test]
fn equality_is_that_of_json_values() {
    assert_eq!(node("1"), node("1.0"));
    assert_eq!(node("18446744073709551615"), node("18446744073709551615"));
    assert_eq!(node("1e400".replace("400", "2").as_str()), node("100"));
    assert_ne!(node("9007199254740993"), node("9007199254740992.0"));
    assert_ne!(node("1"), node("true"));
    assert_ne!(node("null"), node("0"));
    assert_eq!(
        node(r#"{"a": 1, "b": [2]}"#),
        node(r#"{"b": [2.0], "a": 1}"#)
    );
    assert_ne!(node(r#"{"a": 1}"#), node(r#"{"a": 1, "b": 1}"#));
}

#[test]
fn the_last_of_repeated_keys_counts() {
    assert_eq!(
        node(r#"{"a": 1, "b": 2, "a": 3, "a": 4}"#),
        node(r#"{"a": 4, "b": 2}"#)
    );
    let many: Vec<String> = (0..200).map(|i| format!("\"k{}\": {i}", i % 150)).collect();
    let text = format!("{{{}}}", many.join(","));
    let object = node(&text);
    let object = object.as_object().unwrap();
    assert_eq!(object.len(), 150);
    assert_eq!(object.get("k3"), Some(&Node::Integer(153)));
    assert_eq!(object.get("k149"), Some(&Node::Integer(149)));
}

#[test]
fn repeated_keys_in_many_objects_are_found_in_reasonable_work() {
    let inner: Vec<String> = (0..200_000)
        .map(|i| format!("\"k{i}\":{{\"a\":1,\"a\":{i}}}"))
        .collect();
    let text = format!("{{{}}}", inner.join(","));
    let object = node(&text);
    let object = object.as_object().unwrap();
    assert_eq!(object.len(), 200_000);
    let last = object.get("k199999").unwrap();
    assert_eq!(last, &node(r#"{"a": 199999}"#));
}

#[test]
fn numbers_without_fraction_are_integers_however_written() {
    assert_eq!(node("42.0").kind(), JsonKind::Integer);
    assert_eq!(node("1e3").as_i64(), Some(1000));
    assert_eq!(node("4.2").kind(), JsonKind::Fraction);
    assert_eq!(node("9223372036854775808").as_i64(), None);
    assert_eq!(node("1730194190636").as_i64(), Some(1_730_194_190_636));
}

#[test]
fn tests_of_unions_look_inside() {
    let value = json!({"a": {"b": "x", "n": 1.0, "t": true, "z": null}, "l": [[1]]});
    let arena = Arena::new();
    let node = arena.value(&value);
    assert_eq!(node.tag(&["a", "b"]), Tag::String("x"));
    assert_eq!(node.tag(&["a", "n"]), Tag::Integer(1));
    assert_eq!(node.tag(&["a", "t"]), Tag::Boolean(true));
    assert_eq!(node.tag(&["a", "z"]), Tag::Other);
    assert_eq!(node.tag(&["a", "b", "c"]), Tag::Absent);
    assert_eq!(node.property_kind(&["a"]), Some(JsonKind::Object));
    assert_eq!(node.property_kind(&["x"]), None);
    assert!(node.has_key("l") && !node.has_key("b"));
    assert_eq!(
        arena.value(&value["l"]).first_item(),
        Some(&arena.value(&value["l"][0]))
    );
}

#[test]
fn text_is_borrowed_where_it_can_be() {
    let json = r#"["plain", "esc\"aped"]"#;
    let Node::Array([plain, escaped]) = node(json) else {
        panic!("no array of two")
    };
    let borrowed = |node: &Node<'_>| {
        let text = node.as_str().unwrap();
        json.as_bytes().as_ptr_range().contains(&text.as_ptr())
    };
    assert!(borrowed(plain));
    assert!(!borrowed(escaped));
    assert_eq!(escaped.as_str(), Some("esc\"aped"));
}

#[test]
fn deep_nesting_is_an_error_and_no_stack_overflow() {
    for open in ["[", "{\"a\":"] {
        let bytes = open.repeat(10_000_000 / open.len());
        let error = kibana_runtime::from_slice::<Value>(bytes.as_bytes()).unwrap_err();
        assert_eq!(error.list[0].kind, ViolationKind::Syntax);
        assert!(error.to_string().contains("recursion limit"), "{error}");
    }
}

#[test]
fn text_after_the_value_and_cut_off_values_are_errors() {
    for json in ["1 2", "{\"a\": ", "", "{\"a\" 1}", "NaN", "\"\u{1}\""] {
        let error = kibana_runtime::from_str::<Value>(json).unwrap_err();
        assert_eq!(error.list[0].kind, ViolationKind::Syntax, "{json}");
    }
}

#[test]
fn numbers_of_any_precision_are_numbers() {
    // What `serde_json` hands over when another crate turns on its feature `arbitrary_precision`.
    fn read<T: Model>(text: &'static str) -> T {
        let entries = [("$serde_json::private::Number", text)].into_iter();
        deserialize(MapDeserializer::<_, ValueError>::new(entries)).unwrap()
    }
    assert_eq!(read::<i64>("-7"), -7);
    assert_eq!(read::<u64>("18446744073709551615"), u64::MAX);
    assert_eq!(read::<f64>("1.50"), 1.5);
}
