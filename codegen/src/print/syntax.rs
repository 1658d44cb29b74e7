//! Rust syntax trees, built by hand and printed by prettyplease. Knows Rust, nothing of APIs.
//!
//! Quoting tokens and parsing them again with syn costs four times what printing costs, and it is the
//! largest part of a run. Text from outside gets in only as a literal, a doc attribute or an [`ident`].

use proc_macro2::{Literal, Span};
use syn::punctuated::Punctuated;
use syn::{
    AngleBracketedGenericArguments, Arm, Attribute, Block, Expr, Field, FieldValue, FieldsNamed,
    FieldsUnnamed, FnArg, GenericArgument, GenericParam, Generics, Ident, ImplItem, ImplItemFn,
    Item, Lifetime, Lit, LitBool, LitStr, Local, LocalInit, Meta, MetaNameValue, Pat,
    PathArguments, PathSegment, ReturnType, Signature, Stmt, Token, Type, Variant, Visibility,
};

use crate::naming::ident::{is_keyword, is_never_raw};

/// An identifier. Keywords become raw (in paths they may be so already); what is no identifier at all becomes one with `_`.
pub(super) fn ident(text: &str) -> Ident {
    let text = text.strip_prefix("r#").unwrap_or(text);
    let new = |text: &str| Ident::new(text, Span::call_site());
    if is_never_raw(text) {
        return new(&format!("{text}_"));
    }
    if is_keyword(text) {
        return Ident::new_raw(text, Span::call_site());
    }
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && !text.is_empty();
    if plain || syn::parse_str::<Ident>(text).is_ok_and(|parsed| parsed == text) {
        return new(text);
    }
    let letter = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    new(&format!(
        "x_{}",
        text.chars().map(letter).collect::<String>()
    ))
}

/// The text of one item, with a line break at its end.
pub(super) fn print(item: Item) -> String {
    let spaced = matches!(item, Item::Impl(_) | Item::Trait(_));
    let text = with_doc_lines(prettyplease::unparse(&syn::File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items: vec![item],
    }));
    if !spaced {
        return text;
    }
    // The printer leaves no line between functions. Only what ends at the first level is one.
    text.replace("\n    }\n    ", "\n    }\n\n    ")
}

/// Where a line of docs ends within the one attribute that holds all lines of an item. No text has it: docs know no
/// control characters.
const LINE_END: char = '\u{1}';

/// The text with each line of docs on a line of its own.
fn with_doc_lines(text: String) -> String {
    if !text.contains(LINE_END) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for line in text.split_inclusive('\n') {
        let mut docs = line.split(LINE_END);
        out.push_str(docs.next().unwrap_or_default());
        let indent = &line[..line.len() - line.trim_start().len()];
        for next in docs {
            out.push('\n');
            out.push_str(indent);
            out.push_str("///");
            out.push_str(next);
        }
    }
    out
}

fn segment(name: &str, arguments: Vec<Type>) -> PathSegment {
    let arguments = if arguments.is_empty() {
        PathArguments::None
    } else {
        PathArguments::AngleBracketed(AngleBracketedGenericArguments {
            colon2_token: None,
            lt_token: Default::default(),
            args: arguments.into_iter().map(GenericArgument::Type).collect(),
            gt_token: Default::default(),
        })
    };
    PathSegment {
        ident: path_ident(name),
        arguments,
    }
}

/// Path segments may be `self`, `Self` and `crate`, which are no other identifiers.
fn path_ident(name: &str) -> Ident {
    match name {
        "self" | "Self" | "crate" | "super" => Ident::new(name, Span::call_site()),
        name => ident(name),
    }
}

/// A path such as `crate::shared::Case`, with type arguments after its last segment.
fn path_of(text: &str, mut arguments: Vec<Type>) -> syn::Path {
    // Most paths by far; splitting them is a tenth of what building the trees costs.
    if !text.contains(':') {
        return segment(text, arguments).into();
    }
    let (leading, text) = match text.strip_prefix("::") {
        Some(rest) => (Some(Default::default()), rest),
        None => (None, text),
    };
    let count = text.split("::").count();
    let segments = text.split("::").enumerate().map(|(i, name)| {
        let last = i + 1 == count;
        segment(
            name,
            if last {
                std::mem::take(&mut arguments)
            } else {
                Vec::new()
            },
        )
    });
    syn::Path {
        leading_colon: leading,
        segments: segments.collect(),
    }
}

