//! From places of glyphs to lines: where a gap is a space, where a line ends, where a paragraph does.

use crate::draft::Draft;

/// Where a glyph is drawn, on a page whose y grows downwards.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sign {
    pub(super) x: f64,
    pub(super) y: f64,
    /// Of the writing, with a length of 1.
    pub(super) direction: (f64, f64),
    /// Height of the font.
    pub(super) size: f64,
    /// How far to the next glyph.
    pub(super) advance: f64,
}

/// A wider gap, in heights of the font, is a space; no space is narrower than a fifth.
const SPACE: f64 = 0.18;
/// A wider gap is between columns.
const COLUMN: f64 = 2.0;
/// A glyph that is further up or down is on another line; raised and lowered ones are not.
const LINE: f64 = 0.5;
/// A wider step down ends a paragraph.
const PARAGRAPH: f64 = 1.75;

/// Text that glyph after glyph is added to.
#[derive(Debug, Default)]
pub(super) struct Lines {
    draft: Draft,
    last: Option<Sign>,
}

impl Lines {
    pub(super) fn add(&mut self, sign: Sign, text: &str) {
        let numbers = [sign.x, sign.y, sign.direction.0, sign.direction.1, sign.size, sign.advance];
        if numbers.iter().any(|number| !number.is_finite()) {
            return;
        }
        if let Some(last) = self.last {
            self.separate(last, sign);
        }
        match text {
            " " | "\u{a0}" => self.draft.space(),
            text => text.chars().for_each(|c| self.add_char(c)),
        }
        self.last = Some(sign);
    }

    pub(super) fn into_text(self) -> String {
        self.draft.into_text()
    }

    fn separate(&mut self, last: Sign, sign: Sign) {
        let (dx, dy) = last.direction;
        let (x, y) = (sign.x - (last.x + dx * last.advance), sign.y - (last.y + dy * last.advance));
        let (along, across) = (x * dx + y * dy, y * dx - x * dy);
        let size = last.size.max(sign.size).max(f64::MIN_POSITIVE);
        let is_turned = dx * sign.direction.0 + dy * sign.direction.1 < 0.9;
        if is_turned || across.abs() > PARAGRAPH * size {
            self.draft.end_block();
        } else if across.abs() > LINE * size || along < -size {
            self.draft.end_line();
        } else if along > COLUMN * size {
            self.draft.push("\t");
        } else if along > SPACE * size {
            self.draft.space();
        }
    }

    /// Ligatures are taken apart, so that words can be found.
    fn add_char(&mut self, c: char) {
        let parts = match c {
            '\u{fb00}' => "ff",
            '\u{fb01}' => "fi",
            '\u{fb02}' => "fl",
            '\u{fb03}' => "ffi",
            '\u{fb04}' => "ffl",
            '\u{fb05}' | '\u{fb06}' => "st",
            c => return self.draft.push(c.encode_utf8(&mut [0; 4])),
        };
        self.draft.push(parts);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RIGHT: (f64, f64) = (1.0, 0.0);

    /// Letters of 10 by 5 at the given places.
    fn laid(signs: &[(f64, f64, &str)]) -> String {
        let mut lines = Lines::default();
        for (x, y, text) in signs {
            lines.add(Sign { x: *x, y: *y, direction: RIGHT, size: 10.0, advance: 5.0 }, text);
        }
        lines.into_text()
    }

    #[test]
    fn gaps_become_white_space() {
        assert_eq!(laid(&[(0.0, 0.0, "a"), (5.0, 0.0, "b"), (5.5, 3.0, "2")]), "ab2");
        assert_eq!(laid(&[(0.0, 0.0, "a"), (8.0, 0.0, "b")]), "a b");
        assert_eq!(laid(&[(0.0, 0.0, "a"), (5.0, 0.0, " "), (10.0, 0.0, "b")]), "a b");
        assert_eq!(laid(&[(0.0, 0.0, "a"), (80.0, 0.0, "b")]), "a\tb");
        assert_eq!(laid(&[(0.0, 0.0, "a"), (0.0, 12.0, "b")]), "a\nb");
        assert_eq!(laid(&[(0.0, 0.0, "a"), (0.0, 30.0, "b")]), "a\n\nb");
        assert_eq!(laid(&[(90.0, 0.0, "a"), (0.0, 0.0, "b")]), "a\nb");
        assert_eq!(laid(&[(0.0, 0.0, "\u{fb01}"), (5.0, 0.0, "n"), (f64::NAN, 0.0, "x")]), "fin");
    }

    #[test]
    fn turned_text_is_its_own_block() {
        let mut lines = Lines::default();
        let up = |y: f64| Sign { x: 0.0, y, direction: (0.0, -1.0), size: 10.0, advance: 5.0 };
        lines.add(Sign { x: 0.0, y: 0.0, direction: RIGHT, size: 10.0, advance: 5.0 }, "a");
        lines.add(up(100.0), "u");
        lines.add(up(95.0), "p");
        assert_eq!(lines.into_text(), "a\n\nup");
    }
}
