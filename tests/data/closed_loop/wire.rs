//! Bodies on the wire, told apart by what they mean: JSON by its values, parts one by one, the rest by its bytes.

use kibana_api::runtime::wire::{BodyFormat, OperationInfo};
use serde_json::Value;

pub fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

/// The media type of a request.
pub fn media_type(request: &Value) -> String {
    let headers = request["headers"].as_array().into_iter().flatten();
    let stated = headers.filter(|header| header[0] == "content-type").find_map(|header| header[1].as_str());
    stated.unwrap_or_default().to_owned()
}

fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

/// Whether an answer has the media type that is documented, which may be a range.
pub fn alike(documented: &str, stated: &str) -> bool {
    let half = |(documented, stated): (&str, &str)| documented == "*" || documented.eq_ignore_ascii_case(stated);
    let halves = |text| essence(text).split('/').collect::<Vec<_>>();
    let (documented, stated) = (halves(documented), halves(stated));
    documented.len() == stated.len() && documented.into_iter().zip(stated).all(half)
}

/// What is different between the body that was sent and the one that the client made of it.
pub fn difference(info: &OperationInfo, sent: (&str, &[u8]), made: (&str, &[u8])) -> Option<String> {
    if sent.1.is_empty() && made.1.is_empty() {
        return None;
    }
    if essence(sent.0) != essence(made.0) {
        // A range says nothing about what the client takes.
        let ranged = info.request.iter().any(|media_type| media_type.essence.contains('*'));
        return (!ranged).then(|| format!("`{}` became `{}`", sent.0, made.0));
    }
    let mut known = info.request.iter();
    let known = known.find(|media_type| media_type.essence == essence(sent.0));
    let format = known.map_or(BodyFormat::Bytes, |media_type| media_type.format);
    let same = match format {
        // The typed requests are compared.
        BodyFormat::Json | BodyFormat::Form | BodyFormat::Text => true,
        BodyFormat::JsonLines => lines(sent.1) == lines(made.1),
        BodyFormat::Multipart => parts(sent) == parts(made),
        BodyFormat::Bytes | BodyFormat::EventStream => sent.1 == made.1,
    };
    let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (!same).then(|| format!("another body was sent: {:?}\n    instead of {:?}", shown(made.1), shown(sent.1)))
}

fn lines(bytes: &[u8]) -> Vec<Value> {
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).expect("JSON")).collect()
}

/// Name, name of the file, and content of each part.
fn parts((media_type, bytes): (&str, &[u8])) -> Vec<(String, Option<String>, String)> {
    let boundary = media_type.split_once("boundary=").expect("a boundary").1;
    let text = String::from_utf8_lossy(bytes);
    let mut parts = Vec::new();
    for part in text.split(&format!("--{boundary}")).skip(1) {
        let Some((head, content)) = part.split_once("\r\n\r\n") else {
            continue;
        };
        let quoted = |key: &str| {
            let start = head.find(key)? + key.len();
            Some(head[start..].split('"').next()?.to_owned())
        };
        let name = quoted(" name=\"").unwrap_or_default();
        let content = content.strip_suffix("\r\n").unwrap_or(content);
        parts.push((name, quoted("filename=\""), content.to_owned()));
    }
    parts
}
