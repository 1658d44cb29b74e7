//! What the head of a file says that it knows is held against what the file uses, and no modules go round in a circle.
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

mod source;
mod words;

use source::{Crate, Place};
use std::path::Path;
use words::{GENERATOR, RUNTIME, Rules};

fn read(rules: &Rules) -> Crate {
    Crate::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(rules.source))
}

#[test]
fn the_generator_knows_what_its_heads_say() {
    assert_knows(&GENERATOR);
}

#[test]
fn the_runtime_knows_what_its_heads_say() {
    assert_knows(&RUNTIME);
}

#[test]
fn rooms_of_the_generator_use_only_those_below() {
    assert_order(&GENERATOR);
}

#[test]
fn rooms_of_the_runtime_use_only_those_below() {
    assert_order(&RUNTIME);
}

#[test]
fn no_modules_of_the_generator_go_round_in_a_circle() {
    assert_no_circle(&GENERATOR);
}

#[test]
fn no_modules_of_the_runtime_go_round_in_a_circle() {
    assert_no_circle(&RUNTIME);
}

fn assert_none(problems: &[String], help: &str) {
    assert!(problems.is_empty(), "{}\n{help}", problems.join("\n"));
}

fn assert_knows(rules: &Rules) {
    let problems = unknown_uses(&read(rules), rules);
    assert_none(
        &problems,
        "Use it by way of a room that may know it, or say in the head (`Knows …`) that this one does.",
    );
}

fn unknown_uses(all: &Crate, rules: &Rules) -> Vec<String> {
    // The root shows all.
    let places = all
        .modules()
        .map(|(place, _)| place)
        .filter(|place| !place.is_empty());
    places
        .flat_map(|place| unknown(all, place, rules))
        .collect()
}

/// What a module uses and may not know.
fn unknown(all: &Crate, place: &Place, rules: &Rules) -> Vec<String> {
    let module = all.module(place);
    let Some(knowledge) = Knowledge::of(all, place, rules) else {
        return vec![format!(
            "{}: its head does not say what it knows",
            module.file
        )];
    };
    let named = all.named(place);
    let rooms = named
        .inside
        .iter()
        .filter(|(other, _)| room(other) != room(place));
    let rooms = rooms.filter(|(other, _)| !is_of(other, rules.common) && !knowledge.allows(other));
    let rooms = rooms.map(|(other, names)| {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        format!(
            "{} uses {} of `{}`, which its head does not know",
            module.file,
            names.join(", "),
            other.join("::")
        )
    });
    let crates = rules
        .crates
        .iter()
        .filter(|(name, _)| named.outside.contains(*name));
    let crates = crates.filter(|(_, users)| !is_of(place, users));
    let crates = crates.map(|(name, _)| {
        format!(
            "{} uses the crate `{name}`, which is not for it",
            module.file
        )
    });
    rooms.chain(crates).collect()
}

/// What a file may know, by its head.
#[derive(Debug, Default)]
struct Knowledge {
    may: Vec<&'static str>,
    must_not: Vec<&'static str>,
    only: bool,
}

impl Knowledge {
    /// What the head of a module says, with what the head of its folder says unless it knows something *only*.
    fn of(all: &Crate, place: &[String], rules: &Rules) -> Option<Self> {
        let own = Self::said(&all.module(place).head, rules);
        let outer = match place.split_last() {
            Some((_, outer)) if !outer.is_empty() => Self::of(all, outer, rules),
            _ => None,
        };
        match (own, outer) {
            (Some(own), Some(outer)) if !own.only => Some(Self {
                may: [own.may, outer.may].concat(),
                must_not: [own.must_not, outer.must_not].concat(),
                only: false,
            }),
            (own, outer) => own.or(outer),
        }
    }

    /// What the sentences of a head say that begin with `Knows`.
    fn said(head: &str, rules: &Rules) -> Option<Self> {
        let mut said = Self::default();
        let mut found = false;
        let sentences = head
            .split(". ")
            .map(|sentence| sentence.trim().trim_end_matches('.'));
        for sentence in sentences
            .filter(|sentence| sentence.starts_with("Knows ") || sentence.starts_with("Know "))
        {
            found = true;
            for clause in sentence.split([',', ';', ':']) {
                said.add(clause, rules);
            }
        }
        found.then_some(said)
    }

    fn add(&mut self, clause: &str, rules: &Rules) {
        let mut words = clause.split_whitespace();
        let denied =
            words.any(|word| ["no", "not", "nothing", "never", "neither", "nor"].contains(&word));
        let meant = rules
            .words
            .iter()
            .filter(|(phrase, _)| clause.contains(phrase));
        let meant = meant.flat_map(|(_, rooms)| rooms.iter().copied());
        match denied {
            true => self.must_not.extend(meant),
            false => self.may.extend(meant),
        }
        self.only |= clause.split_whitespace().any(|word| word == "only");
    }

