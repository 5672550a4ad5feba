//! The rows of the table, with what each should reach (the performance promises of the project).

/// What a row should reach.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    /// Nothing is promised; the row explains others.
    Open,
    AtMost(f64),
    AtLeast(f64),
    /// At least this share of what the floor reaches in the same run.
    ShareOfFloor(f64),
}

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    /// The figure it shows.
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) target: Target,
}

const fn row(id: &'static str, name: &'static str, unit: &'static str, target: Target) -> Row {
    Row { id, name, unit, target }
}

use Target::{AtLeast, AtMost, Open, ShareOfFloor};

/// All rows in their order.
pub(crate) const ROWS: [Row; 65] = [
    row("start.empty", "cold start to first answer, empty folder", "ms", AtMost(50.0)),
    row("start.stored", "cold start to first answer, 10,000 sessions", "ms", AtMost(50.0)),
    row("ack.p50", "acknowledge a send, p50", "ms", AtMost(2.0)),
    row("ack.p95", "acknowledge a send, p95", "ms", AtMost(4.0)),
    row("ack5000.p50", "  after 5,000 messages, p50", "ms", AtMost(2.0)),
    row("ack5000.p95", "  after 5,000 messages, p95", "ms", AtMost(4.0)),
    row("ack5000.ratio", "  after 5,000 messages / after none", "x", AtMost(1.3)),
    row("ttft.p50", "added time to first token, p50", "ms", AtMost(2.5)),
    row("ttft.p95", "added time to first token, p95", "ms", AtMost(5.0)),
    row("ttft.to_provider", "  of it: call to provider, p50", "ms", Open),
    row("ttft.from_provider", "  of it: provider to client, p50", "ms", Open),
    row("ttft5000.p50", "  after 5,000 messages, p50", "ms", Open),
    row("ttft5000.p95", "  after 5,000 messages, p95", "ms", Open),
    row("ttft5000.to_provider", "  after 5,000 messages: call to provider, p50", "ms", Open),
    row("fast.rate", "one stream at full speed", "tokens/s", ShareOfFloor(0.5)),
    row("fast.cpu", "  processor per 1,000 tokens", "s", AtMost(0.015)),
    row("streams20.p50", "20 streams of 100 tokens/s: lag p50", "ms", Open),
    row("streams20.p95", "  lag p95", "ms", AtMost(2.0)),
    row("streams20.p99", "  lag p99", "ms", AtMost(5.0)),
    row("streams20.wall", "  slowest stream / ideal", "x", AtMost(1.02)),
    row("streams20.cpu", "  processor per 1,000 tokens", "s", Open),
    row("streams20.client_cpu", "  of the client and the provider, the same", "s", Open),
    row("streams200.p50", "200 streams of 100 tokens/s: lag p50", "ms", Open),
    row("streams200.p95", "  lag p95", "ms", AtMost(20.0)),
    row("streams200.p99", "  lag p99", "ms", Open),
    row("streams200.wall", "  slowest stream / ideal", "x", AtMost(1.02)),
    row("streams200.cpu", "  processor per 1,000 tokens", "s", Open),
    row("streams200.client_cpu", "  of the client and the provider, the same", "s", Open),
    row("memory.idle", "memory, idle", "MB", AtMost(25.0)),
    row("memory.streams20", "memory, peak with 20 streams", "MB", AtMost(60.0)),
    row("memory.streams200", "memory, peak with 200 streams", "MB", Open),
    row("load.1000", "load 1,000 messages, p50", "ms", AtMost(6.0)),
    row("load.5000", "load 5,000 messages, p50", "ms", AtMost(25.0)),
    row("load.page", "  the last 50 of them, p50", "ms", AtMost(3.0)),
    row("search.p50", "search over 100,000 messages, p50", "ms", Open),
    row("search.p95", "  p95", "ms", AtMost(50.0)),
    row("search.indexed", "  import to all of it searched", "s", Open),
    row("crowd200.held", "200 subscribers: who got everything", "%", AtLeast(100.0)),
    row("crowd200.p95", "  lag p95", "ms", AtMost(8.0)),
    row("crowd200.memory", "  memory, peak", "MB", AtMost(60.0)),
    row("crowd1000.held", "1,000 subscribers: who got everything", "%", AtLeast(100.0)),
    row("crowd1000.p95", "  lag p95", "ms", Open),
    row("crowd1000.memory", "  memory, peak", "MB", AtMost(100.0)),
    row("stalled.ratio", "5 readers beside a stalled one / without it", "x", AtMost(1.15)),
    row("kill.kept", "kill -9 in mid-stream: kept of the text a client saw, worst", "%", AtLeast(100.0)),
    row("kill.ended", "  answers that don't claim to be running", "%", AtLeast(100.0)),
    row("kill.restart", "  restart to first answer", "ms", AtMost(50.0)),
    row("page.first", "page: first load to a composer to write in", "ms", AtMost(1_500.0)),
    row("page.script", "  script of it, gzip, without grammars and workers", "KB", AtMost(300.0)),
    row("page.paint", "  the end of 5,000 messages painted, after its data", "ms", AtMost(300.0)),
    row("page.long", "  4,000 tokens at 200/s: tasks over 50 ms", "", AtMost(0.0)),
    row("page.longest", "    the longest task over 50 ms", "ms", Open),
    row("page.scripting", "    scripting", "s", AtMost(2.5)),
    row("page.frames", "    frames, p95", "ms", Open),
    row("page.typing", "  key to paint while tokens come, p95", "ms", AtMost(50.0)),
    row("page.scroll", "  frames while 5,000 messages are scrolled, p95", "ms", AtMost(33.0)),
    row("page.switch", "  session to session, p95", "ms", AtMost(100.0)),
    row("page.switch.first", "    the first time, worst", "ms", Open),
    row("page.memory", "  heap after 50 switches / before", "x", AtMost(1.2)),
    row("page.heap", "    heap before", "MB", Open),
    row("page.list.scroll", "  frames while 10,000 sessions are scrolled, p95", "ms", AtMost(33.0)),
    row("page.list.end", "    to the last of them, with their fetching", "ms", Open),
    row("page.faults", "  errors in the console", "", AtMost(0.0)),
    row("storage.before", "storage / streamed text, before compaction", "x", Open),
    row("storage.after", "storage / streamed text, after compaction", "x", AtMost(3.0)),
];

