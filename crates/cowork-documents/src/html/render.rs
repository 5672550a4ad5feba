//! From the tree of a page to text.

use std::collections::HashSet;

use super::tree::{Element, ROOT, Tree, What};
use crate::{draft::Draft, table::Table};

pub(super) fn render(tree: &Tree) -> Draft {
    let mut renderer = Renderer { layouts: layouts(tree), ..Renderer::default() };
    let mut steps = vec![Step::Enter(ROOT)];
    while let Some(step) = steps.pop() {
        if renderer.draft.is_full() {
            break;
        }
        match step {
            Step::Leave(node) => {
                if let What::Element(element) = &tree.nodes[node].what {
                    renderer.leave(node, element);
                }
            }
            Step::Enter(node) => {
                let found = &tree.nodes[node];
                match &found.what {
                    What::Text(text) => renderer.text(text),
                    What::Element(element) if is_left_out(element) => continue,
                    What::Element(element) => {
                        renderer.enter(node, element);
                        steps.push(Step::Leave(node));
                    }
                    What::Other => {}
                }
                steps.extend(found.children.iter().rev().copied().map(Step::Enter));
            }
        }
    }
    if tree.is_cut {
        renderer.draft.set_cut();
    }
    renderer.draft
}

enum Step {
    Enter(usize),
    Leave(usize),
}

/// Tables that hold others: they place things, they don't hold values.
fn layouts(tree: &Tree) -> HashSet<usize> {
    let is_table =
        |node: usize| matches!(&tree.nodes[node].what, What::Element(found) if found.name() == "table");
    let mut layouts = HashSet::new();
    for table in (0..tree.nodes.len()).filter(|node| is_table(*node)) {
        let mut above = tree.nodes[table].parent;
        while let Some(node) = above {
            // What is above a known one is known.
            if is_table(node) && !layouts.insert(node) {
                break;
            }
            above = tree.nodes[node].parent;
        }
    }
    layouts
}

#[derive(Default)]
struct Renderer {
    draft: Draft,
    layouts: HashSet<usize>,
    /// The table of values that is open, with its cell. There is no table inside of it.
    table: Option<(Table, Draft)>,
    lists: Vec<List>,
    /// Goes before the next text, if one comes.
    mark: Option<String>,
    preformatted: usize,
}

/// The number of the next item, or none.
struct List(Option<i64>);

impl Renderer {
    fn enter(&mut self, node: usize, element: &Element) {
        match element.name() {
            "title" => self.begin_heading(1),
            "h1" => self.begin_heading(1),
            "h2" => self.begin_heading(2),
            "h3" => self.begin_heading(3),
            "h4" => self.begin_heading(4),
            "h5" => self.begin_heading(5),
            "h6" => self.begin_heading(6),
            "br" => self.break_line(),
            "hr" => self.end_block(),
            "img" => {
                if let Some(alt) = element.attribute("alt").map(str::trim).filter(|alt| !alt.is_empty()) {
                    self.text(&format!("[image: {alt}] "));
                }
            }
            "ul" | "menu" => self.begin_list(None),
            "ol" => {
                let start = element.attribute("start").and_then(|start| start.trim().parse().ok());
                self.begin_list(Some(start.unwrap_or(1)));
            }
            "li" => self.begin_item(),
            "pre" => {
                self.end_block();
                self.preformatted += 1;
                if self.table.is_none() && self.preformatted == 1 {
                    self.draft.push("```\n");
                }
            }
            "table" => {
                self.end_block();
                if self.table.is_none() && !self.layouts.contains(&node) {
                    self.table = Some(<(Table, Draft)>::default());
                }
            }
            "tr" => match &mut self.table {
                Some((table, _)) => table.row(),
                None => self.end_line(),
            },
            "td" | "th" => match &mut self.table {
                Some((_, cell)) => *cell = Draft::default(),
                None => self.end_line(),
            },
            name if is_block(name) => self.end_block(),
            _ => {}
        }
    }