    fn allows(&self, other: &Place) -> bool {
        is_of(other, &self.may) && !is_of(other, &self.must_not)
    }
}

/// Whether a module is one of these, or in one of these.
fn is_of(place: &Place, rooms: &[&str]) -> bool {
    let path = place.join("::");
    let within = |room: &str| {
        path.strip_prefix(room)
            .is_some_and(|rest| rest.starts_with("::"))
    };
    rooms
        .iter()
        .any(|room| path == *room || !room.is_empty() && within(room))
}

/// The file or folder of the root that a module stands in.
fn room(place: &[String]) -> &str {
    place.first().map_or("", String::as_str)
}

fn assert_order(rules: &Rules) {
    assert_none(
        &wrong_order(&read(rules), rules),
        "The order of the rooms is in words.rs.",
    );
}

fn wrong_order(all: &Crate, rules: &Rules) -> Vec<String> {
    let level = |place: &[String]| rules.order.iter().position(|name| *name == room(place));
    let mut problems = Vec::new();
    for (place, module) in all.modules().filter(|(place, _)| !place.is_empty()) {
        let Some(own) = level(place) else {
            problems.push(format!(
                "{}: its room has no place in the order",
                module.file
            ));
            continue;
        };
        for (other, names) in all.arrows(place).inside {
            if level(&other).is_some_and(|level| level > own) {
                let other = &all.module(&other).file;
                problems.push(format!(
                    "{} uses {names:?} of {other}, which stands above it",
                    module.file
                ));
            }
        }
    }
    problems
}

fn assert_no_circle(rules: &Rules) {
    let problems = circles(&read(rules));
    assert_none(
        &problems,
        "Move what both need to a module of its own, below both.",
    );
}

fn circles(all: &Crate) -> Vec<String> {
    let problems = all.circles().into_iter().map(|places| {
        let arrows = places.iter().flat_map(|place| {
            let used = all.arrows(place).inside.into_iter();
            let inner = used.filter(|(other, _)| places.contains(other));
            inner.map(|(other, names)| {
                let (user, used) = (&all.module(place).file, &all.module(&other).file);
                format!("  {user} uses {names:?} of {used}")
            })
        });
        let text = ["these go round in a circle:".to_owned()]
            .into_iter()
            .chain(arrows);
        text.collect::<Vec<_>>().join("\n")
    });
    problems.collect()
}

/// A crate of three rooms, of which `print` may use `plan` and not `parse`.
fn sample(print: &str) -> Vec<String> {
    const SAMPLE: Rules = Rules {
        source: "",
        order: &["parse", "plan", "print"],
        common: &[],
        words: &[("the plan", &["plan"])],
        crates: &[("openapiv3", &["parse"])],
    };
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    file("lib.rs", "mod parse; mod plan; mod print;");
    file(
        "parse.rs",
        "//! Knows nothing.\nuse openapiv3::Schema;\npub struct Node(Schema);",
    );
    file(
        "plan.rs",
        "//! Knows nothing.\npub struct Plan;\npub mod names { pub fn name() {} }",
    );
    file("print.rs", print);
    let all = Crate::read(folder.path());
    let problems = [
        unknown_uses(&all, &SAMPLE),
        wrong_order(&all, &SAMPLE),
        circles(&all),
    ];
    problems.into_iter().flatten().collect()
}

#[test]
fn a_room_may_use_what_its_head_knows() {
    let print = "//! Knows the plan only.\nuse crate::plan::{self, Plan};\nfn a(_: Plan) { plan::names::name() }";
    assert_eq!(sample(print), [""; 0]);
}

#[test]
fn a_use_that_the_head_does_not_know_is_found_wherever_it_stands() {
    let refused = ["print.rs uses Node of `parse`, which its head does not know"];
    let head = "//! Knows the plan only.\n";
    for code in [
        "use crate::parse::Node;",
        "use super::parse;\nfn a(_: &parse::Node) {}",
        "fn a() { let _ = vec![crate::parse::Node]; }",
    ] {
        assert_eq!(sample(&format!("{head}{code}")), refused, "{code}");
    }
    let other = format!("{head}use openapiv3::Schema;");
    assert_eq!(
        sample(&other),
        ["print.rs uses the crate `openapiv3`, which is not for it"]
    );
    assert_eq!(
        sample("//! Text."),
        ["print.rs: its head does not say what it knows"]
    );
}
