//! Secrets at rest: sealed with a key that lies beside the database, not in it.
//!
//! Always true: what is sealed is bound to its place, so that a row copied to another place does not open; a nonce is
//! random and used once; neither the key nor a secret has a printable form; a key file that is lost or foreign is an
//! answer, not a crash. Elsewhere: what is kept at which place (`cowork-engine`), why so
//! (`docs/decisions/0006-sealed-keys.md`).
//!
//! A sealed text is hexadecimal: version 1, four bytes that tell one key from another, 24 of the nonce, then the
//! ciphertext with its tag (XChaCha20-Poly1305, the place as associated data).

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretBox, SecretString};
use sha2::{Digest, Sha256};

use crate::blobs::hex;

const FILE: &str = "vault.key";
const DRAFT: &str = "vault.key.new";
const VERSION: u8 = 1;
const KEY: usize = 32;
const KEY_ID: usize = 4;
const NONCE: usize = 24;

/// Why a secret could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The file with the key is gone.
    #[error("the file vault.key is missing in the data folder")]
    NoKey,
    /// It was sealed with another key, or for another place, or is damaged.
    #[error("it was sealed with another vault.key, or is damaged")]
    DoesNotOpen,
    /// The file with the key is not one.
    #[error(
        "the file vault.key in the data folder is damaged: restore it, or move it away and set the keys again"
    )]
    Damaged,
    /// The file with the key can't be read or made.
    #[error("the file vault.key in the data folder can't be used: {0}")]
    Io(#[from] io::Error),
    /// The system has no randomness to give.
    #[error("the system gives no random bytes")]
    NoRandomness,
}

/// Seals and opens secrets. The key is read at the first use, and made when the first secret is sealed.
pub struct Vault {
    folder: PathBuf,
    key: Mutex<Option<SecretBox<[u8; KEY]>>>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault").finish_non_exhaustive()
    }
}

impl Vault {
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), key: Mutex::default() }
    }

    /// Seals a secret for a place.
    pub fn seal(&self, place: &str, secret: &SecretString) -> Result<String, VaultError> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| VaultError::NoRandomness)?;
        self.with_key(true, |key| {
            let payload = Payload { msg: secret.expose_secret().as_bytes(), aad: place.as_bytes() };
            let sealed = XChaCha20Poly1305::new(key.into())
                .encrypt(&XNonce::from(nonce), payload)
                .map_err(|_| VaultError::DoesNotOpen)?;
            Ok(hex(&[&[VERSION][..], &key_id(key), &nonce, &sealed].concat()))
        })
    }

    /// Opens what was sealed for a place.
    pub fn open(&self, place: &str, sealed: &str) -> Result<SecretString, VaultError> {
        let bytes = unhex(sealed).ok_or(VaultError::DoesNotOpen)?;
        self.with_key(false, |key| {
            let rest = bytes.strip_prefix(&[VERSION]).ok_or(VaultError::DoesNotOpen)?;
            let rest = rest.strip_prefix(&key_id(key)).ok_or(VaultError::DoesNotOpen)?;
            let (nonce, sealed) = rest.split_first_chunk::<NONCE>().ok_or(VaultError::DoesNotOpen)?;
            let payload = Payload { msg: sealed, aad: place.as_bytes() };
            let secret = XChaCha20Poly1305::new(key.into())
                .decrypt(&XNonce::from(*nonce), payload)
                .map_err(|_| VaultError::DoesNotOpen)?;
            let secret = Zeroizing::new(secret);
            let text = std::str::from_utf8(&secret).map_err(|_| VaultError::DoesNotOpen)?;
            Ok(SecretString::from(text))
        })
    }

    /// A hash of a secret that nobody can guess it from without the key: to tell one from another.
    pub fn fingerprint(&self, secret: &SecretString) -> Result<String, VaultError> {
        self.with_key(true, |key| {
            let inner = Sha256::new().chain_update(key).chain_update(secret.expose_secret()).finalize();
            Ok(hex(&Sha256::new().chain_update(key).chain_update(inner).finalize()))
        })
    }

    fn with_key<T>(
        &self,
        make: bool,
        work: impl FnOnce(&[u8; KEY]) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        let mut held = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        let key = match held.take() {
            Some(key) => key,
            None => match read(&self.folder.join(FILE)) {
                Err(VaultError::NoKey) if make => self.make()?,
                other => other?,
            },
        };
        work(held.insert(key).expose_secret())
    }

    /// Makes the key file, whole or not at all: a key that is only half on disk would seal what nobody can open.
    fn make(&self) -> Result<SecretBox<[u8; KEY]>, VaultError> {
        let mut random = Zeroizing::new([0; KEY]);
        getrandom::fill(&mut *random).map_err(|_| VaultError::NoRandomness)?;
        let draft = self.folder.join(DRAFT);
        match fs::remove_file(&draft) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&draft)?;
        file.write_all(&*random)?;
        file.sync_all()?;
        fs::rename(&draft, self.folder.join(FILE))?;
        #[cfg(unix)]
        File::open(&self.folder)?.sync_all()?;
        Ok(SecretBox::new(Box::new(*random)))
    }
}

