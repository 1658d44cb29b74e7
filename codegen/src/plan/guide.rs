//! The how-to on the page of a crate: short programs on what the document has. Knows the IR and `instance`, no layout of files.
//!
//! The group that shows most is taken, and what it does not have from others. Each program is compiled by `cargo test --doc` when the
//! features are on that it needs, and run by nobody.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use serde_json::Value;

use crate::instance::{Instances, Variety, fits};
use crate::ir::{self, Kind, Location, ModuleId, Shape, Side, TypeId};
use crate::naming::ident::written;

use super::program::program;
use super::{
    Access, Argument, Call, Definition, Field, Group, Holds, Item, Literal, Operation, Plan,
    RustType, Success, tags,
};

/// Texts longer than this are no pleasant values.
const LONGEST_TEXT: usize = 40;
/// More required values than this are not pleasant to read.
const MOST_VALUES: usize = 6;

/// The how-to of a crate as lines of Markdown; empty where the document has nothing to show.
pub(super) fn of_crate(plan: &Plan<'_>, crate_name: &str) -> Vec<String> {
    let instances = Instances::new(plan.api);
    let groups = || (0..plan.groups.len()).map(ModuleId);
    let shown = groups().map(|group| Shown {
        group,
        called: called(plan, group),
        union: union(plan, group),
        built: built(plan, &instances, group),
    });
    let shown: Vec<Shown<'_>> = shown.collect();
    let Some(richest) = shown.iter().max_by_key(|shown| shown.rank(plan)) else {
        return Vec::new();
    };
    // What the group does not have, another one may.
    let all = || std::iter::once(richest).chain(&shown);
    let guide = |group| Guide {
        plan,
        crate_name,
        id: group,
        group: plan.group(group),
    };
    let of_built = |whole: bool| {
        let mut all = all().filter_map(|shown| Some((shown.group, shown.built.as_ref()?)));
        all.find(|(_, built)| built.is_whole() || !whole)
    };
    let built = of_built(true).or_else(|| of_built(false));
    let union = all().find_map(|shown| Some((shown.group, shown.union.as_ref()?)));
    let called = richest
        .called
        .as_ref()
        .map(|called| (guide(richest.group), called));
    let called = called.as_ref();
    let programs = [
        built.map(|(group, built)| guide(group).building(built)),
        union.and_then(|(group, union)| guide(group).matching(union)),
        called.map(|(guide, called)| guide.calling(called)),
        called.map(|(guide, called)| guide.serving(called)),
        called.map(|(guide, called)| guide.faking(called)),
    ];
    let programs: Vec<String> = programs.into_iter().flatten().flatten().collect();
    if programs.is_empty() {
        return programs;
    }
    let head = ["", "# How to"].map(String::from);
    head.into_iter().chain(programs).collect()
}

/// What can be shown of a group.
struct Shown<'p> {
    group: ModuleId,
    called: Option<Called<'p>>,
    union: Option<Definition>,
    built: Option<Built>,
}

impl Shown<'_> {
    /// What it shows, the more the better: most of all a call; and how short the call is.
    fn rank(&self, plan: &Plan<'_>) -> (usize, usize, Reverse<usize>) {
        let called = self.called.as_ref();
        let built = self
            .built
            .as_ref()
            .map_or(0, |built| 1 + usize::from(built.is_whole()));
        let name = called.map_or(0, |called| called.operation.ident.len());
        (
            called.map_or(0, |called| called.rank),
            2 * usize::from(self.union.is_some()) + built,
            Reverse(plan.group(self.group).ident.len() + name),
        )
    }
}

/// What writes programs about a group.
struct Guide<'a> {
    plan: &'a Plan<'a>,
    crate_name: &'a str,
    id: ModuleId,
    group: &'a Group,
}

/// An operation that is easy to call.
struct Called<'p> {
    /// How easy; more is better.
    rank: usize,
    operation: &'p Operation,
    call: Call,
    arguments: Vec<&'static str>,
}

