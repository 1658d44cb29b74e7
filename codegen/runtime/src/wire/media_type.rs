//! Media types as text. Knows nothing of who states them.

use std::borrow::Cow;

/// Type and subtype in lower case, without parameters.
pub(crate) fn essence(media_type: &str) -> Cow<'_, str> {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    match essence.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => Cow::Owned(essence.to_ascii_lowercase()),
        false => Cow::Borrowed(essence),
    }
}

/// Whether a range such as `text/*` covers a media type. Both in lower case, without parameters.
#[cfg(any(feature = "client", feature = "server"))]
pub(crate) fn covers(range: &str, essence: &str) -> bool {
    match range.strip_suffix("/*") {
        Some("*") => true,
        Some(kind) => essence.split('/').next() == Some(kind),
        None => range == essence,
    }
}
