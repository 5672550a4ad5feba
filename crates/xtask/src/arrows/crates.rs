//! Who may know whom among the crates, over what `cargo metadata` says.

use std::{fs, path::PathBuf};

use anyhow::Context as _;
use cargo_metadata::{DependencyKind, Metadata};

use super::Fault;

/// One line per crate, lower ranks first: its name and whom it may know. A name without a folder under `crates/` is
/// planned; its line is here so that it enters with its place decided.
const MAY_KNOW: [(&str, &[&str]); 16] = [
    ("cowork-contract", &[]),
    ("cowork-provider", &[]),
    ("cowork-documents", &[]),
    ("cowork-sandbox", &[]),
    ("cowork-policy", &["cowork-contract"]),
    ("cowork-store", &["cowork-contract"]),
    ("cowork-import", &["cowork-contract"]),
    ("cowork-artifacts", &["cowork-contract", "cowork-sandbox"]),
    ("cowork-connectors", &["cowork-contract", "cowork-policy", "cowork-sandbox"]),
    ("cowork-tools", &["cowork-contract", "cowork-policy", "cowork-sandbox", "cowork-artifacts"]),
    (
        "cowork-engine",
        &[
            "cowork-contract",
            "cowork-store",
            "cowork-provider",
            "cowork-documents",
            "cowork-import",
            "cowork-policy",
            "cowork-tools",
            "cowork-connectors",
            "cowork-artifacts",
        ],
    ),
    ("cowork-server", &["cowork-contract", "cowork-engine", "cowork-store"]),
    (
        "cowork",
        &[
            "cowork-contract",
            "cowork-provider",
            "cowork-documents",
            "cowork-import",
            "cowork-sandbox",
            "cowork-policy",
            "cowork-store",
            "cowork-artifacts",
            "cowork-connectors",
            "cowork-tools",
            "cowork-engine",
            "cowork-server",
        ],
    ),
    (TESTKIT, &["cowork-contract", "cowork-provider"]),
    ("cowork-bench", &["cowork-contract", TESTKIT]),
    ("xtask", &[]),
];

/// Scripted providers and fixtures: for tests, never for the product.
const TESTKIT: &str = "cowork-testkit";

/// Everything below the server, which tests may wire together themselves.
const TESTS_MAY_KNOW: [&str; 12] = [
    TESTKIT,
    "cowork-contract",
    "cowork-provider",
    "cowork-documents",
    "cowork-import",
    "cowork-sandbox",
    "cowork-policy",
    "cowork-store",
    "cowork-artifacts",
    "cowork-connectors",
    "cowork-tools",
    "cowork-engine",
];

/// Libraries that only one crate may use, and why.
const RESERVED: [(&str, &str, &str); 3] = [
    ("sqlx", "cowork-store", "the store is the only crate that knows SQL"),
    ("libsqlite3-sys", "cowork-store", "the store is the only crate that knows SQL"),
    ("rusqlite", "nobody", "storage goes through sqlx, which can change the database"),
];

/// A crate of the workspace and what its manifest names.
#[derive(Debug)]
pub(super) struct Package {
    name: String,
    manifest: PathBuf,
    depends_on: Vec<Dependency>,
}

#[derive(Debug)]
struct Dependency {
    name: String,
    for_tests: bool,
    /// Where the manifest names it, counted from 1.
    line: usize,
}

/// The workspace's crates with the places of their dependencies.
pub(super) fn packages(metadata: &Metadata) -> anyhow::Result<Vec<Package>> {
    metadata
        .packages
        .iter()
        .map(|package| {
            let manifest = package.manifest_path.as_std_path();
            let text =
                fs::read_to_string(manifest).with_context(|| format!("reading {}", manifest.display()))?;
            let dependency = |found: &cargo_metadata::Dependency| {
                let for_tests = found.kind == DependencyKind::Development;
                let written = found.rename.as_deref().unwrap_or(&found.name);
                Dependency { name: found.name.clone(), for_tests, line: line_of(&text, written, for_tests) }
            };
            Ok(Package {
                name: package.name.to_string(),
                manifest: manifest.to_owned(),
                depends_on: package.dependencies.iter().map(dependency).collect(),
            })
        })
        .collect()
}

/// Every dependency that the tables don't allow.
pub(super) fn faults(packages: &[Package]) -> Vec<Fault> {
    packages.iter().flat_map(faults_of).collect()
}

fn faults_of(package: &Package) -> Vec<Fault> {
    let fault = |line, what| Fault { file: package.manifest.clone(), line, what };
    let Some(allowed) = may_know(&package.name) else {
        return vec![fault(1, format!("`{}` has no place in the table of xtask's arrows", package.name))];
    };
    package
        .depends_on
        .iter()
        .filter_map(|dependency| {
            let name = dependency.name.as_str();
            if let Some((_, owner, why)) = RESERVED.iter().find(|(library, ..)| *library == name) {
                return (*owner != package.name).then(|| {
                    fault(dependency.line, format!("`{}` may not use {name}: {why}", package.name))
                });
            }
            may_know(name)?; // not one of ours
            let known = allowed.contains(&name) || (dependency.for_tests && TESTS_MAY_KNOW.contains(&name));
            (!known).then(|| fault(dependency.line, format!("`{}` may not know `{name}`", package.name)))
        })
        .collect()
}