/// A path without arguments.
pub(super) fn path(text: &str) -> syn::Path {
    path_of(text, Vec::new())
}

// Types.

/// A type by its path.
pub(super) fn named(path: &str) -> Type {
    generic(path, Vec::new())
}

/// A type with type arguments.
pub(super) fn generic(path: &str, arguments: Vec<Type>) -> Type {
    Type::Path(syn::TypePath {
        attrs: Vec::new(),
        qself: None,
        path: path_of(path, arguments),
    })
}

/// `()`.
pub(super) fn unit() -> Type {
    tuple_type(Vec::new())
}

/// A tuple.
pub(super) fn tuple_type(elements: Vec<Type>) -> Type {
    Type::Tuple(syn::TypeTuple {
        attrs: Vec::new(),
        paren_token: Default::default(),
        elems: elements.into_iter().collect(),
    })
}

/// `[T]`.
pub(super) fn slice(element: Type) -> Type {
    Type::Slice(syn::TypeSlice {
        attrs: Vec::new(),
        bracket_token: Default::default(),
        elem: Box::new(element),
    })
}

/// How a reference is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Borrow {
    /// `&T`
    Shared,
    /// `&mut T`
    Mutable,
    /// `&'static T`
    Static,
}

/// `&T` and its kin.
pub(super) fn reference(borrow: Borrow, inner: Type) -> Type {
    let lifetime = || Lifetime::new("'static", Span::call_site());
    Type::Reference(syn::TypeReference {
        attrs: Vec::new(),
        and_token: Default::default(),
        lifetime: (borrow == Borrow::Static).then(lifetime),
        mutability: (borrow == Borrow::Mutable).then(Default::default),
        elem: Box::new(inner),
    })
}

/// A type with an anonymous lifetime, such as `Node<'_>`.
pub(super) fn elided(name: &str) -> Type {
    let mut path = path(name);
    if let Some(last) = path.segments.last_mut() {
        let lifetime = GenericArgument::Lifetime(Lifetime::new("'_", Span::call_site()));
        last.arguments = PathArguments::AngleBracketed(AngleBracketedGenericArguments {
            colon2_token: None,
            lt_token: Default::default(),
            args: [lifetime].into_iter().collect(),
            gt_token: Default::default(),
        });
    }
    Type::Path(syn::TypePath {
        attrs: Vec::new(),
        qself: None,
        path,
    })
}

/// `impl Trait<T>`.
pub(super) fn impl_trait(name: &str, arguments: Vec<Type>) -> Type {
    Type::ImplTrait(syn::TypeImplTrait {
        attrs: Vec::new(),
        impl_token: Default::default(),
        bounds: [bound(path_of(name, arguments))].into_iter().collect(),
    })
}

fn bound(path: syn::Path) -> syn::TypeParamBound {
    syn::TypeParamBound::Trait(syn::TraitBound {
        paren_token: None,
        lifetimes: None,
        modifiers: Default::default(),
        maybe: None,
        path,
    })
}

// Expressions.

/// A variable, constant or function.
pub(super) fn name(text: &str) -> Expr {
    Expr::Path(syn::ExprPath {
        attrs: Vec::new(),
        qself: None,
        path: path(text),
    })
}

/// The variable of a field or parameter, which may be called like a keyword.
pub(super) fn variable(text: &str) -> Expr {
    Expr::Path(syn::ExprPath {
        attrs: Vec::new(),
        qself: None,
        path: ident(text).into(),
    })
}

fn literal(lit: Lit) -> Expr {
    Expr::Lit(syn::ExprLit {
        attrs: Vec::new(),
        lit,
    })
}

/// A string literal, for expressions and patterns.
pub(super) fn string_literal(text: &str) -> Lit {
    Lit::Str(LitStr::new(text, Span::call_site()))
}

/// A boolean literal, for expressions and patterns.
pub(super) fn boolean_literal(value: bool) -> Lit {
    Lit::Bool(LitBool::new(value, Span::call_site()))
}

