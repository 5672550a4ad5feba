//! `cargo xtask test`: everything CI checks, one step after the other.
//!
//! Cheap checks come first, so that a slip is told in seconds; each crate is compiled at most three times (clippy,
//! tests, release). Always true: the first failing step ends the run, and the last line names it.

use std::time::{Duration, Instant};

use anyhow::anyhow;

use crate::{
    advisories, arrows, chromium, error_codes, generate, licences, npm, page, run, workspace::Workspace,
};

type Action = fn(&Workspace) -> anyhow::Result<()>;

/// A part of the suite with the name that headings and the summary show.
struct Step {
    name: &'static str,
    action: Action,
    /// Left out of `--fast`: it needs the release binary, a browser or the network.
    slow: bool,
}

const STEPS: [Step; 18] = [
    quick("formatting (rustfmt)", |workspace| workspace.cargo(&["fmt", "--all", "--check"]).run()),
    quick("arrows", arrows::check),
    quick("error codes documented", error_codes::check),
    quick("lints (clippy)", clippy),
    quick("build for tests", build_tests),
    quick("generated files", generated),
    quick("Rust tests", rust_tests),
    quick("Rust documentation examples", |workspace| {
        workspace.cargo(&["test", "--locked", "--workspace", "--doc"]).run()
    }),
    quick("page: packages", |workspace| npm::install(&workspace.web())),
    quick("page: types (tsc)", |workspace| npm::script(&workspace.web(), "typecheck").run()),
    quick("page: lints (biome)", |workspace| npm::script(&workspace.web(), "lint").run()),
    quick("page: unit tests (vitest)", |workspace| npm::script(&workspace.web(), "test").run()),
    quick("licences", licences::check),
    slow("advisories", advisories::check),
    slow("page: build", page::build),
    slow("release binary", |workspace| run::binary(workspace).map(drop)),
    slow("browser: smoke", |workspace| browser(workspace, "test:e2e:smoke")),
    slow("browser: features", |workspace| browser(workspace, "test:e2e:features")),
];

const fn quick(name: &'static str, action: Action) -> Step {
    Step { name, action, slow: false }
}

const fn slow(name: &'static str, action: Action) -> Step {
    Step { name, action, slow: true }
}

/// Runs the steps in order up to the first failure; `fast` leaves out the slow ones.
pub(crate) fn run(workspace: &Workspace, fast: bool) -> anyhow::Result<()> {
    let steps: Vec<&Step> = STEPS.iter().filter(|step| !(fast && step.slow)).collect();
    let began = Instant::now();
    let mut times = Vec::new();
    let mut failure = None;
    for (index, step) in steps.iter().enumerate() {
        println!("\n== {} ({} of {})", step.name, index + 1, steps.len());
        let step_began = Instant::now();
        let outcome = (step.action)(workspace);
        times.push(step_began.elapsed());
        if let Err(error) = outcome {
            failure = Some((step.name, error));
            break;
        }
    }

    println!("\n== summary");
    for (index, step) in steps.iter().enumerate() {
        let failed = failure.is_some() && index + 1 == times.len();
        println!("{}", summary_line(step.name, times.get(index).copied(), failed));
    }
    let total = shown(began.elapsed());
    match failure {
        None => {
            println!("\nall {} steps passed in {total}", steps.len());
            Ok(())
        }
        Some((name, error)) => Err(anyhow!("{error:#}\n\nstep \"{name}\" failed after {total}")),
    }
}

fn clippy(workspace: &Workspace) -> anyhow::Result<()> {
    workspace.cargo(&["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"]).run()
}

/// With the same features as the tests, so that neither they nor the next step compile anything twice.
fn build_tests(workspace: &Workspace) -> anyhow::Result<()> {
    workspace.cargo(&["build", "--locked", "--workspace", "--all-targets"]).run()
}

fn generated(workspace: &Workspace) -> anyhow::Result<()> {
    generate::check(workspace, &generate::Source::Binary(workspace.binary("debug")))
}

fn rust_tests(workspace: &Workspace) -> anyhow::Result<()> {
    if workspace.cargo(&["nextest", "--version"]).succeeds() {
        return workspace.cargo(&["nextest", "run", "--locked", "--workspace", "--no-fail-fast"]).run();
    }
    println!("cargo-nextest is not installed; cargo test does as well, only slower");
    workspace.cargo(&["test", "--locked", "--workspace", "--all-targets", "--no-fail-fast"]).run()
}

/// A script of the root's `package.json`, on the release binary that the step before has built.
fn browser(workspace: &Workspace, script: &str) -> anyhow::Result<()> {
    let chromium = chromium::find_or_install()?;
    npm::script(workspace.root(), script)
        .env("CHROMIUM", chromium)
        .env("COWORK_BIN", workspace.binary("release"))
        .env("CI", "1")
        .run()
}

fn summary_line(name: &str, time: Option<Duration>, failed: bool) -> String {
    match time {
        None => format!("  not run  {name}"),
        Some(time) if failed => format!("  FAILED   {name} ({})", shown(time)),
        Some(time) => format!("  passed   {name} ({})", shown(time)),
    }
}

fn shown(time: Duration) -> String {
    match time.as_secs() {
        0..=9 => format!("{:.1} s", time.as_secs_f64()),
        seconds @ 10..=59 => format!("{seconds} s"),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_shown_for_people() {
        assert_eq!(shown(Duration::from_millis(340)), "0.3 s");
        assert_eq!(shown(Duration::from_secs(59)), "59 s");
        assert_eq!(shown(Duration::from_secs(605)), "10 min 05 s");
    }

    #[test]
    fn the_summary_tells_passed_failed_and_not_run_apart() {
        assert!(summary_line("a", Some(Duration::ZERO), false).contains("passed"));
        assert!(summary_line("a", Some(Duration::ZERO), true).contains("FAILED"));
        assert!(summary_line("a", None, true).contains("not run"));
    }

    #[test]
    fn the_binary_is_built_before_the_browser_needs_it() {
        let at = |name: &str| STEPS.iter().position(|step| step.name == name).unwrap();
        assert!(at("page: build") < at("release binary") && at("release binary") < at("browser: smoke"));
        assert!(at("build for tests") < at("generated files"));
    }
}
