//! Text of a document as Rust doc comments that say the same and break nothing. Knows Markdown and rustdoc.
//!
//! The text is parsed as Markdown and written again, so that what looks like markup is markup and all
//! else is escaped: no intra-doc links, no HTML, no doctests, no bare URLs, no characters that rustc refuses.

use pulldown_cmark::{
    Alignment, CodeBlockKind, Event, Options, Parser, Tag, TagEnd, TextMergeStream,
};

/// Lines are broken at spaces once they are longer than this.
const WIDTH: usize = 100;

/// The languages of code fences that are kept. Rustdoc takes a fence without language for Rust.
const LANGUAGES: &[&str] = &["bash", "http", "json", "sh", "sql", "text", "xml", "yaml"];

/// Paragraphs of a doc comment, joined by empty lines.
#[derive(Default)]
pub(super) struct Comment {
    lines: Vec<String>,
}

impl Comment {
    /// Adds Markdown from a document.
    pub(super) fn markdown(&mut self, text: &str) -> &mut Self {
        self.paragraph(markdown(text))
    }

    /// Adds a paragraph of the generator's own words.
    pub(super) fn sentence(&mut self, text: impl Into<String>) -> &mut Self {
        let text = text.into();
        self.paragraph(if text.is_empty() {
            Vec::new()
        } else {
            vec![text]
        })
    }

    /// Adds lines that form one paragraph.
    pub(super) fn paragraph(&mut self, lines: Vec<String>) -> &mut Self {
        if !self.lines.is_empty() && !lines.is_empty() {
            self.lines.push(String::new());
        }
        self.lines.extend(lines);
        self
    }

    /// Whether nothing was added.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The lines, without `///`.
    pub(super) fn into_lines(self) -> Vec<String> {
        self.lines
    }
}

