//! Makes documents, as small as they can be while programs would open them.

use std::io::{Cursor, Write as _};

use flate2::{Compression, write::ZlibEncoder};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

pub(crate) fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    zip_by(CompressionMethod::Deflated, parts)
}

pub(crate) fn stored_zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    zip_by(CompressionMethod::Stored, parts)
}

fn zip_by(method: CompressionMethod, parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, part) in parts {
        zip.start_file(*name, options).unwrap();
        zip.write_all(part).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const RELATIONSHIP: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// Relationships of a part: id, the last word of the kind, target.
pub(crate) fn relationships(list: &[(&str, &str, &str)]) -> String {
    let list: String = list
        .iter()
        .map(|(id, kind, target)| {
            format!("<Relationship Id=\"{id}\" Type=\"{RELATIONSHIP}/{kind}\" Target=\"{target}\"/>")
        })
        .collect();
    format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{list}</Relationships>"
    )
}

fn office(main: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    let root = relationships(&[("r1", "officeDocument", main)]);
    let mut all = vec![("[Content_Types].xml", &b"<Types/>"[..]), ("_rels/.rels", root.as_bytes())];
    all.extend(parts.iter().map(|(name, part)| (*name, part.as_bytes())));
    zip(&all)
}

pub(crate) const WORD: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";

/// A Word document with a body, and parts beside it by kind of relationship.
pub(crate) fn docx(body: &str, others: &[(&str, &str)]) -> Vec<u8> {
    let document = format!("<w:document {WORD}><w:body>{body}</w:body></w:document>");
    let names: Vec<_> =
        others.iter().map(|(kind, _)| (*kind, format!("{kind}.xml"), format!("word/{kind}.xml"))).collect();
    let list: Vec<_> = names.iter().map(|(kind, target, _)| (*kind, *kind, target.as_str())).collect();
    let links = relationships(&list);
    let mut parts = vec![("word/document.xml", document.as_str()), ("word/_rels/document.xml.rels", &links)];
    parts.extend(names.iter().zip(others).map(|((_, _, name), (_, part))| (name.as_str(), *part)));
    office("word/document.xml", &parts)
}

/// A presentation of slides, the first of which may have notes.
pub(crate) fn pptx(slides: &[&str], notes: Option<&str>) -> Vec<u8> {
    let ids: Vec<_> = (1..=slides.len()).map(|number| format!("s{number}")).collect();
    let files: Vec<_> = (1..=slides.len()).map(|number| format!("slides/slide{number}.xml")).collect();
    let list: Vec<_> =
        ids.iter().zip(&files).map(|(id, file)| (id.as_str(), "slide", file.as_str())).collect();
    let shown: String = ids.iter().map(|id| format!("<p:sldId id=\"256\" r:id=\"{id}\"/>")).collect();
    let main = format!(
        "<p:presentation xmlns:p=\"p\" xmlns:r=\"r\"><p:sldIdLst>{shown}</p:sldIdLst></p:presentation>"
    );
    let links = relationships(&list);
    let to_notes = relationships(&[("n", "notesSlide", "../notesSlides/notes1.xml")]);
    let names: Vec<_> = files.iter().map(|file| format!("ppt/{file}")).collect();
    let bodies: Vec<_> = slides.iter().map(|slide| slide_of(slide)).collect();
    let notes = notes.map(|notes| format!("<p:notes xmlns:p=\"p\" xmlns:a=\"a\">{notes}</p:notes>"));
    let mut parts =
        vec![("ppt/presentation.xml", main.as_str()), ("ppt/_rels/presentation.xml.rels", &links)];
    parts.extend(names.iter().zip(&bodies).map(|(name, body)| (name.as_str(), body.as_str())));
    if let Some(notes) = &notes {
        parts.push(("ppt/slides/_rels/slide1.xml.rels", &to_notes));
        parts.push(("ppt/notesSlides/notes1.xml", notes));
    }
    office("ppt/presentation.xml", &parts)
}

/// Shapes that begin with `hidden` make a slide that is not shown.
fn slide_of(shapes: &str) -> String {
    let (show, shapes) = shapes.strip_prefix("hidden").map_or(("", shapes), |shapes| (" show=\"0\"", shapes));
    format!("<p:sld xmlns:p=\"p\" xmlns:a=\"a\"{show}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>")
}

/// A shape of paragraphs, in a place such as `type="title"`.
pub(crate) fn shape(place: &str, paragraphs: &[&str]) -> String {
    let paragraphs: String =
        paragraphs.iter().map(|text| format!("<a:p><a:r><a:t>{text}</a:t></a:r></a:p>")).collect();
    format!("<p:sp><p:nvSpPr><p:nvPr>{place}</p:nvPr></p:nvSpPr><p:txBody>{paragraphs}</p:txBody></p:sp>")
}

