//! What a run made of a document, in numbers. Knows the analysis: the IR, the plan for names, the diagnostics, and
//! the document, in which is counted what there is to handle in messages.

mod messages;
mod resources;

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::Analysis;
use crate::diagnostic::Severity;
use crate::ir::{Api, Home, Kind, Shape, Standing, Strategy, Type, TypeDef, TypeId};
use crate::plan::Plan;
use crate::plan::names::figures::{self, Figures};
use crate::render::visible;

pub use messages::Handled;
pub use resources::{PlayedOperation, ResourceFound};

/// The numbers of one run. Its JSON form is what `report --format json` prints.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Operations of the document.
    pub operations: Operations,
    /// Definitions that operations reach, by what they are.
    pub types: TypeCounts,
    /// Unions among them.
    pub unions: Unions,
    /// Values typed as any JSON.
    pub any_json: AnyJson,
    /// Media types of the bodies of requests and responses.
    pub media_types: Handled,
    /// Parameters of operations.
    pub parameters: Handled,
    /// Resources: what the operations of the API create, read, change and delete.
    pub resources: Vec<ResourceFound>,
    /// Operations that a fake answers from what it remembers.
    pub played: Vec<PlayedOperation>,
    /// Operations that have nothing to remember.
    pub stateless: Vec<String>,
    /// What the names of the crate are like.
    pub names: Figures,
    /// Definitions that are written as another name of one.
    pub aliases: Aliases,
    /// Repairs, by code.
    pub repairs: BTreeMap<String, usize>,
    /// Warnings and errors, by code.
    pub problems: BTreeMap<String, usize>,
}

/// Definitions that are written as another name of one.
#[derive(Clone, Debug, Serialize)]
pub struct Aliases {
    /// How many of them are another name of something that belongs to another group.
    pub across_groups: usize,
}

/// Operations of the document.
#[derive(Clone, Debug, Serialize)]
pub struct Operations {
    /// All of them: generated, skipped and not chosen.
    pub total: usize,
    /// How many are generated.
    pub generated: usize,
    /// How many are of groups that the settings do not choose.
    pub not_chosen: usize,
    /// Those that are not.
    pub skipped: Vec<SkippedOperation>,
}

/// An operation that is not generated.
#[derive(Clone, Debug, Serialize)]
pub struct SkippedOperation {
    /// Method and path.
    pub operation: String,
    /// Why.
    pub reason: String,
}

/// Definitions by what they are.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TypeCounts {
    /// Objects with known properties.
    pub structs: usize,
    /// Strings out of a list.
    pub enums: usize,
    /// One of several types.
    pub unions: usize,
    /// Other names of scalars, arrays and maps.
    pub aliases: usize,
    /// Other names of a definition with the same structure.
    pub same_as_another: usize,
}

/// Unions among the definitions; those with the same structure count once.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Unions {
    /// How many.
    pub total: usize,
    /// How many by the hardest test that they need.
    pub by_strategy: BTreeMap<&'static str, usize>,
    /// Those whose members really overlap.
    pub overlapping: Vec<OverlappingUnion>,
}

/// A union whose members overlap.
#[derive(Clone, Debug, Serialize)]
pub struct OverlappingUnion {
    /// Rust name.
    pub name: String,
    /// Its schema.
    pub pointer: String,
    /// Rust variants.
    pub members: Vec<String>,
}

/// Values typed as any JSON: fields, items, map values, bodies.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AnyJson {
    /// Because the document says so.
    pub by_spec: usize,
    /// Because the generator found nothing better.
    pub given_up: usize,
    /// Where it gave up.
    pub given_up_at: Vec<String>,
}

impl Report {
    /// Counts what an analysis found.
    pub fn new(analysis: &Analysis) -> Self {
        let api = &analysis.api;
        let plan = Plan::of_crate(api);
        let found = resources::find(api);
        let mut report = Self {
            operations: Operations {
                total: api.operations.len() + api.skipped.len() + api.not_chosen.len(),
                generated: api.operations.len(),
                not_chosen: api.not_chosen.len(),
                skipped: api
                    .skipped
                    .iter()
                    .map(|skipped| SkippedOperation {
                        operation: skipped.key.clone(),
                        reason: skipped.reason.clone(),
                    })
                    .collect(),
            },
            types: TypeCounts::default(),
            unions: Unions::default(),
            any_json: AnyJson::default(),
            media_types: messages::media_types(analysis),
            parameters: messages::parameters(analysis),
            resources: found.resources,
            played: found.played,
            stateless: found.stateless,
            names: figures::figures(api, plan.names()),
            aliases: Aliases {
                across_groups: figures::aliases_across_groups(api, plan.names()),
            },
            repairs: BTreeMap::new(),
            problems: BTreeMap::new(),
        };
        for diagnostic in analysis.diagnostics.iter() {
            let by_code = match diagnostic.severity() {
                Severity::Repair => &mut report.repairs,
                Severity::Warning | Severity::Error => &mut report.problems,
            };
            *by_code.entry(diagnostic.code.name.to_string()).or_default() += 1;
        }
        for (id, definition) in reached(api) {
            report.count(&plan, id, definition);
        }
        report.count_bodies(api);
        report
            .unions
            .overlapping
            .sort_by(|a, b| a.name.cmp(&b.name));
        report
    }

