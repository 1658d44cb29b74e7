//! Parameters as JSON values: what travels as text becomes what the schema means.
//! Knows styles and coercions; knows no models.

use std::borrow::Cow;

use super::manners::Manners;
use super::text::{Encoding, decode};
use super::{Coercion, Parameter, Style};
use crate::json::{self, Arena, Node};

/// A name with the text that belongs to it, as they were sent.
#[derive(Clone, Debug)]
pub(crate) struct Pair<'t> {
    /// The name, decoded.
    pub(crate) name: Cow<'t, str>,
    /// The text, not yet decoded. None where there is a name only.
    pub(crate) text: Option<Cow<'t, str>>,
    pub(crate) encoding: Encoding,
}

/// Splits a query string or a form; `None` where it is no text.
pub(crate) fn query_pairs(query: &str) -> Option<Vec<Pair<'_>>> {
    let parts = query.split('&').filter(|part| !part.is_empty());
    let pairs = parts.map(|part| {
        let (name, text) = match part.split_once('=') {
            Some((name, text)) => (name, Some(text)),
            None => (part, None),
        };
        // Decoded later, where it is known what separates items; checked now.
        decode(text.unwrap_or_default(), Encoding::Form)?;
        Some(Pair {
            name: decode(name, Encoding::Form)?,
            text: text.map(Cow::Borrowed),
            encoding: Encoding::Form,
        })
    });
    pairs.collect()
}

/// How the texts of a group are taken.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Taken<'n> {
    pub(crate) manners: Manners,
    /// Lists whose only text is not a value by itself.
    pub(crate) as_lists: &'n [(&'static str, OnlyText)],
}

/// What the only text of a list is, when it is not a value by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnlyText {
    /// Its only item.
    Item,
    /// Its items, separated by commas, although its style has none.
    Items,
}

/// The values of a group of parameters, as one object.
pub(crate) fn group<'a>(
    parameters: &'static [Parameter],
    pairs: &'a [Pair<'_>],
    taken: Taken<'_>,
    arena: &'a Arena,
) -> Node<'a> {
    arena.object(parameters.iter().filter_map(|parameter| {
        let found = value(parameter, parameters, pairs, taken, arena);
        let default = || json::parse_str(parameter.default?, arena).ok();
        Some((parameter.name, found.or_else(default)?))
    }))
}

/// What the lists that came as one text could be besides a value by themselves, in the order in which it is tried.
pub(crate) fn maybe_lists(
    parameters: &'static [Parameter],
    pairs: &[Pair<'_>],
    manners: Manners,
) -> Vec<(&'static str, OnlyText)> {
    let lists = parameters
        .iter()
        .filter(|parameter| parameter.coercion.is_list() && !parameter.json);
    let mut maybe = Vec::new();
    for list in lists {
        let mut own = pairs.iter().filter(|pair| pair.name == list.name);
        let (Some(pair), None) = (own.next(), own.next()) else {
            continue;
        };
        let text = pair.text.as_deref();
        let Some(text) = text.and_then(|text| decode(text, pair.encoding)) else {
            continue;
        };
        // JSON is what it is.
        if text.trim_start().starts_with('[') {
            continue;
        }
        if list.coercion.prefers_one() {
            maybe.push((list.name, OnlyText::Item));
        }
        if manners.are_lenient() && text.contains(',') {
            maybe.push((list.name, OnlyText::Items));
        }
    }
    maybe
}

/// The value of a field of a form whose style the document states.
pub(crate) fn field_value<'a>(
    field: &Parameter,
    all: &[Parameter],
    pairs: &'a [Pair<'_>],
    arena: &'a Arena,
) -> Option<Node<'a>> {
    value(field, all, pairs, Taken::default(), arena)
}

/// Whether a text of this name belongs to a parameter.
pub(crate) fn is_of(parameter: &Parameter, all: &[Parameter], name: &str) -> bool {
    parameter.name == name || keys(parameter, all, name).is_some()
}

