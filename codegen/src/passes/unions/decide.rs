//! Builds the decision tree of one union from the forms of its members. Knows forms, not schemas.
//!
//! A branch keeps every member that a valid value in it can belong to, so the member of a valid value is
//! always among the candidates of the leaf that it reaches. What a test buys is fewer *plausible* ones;
//! a member that gets into a branch by a key that it does not declare is only *possible* and is read last.

use crate::ir::{Decision, Discriminator, JsonKind, Strategy, TagValue, Union};

use super::form::{Extra, Form, Forms, KINDS, Likelihood};

/// The most tests on the way from the root to a leaf.
const MAX_DEPTH: usize = 6;
/// The longest path of properties that a test looks along.
const MAX_PATH: usize = 3;
/// The most paths that are looked at, so that wide objects inside wide objects stay cheap.
const MAX_PATHS: usize = 500;

/// Decides how values are assigned to the members of a union.
pub(super) fn decide<'a>(forms: &Forms<'a>, union: &'a Union) -> (Decision, Strategy) {
    let members = union.members.iter().enumerate();
    let discriminator = union.discriminator.as_ref();
    let candidates = members.flat_map(|(index, member)| {
        let forms = forms.of_member(&member.ty, discriminator, index);
        forms.into_iter().map(move |form| Candidate {
            member: index,
            likelihood: Likelihood::Plausible,
            form,
        })
    });
    let mut builder = Builder {
        forms,
        discriminator,
        used: Vec::new(),
        depth: 0,
        kind_known: false,
        quiet: false,
        hardest: Strategy::Discriminator,
    };
    let decision = builder.build(candidates.collect());
    (decision, builder.hardest)
}

/// A form of a member, in a branch.
#[derive(Clone, Copy)]
struct Candidate<'a> {
    member: usize,
    likelihood: Likelihood,
    form: Form<'a>,
}

type Candidates<'a> = Vec<Candidate<'a>>;

/// A test on objects, with the branches that it makes.
struct Split<'a> {
    test: Test,
    arms: Arms<'a>,
    absent: Candidates<'a>,
    other: Candidates<'a>,
}

/// What a test looks at.
#[derive(Clone, PartialEq)]
enum Test {
    Tag(Vec<String>),
    PropertyKind(Vec<String>),
    Key(String),
}

