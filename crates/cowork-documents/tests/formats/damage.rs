//! Any cut and any changed byte gives a text or an error, never a panic. A hang would be the end of the test's time.

use cowork_documents::{DocumentKind, MAX_TEXT, extract, kind_of};
use proptest::prelude::*;

use crate::make::{HELVETICA, docx, packed_stream, pages, pptx, shape, stream, xlsx};

const BODY: &str = r#"<w:p><w:pPr><w:pStyle w:val="T"/><w:numPr><w:ilvl w:val="1"/><w:numId w:val="5"/></w:numPr></w:pPr>
    <w:r><w:t>a&#x20AC;</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"#;
const ROWS: &str =
    r#"<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="AZ2" s="1"><v>45943</v></c></row>"#;
const PAGE: &str =
    "<!doctype html><meta charset=utf-8><table><tr><td>a<b><p>c</table><ul><li>x<ol start=3><li>y</ul><pre>z";
const CONTENT: &[u8] = b"q 1 0 0 1 0 0 cm BT /F1 12 Tf 50 700 Td [(Hello) -300 (W)] TJ T* (x) ' ET Q /X Do";

fn samples() -> [(DocumentKind, Vec<u8>); 5] {
    [
        (DocumentKind::Pdf, pages(&[packed_stream(CONTENT), stream(CONTENT)], HELVETICA, "", &[])),
        (DocumentKind::Docx, docx(BODY, &[])),
        (DocumentKind::Xlsx, xlsx(&[("S", "visible", ROWS)], "<si><t>t</t></si>")),
        (DocumentKind::Pptx, pptx(&[&shape("<p:ph type=\"title\"/>", &["t"])], None)),
        (DocumentKind::Html, PAGE.as_bytes().to_vec()),
    ]
}

fn check(kind: DocumentKind, bytes: &[u8]) {
    let _ = kind_of(bytes);
    if let Ok(text) = extract(kind, bytes) {
        assert!(text.text.len() <= MAX_TEXT);
        assert!(!text.text.contains(|c: char| c.is_control() && c != '\n' && c != '\t'));
    }
}

/// Changes bytes: where, as a share of the whole, and to what.
fn damaged(bytes: &[u8], changes: &[(f64, u8)], end: f64) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let length = bytes.len() as f64;
    for (place, byte) in changes {
        if let Some(found) = bytes.get_mut((place * length) as usize) {
            *found = *byte;
        }
    }
    bytes.truncate((end * length).ceil() as usize);
    bytes
}

#[test]
fn cut_anywhere() {
    for (kind, bytes) in samples() {
        assert!(extract(kind, &bytes).is_ok_and(|text| !text.text.is_empty()), "{kind}: whole");
        (0..bytes.len())
            .step_by(if kind == DocumentKind::Pdf { 7 } else { 3 })
            .for_each(|end| check(kind, &bytes[..end]));
    }
}

fn changes() -> impl Strategy<Value = (Vec<(f64, u8)>, f64)> {
    let byte = prop_oneof![any::<u8>(), proptest::sample::select(&b"<>/&;\"'()[] 0919-.\0\xff"[..])];
    (proptest::collection::vec((0.0..1.0, byte), 1..8), prop_oneof![3 => Just(1.0), 1 => 0.0..1.0])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn changed_anywhere((changes, end) in changes()) {
        for (kind, bytes) in samples() {
            check(kind, &damaged(&bytes, &changes, end));
        }
    }

    /// Behind the checksums of the zip and the filters of the PDF.
    #[test]
    fn changed_inside((changes, _) in changes()) {
        let inside = |text: &str| String::from_utf8_lossy(&damaged(text.as_bytes(), &changes, 1.0)).into_owned();
        check(DocumentKind::Docx, &docx(&inside(BODY), &[("styles", &inside("<w:styles><w:style w:styleId=\"T\"><w:name w:val=\"heading 1\"/></w:style></w:styles>"))]));
        check(DocumentKind::Xlsx, &xlsx(&[("S", "visible", &inside(ROWS))], &inside("<si><t>t</t></si>")));
        check(DocumentKind::Pptx, &pptx(&[&inside(&shape("<p:ph type=\"title\"/>", &["t"]))], None));
        check(DocumentKind::Pdf, &pages(&[packed_stream(&damaged(CONTENT, &changes, 1.0))], &inside(HELVETICA), "", &[]));
    }

    #[test]
    fn anything_at_all(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        for kind in DocumentKind::ALL {
            check(kind, &bytes);
        }
        check(DocumentKind::Pdf, &[b"%PDF-1.4\n", bytes.as_slice()].concat());
        check(DocumentKind::Html, &[b"<html>", bytes.as_slice()].concat());
    }
}