/// An integer literal without suffix, for expressions and patterns.
pub(super) fn integer_literal(value: i128) -> Lit {
    Lit::new(Literal::i128_unsuffixed(value))
}

/// A string literal.
pub(super) fn string(text: &str) -> Expr {
    literal(string_literal(text))
}

/// A boolean literal.
pub(super) fn boolean(value: bool) -> Expr {
    literal(boolean_literal(value))
}

/// An integer literal without suffix.
pub(super) fn integer(value: i128) -> Expr {
    literal(integer_literal(value))
}

/// An unsigned integer literal without suffix.
pub(super) fn unsigned(value: u64) -> Expr {
    literal(Lit::new(Literal::u64_unsuffixed(value)))
}

/// A float literal without suffix. The value must be finite.
pub(super) fn float(value: f64) -> Expr {
    literal(Lit::new(Literal::f64_unsuffixed(value)))
}

/// `function(arguments)`.
pub(super) fn call(function: &str, arguments: Vec<Expr>) -> Expr {
    Expr::Call(syn::ExprCall {
        attrs: Vec::new(),
        func: Box::new(name(function)),
        paren_token: Default::default(),
        args: arguments.into_iter().collect(),
    })
}

/// `receiver.method(arguments)`.
pub(super) fn method(receiver: Expr, method: &str, arguments: Vec<Expr>) -> Expr {
    Expr::MethodCall(syn::ExprMethodCall {
        attrs: Vec::new(),
        receiver: Box::new(receiver),
        dot_token: Default::default(),
        method: ident(method),
        turbofish: None,
        paren_token: Default::default(),
        args: arguments.into_iter().collect(),
    })
}

/// `base.member`.
pub(super) fn member(base: Expr, member: &str) -> Expr {
    Expr::Field(syn::ExprField {
        attrs: Vec::new(),
        base: Box::new(base),
        dot_token: Default::default(),
        member: syn::Member::Named(ident(member)),
    })
}

/// `expr?`.
pub(super) fn try_(expr: Expr) -> Expr {
    Expr::Try(syn::ExprTry {
        attrs: Vec::new(),
        expr: Box::new(expr),
        question_token: Default::default(),
    })
}

/// `&expr`.
pub(super) fn borrow(expr: Expr) -> Expr {
    Expr::Reference(syn::ExprReference {
        attrs: Vec::new(),
        and_token: Default::default(),
        mutability: None,
        expr: Box::new(expr),
    })
}

/// `[a, b]`.
pub(super) fn array(elements: Vec<Expr>) -> Expr {
    Expr::Array(syn::ExprArray {
        attrs: Vec::new(),
        bracket_token: Default::default(),
        elems: elements.into_iter().collect(),
    })
}

/// `&["a", "b"]`.
pub(super) fn strings<'a>(texts: impl IntoIterator<Item = &'a String>) -> Expr {
    borrow(array(texts.into_iter().map(|s| string(s)).collect()))
}

/// `(a, b)`.
pub(super) fn tuple(elements: Vec<Expr>) -> Expr {
    Expr::Tuple(syn::ExprTuple {
        attrs: Vec::new(),
        paren_token: Default::default(),
        elems: elements.into_iter().collect(),
    })
}

/// `Path { field: value, ..rest }`; a field whose value is the variable of its name is written short.
pub(super) fn construct(name: &str, fields: Vec<(&str, Expr)>, rest: Option<Expr>) -> Expr {
    let fields = fields.into_iter().map(|(field, expr)| {
        let member = ident(field);
        let short = matches!(&expr, Expr::Path(p) if p.path.is_ident(&member));
        FieldValue {
            attrs: Vec::new(),
            member: syn::Member::Named(member),
            colon_token: (!short).then(Default::default),
            expr,
        }
    });
    let mut fields: Punctuated<FieldValue, Token![,]> = fields.collect();
    // Tokens (not the printer) take `..` for a range when no comma is before it.
    if rest.is_some() && !fields.empty_or_trailing() {
        fields.push_punct(Default::default());
    }
    Expr::Struct(syn::ExprStruct {
        attrs: Vec::new(),
        qself: None,
        path: path(name),
        brace_token: Default::default(),
        fields,
        dot2_token: rest.is_some().then(Default::default),
        rest: rest.map(Box::new),
    })
}

