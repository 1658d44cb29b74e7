//! Diagnostics as text for people: the message, the place, the lines around it, help. Knows documents, nothing of
//! OpenAPI.

use crate::diagnostic::{Diagnostic, Severity};
use crate::document::{Document, Location, Source};

/// How many characters of a line are shown.
const WIDTH: usize = 110;

/// A diagnostic about a document. `colour` adds terminal colours; whether to is the caller's to decide.
///
/// Control characters of the document never reach the result, other than line ends.
pub fn diagnostic(diagnostic: &Diagnostic, document: &Document, colour: bool) -> String {
    let (source, location) = match &diagnostic.position {
        Some(position) => (&position.source, Some(position.location)),
        None => (&document.source, document.locate(&diagnostic.pointer)),
    };
    placed(diagnostic, source, location, colour)
}

/// A diagnostic that is about no document, with its place if it has one.
pub fn alone(diagnostic: &Diagnostic, colour: bool) -> String {
    match &diagnostic.position {
        Some(position) => placed(
            diagnostic,
            &position.source,
            Some(position.location),
            colour,
        ),
        None => {
            let code = diagnostic.code.name;
            format!(
                "{}[{code}]: {}\n",
                diagnostic.severity(),
                visible(&diagnostic.message)
            )
        }
    }
}

/// A diagnostic that has a place in a text of its own, in the same form.
pub fn placed(
    diagnostic: &Diagnostic,
    source: &Source,
    location: Option<Location>,
    colour: bool,
) -> String {
    let paint = Paint(colour);
    let severity = diagnostic.severity();
    let level = match severity {
        Severity::Error => Paint::RED,
        Severity::Warning => Paint::YELLOW,
        Severity::Repair => Paint::GREEN,
    };
    let title = paint.with(level, &format!("{severity}[{}]", diagnostic.code.name));
    let message = paint.with(Paint::BOLD, &format!(": {}", visible(&diagnostic.message)));
    let excerpt = location.and_then(|location| Excerpt::of(&source.text, location));
    let digits = excerpt
        .as_ref()
        .map_or(0, |excerpt| excerpt.last_line().to_string().len());
    let margin = " ".repeat(digits);
    let place = location.map_or_else(String::new, |l| format!(":{}:{}", l.line, l.column));
    let arrow = paint.with(Paint::BLUE, "-->");
    let mut out = format!(
        "{title}{message}\n{margin}{arrow} {}{place}\n",
        visible(&source.name)
    );
    let bar = paint.with(Paint::BLUE, &format!("{margin} |"));
    if let Some(excerpt) = excerpt {
        out.push_str(&bar);
        out.push('\n');
        for (number, line) in (excerpt.first_line..).zip(&excerpt.lines) {
            let gutter = paint.with(Paint::BLUE, &format!("{number:>digits$} |"));
            push_line(&mut out, &format!("{gutter} {line}"));
            if number == excerpt.marked_line {
                let caret = paint.with(level, &"^".repeat(excerpt.mark.len()));
                push_line(
                    &mut out,
                    &format!("{bar} {}{caret}", " ".repeat(excerpt.mark.start)),
                );
            }
        }
        out.push_str(&bar);
        out.push('\n');
    }
    let equals = paint.with(Paint::BLUE, &format!("{margin} ="));
    if !diagnostic.pointer.as_str().is_empty() {
        push_line(
            &mut out,
            &format!("{equals} at: {}", visible(diagnostic.pointer.as_str())),
        );
    }
    if let Some(help) = &diagnostic.help {
        push_line(&mut out, &format!("{equals} help: {}", visible(help)));
    }
    out
}

fn push_line(out: &mut String, line: &str) {
    out.push_str(line.trim_end());
    out.push('\n');
}

/// Terminal colours, or none.
struct Paint(bool);

impl Paint {
    const BOLD: u8 = 0;
    const RED: u8 = 31;
    const GREEN: u8 = 32;
    const YELLOW: u8 = 33;
    const BLUE: u8 = 34;

    fn with(&self, colour: u8, text: &str) -> String {
        match self.0 {
            true => format!("\x1b[1;{colour}m{text}\x1b[0m"),
            false => text.to_string(),
        }
    }
}

/// The lines around a place, cut to a width, with the characters of one of them to mark.
struct Excerpt {
    lines: Vec<String>,
    first_line: usize,
    marked_line: usize,
    mark: std::ops::Range<usize>,
}