impl Target {
    /// As the table shows it.
    pub(crate) fn told(self) -> String {
        match self {
            Self::Open => String::new(),
            Self::AtMost(most) => format!("<= {most}"),
            Self::AtLeast(least) => format!(">= {least}"),
            Self::ShareOfFloor(share) => format!(">= {share} x floor"),
        }
    }

    /// Whether it is reached. `None`: nothing is promised, or a figure is missing.
    pub(crate) fn is_met(self, ours: Option<f64>, floor: Option<f64>) -> Option<bool> {
        match self {
            Self::Open => None,
            Self::AtMost(most) => Some(ours? <= most),
            Self::AtLeast(least) => Some(ours? >= least),
            Self::ShareOfFloor(share) => Some(ours? >= share * floor?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_figure_meets_nothing() {
        assert_eq!(AtMost(2.0).is_met(Some(2.0), None), Some(true));
        assert_eq!(AtMost(2.0).is_met(Some(2.1), None), Some(false));
        assert_eq!(AtMost(2.0).is_met(None, Some(1.0)), None);
        assert_eq!(AtMost(2.0).is_met(Some(f64::NAN), None), Some(false));
        assert_eq!(ShareOfFloor(0.5).is_met(Some(40.0), Some(100.0)), Some(false));
        assert_eq!(ShareOfFloor(0.5).is_met(Some(60.0), Some(100.0)), Some(true));
        assert_eq!(ShareOfFloor(0.5).is_met(Some(60.0), None), None);
        assert_eq!(Open.is_met(Some(1.0), Some(1.0)), None);
    }

    #[test]
    fn each_figure_has_one_row() {
        let mut ids = ROWS.map(|row| row.id);
        ids.sort_unstable();
        assert!(ids.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
