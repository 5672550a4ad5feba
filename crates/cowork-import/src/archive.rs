//! The zip of a data export: the files of conversations in it, unpacked within a limit.
//!
//! Always true: what is unpacked is counted as it comes; a size that the archive claims is never believed.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use crate::{ImportError, Limits};

/// Names that an error lists.
const NAMES_SHOWN: usize = 5;

pub(crate) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// `conversations.json`, or the numbered parts into which large accounts get it (`conversations-000.json`), by name.
pub(crate) fn conversations(bytes: &[u8], limits: &Limits) -> Result<Vec<Vec<u8>>, ImportError> {
    let broken = |fault: &dyn std::fmt::Display| ImportError::Zip { fault: fault.to_string() };
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|fault| broken(&fault))?;
    let named = |place: usize| Some((zip.name_for_index(place)?.ok()?.into_owned(), place));
    let names: Vec<(String, usize)> = (0..zip.len()).filter_map(named).collect();
    let mut wanted: Vec<&(String, usize)> = names.iter().filter(|(name, _)| is_wanted(name)).collect();
    wanted.sort();
    let (mut files, mut left) = (Vec::with_capacity(wanted.len()), limits.unpacked_bytes);
    for (_, place) in wanted {
        let part = zip.by_index(*place).map_err(|fault| broken(&fault))?;
        let mut file = Vec::new();
        part.take(left + 1).read_to_end(&mut file).map_err(|fault| broken(&fault))?;
        left = left
            .checked_sub(file.len() as u64)
            .ok_or(ImportError::TooLarge { limit: limits.unpacked_bytes })?;
        files.push(file);
    }
    if files.is_empty() {
        let shown: Vec<&str> = names.iter().take(NAMES_SHOWN).map(|(name, _)| name.as_str()).collect();
        let seen = if shown.is_empty() { "nothing".to_owned() } else { shown.join(", ") };
        return Err(ImportError::NothingInZip { seen });
    }
    Ok(files)
}

fn is_wanted(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let part = name.strip_prefix("conversations").and_then(|rest| rest.strip_suffix(".json"));
    // An archive made on a Mac has shadows of its files there.
    !path.starts_with("__MACOSX/")
        && part.is_some_and(|part| {
            part.is_empty()
                || part
                    .strip_prefix('-')
                    .is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_conversations_are_known_by_name() {
        for (path, wanted) in [
            ("conversations.json", true),
            ("export/conversations.json", true),
            ("conversations-012.json", true),
            ("shared_conversations.json", false),
            ("conversations-old.json", false),
            ("__MACOSX/conversations.json", false),
            ("user.json", false),
        ] {
            assert_eq!(is_wanted(path), wanted, "{path}");
        }
    }
}