/// `match subject { arms }`.
pub(super) fn match_(subject: Expr, arms: Vec<(Pat, Expr)>) -> Expr {
    let arms = arms.into_iter().map(|(pat, body)| Arm {
        attrs: Vec::new(),
        pat,
        fat_arrow_token: Default::default(),
        body: Box::new(body),
        comma: Some(Default::default()),
    });
    Expr::Match(syn::ExprMatch {
        attrs: Vec::new(),
        match_token: Default::default(),
        expr: Box::new(subject),
        brace_token: Default::default(),
        arms: arms.collect(),
    })
}

/// `if condition { yes } else { no }`.
pub(super) fn if_else(condition: Expr, yes: Expr, no: Expr) -> Expr {
    let no = match no {
        no @ Expr::If(_) => no,
        no => Expr::Block(syn::ExprBlock {
            attrs: Vec::new(),
            label: None,
            block: block(vec![result(no)]),
        }),
    };
    Expr::If(syn::ExprIf {
        attrs: Vec::new(),
        if_token: Default::default(),
        cond: Box::new(condition),
        then_branch: block(vec![result(yes)]),
        else_branch: Some((Default::default(), Box::new(no))),
    })
}

/// `|a, b| body`.
pub(super) fn closure(parameters: &[&str], body: Expr) -> Expr {
    Expr::Closure(syn::ExprClosure {
        attrs: Vec::new(),
        lifetimes: None,
        modifiers: Default::default(),
        constness: None,
        asyncness: None,
        capture: None,
        inputs_begin: Default::default(),
        inputs: parameters.iter().map(|p| binding(p, false)).collect(),
        inputs_end: Default::default(),
        output: ReturnType::Default,
        body: Box::new(body),
    })
}

// Patterns.

/// A variable.
pub(super) fn binding(text: &str, mutable: bool) -> Pat {
    Pat::Ident(syn::PatIdent {
        attrs: Vec::new(),
        by_ref: None,
        mutability: mutable.then(Default::default),
        ident: ident(text),
        subpat: None,
    })
}

/// `_`.
pub(super) fn wildcard() -> Pat {
    Pat::Wild(syn::PatWild {
        attrs: Vec::new(),
        underscore_token: Default::default(),
    })
}

/// A constant or a variant without payload.
pub(super) fn constant(text: &str) -> Pat {
    Pat::Path(syn::PatPath {
        attrs: Vec::new(),
        qself: None,
        path: path(text),
    })
}

/// A variant with payload.
pub(super) fn variant_of(text: &str, payload: Pat) -> Pat {
    Pat::TupleStruct(syn::PatTupleStruct {
        attrs: Vec::new(),
        qself: None,
        path: path(text),
        paren_token: Default::default(),
        elems: [payload].into_iter().collect(),
    })
}

/// A literal.
pub(super) fn literal_pattern(lit: Lit) -> Pat {
    Pat::Lit(syn::ExprLit {
        attrs: Vec::new(),
        lit,
    })
}

/// `a | b`; one pattern stays as it is.
pub(super) fn any_of(mut patterns: Vec<Pat>) -> Pat {
    if patterns.len() == 1
        && let Some(only) = patterns.pop()
    {
        return only;
    }
    Pat::Or(syn::PatOr {
        attrs: Vec::new(),
        leading_vert: None,
        cases: patterns.into_iter().collect(),
    })
}

// Statements.

/// `{ statements }`.
pub(super) fn block(statements: Vec<Stmt>) -> Block {
    Block {
        brace_token: Default::default(),
        stmts: statements,
    }
}

/// `let name = value;`.
pub(super) fn let_(pattern: Pat, value: Expr) -> Stmt {
    Stmt::Local(Local {
        attrs: Vec::new(),
        let_token: Default::default(),
        modifiers: Default::default(),
        pat: pattern,
        init: Some(LocalInit {
            eq_token: Default::default(),
            expr: Box::new(value),
            diverge: None,
        }),
        semi_token: Default::default(),
    })
}

/// `expr;`.
pub(super) fn run(expr: Expr) -> Stmt {
    Stmt::Expr(expr, Some(Default::default()))
}

/// The value of a block.
pub(super) fn result(expr: Expr) -> Stmt {
    Stmt::Expr(expr, None)
}