/// Text as a code span, whatever is in it.
pub(crate) fn code(text: &str) -> String {
    let text = clean(text).replace('\n', " ");
    if text.trim().is_empty() {
        // A span of spaces is no span.
        return format!("{text:?}");
    }
    let fence = "`".repeat(longest_run(&text) + 1);
    let ticks = text.starts_with('`') || text.ends_with('`');
    let spaces = text.starts_with(' ') && text.ends_with(' ');
    let pad = if ticks || spaces { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Markdown from a document, as lines that rustdoc shows the same way.
pub(super) fn markdown(text: &str) -> Vec<String> {
    let text = clean(text);
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut writer = Writer::default();
    for event in TextMergeStream::new(Parser::new_ext(&text, options)) {
        writer.event(event);
    }
    writer.flush();
    writer.lines
}

/// Drops or replaces what rustc refuses in comments, and what hides or reorders text.
fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' | '\n' => out.push('\n'),
            '\t' => out.push_str("    "),
            '\u{2028}' | '\u{2029}' => out.push(' '),
            '\u{feff}'
            | '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|c| c != '`').map(str::len);
    runs.max().unwrap_or(0)
}

/// A part of a line.
enum Piece {
    /// What must not be broken.
    Word(String),
    /// Where a line may end.
    Space,
    /// Where a line must end.
    Break,
}

/// Writes Markdown events as lines.
#[derive(Default)]
struct Writer {
    /// The lines of the innermost quote, list or list item; of the whole text outside of these.
    lines: Vec<String>,
    /// The lines of what surrounds it, from the outside in.
    outer: Vec<Vec<String>>,
    /// Width of the markers of what surrounds it.
    indent: usize,
    /// Number of the next item of each list at hand; `None` for bullets.
    lists: Vec<Option<u64>>,
    /// The paragraph, heading or table cell at hand.
    inline: Vec<Piece>,
    /// The links at hand; nothing for one that is not kept.
    links: Vec<Option<Link>>,
    /// The code block at hand.
    code: Option<CodeBlock>,
    /// The block of HTML at hand.
    html: String,
    /// The table at hand.
    table: Option<Table>,
    in_heading: bool,
}

struct Link {
    target: String,
    /// Where it starts in `inline`.
    start: usize,
}

struct CodeBlock {
    language: String,
    text: String,
}

#[derive(Default)]
struct Table {
    /// The line below the head.
    ruler: String,
    /// The lines that are done.
    rows: Vec<String>,
    /// The cells of the row at hand.
    row: String,
}

impl Writer {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.code {
                Some(code) => code.text.push_str(&text),
                None => self.text(&text),
            },
            Event::Code(text) if self.table.is_some() => {
                self.word(&code(&text).replace('|', "\\|"));
            }
            Event::Code(text) => self.word(&code(&text)),
            Event::Html(html) => self.html.push_str(&html),
            Event::InlineHtml(html) => self.html(&html),
            Event::SoftBreak => self.inline.push(Piece::Space),
            Event::HardBreak => self.hard_break(),
            Event::Rule => self.block(vec!["---".to_string()]),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.text(&text),
            Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Emphasis => self.word("*"),
            Tag::Strong => self.word("**"),
            Tag::Strikethrough => self.word("~~"),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => self.start_link(&dest_url),
            Tag::TableHead | Tag::TableRow | Tag::TableCell => {}
            Tag::Heading { level, .. } => {
                self.flush();
                self.in_heading = true;
                self.inline.push(Piece::Word("#".repeat(level as usize)));
                self.inline.push(Piece::Space);
            }
            Tag::BlockQuote(_) => self.open(2),
            Tag::List(first) => {
                self.open(0);
                self.lists.push(first);
            }
            Tag::Item => self.open(self.item_marker().len()),
            Tag::CodeBlock(kind) => {
                self.flush();
                self.code = Some(CodeBlock {
                    language: language(&kind),
                    text: String::new(),
                });
            }
            Tag::Table(alignments) => {
                self.flush();
                let ruler = alignments.iter().map(|a| match a {
                    Alignment::None => " --- |",
                    Alignment::Left => " :-- |",
                    Alignment::Center => " :-: |",
                    Alignment::Right => " --: |",
                });
                self.table = Some(Table {
                    ruler: format!("|{}", ruler.collect::<String>()),
                    ..Table::default()
                });
            }
            _ => self.flush(),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::HtmlBlock => {
                // Markdown leaves entities as they are in there; this is the one that layouts are made with.
                let html = std::mem::take(&mut self.html).replace("&nbsp;", " ");
                self.html(&html);
                self.flush();
            }
            TagEnd::Emphasis => self.word("*"),
            TagEnd::Strong => self.word("**"),
            TagEnd::Strikethrough => self.word("~~"),
            TagEnd::Link | TagEnd::Image => self.end_link(),
            TagEnd::Heading(_) => {
                self.flush();
                self.in_heading = false;
            }
            TagEnd::BlockQuote(_) => {
                let lines = self.close(2);
                let quoted = lines
                    .iter()
                    .map(|line| format!("> {line}").trim_end().to_string());
                self.block(quoted.collect());
            }
            TagEnd::Item => self.end_item(),
            TagEnd::List(_) => {
                let numbered = self.lists.pop().flatten().is_some();
                let lines = self.close(0);
                // Bullets may follow the text of an item without an empty line, numbers need one.
                if self.lists.is_empty() || numbered {
                    self.block(lines);
                } else {
                    self.lines.extend(lines);
                }
            }
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::TableCell => self.end_cell(),
            TagEnd::TableHead => self.end_row(true),
            TagEnd::TableRow => self.end_row(false),
            TagEnd::Table => {
                let table = self.table.take().unwrap_or_default();
                self.block(table.rows);
            }
            _ => self.flush(),
        }
    }

    // Inline text.

    /// Adds to the word at hand.
    fn word(&mut self, text: &str) {
        match self.inline.last_mut() {
            Some(Piece::Word(word)) => word.push_str(text),
            _ => self.inline.push(Piece::Word(text.to_string())),
        }
    }

    fn text(&mut self, text: &str) {
        let in_link = self.links.iter().any(Option::is_some);
        let mut rest = text;
        while !rest.is_empty() {
            let (plain, url, after) = split_at_url(rest);
            self.plain(plain);
            if let Some(url) = url {
                if in_link {
                    self.plain(url);
                } else {
                    self.word(&format!("<{url}>"));
                }
            }
            rest = after;
        }
    }

    /// Escapes text and splits it at spaces.
    fn plain(&mut self, text: &str) {
        let mut previous = match self.inline.last() {
            Some(Piece::Word(word)) => word.chars().next_back(),
            _ => None,
        };
        let mut chars = text.chars().peekable();
        let mut word = String::new();
        while let Some(c) = chars.next() {
            if c.is_whitespace() {
                self.word_and_space(&mut word);
                previous = None;
                continue;
            }
            if needs_escape(previous, c, chars.peek().copied())
                || (self.in_heading && matches!(c, '{' | '}' | '#'))
                || (self.table.is_some() && c == '|')
            {
                word.push('\\');
            }
            word.push(c);
            previous = Some(c);
        }
        if !word.is_empty() {
            self.word(&word);
        }
    }

    fn word_and_space(&mut self, word: &mut String) {
        if !word.is_empty() {
            self.word(word);
            word.clear();
        }
        self.inline.push(Piece::Space);
    }

    /// HTML: its line breaks are breaks, what only lays out text is left out with its comments, and all else (`<unit>`,
    /// `<host>`) is text.
    fn html(&mut self, html: &str) {
        let mut rest = html;
        while let Some(start) = rest.find('<') {
            let last = match rest[start..].starts_with("<!--") {
                true => "-->",
                false => ">",
            };
            let length = rest[start..].find(last).map(|at| at + last.len());
            let end = length.map_or(rest.len(), |length| start + length);
            if start > 0 {
                self.text(&rest[..start]);
            }
            self.tag(&rest[start..end]);
            rest = &rest[end..];
        }
        if !rest.is_empty() {
            self.text(rest);
        }
    }

    fn tag(&mut self, tag: &str) {
        let name = tag.trim_start_matches(['<', '/']);
        let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next();
        match name.unwrap_or_default().to_ascii_lowercase().as_str() {
            "br" => self.hard_break(),
            "span" | "font" => {}
            "div" | "p" => self.inline.push(Piece::Space),
            _ if tag.starts_with("<!--") => {}
            _ => self.text(tag),
        }
    }

    fn hard_break(&mut self) {
        self.inline
            .push(if self.table.is_some() || self.in_heading {
                Piece::Space
            } else {
                Piece::Break
            });
    }

    fn start_link(&mut self, target: &str) {
        let kept = ["https://", "http://", "mailto:"]
            .iter()
            .any(|scheme| target.starts_with(scheme))
            && !target.contains(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '\\'))
            && !self.links.iter().any(Option::is_some);
        let link = kept.then(|| {
            // A piece of its own, so that the text can be compared with the target.
            self.inline.push(Piece::Word("[".to_string()));
            Link {
                target: target.to_string(),
                start: self.inline.len() - 1,
            }
        });
        self.links.push(link);
    }

    fn end_link(&mut self) {
        let Some(Some(link)) = self.links.pop() else {
            return;
        };
        let text: String = self.inline[link.start..]
            .iter()
            .map(|piece| match piece {
                Piece::Word(word) => word.as_str(),
                Piece::Space | Piece::Break => " ",
            })
            .collect();
        let text = text.strip_prefix('[').unwrap_or_default().trim();
        let bare = text.replace('\\', "");
        if bare.is_empty() || bare == link.target || format!("mailto:{bare}") == link.target {
            self.inline.truncate(link.start);
            self.inline.push(Piece::Word(format!("<{}>", link.target)));
        } else {
            self.word(&format!("](<{}>)", link.target));
        }
    }

    // Blocks.

    /// Writes the paragraph at hand.
    fn flush(&mut self) {
        let pieces = std::mem::take(&mut self.inline);
        let width = if self.in_heading || self.table.is_some() {
            usize::MAX
        } else {
            WIDTH.saturating_sub(self.indent).max(40)
        };
        let lines = fill(&pieces, width, !self.in_heading);
        self.block(lines);
    }

    /// Adds a block, with an empty line before it.
    fn block(&mut self, lines: Vec<String>) {
        if !self.lines.is_empty() && !lines.is_empty() {
            self.lines.push(String::new());
        }
        self.lines.extend(lines);
    }

    /// Starts a quote, a list or a list item.
    fn open(&mut self, indent: usize) {
        self.flush();
        self.indent += indent;
        self.outer.push(std::mem::take(&mut self.lines));
    }

    /// Ends it; its lines are the result.
    fn close(&mut self, indent: usize) -> Vec<String> {
        self.flush();
        self.indent -= indent;
        std::mem::replace(&mut self.lines, self.outer.pop().unwrap_or_default())
    }

    fn item_marker(&self) -> String {
        match self.lists.last() {
            Some(Some(number)) => format!("{number}. "),
            _ => "- ".to_string(),
        }
    }

    fn end_item(&mut self) {
        let marker = self.item_marker();
        let lines = self.close(marker.len());
        let indent = " ".repeat(marker.len());
        let item = lines
            .iter()
            .enumerate()
            .map(|(i, line)| match (i, line.as_str()) {
                (0, line) => format!("{marker}{line}"),
                (_, "") => String::new(),
                (_, line) => format!("{indent}{line}"),
            });
        self.lines.extend(item);
        if let Some(Some(number)) = self.lists.last_mut() {
            *number += 1;
        }
    }

    fn end_code(&mut self) {
        let Some(code) = self.code.take() else {
            return;
        };
        let fence = "`".repeat(longest_run(&code.text).max(2) + 1);
        let mut lines = vec![format!("{fence}{}", code.language)];
        lines.extend(code.text.lines().map(|line| line.trim_end().to_string()));
        lines.push(fence);
        self.block(lines);
    }

    fn end_cell(&mut self) {
        let pieces = std::mem::take(&mut self.inline);
        let text = fill(&pieces, usize::MAX, false).concat();
        if let Some(table) = &mut self.table {
            table.row.push_str(&format!(" {text} |"));
        }
    }

    fn end_row(&mut self, head: bool) {
        let Some(table) = &mut self.table else {
            return;
        };
        table
            .rows
            .push(format!("|{}", std::mem::take(&mut table.row)));
        if head {
            table.rows.push(std::mem::take(&mut table.ruler));
        }
    }
}