/// A struct that is easy to build.
struct Built {
    id: TypeId,
    /// The struct of what must be given, where it is built by name.
    required: Option<String>,
    /// The values that must be given: fields and literals.
    given: Vec<(String, Literal)>,
    /// A value that may be added.
    added: Option<(String, Literal)>,
}

/// The operation of a group that is easiest to call: reads one thing best, and has a short name.
fn called<'p>(plan: &'p Plan<'_>, group: ModuleId) -> Option<Called<'p>> {
    let own = || plan.group(group).operations.iter();
    let reads = |index: &&usize| reads_one(&plan.api.operations[**index]);
    let best = |indices: &mut dyn Iterator<Item = &usize>| {
        let called = indices.filter_map(|index| called_of(plan, *index));
        called.max_by_key(|called| (called.rank, Reverse(called.operation.ident.len())))
    };
    // The rest is not even looked at where one thing can be read.
    best(&mut own().filter(reads)).or_else(|| best(&mut own().filter(|index| !reads(index))))
}

/// Whether an operation wants what its path ends with and nothing else.
fn reads_one(operation: &ir::Operation) -> bool {
    let mut required = operation.parameters.iter().filter(|p| p.required);
    let one = required
        .next()
        .is_some_and(|p| p.location == Location::Path && operation.path.ends_with('}'));
    operation.method == "get" && operation.body.is_none() && one && required.next().is_none()
}

fn called_of<'p>(plan: &'p Plan<'_>, index: usize) -> Option<Called<'p>> {
    let operation = plan.operation(index);
    let call = plan.call(index, operation, &mut BTreeSet::new());
    let arguments = call.arguments.as_ref()?.iter();
    let arguments = arguments.map(sample).collect::<Option<_>>()?;
    let reads = reads_one(&plan.api.operations[index]);
    let named = matches!(&call.success, Success::Body(RustType::Named(_), _));
    let rank = 2 * usize::from(reads) + usize::from(named);
    Some(Called {
        rank,
        operation,
        call,
        arguments,
    })
}

/// A value for a parameter of a method that takes what becomes one.
fn sample(argument: &Argument) -> Option<&'static str> {
    match argument.ty {
        RustType::String => Some("\"abc\""),
        RustType::I32 | RustType::I64 => Some("1"),
        RustType::Bool => Some("true"),
        _ => None,
    }
}

/// The definitions that only one group has.
fn own_types<'p>(plan: &'p Plan<'_>, group: ModuleId) -> impl Iterator<Item = TypeId> + 'p {
    let files = plan.files().filter(move |(_, file)| match &file.holds {
        Holds::Group(own) => *own == group,
        Holds::Operation(_) | Holds::Shared(_) => false,
    });
    files.flat_map(|(_, file)| file.types.iter().copied())
}

/// The union of a group that keeps what it does not know, and has a short name.
fn union(plan: &Plan<'_>, group: ModuleId) -> Option<Definition> {
    let unions = own_types(plan, group).filter(|id| {
        let definition = &plan.api.types[*id];
        let Shape::Union(union) = &definition.shape else {
            return false;
        };
        definition.standing.target().is_none() && tags::refuses_tags(&union.decision)
    });
    let shortest = unions.min_by_key(|id| plan.name(*id).len());
    shortest.map(|id| plan.definition(id))
}

/// A struct of a group that is easy to build: what is sent before what is answered, and short names before long ones.
fn built(plan: &Plan<'_>, instances: &Instances<'_>, group: ModuleId) -> Option<Built> {
    let own: BTreeSet<TypeId> = own_types(plan, group).collect();
    let operations = plan.group(group).operations.iter();
    let contents = operations
        .filter_map(|index| plan.api.operations[*index].body.as_ref())
        .flat_map(|body| &body.content);
    let sent = contents.filter_map(|content| match &content.ty.as_ref()?.kind {
        Kind::Named(id) => Some(plan.api.types.body_id(*id)),
        _ => None,
    });
    let sent = sent.filter_map(|id| built_of(plan, instances, *own.get(&id)?));
    let sent = sent.max_by_key(|built| (built.is_whole(), Reverse(plan.name(built.id).len())));
    if sent.as_ref().is_some_and(Built::is_whole) {
        return sent;
    }
    let mut others = own_types(plan, group).filter_map(|id| built_of(plan, instances, id));
    others.find(Built::is_whole).or(sent)
}

