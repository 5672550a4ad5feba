//! The text of documents: `cowork text`, and the real child with its limits.

use std::{
    fs::File,
    io::{Seek as _, Write as _},
};

use cowork_documents::{DocumentKind, TextExtractor, TextFailure, child::MAX_INPUT};
use cowork_testkit::{ScriptedProvider, reply};

use crate::harness::Home;

const PAGE: &str = "<!doctype html><title>Plan</title><p>Grow <b>beans</b><script>no()</script>";

fn extractor() -> TextExtractor {
    TextExtractor::new(env!("CARGO_BIN_EXE_cowork"))
}

#[test]
fn the_text_of_a_file_is_printed() {
    let home = Home::new();
    // Its name says nothing.
    std::fs::write(home.path().join("plan.pdf"), PAGE).unwrap();
    assert_eq!(home.run(&["text", "plan.pdf"]).done(), "# Plan\n\nGrow beans\n");
}

/// A Word document of one paragraph.
fn word(text: &str) -> Vec<u8> {
    const OFFICE: &str = "http://schemas.openxmlformats.org";
    let links = format!(
        "<Relationships xmlns=\"{OFFICE}/package/2006/relationships\"><Relationship Id=\"r1\" \
         Type=\"{OFFICE}/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/></Relationships>"
    );
    let document = format!(
        "<w:document xmlns:w=\"{OFFICE}/wordprocessingml/2006/main\"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p>\
         </w:body></w:document>"
    );
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, part) in
        [("[Content_Types].xml", "<Types/>"), ("_rels/.rels", &links), ("word/document.xml", &document)]
    {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(part.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_gets_the_text_of_an_attached_document_and_it_is_found_by_its_words() {
    let provider = ScriptedProvider::start().await;
    provider.push(reply().text("In May.").finish("stop").done());
    let home = Home::new().with("OPENAI_BASE_URL", &provider.base_url()).with("OPENAI_API_KEY", "sk-right");
    std::fs::write(home.path().join("plan.docx"), word("The moonflowers bloom in May.")).unwrap();
    let ran = home.run(&["chat", "-m", "openai/m", "--attach", "plan.docx", "When?"]);
    assert_eq!(ran.done(), "In May.\n");
    let asked = provider.requests()[0].body.to_string();
    assert!(asked.contains("The moonflowers bloom in May.") && asked.contains("plan.docx"), "{asked}");
    let found = home.run(&["search", "moonflowers"]).done();
    assert!(found.contains("moonflowers"), "{found}");
}

#[test]
fn what_has_no_text_is_said() {
    let home = Home::new();
    std::fs::write(home.path().join("notes.txt"), "just text").unwrap();
    std::fs::write(home.path().join("broken.pdf"), "%PDF-1.7\nnothing").unwrap();
    std::fs::write(home.path().join("empty.html"), "<!doctype html><img>").unwrap();
    let ran = home.run(&["text", "notes.txt"]);
    assert_eq!(
        ran.failed(1),
        (
            "cowork: notes.txt is no document that can be read",
            "  PDF, Word (docx), Excel (xlsx), PowerPoint (pptx) and HTML can\n"
        )
    );
    let ran = home.run(&["text", "broken.pdf"]);
    assert_eq!(ran.failed(1).0, "cowork: the document is damaged: it is no PDF that can be read");
    let ran = home.run(&["text", "gone.pdf"]);
    assert_eq!(ran.failed(2).0, "cowork: can't open gone.pdf");
    let ran = home.run(&["text", "empty.html"]);
    assert_eq!(ran.err, "There is no text in it; a scan has only pictures.\n");
    assert_eq!(ran.done(), "");
}

#[tokio::test]
async fn a_child_reads_bytes_and_files() {
    let extractor = extractor();
    let text = extractor.text_of(DocumentKind::Html, PAGE.as_bytes().to_vec()).await.unwrap();
    assert_eq!(text.text, "# Plan\n\nGrow beans");
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(PAGE.as_bytes()).unwrap();
    file.rewind().unwrap();
    assert_eq!(extractor.text_of(DocumentKind::Html, file).await.unwrap(), text);
}

#[tokio::test]
async fn the_documents_own_faults_come_back() {
    let refused = |kind, bytes: &[u8]| {
        let bytes = bytes.to_vec();
        async move { extractor().text_of(kind, bytes).await.unwrap_err().to_string() }
    };
    assert!(refused(DocumentKind::Pdf, b"no").await.starts_with("the document is damaged"));
    assert!(refused(DocumentKind::EncryptedOffice, b"").await.starts_with("the document is encrypted"));
}

#[tokio::test]
async fn a_document_that_is_too_long_is_refused() {
    let file = tempfile::tempfile().unwrap();
    file.set_len(MAX_INPUT + 1).unwrap();
    let failure = extractor().text_of(DocumentKind::Pdf, file).await.unwrap_err();
    assert_eq!(failure.to_string(), "the document has more bytes than is read (the limit is 67108864)");
}

#[cfg(target_os = "linux")]
mod limits {
    use std::{
        path::PathBuf,
        process::{Command, Stdio},
        time::{Duration, Instant},
    };

    use flate2::{Compression, write::ZlibEncoder};

    use super::*;
    use crate::harness::Process;

    /// A process that waits for its document, with all limits set, and what the system says of it.
    fn confined() -> (Process, PathBuf) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cowork"));
        command.args(["extract-text", "pdf"]).env_clear();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let process = Process::spawn(command);
        let path = PathBuf::from(format!("/proc/{}", process.id()));
        // Its nice value is the last thing that it sets.
        let begun = Instant::now();
        loop {
            let stat = std::fs::read_to_string(path.join("stat")).unwrap();
            if stat.rsplit_once(") ").unwrap().1.split(' ').nth(16) == Some("10") {
                return (process, path);
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "it does not confine itself: {stat}");
            std::thread::yield_now();
        }
    }

    #[test]
    fn the_child_gives_up_what_it_can_do_harm_with() {
        let (_process, path) = confined();
        let limits = std::fs::read_to_string(path.join("limits")).unwrap();
        for (name, value) in [
            ("Max address space", "536870912"),
            ("Max cpu time", "25"),
            ("Max core file size", "0"),
            ("Max file size", "0"),
            ("Max open files", "0"),
            ("Max processes", "0"),
        ] {
            let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
            let values: Vec<_> = line[name.len()..].split_whitespace().take(2).collect();
            assert_eq!(values, [value, value], "{line}");
        }
    }

    #[test]
    fn the_child_closes_what_it_inherits() {
        let ours = tempfile::tempfile().unwrap();
        rustix::io::fcntl_setfd(&ours, rustix::io::FdFlags::empty()).unwrap();
        let (_process, path) = confined();
        let open = std::fs::read_dir(path.join("fd")).unwrap();
        let mut open: Vec<_> = open.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        open.sort();
        assert_eq!(open, ["0", "1", "2"]);
    }

    /// A page of a kilobyte or so for each byte of the document.
    fn bomb() -> Vec<u8> {
        let mut packer = ZlibEncoder::new(Vec::new(), Compression::default());
        let spaces = vec![b' '; 1 << 20];
        (0..700).for_each(|_| packer.write_all(&spaces).unwrap());
        let packed = packer.finish().unwrap();
        let head = format!(
            "%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n\
             2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 9 9] >>\nendobj\n\
             3 0 obj\n<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>\nendobj\n\
             4 0 obj\n<< /Filter /FlateDecode /Length {} >>\nstream\n",
            packed.len()
        );
        [head.as_bytes(), &packed, b"\nendstream\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"].concat()
    }

    #[tokio::test]
    async fn too_much_memory_ends_the_child_alone() {
        // However slow the machine is, the memory is to be met first.
        let patient = extractor().with_time(Duration::from_mins(5));
        let failure = patient.text_of(DocumentKind::Pdf, bomb()).await.unwrap_err();
        assert!(matches!(failure, TextFailure::OutOfMemory), "{failure:?}");
        // The next one is read.
        extractor().text_of(DocumentKind::Html, PAGE.as_bytes().to_vec()).await.unwrap();
    }

    #[tokio::test]
    async fn a_child_whose_input_never_ends_is_killed() {
        let (reader, _writer) = std::io::pipe().unwrap();
        let file = File::from(std::os::fd::OwnedFd::from(reader));
        let extractor = extractor().with_time(Duration::from_millis(50));
        let failure = extractor.text_of(DocumentKind::Html, file).await.unwrap_err();
        assert!(matches!(failure, TextFailure::TimedOut(_)), "{failure:?}");
    }
}
