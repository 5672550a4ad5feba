//! What is read of sound PDFs.

use cowork_documents::{DocumentKind, ExtractError, Parts, extract, kind_of};

use crate::make::{HELVETICA, packed_stream, pages, pdf, stream};

fn text(bytes: &[u8]) -> String {
    assert_eq!(kind_of(bytes), Some(DocumentKind::Pdf));
    extract(DocumentKind::Pdf, bytes).unwrap().text
}

#[test]
fn lines_words_and_pages() {
    let first = b"BT /F1 12 Tf 50 700 Td (Hello, w) Tj [(or) -20 (ld)] TJ [(two)-400(words)] TJ 0 -14 Td (Next line) Tj \
                  0 -40 Td (Caf\\351) Tj 200 0 Td (far) Tj ET";
    let second = b"BT /F1 12 Tf 1 0 0 1 50 700 Tm (Second) Tj ET";
    let bytes = pages(&[packed_stream(first), stream(second), stream(b"")], HELVETICA, "", &[]);
    let read = extract(DocumentKind::Pdf, &bytes).unwrap();
    assert_eq!(read.parts, Some(Parts::Pages(3)));
    assert!(!read.cut);
    assert_eq!(
        read.text,
        "## Page 1\n\nHello, worldtwo words\nNext line\n\nCafé\tfar\n\n## Page 2\n\nSecond"
    );
}

#[test]
fn codes_mean_what_the_font_says() {
    let font = "<< /Type /Font /Subtype /Type0 /BaseFont /Made /Encoding /Identity-H /DescendantFonts [4 0 R] \
                /ToUnicode 5 0 R >>";
    let descendant = b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Made /DW 500 \
                       /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>";
    let map =
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n\
                1 begincodespacerange <0000> <FFFF> endcodespacerange\n\
                2 beginbfchar <0001> <65E5> <0002> <00660069> endbfchar\n\
                1 beginbfrange <0010> <0012> <0061> endbfrange\nendcmap end end";
    let others = [descendant.to_vec(), packed_stream(map)];
    let content = stream(b"BT /F1 10 Tf 50 700 Td <0001000200100011001200FF> Tj ET");
    assert_eq!(text(&pages(&[content], font, "", &others)), "## Page 1\n\n日fiabc\u{fffd}");
}

#[test]
fn invisible_text_counts_over_a_picture_alone() {
    let image =
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 \
                  /Length 1 >>\nstream\n\x00\nendstream"
            .to_vec();
    let scan = stream(b"q 600 0 0 800 0 0 cm /I Do Q BT 3 Tr /F1 12 Tf 50 700 Td (scanned) Tj ET");
    let plain = stream(b"BT /F1 12 Tf 50 700 Td (seen) Tj 3 Tr 0 -20 Td (unseen) Tj ET");
    let resources = "/XObject << /I 4 0 R >>";
    assert_eq!(
        text(&pages(&[scan, plain], HELVETICA, resources, &[image])),
        "## Page 1\n\nscanned\n\n## Page 2\n\nseen"
    );
}

#[test]
fn what_is_drawn_twice_is_said_once() {
    let content = stream(
        b"BT /F1 12 Tf 2 Tr 50 700 Td (outlined) Tj ET BT 0 Tr /F1 12 Tf 50 600 Td (bold) Tj ET \
          BT /F1 12 Tf 50.3 600 Td (bold) Tj ET BT /F1 12 Tf 50 500 Td (bold) Tj ET",
    );
    assert_eq!(text(&pages(&[content], HELVETICA, "", &[])), "## Page 1\n\noutlined\n\nbold\n\nbold");
}

#[test]
fn a_page_that_lies_on_its_side_is_read_upright() {
    let page = b"<< /Type /Page /Parent 2 0 R /Rotate 90 /Contents 5 0 R >>".to_vec();
    let content = stream(
        b"BT /F1 12 Tf 0 1 -1 0 100 50 Tm (turned) Tj ET BT /F1 12 Tf 0 1 -1 0 114 50 Tm (page) Tj ET",
    );
    let bytes = pdf(
        &[
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            b"<< /Type /Pages /Kids [4 0 R] /Count 1 /MediaBox [0 0 600 800] /Resources << /Font << /F1 3 0 R >> >> >>"
                .to_vec(),
            HELVETICA.as_bytes().to_vec(),
            page,
            content,
        ],
        "",
    );
    assert_eq!(text(&bytes), "## Page 1\n\nturned\npage");
}

#[test]
fn a_password_is_asked_for_in_words() {
    let bytes = pdf(
        &[
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            b"<< /Type /Pages /Kids [] /Count 0 >>".to_vec(),
            format!("<< /Filter /Standard /V 1 /R 2 /P -4 /O <{0}> /U <{0}> >>", "5A".repeat(32))
                .into_bytes(),
        ],
        "/Encrypt 3 0 R /ID [<00> <00>]",
    );
    assert_eq!(extract(DocumentKind::Pdf, &bytes), Err(ExtractError::Encrypted));
}
