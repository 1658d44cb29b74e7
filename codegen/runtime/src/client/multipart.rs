//! Multipart bodies as bytes. Knows the parts that a document names.

use std::collections::BTreeSet;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use bytes::Bytes;
use futures_util::stream;

use super::{ByteStream, File, Multipart, Part, Parts, StreamError};

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
    checked: Option<&'static Parts>,
) -> ByteStream {
    let writing = Writing {
        body,
        boundary,
        checked,
        seen: BTreeSet::new(),
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
    checked: Option<&'static Parts>,
    seen: BTreeSet<String>,
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
            self.check_missing()?;
            return Ok(Some(format!("--{}--\r\n", self.boundary).into()));
        };
        self.check(&part)?;
        let name = match &part {
            Part::Field(field) => field.name(),
            Part::File(file) => file.name(),
        };
        let mut text = format!(
            "--{}\r\ncontent-disposition: form-data; name=\"{}\"",
            self.boundary,
            quoted(name)
        );
        match part {
            Part::Field(field) => {
                text += &format!("\r\n\r\n{}\r\n", field.text());
            }
            Part::File(file) => {
                // Without a name, servers take it for text.
                let file_name = quoted(file.file_name().unwrap_or("file"));
                let content_type = file.content_type().unwrap_or("application/octet-stream");
                if content_type.contains(['\r', '\n']) {
                    let path = format!("body.{}", file.name());
                    return Err(StreamError::unreadable(
                        &path,
                        "its media type is no header",
                    ));
                }
                text +=
                    &format!("; filename=\"{file_name}\"\r\ncontent-type: {content_type}\r\n\r\n");
                self.file = Some(file);
            }
        }
        Ok(Some(text.into()))
    }

    fn check(&mut self, part: &Part) -> Result<(), StreamError> {
        let Some(parts) = self.checked else {
            return Ok(());
        };
        let name = match part {
            Part::Field(field) => field.name(),
            Part::File(file) => file.name(),
        };
        let wrong = |problem: &str| Err(StreamError::unreadable(&format!("body.{name}"), problem));
        let Some(known) = parts.get(name) else {
            return match parts.closed {
                true => wrong("the part is not known here"),
                false => Ok(()),
            };
        };
        if !self.seen.insert(name.to_owned()) && !known.many {
            return wrong("the part is there twice");
        }
        match part {
            Part::Field(_) if known.file => wrong("the part is a file"),
            Part::Field(field) => Ok(known.accepts(field.value())?),
            Part::File(_) => Ok(()),
        }
    }

    fn check_missing(&self) -> Result<(), StreamError> {
        let Some(parts) = self.checked else {
            return Ok(());
        };
        let missing = |part: &&super::PartInfo| part.required && !self.seen.contains(part.name);
        match parts.list.iter().find(missing) {
            Some(part) => Err(StreamError::unreadable(
                &format!("body.{}", part.name),
                "expected the part",
            )),
            None => Ok(()),
        }
    }
}

/// Text in quotes, as browsers write it.
fn quoted(text: &str) -> String {
    text.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}
