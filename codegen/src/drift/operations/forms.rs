//! How the properties of forms are written, before and after. Knows the IR only.

use super::{Comparison, Facet, Root, Side, Spot, Subject};
use crate::ir::{Api, BodyFormat, Content, Encoding, Field, Header, Kind, Shape, Style};

/// The properties of a form.
fn fields<'a>(api: &'a Api, content: &'a Content) -> &'a [Field] {
    let kind = content.ty.as_ref().map(|ty| api.types.resolve(ty).0);
    match kind {
        Some(Kind::Named(id)) => match &api.types.body(*id).shape {
            Shape::Struct(object) => &object.fields,
            _ => &[],
        },
        _ => &[],
    }
}

/// How a field is written, as far as it matters for values without and with parts.
fn way(encoding: Option<&Encoding>, compound: bool) -> String {
    let style = encoding.and_then(|encoding| encoding.style);
    match style {
        None if encoding.is_some_and(Encoding::is_json) => "JSON text".to_string(),
        Some(style) if compound => {
            let explode = if style.explode {
                ""
            } else {
                " without explode"
            };
            format!("style {:?}{explode}", style.style)
        }
        // A value without parts is written the same way in every style.
        _ => format!("style {:?}", Style::Form),
    }
}

/// The media types of a part; any when it is empty.
fn media_types(encoding: Option<&Encoding>) -> &[String] {
    encoding.map_or(&[], |encoding| &encoding.media_types)
}

fn headers(encoding: Option<&Encoding>) -> &[Header] {
    encoding.map_or(&[], |encoding| &encoding.headers)
}

impl<'a> Comparison<'a, '_> {
    /// Compares how the properties that both forms have are written.
    pub(super) fn encodings(
        &mut self,
        (part, spot): (&str, &Spot<'a>),
        old: &'a Content,
        new: &'a Content,
    ) {
        let olds = fields(self.types.sides.old.api, old);
        let news = fields(self.types.sides.new.api, new);
        for a in olds {
            let Some(b) = news.iter().find(|b| b.wire == a.wire) else {
                continue;
            };
            let (x, y) = (old.encoding(&a.wire), new.encoding(&a.wire));
            match old.format {
                BodyFormat::Form => {
                    let compound = self.is_compound(&a.ty, &b.ty);
                    let (before, now) = (way(x, compound), way(y, compound));
                    if before != now {
                        let message = format!("`{}` written as {before} → {now}", a.wire);
                        self.encoding_changed(part, spot, message);
                    }
                }
                _ => self.part((part, spot), &a.wire, x, y),
            }
        }
    }

    fn encoding_changed(&mut self, part: &str, spot: &Spot<'a>, message: String) {
        let delta = spot.delta(Facet::EncodingChanged, message);
        self.push(Subject::RequestBody, part, delta);
    }

    /// A part of a multipart body: its media types and its headers.
    fn part(
        &mut self,
        (part, spot): (&str, &Spot<'a>),
        wire: &str,
        old: Option<&'a Encoding>,
        new: Option<&'a Encoding>,
    ) {
        let (before, now) = (media_types(old), media_types(new));
        // No list is any media type.
        let lacks = |list: &[String], other: &[String]| {
            !list.is_empty() && (other.is_empty() || other.iter().any(|t| !list.contains(t)))
        };
        let words = |list: &[String]| match list {
            [] => "any media type".to_string(),
            list => format!("`{}`", list.join("`, `")),
        };
        let message = format!("part `{wire}` as {} → {}", words(before), words(now));
        for (facet, differs) in [
            (Facet::MediaTypeRemoved, lacks(now, before)),
            (Facet::MediaTypeAdded, lacks(before, now)),
        ] {
            if differs {
                let delta = spot.delta(facet, message.clone());
                self.push(Subject::RequestBody, part, delta);
            }
        }
        let named = |list: &'a [Header], wire: &str| {
            let mut list = list.iter();
            list.find(|header| header.wire.eq_ignore_ascii_case(wire))
        };
        let (olds, news) = (headers(old), headers(new));
        for a in olds {
            let said = format!("header `{}` of the part `{wire}`", a.wire);
            match named(news, &a.wire) {
                Some(b) => self.part_header(part, said, a, b),
                None => self.encoding_changed(part, spot, format!("{said} removed")),
            }
        }
        for b in news.iter().filter(|b| named(olds, &b.wire).is_none()) {
            let word = if b.required { "required " } else { "" };
            let message = format!("{word}header `{}` of the part `{wire}` added", b.wire);
            self.encoding_changed(part, spot, message);
        }
    }

    fn part_header(&mut self, part: &str, said: String, a: &'a Header, b: &'a Header) {
        let spot = self.at(&a.pointer, &b.pointer);
        if a.required != b.required {
            let word = if b.required { "required" } else { "optional" };
            self.encoding_changed(part, &spot, format!("{said} became {word}"));
        }
        let pair = self.types.root(Side::Request, &spot, &a.ty, &b.ty);
        self.common.roots.push(Root {
            subject: Subject::RequestBody,
            part: format!("{part} {said}"),
            pair,
            bases: Some((&a.pointer, &b.pointer)),
        });
    }
}
