//! The licences of everything we build from and ship: crates, npm packages.
//!
//! Always true: a dependency without a licence we know and allow is a fault, whether it is shipped or only builds.
//! Elsewhere: the allowed licences are in [`allowed`], reading SPDX expressions in [`spdx`].

mod allowed;
mod npm;
mod spdx;

use anyhow::bail;

use crate::workspace::Workspace;

/// A dependency and what it says its licence is.
#[derive(Debug)]
struct Dependency {
    name: String,
    version: String,
    /// SPDX, or the older `A/B` of some crates; `None` when nothing is stated.
    licence: Option<String>,
}

/// Checks `Cargo.lock` and both `package-lock.json` files.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<()> {
    let crates: Vec<Dependency> = workspace
        .all_packages()?
        .packages
        .into_iter()
        .map(|package| Dependency {
            name: package.name.to_string(),
            version: package.version.to_string(),
            licence: package.license,
        })
        .collect();
    let mut packages = Vec::new();
    for folder in [workspace.web(), workspace.web().join("tools/openapi")] {
        packages.extend(npm::dependencies(&folder)?);
    }

    let refused: Vec<String> = crates.iter().chain(&packages).filter_map(refusal).collect();
    if refused.is_empty() {
        println!("licences allowed: {} crates, {} npm packages", crates.len(), packages.len());
        return Ok(());
    }
    bail!(
        "these licences are not allowed; choose another dependency, or decide in crates/xtask/src/licences/allowed.rs:\n  {}",
        refused.join("\n  ")
    );
}

/// Why the dependency may not be used; `None` when it may.
fn refusal(dependency: &Dependency) -> Option<String> {
    let Dependency { name, version, licence } = dependency;
    let Some(licence) = licence.as_deref().or_else(|| allowed::stated_in_file(name)) else {
        return Some(format!("{name} {version}: states no licence"));
    };
    match spdx::parse(licence) {
        Ok(expression) if expression.holds(&|term| allowed::is_allowed(name, term)) => None,
        Ok(_) => Some(format!("{name} {version}: {licence}")),
        Err(error) => Some(format!("{name} {version}: {licence:?} can't be read: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dependency(name: &str, licence: Option<&str>) -> Dependency {
        Dependency { name: name.to_owned(), version: "1.0.0".to_owned(), licence: licence.map(str::to_owned) }
    }

    #[test]
    fn a_licence_that_only_a_file_states_was_read() {
        assert_eq!(refusal(&dependency("khroma", None)), None);
        assert!(refusal(&dependency("khroma-more", None)).is_some());
    }

    #[test]
    fn permissive_licences_pass() {
        for licence in [
            "MIT",
            "MIT OR GPL-3.0-only",
            "(MIT AND BSD-3-Clause)",
            "MIT/Apache-2.0",
            "ISC AND (MIT OR Zlib)",
        ] {
            assert_eq!(refusal(&dependency("x", Some(licence))), None, "{licence}");
        }
    }

    #[test]
    fn anything_else_is_refused_by_name() {
        assert_eq!(refusal(&dependency("x", Some("GPL-3.0-only"))), Some("x 1.0.0: GPL-3.0-only".to_owned()));
        assert_eq!(refusal(&dependency("x", None)), Some("x 1.0.0: states no licence".to_owned()));
        for licence in ["MIT AND GPL-3.0-only", "SEE LICENSE IN LICENSE.md", "", "UNLICENSED", "MPL-2.0"] {
            assert!(refusal(&dependency("x", Some(licence))).is_some(), "{licence}");
        }
    }

    #[test]
    fn an_exception_is_for_the_named_package_alone() {
        assert_eq!(refusal(&dependency("axe-core", Some("MPL-2.0"))), None);
        assert!(refusal(&dependency("axe-core", Some("GPL-3.0-only"))).is_some());
        assert!(refusal(&dependency("axe-core-more", Some("MPL-2.0"))).is_some());
    }
}
