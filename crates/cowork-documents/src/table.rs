//! Tables as Markdown.

use crate::draft::Draft;

/// The most columns a row shows; a wider one ends there.
const MAX_COLUMNS: usize = 256;

/// Rows, each a list of cells.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn row(&mut self) {
        self.rows.push(Vec::new());
    }

    pub(crate) fn cell(&mut self, text: &str) {
        if self.rows.is_empty() {
            self.row();
        }
        if let Some(row) = self.rows.last_mut()
            && row.len() < MAX_COLUMNS
        {
            row.push(text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|"));
        }
    }

    /// All cells in one line, for a table inside a cell.
    pub(crate) fn flat(self) -> String {
        self.rows.concat().into_iter().flat_map(|cell| [cell.replace("\\|", "|"), " ".to_owned()]).collect()
    }

    /// Writes it; a table of one cell is a paragraph, since it was made for its frame.
    pub(crate) fn write(mut self, draft: &mut Draft) {
        self.rows.retain(|row| row.iter().any(|cell| !cell.is_empty()));
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        draft.end_block();
        if let ([row], 1) = (self.rows.as_slice(), columns) {
            row.iter().for_each(|cell| draft.push(&cell.replace("\\|", "|")));
            draft.end_block();
            return;
        }
        for (index, row) in self.rows.iter().enumerate() {
            draft.push("|");
            for column in 0..columns {
                draft.push(" ");
                draft.push(row.get(column).map_or("", String::as_str));
                draft.push(" |");
            }
            draft.end_line();
            if index == 0 {
                draft.push("|");
                draft.push(&" --- |".repeat(columns));
                draft.end_line();
            }
            if draft.is_full() {
                return;
            }
        }
        draft.end_block();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(rows: &[&[&str]]) -> String {
        let (mut table, mut draft) = (Table::default(), Draft::default());
        for row in rows {
            table.row();
            row.iter().for_each(|cell| table.cell(cell));
        }
        table.write(&mut draft);
        draft.into_text()
    }

    #[test]
    fn rows_of_any_length_make_a_table() {
        assert_eq!(
            shown(&[&["a", "b|c"], &[], &["", ""], &["1\n2"]]),
            "| a | b\\|c |\n| --- | --- |\n| 1 2 |  |"
        );
        assert_eq!(shown(&[&["only | this"]]), "only | this");
        assert_eq!(shown(&[]), "");
    }
}
