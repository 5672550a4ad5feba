//! From the rounds to one table and one JSON document.

use std::fmt::Write as _;

use serde::Serialize;

use crate::{
    figures::{Named, Samples},
    machine::Machine,
    process::Side,
    rows::{ROWS, Row},
    sizes::Sizes,
};

/// All figures of one round.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Round {
    floor: Named,
    ours: Named,
}

impl Round {
    pub(crate) fn side(&mut self, side: Side) -> &mut Named {
        match side {
            Side::Floor => &mut self.floor,
            Side::Ours => &mut self.ours,
        }
    }
}

/// What a run gave.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    pub(crate) machine: Machine,
    pub(crate) sizes: Sizes,
    /// Seconds the run took.
    pub(crate) seconds: f64,
    /// Percent of the processors' time that other programs took. `null`: not known.
    pub(crate) others_percent: Option<f64>,
    /// What was left out or failed.
    pub(crate) notes: Vec<String>,
    pub(crate) rounds: Vec<Round>,
    lines: Vec<Line>,
}

/// Over all rounds.
#[derive(Debug, Clone, Serialize)]
struct Spread {
    median: f64,
    min: f64,
    max: f64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    id: &'static str,
    name: &'static str,
    unit: &'static str,
    floor: Option<Spread>,
    ours: Option<Spread>,
    /// Ours by the floor's.
    ratio: Option<f64>,
    target: String,
    met: Option<bool>,
}

impl Report {
    pub(crate) fn new(machine: Machine, sizes: Sizes, rounds: Vec<Round>, notes: Vec<String>) -> Self {
        let lines = ROWS.iter().filter_map(|row| line(row, &rounds)).collect();
        Self { machine, sizes, seconds: 0.0, others_percent: None, notes, rounds, lines }
    }

    /// For people.
    pub(crate) fn table(&self) -> String {
        let mut cells = vec![["", "floor", "ours", "ours / floor", "target", ""].map(str::to_owned)];
        for line in &self.lines {
            let spread =
                |spread: &Option<Spread>| spread.as_ref().map_or_else(|| "-".to_owned(), Spread::told);
            cells.push([
                format!("{}, {}", line.name, line.unit),
                spread(&line.floor),
                spread(&line.ours),
                line.ratio.map(number).unwrap_or_default(),
                line.target.clone(),
                line.met.map(|met| if met { "met" } else { "MISSED" }).unwrap_or_default().to_owned(),
            ]);
        }
        let width = |column: usize| cells.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: [usize; 6] = std::array::from_fn(width);
        let mut table = format!("{}\n\n", self.machine.told());
        for row in &cells {
            let [name, numbers @ ..] = row;
            let _ = write!(table, "{name:<width$}", width = widths[0]);
            for (cell, width) in numbers.iter().zip(&widths[1..]) {
                let _ = write!(table, "  {cell:>width$}");
            }
            let end = table.trim_end().len();
            table.truncate(end);
            table.push('\n');
        }
        let rounds = self.rounds.len();
        let _ = write!(table, "\nmedian (least to most) of {rounds} rounds, {:.0} s", self.seconds);
        if let Some(others) = self.others_percent {
            let _ = write!(table, "; other programs took {others:.0} % of the processors");
        }
        for note in &self.notes {
            let _ = write!(table, "\nnote: {note}");
        }
        table
    }
}

/// `None`: nothing was measured.
fn line(row: &Row, rounds: &[Round]) -> Option<Line> {
    let floor = Spread::of(rounds.iter().map(|round| &round.floor), row.id);
    let ours = Spread::of(rounds.iter().map(|round| &round.ours), row.id);
    if floor.is_none() && ours.is_none() {
        return None;
    }
    let median = |spread: &Option<Spread>| spread.as_ref().map(|spread| spread.median);
    let (in_floor, in_ours) = (median(&floor), median(&ours));
    Some(Line {
        id: row.id,
        name: row.name,
        unit: row.unit,
        ratio: in_ours.zip(in_floor).filter(|(_, floor)| *floor != 0.0).map(|(ours, floor)| ours / floor),
        target: row.target.told(),
        met: row.target.is_met(in_ours, in_floor),
        floor,
        ours,
    })
}

impl Spread {
    fn of<'r>(rounds: impl Iterator<Item = &'r Named>, id: &str) -> Option<Self> {
        let samples: Samples = rounds.filter_map(|figures| figures.get(id).copied()).collect();
        (samples.len() > 0).then(|| Self { median: samples.median(), min: samples.min(), max: samples.max() })
    }

    fn told(&self) -> String {
        if self.min == self.max {
            return number(self.median);
        }
        format!("{} ({} to {})", number(self.median), number(self.min), number(self.max))
    }
}

/// With three digits that count, or all before the point.
fn number(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        large if large >= 1_000.0 => grouped(value.round()),
        large if large >= 100.0 => format!("{value:.0}"),
        large if large >= 10.0 => format!("{value:.1}"),
        large if large >= 1.0 => format!("{value:.2}"),
        large if large >= 0.1 => format!("{value:.3}"),
        _ => format!("{value:.4}"),
    }
}

fn grouped(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_show_what_counts() {
        for (value, told) in
            [(0.0, "0"), (0.00523, "0.0052"), (0.5, "0.500"), (1.234, "1.23"), (99.94, "99.9")]
        {
            assert_eq!(number(value), told);
        }
        assert_eq!((number(1_234.4), number(1_234_567.0)), ("1,234".to_owned(), "1,234,567".to_owned()));
    }

    #[test]
    fn a_line_compares_the_medians() {
        let round =
            |floor, ours| Round { floor: [("ack.p50", floor)].into(), ours: [("ack.p50", ours)].into() };
        let rounds = [round(0.5, 1.0), round(0.4, 9.0), round(0.6, 1.5)];
        let line = line(&ROWS[2], &rounds).unwrap();
        assert_eq!((line.ratio, line.met), (Some(3.0), Some(true)));
        assert_eq!(line.ours.unwrap().told(), "1.50 (1.00 to 9.00)");
    }
}