fn value<'a>(
    parameter: &Parameter,
    all: &[Parameter],
    pairs: &'a [Pair<'_>],
    taken: Taken<'_>,
    arena: &'a Arena,
) -> Option<Node<'a>> {
    let coercion = parameter.coercion;
    let making = Making {
        arena,
        manners: taken.manners,
    };
    // Most parameters: one text, which is borrowed where it stands.
    let mut own = pairs.iter().filter(|pair| pair.name == parameter.name);
    if let (Some(pair), None) = (own.next(), own.next())
        && matches!(coercion, Coercion::Text)
        && !parameter.json
        && let Some(text) = &pair.text
    {
        let text = decode(trimmed(parameter, text), pair.encoding)?;
        return Some(Node::String(match text {
            Cow::Borrowed(text) => text,
            Cow::Owned(text) => arena.text(&text),
        }));
    }
    let own: Vec<_> = pairs
        .iter()
        .filter(|pair| pair.name == parameter.name)
        .collect();
    if own.is_empty() {
        return spread(parameter, all, pairs, making);
    }
    let mut texts = Vec::new();
    for pair in own {
        let text = pair.text.as_deref().map(|text| trimmed(parameter, text));
        match text {
            Some(text) if !parameter.json && coercion.is_list() => {
                let items = split(parameter, text);
                texts.extend(items.map(|item| decoded(item, pair.encoding)));
            }
            Some(text) => texts.push(decoded(text, pair.encoding)),
            None => texts.push(None),
        }
    }
    if parameter.json {
        return Some(Coercion::Json.node_as(&texts, making));
    }
    let mut as_lists = taken.as_lists.iter();
    if let Some((_, what)) = as_lists.find(|(name, _)| *name == parameter.name)
        && let [Some(text)] = texts.as_slice()
    {
        let own = |item: &str| Some(item.trim().to_owned());
        let items: Vec<_> = match what {
            OnlyText::Item => texts,
            OnlyText::Items => text.split(',').map(own).collect(),
        };
        return Some(self::items(coercion.item(), &items, making));
    }
    // `a,1,b,2` or `a=1,b=2`: how objects travel in paths and headers.
    if let [Some(text)] = texts.as_slice()
        && coercion.object().is_some()
        && !text.starts_with('{')
        && (parameter.style != Style::Form || !parameter.explode)
    {
        return Some(listed_object(parameter, text, making));
    }
    Some(coercion.node_as(&texts, making))
}

fn decoded(text: &str, encoding: Encoding) -> Option<String> {
    // Whoever made the pair knows that it can be decoded.
    decode(text, encoding).map(Cow::into_owned)
}

/// The text without what its style puts before it.
fn trimmed<'t>(parameter: &Parameter, text: &'t str) -> &'t str {
    match parameter.style {
        Style::Label => text.strip_prefix('.').unwrap_or(text),
        Style::Matrix => {
            let text = text.strip_prefix(';').unwrap_or(text);
            let after = text.strip_prefix(parameter.name);
            after
                .and_then(|text| text.strip_prefix('='))
                .unwrap_or(text)
        }
        _ => text,
    }
}

/// The items in one text.
fn split<'t>(parameter: &Parameter, text: &'t str) -> impl Iterator<Item = &'t str> {
    let separators: &[&str] = match parameter.style {
        // JSON text is split by nobody.
        _ if text.starts_with('[') || text.starts_with('{') => &[],
        Style::Simple => &[","],
        Style::Form if !parameter.explode => &[",", "%2C", "%2c"],
        Style::SpaceDelimited => &["%20", "+"],
        Style::PipeDelimited => &["|", "%7C", "%7c"],
        Style::Label if parameter.explode => &["."],
        Style::Label | Style::Matrix => &[","],
        Style::Form | Style::DeepObject => &[],
    };
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let found = separators
            .iter()
            .filter_map(|s| Some((text.find(s)?, s.len())));
        match found.min() {
            Some((at, length)) => {
                rest = Some(&text[at + length..]);
                Some(text[..at].trim_matches(' '))
            }
            None => {
                rest = None;
                Some(if separators.is_empty() {
                    text
                } else {
                    text.trim_matches(' ')
                })
            }
        }
    })
}

fn listed_object<'a>(parameter: &Parameter, text: &str, making: Making<'a>) -> Node<'a> {
    let pieces: Vec<_> = text.split(',').collect();
    let entries: Vec<(&str, &str)> = if parameter.explode {
        pieces
            .iter()
            .filter_map(|piece| piece.split_once('='))
            .collect()
    } else {
        pieces
            .chunks_exact(2)
            .map(|pair| (pair[0], pair[1]))
            .collect()
    };
    if entries.is_empty() {
        return parameter.coercion.node_as(&[Some(text.to_owned())], making);
    }
    let entries = entries.into_iter().map(|(key, text)| {
        let node = match parameter.coercion.property(key) {
            Some(coercion) => coercion.node_as(&[Some(text.to_owned())], making),
            None => making.text(text),
        };
        (making.arena.text(key), node)
    });
    making.arena.object(entries)
}

