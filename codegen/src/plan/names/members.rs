//! Names that only their own definition decides: fields, variants of enums, members of unions. Knows the IR only.

use crate::ir::{Shape, Types};
use crate::naming::reserved;
use crate::naming::words::{Case, distinct};
use crate::passes::locals::variants;

/// The names of what each definition has, by the index of the definition.
pub(super) fn names(types: &Types) -> Vec<Vec<String>> {
    let mut unions = variants::names(types);
    let all = types
        .iter()
        .map(|(id, definition)| match &definition.shape {
            Shape::Struct(object) => {
                let wires: Vec<&str> = object
                    .fields
                    .iter()
                    .map(|field| field.wire.as_str())
                    .collect();
                distinct(&wires, Case::Snake, reserved::field)
            }
            Shape::Enum(list) => {
                let values: Vec<&str> = list
                    .variants
                    .iter()
                    .map(|variant| variant.value.as_str())
                    .collect();
                distinct(&values, Case::Pascal, reserved::variant)
            }
            Shape::Union(_) => std::mem::take(&mut unions[id.0]),
            Shape::Alias(_) => Vec::new(),
        });
    all.collect()
}
