//! Known security advisories of the dependencies, as far as a database can be had.
//!
//! Always true: a database that can't be reached or a tool that is not installed is a printed skip, never a pass
//! that looks like a check and never a failure for someone who is offline.

use std::path::Path;

use anyhow::bail;
use serde_json::Value;

use crate::{npm, workspace::Workspace};

/// Asks cargo-deny or cargo-audit, and `npm audit`.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<()> {
    check_crates(workspace)?;
    check_packages(&workspace.web())
}

fn check_crates(workspace: &Workspace) -> anyhow::Result<()> {
    if workspace.cargo(&["deny", "--version"]).succeeds() {
        if !workspace.cargo(&["deny", "fetch", "db"]).succeeds() {
            println!("skipped for crates: cargo-deny could not fetch the advisory database");
            return Ok(());
        }
        return workspace.cargo(&["deny", "--offline", "check", "advisories"]).run();
    }
    if workspace.cargo(&["audit", "--version"]).succeeds() {
        let report = workspace.cargo(&["audit", "--omit=dev", "--json"]).try_read();
        return match report.as_deref().map(crate_findings) {
            None | Some(None) => {
                println!(
                    "skipped for crates: cargo-audit gave no report; the advisory database may be out of reach"
                );
                Ok(())
            }
            Some(Some(findings)) => judge("crates", &findings),
        };
    }
    println!("skipped for crates: neither cargo-deny nor cargo-audit is installed");
    Ok(())
}

fn check_packages(web: &Path) -> anyhow::Result<()> {
    let report = npm::npm(web, &["audit", "--omit=dev", "--json"]).try_read();
    match report.as_deref().and_then(package_findings) {
        Some(findings) => judge("npm packages", &findings),
        None => {
            println!("skipped for npm packages: the registry answered no audit");
            Ok(())
        }
    }
}

fn judge(kind: &str, findings: &[String]) -> anyhow::Result<()> {
    if findings.is_empty() {
        println!("no known advisory for {kind}");
        return Ok(());
    }
    bail!(
        "known advisories for {kind}; update them or say in the lock's commit why not:\n  {}",
        findings.join("\n  ")
    )
}

/// `None` when the text is no report of cargo-audit.
fn crate_findings(report: &str) -> Option<Vec<String>> {
    let report: Value = serde_json::from_str(report).ok()?;
    let list = report.pointer("/vulnerabilities/list")?.as_array()?;
    let text = |finding: &Value, pointer: &str| {
        finding.pointer(pointer).and_then(Value::as_str).unwrap_or("?").to_owned()
    };
    Some(
        list.iter()
            .map(|finding| {
                let [name, id, title] = ["/package/name", "/advisory/id", "/advisory/title"]
                    .map(|pointer| text(finding, pointer));
                format!("{name}: {id} {title}")
            })
            .collect(),
    )
}

/// High and critical ones; `None` when the text is no report of `npm audit`.
fn package_findings(report: &str) -> Option<Vec<String>> {
    let report: Value = serde_json::from_str(report).ok()?;
    let list = report.get("vulnerabilities")?.as_object()?;
    let serious = |finding: &&Value| matches!(finding["severity"].as_str(), Some("high" | "critical"));
    Some(
        list.values()
            .filter(serious)
            .map(|finding| format!("{} ({})", finding["name"].as_str().unwrap_or("?"), finding["severity"]))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_npm_report_is_told_from_an_error() {
        assert_eq!(
            package_findings(r#"{"message":"request to https://… failed","error":{"code":"ENOTFOUND"}}"#),
            None
        );
        assert_eq!(package_findings("not json"), None);
        assert_eq!(package_findings(r#"{"vulnerabilities":{}}"#), Some(vec![]));
        let report =
            r#"{"vulnerabilities":{"a":{"name":"a","severity":"high"},"b":{"name":"b","severity":"low"}}}"#;
        assert_eq!(package_findings(report), Some(vec!["a (\"high\")".to_owned()]));
    }

    #[test]
    fn a_cargo_report_names_crate_and_advisory() {
        let report = r#"{"vulnerabilities":{"list":[
            {"package":{"name":"x"},"advisory":{"id":"RUSTSEC-1","title":"bad"}}]}}"#;
        assert_eq!(crate_findings(report), Some(vec!["x: RUSTSEC-1 bad".to_owned()]));
        assert_eq!(crate_findings(""), None);
    }
}