/// What travels under names of its own: the properties of an object (`name[key]=…`, or just `key=…`), and the items of a
/// list (`name[]=…`, `name[0]=…`).
fn spread<'a>(
    parameter: &Parameter,
    all: &[Parameter],
    pairs: &[Pair<'_>],
    making: Making<'a>,
) -> Option<Node<'a>> {
    let object = parameter.coercion.object();
    let coercion = match object {
        Some(object) => object,
        None if making.manners.are_lenient() && parameter.coercion.is_list() => parameter.coercion,
        None => return None,
    };
    let entries = pairs.iter().filter_map(|pair| {
        let text = || pair.text.as_deref().and_then(|t| decoded(t, pair.encoding));
        Some((keys(parameter, all, &pair.name)?, text()))
    });
    let entries: Vec<(Vec<String>, Option<String>)> = entries.collect();
    if entries.is_empty() {
        // An object without keys travels as nothing: when it must be there, this is it.
        let nothing = parameter.required && object.is_some() && may_spread(parameter);
        return nothing.then(|| making.arena.object([]));
    }
    let entries = entries.iter().map(|(keys, text)| (keys.as_slice(), text));
    Some(nested(coercion, entries.collect(), making))
}

/// Whether its style lets a parameter travel under several names.
fn may_spread(parameter: &Parameter) -> bool {
    matches!(parameter.style, Style::Form | Style::DeepObject)
}

/// Where in the value of a parameter a text of this name belongs.
fn keys(parameter: &Parameter, all: &[Parameter], name: &str) -> Option<Vec<String>> {
    let free = |name: &str| all.iter().all(|other| other.name != name);
    let object = parameter.coercion.object();
    let several = object.is_some() || parameter.coercion.is_list();
    if !several || !may_spread(parameter) || !free(name) {
        return None;
    }
    if let Some(keys) = bracketed(parameter.name, name) {
        return Some(keys);
    }
    let object = object?;
    let (property, inside) = match name.split_once('[') {
        Some((property, _)) => (property, bracketed(property, name)),
        None => (name, Some(Vec::new())),
    };
    let known = |name: &str| match object {
        Coercion::Object(fields) => fields.iter().any(|(field, _)| *field == name),
        _ => !name.contains('['),
    };
    let spreads = parameter.style == Style::Form && parameter.explode;
    if spreads && known(name) {
        return Some(vec![name.to_owned()]);
    }
    let inside = inside.filter(|_| spreads && known(property) && free(property))?;
    Some([vec![property.to_owned()], inside].concat())
}

/// The keys in `name[a][b]`.
fn bracketed(name: &str, text: &str) -> Option<Vec<String>> {
    /// Deeper than any parameter: each level is one of the reader's too.
    const DEPTH: usize = 16;
    let rest = text
        .strip_prefix(name)?
        .strip_prefix('[')?
        .strip_suffix(']')?;
    let keys: Vec<_> = rest.split("][").map(str::to_owned).collect();
    (keys.len() <= DEPTH).then_some(keys)
}

type Entry<'e> = (&'e [String], &'e Option<String>);

fn nested<'a>(
    coercion: &'static Coercion,
    entries: Vec<Entry<'_>>,
    making: Making<'a>,
) -> Node<'a> {
    let mut groups: Vec<(&str, Vec<Entry<'_>>)> = Vec::new();
    let mut own = Vec::new();
    for (keys, text) in entries {
        let Some((key, rest)) = keys.split_first() else {
            own.push(text.clone());
            continue;
        };
        match groups.iter_mut().find(|(known, _)| known == key) {
            Some((_, group)) => group.push((rest, text)),
            None => groups.push((key, vec![(rest, text)])),
        }
    }
    if groups.is_empty() {
        return coercion.node_as(&own, making);
    }
    // `name[]=…` and `name[0]=…` are items.
    let index = |(key, _): &(&str, _)| key.is_empty() || key.parse::<usize>().is_ok();
    if coercion.is_list() && groups.iter().all(index) {
        let item = coercion.item();
        let groups = groups.into_iter().flat_map(|(key, group)| match key {
            "" => group.into_iter().map(|entry| vec![entry]).collect(),
            _ => vec![group],
        });
        let items: Vec<_> = groups.map(|group| nested(item, group, making)).collect();
        return making.arena.array(&items);
    }
    let entries = groups.into_iter().map(|(key, group)| {
        let coercion = coercion.property(key).unwrap_or(&Coercion::Text);
        (making.arena.text(key), nested(coercion, group, making))
    });
    making.arena.object(entries)
}

