//! Who is let in.

use cowork_store::{Transaction, Tx};

use super::Decided;
use crate::EngineError;

pub(crate) struct RememberToken {
    /// SHA-256 of the token.
    pub(crate) hash: [u8; 32],
    pub(crate) label: String,
}

impl Transaction for RememberToken {
    type Output = ();
    type Refusal = EngineError;

    async fn run(self, tx: &mut Tx<'_>) -> Decided<()> {
        Ok(tx.remember_token(self.hash, &self.label).await?)
    }
}
