//! How much of everything: enough to be steady, or little enough to be done in a minute.

/// The amounts of one run.
#[derive(Debug, Clone, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Sizes {
    /// Rounds over all measurements.
    pub(crate) rounds: usize,
    /// Messages that are sent one after the other.
    pub(crate) exchanges: usize,
    /// Tokens of the one stream at full speed.
    pub(crate) fast_tokens: u64,
    /// Tokens of each of many streams at 100 tokens/s.
    pub(crate) stream_tokens: u64,
    /// Tokens of the stream with many subscribers, at 100 tokens/s.
    pub(crate) crowd_tokens: u64,
    /// Tokens at full speed past a reader that has stalled.
    pub(crate) stalled_tokens: u64,
    /// Reads of a long conversation.
    pub(crate) loads: usize,
    /// Messages that are searched.
    pub(crate) searched_messages: usize,
    /// Searches.
    pub(crate) searches: usize,
    /// Cold starts.
    pub(crate) starts: usize,
    /// Sessions that are stored when a start is measured.
    pub(crate) stored_sessions: usize,
    /// Answers written to see what they take on disk.
    pub(crate) stored_answers: usize,
    /// Tokens of each of them.
    pub(crate) stored_tokens: u64,
    /// Whether to wait until compaction is due (2 minutes) if the rest was done sooner.
    pub(crate) wait_for_compaction: bool,
}

impl Sizes {
    pub(crate) fn full() -> Self {
        Self {
            rounds: 3,
            exchanges: 60,
            fast_tokens: 50_000,
            stream_tokens: 300,
            crowd_tokens: 200,
            stalled_tokens: 40_000,
            loads: 20,
            searched_messages: 100_000,
            searches: 400,
            starts: 5,
            stored_sessions: 10_000,
            stored_answers: 200,
            stored_tokens: 400,
            wait_for_compaction: true,
        }
    }

    pub(crate) fn quick() -> Self {
        Self {
            rounds: 1,
            exchanges: 30,
            fast_tokens: 20_000,
            stream_tokens: 150,
            crowd_tokens: 100,
            stalled_tokens: 20_000,
            loads: 10,
            searches: 100,
            starts: 3,
            wait_for_compaction: false,
            ..Self::full()
        }
    }
}
