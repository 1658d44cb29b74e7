//! Multipart bodies as bytes. Knows the parts that a document names.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use bytes::Bytes;
use futures_util::stream;
use http::{HeaderName, HeaderValue};

use super::{ByteStream, File, Multipart, Part, PartInfo, Parts, StreamError};
use crate::wire::Counts;

/// Text between parts that no part contains.
pub(super) fn boundary() -> String {
    // Keys of hash maps are random, and differ from map to map.
    let random = || RandomState::new().hash_one(0u8);
    format!("kibana-{:016x}{:016x}", random(), random())
}

/// The bytes of all parts. Those that are checked break off the body when they break a rule.
pub(super) fn bytes(
    body: Multipart,
    boundary: String,
    parts: &'static Parts,
    checked: bool,
) -> ByteStream {
    let writing = Writing {
        body,
        boundary,
        parts,
        checked,
        counts: Counts::default(),
        file: None,
        ended: false,
    };
    ByteStream::new(stream::try_unfold(writing, |mut writing| async move {
        let piece = writing.next().await?;
        Ok(piece.map(|piece| (piece, writing)))
    }))
}

struct Writing {
    body: Multipart,
    boundary: String,
    /// What the document says of them.
    parts: &'static Parts,
    checked: bool,
    counts: Counts,
    /// The file that is being written.
    file: Option<File>,
    ended: bool,
}

impl Writing {
    async fn next(&mut self) -> Result<Option<Bytes>, StreamError> {
        if let Some(file) = &mut self.file {
            match file.next().await? {
                Some(bytes) => return Ok(Some(bytes)),
                None => {
                    self.file = None;
                    return Ok(Some(Bytes::from_static(b"\r\n")));
                }
            }
        }
        if self.ended {
            return Ok(None);
        }
        let Some(part) = self.body.next().await? else {
            self.ended = true;
            if self.checked {
                self.counts.check_all(self.parts)?;
            }
            return Ok(Some(format!("--{}--\r\n", self.boundary).into()));
        };
        let (name, headers) = match &part {
            Part::Field(field) => (field.name(), field.headers()),
            Part::File(file) => (file.name(), file.headers()),
        };
        let known = self.parts.get(name).unwrap_or(&PartInfo::TEXT);
        // A range is no media type that a part can have.
        let mut types = known.media_types.iter().copied();
        let usual = types.find(|media_type| !media_type.contains('*'));
        let media_type = match &part {
            Part::Field(_) => usual,
            Part::File(file) => Some(
                file.content_type()
                    .or(usual)
                    .unwrap_or("application/octet-stream"),
            ),
        };
        if self.checked {
            self.check(&part, media_type)?;
        }
        let mut text = format!(
            "--{}\r\ncontent-disposition: form-data; name=\"{}\"",
            self.boundary,
            quoted(name)
        );
        if let Part::File(file) = &part {
            // Without a name, servers take it for text.
            let file_name = quoted(file.file_name().unwrap_or("file"));
            text += &format!("; filename=\"{file_name}\"");
        }
        let media_type = media_type.map(|text| ("content-type".to_owned(), text.to_owned()));
        for (header, value) in media_type.iter().chain(headers) {
            text += &header_line(header, value).ok_or_else(|| {
                let problem = format!("`{header}` is no header that can be sent");
                StreamError::unreadable(&format!("body.{name}"), problem)
            })?;
        }
        text += "\r\n\r\n";
        match part {
            Part::Field(field) if known.is_json() => {
                text += &format!("{}\r\n", field.value());
            }
            Part::Field(field) => text += &format!("{}\r\n", field.text()),
            Part::File(file) if self.checked => self.file = Some(file.within(known.limits)),
            Part::File(file) => self.file = Some(file),
        }
        Ok(Some(text.into()))
    }

    fn check(&mut self, part: &Part, media_type: Option<&str>) -> Result<(), StreamError> {
        let name = match part {
            Part::Field(field) => field.name(),
            Part::File(file) => file.name(),
        };
        let wrong = |problem: &str| Err(StreamError::unreadable(&format!("body.{name}"), problem));
        let Some(known) = self.parts.get(name) else {
            return match self.parts.closed {
                true => wrong("the part is not known here"),
                false => Ok(()),
            };
        };
        self.counts.part(known)?;
        media_type.map_or(Ok(()), |media_type| known.takes(media_type))?;
        let has = |name: &str| match part {
            Part::Field(field) => field.header(name).is_some(),
            Part::File(file) => file.header(name).is_some(),
        };
        let mut headers = known.headers.iter();
        if let Some(missing) = headers.find(|header| header.required && !has(header.name)) {
            return wrong(&format!("expected the header `{}`", missing.name));
        }
        match part {
            Part::Field(_) if known.file => wrong("the part is a file"),
            Part::Field(field) => self.counts.value(known, field.value()),
            Part::File(_) => Ok(()),
        }
    }
}

/// A header of a part on a line of its own; `None` where it would be no header.
fn header_line(name: &str, text: &str) -> Option<String> {
    let name = HeaderName::try_from(name).ok()?;
    HeaderValue::try_from(text).ok()?;
    Some(format!("\r\n{name}: {text}"))
}

/// Text in quotes, as browsers write it.
fn quoted(text: &str) -> String {
    text.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}
