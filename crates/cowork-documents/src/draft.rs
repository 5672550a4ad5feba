//! The text as it grows: bounded, without control characters, with no more than one empty line in a row.

use crate::{DocumentText, Parts};

/// The most text that a document gives, in bytes.
pub const MAX_TEXT: usize = 2_000_000;

/// A text that grows up to [`MAX_TEXT`].
#[derive(Debug, Default)]
pub(crate) struct Draft {
    text: String,
    cut: bool,
}

impl Draft {
    /// Adds text as it is, but for control characters.
    pub(crate) fn push(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '\n' | '\t' => self.add(c),
                '\r' | '\u{feff}' | '\u{ad}' => {}
                '\u{a0}' => self.add(' '),
                c if c.is_control() => {}
                c => self.add(c),
            }
        }
    }

    /// Adds text in which white space of any kind and length is one space; none follows white space.
    pub(crate) fn flow(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() && c != '\u{a0}' {
                self.space();
            } else {
                self.push(c.encode_utf8(&mut [0; 4]));
            }
        }
    }

    /// A space, unless a line or the text begins here or there is one.
    pub(crate) fn space(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with([' ', '\n', '\t']) {
            self.add(' ');
        }
    }

    /// Ends the line, if one has begun.
    pub(crate) fn end_line(&mut self) {
        self.trim_spaces();
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.add('\n');
        }
    }

    /// Ends the line and leaves one empty.
    pub(crate) fn end_block(&mut self) {
        self.end_line();
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.add('\n');
        }
    }

    /// A heading, levels 1 to 6.
    pub(crate) fn heading(&mut self, level: usize, title: &str) {
        self.end_block();
        self.push("######".get(..level.clamp(1, 6)).unwrap_or("#"));
        self.push(" ");
        self.flow(title.trim());
        self.end_block();
    }

    /// Whether anything more is in vain.
    pub(crate) fn is_full(&self) -> bool {
        self.cut
    }

    /// Says that something was left out.
    pub(crate) fn set_cut(&mut self) {
        self.cut = true;
    }

    /// The text so far, without what white space it ends with.
    pub(crate) fn into_text(mut self) -> String {
        self.text.truncate(self.text.trim_end().len());
        self.text
    }

    pub(crate) fn finish(self, parts: Option<Parts>) -> DocumentText {
        let cut = self.cut;
        DocumentText { text: self.into_text(), parts, cut }
    }

    fn trim_spaces(&mut self) {
        self.text.truncate(self.text.trim_end_matches([' ', '\t']).len());
    }

    fn add(&mut self, c: char) {
        if self.cut || self.text.len() + c.len_utf8() > MAX_TEXT {
            self.cut = true;
        } else {
            self.text.push(c);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_kept_in_order() {
        let mut draft = Draft::default();
        draft.end_block();
        draft.flow("  a \n\t b\u{0}\u{7}c ");
        draft.end_line();
        draft.end_block();
        draft.end_block();
        draft.heading(9, " T\nT ");
        draft.push("x\r\ny\u{1b}[31m");
        assert_eq!(draft.finish(None).text, "a bc\n\n###### T T\n\nx\ny[31m");
    }

    #[test]
    fn it_ends_at_the_limit_and_says_so() {
        let mut draft = Draft::default();
        draft.push(&"ä".repeat(MAX_TEXT / 2));
        assert!(!draft.is_full());
        draft.push("b");
        draft.push("c");
        let text = draft.finish(None);
        assert!(text.cut);
        assert_eq!(text.text.len(), MAX_TEXT);
    }
}
