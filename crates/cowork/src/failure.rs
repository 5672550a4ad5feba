//! How a command ends when it does not end well: one line first, cause and remedy below, and an exit code.

use std::{fmt, io::Write as _, process::ExitCode};

use crate::config::Fault;

/// Why a command ended, as far as the shell is concerned.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It could not be done: 1.
    Failed(anyhow::Error),
    /// It was asked for in a wrong way, or the configuration is wrong: 2.
    Usage(anyhow::Error),
    /// The person stopped it: 130.
    Interrupted,
}

/// What a command gives.
pub(crate) type Outcome = Result<(), Failure>;

impl Failure {
    /// Says it on standard error and turns it into the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        let (code, error) = match self {
            Self::Failed(error) => (1, error),
            Self::Usage(error) => (2, error),
            Self::Interrupted => return ExitCode::from(130),
        };
        // There is nobody left to tell if standard error is gone.
        let _ = write!(std::io::stderr().lock(), "{}", Report(error));
        ExitCode::from(code)
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Usage(fault.into())
    }
}

/// An error for people: its first sentence, then what else it says, then its causes.
struct Report<'e>(&'e anyhow::Error);

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_string();
        let (first, rest) = text.split_once('\n').or_else(|| text.split_once(". ")).unwrap_or((&text, ""));
        writeln!(f, "cowork: {}", first.trim_end_matches('.'))?;
        for line in rest.lines() {
            writeln!(f, "  {line}")?;
        }
        let mut said = text.clone();
        for cause in self.0.chain().skip(1).map(ToString::to_string) {
            // Some errors hold their cause in their own words already.
            if !said.contains(&cause) {
                writeln!(f, "  cause: {cause}")?;
            }
            said = cause;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn one_line_first_then_cause_and_remedy() {
        let error = anyhow!("disk on fire").context("can't start\nPut it out");
        assert_eq!(Report(&error).to_string(), "cowork: can't start\n  Put it out\n  cause: disk on fire\n");
        let error = anyhow!("The folder is in use. Choose another. Or wait.");
        assert_eq!(Report(&error).to_string(), "cowork: The folder is in use\n  Choose another. Or wait.\n");
        let error = anyhow!("broken pipe").context("can't write: broken pipe");
        assert_eq!(Report(&error).to_string(), "cowork: can't write: broken pipe\n");
    }
}
