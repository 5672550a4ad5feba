//! What is counted and timed, in Prometheus' form.
//!
//! Elsewhere: the engine records its turns and the store its commits, through the `metrics` facade under their own names.

use std::sync::{Mutex, PoisonError};

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

use crate::state::App;

/// From a local model's first byte to a long answer, in seconds.
const SECONDS: [f64; 18] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.8, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0,
    300.0,
];

/// From text in memory to a slow disk, in seconds.
const COMMIT_SECONDS: [f64; 15] =
    [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// Receives all metrics of this process from now on. There is one recorder, however many servers run in it.
pub(crate) fn install() -> Result<PrometheusHandle, BuildError> {
    static INSTALLED: Mutex<Option<PrometheusHandle>> = Mutex::new(None);
    let mut installed = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = &*installed {
        return Ok(handle.clone());
    }
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?
        .set_buckets_for_metric(Matcher::Full("cowork_commit_seconds".to_owned()), &COMMIT_SECONDS)?
        .build_recorder();
    let handle = installed.insert(recorder.handle()).clone();
    if metrics::set_global_recorder(recorder).is_ok() {
        describe();
    }
    Ok(handle)
}

fn describe() {
    metrics::describe_histogram!("cowork_turn_ttfb_seconds", "From a provider's call to its first byte");
    metrics::describe_histogram!("cowork_turn_ttft_seconds", "From a provider's call to its first text");
    metrics::describe_histogram!("cowork_turn_duration_seconds", "From a provider's call to its end");
    metrics::describe_counter!("cowork_turns_total", "Answers by how they ended");
    metrics::describe_counter!("cowork_turn_fallbacks_total", "Answers by another model than the one asked");
    metrics::describe_histogram!(
        "cowork_commit_seconds",
        "A batch of commands and text, from its first to its commit"
    );
    metrics::describe_counter!("cowork_commit_events_total", "Events that were committed");
    metrics::describe_counter!(
        "cowork_commit_failures_total",
        "Batches that could not be committed, by their fault"
    );
    metrics::describe_gauge!("cowork_open_streams", "Event streams that are open");
    metrics::describe_gauge!("cowork_running_turns", "Answers that are being made");
    metrics::describe_gauge!("cowork_log_position", "The newest position of the log");
}

/// All metrics as text, the gauges as they are now.
pub(crate) fn render(app: &App) -> String {
    metrics::gauge!("cowork_open_streams").set(f64::from(app.open_streams()));
    metrics::gauge!("cowork_running_turns").set(f64::from(app.engine.status().running_turns));
    #[expect(clippy::cast_precision_loss, reason = "positions stay below 2^53")]
    metrics::gauge!("cowork_log_position").set(app.reader.head() as f64);
    app.metrics.render()
}
