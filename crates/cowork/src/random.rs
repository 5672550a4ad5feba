//! Random secrets.

use anyhow::anyhow;

/// A bearer token of 256 random bits.
pub(crate) fn token() -> anyhow::Result<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|fault| anyhow!("the system gives no random numbers: {fault}"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
