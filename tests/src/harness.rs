//! A program over a generated crate that reads JSON as its types and writes it again. Knows how to build and to ask
//! it; knows no spec.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::judge::Side;
use crate::{built, workspace};

/// What the program calls the generated crate.
pub const CRATE: &str = "kibana_api";

/// The program, built.
#[derive(Debug)]
pub struct Harness {
    program: std::path::PathBuf,
}

/// What the generated types made of a value.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What lenient reading and writing gave, as JSON; or why it could not be read.
    pub written: Result<String, String>,
    /// What strict reading found wrong.
    pub violations: Vec<String>,
}

impl Harness {
    /// Builds the program for these types, over the crate in a folder (package `kibana-api`, all features). `name`
    /// tells programs apart; what was built before under that name is used again.
    ///
    /// # Panics
    /// When it does not compile.
    pub fn build(name: &str, types: &[(String, Side)], generated: &Path) -> Self {
        let package = format!("harness-{name}");
        let dir = workspace::kept(&package);
        built::write(&dir.join("Cargo.toml"), &manifest(&package, generated));
        built::write(&dir.join("src/main.rs"), &main_file(types));
        built::cargo(&dir, &["build"]);
        Self {
            program: workspace::kept("build").join("debug").join(package),
        }
    }

    /// Reads and writes each value as the type with this index.
    ///
    /// # Panics
    /// When the program does.
    pub fn ask(&self, questions: &[(usize, Value)]) -> Vec<Answer> {
        let mut child = Command::new(&self.program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", self.program.display()));
        let mut input = child.stdin.take().expect("the input is a pipe");
        let lines: String = questions
            .iter()
            .fold(String::new(), |mut lines, (ty, value)| {
                let _ = writeln!(lines, "{ty} {value}");
                lines
            });
        let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
        let output = child
            .wait_with_output()
            .unwrap_or_else(|error| panic!("{error}"));
        writer
            .join()
            .expect("writing does not panic")
            .expect("the program reads all of its input");
        assert!(
            output.status.success(),
            "the harness failed: {}",
            output.status
        );
        let answers: Vec<Answer> = String::from_utf8_lossy(&output.stdout)
            .lines()
            .map(answer)
            .collect();
        assert_eq!(answers.len(), questions.len(), "one answer per question");
        answers
    }
}

fn answer(line: &str) -> Answer {
    let line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    Answer {
        written: match &line["problem"] {
            Value::Null => Ok(text(&line["written"])),
            problem => Err(text(problem)),
        },
        violations: line["violations"]
            .as_array()
            .into_iter()
            .flatten()
            .map(text)
            .collect(),
    }
}

fn manifest(package: &str, generated: &Path) -> String {
    // A TOML literal string: no path has a quote in it that the generator would not have refused.
    let generated = generated.display();
    format!(
        "[package]\nname = \"{package}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [dependencies]\nkibana-api = {{ path = '{generated}', features = [\"full\"] }}\n\n\
         [profile.dev]\ndebug = false\nincremental = false\n\n[workspace]\n"
    )
}

fn main_file(types: &[(String, Side)]) -> String {
    let mut table = String::new();
    for (ty, side) in types {
        let _ = writeln!(table, "    |json| answer::<{ty}>(json, Mode::{side:?}),");
    }
    format!("{MAIN}\nconst TYPES: &[fn(&[u8]) -> Value] = &[\n{table}];\n")
}

const MAIN: &str = r##"//! Written by the tests: reads each line as a type, and writes what became of it.

use std::io::BufRead;

use kibana_api::runtime::serde_json::{Value, json};
use kibana_api::runtime::{Model, Violations, from_slice, to_string};
use kibana_api::runtime::generated::{Arena, Mode, Rules, parse, read};

fn main() {
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("the input is text");
        let (ty, value) = line.split_once(' ').expect("a line is a type and a value");
        let ty: usize = ty.parse().expect("a type is a number");
        println!("{}", TYPES[ty](value.as_bytes()));
    }
}

fn answer<T: Model>(json: &[u8], mode: Mode) -> Value {
    let violations = |found: Violations| found.iter().map(ToString::to_string).collect::<Vec<_>>();
    let arena = Arena::new();
    let strict = parse(json, &arena).and_then(|node| read::<T>(&node, &Rules::NONE, mode, "$"));
    let violations = strict.err().map(violations);
    let written = from_slice::<T>(json)
        .map_err(|problem| problem.to_string())
        .and_then(|value| to_string(&value).map_err(|problem| problem.to_string()));
    match written {
        Ok(written) => json!({ "written": written, "violations": violations }),
        Err(problem) => json!({ "problem": problem, "violations": violations }),
    }
}
"##;