    fn count(&mut self, plan: &Plan<'_>, id: TypeId, definition: &TypeDef) {
        if definition.standing != Standing::Own {
            self.types.same_as_another += 1;
            return;
        }
        match &definition.shape {
            Shape::Alias(_) => self.types.aliases += 1,
            Shape::Struct(_) => self.types.structs += 1,
            Shape::Enum(_) => self.types.enums += 1,
            Shape::Union(union) => {
                self.types.unions += 1;
                self.unions.total += 1;
                *self
                    .unions
                    .by_strategy
                    .entry(strategy_name(union.strategy))
                    .or_default() += 1;
                if union.strategy == Strategy::Overlapping {
                    self.unions.overlapping.push(OverlappingUnion {
                        name: plan
                            .definition_item(id)
                            .unwrap_or_else(|| definition.label.clone()),
                        pointer: definition.pointer.to_string(),
                        members: union
                            .members
                            .iter()
                            .map(|member| member.ident.clone())
                            .collect(),
                    });
                }
            }
        }
        let place = definition.pointer.to_string();
        definition
            .shape
            .each_type(&mut |ty| self.any_json.count(ty, &place));
    }

    fn count_bodies(&mut self, api: &Api) {
        for operation in &api.operations {
            let request = operation.body.iter().flat_map(|body| &body.content);
            let responses = operation
                .responses
                .iter()
                .flat_map(|response| &response.content);
            for content in request.chain(responses) {
                if let Some(ty) = &content.ty {
                    self.any_json.count(ty, content.pointer.as_str());
                }
            }
        }
    }
}

impl AnyJson {
    fn count(&mut self, ty: &Type, place: &str) {
        match &ty.kind {
            Kind::Any { given_up: false } => self.by_spec += 1,
            Kind::Any { given_up: true } => {
                self.given_up += 1;
                self.given_up_at.push(place.to_string());
            }
            _ => ty
                .inner()
                .into_iter()
                .for_each(|inner| self.count(inner, place)),
        }
    }
}

fn reached(api: &Api) -> impl Iterator<Item = (TypeId, &TypeDef)> {
    api.types
        .iter()
        .filter(|(_, definition)| definition.home != Home::Nowhere)
}

/// The word that reports use for a strategy.
pub fn strategy_name(strategy: Strategy) -> &'static str {
    match strategy {
        Strategy::Discriminator => "discriminator",
        Strategy::JsonType => "json_type",
        Strategy::Tag => "tag",
        Strategy::Nested => "nested",
        Strategy::ClosedKey => "closed_key",
        Strategy::RequiredKey => "required_key",
        Strategy::Contained => "contained",
        Strategy::Overlapping => "overlapping",
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operations = &self.operations;
        writeln!(
            f,
            "operations  {} of {} generated, {} skipped",
            operations.generated,
            operations.total,
            operations.skipped.len()
        )?;
        if operations.not_chosen > 0 {
            writeln!(f, "  {} not chosen by tag", operations.not_chosen)?;
        }
        for skipped in &operations.skipped {
            let (operation, reason) = (visible(&skipped.operation), visible(&skipped.reason));
            writeln!(f, "  skipped {operation}: {reason}")?;
        }
        let types = &self.types;
        writeln!(
            f,
            "types       {} structs, {} enums, {} unions, {} aliases, {} with the structure of another",
            types.structs, types.enums, types.unions, types.aliases, types.same_as_another
        )?;
        let names = &self.names;
        let (of_types, of_operations) = (&names.types, &names.operations);
        writeln!(
            f,
            "names       types: {} letters (median), {} (99 %), {} (longest); operations: {}, {}, {}",
            of_types.median,
            of_types.p99,
            of_types.longest,
            of_operations.median,
            of_operations.p99,
            of_operations.longest
        )?;
        writeln!(
            f,
            "  {} lost boundaries of words, {} repeat their module, {} aliases of another group's",
            names.lost_boundaries, names.repeated_prefix, self.aliases.across_groups
        )?;
        writeln!(f, "unions      {}", self.unions.total)?;
        for (strategy, count) in &self.unions.by_strategy {
            writeln!(f, "  {count:>5} by {}", strategy.replace('_', " "))?;
        }
        for union in &self.unions.overlapping {
            writeln!(
                f,
                "  overlapping: {} = {}",
                union.name,
                union.members.join(" | ")
            )?;
            writeln!(f, "    at {}", visible(&union.pointer))?;
        }
        writeln!(
            f,
            "any JSON    {} by the spec, {} given up",
            self.any_json.by_spec, self.any_json.given_up
        )?;
        for place in &self.any_json.given_up_at {
            writeln!(f, "  given up at {}", visible(place))?;
        }
        write!(f, "media types {}", self.media_types)?;
        write!(f, "parameters  {}", self.parameters)?;
        resources::write((&self.resources, &self.played), self.stateless.len(), f)?;
        for (title, counts) in [("repairs", &self.repairs), ("problems", &self.problems)] {
            writeln!(f, "{title:<11} {}", counts.values().sum::<usize>())?;
            for (code, count) in counts {
                writeln!(f, "  {count:>5} {code}")?;
            }
        }
        Ok(())
    }
}
