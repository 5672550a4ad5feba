//! The zip around a document of Office, read part by part within limits.
//!
//! Always true: what is unpacked is counted as it comes, so a size that the archive claims is never believed.

use std::io::{Cursor, Read as _};

use zip::{ZipArchive, result::ZipError};

use crate::error::{ExtractError, Limit};

/// Documents with a picture on each page have some thousands.
const MAX_ENTRIES: usize = 10_000;
/// Of one part.
const MAX_PART: u64 = 64 << 20;
/// Of all parts together.
const MAX_TOTAL: u64 = 128 << 20;
/// A sheet of one value packs about 100 to 1; deflate can't do more than 1032 to 1.
const MAX_RATIO: u64 = 300;
/// Below this, a ratio says nothing.
const RATIO_FROM: u64 = 1 << 20;

/// A zip whose parts are unpacked on demand.
pub(crate) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    unpacked: u64,
}

impl<'a> Archive<'a> {
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, ExtractError> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| failure(&error))?;
        if zip.len() > MAX_ENTRIES {
            return Err(ExtractError::TooLarge { of: Limit::Entries, limit: MAX_ENTRIES as u64 });
        }
        Ok(Self { zip, unpacked: 0 })
    }

    /// A part by its name, or `None` when there is none. Names differ by more than case.
    pub(crate) fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, ExtractError> {
        let name = name.trim_start_matches('/');
        let index = self.zip.index_for_name(name).or_else(|| {
            (0..self.zip.len()).find(|index| {
                self.zip
                    .name_for_index(*index)
                    .is_some_and(|found| found.is_ok_and(|found| found.eq_ignore_ascii_case(name)))
            })
        });
        index.map(|index| self.unpack(index)).transpose()
    }

    /// Unpacks every part and looks at it: for readers that would unpack without a limit.
    pub(crate) fn inspect(
        &mut self,
        mut look: impl FnMut(&str, &[u8]) -> Result<(), ExtractError>,
    ) -> Result<(), ExtractError> {
        for index in 0..self.zip.len() {
            let name = match self.zip.name_for_index(index) {
                Some(Ok(name)) => name.into_owned(),
                _ => String::new(),
            };
            look(&name, &self.unpack(index)?)?;
        }
        Ok(())
    }

    fn unpack(&mut self, index: usize) -> Result<Vec<u8>, ExtractError> {
        let mut file = self.zip.by_index(index).map_err(|error| failure(&error))?;
        let packed = file.compressed_size().max(1);
        let left = (MAX_TOTAL - self.unpacked).min(MAX_PART);
        let allowed = left.min(packed.saturating_mul(MAX_RATIO).max(RATIO_FROM));
        let mut bytes = Vec::new();
        let read = file.by_ref().take(allowed + 1).read_to_end(&mut bytes);
        let count = bytes.len() as u64;
        if count > left {
            return Err(ExtractError::TooLarge { of: Limit::UnpackedBytes, limit: MAX_TOTAL });
        }
        if count > allowed {
            return Err(ExtractError::TooLarge { of: Limit::Ratio, limit: MAX_RATIO });
        }
        read.map_err(|_| ExtractError::damaged("a part of it can't be unpacked"))?;
        self.unpacked += count;
        Ok(bytes)
    }
}

fn failure(error: &ZipError) -> ExtractError {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => {
            ExtractError::Encrypted
        }
        _ => ExtractError::damaged("it is no archive that can be read"),
    }
}
