//! Word: paragraphs with styles, lists, tables and notes.
//!
//! Left out are text that is marked as deleted, moved away or hidden, headers and footers, and comments.

use super::{main_part, numbering::Numbering, relationships, required, skip, styles::Styles};
use crate::{
    DocumentText,
    archive::Archive,
    draft::{Draft, MAX_TEXT},
    error::ExtractError,
    table::Table,
    xml::{Element, Node, Xml, decode},
};

pub(crate) fn extract(bytes: &[u8]) -> Result<DocumentText, ExtractError> {
    let mut archive = Archive::open(bytes)?;
    let main = main_part(&mut archive, "word/document.xml")?;
    let body = required(&mut archive, &main)?;
    let related = relationships(&mut archive, &main)?;
    let mut part = |kind: &str| -> Result<String, ExtractError> {
        let target = related.iter().find(|found| found.kind.ends_with(kind)).map(|found| &found.target);
        let bytes = target.map(|target| archive.part(target)).transpose()?.flatten();
        Ok(bytes.map(|bytes| decode(&bytes).into_owned()).unwrap_or_default())
    };
    let mut reader = Reader {
        styles: Styles::read(&part("/styles")?)?,
        numbering: Numbering::read(&part("/numbering")?)?,
        ..Reader::default()
    };
    reader.read(&decode(&body))?;
    let mut draft = reader.draft;
    for (kind, mark) in [("/footnotes", ""), ("/endnotes", "e")] {
        notes(&part(kind)?, mark, &mut draft)?;
    }
    Ok(draft.finish(None))
}

/// The way through the body. Paragraphs and tables can be inside each other, through text boxes and cells.
#[derive(Default)]
struct Reader {
    styles: Styles,
    numbering: Numbering,
    draft: Draft,
    paragraphs: Vec<Paragraph>,
    tables: Vec<(Table, String)>,
    is_text: bool,
    is_hidden: bool,
    runs: usize,
    was_list: bool,
}

#[derive(Default)]
struct Paragraph {
    style: String,
    list: Option<String>,
    level: Option<usize>,
    outline: Option<usize>,
    text: String,
}

impl Reader {
    fn read(&mut self, xml: &str) -> Result<(), ExtractError> {
        let mut xml = Xml::new(xml);
        super::root(&mut xml, "document")?;
        while let Some(node) = xml.next()? {
            match node {
                Node::Open(element) if is_passed_over(element.name()) => skip(&mut xml)?,
                Node::Open(element) => self.open(&element),
                Node::Close(name) => self.close(&name),
                Node::Text(text) if self.is_text && !self.is_hidden => self.add(&text),
                Node::Text(_) => {}
            }
            if self.draft.is_full() {
                break;
            }
        }
        Ok(())
    }

    fn open(&mut self, element: &Element<'_>) {
        let value = || element.attribute("val");
        match element.name() {
            "p" => self.paragraphs.push(Paragraph::default()),
            "tbl" => self.tables.push(<(Table, String)>::default()),
            "tr" => self.in_table(|(table, _)| table.row()),
            "tc" => self.in_table(|(_, cell)| cell.clear()),
            "pStyle" => self.in_paragraph(|paragraph| paragraph.style = value().unwrap_or_default()),
            "numId" => self.in_paragraph(|paragraph| paragraph.list = value()),
            "ilvl" => self.in_paragraph(|paragraph| paragraph.level = value().and_then(|v| v.parse().ok())),
            "outlineLvl" => {
                self.in_paragraph(|paragraph| paragraph.outline = value().and_then(|v| v.parse().ok()));
            }
            "r" => {
                self.runs += 1;
                self.is_hidden = false;
            }
            "vanish" => self.is_hidden = element.is_on(),
            "t" => self.is_text = true,
            _ if self.runs == 0 || self.is_hidden => {}
            "tab" | "ptab" => self.add("\t"),
            "noBreakHyphen" => self.add("-"),
            "br" if element.attribute("type").as_deref() == Some("page") => self.add("\n\n---\n\n"),
            "br" | "cr" => self.add("\n"),
            "footnoteReference" => self.reference("", element),
            "endnoteReference" => self.reference("e", element),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "p" => self.end_paragraph(),
            "tc" => self.in_table(|(table, cell)| table.cell(&std::mem::take(cell))),
            "tbl" => self.end_table(),
            "t" => self.is_text = false,
            "r" => self.runs = self.runs.saturating_sub(1),
            _ => {}
        }
    }

