//! What the docs and error messages say about unions. Knows the IR only.

use crate::ir::{Api, Decision, JsonKind, Member, Strategy, TagValue, Union};

use super::form::{Form, Forms, Likelihood};

/// The most things that a sentence lists.
const LISTED: usize = 3;

/// What a member wants, for the error that no member fits: `an object with `type` "eql"`, `a string`.
pub fn expectation(api: &Api, member: &Member) -> String {
    let forms = Forms::new(&api.types);
    let mut wanted: Vec<String> = Vec::new();
    for form in forms.of(&member.ty) {
        let text = form_text(&forms, form);
        if !wanted.contains(&text) {
            wanted.push(text);
        }
    }
    if wanted.is_empty() {
        return "nothing".to_string();
    }
    list(&wanted, "or")
}

fn form_text<'a>(forms: &Forms<'a>, form: Form<'a>) -> String {
    if let Some(values) = form.constants() {
        let values: Vec<_> = values.iter().map(tag_text).collect();
        return list(&values, "or");
    }
    match form {
        Form::Any => "any value",
        Form::Null => "null",
        Form::Boolean(_) => "a boolean",
        Form::Integer(_) => "an integer",
        Form::Number(_) => "a number",
        Form::Text(_) | Form::Enum(_) => "a string",
        Form::Bytes => "base64 text",
        Form::Array(..) => "an array",
        Form::Object(_) => return object_text(forms, form),
    }
    .to_string()
}

fn object_text<'a>(forms: &Forms<'a>, form: Form<'a>) -> String {
    let Form::Object(object) = form else {
        return "an object".to_string();
    };
    let mut constants = Vec::new();
    let mut required = Vec::new();
    for field in object.fields {
        let slot = forms.slot(form, &[&field.wire]);
        let values: Option<Vec<_>> = slot.present.iter().map(|(_, f)| f.constants()).collect();
        let values = values.unwrap_or_default().concat();
        if slot.absent == Likelihood::Plausible {
            continue;
        }
        required.push(format!("`{}`", field.wire));
        if !values.is_empty() {
            let values: Vec<_> = values.iter().map(tag_text).collect();
            constants.push(format!("`{}` {}", field.wire, list(&values, "or")));
        }
    }
    match (constants.as_slice(), required.as_slice()) {
        ([], []) => "an object".to_string(),
        ([], required) => format!("an object with {}", list(required, "and")),
        (constants, _) => format!("an object with {}", list(constants, "and")),
    }
}

fn tag_text(value: &TagValue) -> String {
    match value {
        TagValue::String(text) => format!("{text:?}"),
        TagValue::Boolean(value) => value.to_string(),
        TagValue::Integer(value) => value.to_string(),
    }
}

/// `a`, `a or b`, `a, b or c`, `a, b, c or 4 others`.
fn list(items: &[String], word: &str) -> String {
    let others;
    let (last, first) = match items {
        [] => return String::new(),
        [only] => return only.clone(),
        items if items.len() > LISTED + 1 => {
            others = format!("{} others", items.len() - LISTED);
            (&others, &items[..LISTED])
        }
        [first @ .., last] => (last, first),
    };
    format!("{} {word} {last}", first.join(", "))
}

/// One sentence for the docs of the type: how a value finds its member.
pub fn describe(union: &Union) -> String {
    let mut tests = Vec::new();
    collect_tests(&union.decision, &mut tests);
    let told = match tests.is_empty() {
        true => "The value itself tells the member".to_string(),
        false => format!("The member is told by {}", list(&tests, "and")),
    };
    match union.strategy {
        Strategy::Contained => format!("{told}; where several fit, the narrowest is taken."),
        Strategy::Overlapping => format!("{told}; where several fit, the first of them is taken."),
        _ => format!("{told}."),
    }
}

fn collect_tests(decision: &Decision, tests: &mut Vec<String>) {
    let mut add = |text: String| {
        if !tests.contains(&text) {
            tests.push(text);
        }
    };
    let code = |path: &[String]| format!("`{}`", path.join(".").replace('`', "'"));
    match decision {
        Decision::Undecided | Decision::Leaf(_) => {}
        Decision::Kind(arms) => {
            // An object that is no object needs no mention: every struct says so.
            if arms.iter().any(|(kind, _)| *kind != JsonKind::Object) {
                add("its JSON type".to_string());
            }
            arms.iter().for_each(|(_, d)| collect_tests(d, tests));
        }
        Decision::Tag {
            path,
            arms,
            absent,
            other,
        } => {
            add(code(path));
            arms.iter().for_each(|(_, d)| collect_tests(d, tests));
            collect_tests(absent, tests);
            collect_tests(other, tests);
        }
        Decision::Key {
            key,
            present,
            absent,
        } => {
            add(format!(
                "the presence of {}",
                code(std::slice::from_ref(key))
            ));
            collect_tests(present, tests);
            collect_tests(absent, tests);
        }
        Decision::PropertyKind { path, arms, absent } => {
            add(format!("the JSON type of {}", code(path)));
            arms.iter().for_each(|(_, d)| collect_tests(d, tests));
            collect_tests(absent, tests);
        }
        Decision::FirstItem { item, empty } => {
            add("its first item".to_string());
            collect_tests(item, tests);
            collect_tests(empty, tests);
        }
    }
}
