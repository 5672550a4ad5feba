//! Where things are: the repository, cargo, the target folder.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use cargo_metadata::{Metadata, MetadataCommand};

use crate::command::Run;

/// The repository this program was built from.
#[derive(Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

impl Workspace {
    /// Asks cargo for the root and the target folder, so `CARGO_TARGET_DIR` and configuration files are heeded.
    pub(crate) fn find() -> anyhow::Result<Self> {
        let manifest = manifest_dir().join("Cargo.toml");
        let metadata = MetadataCommand::new()
            .manifest_path(&manifest)
            .no_deps()
            .exec()
            .with_context(|| format!("cargo could not read {}", manifest.display()))?;
        Ok(Self {
            root: metadata.workspace_root.into_std_path_buf(),
            target: metadata.target_directory.into_std_path_buf(),
        })
    }

    /// The folder with `Cargo.toml`, `crates/` and `web/`.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn web(&self) -> PathBuf {
        self.root.join("web")
    }

    /// Where xtask keeps what it needs between runs.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// The path of the `cowork` binary in the given profile's folder (`debug` or `release`).
    pub(crate) fn binary(&self, profile: &str) -> PathBuf {
        self.target.join(profile).join(format!("cowork{}", env::consts::EXE_SUFFIX))
    }

    /// Packages of the workspace and what they depend on directly.
    pub(crate) fn members(&self) -> anyhow::Result<Metadata> {
        Ok(MetadataCommand::new().manifest_path(self.root.join("Cargo.toml")).no_deps().exec()?)
    }

    /// All packages in `Cargo.lock`, for every platform.
    pub(crate) fn all_packages(&self) -> anyhow::Result<Metadata> {
        Ok(MetadataCommand::new()
            .manifest_path(self.root.join("Cargo.toml"))
            .other_options(["--locked".into(), "--all-features".into()])
            .exec()?)
    }

    /// A cargo command at the root, with the cargo that started us.
    pub(crate) fn cargo(&self, args: &[&str]) -> Run {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        Run::new(cargo).labelled("cargo").args(args).current_dir(&self.root)
    }
}

/// `cargo run` says where the package is now; the built-in path serves a binary started by hand.
fn manifest_dir() -> PathBuf {
    env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from)
}