enum Arms<'a> {
    Tags(Vec<(TagValue, Candidates<'a>)>),
    Kinds(Vec<(JsonKind, Candidates<'a>)>),
    Present(Candidates<'a>),
}

/// How well a test does; less is better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Score {
    /// The most plausible members in an arm.
    arms: usize,
    /// The most plausible members when the property is absent or has another value.
    rest: usize,
    /// Merely possible members in the arms.
    fallbacks: usize,
}

impl Score {
    fn separates(self) -> bool {
        self.arms <= 1 && self.rest <= 1
    }

    fn is_exact(self) -> bool {
        self.separates() && self.fallbacks == 0
    }
}

struct Builder<'f, 'a> {
    forms: &'f Forms<'a>,
    discriminator: Option<&'a Discriminator>,
    /// The tests on the way to the current branch: a second time they tell nothing new.
    used: Vec<Test>,
    depth: usize,
    /// Below a test of the JSON type: the same test tells nothing new.
    kind_known: bool,
    /// In a branch that no member is plausible in: its tests do not count for the strategy.
    quiet: bool,
    hardest: Strategy,
}

impl<'a> Builder<'_, 'a> {
    fn build(&mut self, mut candidates: Candidates<'a>) -> Decision {
        if plausible(&candidates) > 0 {
            return self.build_plausible(candidates);
        }
        for candidate in &mut candidates {
            candidate.likelihood = Likelihood::Plausible;
        }
        let before = std::mem::replace(&mut self.quiet, true);
        let decision = self.build_plausible(candidates);
        self.quiet = before;
        decision
    }

    fn build_plausible(&mut self, candidates: Candidates<'a>) -> Decision {
        let total = plausible(&candidates);
        if total <= 1 || self.depth >= MAX_DEPTH {
            return self.leaf(&candidates);
        }
        if let Some(decision) = self.by_kind(&candidates) {
            return decision;
        }
        if let Some(discriminator) = self.discriminator {
            let split = self.tag_split(&candidates, vec![discriminator.property.clone()]);
            if let Some(split) = split
                && !self.used.contains(&split.test)
                && split.score().arms < total
            {
                return self.take(split, Strategy::Discriminator);
            }
        }
        if let Some((split, strategy)) = self.best_split(&candidates, total) {
            return self.take(split, strategy);
        }
        if let Some(decision) = self.by_first_item(&candidates, total) {
            return decision;
        }
        self.leaf(&candidates)
    }

    /// The JSON type is free to look at and never wrong: it goes first whenever it tells anything.
    fn by_kind(&mut self, candidates: &Candidates<'a>) -> Option<Decision> {
        let definite: Candidates<'a> = candidates
            .iter()
            .filter(|c| !matches!(c.form, Form::Any))
            .copied()
            .collect();
        let total = members(&definite);
        let tells = KINDS.iter().any(|kind| {
            let count = members(&of_kind(&definite, *kind));
            0 < count && count < total
        });
        if !tells || self.kind_known {
            return None;
        }
        self.record(Strategy::JsonType);
        self.kind_known = true;
        let branches = KINDS.iter().map(|kind| (*kind, of_kind(candidates, *kind)));
        let arms = branches
            .filter(|(_, branch)| !branch.is_empty())
            .map(|(kind, branch)| (kind, self.build(branch)))
            .collect();
        self.kind_known = false;
        Some(Decision::Kind(arms))
    }

    /// The best test on a property, by the order of the design.
    fn best_split(
        &self,
        candidates: &Candidates<'a>,
        total: usize,
    ) -> Option<(Split<'a>, Strategy)> {
        let mut found = Vec::new();
        for stage in [Self::tag_splits, Self::nested_splits, Self::key_splits] {
            let splits = stage(self, candidates)
                .into_iter()
                .filter(|(split, _)| !self.used.contains(&split.test))
                .map(|(split, strategy)| (split.score(), split, strategy))
                .filter(|(score, split, _)| score.arms.max(split.binding_rest()) < total);
            let best = splits.min_by_key(|(score, _, strategy)| {
                (!score.is_exact(), !score.separates(), *strategy, *score)
            });
            match best {
                Some((score, split, strategy)) if score.is_exact() => {
                    return Some((split, strategy));
                }
                Some(best) => found.push(best),
                None => {}
            }
        }
        // None is exact. One that separates, or else the one that leaves least together; a key that
        // others merely do not declare comes last.
        let best = found.into_iter().min_by_key(|(score, _, strategy)| {
            let weak = *strategy == Strategy::RequiredKey;
            match score.separates() {
                true => (0, false, 0, *strategy),
                false => (1, weak, score.arms, *strategy),
            }
        });
        best.map(|(_, split, strategy)| (split, strategy))
    }

    fn take(&mut self, split: Split<'a>, strategy: Strategy) -> Decision {
        self.record(strategy);
        self.used.push(split.test.clone());
        self.depth += 1;
        let decision = match (split.test, split.arms) {
            (Test::Tag(path), Arms::Tags(arms)) => Decision::Tag {
                path,
                arms: self.build_arms(arms),
                absent: Box::new(self.build(split.absent)),
                other: Box::new(self.build(split.other)),
            },
            (Test::PropertyKind(path), Arms::Kinds(arms)) => Decision::PropertyKind {
                path,
                arms: self.build_arms(arms),
                absent: Box::new(self.build(split.absent)),
            },
            (Test::Key(key), Arms::Present(present)) => Decision::Key {
                key,
                present: Box::new(self.build(present)),
                absent: Box::new(self.build(split.absent)),
            },
            // The functions that make splits pair them as above.
            _ => Decision::Undecided,
        };
        self.depth -= 1;
        self.used.pop();
        decision
    }

    fn build_arms<T>(&mut self, arms: Vec<(T, Candidates<'a>)>) -> Vec<(T, Decision)> {
        arms.into_iter()
            .map(|(value, branch)| (value, self.build(branch)))
            .collect()
    }

    /// Constants of a property.
    fn tag_splits(&self, candidates: &Candidates<'a>) -> Vec<(Split<'a>, Strategy)> {
        let keys = self.keys(candidates, &[]);
        let splits = keys.into_iter().map(|(key, _)| vec![key.to_string()]);
        splits
            .filter_map(|path| self.tag_split(candidates, path))
            .map(|split| (split, Strategy::Tag))
            .collect()
    }

    /// Constants and JSON types of a property, also of one further inside.
    fn nested_splits(&self, candidates: &Candidates<'a>) -> Vec<(Split<'a>, Strategy)> {
        let mut paths: Vec<Vec<&'a str>> = Vec::new();
        let mut level: Vec<Vec<&'a str>> = vec![Vec::new()];
        for _ in 0..MAX_PATH {
            let mut next = Vec::new();
            for prefix in level {
                // A property that only one member has tells nothing by its value.
                let keys = self.keys(candidates, &prefix);
                next.extend(
                    keys.into_iter()
                        .filter(|(_, count)| *count > 1)
                        .map(|(key, _)| {
                            let mut path = prefix.clone();
                            path.push(key);
                            path
                        }),
                );
            }
            paths.extend(next.iter().cloned());
            paths.truncate(MAX_PATHS);
            level = next;
            level.truncate(MAX_PATHS);
        }
        let mut splits = Vec::new();
        for path in paths {
            let path: Vec<_> = path.into_iter().map(String::from).collect();
            splits.push(self.property_kind_split(candidates, path.clone()));
            if path.len() > 1 {
                splits.extend(self.tag_split(candidates, path));
            }
        }
        splits.into_iter().map(|s| (s, Strategy::Nested)).collect()
    }

    /// Presence of a property.
    fn key_splits(&self, candidates: &Candidates<'a>) -> Vec<(Split<'a>, Strategy)> {
        let mut splits = Vec::new();
        for (key, _) in self.keys(candidates, &[]) {
            let (mut present, mut absent) = (Vec::new(), Vec::new());
            for candidate in candidates {
                let slot = self.forms.slot(candidate.form, &[key]);
                let likelihood = slot.present.iter().map(|(l, _)| *l).max();
                candidate.enter(likelihood.unwrap_or(Likelihood::No), &mut present);
                candidate.enter(slot.absent, &mut absent);
            }
            let exact = |branch: &Candidates<'a>| {
                branch.iter().all(|c| c.likelihood == Likelihood::Plausible)
            };
            let strategy = match exact(&present) && exact(&absent) {
                true => Strategy::ClosedKey,
                false => Strategy::RequiredKey,
            };
            let split = Split {
                test: Test::Key(key.to_string()),
                arms: Arms::Present(present),
                absent,
                other: Vec::new(),
            };
            splits.push((split, strategy));
        }
        splits
    }

    /// `None` when no member has a constant there.
    fn tag_split(&self, candidates: &Candidates<'a>, path: Vec<String>) -> Option<Split<'a>> {
        let keys: Vec<_> = path.iter().map(String::as_str).collect();
        let mut values: Vec<TagValue> = Vec::new();
        for candidate in candidates {
            for value in self.forms.tags(candidate.form, &keys) {
                if !values.contains(&value) {
                    values.push(value);
                }
            }
        }
        if values.is_empty() {
            return None;
        }
        let arms = values.into_iter().map(|value| {
            let mut branch = Vec::new();
            for candidate in candidates {
                let likelihood = self.forms.tagged(candidate.form, &keys, &value);
                candidate.enter(likelihood, &mut branch);
            }
            (value, branch)
        });
        let arms = Arms::Tags(arms.collect());
        let (mut absent, mut other) = (Vec::new(), Vec::new());
        for candidate in candidates {
            candidate.enter(self.forms.slot(candidate.form, &keys).absent, &mut absent);
            let likelihood = self.forms.tagged_otherwise(candidate.form, &keys);
            candidate.enter(likelihood, &mut other);
        }
        Some(Split {
            test: Test::Tag(path),
            arms,
            absent,
            other,
        })
    }

    fn property_kind_split(&self, candidates: &Candidates<'a>, path: Vec<String>) -> Split<'a> {
        let keys: Vec<_> = path.iter().map(String::as_str).collect();
        let mut absent = Vec::new();
        let mut arms: Vec<_> = KINDS.iter().map(|kind| (*kind, Vec::new())).collect();
        for candidate in candidates {
            let slot = self.forms.slot(candidate.form, &keys);
            candidate.enter(slot.absent, &mut absent);
            for (kind, branch) in &mut arms {
                let forms = slot.present.iter().filter(|(_, f)| f.holds(*kind));
                let likelihood = forms.map(|(l, _)| *l).max();
                candidate.enter(likelihood.unwrap_or(Likelihood::No), branch);
            }
        }
        arms.retain(|(_, branch)| !branch.is_empty());
        Split {
            test: Test::PropertyKind(path),
            arms: Arms::Kinds(arms),
            absent,
            other: Vec::new(),
        }
    }

    /// The properties that the objects at `path` declare, in order of appearance, with the number of
    /// members that declare them.
    fn keys(&self, candidates: &Candidates<'a>, path: &[&str]) -> Vec<(&'a str, usize)> {
        let mut found = indexmap::IndexMap::<&'a str, (usize, usize)>::new();
        for candidate in candidates {
            for (_, form) in self.forms.slot(candidate.form, path).present {
                let Form::Object(object) = form else { continue };
                for field in object.fields {
                    let (count, last) = found.entry(&field.wire).or_insert((0, usize::MAX));
                    if *last != candidate.member {
                        (*count, *last) = (*count + 1, candidate.member);
                    }
                }
            }
        }
        // A discriminator may be declared by no member and still be mapped to some.
        if let Some(discriminator) = self.discriminator.filter(|_| path.is_empty()) {
            found.entry(&discriminator.property).or_insert((0, 0));
        }
        found
            .into_iter()
            .map(|(key, (count, _))| (key, count))
            .collect()
    }

    /// The first item of an array, by a tree of its own. The leaves keep all members that the first item
    /// leaves open, so an array that goes on differently is still told by the match in full.
    fn by_first_item(&mut self, candidates: &Candidates<'a>, total: usize) -> Option<Decision> {
        let (mut items, mut empty) = (Vec::new(), Vec::new());
        for candidate in candidates {
            let (likelihood, forms, may_be_empty) = match candidate.form {
                Form::Array(ty, size) => {
                    let may_be_empty = size.min.is_none_or(|min| min == 0);
                    (candidate.likelihood, self.forms.of(ty), may_be_empty)
                }
                Form::Any => (Likelihood::Possible, vec![Form::Any], true),
                _ => (Likelihood::No, Vec::new(), true),
            };
            for form in forms {
                Candidate { form, ..*candidate }.enter(likelihood, &mut items);
            }
            if may_be_empty {
                empty.push(*candidate);
            }
        }
        if plausible(&items) < 2 {
            return None;
        }
        let mut inner = Builder {
            forms: self.forms,
            discriminator: None,
            used: Vec::new(),
            depth: self.depth + 1,
            kind_known: false,
            quiet: self.quiet,
            hardest: self.hardest.max(Strategy::Nested),
        };
        let item = inner.build(items);
        if smallest_leaf(&item) >= total {
            return None;
        }
        if !self.quiet {
            self.hardest = inner.hardest;
        }
        let empty = self.order(&empty);
        Some(Decision::FirstItem {
            item: Box::new(item),
            empty: Box::new(Decision::Leaf(empty)),
        })
    }

    fn record(&mut self, strategy: Strategy) {
        if !self.quiet {
            self.hardest = self.hardest.max(strategy);
        }
    }

    fn leaf(&mut self, candidates: &Candidates<'a>) -> Decision {
        let groups = self.groups(candidates);
        let order = self.order_groups(&groups);
        let plausible: Vec<_> = order
            .iter()
            .map(|at| &groups[*at])
            .filter(|g| g.likelihood == Likelihood::Plausible)
            .collect();
        if plausible.len() > 1 {
            let pairs = plausible
                .iter()
                .enumerate()
                .flat_map(|(i, a)| plausible[i + 1..].iter().map(move |b| (a, b)));
            let told = pairs.into_iter().all(|(a, b)| {
                self.forms.narrower(&a.forms, &b.forms) || self.forms.disjoint(&a.forms, &b.forms)
            });
            self.record(match told {
                true => Strategy::Contained,
                false => Strategy::Overlapping,
            });
        }
        Decision::Leaf(order.into_iter().map(|at| groups[at].member).collect())
    }

    fn order(&self, candidates: &Candidates<'a>) -> Vec<usize> {
        let groups = self.groups(candidates);
        let order = self.order_groups(&groups);
        order.into_iter().map(|at| groups[at].member).collect()
    }

    fn groups(&self, candidates: &Candidates<'a>) -> Vec<Group<'a>> {
        let mut groups: Vec<Group<'a>> = Vec::new();
        for candidate in candidates {
            match groups.iter_mut().find(|g| g.member == candidate.member) {
                Some(group) => {
                    group.likelihood = group.likelihood.max(candidate.likelihood);
                    group.forms.push(candidate.form);
                }
                None => groups.push(Group {
                    member: candidate.member,
                    likelihood: candidate.likelihood,
                    forms: vec![candidate.form],
                }),
            }
        }
        groups
    }

    /// The reading order: the plausible before the merely possible, then what is contained in another one
    /// before that one, then the more particular before the more general, then as declared.
    fn order_groups(&self, groups: &[Group<'a>]) -> Vec<usize> {
        let narrower = |a: usize, b: usize| self.forms.narrower(&groups[a].forms, &groups[b].forms);
        let mut left: Vec<usize> = (0..groups.len()).collect();
        left.sort_by_key(|at| {
            let group = &groups[*at];
            let generality = group.forms.iter().map(|f| self.generality(*f)).max();
            (
                std::cmp::Reverse(group.likelihood),
                generality,
                group.member,
            )
        });
        let strictly_within: Vec<Vec<usize>> = (0..groups.len())
            .map(|wide| {
                (0..groups.len())
                    .filter(|narrow| {
                        *narrow != wide
                            && groups[*narrow].likelihood >= groups[wide].likelihood
                            && narrower(*narrow, wide)
                    })
                    .collect()
            })
            .collect();
        let mut order = Vec::with_capacity(left.len());
        while !left.is_empty() {
            let free = |at: &usize| !strictly_within[*at].iter().any(|n| left.contains(n));
            let next = left.iter().position(free).unwrap_or(0);
            order.push(left.remove(next));
        }
        order
    }

    /// How general a form is, for forms of which none contains the other.
    fn generality(&self, form: Form<'a>) -> (usize, usize, usize, usize, usize) {
        let many = usize::MAX;
        match form {
            Form::Null | Form::Boolean(Some(_)) | Form::Enum(_) => (0, 0, 0, 0, 0),
            Form::Boolean(None) | Form::Integer(_) | Form::Bytes => (1, 0, 0, 0, 0),
            Form::Text(text) => match (&text.pattern, &text.format) {
                (Some(_), _) => (1, 0, 0, 0, 0),
                (None, Some(_)) => (2, 0, 0, 0, 0),
                (None, None) => (3, 0, 0, 0, 0),
            },
            Form::Number(_) | Form::Array(..) => (3, 0, 0, 0, 0),
            Form::Object(object) => {
                let required = object.fields.iter().filter(|f| {
                    !matches!(
                        self.forms.slot(form, &[&f.wire]).absent,
                        Likelihood::Plausible
                    )
                });
                let constants = required.clone().filter(|f| {
                    let forms = self.forms.of(&f.ty);
                    forms.iter().all(|form| form.constants().is_some())
                });
                (
                    4,
                    many - constants.count(),
                    usize::from(!matches!(object.extra, Extra::Closed)),
                    many - required.count(),
                    many - object.fields.len(),
                )
            }
            Form::Any => (5, 0, 0, 0, 0),
        }
    }
}

/// All forms of one member in a leaf.
struct Group<'a> {
    member: usize,
    likelihood: Likelihood,
    forms: Vec<Form<'a>>,
}

impl<'a> Candidate<'a> {
    /// Joins a branch, unless it cannot be there.
    fn enter(&self, likelihood: Likelihood, branch: &mut Candidates<'a>) {
        let likelihood = likelihood.min(self.likelihood);
        if likelihood > Likelihood::No {
            branch.push(Candidate {
                likelihood,
                ..*self
            });
        }
    }
}

impl<'a> Split<'a> {
    fn score(&self) -> Score {
        let arms: Vec<&Candidates<'a>> = match &self.arms {
            Arms::Tags(arms) => arms.iter().map(|(_, branch)| branch).collect(),
            Arms::Kinds(arms) => arms.iter().map(|(_, branch)| branch).collect(),
            Arms::Present(present) => vec![present],
        };
        let fallbacks = |branch: &&Candidates<'a>| {
            let possible = |c: &&Candidate<'a>| c.likelihood == Likelihood::Possible;
            branch.iter().filter(possible).count()
        };
        Score {
            // A test without any arm tells nothing.
            arms: arms
                .iter()
                .map(|b| plausible(b))
                .max()
                .unwrap_or(usize::MAX),
            rest: plausible(&self.absent).max(plausible(&self.other)),
            fallbacks: arms.iter().map(fallbacks).sum(),
        }
    }

    /// How many members the branch without the property must not exceed for the test to be of use:
    /// a tag tells much by its values alone, a key tells little when all may be without it.
    fn binding_rest(&self) -> usize {
        match self.test {
            Test::Key(_) => plausible(&self.absent),
            Test::Tag(_) | Test::PropertyKind(_) => 0,
        }
    }
}

fn of_kind<'a>(candidates: &Candidates<'a>, kind: JsonKind) -> Candidates<'a> {
    let holds = |c: &&Candidate<'a>| c.form.holds(kind);
    candidates.iter().filter(holds).copied().collect()
}

/// The number of members that have a candidate in the list. The candidates of a member stand together.
fn members(candidates: &[Candidate<'_>]) -> usize {
    candidates.chunk_by(|a, b| a.member == b.member).count()
}

/// The number of members that are plausible.
fn plausible(candidates: &[Candidate<'_>]) -> usize {
    candidates
        .chunk_by(|a, b| a.member == b.member)
        .filter(|forms| forms.iter().any(|c| c.likelihood == Likelihood::Plausible))
        .count()
}

fn smallest_leaf(decision: &Decision) -> usize {
    match decision {
        Decision::Leaf(members) if members.is_empty() => usize::MAX,
        Decision::Leaf(members) => members.len(),
        Decision::Undecided => usize::MAX,
        Decision::Kind(arms) => arms
            .iter()
            .map(|(_, d)| smallest_leaf(d))
            .min()
            .unwrap_or(usize::MAX),
        Decision::Tag {
            arms,
            absent,
            other,
            ..
        } => arms
            .iter()
            .map(|(_, d)| d)
            .chain([&**absent, &**other])
            .map(smallest_leaf)
            .min()
            .unwrap_or(usize::MAX),
        Decision::PropertyKind { arms, absent, .. } => arms
            .iter()
            .map(|(_, d)| d)
            .chain([&**absent])
            .map(smallest_leaf)
            .min()
            .unwrap_or(usize::MAX),
        Decision::Key {
            present, absent, ..
        } => smallest_leaf(present).min(smallest_leaf(absent)),
        Decision::FirstItem { item, empty } => smallest_leaf(item).min(smallest_leaf(empty)),
    }
}
