//! Figures by name, and what is made of many samples.

use std::collections::BTreeMap;

/// What one measurement gave. Names are those of the rows.
pub(crate) type Named = BTreeMap<&'static str, f64>;

/// Collects figures under their names.
#[derive(Debug, Default)]
pub(crate) struct Figures(Named);

impl Figures {
    pub(crate) fn put(&mut self, name: &'static str, value: f64) {
        self.0.insert(name, value);
    }

    /// A figure that this machine may not give.
    pub(crate) fn put_some(&mut self, name: &'static str, value: Option<f64>) {
        self.0.extend(value.map(|value| (name, value)));
    }

    pub(crate) fn into_named(self) -> Named {
        self.0
    }
}

/// Samples of one thing.
#[derive(Debug, Default, Clone)]
pub(crate) struct Samples(Vec<f64>);

impl Samples {
    pub(crate) fn push(&mut self, sample: f64) {
        self.0.push(sample);
    }

    pub(crate) fn append(&mut self, mut others: Self) {
        self.0.append(&mut others.0);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The smallest sample that at least `share` of all samples do not exceed; NaN when there is none.
    pub(crate) fn percentile(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let rank = (share * sorted.len() as f64).ceil() as usize;
        sorted.get(rank.saturating_sub(1)).copied().unwrap_or(f64::NAN)
    }

    pub(crate) fn median(&self) -> f64 {
        self.percentile(0.5)
    }

    pub(crate) fn min(&self) -> f64 {
        self.0.iter().copied().fold(f64::NAN, f64::min)
    }

    pub(crate) fn max(&self) -> f64 {
        self.0.iter().copied().fold(f64::NAN, f64::max)
    }
}

impl FromIterator<f64> for Samples {
    fn from_iter<T: IntoIterator<Item = f64>>(samples: T) -> Self {
        Self(samples.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_samples() {
        let samples: Samples = (1..=100).rev().map(f64::from).collect();
        assert_eq!(
            (samples.median(), samples.percentile(0.95), samples.percentile(1.0)),
            (50.0, 95.0, 100.0)
        );
        assert_eq!((samples.min(), samples.max()), (1.0, 100.0));
        let three: Samples = [3.0, 1.0, 2.0].into_iter().collect();
        assert_eq!(three.median(), 2.0);
        assert!(Samples::default().median().is_nan());
    }
}