/// Where values are made, and how texts are taken.
#[derive(Clone, Copy)]
struct Making<'a> {
    arena: &'a Arena,
    manners: Manners,
}

impl<'a> Making<'a> {
    fn text(self, text: &str) -> Node<'a> {
        Node::String(self.arena.text(text))
    }

    fn parsed(self, text: &str) -> Option<Node<'a>> {
        json::parse_str(self.arena.text(text), self.arena).ok()
    }

    /// The value in a text that begins so.
    fn json<'t>(self, text: impl FnOnce() -> Option<&'t str>, start: char) -> Option<Node<'a>> {
        let text = text().filter(|text| text.trim_start().starts_with(start));
        self.parsed(text?)
    }
}

impl Coercion {
    /// The value of these texts, to the letter. What does not fit stays text.
    pub(crate) fn node<'a>(&self, texts: &[Option<String>], arena: &'a Arena) -> Node<'a> {
        let making = Making {
            arena,
            manners: Manners::Document,
        };
        self.node_as(texts, making)
    }

    /// The value of these texts. What does not fit stays text.
    fn node_as<'a>(&self, texts: &[Option<String>], making: Making<'a>) -> Node<'a> {
        if let Some(node) = self.fit(texts, making) {
            return node;
        }
        let text = |text: &Option<String>| making.text(text.as_deref().unwrap_or_default());
        match texts {
            [one] => text(one),
            many => making
                .arena
                .array(&many.iter().map(text).collect::<Vec<_>>()),
        }
    }

    fn fit<'a>(&self, texts: &[Option<String>], making: Making<'a>) -> Option<Node<'a>> {
        let lenient = making.manners.are_lenient();
        let one = || match texts {
            [one] => Some(one.as_deref()),
            _ => None,
        };
        let text = || one().flatten();
        if lenient && let Some(list) = self.json_list(text, making) {
            return Some(list);
        }
        match self {
            Self::Text => one().map(|text| making.text(text.unwrap_or_default())),
            Self::Integer => integer(text()?).or_else(|| whole(text()?).filter(|_| lenient)),
            Self::Number => {
                let plain = || integer(text()?).or_else(|| number(text()?));
                plain().or_else(|| any_number(text()?).filter(|_| lenient))
            }
            Self::Boolean => match one()? {
                Some("true") | None => Some(Node::Boolean(true)),
                Some("false") => Some(Node::Boolean(false)),
                Some(text) if lenient && text.eq_ignore_ascii_case("true") => {
                    Some(Node::Boolean(true))
                }
                Some(text) if lenient && text.eq_ignore_ascii_case("false") => {
                    Some(Node::Boolean(false))
                }
                Some(_) => None,
            },
            Self::Json => making.parsed(text()?),
            Self::Nullable(inner) => match one() {
                Some(None) if !inner.takes_flag() => Some(Node::Null),
                Some(Some("" | "null")) if !inner.takes_text() => Some(Node::Null),
                _ => inner.fit(texts, making),
            },
            Self::Array(item) => making
                .json(text, '[')
                .filter(|_| !item.takes_text())
                .or_else(|| Some(items(item, texts, making))),
            Self::OneOrMany(item) => match texts {
                [_] => item.fit(texts, making).or_else(|| making.json(text, '[')),
                _ => Some(items(item, texts, making)),
            },
            Self::Map(_) | Self::Object(_) => making.json(text, '{'),
            Self::FirstOf(alternatives) => alternatives.iter().find_map(|alternative| {
                // Where any text is a value, a number is what looks like one and nothing else.
                let manners = match alternative {
                    Self::Integer | Self::Number if self.takes_text() => Manners::Document,
                    _ => making.manners,
                };
                alternative.fit(texts, Making { manners, ..making })
            }),
        }
    }

    /// The list that one text holds as JSON: what Kibana makes of it where a list is wanted. Where the text may also be
    /// a value by itself, it is a list when all of its items are texts.
    fn json_list<'t, 'a>(
        &self,
        text: impl FnOnce() -> Option<&'t str>,
        making: Making<'a>,
    ) -> Option<Node<'a>> {
        if !self.is_list() {
            return None;
        }
        let Node::Array(nodes) = making.json(text, '[')? else {
            return None;
        };
        let is_text = |node: &Node<'_>| matches!(node, Node::String(_));
        if self.takes_one_text() && !nodes.iter().all(is_text) {
            return None;
        }
        let item = self.item();
        let nodes = nodes.iter().map(|node| match node {
            Node::String(text) => item.node_as(&[Some((*text).to_owned())], making),
            node => *node,
        });
        Some(making.arena.array(&nodes.collect::<Vec<_>>()))
    }

    /// Whether one text is a value without being an item of a list.
    fn takes_one_text(&self) -> bool {
        match self {
            Self::Array(_) => false,
            Self::Nullable(inner) => inner.takes_one_text(),
            Self::FirstOf(alternatives) => alternatives.iter().any(Self::takes_one_text),
            _ => self.takes_text(),
        }
    }
}

