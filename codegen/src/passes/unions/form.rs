//! What the values of a type look like, as far as telling union members apart needs it.
//! Forms are shallow views into the IR: the inside of an object or array is looked at only when asked for,
//! so recursive types need no care beyond unions that contain themselves.

use std::cell::OnceCell;

use crate::ir::{
    Additional, Array, Discriminator, Enum, EnumVariant, Field, Integer, JsonKind, Kind, Number,
    Presence, Range, Shape, Size, TagValue, Text, Type, TypeId, Types,
};

/// All JSON types.
pub(super) const KINDS: [JsonKind; 7] = [
    JsonKind::Null,
    JsonKind::Boolean,
    JsonKind::Integer,
    JsonKind::Fraction,
    JsonKind::String,
    JsonKind::Array,
    JsonKind::Object,
];

/// How deep types are compared before they are taken to be alike.
const COMPARE_DEPTH: usize = 4;

/// One form that the values of a type can have. A type has several when it is nullable or a union.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form<'a> {
    Any,
    Null,
    Boolean(Option<bool>),
    Integer(&'a Integer),
    Number(&'a Number),
    Text(&'a Text),
    Enum(&'a [EnumVariant]),
    /// Base64 or raw bytes.
    Bytes,
    Array(&'a Type, Size),
    Object(Object<'a>),
}

/// An object, whether a struct, a map or without any rule.
#[derive(Clone, Copy, Debug)]
pub(super) struct Object<'a> {
    pub(super) fields: &'a [Field],
    pub(super) extra: Extra<'a>,
    forbidden: &'a [String],
    require_any: &'a [Vec<String>],
    size: Size,
    /// The discriminator of the union that this object is a member of, and its index there.
    mapped: Option<(&'a Discriminator, usize)>,
}

/// [`Additional`], by reference.
#[derive(Clone, Copy, Debug)]
pub(super) enum Extra<'a> {
    Closed,
    Any,
    Typed(&'a Type),
}

/// How likely a member is in a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Likelihood {
    /// No valid value of the member gets here.
    No,
    /// Some valid values do, but only with keys that the member does not declare,
    /// or because the reader is more lenient than the document.
    Possible,
    /// The member declares such values.
    Plausible,
}

use Likelihood::{No, Plausible, Possible};

/// What stands at a property, seen from the object.
#[derive(Debug)]
pub(super) struct Slot<'a> {
    pub(super) absent: Likelihood,
    pub(super) present: Vec<(Likelihood, Form<'a>)>,
}

impl<'a> Form<'a> {
    /// Whether a value of this JSON type can have the form.
    pub(super) fn holds(self, kind: JsonKind) -> bool {
        match self {
            Form::Any => true,
            Form::Null => kind == JsonKind::Null,
            Form::Boolean(_) => kind == JsonKind::Boolean,
            Form::Integer(_) => kind == JsonKind::Integer,
            Form::Number(number) => match kind {
                JsonKind::Integer => {
                    number.allowed.is_empty() || number.allowed.iter().any(|n| n.fract() == 0.0)
                }
                JsonKind::Fraction => {
                    number.allowed.is_empty() || number.allowed.iter().any(|n| n.fract() != 0.0)
                }
                _ => false,
            },
            Form::Text(_) | Form::Enum(_) | Form::Bytes => kind == JsonKind::String,
            Form::Array(..) => kind == JsonKind::Array,
            Form::Object(_) => kind == JsonKind::Object,
        }
    }

    /// The only values that the form can have; `None` when there is no such list.
    pub(super) fn constants(self) -> Option<Vec<TagValue>> {
        match self {
            Form::Boolean(Some(only)) => Some(vec![TagValue::Boolean(only)]),
            Form::Integer(integer) if !integer.allowed.is_empty() => Some(
                integer
                    .allowed
                    .iter()
                    .copied()
                    .map(TagValue::Integer)
                    .collect(),
            ),
            Form::Number(number) if !number.allowed.is_empty() => Some(
                number
                    .allowed
                    .iter()
                    .filter_map(|n| integral(*n))
                    .map(TagValue::Integer)
                    .collect(),
            ),
            Form::Enum(variants) => Some(
                variants
                    .iter()
                    .map(|v| TagValue::String(v.value.clone()))
                    .collect(),
            ),
            _ => None,
        }
    }

    /// Whether the form can have the value without naming it.
    fn is_free(self, value: &TagValue) -> bool {
        let kind = match value {
            TagValue::String(_) => JsonKind::String,
            TagValue::Boolean(_) => JsonKind::Boolean,
            TagValue::Integer(_) => JsonKind::Integer,
        };
        self.holds(kind) && !self.lists()
    }

    fn lists(self) -> bool {
        match self {
            Form::Boolean(only) => only.is_some(),
            Form::Integer(integer) => !integer.allowed.is_empty(),
            Form::Number(number) => !number.allowed.is_empty(),
            Form::Enum(_) => true,
            _ => false,
        }
    }

    fn lists_value(self, value: &TagValue) -> bool {
        match (self, value) {
            (Form::Boolean(only), TagValue::Boolean(b)) => only == Some(*b),
            (Form::Integer(integer), TagValue::Integer(n)) => integer.allowed.contains(n),
            (Form::Number(number), TagValue::Integer(n)) => {
                number.allowed.iter().any(|a| integral(*a) == Some(*n))
            }
            (Form::Enum(variants), TagValue::String(s)) => variants.iter().any(|v| v.value == *s),
            _ => false,
        }
    }

    /// Whether the form can have a value that no list of constants names.
    fn exceeds_constants(self) -> bool {
        match self {
            Form::Number(number) => {
                number.allowed.is_empty() || number.allowed.iter().any(|n| integral(*n).is_none())
            }
            form => !form.lists(),
        }
    }
}

fn integral(n: f64) -> Option<i64> {
    // 2^53: beyond it, neighbouring integers are the same f64.
    (n.fract() == 0.0 && n.abs() <= 9_007_199_254_740_992.0).then_some(n as i64)
}

/// The forms of types, remembered per definition.
pub(super) struct Forms<'a> {
    types: &'a Types,
    memo: Vec<OnceCell<Vec<Form<'a>>>>,
}

impl<'a> Forms<'a> {
    pub(super) fn new(types: &'a Types) -> Self {
        Self {
            types,
            memo: types.ids().map(|_| OnceCell::new()).collect(),
        }
    }

    /// All forms of a type; none when the type has no value.
    pub(super) fn of(&self, ty: &'a Type) -> Vec<Form<'a>> {
        let mut forms = Vec::new();
        if ty.nullable {
            forms.push(Form::Null);
        }
        match &ty.kind {
            Kind::Named(id) => forms.extend_from_slice(self.memo[id.0].get_or_init(|| {
                let mut forms = Vec::new();
                self.collect_definition(*id, &mut Vec::new(), &mut forms);
                forms
            })),
            _ => self.collect(ty, &mut Vec::new(), &mut forms),
        }
        forms
    }

    fn collect(&self, ty: &'a Type, visiting: &mut Vec<TypeId>, forms: &mut Vec<Form<'a>>) {
        if ty.nullable && !forms.iter().any(|f| matches!(f, Form::Null)) {
            forms.push(Form::Null);
        }
        let form = match &ty.kind {
            Kind::Never => return,
            Kind::Named(id) => return self.collect_definition(*id, visiting, forms),
            Kind::OneOrMany(inner, size) => {
                self.collect(inner, visiting, forms);
                Form::Array(inner, *size)
            }
            Kind::Any { .. } | Kind::Replaced(_) => Form::Any,
            Kind::Null => Form::Null,
            Kind::Boolean { only } => Form::Boolean(*only),
            Kind::Integer(integer) => Form::Integer(integer),
            Kind::Number(number) => Form::Number(number),
            Kind::String(text) => Form::Text(text),
            Kind::Base64 | Kind::Binary => Form::Bytes,
            Kind::Array(Array { items, size, .. }) => Form::Array(items, *size),
            Kind::Object(size) => Form::Object(Object::map(Extra::Any, *size)),
            Kind::Map(values, size) => Form::Object(Object::map(Extra::Typed(values), *size)),
        };
        forms.push(form);
    }

    fn collect_definition(
        &self,
        id: TypeId,
        visiting: &mut Vec<TypeId>,
        forms: &mut Vec<Form<'a>>,
    ) {
        if visiting.contains(&id) {
            return; // A union that contains itself: its own forms are on the way already.
        }
        visiting.push(id);
        match &self.types[id].shape {
            Shape::Alias(ty) => self.collect(ty, visiting, forms),
            Shape::Enum(Enum { variants }) => forms.push(Form::Enum(variants)),
            Shape::Struct(s) => forms.push(Form::Object(Object {
                fields: &s.fields,
                extra: match &s.additional {
                    Additional::Closed => Extra::Closed,
                    Additional::Any => Extra::Any,
                    Additional::Typed(ty) => Extra::Typed(ty),
                },
                forbidden: &s.forbidden,
                require_any: &s.require_any,
                size: s.size,
                mapped: None,
            })),
            Shape::Union(union) => {
                for (index, member) in union.members.iter().enumerate() {
                    let start = forms.len();
                    self.collect(&member.ty, visiting, forms);
                    mark_mapped(&mut forms[start..], union.discriminator.as_ref(), index);
                }
            }
        }
        visiting.pop();
    }

    /// The forms of a member, told which values the union's discriminator maps to it.
    pub(super) fn of_member(
        &self,
        ty: &'a Type,
        discriminator: Option<&'a Discriminator>,
        index: usize,
    ) -> Vec<Form<'a>> {
        let mut forms = self.of(ty);
        mark_mapped(&mut forms, discriminator, index);
        forms
    }

    /// What stands at a path of properties, seen from a value of a form.
    pub(super) fn slot(&self, form: Form<'a>, path: &[&str]) -> Slot<'a> {
        let mut absent = No;
        let mut present = vec![(Plausible, form)];
        for key in path {
            let mut next = Vec::new();
            for (likelihood, form) in present {
                let slot = self.property(form, key);
                absent = absent.max(likelihood.min(slot.absent));
                next.extend(slot.present.iter().map(|(l, f)| (likelihood.min(*l), *f)));
            }
            present = next;
        }
        Slot { absent, present }
    }

    fn property(&self, form: Form<'a>, key: &str) -> Slot<'a> {
        let (absent, present) = match form {
            Form::Any => (Plausible, vec![(Possible, Form::Any)]),
            Form::Object(object) => return self.object_property(object, key),
            _ => (Plausible, Vec::new()),
        };
        Slot { absent, present }
    }

    fn object_property(&self, object: Object<'a>, key: &str) -> Slot<'a> {
        if object.forbidden.iter().any(|k| k == key) {
            return Slot {
                absent: Plausible,
                present: Vec::new(),
            };
        }
        let demanded = !object.require_any.is_empty()
            && object
                .require_any
                .iter()
                .all(|set| set.iter().any(|k| k == key));
        let Some(field) = object.field(key) else {
            let forms = match object.extra {
                Extra::Closed => Vec::new(),
                Extra::Any => vec![Form::Any],
                Extra::Typed(ty) => self.of(ty),
            };
            return Slot {
                absent: if demanded { No } else { Plausible },
                present: forms.into_iter().map(|f| (Possible, f)).collect(),
            };
        };
        let absent = match field.presence {
            _ if demanded => No,
            // Both are tolerated on reading, against the letter of the document.
            Presence::Required if field.ty.nullable => Possible,
            Presence::Lenient => Possible,
            Presence::Required => No,
            Presence::Optional => Plausible,
        };
        Slot {
            absent,
            present: self
                .of(&field.ty)
                .into_iter()
                .map(|f| (Plausible, f))
                .collect(),
        }
    }

    /// How likely a value of a form has `value` at `path`.
    pub(super) fn tagged(&self, form: Form<'a>, path: &[&str], value: &TagValue) -> Likelihood {
        let slot = self.slot(form, path);
        let best = |test: &dyn Fn(Form<'a>) -> bool| {
            let hits = slot.present.iter().filter(|(_, f)| test(*f));
            hits.map(|(l, _)| *l).max().unwrap_or(No)
        };
        let listed = best(&|f| f.lists_value(value));
        let free = best(&|f| f.is_free(value));
        match mapping(form, path, value) {
            // The document gives the value to this member; it can hold it, or the entry would be gone.
            Mapping::Own if listed.max(free) == No => No,
            Mapping::Own => Plausible,
            // To another one. A list that names it nevertheless may be right, a free text is not meant.
            Mapping::Other => listed.min(Possible),
            Mapping::Elsewhere => listed,
            Mapping::None => listed.max(free),
        }
    }

    /// Whether a value of a form can have a text at `path`, whatever a mapping says.
    pub(super) fn can_be(&self, form: Form<'a>, path: &[&str], text: &str) -> bool {
        let value = TagValue::String(text.to_string());
        let slot = self.slot(form, path);
        let mut forms = slot.present.iter();
        forms.any(|(_, f)| f.lists_value(&value) || f.is_free(&value))
    }

    /// How likely a value of a form has something at `path` that no list of constants names.
    pub(super) fn tagged_otherwise(&self, form: Form<'a>, path: &[&str]) -> Likelihood {
        let slot = self.slot(form, path);
        let free = slot.present.iter().filter(|(_, f)| f.exceeds_constants());
        let likelihood = free.map(|(l, _)| *l).max().unwrap_or(No);
        let has_values = own_mapping(form, path).is_some_and(|mut values| values.next().is_some());
        if has_values {
            return likelihood.min(Possible);
        }
        likelihood
    }

    /// The constants that a value of a form can have at `path`, the mapped ones included.
    pub(super) fn tags(&self, form: Form<'a>, path: &[&str]) -> Vec<TagValue> {
        let slot = self.slot(form, path);
        let listed = slot.present.iter().filter_map(|(_, f)| f.constants());
        let mut tags: Vec<_> = listed.flatten().collect();
        if let Some(values) = own_mapping(form, path) {
            tags.extend(values.map(|v| TagValue::String(v.to_string())));
        }
        tags
    }

    /// Whether one list of forms is contained in another one, and the more particular of the two.
    pub(super) fn narrower(&self, narrow: &[Form<'a>], wide: &[Form<'a>]) -> bool {
        self.within(narrow, wide) && (!self.within(wide, narrow) || declares_all(narrow, wide))
    }

    /// Whether every value of one list of forms has one of another list.
    /// Keys that an open object does not declare are taken to be absent.
    fn within(&self, narrow: &[Form<'a>], wide: &[Form<'a>]) -> bool {
        self.all_within(narrow, wide, 0)
    }

    fn all_within(&self, narrow: &[Form<'a>], wide: &[Form<'a>], depth: usize) -> bool {
        let inside = |n: &Form<'a>| wide.iter().any(|w| self.form_within(*n, *w, depth));
        depth > COMPARE_DEPTH || narrow.iter().all(inside)
    }

    fn type_within(&self, narrow: &'a Type, wide: &'a Type, depth: usize) -> bool {
        std::ptr::eq(narrow, wide) || self.all_within(&self.of(narrow), &self.of(wide), depth + 1)
    }

    fn form_within(&self, narrow: Form<'a>, wide: Form<'a>, depth: usize) -> bool {
        match (narrow, wide) {
            (_, Form::Any) | (Form::Null, Form::Null) | (Form::Bytes, Form::Bytes) => true,
            (Form::Boolean(n), Form::Boolean(w)) => w.is_none() || n == w,
            (Form::Integer(n), Form::Integer(w)) => {
                subset(&n.allowed, &w.allowed) && range_within(n.range, w.range)
            }
            (Form::Number(n), Form::Number(w)) => {
                subset(&n.allowed, &w.allowed) && range_within(n.range, w.range)
            }
            (Form::Integer(n), Form::Number(w)) => {
                let allowed: Vec<_> = n.allowed.iter().map(|n| *n as f64).collect();
                subset(&allowed, &w.allowed) && range_within(n.range, w.range)
            }
            (Form::Enum(n), Form::Enum(w)) => {
                n.iter().all(|n| w.iter().any(|w| w.value == n.value))
            }
            (Form::Enum(values), Form::Text(text)) => {
                text.pattern.is_none()
                    && values.iter().all(|v| {
                        let length = v.value.chars().count() as u64;
                        text.length.min.is_none_or(|min| min <= length)
                            && text.length.max.is_none_or(|max| length <= max)
                    })
            }
            (Form::Bytes, Form::Text(text)) => *text == Text::default(),
            (Form::Text(n), Form::Text(w)) => {
                (w.format.is_none() || n.format == w.format)
                    && (w.pattern.is_none() || n.pattern == w.pattern)
                    && size_within(n.length, w.length)
            }
            (Form::Array(n, n_size), Form::Array(w, w_size)) => {
                size_within(n_size, w_size) && self.type_within(n, w, depth)
            }
            (Form::Object(n), Form::Object(w)) => self.object_within(n, w, depth),
            _ => false,
        }
    }

    fn object_within(&self, narrow: Object<'a>, wide: Object<'a>, depth: usize) -> bool {
        let demanded = |key: &String| {
            narrow
                .field(key)
                .is_some_and(|f| f.presence == Presence::Required)
        };
        let rules = size_within(narrow.size, wide.size)
            && (wide.require_any.is_empty()
                || wide.require_any == narrow.require_any
                || wide.require_any.iter().any(|set| set.iter().all(demanded)));
        let wide_fields = || {
            wide.fields.iter().all(|w| match narrow.field(&w.wire) {
                Some(n) => {
                    (w.presence != Presence::Required || n.presence == Presence::Required)
                        && self.type_within(&n.ty, &w.ty, depth)
                }
                None => w.presence != Presence::Required,
            })
        };
        let extra_fields = || {
            let extra = narrow
                .fields
                .iter()
                .filter(|n| wide.field(&n.wire).is_none());
            extra.into_iter().all(|n| {
                !wide.forbidden.contains(&n.wire)
                    && match wide.extra {
                        Extra::Closed => false,
                        Extra::Any => true,
                        Extra::Typed(ty) => self.type_within(&n.ty, ty, depth),
                    }
            })
        };
        let extra = || match (narrow.extra, wide.extra) {
            (Extra::Closed, _) | (_, Extra::Any) => true,
            (Extra::Typed(n), Extra::Typed(w)) => self.type_within(n, w, depth),
            _ => false,
        };
        rules && extra() && wide_fields() && extra_fields()
    }

    /// Whether no value has a form of both lists, as far as can be told.
    pub(super) fn disjoint(&self, a: &[Form<'a>], b: &[Form<'a>]) -> bool {
        self.all_disjoint(a, b, 0)
    }

    fn all_disjoint(&self, a: &[Form<'a>], b: &[Form<'a>], depth: usize) -> bool {
        depth <= COMPARE_DEPTH
            && a.iter()
                .all(|a| b.iter().all(|b| self.form_disjoint(*a, *b, depth)))
    }

    fn form_disjoint(&self, a: Form<'a>, b: Form<'a>, depth: usize) -> bool {
        if let (Form::Object(a), Form::Object(b)) = (a, b) {
            let told_by = |key: &str| {
                let (a, b) = (self.object_property(a, key), self.object_property(b, key));
                let forms =
                    |slot: &Slot<'a>| slot.present.iter().map(|(_, f)| *f).collect::<Vec<_>>();
                (a.absent == No || b.absent == No)
                    && self.all_disjoint(&forms(&a), &forms(&b), depth + 1)
            };
            return a.fields.iter().chain(b.fields).any(|f| told_by(&f.wire));
        }
        match (a.constants(), b.constants()) {
            (Some(_), Some(b_values)) if !a.exceeds_constants() && !b.exceeds_constants() => {
                !b_values.iter().any(|v| a.lists_value(v))
            }
            _ => !KINDS.iter().any(|k| a.holds(*k) && b.holds(*k)),
        }
    }
}

impl<'a> Object<'a> {
    fn map(extra: Extra<'a>, size: Size) -> Self {
        Self {
            fields: &[],
            extra,
            forbidden: &[],
            require_any: &[],
            size,
            mapped: None,
        }
    }

    pub(super) fn field(&self, key: &str) -> Option<&'a Field> {
        self.fields.iter().find(|f| f.wire == key)
    }
}

fn mark_mapped<'a>(forms: &mut [Form<'a>], discriminator: Option<&'a Discriminator>, index: usize) {
    let Some(discriminator) = discriminator.filter(|d| !d.mapping.is_empty()) else {
        return;
    };
    for form in forms {
        if let Form::Object(object) = form {
            // The mapping of a nested union is the more precise one.
            object.mapped.get_or_insert((discriminator, index));
        }
    }
}

/// Whom the discriminator's mapping gives a value to, seen from a member.
enum Mapping {
    /// There is no mapping.
    None,
    /// To this member.
    Own,
    /// To another member.
    Other,
    /// To nobody, though it gives other values to this member: the value is a constant of another one.
    Elsewhere,
}

fn mapping(form: Form<'_>, path: &[&str], value: &TagValue) -> Mapping {
    let (Form::Object(object), TagValue::String(value)) = (form, value) else {
        return Mapping::None;
    };
    let Some((discriminator, index)) = object.mapped.filter(|(d, _)| path == [d.property.as_str()])
    else {
        return Mapping::None;
    };
    let mut owners = discriminator
        .mapping
        .iter()
        .filter(|(v, _)| v == value)
        .peekable();
    if owners.peek().is_some() {
        return if owners.any(|(_, i)| *i == index) {
            Mapping::Own
        } else if object.field(&discriminator.property).is_some() {
            Mapping::Other
        } else {
            Mapping::None
        };
    }
    match discriminator.mapping.iter().any(|(_, i)| *i == index) {
        true => Mapping::Elsewhere,
        false => Mapping::None,
    }
}

fn own_mapping<'a>(
    form: Form<'a>,
    path: &[&str],
) -> Option<impl Iterator<Item = &'a str> + use<'a>> {
    let Form::Object(object) = form else {
        return None;
    };
    let (discriminator, index) = object
        .mapped
        .filter(|(d, _)| path == [d.property.as_str()])?;
    let own = discriminator
        .mapping
        .iter()
        .filter(move |(_, i)| *i == index);
    Some(own.map(|(v, _)| v.as_str()))
}

/// Whether the objects of one list declare every property that those of another list declare, and more.
fn declares_all(narrow: &[Form<'_>], wide: &[Form<'_>]) -> bool {
    let declared = |forms: &[Form<'_>]| {
        let mut keys = std::collections::BTreeSet::new();
        for form in forms {
            if let Form::Object(object) = form {
                keys.extend(object.fields.iter().map(|f| f.wire.clone()));
            }
        }
        keys
    };
    let (narrow, wide) = (declared(narrow), declared(wide));
    narrow.len() > wide.len() && narrow.is_superset(&wide)
}

fn subset<T: PartialEq>(narrow: &[T], wide: &[T]) -> bool {
    wide.is_empty() || (!narrow.is_empty() && narrow.iter().all(|n| wide.contains(n)))
}

fn range_within(narrow: Range, wide: Range) -> bool {
    let min = wide.min.is_none_or(|w| narrow.min.is_some_and(|n| n >= w));
    let max = wide.max.is_none_or(|w| narrow.max.is_some_and(|n| n <= w));
    narrow == wide
        || (min && max && wide.multiple_of.is_none() && !wide.exclusive_min && !wide.exclusive_max)
}

fn size_within(narrow: Size, wide: Size) -> bool {
    wide.min.is_none_or(|w| narrow.min.is_some_and(|n| n >= w))
        && wide.max.is_none_or(|w| narrow.max.is_some_and(|n| n <= w))
}
