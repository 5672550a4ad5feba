//! Running other programs, with errors that say which and how it ended.
//!
//! Always true: a program that cargo starts from here does not see the variables that `cargo run` set for xtask
//! itself; with them some build scripts would run again in every second build.

use std::{
    ffi::{OsStr, OsString},
    fmt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, bail};

/// A program with its arguments, its folder and its environment.
#[derive(Debug)]
pub(crate) struct Run {
    program: OsString,
    label: String,
    args: Vec<OsString>,
    dir: Option<PathBuf>,
    env: Vec<(OsString, OsString)>,
}

impl Run {
    pub(crate) fn new(program: impl Into<OsString>) -> Self {
        let program = program.into();
        let label = program.to_string_lossy().into_owned();
        Self { program, label, args: Vec::new(), dir: None, env: Vec::new() }
    }

    /// The name to print instead of the program's path.
    pub(crate) fn labelled(mut self, label: &str) -> Self {
        self.label = label.to_owned();
        self
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    pub(crate) fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    pub(crate) fn current_dir(mut self, dir: impl AsRef<Path>) -> Self {
        self.dir = Some(dir.as_ref().to_owned());
        self
    }

    pub(crate) fn env(mut self, key: &str, value: impl AsRef<OsStr>) -> Self {
        self.env.push((key.into(), value.as_ref().to_owned()));
        self
    }

    /// Runs it with our input and output; an exit code other than 0 is an error.
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let status = self.command().status().with_context(|| self.not_started())?;
        if !status.success() {
            bail!("`{self}` failed ({status})");
        }
        Ok(())
    }

    /// Runs it and gives what it printed on standard output; its errors stay visible.
    pub(crate) fn read(self) -> anyhow::Result<String> {
        let output = self.command().stderr(Stdio::inherit()).output().with_context(|| self.not_started())?;
        if !output.status.success() {
            bail!("`{self}` failed ({})", output.status);
        }
        String::from_utf8(output.stdout)
            .with_context(|| format!("`{self}` printed something that is not UTF-8"))
    }

    /// Runs it silently and gives its standard output, whatever its exit code; `None` when it could not be started.
    pub(crate) fn try_read(self) -> Option<String> {
        let output = self.command().stderr(Stdio::null()).output().ok()?;
        String::from_utf8(output.stdout).ok()
    }

    /// Whether it can be started and ends well; it prints nothing.
    pub(crate) fn succeeds(self) -> bool {
        self.command()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }

    /// Becomes the program where the system can do that, so signals and the exit code are the program's own.
    pub(crate) fn replace_this_process(self) -> anyhow::Result<()> {
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt as _;
            let error = self.command().exec();
            Err(error).with_context(|| self.not_started())
        }
        #[cfg(not(unix))]
        self.run()
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args);
        if let Some(dir) = &self.dir {
            command.current_dir(dir);
        }
        for (key, _) in std::env::vars_os().filter(|(key, _)| is_set_by_cargo_run(key)) {
            command.env_remove(key);
        }
        command.envs(self.env.iter().map(|(key, value)| (key, value)));
        command
    }

    fn not_started(&self) -> String {
        format!("`{}` could not be started; is it installed and on the PATH?", self.label)
    }
}

impl fmt::Display for Run {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.label)?;
        self.args.iter().try_for_each(|arg| write!(out, " {}", arg.to_string_lossy()))
    }
}

fn is_set_by_cargo_run(key: &OsStr) -> bool {
    let key = key.to_string_lossy();
    key.starts_with("CARGO_PKG_") || key.starts_with("CARGO_MANIFEST_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_is_named_with_its_arguments() {
        let error = Run::new("sh").args(["-c", "exit 3"]).run().unwrap_err().to_string();
        assert!(error.contains("sh -c exit 3") && error.contains('3'), "{error}");
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = Run::new("no-such-program-here").run().unwrap_err().to_string();
        assert!(error.contains("no-such-program-here"), "{error}");
    }

    #[test]
    fn cargo_settings_of_the_person_are_kept() {
        assert!(is_set_by_cargo_run(OsStr::new("CARGO_PKG_NAME")));
        assert!(!is_set_by_cargo_run(OsStr::new("CARGO_TARGET_DIR")));
    }
}