fn may_know(name: &str) -> Option<&'static [&'static str]> {
    MAY_KNOW.iter().find(|(member, _)| *member == name).map(|(_, allowed)| *allowed)
}

/// The manifest's line that names the dependency in a section of its kind; 1 when the way it is written is unknown.
fn line_of(manifest: &str, name: &str, for_tests: bool) -> usize {
    let mut in_section = false;
    for (index, line) in manifest.lines().enumerate() {
        let line = line.trim();
        if let Some(section) = line.strip_prefix('[') {
            let section = section.trim_end_matches(']');
            in_section =
                section.contains("dependencies") && section.contains("dev-dependencies") == for_tests;
            if in_section && section.ends_with(&format!(".{name}")) {
                return index + 1;
            }
        } else if in_section && line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['.', ' ', '=']))
        {
            return index + 1;
        }
    }
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, normal: &[&str], tests: &[&str]) -> Package {
        let dependency = |for_tests| {
            move |(index, name): (usize, &&str)| Dependency {
                name: (*name).to_owned(),
                for_tests,
                line: index + 10,
            }
        };
        let normal = normal.iter().enumerate().map(dependency(false));
        let tests = tests.iter().enumerate().map(dependency(true));
        Package {
            name: name.to_owned(),
            manifest: "Cargo.toml".into(),
            depends_on: normal.chain(tests).collect(),
        }
    }

    fn told(package: Package) -> Vec<String> {
        faults(&[package]).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn arrows_that_point_down_are_fine() {
        assert!(
            told(package("cowork-engine", &["cowork-store", "cowork-contract", "tokio"], &[])).is_empty()
        );
        assert!(told(package("cowork-store", &["cowork-contract", "sqlx"], &[])).is_empty());
        assert!(told(package("cowork-tools", &["cowork-policy", "cowork-artifacts"], &[])).is_empty());
        assert!(told(package("cowork", &["cowork-server", "cowork-provider"], &[])).is_empty());
    }

    #[test]
    fn an_arrow_that_points_up_is_told_with_its_place() {
        assert_eq!(
            told(package("cowork-store", &["cowork-contract", "cowork-engine"], &[])),
            ["Cargo.toml:11: `cowork-store` may not know `cowork-engine`"]
        );
    }

    #[test]
    fn neighbours_do_not_know_each_other() {
        assert_eq!(told(package("cowork-server", &["cowork-provider"], &[])).len(), 1);
        assert_eq!(told(package("cowork-provider", &["cowork-contract"], &[])).len(), 1);
        assert_eq!(told(package("xtask", &["cowork-contract"], &[])).len(), 1);
    }

    #[test]
    fn only_the_store_knows_sql() {
        assert_eq!(
            told(package("cowork-engine", &["sqlx"], &[])),
            ["Cargo.toml:10: `cowork-engine` may not use sqlx: the store is the only crate that knows SQL"]
        );
        assert_eq!(told(package("cowork-server", &[], &["sqlx"])).len(), 1);
        assert_eq!(told(package("cowork-store", &["rusqlite"], &[])).len(), 1);
    }

    #[test]
    fn tests_may_know_the_testkit_and_what_is_below_the_server() {
        assert!(told(package("cowork-server", &[], &["cowork-testkit", "cowork-provider"])).is_empty());
        assert_eq!(told(package("cowork-server", &["cowork-testkit"], &[])).len(), 1);
        assert_eq!(told(package("cowork-engine", &[], &["cowork-server"])).len(), 1);
    }

    #[test]
    fn a_crate_without_a_place_in_the_table_is_a_fault() {
        assert_eq!(
            told(package("cowork-misc", &[], &[])),
            ["Cargo.toml:1: `cowork-misc` has no place in the table of xtask's arrows"]
        );
    }

    #[test]
    fn the_table_goes_down_only() {
        // Each line may name lines above it alone, so no circle can be allowed by mistake.
        for (index, (name, allowed)) in MAY_KNOW.iter().enumerate() {
            for known in *allowed {
                assert!(MAY_KNOW[..index].iter().any(|(above, _)| above == known), "{name} -> {known}");
            }
        }
    }

    #[test]
    fn a_dependency_is_found_in_its_own_section() {
        let manifest = "[package]\nname = \"x\"\n[dependencies]\na.workspace = true\nab = \"1\"\n\n\
                        [dev-dependencies]\na = { path = \"..\" }\n[target.'cfg(unix)'.dependencies.b]\nversion = \"1\"\n";
        assert_eq!(line_of(manifest, "a", false), 4);
        assert_eq!(line_of(manifest, "ab", false), 5);
        assert_eq!(line_of(manifest, "a", true), 8);
        assert_eq!(line_of(manifest, "b", false), 9);
        assert_eq!(line_of(manifest, "c", false), 1);
    }
}