    fn end_paragraph(&mut self) {
        let Some(paragraph) = self.paragraphs.pop() else { return };
        let text = paragraph.text.trim_end().trim_start_matches('\n');
        if text.trim().is_empty() {
            return;
        }
        if let Some((_, cell)) = self.tables.last_mut() {
            cell.push_str(text);
            cell.push(' ');
            return;
        }
        let outline = paragraph.outline.filter(|outline| *outline < 9).map(|outline| outline + 1);
        if let Some(level) = outline.or_else(|| self.styles.heading(&paragraph.style)) {
            self.draft.heading(level, text);
            self.was_list = false;
            return;
        }
        let list = match paragraph.list {
            // "No list", which takes the paragraph out of its style's.
            Some(list) if list == "0" => None,
            Some(list) => Some((list, paragraph.level.unwrap_or(0))),
            None => self.styles.list(&paragraph.style),
        };
        if let Some((list, level)) = list {
            if !self.was_list {
                self.draft.end_block();
            }
            self.draft.push(&self.numbering.next(&list, level));
            self.draft.push(text.trim_start());
            self.draft.end_line();
            self.was_list = true;
        } else {
            self.draft.end_block();
            self.draft.push(text);
            self.draft.end_block();
            self.was_list = false;
        }
    }

    fn end_table(&mut self) {
        let Some((table, _)) = self.tables.pop() else { return };
        match self.tables.last_mut() {
            Some((_, cell)) => cell.push_str(&table.flat()),
            None => table.write(&mut self.draft),
        }
        self.was_list = false;
    }

    fn reference(&mut self, mark: &str, element: &Element<'_>) {
        if let Some(id) = element.attribute("id") {
            self.add(&format!("[^{mark}{id}]"));
        }
    }

    fn add(&mut self, text: &str) {
        self.in_paragraph(|paragraph| {
            // More than this is cut anyway.
            if paragraph.text.len() <= MAX_TEXT {
                paragraph.text.push_str(text);
            }
        });
    }

    fn in_paragraph(&mut self, change: impl FnOnce(&mut Paragraph)) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            change(paragraph);
        }
    }

    fn in_table(&mut self, change: impl FnOnce(&mut (Table, String))) {
        if let Some(table) = self.tables.last_mut() {
            change(table);
        }
    }
}

/// What was once there, and the second telling of what newer readers are told otherwise.
fn is_passed_over(name: &str) -> bool {
    matches!(
        name,
        "Fallback"
            | "del"
            | "moveFrom"
            | "pPrChange"
            | "rPrChange"
            | "tblPrChange"
            | "trPrChange"
            | "tcPrChange"
    )
}

/// The notes, one line each.
fn notes(xml: &str, mark: &str, draft: &mut Draft) -> Result<(), ExtractError> {
    let mut xml = Xml::new(xml);
    let (mut note, mut is_text) = (None::<(String, String)>, false);
    while let Some(node) = xml.next()? {
        match node {
            Node::Open(element) if is_passed_over(element.name()) => skip(&mut xml)?,
            Node::Open(element) => match element.name() {
                // Those with a type draw the line above the notes.
                "footnote" | "endnote" if element.attribute("type").is_none() => {
                    note = element.attribute("id").map(|id| (id, String::new()));
                }
                "t" => is_text = true,
                _ => {}
            },
            Node::Close(name) => match name.as_str() {
                "t" => is_text = false,
                "p" => note.iter_mut().for_each(|(_, text)| text.push(' ')),
                "footnote" | "endnote" => {
                    if let Some((id, text)) = note.take() {
                        draft.end_line();
                        draft.push(&format!("[^{mark}{id}]: "));
                        draft.flow(text.trim());
                        draft.end_line();
                    }
                }
                _ => {}
            },
            Node::Text(text) if is_text => {
                if let Some((_, note)) = &mut note {
                    note.push_str(&text);
                }
            }
            Node::Text(_) => {}
        }
    }
    Ok(())
}
