//! Excel: each sheet as values between tabs, as they were last computed.

use std::io::Cursor;

use calamine::{DataRef, ExcelDateTime, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};
use memchr::memmem;

use crate::{DocumentText, Parts, archive::Archive, draft::Draft, error::ExtractError};

/// A wider gap between two cells is shown as the address of the second one.
const MAX_GAP: u32 = 16;

pub(crate) fn extract(bytes: &[u8]) -> Result<DocumentText, ExtractError> {
    Archive::open(bytes)?.inspect(check_part)?;
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| failure(&error))?;
    let sheets: Vec<_> = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .cloned()
        .collect();
    let mut draft = Draft::default();
    for sheet in &sheets {
        if draft.is_full() {
            break;
        }
        let hidden = if sheet.visible == SheetVisible::Visible { "" } else { " (hidden)" };
        draft.heading(2, &format!("Sheet{hidden}: {}", sheet.name));
        write_sheet(&mut workbook, &sheet.name, &mut draft)?;
    }
    Ok(draft.finish(Some(Parts::Sheets(u32::try_from(sheets.len()).unwrap_or(u32::MAX)))))
}

/// The library sets memory aside for as many shared strings as the document says it has; none is shorter than `<si/>`.
fn check_part(name: &str, part: &[u8]) -> Result<(), ExtractError> {
    if !name.to_ascii_lowercase().ends_with("sharedstrings.xml") {
        return Ok(());
    }
    let head = &part[..part.len().min(4096)];
    for at in memmem::find_iter(head, b"uniqueCount") {
        let digits: String = head[at..]
            .iter()
            .skip("uniqueCount".len())
            .skip_while(|byte| {
                matches!(byte, b'=' | b'"' | b'\'' | b' ' | b'\t' | b'\r' | b'\n' | b'+' | b'0')
            })
            .take_while(|byte| byte.is_ascii_digit())
            .map(|byte| char::from(*byte))
            .collect();
        let claimed = if digits.is_empty() { 0 } else { digits.parse().unwrap_or(usize::MAX) };
        if claimed > part.len() / "<si/>".len() {
            return Err(ExtractError::damaged("it has fewer texts than it says"));
        }
    }
    Ok(())
}

fn write_sheet(
    workbook: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    draft: &mut Draft,
) -> Result<(), ExtractError> {
    let mut cells = workbook.worksheet_cells_reader(name).map_err(|error| failure(&error))?;
    let mut last: Option<(u32, u32)> = None;
    while let Some(cell) = cells.next_cell().map_err(|error| failure(&error))? {
        if draft.is_full() {
            break;
        }
        let Some(value) = shown(cell.get_value()) else { continue };
        let (row, column) = cell.get_position();
        let gap = match last {
            Some((last_row, last_column)) if last_row == row => column.saturating_sub(last_column),
            Some((last_row, _)) if row.checked_sub(1) == Some(last_row) => {
                draft.end_line();
                column
            }
            _ => {
                draft.end_block();
                column
            }
        };
        if gap > MAX_GAP {
            draft.push(&format!("\t[{}{}] ", letters(column), u64::from(row) + 1));
        } else {
            draft.push(&"\t".repeat(gap as usize));
        }
        draft.push(&value);
        last = Some((row, column));
    }
    draft.end_block();
    Ok(())
}

/// A value on one line, or `None` for an empty one.
fn shown(value: &DataRef<'_>) -> Option<String> {
    let text = match value {
        DataRef::Empty => return None,
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => shown_number(*number),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => one_line(text),
        DataRef::SharedString(text) => one_line(text),
        DataRef::Bool(yes) => if *yes { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(time) => shown_time(time),
        DataRef::Error(error) => error.to_string(),
    };
    (!text.is_empty()).then_some(text)
}

fn one_line(text: &str) -> String {
    text.split(['\n', '\r', '\t'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// With the 15 digits that Excel has.
fn shown_number(number: f64) -> String {
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    match rounded.abs() {
        size if size != 0.0 && !(1e-6..1e15).contains(&size) => format!("{rounded:e}"),
        _ => rounded.to_string(),
    }
}

fn shown_time(time: &ExcelDateTime) -> String {
    /// The day after the last one that Excel knows.
    const END: f64 = 2_958_466.0;
    let value = time.as_f64();
    if !(0.0..END).contains(&value) {
        return shown_number(value);
    }
    if time.is_duration() {
        // In range as checked above.
        let seconds = (value * 86_400.0).round() as u64;
        return format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
    let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
    let clock = format!("{hour:02}:{minute:02}:{second:02}");
    match (value < 1.0, (hour, minute, second) == (0, 0, 0)) {
        (true, _) => clock,
        (false, true) => format!("{year:04}-{month:02}-{day:02}"),
        (false, false) => format!("{year:04}-{month:02}-{day:02} {clock}"),
    }
}

/// The name of a column, counted from 0.
fn letters(mut column: u32) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'A' + (column % 26) as u8));
        match (column / 26).checked_sub(1) {
            Some(next) => column = next,
            None => return letters.iter().rev().collect(),
        }
    }
}

fn failure(error: &XlsxError) -> ExtractError {
    match error {
        XlsxError::Password => ExtractError::Encrypted,
        _ => ExtractError::damaged("its sheets can't be read"),
    }
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType::{DateTime, TimeDelta};

    use super::*;

    #[test]
    fn values_are_shown_as_in_a_cell() {
        let numbers =
            [(3.0, "3"), (0.1 + 0.2, "0.3"), (-2.5, "-2.5"), (1e21, "1e21"), (1e-9, "1e-9"), (0.0, "0")];
        for (number, text) in numbers {
            assert_eq!(shown_number(number), text);
        }
        let times = [
            (45_943.0, DateTime, "2025-10-13"),
            (45_943.5, DateTime, "2025-10-13 12:00:00"),
            (0.25, DateTime, "06:00:00"),
            (1.5, TimeDelta, "36:00:00"),
            (-1.0, DateTime, "-1"),
            (1e300, DateTime, "1e300"),
            (f64::NAN, DateTime, "NaN"),
        ];
        for (value, kind, text) in times {
            assert_eq!(shown_time(&ExcelDateTime::new(value, kind, false)), text);
        }
        assert_eq!(one_line(" a\r\nb\t\tc "), "a b c");
        let columns = [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")];
        for (column, name) in columns {
            assert_eq!(letters(column), name);
        }
    }

    #[test]
    fn a_count_of_texts_must_be_possible() {
        let claims = |count: &str| {
            check_part(
                "xl/SharedStrings.xml",
                format!("<sst uniqueCount = \"{count}\"><si/></sst>").as_bytes(),
            )
        };
        assert_eq!(claims("1"), Ok(()));
        assert_eq!(claims(""), Ok(()));
        assert!(claims("0000099999").is_err());
        assert!(claims("99999999999999999999999999").is_err());
        assert_eq!(check_part("xl/other.xml", b"uniqueCount=\"9999\""), Ok(()));
    }
}
