//! JSON pointers (RFC 6901): the address of a node in a document. Knows text only.

use std::fmt;

/// The address of a node, such as `/paths/~1api~1cases/post`. The empty pointer is the whole document.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pointer(String);

impl Pointer {
    /// The whole document.
    pub fn root() -> Self {
        Self::default()
    }

    /// The address of a member (by key) or an element (by decimal index) of this node.
    #[must_use]
    pub fn child(&self, segment: impl AsRef<str>) -> Self {
        let segment = segment.as_ref();
        let mut text = String::with_capacity(self.0.len() + segment.len() + 1);
        text.push_str(&self.0);
        text.push('/');
        for c in segment.chars() {
            match c {
                '~' => text.push_str("~0"),
                '/' => text.push_str("~1"),
                c => text.push(c),
            }
        }
        Self(text)
    }

    /// The address of an element of this array.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.child(index.to_string())
    }

    /// The node that holds this one; `None` for the whole document.
    pub fn parent(&self) -> Option<Self> {
        self.0.rfind('/').map(|end| Self(self.0[..end].to_string()))
    }

    /// Whether this node stands inside another one.
    pub fn is_below(&self, other: &Self) -> bool {
        let rest = self.0.strip_prefix(&other.0);
        rest.is_some_and(|rest| rest.starts_with('/'))
    }

    /// The segments, unescaped.
    pub fn segments(&self) -> impl Iterator<Item = String> + '_ {
        self.0
            .split('/')
            .skip(1)
            .map(|s| s.replace("~1", "/").replace("~0", "~"))
    }

    /// The pointer of a local `$ref` such as `#/components/schemas/Case`, percent-decoded;
    /// `None` when the reference leaves the document.
    pub fn from_reference(reference: &str) -> Option<Self> {
        let fragment = reference.strip_prefix('#')?;
        let decoded = percent_decode(fragment)?;
        (decoded.is_empty() || decoded.starts_with('/')).then_some(Self(decoded))
    }

    /// The text of the pointer, as RFC 6901 writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "/" } else { &self.0 })
    }
}

fn percent_decode(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_string());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        if *first == b'%'
            && let Some(byte) = tail
                .get(..2)
                .and_then(|hex| std::str::from_utf8(hex).ok())
                .and_then(|hex| u8::from_str_radix(hex, 16).ok())
        {
            bytes.push(byte);
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_escaped_and_unescaped() {
        let pointer = Pointer::root().child("paths").child("/api/~x").index(3);
        assert_eq!(pointer.as_str(), "/paths/~1api~1~0x/3");
        assert_eq!(
            pointer.segments().collect::<Vec<_>>(),
            ["paths", "/api/~x", "3"]
        );
        assert_eq!(
            pointer.parent().unwrap(),
            Pointer::root().child("paths").child("/api/~x")
        );
    }

    #[test]
    fn references_are_decoded() {
        let pointer = Pointer::from_reference("#/components/schemas/a%20b").unwrap();
        assert_eq!(pointer.segments().last().unwrap(), "a b");
        assert_eq!(Pointer::from_reference("other.yaml#/a"), None);
        assert_eq!(Pointer::root().parent(), None);
    }
}
