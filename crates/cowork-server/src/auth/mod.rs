//! Who may use this server: start codes for pages, bearer tokens for pages and programs.
//!
//! Always true: a start code is good once and for 60 seconds; only the SHA-256 of a token is kept; every comparison
//! takes the same time whatever matches. No cookie is ever a credential, for a page on another port of this address
//! would get it too. Elsewhere: which requests need a token (`guard`), keeping hashes over a restart (`cowork-store`).

mod codes;
mod tokens;

use std::{sync::Arc, time::Duration};

use cowork_contract::{ErrorCode, StartCode};
use cowork_engine::Engine;
use http::{HeaderMap, header};
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;

use crate::problem::ApiError;
use codes::Codes;
use tokens::Tokens;

/// SHA-256 of a secret: what is kept and compared in its place.
pub(crate) type Hash = [u8; 32];

/// How many wrong codes may be waiting for their refusal at once.
const PENALTY_SEATS: usize = 8;

/// How long a wrong code waits for its refusal.
const PENALTY: Duration = Duration::from_millis(500);

/// Whom to let in.
pub(crate) struct Auth {
    codes: Codes,
    tokens: Tokens,
    penalty: Arc<Semaphore>,
}

impl Auth {
    /// Lets in whoever holds a token whose hash is in `stored`, or one of the `fixed` secrets.
    pub(crate) fn new(stored: Vec<Hash>, fixed: impl IntoIterator<Item = String>) -> Self {
        let fixed = fixed.into_iter().map(|secret| hash(secret.as_bytes())).collect();
        Self {
            codes: Codes::default(),
            tokens: Tokens::new(fixed, stored),
            penalty: Arc::new(Semaphore::new(PENALTY_SEATS)),
        }
    }

    /// A fresh start code.
    pub(crate) fn issue_code(&self) -> Result<StartCode, ApiError> {
        let code = secret::<16>()?;
        self.codes.add(hash(code.as_bytes()));
        let expires_in_ms = u64::try_from(codes::GOOD_FOR.as_millis()).unwrap_or(u64::MAX);
        Ok(StartCode { code, expires_in_ms })
    }

    /// Swaps a start code for a new bearer token, whose hash is on disk when this returns.
    ///
    /// A right code is answered at once, however many wrong ones others send; those wait for their refusal.
    pub(crate) async fn exchange(&self, code: &str, engine: &Engine) -> Result<String, ApiError> {
        if !self.codes.take(hash(code.trim().as_bytes())) {
            return Err(self.refuse_code().await);
        }
        let token = secret::<32>()?;
        let known = hash(token.as_bytes());
        engine.remember_token(known, "page").await?;
        self.tokens.add(known);
        Ok(token)
    }

    /// Whether exactly one `Authorization: Bearer` came, with a token that is known.
    pub(crate) fn admits(&self, headers: &HeaderMap) -> bool {
        bearer(headers).is_some_and(|token| self.tokens.knows(hash(token.as_bytes())))
    }

    async fn refuse_code(&self) -> ApiError {
        let Ok(_seat) = self.penalty.try_acquire() else {
            return ApiError::new(
                ErrorCode::TooManyStreams,
                "Too many wrong start codes at once; wait a moment.",
            )
            .retry_after_ms(1000);
        };
        tokio::time::sleep(PENALTY).await;
        ApiError::new(
            ErrorCode::StartCodeInvalid,
            "A start link works once and for 60 seconds. Run `cowork` again for a new one.",
        )
        .field("code")
    }
}

/// `N` random bytes in hex.
pub(crate) fn secret<const N: usize>() -> Result<String, ApiError> {
    use std::fmt::Write as _;
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).map_err(|fault| {
        tracing::error!(error = %fault, "the system gives no random numbers");
        ApiError::new(ErrorCode::Internal, "The system gives no random numbers.")
    })?;
    Ok(bytes.iter().fold(String::with_capacity(2 * N), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

/// What is kept of a secret.
pub(crate) fn hash(secret: &[u8]) -> Hash {
    Sha256::digest(secret).into()
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let (only, None) = (all.next()?, all.next()) else { return None };
    let (scheme, token) = only.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}