/// `const NAME: Type = value;` inside a function.
pub(super) fn local_const(text: &str, ty: Type, value: Expr) -> Stmt {
    Stmt::Item(Item::Const(syn::ItemConst {
        attrs: Vec::new(),
        vis: Visibility::Inherited,
        modifiers: Default::default(),
        const_token: Default::default(),
        ident: ident(text),
        generics: Generics::default(),
        colon_token: Default::default(),
        ty: Box::new(ty),
        eq_token: Default::default(),
        expr: Box::new(value),
        semi_token: Default::default(),
    }))
}

// Items.

/// The lines of a doc comment as the value of one attribute: each by itself costs as much as a line of code.
pub(super) fn doc_text(lines: &[String]) -> String {
    let mut text = String::new();
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            text.push(LINE_END);
        }
        if !line.is_empty() {
            // The printer writes `///` and the text: the space between the two is the text's.
            text.push(' ');
            text.push_str(line);
        }
    }
    text
}

/// A doc comment.
pub(super) fn docs(lines: &[String]) -> Vec<Attribute> {
    if lines.is_empty() {
        return Vec::new();
    }
    vec![attribute(Meta::NameValue(MetaNameValue {
        path: path("doc"),
        eq_token: Default::default(),
        value: string(&doc_text(lines)),
    }))]
}

fn attribute(meta: Meta) -> Attribute {
    Attribute {
        pound_token: Default::default(),
        style: syn::AttrStyle::Outer,
        bracket_token: Default::default(),
        meta,
    }
}

/// `#[derive(A, B)]`.
pub(super) fn derive(traits: &[String]) -> Attribute {
    let mut tokens = proc_macro2::TokenStream::new();
    for (i, name) in traits.iter().enumerate() {
        if i > 0 {
            tokens.extend(quote::quote!(,));
        }
        quote::ToTokens::to_tokens(&path(name), &mut tokens);
    }
    attribute(Meta::List(syn::MetaList {
        path: path("derive"),
        delimiter: syn::MacroDelimiter::Paren(Default::default()),
        tokens,
    }))
}

/// `#[non_exhaustive]`: documents grow.
pub(super) fn non_exhaustive() -> Attribute {
    attribute(Meta::Path(path("non_exhaustive")))
}

fn public() -> Visibility {
    Visibility::Public(Default::default())
}

/// A public field, or a payload when it has no name.
pub(super) fn field(attrs: Vec<Attribute>, text: Option<&str>, ty: Type) -> Field {
    Field {
        attrs,
        vis: if text.is_some() {
            public()
        } else {
            Visibility::Inherited
        },
        modifiers: Default::default(),
        ident: text.map(ident),
        colon_token: text.map(|_| Default::default()),
        ty,
        default: None,
    }
}

/// A variant, with or without payload.
pub(super) fn variant(attrs: Vec<Attribute>, text: &str, payload: Option<Type>) -> Variant {
    let fields = match payload {
        None => syn::Fields::Unit,
        Some(ty) => syn::Fields::Unnamed(FieldsUnnamed {
            paren_token: Default::default(),
            unnamed: [field(Vec::new(), None, ty)].into_iter().collect(),
        }),
    };
    Variant {
        attrs,
        ident: ident(text),
        fields,
        discriminant: None,
    }
}

/// `pub struct Name { fields }`.
pub(super) fn item_struct(attrs: Vec<Attribute>, text: &str, fields: Vec<Field>) -> Item {
    Item::Struct(syn::ItemStruct {
        attrs,
        vis: public(),
        struct_token: Default::default(),
        ident: ident(text),
        generics: Generics::default(),
        fields: syn::Fields::Named(FieldsNamed {
            brace_token: Default::default(),
            named: fields.into_iter().collect(),
        }),
        semi_token: None,
    })
}

/// `pub enum Name { variants }`.
pub(super) fn item_enum(attrs: Vec<Attribute>, text: &str, variants: Vec<Variant>) -> Item {
    Item::Enum(syn::ItemEnum {
        attrs,
        vis: public(),
        enum_token: Default::default(),
        ident: ident(text),
        generics: Generics::default(),
        brace_token: Default::default(),
        variants: variants.into_iter().collect(),
    })
}