/// The language of a fence. A fence without one, or with one that rustdoc takes for attributes of a
/// doctest, is plain text.
fn language(kind: &CodeBlockKind<'_>) -> String {
    let CodeBlockKind::Fenced(info) = kind else {
        return "text".to_string();
    };
    let known = LANGUAGES.iter().find(|language| **language == &**info);
    known.unwrap_or(&"text").to_string()
}

/// Joins pieces to lines of at most this width, where words allow it.
fn fill(pieces: &[Piece], width: usize, escape_start: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut length = 0;
    let mut space = false;
    for piece in pieces {
        match piece {
            Piece::Space => space = !line.is_empty(),
            Piece::Break if line.is_empty() => {}
            Piece::Break => {
                lines.push(format!("{line}\\"));
                line.clear();
                length = 0;
                space = false;
            }
            Piece::Word(word) => {
                let more = word.chars().count();
                if space && length + 1 + more > width && may_start_line(word) {
                    lines.push(std::mem::take(&mut line));
                    length = 0;
                    space = false;
                }
                if space {
                    line.push(' ');
                    length += 1;
                }
                if line.is_empty() && escape_start {
                    line.push_str(&escape_marker(word));
                } else {
                    line.push_str(word);
                }
                length += more;
                space = false;
            }
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    // A break before the end is no break.
    if let Some(last) = lines.last_mut()
        && matches!(
            pieces.iter().rfind(|p| !matches!(p, Piece::Space)),
            Some(Piece::Break)
        )
    {
        last.pop();
    }
    lines
}

/// Whether a word at the start of a line can be nothing but text there.
fn may_start_line(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || matches!(c, '(' | '"' | '\''))
        || (word.starts_with('`') && !word.starts_with("```"))
}

/// Escapes a first word that would start a list, a heading, a quote, a ruler or a fence.
fn escape_marker(word: &str) -> String {
    let digits = word.trim_start_matches(|c: char| c.is_ascii_digit());
    if digits.len() < word.len() && matches!(digits, "." | ")") {
        return format!("{}\\{digits}", &word[..word.len() - digits.len()]);
    }
    let all = |c: char| word.chars().all(|other| other == c);
    if word.starts_with('>') || "#+-=".chars().any(all) {
        return format!("\\{word}");
    }
    word.to_string()
}

/// Whether a character of plain text would be markup between these two.
fn needs_escape(previous: Option<char>, c: char, next: Option<char>) -> bool {
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    match c {
        '\\' => next.is_none_or(|next| next.is_ascii_punctuation()),
        '`' | '*' | '[' | ']' | '<' => true,
        '_' => !(letter(previous) && letter(next)),
        '~' => previous == Some('~') || next == Some('~') || letter(next),
        '&' => letter(next) || next == Some('#'),
        _ => false,
    }
}

/// Splits text at its first URL: what stands before, the URL, what stands after.
fn split_at_url(text: &str) -> (&str, Option<&str>, &str) {
    let starts = ["https://", "http://"].map(|scheme| text.find(scheme));
    let Some(start) = starts.into_iter().flatten().min() else {
        return (text, None, "");
    };
    let stops =
        |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`' | '\\' | '|' | '{' | '}');
    let end = text[start..]
        .find(stops)
        .map_or(text.len(), |end| start + end);
    let url =
        text[start..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', ')', ']', '*', '_']);
    let end = start + url.len();
    if url.ends_with("//") || url.ends_with(':') {
        return (&text[..end], None, &text[end..]);
    }
    (&text[..start], Some(url), &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        markdown(text).join("\n")
    }

    #[test]
    fn plain_text_stays_as_it_is() {
        let text = "The rule's `id`, such as snake_case_name (at least 2 * 3 of them) -> done.";
        assert_eq!(shown(text), text.replace('*', "\\*"));
    }

    #[test]
    fn what_looks_like_an_intra_doc_link_is_text() {
        assert_eq!(
            shown("Required: [team-settings-all] or [a](b) or [c][d]."),
            r"Required: \[team-settings-all\] or a or \[c\]\[d\]."
        );
        assert_eq!(shown("[a]: b\n\n[a] and ![x](y.png)"), "a and x");
    }

    #[test]
    fn web_links_are_kept_and_bare_urls_become_links() {
        assert_eq!(
            shown("See [the docs](https://e.example/a_b(c)) or https://e.example/x_y."),
            "See [the docs](<https://e.example/a_b(c)>) or <https://e.example/x_y>."
        );
        assert_eq!(
            shown("[https://e.example](https://e.example)"),
            "<https://e.example>"
        );
        assert_eq!(shown("<https://e.example>"), "<https://e.example>");
        assert_eq!(
            shown("http://<host>:5601/ and https://"),
            r"http://\<host>:5601/ and https://"
        );
    }

    #[test]
    fn html_is_text_and_its_line_breaks_are_breaks() {
        assert_eq!(shown("a <b>bold</b><br/>b"), "a \\<b>bold\\</b>\\\nb");
        assert_eq!(shown("<unit>\nx\n</unit>"), r"\<unit> x \</unit>");
        assert_eq!(shown("a<!-- hidden -->b"), "ab");
        assert_eq!(shown("ends<br>"), "ends");
    }

    #[test]
    fn html_that_lays_out_text_is_left_out() {
        let path = "<div><span class=\"verb\">get</span>&nbsp;<span>/a/{b}</span></div>";
        assert_eq!(shown(path), "get /a/{b}");
        assert_eq!(shown("in <span>a</span> line"), "in a line");
        assert_eq!(shown("<!-- not\n\nshown -->\n\nx"), "x");
    }

    #[test]
    fn no_code_block_is_a_doctest() {
        assert_eq!(shown("```\nlet x = 1;\n```"), "```text\nlet x = 1;\n```");
        assert_eq!(shown("~~~rust,should_panic\nx\n~~~"), "```text\nx\n```");
        assert_eq!(shown("```json\n{}\n```"), "```json\n{}\n```");
        assert_eq!(shown("a\n\n    indented"), "a\n\n```text\nindented\n```");
        assert_eq!(shown("\tindented"), "```text\nindented\n```");
        assert_eq!(shown("````\n```\n````"), "````text\n```\n````");
        assert_eq!(shown("```\nnever closed"), "```text\nnever closed\n```");
    }

    #[test]
    fn lists_nest_and_their_lines_are_indented() {
        assert_eq!(
            shown("* a\n  * b\n\n    c\n* d\n\n9. x\n10. y"),
            "- a\n- d".replace("- a\n", "- a\n  - b\n\n    c\n") + "\n\n9. x\n10. y"
        );
        assert_eq!(
            shown("- a\n\n  ```\n  code\n  ```"),
            "- a\n\n  ```text\n  code\n  ```"
        );
    }

    #[test]
    fn long_lines_are_filled_and_nothing_new_starts_at_a_line_break() {
        let text = format!("{}- 1. # > + word {}", "x ".repeat(49), "y".repeat(60));
        let lines = markdown(&text);
        assert_eq!(lines.len(), 2);
        assert!(lines[0].ends_with("x - 1. # > +"), "{lines:?}");
        assert!(lines[1].starts_with("word"));
    }

    #[test]
    fn markers_in_text_start_no_block() {
        assert_eq!(shown("1\\. a"), "1\\. a");
        assert_eq!(shown("\\# a"), "\\# a");
        assert_eq!(shown("\\> a"), "\\> a");
        assert_eq!(shown("\\- a"), "\\- a");
        assert_eq!(shown("-1 is none"), "-1 is none");
    }

    #[test]
    fn characters_that_rustc_refuses_are_gone() {
        assert_eq!(shown("a\rb\r\nc"), "a b c");
        assert_eq!(shown("a\0b\u{202e}c\u{2066}d\u{7f}"), "abcd");
        assert_eq!(shown("*/ {{{value}}} //"), r"\*/ {{{value}}} //");
        assert!(
            markdown("a   \n\n\n   b  ")
                .iter()
                .all(|l| l.trim_end() == l)
        );
    }

    #[test]
    fn tables_quotes_and_headings_survive() {
        assert_eq!(
            shown("| a | b |\n|--|:-:|\n| `x\\|y` | [z] |"),
            "| a | b |\n| --- | :-: |\n| `x\\|y` | \\[z\\] |"
        );
        assert_eq!(shown("> a\n>\n> b"), "> a\n> \n> b".replace("> \n", ">\n"));
        assert_eq!(shown("# A {#b}\ntext"), "# A \\{\\#b\\}\n\ntext");
    }

    #[test]
    fn code_spans_hold_anything() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code(""), "\"\"");
        assert_eq!(code("a\nb"), "`a b`");
    }

    #[test]
    fn writing_again_changes_nothing() {
        for text in [
            "a [x] <b> *c* **d** `e` https://e.example/f_g",
            "- a\n- b\n\n  c\n\n1. d\n2. e\n\n> f\n\n```json\ng\n```",
            "| a |\n|---|\n| b |\n\n# c\n\nd\\\ne",
            "x ~~y~~ ~z &amp; &amp;amp; \\\\ \\* _q_ a_b __c__ 1\\. !\\[no]",
        ] {
            let once = shown(text);
            assert_eq!(shown(&once), once, "{text}");
        }
    }
}