impl Excerpt {
    fn of(text: &str, location: Location) -> Option<Self> {
        let first_line = location.line.saturating_sub(1).max(1);
        let column = location.column.saturating_sub(1);
        // All lines are cut at the same column, so that they stay aligned.
        let skip = if column > WIDTH {
            column - WIDTH / 2
        } else {
            0
        };
        let lines: Vec<&str> = text
            .split('\n')
            .skip(first_line - 1)
            .take(location.line + 2 - first_line)
            .map(|line| line.strip_suffix('\r').unwrap_or(line))
            .collect();
        let marked = lines.get(location.line - first_line)?;
        let word = word_length(marked.chars().skip(column));
        let start = column - skip + usize::from(skip > 0);
        let mut lines: Vec<String> = lines.into_iter().map(|line| cut(line, skip)).collect();
        if lines.len() + first_line > location.line + 1 {
            lines.pop_if(|line| line.trim().is_empty());
        }
        Some(Self {
            lines,
            first_line,
            marked_line: location.line,
            mark: start..start + word.clamp(1, WIDTH / 2),
        })
    }

    fn last_line(&self) -> usize {
        self.first_line + self.lines.len() - 1
    }
}

/// How long the word at a place is: a key, a number, a bracket.
fn word_length(rest: impl Iterator<Item = char>) -> usize {
    rest.take_while(|c| !c.is_whitespace() && !":,[]{}".contains(*c))
        .count()
}

/// At most [`WIDTH`] characters of a line, with dots for what is left out.
fn cut(line: &str, skip: usize) -> String {
    let mut shown = String::new();
    let mut rest = line.chars().skip(skip);
    if skip > 0 && line.chars().nth(skip).is_some() {
        shown.push('…');
    }
    shown.extend(rest.by_ref().take(WIDTH).map(visible_char));
    if rest.next().is_some() {
        shown.push('…');
    }
    shown
}

/// A text on one line without anything that a terminal would obey.
pub(crate) fn visible(text: &str) -> String {
    text.chars().map(visible_char).collect()
}

/// One character for one, so that columns stay true.
fn visible_char(c: char) -> char {
    match c {
        '\t' => ' ',
        '\0'..='\x1F' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{FFFD}'),
        '\x7F' => '\u{2421}',
        // Terminals obey C1 controls; the others hide or reorder the text around them.
        '\u{80}'..='\u{9F}'
        | '\u{200B}'..='\u{200F}'
        | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}' => '\u{FFFD}',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;
    use crate::pointer::Pointer;

    static CODE: Code = Code {
        name: "test",
        severity: Severity::Warning,
        explanation: "",
    };

    fn show(text: &str, line: usize, column: usize, colour: bool) -> String {
        let source = Source::new("a.yaml", text);
        let diagnostic = Diagnostic::new(&CODE, Pointer::root(), "odd");
        placed(
            &diagnostic,
            &source,
            Some(Location { line, column }),
            colour,
        )
    }

    #[test]
    fn the_lines_around_the_place_are_shown() {
        assert_eq!(
            show("a:\r\n  b: 1\r\n  c: 2\r\n", 2, 3, false),
            "warning[test]: odd\n --> a.yaml:2:3\n  |\n1 | a:\n2 |   b: 1\n  |   ^\n3 |   c: 2\n  |\n"
        );
    }

    #[test]
    fn a_place_outside_of_the_text_is_named_without_lines() {
        assert_eq!(
            show("a: 1", 7, 3, false),
            "warning[test]: odd\n--> a.yaml:7:3\n"
        );
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let text = format!("{{{}\"key\": 1, {}}}", "x".repeat(1000), "y".repeat(1000));
        let shown = show(&text, 1, 1002, false);
        assert!(shown.contains("a.yaml:1:1002"), "{shown}");
        let lines: Vec<_> = shown.lines().collect();
        let at = lines[4].chars().position(|c| c == '^').unwrap();
        assert_eq!(
            lines[3].chars().skip(at).take(5).collect::<String>(),
            "\"key\""
        );
        assert!(
            lines.iter().all(|line| line.chars().count() < 130),
            "{shown}"
        );
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        let source = Source::new("a\x1b[31m", "k\x1b]0;t\x07: \u{9b}1\u{202e}\n");
        let pointer = Pointer::root().child("k\x1b\n");
        let diagnostic = Diagnostic::new(&CODE, pointer, "\x1b[2J\r\n").with_help("\x08");
        let shown = placed(
            &diagnostic,
            &source,
            Some(Location { line: 1, column: 1 }),
            false,
        );
        assert!(
            shown
                .chars()
                .all(|c| c == '\n' || !c.is_control() && c != '\u{202e}'),
            "{shown:?}"
        );
    }

    #[test]
    fn colours_are_added_only_when_asked_for() {
        assert!(show("a: 1", 1, 1, true).contains("\x1b[1;33mwarning[test]"));
        assert!(!show("a: 1", 1, 1, false).contains('\x1b'));
    }
}
