//! What the styles of a Word document say of headings and lists.

use std::collections::HashMap;

use crate::{
    error::ExtractError,
    xml::{Node, Xml},
};

/// Styles are based on each other; a longer chain is a circle.
const MAX_CHAIN: usize = 16;

/// The styles of paragraphs, by id.
#[derive(Debug, Default)]
pub(crate) struct Styles(HashMap<String, Style>);

#[derive(Debug, Default)]
struct Style {
    name: String,
    based_on: Option<String>,
    outline: Option<usize>,
    list: Option<String>,
    level: Option<usize>,
}

impl Styles {
    pub(crate) fn read(xml: &str) -> Result<Self, ExtractError> {
        let (mut xml, mut styles, mut id) = (Xml::new(xml), HashMap::new(), String::new());
        while let Some(node) = xml.next()? {
            let Node::Open(element) = node else { continue };
            if element.name() == "style" {
                id = element.attribute("styleId").unwrap_or_default();
                styles.insert(id.clone(), Style::default());
            }
            let (Some(style), Some(value)) = (styles.get_mut(&id), element.attribute("val")) else {
                continue;
            };
            match element.name() {
                "name" => style.name = value.to_ascii_lowercase(),
                "basedOn" => style.based_on = Some(value),
                "outlineLvl" => style.outline = value.parse().ok(),
                "numId" => style.list = Some(value),
                "ilvl" => style.level = value.parse().ok(),
                _ => {}
            }
        }
        Ok(Self(styles))
    }

    /// The level of heading, from 1, that paragraphs of a style have.
    pub(crate) fn heading(&self, id: &str) -> Option<usize> {
        self.chain(id).find_map(|style| {
            let named = style.name.strip_prefix("heading ").and_then(|level| level.parse().ok());
            named
                .or_else(|| (style.name == "title").then_some(1))
                .or_else(|| style.outline.filter(|outline| *outline < 9).map(|outline| outline + 1))
        })
    }

    /// The list and the level in it that paragraphs of a style belong to.
    pub(crate) fn list(&self, id: &str) -> Option<(String, usize)> {
        let list = self.chain(id).find_map(|style| style.list.clone())?;
        Some((list, self.chain(id).find_map(|style| style.level).unwrap_or(0)))
    }

    fn chain(&self, id: &str) -> impl Iterator<Item = &Style> {
        let next = |style: &&Style| style.based_on.as_ref().and_then(|id| self.0.get(id));
        std::iter::successors(self.0.get(id), next).take(MAX_CHAIN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_style_is_based_on_counts() {
        let styles = Styles::read(
            r#"<w:styles xmlns:w="w">
            <w:style w:styleId="H2"><w:name w:val="heading 2"/></w:style>
            <w:style w:styleId="Mine"><w:name w:val="Mine"/><w:basedOn w:val="H2"/></w:style>
            <w:style w:styleId="Outline"><w:pPr><w:outlineLvl w:val="3"/></w:pPr></w:style>
            <w:style w:styleId="Body"><w:pPr><w:outlineLvl w:val="9"/></w:pPr></w:style>
            <w:style w:styleId="Circle"><w:basedOn w:val="Circle"/></w:style>
            <w:style w:styleId="L"><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="7"/></w:numPr></w:pPr></w:style>
            <w:style w:styleId="L2"><w:basedOn w:val="L"/></w:style></w:styles>"#,
        )
        .unwrap();
        assert_eq!(styles.heading("H2"), Some(2));
        assert_eq!(styles.heading("Mine"), Some(2));
        assert_eq!(styles.heading("Outline"), Some(4));
        assert_eq!(styles.heading("Body"), None);
        assert_eq!(styles.heading("Circle"), None);
        assert_eq!(styles.list("L2"), Some(("7".to_owned(), 1)));
        assert_eq!(styles.list("H2"), None);
    }
}