impl Built {
    /// Whether it shows both: what must be given, and what may be added.
    fn is_whole(&self) -> bool {
        !self.given.is_empty() && self.added.is_some()
    }
}

fn built_of(plan: &Plan<'_>, instances: &Instances<'_>, id: TypeId) -> Option<Built> {
    let definition = &plan.api.types[id];
    let Shape::Struct(object) = &definition.shape else {
        return None;
    };
    if definition.standing.target().is_some() {
        return None;
    }
    let Item::Struct(planned) = plan.definition(id).item else {
        return None;
    };
    let literal = |field: &Field| {
        let own = object.fields.iter().find(|own| own.wire == field.wire)?;
        let value = value(plan, instances, own)?;
        let literal = plan.literal(&own.ty, &value).filter(is_pleasant)?;
        Some((field.ident.clone(), literal))
    };
    let simple = |field: &&Field| field.access == Access::Optional && !field.boxed;
    let given: Vec<&Field> = planned.required_fields().collect();
    // `null` has no literal of its own.
    let plain = given.iter().all(|field| field.access == Access::Required);
    let given = given.into_iter().map(literal).collect::<Option<Vec<_>>>()?;
    let added = planned.fields.iter().filter(simple).find_map(literal);
    let shows = plain && given.len() <= MOST_VALUES && !(given.is_empty() && added.is_none());
    shows.then_some(Built {
        id,
        required: planned.required,
        given,
        added,
    })
}

/// A value of a property: text that says what it stands for where any text will do.
fn value(plan: &Plan<'_>, instances: &Instances<'_>, field: &ir::Field) -> Option<Value> {
    let mut ty = field.ty.clone();
    ty.nullable = false;
    let said = Value::String(format!(
        "Some {}",
        field.ident.trim_matches('_').replace('_', " ")
    ));
    let is_text = matches!(plan.api.types.resolve(&ty).0, Kind::String(_));
    match is_text && fits(plan.api, &ty, &said) {
        true => Some(said),
        false => instances.make(&ty, Side::Request, 0, Variety::Typical),
    }
}

/// Whether a reader sees at once what it is.
fn is_pleasant(literal: &Literal) -> bool {
    match literal {
        Literal::Text(text) => {
            text.len() <= LONGEST_TEXT && text.chars().all(|c| matches!(c, ' '..='~'))
        }
        Literal::List(items) => items.len() <= 2 && items.iter().all(is_pleasant),
        Literal::Boolean(_) | Literal::Integer(_) | Literal::Float(_) | Literal::Variant(..) => {
            true
        }
        Literal::Unit | Literal::EmptyObject | Literal::EmptyMap => false,
    }
}