/// Every text as an item; one that does not fit stays text, so that its index is reported.
fn items<'a>(item: &Coercion, texts: &[Option<String>], making: Making<'a>) -> Node<'a> {
    let texts = texts.iter().map(std::slice::from_ref);
    let nodes: Vec<_> = texts.map(|text| item.node_as(text, making)).collect();
    making.arena.array(&nodes)
}

fn integer(text: &str) -> Option<Node<'static>> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if !plain {
        return None;
    }
    let unsigned = || text.parse().map(Node::Unsigned).ok();
    text.parse().map(Node::Integer).ok().or_else(unsigned)
}

fn number(text: &str) -> Option<Node<'static>> {
    let plain = text
        .bytes()
        .all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    let value: f64 = text.parse().ok().filter(|_| plain)?;
    value.is_finite().then_some(Node::Float(value))
}

/// What JavaScript's `Number(text)` makes of it, as Kibana does; but nothing is no number.
fn any_number(text: &str) -> Option<Node<'static>> {
    let text = text.trim();
    let signless = text.strip_prefix('+').filter(|rest| !rest.starts_with('-'));
    integer(signless.unwrap_or(text))
        .or_else(|| with_radix(text))
        .or_else(|| number(text))
}

/// `0xff` and its like, which have no sign.
fn with_radix(text: &str) -> Option<Node<'static>> {
    let (prefix, digits) = text.split_at_checked(2)?;
    let radix = match prefix {
        "0x" | "0X" => 16,
        "0o" | "0O" => 8,
        "0b" | "0B" => 2,
        _ => return None,
    };
    let value = i64::from_str_radix(digits, radix).ok();
    value
        .filter(|_| !digits.starts_with(['+', '-']))
        .map(Node::Integer)
}

