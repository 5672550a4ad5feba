//! `cowork text`.

use std::{
    fs::File,
    io::{ErrorKind, Read as _},
    path::Path,
};

use anyhow::{Context as _, anyhow};
use cowork_documents::{TextExtractor, child::MAX_INPUT, kind_of};

use crate::{
    failure::{Failure, Outcome},
    output,
};

/// Prints the text of a document.
pub(crate) async fn text(path: &Path) -> Outcome {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|fault| {
        let is_wrong = fault.kind() == ErrorKind::NotFound;
        let error = anyhow!(fault).context(format!("can't open {}", path.display()));
        if is_wrong { Failure::Usage(error) } else { Failure::Failed(error) }
    })?;
    // One more than is read, so that the child says what is too long.
    file.take(MAX_INPUT + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("can't read {}", path.display()))?;
    let kind = kind_of(&bytes).ok_or_else(|| {
        anyhow!("{} is no document that can be read. PDF, Word (docx), Excel (xlsx), PowerPoint (pptx) and HTML can", path.display())
    })?;
    let extractor = TextExtractor::of_this_program().context("can't find the program that runs")?;
    let document = extractor.text_of(kind, bytes).await.map_err(anyhow::Error::new)?;
    if document.text.is_empty() {
        output::remark("There is no text in it; a scan has only pictures.");
        return Ok(());
    }
    output::print(&format!("{}\n", output::shown(&document.text)))?;
    if document.cut {
        output::remark("There is more; only the beginning is read.");
    }
    Ok(())
}
