//! What the child says on standard output: one JSON value, then the end.

use serde::{Deserialize, Serialize};

use crate::{DocumentText, ExtractError, MAX_TEXT};

/// The most a child may say. Text has no character that JSON writes with more than two bytes for one.
pub(crate) const MAX_FRAME: usize = 2 * MAX_TEXT + 4096;

/// What came of a document.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Frame {
    Text(DocumentText),
    Refused(ExtractError),
}

impl From<Result<DocumentText, ExtractError>> for Frame {
    fn from(result: Result<DocumentText, ExtractError>) -> Self {
        result.map_or_else(Self::Refused, Self::Text)
    }
}

impl From<Frame> for Result<DocumentText, ExtractError> {
    fn from(frame: Frame) -> Self {
        match frame {
            Frame::Text(text) => Ok(text),
            Frame::Refused(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limit, Parts};

    #[test]
    fn it_survives_the_pipe() {
        let text = DocumentText { text: "a\n\"b\"".to_owned(), parts: Some(Parts::Slides(3)), cut: true };
        let error = ExtractError::TooLarge { of: Limit::Ratio, limit: 7 };
        for frame in [Frame::Text(text), Frame::Refused(error), Frame::Refused(ExtractError::Encrypted)] {
            let json = serde_json::to_vec(&frame).unwrap();
            assert_eq!(serde_json::from_slice::<Frame>(&json).unwrap(), frame);
        }
    }

    #[test]
    fn the_longest_text_fits() {
        let text =
            DocumentText { text: "\"".repeat(MAX_TEXT), parts: Some(Parts::Pages(u32::MAX)), cut: true };
        assert!(serde_json::to_vec(&Frame::Text(text)).unwrap().len() <= MAX_FRAME);
    }
}
