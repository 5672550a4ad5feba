//! Documents of Office: a zip of XML parts that name each other through relationships.
//!
//! A module per application; what they share is here.

pub(crate) mod excel;
mod numbering;
pub(crate) mod powerpoint;
mod styles;
pub(crate) mod word;

use crate::{
    archive::Archive,
    error::ExtractError,
    xml::{Node, Xml, decode},
};

/// What a part says of another one.
#[derive(Debug)]
struct Relationship {
    id: String,
    kind: String,
    target: String,
}

/// What `part` says of others; nothing when it says nothing. What is outside of the document is left out.
fn relationships(archive: &mut Archive<'_>, part: &str) -> Result<Vec<Relationship>, ExtractError> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let Some(bytes) = archive.part(&format!("{folder}/_rels/{file}.rels"))? else {
        return Ok(Vec::new());
    };
    let xml = decode(&bytes);
    let (mut xml, mut found) = (Xml::new(&xml), Vec::new());
    while let Some(node) = xml.next()? {
        let Node::Open(element) = node else { continue };
        if element.name() != "Relationship" || element.attribute("TargetMode").as_deref() == Some("External")
        {
            continue;
        }
        let [Some(id), Some(kind), Some(target)] =
            ["Id", "Type", "Target"].map(|name| element.attribute(name))
        else {
            continue;
        };
        found.push(Relationship { id, kind, target: resolve(folder, &target) });
    }
    Ok(found)
}

/// The part where the document begins.
fn main_part(archive: &mut Archive<'_>, usual: &str) -> Result<String, ExtractError> {
    Ok(relationships(archive, "")?
        .into_iter()
        .find(|found| found.kind.ends_with("/officeDocument"))
        .map_or_else(|| usual.to_owned(), |found| found.target))
}

/// The text of a part that must be there.
fn required(archive: &mut Archive<'_>, part: &str) -> Result<Vec<u8>, ExtractError> {
    archive.part(part)?.ok_or_else(|| ExtractError::damaged("its main part is missing"))
}

/// Goes into the outermost element, which tells one application's part from another's.
fn root(xml: &mut Xml<'_>, name: &str) -> Result<(), ExtractError> {
    while let Some(node) = xml.next()? {
        if let Node::Open(element) = node {
            if element.name() == name {
                return Ok(());
            }
            break;
        }
    }
    Err(ExtractError::damaged("its main part is another program's"))
}

/// `target` as seen from `folder`, as a name in the archive.
fn resolve(folder: &str, target: &str) -> String {
    let mut path: Vec<&str> = if target.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(path.pop()),
            step => path.push(step),
        }
    }
    path.retain(|step| !step.is_empty());
    path.join("/")
}

/// Passes over what belongs to no reader: the subtree that has just begun.
fn skip(xml: &mut Xml<'_>) -> Result<(), ExtractError> {
    let mut depth = 1_usize;
    while depth > 0 {
        match xml.next()? {
            Some(Node::Open(_)) => depth += 1,
            Some(Node::Close(_)) => depth -= 1,
            Some(Node::Text(_)) => {}
            None => break,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_resolved() {
        assert_eq!(resolve("word", "styles.xml"), "word/styles.xml");
        assert_eq!(resolve("ppt/slides", "../notesSlides/n1.xml"), "ppt/notesSlides/n1.xml");
        assert_eq!(resolve("ppt", "/ppt/./a.xml"), "ppt/a.xml");
        assert_eq!(resolve("", "../../x"), "x");
    }
}
