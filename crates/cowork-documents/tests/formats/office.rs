//! What is read of sound documents of Office.

use cowork_documents::{DocumentKind, DocumentText, Parts, extract, kind_of};

use crate::make::{docx, pptx, shape, xlsx};

/// The text of a document that must be told from its bytes.
fn read(kind: DocumentKind, bytes: &[u8]) -> DocumentText {
    assert_eq!(kind_of(bytes), Some(kind));
    let text = extract(kind, bytes).unwrap();
    assert!(!text.cut);
    text
}

fn word(body: &str, others: &[(&str, &str)]) -> String {
    let text = read(DocumentKind::Docx, &docx(body, others));
    assert_eq!(text.parts, None);
    text.text
}

#[test]
fn paragraphs_headings_and_breaks() {
    let styles = r#"<w:styles xmlns:w="w"><w:style w:styleId="T"><w:name w:val="Title"/></w:style>
        <w:style w:styleId="H2"><w:name w:val="heading 2"/></w:style></w:styles>"#;
    assert_eq!(
        word(
            r#"<w:p><w:pPr><w:pStyle w:val="T"/></w:pPr><w:r><w:t>Plan</w:t></w:r></w:p>
            <w:p><w:pPr><w:pStyle w:val="H2"/><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr>
              <w:r><w:t xml:space="preserve">Part </w:t></w:r><w:r><w:t>one</w:t></w:r></w:p>
            <w:p/><w:p><w:r><w:t>a &amp; b&#x20AC;</w:t><w:tab/><w:t>c</w:t><w:br/><w:t>d</w:t></w:r></w:p>
            <w:p><w:r><w:br w:type="page"/><w:t>next</w:t></w:r></w:p>"#,
            &[("styles", styles)]
        ),
        "# Plan\n\n## Part one\n\na & b€\tc\nd\n\n---\n\nnext"
    );
}

#[test]
fn lists_and_tables() {
    let numbering = r#"<w:numbering xmlns:w="w">
        <w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl>
          <w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>
        <w:num w:numId="5"><w:abstractNumId w:val="0"/></w:num></w:numbering>"#;
    let item = |level: u8, text: &str| {
        format!(
            r#"<w:p><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="5"/></w:numPr></w:pPr>
            <w:r><w:t>{text}</w:t></w:r></w:p>"#
        )
    };
    let cell = |text: &str| format!("<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>");
    let inner = format!("<w:tc><w:tbl><w:tr>{}{}</w:tr></w:tbl><w:p/></w:tc>", cell("x"), cell("y"));
    let body = format!(
        "{}{}{}<w:tbl><w:tr>{}{}</w:tr><w:tr>{}{inner}</w:tr></w:tbl><w:p><w:r><w:t>end</w:t></w:r></w:p>",
        item(0, "one"),
        item(1, "sub"),
        item(0, "two"),
        cell("a"),
        cell("b"),
        cell("1"),
    );
    assert_eq!(
        word(&body, &[("numbering", numbering)]),
        "1. one\n  - sub\n2. two\n\n| a | b |\n| --- | --- |\n| 1 | x y |\n\nend"
    );
}

#[test]
fn notes_stand_at_the_end_and_hidden_text_nowhere() {
    let notes = r#"<w:footnotes xmlns:w="w"><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>
        <w:footnote w:id="2"><w:p><w:r><w:t>see</w:t></w:r></w:p><w:p><w:r><w:t>there</w:t></w:r></w:p></w:footnote>
        </w:footnotes>"#;
    assert_eq!(
        word(
            r#"<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr><w:r><w:t>seen</w:t><w:footnoteReference w:id="2"/></w:r>
            <w:r><w:rPr><w:vanish/></w:rPr><w:t>bad</w:t><w:br/></w:r>
            <w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>, too</w:t></w:r>
            <w:del><w:r><w:delText>bad</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>bad</w:t></w:r></w:moveFrom>
            <w:r><w:instrText>bad</w:instrText></w:r>
            <mc:AlternateContent><mc:Choice><w:r><w:txbxContent><w:p><w:r><w:t>box</w:t></w:r></w:p></w:txbxContent></w:r>
            </mc:Choice><mc:Fallback><w:r><w:t>bad</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>"#,
            &[("footnotes", notes)]
        ),
        "box\n\nseen[^2], too\n\n[^2]: see there"
    );
}

#[test]
fn slides_with_titles_tables_and_notes() {
    let table = "<p:graphicFrame><a:tbl><a:tr><a:tc><a:txBody><a:p><a:r><a:t>q</a:t></a:r></a:p></a:txBody></a:tc>\
                 <a:tc><a:p><a:r><a:t>r</a:t></a:r></a:p></a:tc></a:tr></a:tbl></p:graphicFrame>";
    let first = format!(
        "{}{}{}{}",
        shape("<p:ph idx=\"1\"/>", &["point", "more"]),
        shape("<p:ph type=\"title\"/>", &["Goals &lt;1&gt;"]),
        shape("<p:ph type=\"sldNum\"/>", &["17"]),
        table
    );
    let notes = format!(
        "{}{}",
        shape("<p:ph type=\"body\"/>", &["say hi"]),
        shape("<p:ph type=\"sldNum\"/>", &["1"])
    );
    let second = format!("hidden{}", shape("", &["free text"]));
    let text = read(DocumentKind::Pptx, &pptx(&[&first, &second], Some(&notes)));
    assert_eq!(text.parts, Some(Parts::Slides(2)));
    assert_eq!(
        text.text,
        "## Slide 1: Goals <1>\n\n- point\n- more\n\n| q | r |\n| --- | --- |\n\nNotes: say hi\n\n\
         ## Slide 2 (hidden)\n\nfree text"
    );
}

#[test]
fn sheets_with_values_of_every_type() {
    let rows = r#"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>in line</t></is></c></row>
        <row r="2"><c r="A2"><v>1.5</v></c><c r="B2" t="b"><v>1</v></c><c r="C2" s="1"><v>45943</v></c>
          <c r="D2" t="e"><v>#DIV/0!</v></c><c r="E2" t="str"><f>A2&amp;"x"</f><v>1.5x</v></c></row>
        <row r="9"><c r="AZ9"><v>3</v></c></row>"#;
    let strings = "<si><t>shared\ntext</t></si>";
    let bytes = xlsx(&[("Data &amp; more", "visible", rows), ("Empty", "hidden", "")], strings);
    let text = read(DocumentKind::Xlsx, &bytes);
    assert_eq!(text.parts, Some(Parts::Sheets(2)));
    assert_eq!(
        text.text,
        "## Sheet: Data & more\n\nshared text\t\tin line\n1.5\tTRUE\t2025-10-13\t#DIV/0!\t1.5x\n\n\t[AZ9] 3\n\n\
         ## Sheet (hidden): Empty"
    );
}

#[test]
fn a_document_inside_a_document_does_not_decide() {
    let inner = xlsx(&[("S", "visible", "")], "");
    let slides = pptx(&[&shape("", &["x"])], None);
    let mut with_book = slides.clone();
    // Stored before the outer directory, as an embedded workbook is.
    let at = memchr::memmem::find(&slides, b"PK\x01\x02").unwrap();
    with_book.splice(at..at, inner);
    assert_eq!(kind_of(&with_book), Some(DocumentKind::Pptx));
}
