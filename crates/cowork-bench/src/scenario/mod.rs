//! What is measured: each scenario starts servers of its own, so none sees what another has left.

mod crowd;
mod exchange;
mod fast;
mod kill;
mod load;
mod page;
mod search;
mod start;
mod storage;
mod streams;

use crate::{figures::Figures, process::Side, stage::Setting};

pub(crate) use storage::Stored;

/// One thing to measure in every round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scenario {
    Start,
    Exchange,
    Fast,
    Streams20,
    Streams200,
    Load,
    Search,
    Crowd200,
    Crowd1000,
    Stalled,
    Kill,
    Page,
}

impl Scenario {
    pub(crate) const ALL: [Self; 12] = [
        Self::Start,
        Self::Exchange,
        Self::Fast,
        Self::Streams20,
        Self::Streams200,
        Self::Load,
        Self::Search,
        Self::Crowd200,
        Self::Crowd1000,
        Self::Stalled,
        Self::Kill,
        Self::Page,
    ];

    /// The name for `--only`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Exchange => "exchange",
            Self::Fast => "fast",
            Self::Streams20 => "streams20",
            Self::Streams200 => "streams200",
            Self::Load => "load",
            Self::Search => "search",
            Self::Crowd200 => "crowd200",
            Self::Crowd1000 => "crowd1000",
            Self::Stalled => "stalled",
            Self::Kill => "kill",
            Self::Page => "page",
        }
    }

    /// Whether it says anything about this side: the floor keeps nothing that could be lost or found, and has no page.
    pub(crate) fn concerns(self, side: Side) -> bool {
        side == Side::Ours || !matches!(self, Self::Kill | Self::Search | Self::Page)
    }

    pub(crate) async fn measure(self, setting: &Setting<'_>) -> anyhow::Result<Figures> {
        match self {
            Self::Start => start::measure(setting).await,
            Self::Exchange => exchange::measure(setting).await,
            Self::Fast => fast::measure(setting).await,
            Self::Streams20 => streams::measure(setting, &streams::TWENTY).await,
            Self::Streams200 => streams::measure(setting, &streams::TWO_HUNDRED).await,
            Self::Load => load::measure(setting).await,
            Self::Search => search::measure(setting).await,
            Self::Crowd200 => crowd::measure(setting, &crowd::TWO_HUNDRED).await,
            Self::Crowd1000 => crowd::measure(setting, &crowd::THOUSAND).await,
            Self::Stalled => crowd::stalled(setting).await,
            Self::Kill => kill::measure(setting).await,
            Self::Page => page::measure(setting).await,
        }
    }
}