impl Guide<'_> {
    fn building(&self, built: &Built) -> Vec<String> {
        let path = self.path(built.id);
        let (module, name) = path.rsplit_once("::").unwrap_or(("", &path));
        let mut imports = Imports {
            module,
            names: BTreeSet::from([name.to_string()]),
        };
        let mut literal = |literal: &Literal, owned| self.literal(&mut imports, literal, owned);
        let mut lines = match &built.required {
            Some(_) => {
                let fields = built.given.iter();
                let fields = fields.map(|(field, value)| {
                    format!("    {}: {},", written(field), literal(value, true))
                });
                fields.collect()
            }
            None => Vec::new(),
        };
        match &built.required {
            Some(required) => {
                lines.insert(0, format!("let value = {name}::new({required} {{"));
                lines.push("})".to_string());
            }
            None => {
                let values = built.given.iter().map(|(_, value)| literal(value, false));
                let values: Vec<String> = values.collect();
                lines.push(format!("let value = {name}::new({})", values.join(", ")));
            }
        }
        if let Some((field, value)) = &built.added {
            let (field, value) = (written(field), literal(value, true));
            lines.push(format!(".with(|value| value.{field} = Some({value}))"));
        }
        if let [start, change] = lines.as_slice() {
            lines = vec![start.clone(), format!("    {change}")];
        }
        if let Some(last) = lines.last_mut() {
            last.push(';');
        }
        imports.names.extend(built.required.clone());
        let mut text = vec![
            imports.line(),
            format!("use {}::runtime;", self.crate_name),
            String::new(),
        ];
        text.append(&mut lines);
        text.push(
            "assert_eq!(runtime::validate(&value), Ok(())); // every rule of the document"
                .to_string(),
        );
        let title = "Build a value: what is required is given, everything else is set by name.";
        self.program(title, &[], "fn build() {", &text)
    }

    fn matching(&self, definition: &Definition) -> Option<Vec<String>> {
        let Item::Union(union) = &definition.item else {
            return None;
        };
        let name = written(&definition.ident);
        let first = union.members.first()?;
        let group = written(&self.group.ident);
        let lines = [
            format!("use {}::{group}::{name};", self.crate_name),
            String::new(),
            format!("fn show(value: &{name}) -> String {{"),
            "    match value {".to_string(),
            format!(
                "        {name}::{}(known) => format!(\"{{known:?}}\"),",
                written(&first.ident)
            ),
            format!(
                "        {name}::Unknown(json) => format!(\"newer than this crate: {{json}}\"),"
            ),
            "        other => format!(\"{other:?}\"),".to_string(),
            "    }".to_string(),
            "}".to_string(),
        ];
        let title = "Match a union: a member that only a newer server knows is kept as JSON.";
        Some(self.program(title, &[], "mod example {", &lines))
    }

    fn calling(&self, called: &Called<'_>) -> Vec<String> {
        let mut lines = vec![
            format!("use {}::client::Client;", self.crate_name),
            String::new(),
            "let kibana = Client::builder(\"https://localhost:5601\")?.api_key(key).build()?;"
                .to_string(),
            format!("let answer = {}.await?;", self.call(called)),
        ];
        if let Some(arm) = success_arm(called) {
            lines.insert(0, self.import_operation(called));
            lines.extend([
                format!(
                    "let response = {}.response().await?; // any documented answer",
                    self.call(called)
                ),
                "match response {".to_string(),
                format!("    {arm},"),
                "    other => println!(\"{other:?}\"),".to_string(),
                "}".to_string(),
            ]);
        }
        let title =
            "Call, with the features `client` and `reqwest`: what is required is an argument.";
        self.program(title, &["client"], CALLS, &lines)
    }

    fn serving(&self, called: &Called<'_>) -> Vec<String> {
        let (module, crate_name) = (written(&called.operation.ident), self.crate_name);
        let (group, service) = (written(&self.group.ident), written(&self.group.service));
        let lines = [
            self.import_operation(called),
            format!(
                "use {crate_name}::server::{{AllowAnyone, ApiError, Builder, RequestContext}};"
            ),
            String::new(),
            "struct Mine;".to_string(),
            String::new(),
            format!("impl {crate_name}::server::{group}::{service} for Mine {{"),
            format!("    async fn {module}("),
            "        &self,".to_string(),
            "        _context: RequestContext,".to_string(),
            format!("        request: {module}::Request,"),
            format!("    ) -> Result<{module}::Response, ApiError> {{"),
            "        Err(ApiError::not_found(format!(\"I looked for {request:?}.\")))".to_string(),
            "    }".to_string(),
            "}".to_string(),
            String::new(),
            format!(
                "let router = Builder::new(AllowAnyone).{}(Mine).build()?; // of axum",
                written(&self.group.builder)
            ),
        ];
        let title =
            "Serve, with the feature `server`: the methods that are not written answer 501.";
        self.program(title, &["server"], FALLIBLE, &lines)
    }

    fn faking(&self, called: &Called<'_>) -> Vec<String> {
        let crate_name = self.crate_name;
        let lines = [
            format!("use {crate_name}::client::Client;"),
            format!("use {crate_name}::mock::{{self, KnownUser}};"),
            String::new(),
            "let fake = mock::router(mock::new())?;".to_string(),
            "let kibana = Client::builder(\"http://fake\")?".to_string(),
            "    .api_key(KnownUser::API_KEY)".to_string(),
            "    .transport(fake)".to_string(),
            "    .build()?;".to_string(),
            format!("let answer = {}.await?;", self.call(called)),
        ];
        let title = "Test without a server, with the features `client` and `mock`: the fake answers in the same process.";
        self.program(title, &["client", "mock"], CALLS, &lines)
    }

    fn import_operation(&self, called: &Called<'_>) -> String {
        let group = written(&self.group.ident);
        format!(
            "use {}::{group}::{};",
            self.crate_name,
            written(&called.operation.ident)
        )
    }

    fn call(&self, called: &Called<'_>) -> String {
        let (group, method) = (
            written(&self.group.client),
            written(&called.operation.ident),
        );
        format!("kibana.{group}().{method}({})", called.arguments.join(", "))
    }

    fn path(&self, id: TypeId) -> String {
        self.plan
            .path_in(self.crate_name, &RustType::Named(id), self.id)
    }

    /// A program below a sentence, in a function that is not shown.
    fn program(
        &self,
        title: &str,
        features: &[&str],
        around: &str,
        lines: &[String],
    ) -> Vec<String> {
        let features = [self.group.feature.as_str()]
            .into_iter()
            .chain(features.iter().copied());
        let mut text = vec![String::new(), title.to_string(), String::new()];
        text.extend(program(features, around, lines));
        text
    }

    fn literal(&self, imports: &mut Imports<'_>, literal: &Literal, owned: bool) -> String {
        match literal {
            Literal::Text(text) if owned => format!("{text:?}.to_owned()"),
            Literal::Text(text) => format!("{text:?}"),
            Literal::Boolean(value) => value.to_string(),
            Literal::Integer(value) => value.to_string(),
            Literal::Float(value) => format!("{value:?}"),
            Literal::List(items) => {
                let items = items.iter().map(|item| self.literal(imports, item, true));
                format!("vec![{}]", items.collect::<Vec<_>>().join(", "))
            }
            Literal::Variant(id, variant) => {
                format!("{}::{}", imports.name(&self.path(*id)), written(variant))
            }
            Literal::Unit => "()".to_string(),
            Literal::EmptyObject | Literal::EmptyMap => "Default::default()".to_string(),
        }
    }
}