    fn leave(&mut self, node: usize, element: &Element) {
        match element.name() {
            "title" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.mark = None;
                self.end_block();
            }
            "ul" | "menu" | "ol" => {
                self.mark = None;
                self.lists.pop();
                if self.lists.is_empty() {
                    self.end_block();
                } else {
                    self.end_line();
                }
            }
            "li" => {
                self.mark = None;
                self.end_line();
            }
            "pre" => {
                self.preformatted = self.preformatted.saturating_sub(1);
                if self.table.is_none() && self.preformatted == 0 {
                    self.draft.end_line();
                    self.draft.push("```");
                }
                self.end_block();
            }
            "table" if !self.layouts.contains(&node) => {
                if let Some((table, _)) = self.table.take() {
                    table.write(&mut self.draft);
                }
            }
            "td" | "th" => match &mut self.table {
                Some((table, cell)) => table.cell(&std::mem::take(cell).into_text()),
                None => self.end_line(),
            },
            name if is_block(name) => self.end_block(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.mark.is_some() && !text.trim().is_empty() {
            let mark = self.mark.take().unwrap_or_default();
            self.end_line();
            self.out().push(&mark);
        }
        if self.preformatted > 0 {
            self.out().push(text);
        } else {
            self.out().flow(text);
        }
    }

    fn begin_heading(&mut self, level: usize) {
        self.end_block();
        self.mark = Some(format!("{} ", "#".repeat(level)));
    }

    fn begin_list(&mut self, start: Option<i64>) {
        if self.lists.is_empty() {
            self.end_block();
        } else {
            self.end_line();
        }
        self.lists.push(List(start));
    }

    fn begin_item(&mut self) {
        self.end_line();
        let indent = "  ".repeat(self.lists.len().saturating_sub(1).min(8));
        self.mark = Some(match self.lists.last_mut() {
            Some(List(Some(number))) => {
                let mark = format!("{indent}{number}. ");
                *number = number.saturating_add(1);
                mark
            }
            _ => format!("{indent}- "),
        });
    }

    fn break_line(&mut self) {
        if self.preformatted > 0 {
            self.out().push("\n");
        } else {
            self.out().end_line();
        }
    }

    fn end_line(&mut self) {
        self.out().end_line();
    }

    /// Items stay together.
    fn end_block(&mut self) {
        if self.lists.is_empty() {
            self.out().end_block();
        } else {
            self.out().end_line();
        }
    }

    fn out(&mut self) -> &mut Draft {
        match &mut self.table {
            Some((_, cell)) => cell,
            None => &mut self.draft,
        }
    }
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "header"
            | "hgroup"
            | "legend"
            | "main"
            | "nav"
            | "option"
            | "p"
            | "search"
            | "section"
            | "summary"
    )
}

fn is_left_out(element: &Element) -> bool {
    let is_machinery = matches!(
        element.name(),
        "applet"
            | "audio"
            | "canvas"
            | "datalist"
            | "embed"
            | "iframe"
            | "math"
            | "noscript"
            | "object"
            | "script"
            | "style"
            | "svg"
            | "template"
            | "video"
    );
    let is_closed = element.name() == "dialog" && element.attribute("open").is_none();
    is_machinery || is_closed || element.attribute("hidden").is_some() || is_styled_away(element)
}

/// Whether its own style hides it.
fn is_styled_away(element: &Element) -> bool {
    let Some(style) = element.attribute("style") else { return false };
    style.split(';').filter_map(|rule| rule.split_once(':')).any(|(property, value)| {
        let value = value.trim().to_ascii_lowercase();
        let value = value.trim_end_matches("!important").trim_end();
        let is_zero =
            || value.trim_end_matches(|c: char| c == '%' || c.is_ascii_alphabetic()).parse() == Ok(0.0);
        match property.trim().to_ascii_lowercase().as_str() {
            "display" => value == "none",
            "visibility" => matches!(value, "hidden" | "collapse"),
            "opacity" | "font-size" => is_zero(),
            _ => false,
        }
    })
}
