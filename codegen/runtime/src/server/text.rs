//! Percent-encoded text. Knows nothing of parameters.

use std::borrow::Cow;

/// How text is encoded where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Not at all: headers.
    Plain,
    /// `%2F`: paths and cookies.
    Percent,
    /// `%2F`, and `+` is a space: query strings and forms.
    Form,
}

/// Decodes text; `None` for a broken `%` sequence, and for what is not UTF-8.
pub(crate) fn decode(text: &str, encoding: Encoding) -> Option<Cow<'_, str>> {
    let plus = encoding == Encoding::Form;
    let plain = |byte: u8| byte != b'%' && !(plus && byte == b'+');
    if encoding == Encoding::Plain || text.bytes().all(plain) {
        return Some(Cow::Borrowed(text));
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => hex(bytes.next()?)? << 4 | hex(bytes.next()?)?,
            b'+' if plus => b' ',
            byte => byte,
        });
    }
    String::from_utf8(decoded).ok().map(Cow::Owned)
}

fn hex(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_and_plus_are_decoded_where_they_mean_something() {
        assert_eq!(decode("a%2Fb+c", Encoding::Form).as_deref(), Some("a/b c"));
        assert_eq!(
            decode("a%2fb+c", Encoding::Percent).as_deref(),
            Some("a/b+c")
        );
        assert_eq!(
            decode("a%2fb+c", Encoding::Plain).as_deref(),
            Some("a%2fb+c")
        );
        assert_eq!(decode("%e2%82%ac", Encoding::Percent).as_deref(), Some("€"));
    }

    #[test]
    fn broken_sequences_and_bytes_that_are_no_text_are_refused() {
        for text in ["%", "%2", "%zz", "%+1", "a%", "%ff", "%e2%82"] {
            assert_eq!(decode(text, Encoding::Percent), None, "{text}");
        }
    }
}