/// A number that [`any_number`] reads and that has no fraction.
fn whole(text: &str) -> Option<Node<'static>> {
    /// Beyond it, JavaScript's numbers leave integers out.
    const LARGEST: f64 = 9_007_199_254_740_991.0;
    match any_number(text)? {
        Node::Float(value) if value.fract() == 0.0 && value.abs() <= LARGEST => {
            Some(Node::Integer(value as i64))
        }
        Node::Float(_) => None,
        node => Some(node),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// To the letter.
    fn shown(parameter: &'static Parameter, query: &str) -> String {
        let taken = Taken {
            manners: Manners::Document,
            as_lists: &[],
        };
        shown_as(parameter, query, taken)
    }

    /// As Kibana takes it.
    fn leniently(parameter: &'static Parameter, query: &str) -> String {
        shown_as(parameter, query, Taken::default())
    }

    fn shown_as(parameter: &'static Parameter, query: &str, taken: Taken<'_>) -> String {
        let parameters = std::slice::from_ref(parameter);
        let pairs = query_pairs(query).unwrap();
        let arena = Arena::new();
        let node = group(parameters, &pairs, taken, &arena);
        match node.property(&[parameter.name]) {
            Some(node) => node.to_value().to_string(),
            None => "absent".to_owned(),
        }
    }

    macro_rules! parameter {
        ($coercion:expr $(, $field:ident: $value:expr)*) => {{
            static PARAMETER: Parameter =
                Parameter { name: "p", coercion: &$coercion, $($field: $value,)* ..Parameter::TEXT };
            &PARAMETER
        }};
    }

    #[test]
    fn scalars_are_read_by_type_and_stay_text_where_they_do_not_fit() {
        let integer = parameter!(Coercion::Integer);
        assert_eq!(shown(integer, "p=-12"), "-12");
        for text in ["1.5", "", "+1", "0x1", "99999999999999999999"] {
            let encoded = text.replace('+', "%2B");
            assert_eq!(shown(integer, &format!("p={encoded}")), format!("{text:?}"));
        }
        assert_eq!(shown(integer, "p=1&p=2"), r#"["1","2"]"#);
        assert_eq!(shown(integer, "q=1"), "absent");
        let number = parameter!(Coercion::Number);
        assert_eq!(shown(number, "p=1.5e3"), "1500.0");
        assert_eq!(shown(number, "p=inf"), r#""inf""#);
        assert_eq!(shown(parameter!(Coercion::Text), "p=a+b%26"), r#""a b&""#);
        assert_eq!(
            shown(parameter!(Coercion::Text, default: Some("\"d\"")), ""),
            r#""d""#
        );
    }

    #[test]
    fn a_flag_without_value_is_true() {
        let boolean = parameter!(Coercion::Boolean);
        assert_eq!(shown(boolean, "p"), "true");
        assert_eq!(shown(boolean, "p=false"), "false");
        assert_eq!(shown(boolean, "p="), r#""""#);
        let or_empty = parameter!(Coercion::FirstOf(&[Coercion::Boolean, Coercion::Text]));
        assert_eq!(shown(or_empty, "p"), "true");
        assert_eq!(shown(or_empty, "p="), r#""""#);
    }

    #[test]
    fn null_is_nothing_or_its_name_where_text_is_no_value() {
        let number = parameter!(Coercion::Nullable(&Coercion::Number));
        assert_eq!(shown(number, "p="), "null");
        assert_eq!(shown(number, "p=null"), "null");
        assert_eq!(shown(number, "p=1"), "1");
        let text = parameter!(Coercion::Nullable(&Coercion::Text));
        assert_eq!(shown(text, "p=null"), r#""null""#);
        assert_eq!(shown(text, "p"), "null");
    }

    #[test]
    fn lists_come_as_repeated_names_or_separated_as_their_style_says() {
        let repeated = parameter!(Coercion::Array(&Coercion::Integer));
        assert_eq!(shown(repeated, "p=1&x=0&p=2"), "[1,2]");
        assert_eq!(shown(repeated, "p=1&p=x"), r#"[1,"x"]"#);
        let commas = parameter!(Coercion::Array(&Coercion::Text), explode: false);
        assert_eq!(shown(commas, "p=a,b%2Cc&p=d"), r#"["a","b","c","d"]"#);
        let exploded = parameter!(Coercion::Array(&Coercion::Text));
        assert_eq!(shown(exploded, "p=a,b"), r#"["a,b"]"#);
        let pipes = parameter!(Coercion::Array(&Coercion::Text), style: Style::PipeDelimited);
        assert_eq!(shown(pipes, "p=a|b%7Cc"), r#"["a","b","c"]"#);
        let one_or_many = parameter!(Coercion::OneOrMany(&Coercion::Text));
        assert_eq!(shown(one_or_many, "p=a"), r#""a""#);
        assert_eq!(shown(one_or_many, "p=a&p=b"), r#"["a","b"]"#);
    }

    #[test]
    fn objects_come_as_json_text_or_spread_over_names() {
        const FIELDS: Coercion =
            Coercion::Object(&[("id", Coercion::Text), ("size", Coercion::Integer)]);
        let object = parameter!(FIELDS);
        let expected = r#"{"id":"a","size":2}"#;
        assert_eq!(
            shown(object, "p=%7B%22id%22:%22a%22,%22size%22:2%7D"),
            expected
        );
        assert_eq!(shown(object, "id=a&size=2&other=1"), expected);
        assert_eq!(shown(object, "p[id]=a&p%5Bsize%5D=2"), expected);
        assert_eq!(shown(object, "p=nonsense"), r#""nonsense""#);
        let deep = parameter!(Coercion::Map(&Coercion::Array(&Coercion::Integer)),
            style: Style::DeepObject);
        assert_eq!(
            shown(deep, "p[a]=1&p[a]=2&p[b][]=3"),
            r#"{"a":[1,2],"b":[3]}"#
        );
        // What a property holds may be spread as well.
        const LISTS: Coercion = Coercion::Object(&[("ids", Coercion::Array(&Coercion::Integer))]);
        assert_eq!(
            shown(parameter!(LISTS), "ids[]=1&ids[]=2"),
            r#"{"ids":[1,2]}"#
        );
        assert_eq!(shown(parameter!(LISTS), "ids[a]=1"), r#"{"ids":{"a":"1"}}"#);
        let union = parameter!(Coercion::FirstOf(&[FIELDS, Coercion::Array(&FIELDS)]));
        assert_eq!(shown(union, r#"p=[{"id":"a"}]"#), r#"[{"id":"a"}]"#);
    }

    #[test]
    fn headers_and_paths_separate_by_commas() {
        let list = parameter!(Coercion::Array(&Coercion::Text), style: Style::Simple);
        assert_eq!(
            shown(list, "p=a,%20b"),
            r#"["a","%20b"]"#.replace("%20", " ")
        );
        let object = parameter!(Coercion::Map(&Coercion::Integer), style: Style::Simple,
            explode: false);
        assert_eq!(shown(object, "p=a,1,b,2"), r#"{"a":1,"b":2}"#);
        let label = parameter!(Coercion::Array(&Coercion::Text), style: Style::Label);
        assert_eq!(shown(label, "p=.a.b"), r#"["a","b"]"#);
        let matrix = parameter!(Coercion::Text, style: Style::Matrix);
        assert_eq!(shown(matrix, "p=;p=a"), r#""a""#);
    }

    #[test]
    fn numbers_and_booleans_are_read_as_kibana_reads_them_unless_to_the_letter() {
        let integer = parameter!(Coercion::Integer);
        for (text, expected) in [
            ("1.0", "1"),
            ("+1", "1"),
            ("%201%20", "1"),
            ("1e2", "100"),
            ("%2B7", "7"),
            ("0x1F", "31"),
            ("-2.00", "-2"),
            ("9007199254740991", "9007199254740991"),
        ] {
            assert_eq!(leniently(integer, &format!("p={text}")), expected, "{text}");
        }
        // Nothing is no number, whatever JavaScript says, and what has a fraction is none here.
        for text in [
            "", "%20", "1.5", "1e-1", "1e300", "Infinity", "NaN", "0x", "0x-1", "%2B-1", "1_0", "x",
        ] {
            let query = format!("p={text}");
            assert_eq!(leniently(integer, &query), shown(integer, &query), "{text}");
            assert!(leniently(integer, &query).starts_with('"'), "{text}");
        }
        let number = parameter!(Coercion::Number);
        assert_eq!(leniently(number, "p=+1.5"), "1.5");
        assert_eq!(leniently(number, "p=+3"), "3");
        assert_eq!(leniently(number, "p=0b11"), "3");

        let boolean = parameter!(Coercion::Boolean);
        for (text, expected) in [("True", "true"), ("FALSE", "false"), ("tRuE", "true")] {
            assert_eq!(leniently(boolean, &format!("p={text}")), expected);
            assert_eq!(shown(boolean, &format!("p={text}")), format!("{text:?}"));
        }
        for text in ["", "1", "yes", "%20true"] {
            assert!(
                leniently(boolean, &format!("p={text}")).starts_with('"'),
                "{text}"
            );
        }
    }

    #[test]
    fn where_any_text_is_a_value_only_plain_numbers_are_numbers() {
        let id = parameter!(Coercion::FirstOf(&[Coercion::Integer, Coercion::Text]));
        assert_eq!(leniently(id, "p=12"), "12");
        assert_eq!(leniently(id, "p=1e5"), r#""1e5""#);
        let flag = parameter!(Coercion::FirstOf(&[Coercion::Boolean, Coercion::Text]));
        assert_eq!(leniently(flag, "p=True"), "true");
    }

    #[test]
    fn a_list_may_come_as_json_in_one_value() {
        let texts = parameter!(Coercion::Array(&Coercion::Text));
        let encoded = "p=%5B%22c0%22,%22c2%22%5D";
        assert_eq!(leniently(texts, encoded), r#"["c0","c2"]"#);
        assert_eq!(shown(texts, encoded), r#"["[\"c0\",\"c2\"]"]"#);
        assert_eq!(leniently(texts, "p=[]"), "[]");
        assert_eq!(leniently(texts, "p=[1]"), "[1]");
        assert_eq!(leniently(texts, "p=[Metrics]+CPU"), r#"["[Metrics] CPU"]"#);
        assert_eq!(leniently(texts, r#"p=["a"]&p=b"#), r#"["[\"a\"]","b"]"#);
        let integers = parameter!(Coercion::Array(&Coercion::Integer));
        assert_eq!(leniently(integers, r#"p=[1,"2","x"]"#), r#"[1,2,"x"]"#);
        // Where the text could be a value by itself, only a list of texts is a list.
        let one_or_many = parameter!(Coercion::OneOrMany(&Coercion::Text));
        assert_eq!(leniently(one_or_many, r#"p=["a","b"]"#), r#"["a","b"]"#);
        assert_eq!(leniently(one_or_many, "p=[1]"), r#""[1]""#);
        let union = parameter!(Coercion::FirstOf(&[
            Coercion::Text,
            Coercion::Array(&Coercion::Text)
        ]));
        assert_eq!(leniently(union, r#"p=["a"]"#), r#"["a"]"#);
    }

    #[test]
    fn items_of_a_list_may_be_named() {
        let integers = parameter!(Coercion::Array(&Coercion::Integer));
        for query in ["p[]=1&p[]=2", "p%5B0%5D=1&p%5B1%5D=2.0"] {
            assert_eq!(leniently(integers, query), "[1,2]");
            assert_eq!(shown(integers, query), "absent");
        }
        // No list, so that it is refused and not overlooked.
        assert_eq!(leniently(integers, "p[a]=1"), r#"{"a":"1"}"#);
        let one_or_many = parameter!(Coercion::OneOrMany(&Coercion::Text));
        assert_eq!(leniently(one_or_many, "p[]=a"), r#"["a"]"#);
        // Unless the document has such a name itself.
        static BOTH: [Parameter; 2] = [
            Parameter {
                name: "p",
                coercion: &Coercion::Array(&Coercion::Text),
                ..Parameter::TEXT
            },
            Parameter {
                name: "p[]",
                ..Parameter::TEXT
            },
        ];
        let pairs = query_pairs("p[]=a").unwrap();
        let arena = Arena::new();
        let node = group(&BOTH, &pairs, Taken::default(), &arena);
        assert_eq!(node.to_value().to_string(), r#"{"p[]":"a"}"#);
    }

    #[test]
    fn the_only_text_of_a_list_is_an_item_or_several_where_that_is_asked_for() {
        let list = parameter!(Coercion::OneOrMany(&Coercion::Text));
        let taken = |what| Taken {
            as_lists: if what == OnlyText::Item {
                &[("p", OnlyText::Item)]
            } else {
                &[("p", OnlyText::Items)]
            },
            ..Taken::default()
        };
        assert_eq!(leniently(list, "p=a,b"), r#""a,b""#);
        let several = shown_as(list, "p=a,+b%2Cc", taken(OnlyText::Items));
        assert_eq!(several, r#"["a","b","c"]"#);
        let union = parameter!(Coercion::FirstOf(&[
            Coercion::Text,
            Coercion::Array(&Coercion::Integer)
        ]));
        assert_eq!(shown_as(union, "p=7", taken(OnlyText::Item)), "[7]");

        let maybe = |parameter: &'static Parameter, query, manners| {
            let pairs = query_pairs(query).unwrap();
            let maybe = maybe_lists(std::slice::from_ref(parameter), &pairs, manners);
            maybe.into_iter().map(|(_, what)| what).collect::<Vec<_>>()
        };
        use OnlyText::{Item, Items};
        assert_eq!(maybe(list, "p=a%2Cb", Manners::Kibana), [Items]);
        assert_eq!(maybe(list, "p=a%2Cb", Manners::Document), []);
        assert_eq!(maybe(union, "p=a,b", Manners::Kibana), [Item, Items]);
        assert_eq!(maybe(union, "p=a,b", Manners::Document), [Item]);
        for query in ["p=a", "p=a,b&p=c", r#"p=["a","b"]"#, "q=a,b"] {
            assert_eq!(maybe(list, query, Manners::Kibana), [], "{query}");
        }
        let text = parameter!(Coercion::Text);
        assert_eq!(maybe(text, "p=a,b", Manners::Kibana), []);
    }

    #[test]
    fn a_query_that_is_no_text_is_refused() {
        for query in ["p=%zz", "%ff=1", "p=%"] {
            assert!(query_pairs(query).is_none(), "{query}");
        }
    }
}
