//! The rounds: every scenario on both sides by turns, so that what the machine does meanwhile hits both.

use std::{
    env, fs,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context as _, bail};

use crate::{
    machine::{Machine, Others},
    process::{Programs, Side},
    report::{Report, Round},
    scenario::{Scenario, Stored},
    sizes::Sizes,
    stage::Setting,
};

/// What to measure.
#[derive(Debug)]
pub(crate) struct Order {
    pub(crate) cowork: PathBuf,
    /// See [`Programs`].
    pub(crate) page: Option<PathBuf>,
    pub(crate) sizes: Sizes,
    /// Names of scenarios; empty: all.
    pub(crate) only: Vec<String>,
    pub(crate) json: Option<PathBuf>,
}

/// The scenario that has to wait; not one of the rounds.
const STORAGE: &str = "storage";

impl Order {
    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == name)
    }

    fn check(&self) -> anyhow::Result<()> {
        let known: Vec<&str> =
            Scenario::ALL.iter().map(|scenario| scenario.name()).chain([STORAGE]).collect();
        match self.only.iter().find(|only| !known.contains(&only.as_str())) {
            Some(unknown) => bail!("there is no {unknown:?} to measure; there are {}", known.join(", ")),
            None => Ok(()),
        }
    }
}

/// Measures, prints the table and writes the JSON. What could not be measured is an error, a missed target is not.
pub(crate) async fn run(order: &Order) -> anyhow::Result<()> {
    order.check()?;
    let programs =
        Programs { cowork: order.cowork.clone(), bench: env::current_exe()?, page: order.page.clone() };
    let (began, others) = (Instant::now(), Others::watch());
    let mut notes = Vec::new();
    let mut failed = 0;

    let ours = Setting { programs: &programs, side: Side::Ours, sizes: &order.sizes };
    let mut stored = None;
    if order.wants(STORAGE)
        && (order.sizes.wait_for_compaction || order.only.iter().any(|only| only == STORAGE))
    {
        stored = Some(Stored::write(&ours).await.context("storage")?);
    } else if order.wants(STORAGE) {
        notes.push(
            "storage is not measured in a quick run: compaction takes two minutes to be due".to_owned(),
        );
    }

    let mut rounds = Vec::new();
    for number in 0..order.sizes.rounds {
        let mut round = Round::default();
        for scenario in Scenario::ALL.into_iter().filter(|scenario| order.wants(scenario.name())) {
            // By turns, so that neither is always the one that runs on a machine just warmed up by the other.
            let sides =
                if number.is_multiple_of(2) { [Side::Floor, Side::Ours] } else { [Side::Ours, Side::Floor] };
            for side in sides.into_iter().filter(|side| scenario.concerns(*side)) {
                crate::progress(&format!("round {}: {}, {}", number + 1, scenario.name(), side.name()));
                let setting = Setting { programs: &programs, side, sizes: &order.sizes };
                match scenario.measure(&setting).await {
                    Ok(figures) => round.side(side).extend(figures.into_named()),
                    Err(fault) => {
                        failed += 1;
                        notes.push(format!("{}, {}: {fault:#}", scenario.name(), side.name()));
                    }
                }
            }
        }
        rounds.push(round);
    }
    if let Some(stored) = stored {
        crate::progress(&format!("storage: waiting {} s for compaction", stored.ripens_in().as_secs()));
        tokio::time::sleep(stored.ripens_in()).await;
        let figures = stored.look().await.context("storage")?;
        if let Some(round) = rounds.first_mut() {
            round.side(Side::Ours).extend(figures.into_named());
        }
    }

    let mut report = Report::new(Machine::look(&order.cowork), order.sizes.clone(), rounds, notes);
    report.seconds = began.elapsed().as_secs_f64();
    report.others_percent = others.percent();
    crate::print(&report.table());
    if let Some(path) = &order.json {
        write(path, &report)?;
    }
    if failed > 0 {
        bail!("{failed} measurements failed; the notes say why");
    }
    Ok(())
}

fn write(path: &Path, report: &Report) -> anyhow::Result<()> {
    fs::write(path, serde_json::to_string_pretty(report)?)
        .with_context(|| format!("writing {}", path.display()))
}