/// The arm of a match for the first success; `None` where nothing is known of it.
fn success_arm(called: &Called<'_>) -> Option<String> {
    let (taken, body) = match &called.call.success {
        Success::Body(_, taken) => (taken.first()?, true),
        Success::Nothing(taken) => (taken.first()?, false),
        Success::Undocumented(_) | Success::Response => return None,
    };
    let (module, ident) = (written(&called.operation.ident), written(&taken.ident));
    let rest = match (body, taken.named) {
        (true, true) => " { body, .. } => println!(\"{body:?}\")",
        (true, false) => "(body) => println!(\"{body:?}\")",
        (false, true) => " { .. } => println!(\"done\")",
        (false, false) => " => println!(\"done\")",
    };
    Some(format!("{module}::Response::{ident}{rest}"))
}

/// What a program imports from one module.
struct Imports<'m> {
    module: &'m str,
    names: BTreeSet<String>,
}

impl Imports<'_> {
    /// The name of an item that is imported where it stands in the module, and its path otherwise.
    fn name(&mut self, path: &str) -> String {
        match path.rsplit_once("::") {
            Some((module, name)) if module == self.module => {
                self.names.insert(name.to_string());
                name.to_string()
            }
            _ => path.to_string(),
        }
    }

    fn line(&self) -> String {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        match names.as_slice() {
            [only] => format!("use {}::{only};", self.module),
            names => format!("use {}::{{{}}};", self.module, names.join(", ")),
        }
    }
}

const CALLS: &str = "async fn call(key: &str) -> Result<(), Box<dyn std::error::Error>> {";
const FALLIBLE: &str = "fn serve() -> Result<(), Box<dyn std::error::Error>> {";
