//! PowerPoint: slides in their order, each with its title, its texts and tables, and the speaker's notes.

use super::{Relationship, main_part, relationships, required, skip};
use crate::{
    DocumentText, Parts,
    archive::Archive,
    draft::Draft,
    error::ExtractError,
    table::Table,
    xml::{Element, Node, Xml, decode},
};

pub(crate) fn extract(bytes: &[u8]) -> Result<DocumentText, ExtractError> {
    let mut archive = Archive::open(bytes)?;
    let main = main_part(&mut archive, "ppt/presentation.xml")?;
    let order = order(&decode(&required(&mut archive, &main)?))?;
    let related = relationships(&mut archive, &main)?;
    let mut draft = Draft::default();
    for (index, id) in order.iter().enumerate() {
        if draft.is_full() {
            break;
        }
        let Some(part) = related.iter().find(|found| found.id == *id).map(|found| &found.target) else {
            continue;
        };
        write_slide(&mut archive, index + 1, part, &mut draft)?;
    }
    Ok(draft.finish(Some(Parts::Slides(u32::try_from(order.len()).unwrap_or(u32::MAX)))))
}

/// The ids of the slides' relationships, in the order in which they are shown.
fn order(xml: &str) -> Result<Vec<String>, ExtractError> {
    let (mut xml, mut ids) = (Xml::new(xml), Vec::new());
    super::root(&mut xml, "presentation")?;
    while let Some(node) = xml.next()? {
        if let Node::Open(element) = node
            && element.name() == "sldId"
        {
            ids.extend(element.attribute_with_prefix("r:id"));
        }
    }
    Ok(ids)
}

fn write_slide(
    archive: &mut Archive<'_>,
    number: usize,
    part: &str,
    draft: &mut Draft,
) -> Result<(), ExtractError> {
    let Some(bytes) = archive.part(part)? else { return Ok(()) };
    let slide = Slide::read(&decode(&bytes), Wanted::Slide)?;
    let hidden = if slide.is_hidden { " (hidden)" } else { "" };
    let title = slide.title.trim();
    let colon = if title.is_empty() { "" } else { ": " };
    draft.heading(2, &format!("Slide {number}{hidden}{colon}{title}"));
    draft.push(&slide.draft.into_text());
    draft.end_block();
    let is_notes = |found: &Relationship| found.kind.ends_with("/notesSlide");
    if let Some(notes) = relationships(archive, part)?.into_iter().find(is_notes)
        && let Some(bytes) = archive.part(&notes.target)?
    {
        let notes = Slide::read(&decode(&bytes), Wanted::Notes)?.draft.into_text();
        if !notes.is_empty() {
            draft.push("Notes: ");
            draft.push(&notes);
            draft.end_block();
        }
    }
    Ok(())
}

/// Which of the shapes are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// All but number, date and footer.
    Slide,
    /// Only what the speaker wrote.
    Notes,
}

/// What a shape stands in for.
#[derive(Default, PartialEq, Eq)]
enum Place {
    #[default]
    Free,
    Title,
    Body,
    Furniture,
}

struct Slide {
    wanted: Wanted,
    title: String,
    draft: Draft,
    is_hidden: bool,
    place: Place,
    level: usize,
    paragraph: String,
    tables: Vec<(Table, String)>,
    is_text: bool,
}

impl Slide {
    fn read(xml: &str, wanted: Wanted) -> Result<Self, ExtractError> {
        let mut slide = Self {
            wanted,
            title: String::new(),
            draft: Draft::default(),
            is_hidden: false,
            place: Place::Free,
            level: 0,
            paragraph: String::new(),
            tables: Vec::new(),
            is_text: false,
        };
        let mut xml = Xml::new(xml);
        while let Some(node) = xml.next()? {
            match node {
                Node::Open(element) if element.name() == "Fallback" => skip(&mut xml)?,
                Node::Open(element) => slide.open(&element),
                Node::Close(name) => slide.close(&name),
                Node::Text(text) if slide.is_text => slide.paragraph.push_str(&text),
                Node::Text(_) => {}
            }
            if slide.draft.is_full() {
                break;
            }
        }
        Ok(slide)
    }

    fn open(&mut self, element: &Element<'_>) {
        match element.name() {
            "sld" => self.is_hidden = matches!(element.attribute("show").as_deref(), Some("0" | "false")),
            "sp" | "graphicFrame" => self.place = Place::Free,
            "ph" => {
                self.place = match element.attribute("type").as_deref() {
                    Some("title" | "ctrTitle") => Place::Title,
                    Some("sldNum" | "dt" | "ftr" | "hdr" | "sldImg") => Place::Furniture,
                    None | Some("body" | "obj") => Place::Body,
                    Some(_) => Place::Free,
                }
            }
            "p" => {
                self.paragraph.clear();
                self.level = 0;
            }
            "pPr" => {
                let level = element.attribute("lvl").and_then(|level| level.parse().ok());
                self.level = level.unwrap_or(0).min(8);
            }
            "t" => self.is_text = true,
            "br" => self.paragraph.push('\n'),
            "tbl" => self.tables.push(<(Table, String)>::default()),
            "tr" => self.tables.iter_mut().for_each(|(table, _)| table.row()),
            "tc" => self.tables.iter_mut().for_each(|(_, cell)| cell.clear()),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "t" => self.is_text = false,
            "p" => self.end_paragraph(),
            "tc" => self.tables.iter_mut().for_each(|(table, cell)| table.cell(&std::mem::take(cell))),
            "tbl" => {
                if let Some((table, _)) = self.tables.pop() {
                    table.write(&mut self.draft);
                }
            }
            "sp" => self.draft.end_block(),
            _ => {}
        }
    }

    fn end_paragraph(&mut self) {
        let paragraph = std::mem::take(&mut self.paragraph);
        let text = paragraph.trim();
        let is_wanted = match self.wanted {
            Wanted::Slide => self.place != Place::Furniture,
            Wanted::Notes => self.place == Place::Body,
        };
        if text.is_empty() || !is_wanted {
            return;
        }
        if let Some((_, cell)) = self.tables.last_mut() {
            cell.push_str(text);
            cell.push(' ');
            return;
        }
        match self.place {
            Place::Title => {
                self.title.push_str(text);
                self.title.push(' ');
            }
            Place::Body if self.wanted == Wanted::Slide => {
                self.draft.push(&"  ".repeat(self.level));
                self.draft.push("- ");
                self.draft.flow(text);
                self.draft.end_line();
            }
            _ => {
                self.draft.push(text);
                self.draft.end_line();
            }
        }
    }
}
