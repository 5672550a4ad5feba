//! How large an image is, read from its head: nothing is decoded, so nothing can blow up.

/// Width and height in pixels of a PNG, JPEG, GIF or WebP. `None`: the head does not say, so the image is damaged.
pub(super) fn size(mime: &str, head: &[u8]) -> Option<(u32, u32)> {
    let (width, height) = match mime {
        "image/png" => png(head),
        "image/gif" => Some((u32::from(little(head, 6)?), u32::from(little(head, 8)?))),
        "image/jpeg" => jpeg(head),
        "image/webp" => webp(head),
        _ => None,
    }?;
    (width > 0 && height > 0).then_some((width, height))
}

fn png(head: &[u8]) -> Option<(u32, u32)> {
    if head.get(12..16)? != b"IHDR" {
        return None;
    }
    Some((big_long(head, 16)?, big_long(head, 20)?))
}

/// Steps from marker to marker until one that starts a frame.
fn jpeg(head: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        if *head.get(at)? != 0xff {
            return None;
        }
        match *head.get(at + 1)? {
            0xff => at += 1, // padding
            0x01 | 0xd0..=0xd8 => at += 2,
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                return Some((u32::from(big(head, at + 7)?), u32::from(big(head, at + 5)?)));
            }
            0xd9 | 0xda => return None,
            _ => at += 2 + usize::from(big(head, at + 2)?).max(2),
        }
    }
}

fn webp(head: &[u8]) -> Option<(u32, u32)> {
    match head.get(12..16)? {
        b"VP8 " => Some((u32::from(little(head, 26)? & 0x3fff), u32::from(little(head, 28)? & 0x3fff))),
        b"VP8L" => {
            let bits = u32::from_le_bytes(head.get(21..25)?.try_into().ok()?);
            Some(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
        }
        b"VP8X" => {
            let three = |at: usize| Some(u32::from(little(head, at)?) | u32::from(*head.get(at + 2)?) << 16);
            Some((three(24)? + 1, three(27)? + 1))
        }
        _ => None,
    }
}

fn big(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn big_long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn little(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn joined(parts: &[&[u8]]) -> Vec<u8> {
        parts.concat()
    }

    #[test]
    fn sizes_are_read_from_the_head() {
        let png = joined(&[b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", &[0, 0, 1, 0, 0, 0, 0, 9]]);
        let gif = joined(&[b"GIF89a", &[0x10, 0x01, 0x20, 0]]);
        let jpeg = joined(&[
            &[0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xff, 0xc2, 0, 17, 8],
            &[0x01, 0x00, 0x02, 0x00],
        ]);
        let lossy = joined(&[b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a", &[5, 0, 7, 0]]);
        let lossless = joined(&[b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f", &[0x04, 0x80, 0x01, 0]]);
        let extended = joined(&[b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0", &[9, 0, 0, 4, 0, 1]]);
        type Row<'a> = (&'a str, &'a [u8], Option<(u32, u32)>);
        let table: [Row<'_>; 8] = [
            ("image/png", &png, Some((256, 9))),
            ("image/gif", &gif, Some((272, 32))),
            ("image/jpeg", &jpeg, Some((512, 256))),
            ("image/webp", &lossy, Some((5, 7))),
            ("image/webp", &lossless, Some((5, 7))),
            ("image/webp", &extended, Some((10, 65_541))),
            ("image/png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\0\0", None),
            ("image/jpeg", &[0xff, 0xd8, 0xff, 0xda], None),
        ];
        for (mime, head, expected) in table {
            assert_eq!(size(mime, head), expected, "{mime}");
        }
    }

    proptest! {
        #[test]
        fn no_head_is_too_odd(mut head in proptest::collection::vec(any::<u8>(), 0..600), kind in 0..4_usize) {
            let mime = ["image/png", "image/jpeg", "image/gif", "image/webp"][kind];
            for (at, byte) in [&b""[..], &[0xff, 0xd8, 0xff], b"", b"RIFF\0\0\0\0WEBPVP8X"][kind].iter().enumerate() {
                if let Some(place) = head.get_mut(at) {
                    *place = *byte;
                }
            }
            let _ = size(mime, &head);
        }
    }
}