/// A workbook of sheets: name, state, rows.
pub(crate) fn xlsx(sheets: &[(&str, &str, &str)], strings: &str) -> Vec<u8> {
    let main_names = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    let ids: Vec<_> = (1..=sheets.len()).map(|number| format!("r{number}")).collect();
    let files: Vec<_> = (1..=sheets.len()).map(|number| format!("worksheets/sheet{number}.xml")).collect();
    let mut list: Vec<_> =
        ids.iter().zip(&files).map(|(id, file)| (id.as_str(), "worksheet", file.as_str())).collect();
    list.extend([("rs", "sharedStrings", "sharedStrings.xml"), ("ry", "styles", "styles.xml")]);
    let links = relationships(&list);
    let entries: String = sheets
        .iter()
        .zip(&ids)
        .enumerate()
        .map(|(index, ((name, state, _), id))| {
            format!("<sheet name=\"{name}\" sheetId=\"{}\" state=\"{state}\" r:id=\"{id}\"/>", index + 1)
        })
        .collect();
    let book =
        format!("<workbook {main_names} xmlns:r=\"{RELATIONSHIP}\"><sheets>{entries}</sheets></workbook>");
    let strings = format!("<sst {main_names}>{strings}</sst>");
    let styles = format!(
        "<styleSheet {main_names}><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
    );
    let names: Vec<_> = files.iter().map(|file| format!("xl/{file}")).collect();
    let bodies: Vec<_> = sheets
        .iter()
        .map(|(_, _, rows)| format!("<worksheet {main_names}><sheetData>{rows}</sheetData></worksheet>"))
        .collect();
    let mut parts = vec![
        ("xl/workbook.xml", book.as_str()),
        ("xl/_rels/workbook.xml.rels", &links),
        ("xl/sharedStrings.xml", &strings),
        ("xl/styles.xml", &styles),
    ];
    parts.extend(names.iter().zip(&bodies).map(|(name, body)| (name.as_str(), body.as_str())));
    office("xl/workbook.xml", &parts)
}

/// A PDF of objects, numbered from 1, of which the first is the catalogue; `trailer` adds to its trailer.
pub(crate) fn pdf(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut pdf = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        places.push(pdf.len());
        pdf.extend(format!("{} 0 obj\n", index + 1).bytes());
        pdf.extend(object);
        pdf.extend(b"\nendobj\n");
    }
    let at = pdf.len();
    pdf.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    places.iter().for_each(|place| pdf.extend(format!("{place:010} 00000 n \n").bytes()));
    pdf.extend(
        format!("trailer\n<< /Size {} /Root 1 0 R {trailer} >>\nstartxref\n{at}\n%%EOF\n", objects.len() + 1)
            .bytes(),
    );
    pdf
}

pub(crate) fn stream(content: &[u8]) -> Vec<u8> {
    [format!("<< /Length {} >>\nstream\n", content.len()).as_bytes(), content, b"\nendstream"].concat()
}

pub(crate) fn packed_stream(content: &[u8]) -> Vec<u8> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::default());
    packer.write_all(content).unwrap();
    let packed = packer.finish().unwrap();
    let head = format!("<< /Filter /FlateDecode /Length {} >>\nstream\n", packed.len());
    [head.as_bytes(), &packed, b"\nendstream"].concat()
}

/// A PDF of pages that share a font of their own, `F1`, beside what `resources` adds; further objects count from 4.
pub(crate) fn pages(contents: &[Vec<u8>], font: &str, resources: &str, others: &[Vec<u8>]) -> Vec<u8> {
    let first = 4 + others.len();
    let kids: String = (0..contents.len()).map(|page| format!("{} 0 R ", first + 2 * page)).collect();
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        format!(
            "<< /Type /Pages /Kids [{kids}] /Count {} /MediaBox [0 0 600 800] \
             /Resources << /Font << /F1 3 0 R >> {resources} >> >>",
            contents.len()
        )
        .into_bytes(),
        font.as_bytes().to_vec(),
    ];
    objects.extend(others.iter().cloned());
    for (page, content) in contents.iter().enumerate() {
        let at = first + 2 * page + 1;
        objects.push(format!("<< /Type /Page /Parent 2 0 R /Contents {at} 0 R >>").into_bytes());
        objects.push(content.clone());
    }
    pdf(&objects, "")
}

pub(crate) const HELVETICA: &str =
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>";
