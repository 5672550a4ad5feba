//! Keys that are kept here: where, told apart without being shown, one added or taken out.
//!
//! Always true: what stands here of a key tells one from another and gives nothing of it away.

use cowork_contract::{KeyItem, KeyItemState};
use cowork_provider::{KeyState, KeyUse};
use cowork_store::{Vault, VaultError};
use secrecy::{ExposeSecret, SecretString};

/// Characters of what a key is removed by.
const ID: usize = 16;

/// Where a provider's keys are kept, one a line.
pub(crate) fn key_place(id: &str) -> String {
    format!("provider/{id}/key")
}

fn lines(keys: &SecretString) -> impl Iterator<Item = &str> {
    keys.expose_secret().lines().map(str::trim).filter(|key| !key.is_empty())
}

fn id(key: &str, vault: &Vault) -> Result<String, VaultError> {
    let mut id = vault.fingerprint(&SecretString::from(key))?;
    id.truncate(ID);
    Ok(id)
}

/// What each key is removed by, in their order. Empty: it can't be said.
pub(super) fn ids(keys: &SecretString, vault: &Vault) -> Vec<String> {
    lines(keys).map(|key| id(key, vault)).collect::<Result<_, _>>().unwrap_or_default()
}

/// Keys as they are shown; `ids` are those of keys that are kept here.
pub(super) fn items(keys: Vec<KeyUse>, ids: &[String]) -> Vec<KeyItem> {
    let mut ids = ids.iter().cloned();
    let item = |KeyUse { hint, state }| KeyItem {
        id: ids.next(),
        hint,
        state: match state {
            KeyState::InUse => KeyItemState::InUse,
            KeyState::Spare => KeyItemState::Spare,
            KeyState::Refused => KeyItemState::Refused,
            KeyState::Limited => KeyItemState::Limited,
        },
    };
    keys.into_iter().map(item).collect()
}

/// The keys without one of them. `None`: it is not there.
pub(crate) fn without(
    keys: &SecretString,
    unwanted: &str,
    vault: &Vault,
) -> Result<Option<SecretString>, VaultError> {
    let mut left = Vec::new();
    let mut is_there = false;
    for key in lines(keys) {
        if id(key, vault)? == unwanted {
            is_there = true;
        } else {
            left.push(key);
        }
    }
    Ok(is_there.then(|| SecretString::from(left.join("\n"))))
}

/// The keys with more behind them; one that is there already is not there twice.
pub(crate) fn added(keys: &SecretString, more: &SecretString) -> SecretString {
    let mut all: Vec<&str> = lines(keys).collect();
    for key in lines(more) {
        if !all.contains(&key) {
            all.push(key);
        }
    }
    SecretString::from(all.join("\n"))
}
