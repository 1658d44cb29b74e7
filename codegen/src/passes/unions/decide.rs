//! Builds the decision tree of one union from the forms of its members. Knows forms, not schemas.
//!
//! A branch keeps every member that a valid value in it can belong to, so the member of a valid value is
//! always among the candidates of the leaf that it reaches. What a test buys is fewer *plausible* ones;
//! a member that gets into a branch by a key that it does not declare is only *possible* and is read last.

use indexmap::{IndexMap, IndexSet};

use crate::ir::{Decision, Discriminator, JsonKind, Presence, Strategy, TagValue, Union};

use super::form::{Extra, Form, Forms, KINDS, Likelihood, Slot};

/// The most tests on properties in a tree. Where members really overlap, more of them tell ever less.
const MAX_TESTS: usize = 24;
/// The longest path of properties that a test looks along.
const MAX_PATH: usize = 3;
/// The most properties of a place, and the most places of one depth, that tests are tried on,
/// so that wide objects inside wide objects stay cheap.
const MAX_KEYS: usize = 200;
/// The most forms that a test of first items is made for: lists of a union in the union itself are more at every level.
const MAX_ITEMS: usize = 500;

/// Decides how values are assigned to the members of a union.
pub(super) fn decide<'a>(forms: &Forms<'a>, union: &'a Union) -> (Decision, Strategy) {
    let discriminator = union.discriminator.as_ref();
    let candidates = (0..union.members.len()).flat_map(|index| {
        let forms = forms.of_member(union, index);
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
        tests_left: MAX_TESTS,
        kind_known: false,
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
    tests_left: usize,
    /// Below a test of the JSON type: the same test tells nothing new.
    kind_known: bool,
    hardest: Strategy,
}

impl<'a> Builder<'_, 'a> {
    fn build(&mut self, candidates: Candidates<'a>) -> Decision {
        match plausible(&candidates) {
            // Only values that no member declares get here: no test says more about them.
            0 => Decision::Leaf(self.order(&candidates)),
            1 => self.leaf(&candidates),
            total => self.build_plausible(candidates, total),
        }
    }

    fn build_plausible(&mut self, candidates: Candidates<'a>, total: usize) -> Decision {
        if let Some(decision) = self.by_kind(&candidates) {
            return decision;
        }
        if self.tests_left == 0 {
            return self.leaf(&candidates);
        }
        if let Some(discriminator) = self.discriminator {
            let split = self.tag_split(&candidates, &discriminator.property);
            if let Some(split) = split
                && !self.used.contains(&split.test)
                && (split.score().arms < total || split.tells(total))
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
        let mut found: Vec<(Score, Split<'a>, Strategy)> = Vec::new();
        for stage in [Self::tag_splits, Self::nested_splits, Self::key_splits] {
            let splits = stage(self, candidates)
                .into_iter()
                .filter(|(split, _)| !self.used.contains(&split.test))
                .map(|(split, strategy)| (split.score(), split, strategy))
                .filter(|(score, split, _)| {
                    score.separates() || (score.arms < total && split.tells(total))
                });
            let best = splits.min_by_key(|(score, _, strategy)| {
                (!score.is_exact(), !score.separates(), *strategy, *score)
            });
            found.extend(best);
            if found.last().is_some_and(|(score, ..)| score.is_exact()) {
                break;
            }
        }
        // What a tag of the object itself excludes, nothing further inside and no key brings back.
        let outer = found.iter().position(|(score, split, strategy)| {
            *strategy == Strategy::Tag && score.arms < total && plausible(&split.absent) == 0
        });
        if let Some(at) = outer {
            let (_, split, strategy) = found.swap_remove(at);
            return Some((split, strategy));
        }
        // The last one is exact, or none is. Then one that separates, or else the one that leaves least together; a key
        // that others merely do not declare comes last.
        let best = found.into_iter().min_by_key(|(score, _, strategy)| {
            let weak = *strategy == Strategy::RequiredKey;
            match score.separates() {
                true => (!score.is_exact(), 0, false, 0, *strategy),
                false => (true, 1, weak, score.arms, *strategy),
            }
        });
        best.map(|(_, split, strategy)| (split, strategy))
    }

    fn take(&mut self, split: Split<'a>, strategy: Strategy) -> Decision {
        self.record(strategy);
        self.used.push(split.test.clone());
        self.tests_left = self.tests_left.saturating_sub(1);
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
        let slots: Vec<_> = candidates.iter().map(|c| Slot::of(c.form)).collect();
        let keys = self.keys(candidates, &slots, |key| key.constant);
        keys.into_iter()
            .filter_map(|key| self.tag_split(candidates, key))
            .map(|split| (split, Strategy::Tag))
            .collect()
    }

    /// Constants and JSON types of a property, also of one further inside.
    fn nested_splits(&self, candidates: &Candidates<'a>) -> Vec<(Split<'a>, Strategy)> {
        let mut splits = Vec::new();
        let whole: Vec<_> = candidates.iter().map(|c| Slot::of(c.form)).collect();
        let mut level = vec![(Vec::new(), whole)];
        for depth in 1..=MAX_PATH {
            let mut next = Vec::new();
            for (prefix, outer) in &level {
                // A property that only one member has tells nothing by its value.
                for key in self.keys(candidates, outer, |key| key.members > 1) {
                    let inner = outer.iter().map(|slot| self.forms.inside(slot, key));
                    let path: Vec<String> =
                        prefix.iter().cloned().chain([key.to_string()]).collect();
                    next.push((path, inner.collect::<Vec<_>>()));
                }
            }
            next.truncate(MAX_KEYS);
            for (path, slots) in &next {
                splits.extend(property_kind_split(candidates, path, slots));
                if depth > 1 {
                    splits.extend(tag_split(candidates, path.clone(), slots));
                }
            }
            level = next;
        }
        splits.into_iter().map(|s| (s, Strategy::Nested)).collect()
    }

    /// Presence of a property.
    fn key_splits(&self, candidates: &Candidates<'a>) -> Vec<(Split<'a>, Strategy)> {
        let mut splits = Vec::new();
        let slots: Vec<_> = candidates.iter().map(|c| Slot::of(c.form)).collect();
        for key in self.keys(candidates, &slots, |key| key.required) {
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

    fn tag_split(&self, candidates: &Candidates<'a>, key: &str) -> Option<Split<'a>> {
        let slots = candidates.iter().map(|c| self.forms.slot(c.form, &[key]));
        tag_split(
            candidates,
            vec![key.to_string()],
            &slots.collect::<Vec<_>>(),
        )
    }

    /// The properties that the objects at some place declare and that are wanted: first those that most
    /// members declare, then in order of appearance.
    fn keys(
        &self,
        candidates: &Candidates<'a>,
        slots: &[Slot<'a>],
        wanted: impl Fn(&Key) -> bool,
    ) -> Vec<&'a str> {
        let mut found = IndexMap::<&'a str, Key>::new();
        for (candidate, slot) in candidates.iter().zip(slots) {
            for (_, form) in &slot.present {
                let Form::Object(object) = form else { continue };
                for field in object.fields {
                    let key = found.entry(&field.wire).or_default();
                    if key.last != Some(candidate.member) {
                        (key.members, key.last) = (key.members + 1, Some(candidate.member));
                    }
                    key.required |= object.requires(field);
                    key.constant = key.constant || self.forms.has_constants(&field.ty);
                }
            }
        }
        let mut found: Vec<_> = found.into_iter().filter(|(_, key)| wanted(key)).collect();
        found.sort_by_key(|(_, key)| std::cmp::Reverse(key.members));
        found
            .into_iter()
            .map(|(key, _)| key)
            .take(MAX_KEYS)
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
            if items.len() > MAX_ITEMS {
                return None;
            }
        }
        if plausible(&items) < 2 {
            return None;
        }
        let mut inner = Builder {
            forms: self.forms,
            discriminator: None,
            used: Vec::new(),
            tests_left: self.tests_left.saturating_sub(1),
            kind_known: false,
            hardest: self.hardest.max(Strategy::Nested),
        };
        let item = inner.build(items);
        if smallest_leaf(&item) >= total {
            return None;
        }
        self.hardest = inner.hardest;
        self.tests_left = inner.tests_left;
        let empty = self.order(&empty);
        Some(Decision::FirstItem {
            item: Box::new(item),
            empty: Box::new(Decision::Leaf(empty)),
        })
    }

    fn record(&mut self, strategy: Strategy) {
        self.hardest = self.hardest.max(strategy);
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
        if groups.len() < 2 {
            return (0..groups.len()).collect();
        }
        let narrower = |a: usize, b: usize| self.forms.narrower(&groups[a].forms, &groups[b].forms);
        let mut left: Vec<usize> = (0..groups.len()).collect();
        left.sort_by_cached_key(|at| {
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
                let required = object.fields.iter();
                let required = required.filter(|f| f.presence != Presence::Optional);
                let constants = required.clone().filter(|f| self.forms.has_constants(&f.ty));
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

/// What is known of a property of several objects.
#[derive(Default)]
struct Key {
    /// How many members declare it.
    members: usize,
    last: Option<usize>,
    /// Whether it has a list of values in some of them.
    constant: bool,
    /// Whether one of them demands it.
    required: bool,
}

/// By the constants at `path`; `None` when no member has one there.
fn tag_split<'a>(
    candidates: &Candidates<'a>,
    path: Vec<String>,
    slots: &[Slot<'a>],
) -> Option<Split<'a>> {
    let mapped: Vec<_> = candidates.iter().map(|c| c.form.mapped(&path)).collect();
    let mut values = IndexSet::new();
    for (slot, mapped) in slots.iter().zip(&mapped) {
        values.extend(slot.constants());
        values.extend(mapped.iter().flat_map(|m| m.own()));
    }
    if values.is_empty() {
        return None;
    }
    let (mut arms, mut absent, mut other) = (Vec::new(), Vec::new(), Vec::new());
    for value in values {
        let mut branch = Vec::new();
        for ((candidate, slot), mapped) in candidates.iter().zip(slots).zip(&mapped) {
            candidate.enter(slot.tagged(&value, *mapped), &mut branch);
        }
        arms.push((value, branch));
    }
    for ((candidate, slot), mapped) in candidates.iter().zip(slots).zip(&mapped) {
        candidate.enter(slot.absent, &mut absent);
        candidate.enter(slot.tagged_otherwise(*mapped), &mut other);
    }
    Some(Split {
        test: Test::Tag(path),
        arms: Arms::Tags(arms),
        absent,
        other,
    })
}

/// By the JSON type of what is at `path`; `None` when all members have the same types there.
fn property_kind_split<'a>(
    candidates: &Candidates<'a>,
    path: &[String],
    slots: &[Slot<'a>],
) -> Option<Split<'a>> {
    let kinds: Vec<_> = slots.iter().map(Slot::kinds).collect();
    if kinds.windows(2).all(|pair| pair[0] == pair[1]) {
        return None;
    }
    let mut absent = Vec::new();
    let mut arms: Vec<_> = KINDS.iter().map(|kind| (*kind, Vec::new())).collect();
    for ((candidate, slot), kinds) in candidates.iter().zip(slots).zip(kinds) {
        candidate.enter(slot.absent, &mut absent);
        for ((_, branch), likelihood) in arms.iter_mut().zip(kinds) {
            candidate.enter(likelihood, branch);
        }
    }
    arms.retain(|(_, branch)| !branch.is_empty());
    Some(Split {
        test: Test::PropertyKind(path.to_vec()),
        arms: Arms::Kinds(arms),
        absent,
        other: Vec::new(),
    })
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

    /// Whether the test is worth its place though it leaves members together. A value that only one arm
    /// knows says no more than the presence of the property, and a key that all may lack says little.
    fn tells(&self, total: usize) -> bool {
        let differs = |arms: &mut dyn Iterator<Item = &Candidates<'a>>| {
            let mut seen = arms
                .map(|branch| plausible_members(branch))
                .filter(|m| !m.is_empty());
            let first = seen.next();
            seen.any(|members| Some(members) != first)
        };
        match &self.arms {
            Arms::Tags(arms) => differs(&mut arms.iter().map(|(_, branch)| branch)),
            Arms::Kinds(arms) => differs(&mut arms.iter().map(|(_, branch)| branch)),
            Arms::Present(_) => plausible(&self.absent) < total,
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

/// The members that are plausible.
fn plausible_members(candidates: &[Candidate<'_>]) -> Vec<usize> {
    candidates
        .chunk_by(|a, b| a.member == b.member)
        .filter(|forms| forms.iter().any(|c| c.likelihood == Likelihood::Plausible))
        .map(|forms| forms[0].member)
        .collect()
}

fn plausible(candidates: &[Candidate<'_>]) -> usize {
    plausible_members(candidates).len()
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