/// `pub type Name = Type;`.
pub(super) fn item_type(attrs: Vec<Attribute>, text: &str, ty: Type) -> Item {
    Item::Type(syn::ItemType {
        attrs,
        vis: public(),
        modifiers: Default::default(),
        type_token: Default::default(),
        ident: ident(text),
        generics: Generics::default(),
        eq_token: Default::default(),
        ty: Box::new(ty),
        semi_token: Default::default(),
        where_clause_placement: syn::WhereClausePlacement::Late,
    })
}

/// `impl Trait<T> for Name { functions }`, or without a trait.
pub(super) fn item_impl(
    trait_: Option<(&str, Vec<Type>)>,
    ty: Type,
    functions: Vec<ImplItemFn>,
) -> Item {
    Item::Impl(syn::ItemImpl {
        attrs: Vec::new(),
        modifiers: Default::default(),
        unsafety: None,
        impl_token: Default::default(),
        generics: Generics::default(),
        trait_: trait_.map(|(name, arguments)| (path_of(name, arguments), Default::default())),
        self_ty: Box::new(ty),
        brace_token: Default::default(),
        items: functions.into_iter().map(ImplItem::Fn).collect(),
    })
}

/// A function of an `impl`.
pub(super) struct Function<'a> {
    /// Docs.
    pub(super) docs: Vec<String>,
    /// Whether it is `pub`; a function of a trait is not.
    pub(super) public: bool,
    /// Its name.
    pub(super) name: &'a str,
    /// A type parameter and the trait that it must implement.
    pub(super) generic: Option<(&'a str, &'a str)>,
    /// Whether `&self` comes first.
    pub(super) takes_self: bool,
    /// The other parameters.
    pub(super) parameters: Vec<(Pat, Type)>,
    /// What it returns.
    pub(super) output: Type,
    /// Its body.
    pub(super) body: Vec<Stmt>,
}

impl Function<'_> {
    /// The syntax tree.
    pub(super) fn build(self) -> ImplItemFn {
        let receiver = self.takes_self.then(|| {
            FnArg::Receiver(syn::Receiver {
                attrs: Vec::new(),
                mutability: None,
                self_token: Default::default(),
                kind: syn::ReceiverKind::Reference(Default::default(), None, None),
            })
        });
        let typed = self.parameters.into_iter().map(|(pat, ty)| {
            FnArg::Typed(syn::PatType {
                attrs: Vec::new(),
                pat: Box::new(pat),
                colon_token: Default::default(),
                ty: Box::new(ty),
            })
        });
        let inputs: Punctuated<FnArg, Token![,]> = receiver.into_iter().chain(typed).collect();
        ImplItemFn {
            attrs: docs(&self.docs),
            vis: if self.public {
                public()
            } else {
                Visibility::Inherited
            },
            modifiers: Default::default(),
            sig: Signature {
                constness: None,
                asyncness: None,
                safety: Default::default(),
                abi: None,
                fn_token: Default::default(),
                ident: ident(self.name),
                generics: self.generic.map_or_else(Generics::default, type_parameter),
                paren_token: Default::default(),
                inputs,
                variadic: None,
                output: ReturnType::Type(Default::default(), Box::new(self.output)),
            },
            block: block(self.body),
        }
    }
}

fn type_parameter((text, must_be): (&str, &str)) -> Generics {
    let parameter = GenericParam::Type(syn::TypeParam {
        attrs: Vec::new(),
        ident: ident(text),
        colon_token: Some(Default::default()),
        bounds: [bound(path(must_be))].into_iter().collect(),
        default: None,
    });
    Generics {
        lt_token: Some(Default::default()),
        params: [parameter].into_iter().collect(),
        gt_token: Some(Default::default()),
        where_clause: None,
    }
}

#[cfg(test)]
mod tests {
    use super::ident;

    #[test]
    fn any_text_becomes_an_identifier() {
        let cases = [
            ("type", "r#type"),
            ("r#type", "r#type"),
            ("r#name", "name"),
            ("self", "self_"),
            (" a", "x__a"),
            ("", "x_"),
        ];
        for (text, expected) in cases {
            assert_eq!(ident(text), expected);
        }
    }
}
