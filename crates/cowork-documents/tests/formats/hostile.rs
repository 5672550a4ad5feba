//! Documents made to do harm.

use cowork_documents::{DocumentKind, ExtractError, Limit, MAX_TEXT, extract};

use crate::make::{WORD, docx, stored_zip, xlsx, zip};

fn over(of: Limit) -> impl Fn(&ExtractError) -> bool {
    move |error| matches!(error, ExtractError::TooLarge { of: found, .. } if *found == of)
}

#[test]
fn what_unpacks_to_too_much_is_refused() {
    let bomb = vec![b' '; 40 << 20];
    for (kind, part) in [
        (DocumentKind::Docx, "word/document.xml"),
        (DocumentKind::Pptx, "ppt/presentation.xml"),
        (DocumentKind::Xlsx, "xl/media/picture.bin"),
    ] {
        let error = extract(kind, &zip(&[(part, &bomb)])).unwrap_err();
        assert!(over(Limit::Ratio)(&error), "{kind}: {error}");
    }
}

#[test]
fn much_that_is_not_packed_is_refused_too() {
    let part = vec![b' '; (64 << 20) + 1];
    let error = extract(DocumentKind::Docx, &stored_zip(&[("word/document.xml", &part)])).unwrap_err();
    assert!(over(Limit::UnpackedBytes)(&error), "{error}");
}

#[test]
fn too_many_parts_are_refused() {
    let names: Vec<_> = (0..10_001).map(|number| number.to_string()).collect();
    let parts: Vec<_> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    let error = extract(DocumentKind::Docx, &zip(&parts)).unwrap_err();
    assert!(over(Limit::Entries)(&error), "{error}");
}

#[test]
fn entities_are_not_replaced() {
    let mut document = String::from("<!DOCTYPE lolz [<!ENTITY a0 \"lol\">");
    for level in 1..10 {
        let inner = format!("&a{};", level - 1).repeat(10);
        document.push_str(&format!("<!ENTITY a{level} \"{inner}\">"));
    }
    document.push_str(&format!(
        "<!ENTITY file SYSTEM \"file:///etc/passwd\">]><w:document {WORD}><w:p><w:r><w:t>a&a9;&file;b</w:t></w:r></w:p>\
         </w:document>"
    ));
    let text = extract(DocumentKind::Docx, &zip(&[("word/document.xml", document.as_bytes())])).unwrap();
    assert_eq!(text.text, "ab");
}

#[test]
fn deep_nesting_is_refused_in_xml_and_cut_in_html() {
    let deep = docx(&"<w:sdt>".repeat(100_000), &[]);
    assert!(over(Limit::Depth)(&extract(DocumentKind::Docx, &deep).unwrap_err()));
    let page = format!("<p>first{}last", "<div>".repeat(100_000));
    let text = extract(DocumentKind::Html, page.as_bytes()).unwrap();
    assert_eq!((text.text.as_str(), text.cut), ("first", true));
}

#[test]
fn text_without_end_is_cut() {
    let long = "word ".repeat(MAX_TEXT / 4);
    let text = extract(DocumentKind::Html, long.as_bytes()).unwrap();
    assert!(text.cut && text.text.len() <= MAX_TEXT && text.text.len() > MAX_TEXT - 10);
    // A heading of 14 bytes, then lines of 1,000, which hardly pack.
    let sheet = |rows: usize| {
        let mut seed = 1_u32;
        let mut letter = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            char::from(b'a' + (seed >> 28) as u8)
        };
        let mut row = || {
            let text: String = std::iter::repeat_with(&mut letter).take(999).collect();
            format!("<row><c t=\"str\"><v>{text}</v></c></row>")
        };
        let rows: String = std::iter::repeat_with(&mut row).take(rows).collect();
        extract(DocumentKind::Xlsx, &xlsx(&[("S", "visible", &rows), ("T", "visible", "")], "")).unwrap()
    };
    assert!(!sheet(1_990).cut);
    let text = sheet(2_010);
    assert!(text.cut && text.text.len() <= MAX_TEXT);
}

#[test]
fn a_cell_at_the_end_of_the_sheet_costs_nothing() {
    let rows =
        r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>"#;
    let text = extract(DocumentKind::Xlsx, &xlsx(&[("S", "visible", rows)], "")).unwrap();
    assert_eq!(text.text, "## Sheet: S\n\n1\n\n\t[XFD1048576] 2");
}

#[test]
fn more_texts_than_there_are_is_refused() {
    let bytes = zip(&[(
        "xl/sharedStrings.xml",
        b"<sst uniqueCount=\"18446744073709551615\"><si><t>a</t></si></sst>",
    )]);
    assert!(matches!(extract(DocumentKind::Xlsx, &bytes), Err(ExtractError::Damaged { .. })));
}

#[test]
fn a_sealed_part_needs_a_password() {
    let mut bytes = docx("<w:p/>", &[]);
    for (mark, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let places: Vec<_> = memchr::memmem::find_iter(&bytes, mark).collect();
        places.into_iter().for_each(|place| bytes[place + flags] |= 1);
    }
    assert_eq!(extract(DocumentKind::Docx, &bytes), Err(ExtractError::Encrypted));
}

#[test]
fn one_kind_is_not_taken_for_another() {
    let bytes = docx("<w:p/>", &[]);
    for kind in [DocumentKind::Pdf, DocumentKind::Xlsx, DocumentKind::Pptx] {
        assert!(matches!(extract(kind, &bytes), Err(ExtractError::Damaged { .. })), "{kind}");
    }
}