fn read(path: &Path) -> Result<SecretBox<[u8; KEY]>, VaultError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => Zeroizing::new(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(VaultError::NoKey),
        Err(error) => return Err(error.into()),
    };
    let key: [u8; KEY] = bytes.as_slice().try_into().map_err(|_| VaultError::Damaged)?;
    Ok(SecretBox::new(Box::new(key)))
}

/// Tells one key from another, and says nothing about it.
fn key_id(key: &[u8; KEY]) -> [u8; KEY_ID] {
    let mut id = [0; KEY_ID];
    let hash = Sha256::new().chain_update("cowork vault key").chain_update(key).finalize();
    for (to, from) in id.iter_mut().zip(hash) {
        *to = from;
    }
    id
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    text.as_bytes().chunks(2).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "sk-Secret.Key_0123456789";

    fn sealed(vault: &Vault) -> String {
        vault.seal("provider/work/key", &SECRET.into()).unwrap()
    }

    fn opened(vault: &Vault, place: &str, sealed: &str) -> Result<String, VaultError> {
        vault.open(place, sealed).map(|secret| secret.expose_secret().to_owned())
    }

    #[test]
    fn a_secret_opens_at_its_place_with_its_key_and_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::new(folder.path());
        let one = sealed(&vault);
        assert_eq!(opened(&vault, "provider/work/key", &one).unwrap(), SECRET);
        let again = Vault::new(folder.path());
        assert_eq!(opened(&again, "provider/work/key", &one).unwrap(), SECRET, "after a restart");
        assert_ne!(sealed(&vault), one, "a nonce is used once");
        assert!(matches!(opened(&vault, "provider/other/key", &one), Err(VaultError::DoesNotOpen)));

        let elsewhere = tempfile::tempdir().unwrap();
        let other = Vault::new(elsewhere.path());
        assert!(matches!(opened(&other, "provider/work/key", &one), Err(VaultError::NoKey)));
        assert!(!elsewhere.path().join(FILE).exists(), "opening makes no key");
        sealed(&other);
        assert!(matches!(opened(&other, "provider/work/key", &one), Err(VaultError::DoesNotOpen)));
    }

    #[test]
    fn every_changed_bit_and_every_cut_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::new(folder.path());
        let bytes = unhex(&sealed(&vault)).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(opened(&vault, "provider/work/key", &hex(&changed)).is_err(), "bit {bit}");
        }
        for end in 0..bytes.len() {
            assert!(opened(&vault, "provider/work/key", &hex(&bytes[..end])).is_err(), "cut at {end}");
        }
        for foreign in ["", "0", "zz", "é1", "01"] {
            assert!(opened(&vault, "provider/work/key", foreign).is_err(), "{foreign:?}");
        }
    }

    #[test]
    fn a_damaged_key_file_is_told_and_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        fs::write(&path, b"short").unwrap();
        let vault = Vault::new(folder.path());
        assert!(matches!(vault.seal("p", &SECRET.into()), Err(VaultError::Damaged)));
        assert!(matches!(vault.open("p", "01"), Err(VaultError::Damaged)));
        assert_eq!(fs::read(&path).unwrap(), b"short");
        fs::remove_file(&path).unwrap();
        fs::write(folder.path().join(DRAFT), b"left by a crash").unwrap();
        assert_eq!(opened(&vault, "provider/work/key", &sealed(&vault)).unwrap(), SECRET);
    }

    #[test]
    fn nothing_of_it_can_be_printed_or_read_by_others() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::new(folder.path());
        let text = sealed(&vault);
        let fingerprint = vault.fingerprint(&SECRET.into()).unwrap();
        assert_eq!(fingerprint, vault.fingerprint(&SECRET.into()).unwrap());
        assert_ne!(fingerprint, vault.fingerprint(&"another".into()).unwrap());
        assert_ne!(fingerprint, hex(&Sha256::digest(SECRET)), "it can't be guessed without the key");
        let key = fs::read(folder.path().join(FILE)).unwrap();
        assert_eq!(key.len(), KEY);
        let printed = format!("{vault:?} {text} {fingerprint}");
        for hidden in [SECRET.to_owned(), hex(SECRET.as_bytes()), hex(&key)] {
            assert!(!printed.contains(&hidden), "{printed}");
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}
