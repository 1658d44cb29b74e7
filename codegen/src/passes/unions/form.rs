//! What the values of a type look like, as far as telling union members apart needs it.
//! Forms are shallow views into the IR: the inside of an object or array is looked at only when asked for,
//! so recursive types need no care beyond unions that contain themselves.

use std::cell::OnceCell;

use crate::exact::Exact;
use crate::ir::{
    Additional, Array, Discriminator, Enum, EnumVariant, Field, Integer, JsonKind, Kind, Number,
    Presence, Range, Shape, Size, TagValue, Text, Type, TypeId, Types, Union,
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
    /// The discriminator of the union that this object is a member of.
    mapped: Option<Mapped<'a>>,
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
                    number.allowed.is_empty() || number.allowed.iter().any(|n| n.whole().is_some())
                }
                JsonKind::Fraction => {
                    number.allowed.is_empty() || number.allowed.iter().any(|n| n.whole().is_none())
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
                    .filter_map(|n| n.whole())
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

    /// The mapping that is about the property at `path`.
    pub(super) fn mapped(self, path: &[String]) -> Option<Mapped<'a>> {
        let Form::Object(object) = self else {
            return None;
        };
        object
            .mapped
            .filter(|m| path == [m.discriminator.property.as_str()])
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
                number.allowed.iter().any(|a| a.whole() == Some(*n))
            }
            (Form::Enum(variants), TagValue::String(s)) => variants.iter().any(|v| v.value == *s),
            _ => false,
        }
    }

    /// Whether the form can have a value that no list of constants names.
    fn exceeds_constants(self) -> bool {
        match self {
            Form::Number(number) => {
                number.allowed.is_empty() || number.allowed.iter().any(|n| n.whole().is_none())
            }
            form => !form.lists(),
        }
    }
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
            Kind::Base64 => Form::Bytes,
            // Text, wherever a union can hold it.
            Kind::Binary(text) => Form::Text(text),
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
                    mark_mapped(&mut forms[start..], union, index);
                }
            }
        }
        visiting.pop();
    }

    /// The forms of a member, told which values the union's discriminator maps to it.
    pub(super) fn of_member(&self, union: &'a Union, index: usize) -> Vec<Form<'a>> {
        let mut forms = self.of(&union.members[index].ty);
        mark_mapped(&mut forms, union, index);
        forms
    }

    /// What stands at a path of properties, seen from a value of a form.
    pub(super) fn slot(&self, form: Form<'a>, path: &[&str]) -> Slot<'a> {
        let whole = Slot::of(form);
        path.iter().fold(whole, |slot, key| self.inside(&slot, key))
    }

    /// What stands at a property of what stands in a slot.
    pub(super) fn inside(&self, slot: &Slot<'a>, key: &str) -> Slot<'a> {
        let mut inside = Slot {
            absent: slot.absent,
            present: Vec::new(),
        };
        for (likelihood, form) in &slot.present {
            let slot = self.property(*form, key);
            inside.absent = inside.absent.max(slot.absent.min(*likelihood));
            let forms = slot.present.into_iter();
            inside
                .present
                .extend(forms.map(|(l, f)| (l.min(*likelihood), f)));
        }
        inside
    }

    fn property(&self, form: Form<'a>, key: &str) -> Slot<'a> {
        let present = match form {
            Form::Object(object) => return self.object_property(object, key),
            Form::Any => vec![(Possible, Form::Any)],
            _ => Vec::new(),
        };
        Slot {
            absent: Plausible,
            present,
        }
    }

    fn object_property(&self, object: Object<'a>, key: &str) -> Slot<'a> {
        if object.forbidden.iter().any(|k| k == key) {
            return Slot {
                absent: Plausible,
                present: Vec::new(),
            };
        }
        let demanded = object.demands(key);
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
            Presence::Optional | Presence::OnItsSide => Plausible,
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

    /// Whether a type lists its values, in some form.
    pub(super) fn has_constants(&self, ty: &'a Type) -> bool {
        match &ty.kind {
            Kind::Named(_) | Kind::OneOrMany(..) => self.of(ty).iter().any(|f| f.lists()),
            Kind::Boolean { only } => only.is_some(),
            Kind::Integer(integer) => !integer.allowed.is_empty(),
            Kind::Number(number) => !number.allowed.is_empty(),
            _ => false,
        }
    }

    /// Whether a value of a form can have a text at `key`, whatever a mapping says.
    pub(super) fn can_be(&self, form: Form<'a>, key: &str, text: &str) -> bool {
        let value = TagValue::String(text.to_string());
        let slot = self.slot(form, &[key]);
        let mut forms = slot.present.iter();
        forms.any(|(_, f)| f.lists_value(&value) || f.is_free(&value))
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
                subset(&n.allowed, &w.allowed) && range_within(whole_range(n), whole_range(w))
            }
            (Form::Number(n), Form::Number(w)) => {
                subset(&n.allowed, &w.allowed) && range_within(n.range, w.range)
            }
            (Form::Integer(n), Form::Number(w)) => {
                let allowed: Vec<_> = n.allowed.iter().map(|n| Exact::Whole(*n)).collect();
                subset(&allowed, &w.allowed) && range_within(whole_range(n), w.range)
            }
            (Form::Enum(n), Form::Enum(w)) => {
                n.iter().all(|n| w.iter().any(|w| w.value == n.value))
            }
            // A literal that the rules of the text exclude is no text at all: first it comes either way.
            (Form::Enum(_), Form::Text(_)) => true,
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
        // Without a look at the types, which is dear.
        let presence = wide
            .fields
            .iter()
            .all(|w| w.presence != Presence::Required || demanded(&w.wire));
        let wide_fields = || {
            wide.fields.iter().all(|w| {
                let field = narrow.field(&w.wire);
                field.is_none_or(|n| self.type_within(&n.ty, &w.ty, depth))
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
        rules && presence && extra() && wide_fields() && extra_fields()
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

    /// Whether a declared property must be there.
    pub(super) fn requires(&self, field: &Field) -> bool {
        let required = field.presence == Presence::Required && !field.ty.nullable;
        required || self.demands(&field.wire)
    }

    /// Whether every one of the sets of which one must be there whole has the property.
    fn demands(&self, key: &str) -> bool {
        let sets = self.require_any;
        !sets.is_empty() && sets.iter().all(|set| set.iter().any(|k| k == key))
    }

    pub(super) fn field(&self, key: &str) -> Option<&'a Field> {
        self.fields.iter().find(|f| f.wire == key)
    }
}

fn mark_mapped<'a>(forms: &mut [Form<'a>], union: &'a Union, index: usize) {
    let stated = union.discriminator.as_ref();
    let Some(discriminator) = stated.filter(|d| !d.mapping.is_empty()) else {
        return;
    };
    for form in forms {
        if let Form::Object(object) = form {
            // The mapping of a nested union is the more precise one.
            object.mapped.get_or_insert(Mapped {
                discriminator,
                member: index,
                members: union.members.len(),
            });
        }
    }
}

/// The mapping of a discriminator, seen from one member.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mapped<'a> {
    discriminator: &'a Discriminator,
    /// The member that it is seen from.
    member: usize,
    /// How many members there are.
    members: usize,
}

/// Whom a mapping gives a value to, seen from one member.
enum Owner {
    Own,
    Other,
    Nobody,
}

impl<'a> Mapped<'a> {
    /// The values that are mapped to the member.
    pub(super) fn own(self) -> impl Iterator<Item = TagValue> + use<'a> {
        let own = self
            .discriminator
            .mapping
            .iter()
            .filter(move |(_, m)| *m == self.member);
        own.map(|(value, _)| TagValue::String(value.clone()))
    }

    /// Whether the document gives every member values of its own, so that another value is that of no member.
    fn is_complete(self) -> bool {
        let mapping = &self.discriminator.mapping;
        let mut members = 0..self.members;
        members.all(|member| mapping.iter().any(|(_, m)| *m == member))
    }

    fn owner(self, value: &TagValue) -> Owner {
        let TagValue::String(value) = value else {
            return Owner::Nobody;
        };
        let mut owner = Owner::Nobody;
        for (_, member) in self
            .discriminator
            .mapping
            .iter()
            .filter(|(v, _)| v == value)
        {
            if *member == self.member {
                return Owner::Own;
            }
            owner = Owner::Other;
        }
        owner
    }
}

impl<'a> Slot<'a> {
    /// The value itself.
    pub(super) fn of(form: Form<'a>) -> Self {
        Self {
            absent: No,
            present: vec![(Plausible, form)],
        }
    }

    /// The constants that can stand here.
    pub(super) fn constants(&self) -> impl Iterator<Item = TagValue> {
        self.present
            .iter()
            .filter_map(|(_, f)| f.constants())
            .flatten()
    }

    /// How likely a value of each of [`KINDS`] stands here.
    pub(super) fn kinds(&self) -> [Likelihood; KINDS.len()] {
        KINDS.map(|kind| self.best(|f| f.holds(kind)))
    }

    /// How likely a value stands here that some member has as a constant.
    pub(super) fn tagged(&self, value: &TagValue, mapped: Option<Mapped<'_>>) -> Likelihood {
        let listed = self.best(|f| f.lists_value(value));
        let free = self.best(|f| f.is_free(value));
        let Some(mapped) = mapped else {
            return listed.max(free);
        };
        let has_own = mapped.own().next().is_some();
        match mapped.owner(value) {
            // The document gives the value to this member.
            Owner::Own if listed.max(free) == No => No,
            Owner::Own => Plausible,
            // To another one. A member with values of its own may list it only because it inherits the list of all.
            Owner::Other if has_own => No,
            Owner::Other => listed.max(free).min(Possible),
            // To nobody: it is a constant of another member, or of the list that all inherit.
            Owner::Nobody if has_own => listed.min(Possible),
            Owner::Nobody => listed.max(free),
        }
    }

    /// How likely a value stands here that no member has as a constant.
    pub(super) fn tagged_otherwise(&self, mapped: Option<Mapped<'_>>) -> Likelihood {
        let likelihood = self.best(Form::exceeds_constants);
        if mapped.is_some_and(Mapped::is_complete) {
            return No;
        }
        if mapped.is_some_and(|m| m.own().next().is_some()) {
            return likelihood.min(Possible);
        }
        likelihood
    }

    fn best(&self, test: impl Fn(Form<'a>) -> bool) -> Likelihood {
        let hits = self.present.iter().filter(|(_, f)| test(*f));
        hits.map(|(l, _)| *l).max().unwrap_or(No)
    }
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

/// The bounds of an integer, those of its width included.
fn whole_range(integer: &Integer) -> Range {
    let (least, most) = integer.width.bounds();
    let range = integer.range;
    Range {
        min: range.min.or(Some(Exact::Whole(least))),
        max: range.max.or(Some(Exact::Whole(most))),
        ..range
    }
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
