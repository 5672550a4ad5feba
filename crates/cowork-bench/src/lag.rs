//! How late each token of a stream came, and when the stream began and ended.

use cowork_testkit::stamps;

use crate::{client::Feed, figures::Samples};

/// What one reader saw of one answer.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Milliseconds from the provider's stamp to the receipt, for each token.
    pub(crate) lags: Samples,
    /// When the first token was sent, in microseconds since the Unix epoch.
    first_sent: Option<u64>,
    last_received: u64,
}

impl Seen {
    /// Reads `feed` until the answer is complete.
    pub(crate) async fn read(feed: &mut Feed) -> anyhow::Result<Self> {
        let mut seen = Self::default();
        feed.until_complete(|text, received| seen.take(text, received)).await?;
        Ok(seen)
    }

    fn take(&mut self, text: &str, received: u64) {
        for stamp in stamps(text) {
            self.first_sent.get_or_insert(stamp.sent_micros);
            self.last_received = received;
            self.lags.push(received.saturating_sub(stamp.sent_micros) as f64 / 1e3);
        }
    }

    /// Seconds from the first token's sending to the last one's receipt.
    pub(crate) fn seconds(&self) -> f64 {
        self.first_sent.map_or(0.0, |first| self.last_received.saturating_sub(first) as f64 / 1e6)
    }
}
