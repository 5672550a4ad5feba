//! The dependencies that a `package-lock.json` names, with their licences.

use std::{fs, path::Path};

use anyhow::Context as _;
use serde_json::Value;

use super::Dependency;

/// Everything in the folder's lock file; nothing when it has none.
pub(super) fn dependencies(dir: &Path) -> anyhow::Result<Vec<Dependency>> {
    let path = dir.join("package-lock.json");
    if !path.exists() {
        return Ok(Vec::new());
    }
    let lock = read(&path)?;
    let packages = lock
        .get("packages")
        .and_then(Value::as_object)
        .with_context(|| format!("{} has no `packages`; write it with npm 7 or newer", path.display()))?;
    Ok(packages
        .iter()
        .filter(|(place, _)| !place.is_empty()) // the folder's own package
        .map(|(place, locked)| {
            // A lock does not always repeat the licence, and what is installed does not always cover all platforms.
            let licence =
                licence(locked).or_else(|| licence(&read(&dir.join(place).join("package.json")).ok()?));
            Dependency {
                name: place.rsplit("node_modules/").next().unwrap_or(place).to_owned(),
                version: locked["version"].as_str().unwrap_or("?").to_owned(),
                licence,
            }
        })
        .collect())
}

/// `license` as it should be, or one of its two older forms.
fn licence(package: &Value) -> Option<String> {
    let of = |value: &Value| value.as_str().or_else(|| value["type"].as_str()).map(str::to_owned);
    of(&package["license"]).or_else(|| {
        let all: Option<Vec<String>> = package["licenses"].as_array()?.iter().map(of).collect();
        all.filter(|all| !all.is_empty()).map(|all| all.join(" OR "))
    })
}

fn read(path: &Path) -> anyhow::Result<Value> {
    let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_licence_comes_from_the_lock_or_the_installed_package() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("node_modules/a/node_modules/@b/c")).unwrap();
        fs::write(
            dir.path().join("node_modules/a/node_modules/@b/c/package.json"),
            r#"{"licenses":[{"type":"MIT"},{"type":"ISC"}]}"#,
        )
        .unwrap();
        fs::write(
            dir.path().join("package-lock.json"),
            r#"{"packages":{
                "":{"name":"page"},
                "node_modules/a":{"version":"1.0.0","license":"MIT"},
                "node_modules/a/node_modules/@b/c":{"version":"2.0.0"},
                "node_modules/d":{"version":"3.0.0"}}}"#,
        )
        .unwrap();

        let found: Vec<_> = dependencies(dir.path())
            .unwrap()
            .into_iter()
            .map(|found| (found.name, found.version, found.licence))
            .collect();
        let expected =
            [("@b/c", "2.0.0", Some("MIT OR ISC")), ("a", "1.0.0", Some("MIT")), ("d", "3.0.0", None)];
        let mut found: Vec<_> =
            found.iter().map(|(name, version, licence)| (&**name, &**version, licence.as_deref())).collect();
        found.sort_unstable();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_folder_without_a_lock_has_no_dependencies() {
        assert!(dependencies(tempfile::tempdir().unwrap().path()).unwrap().is_empty());
    }
}
