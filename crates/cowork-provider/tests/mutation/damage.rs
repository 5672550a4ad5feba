//! Bodies as services send them, damaged in ways that a seed decides.

use super::properties::{Dice, KEY};

/// One of these bodies with up to four kinds of damage; now and then bytes that never were one.
pub(crate) fn damaged(corpus: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = match dice.below(50) {
        0 => (0..dice.below(200)).map(|_| dice.below(256) as u8).collect(),
        _ => corpus[dice.below(corpus.len())].clone(),
    };
    for _ in 0..=dice.below(4) {
        damage(&mut bytes, corpus, dice);
    }
    bytes.truncate(64 << 10);
    bytes
}

fn damage(bytes: &mut Vec<u8>, corpus: &[Vec<u8>], dice: &mut Dice) {
    const MEANING: &[&[u8]] = &[
        b"\n",
        b"\r",
        b"\r\n",
        b"\n\n",
        b"data: ",
        b"{",
        b"}",
        b"[",
        b"]",
        b"\"",
        b"\\",
        b",",
        b"null",
        b"-1",
        b"1e999",
        b"18446744073709551616",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\\ud800",
        b"\0",
        ": ü🦀".as_bytes(),
    ];
    let at = dice.below(bytes.len() + 1);
    let end = at + dice.below(bytes.len() - at + 1);
    match dice.below(11) {
        0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
        1 => drop(bytes.splice(at..at, [dice.below(256) as u8])),
        2 => drop(bytes.splice(at..at, MEANING[dice.below(MEANING.len())].iter().copied())),
        3 => drop(bytes.drain(at..end.min(at + 1 + dice.below(40)))),
        4 => {
            // The rest of another answer, from any place of it.
            let other = &corpus[dice.below(corpus.len())];
            bytes.truncate(at);
            bytes.extend_from_slice(&other[dice.below(other.len() + 1)..]);
        }
        5 => {
            let again = bytes[at..end].to_vec();
            bytes.splice(at..at, again);
        }
        6 => bytes.truncate(at),
        // Whatever is prose, a failure's message above all, gives the key back.
        7 => {
            let between = |at: usize| matches!(bytes[at..], [a, b' ', b, ..] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic());
            let places = (0..bytes.len()).filter(|at| between(*at)).collect::<Vec<_>>();
            for at in places.into_iter().rev() {
                bytes.splice(at + 1..at + 1, [b" ", KEY.as_bytes()].concat());
            }
        }
        8 => another_value(bytes, dice, |byte| byte.is_ascii_digit(), NUMBERS),
        9 => another_value(bytes, dice, |byte| byte != b'"', WORDS),
        // Lines in another order.
        _ => {
            let mut lines = bytes.split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>();
            if !lines.is_empty() {
                let (one, other) = (dice.below(lines.len()), dice.below(lines.len()));
                lines.swap(one, other);
            }
            *bytes = lines.concat();
        }
    }
}

/// Numbers that count, measure and point where there is nothing.
const NUMBERS: &[&str] = &[
    "0",
    "10",
    "255",
    "65536",
    "2147483648",
    "9007199254740993",
    "18446744073709551615",
    "18446744073709551616",
];
/// Words whose characters are of several bytes, begun at each of them.
const WORDS: &[&str] = &[
    "",
    "üüüüüüüüüüüü",
    "a🦀🦀🦀🦀🦀🦀🦀🦀",
    "ab🦀🦀🦀🦀🦀🦀🦀🦀",
    "abc🦀🦀🦀🦀🦀🦀🦀🦀",
    "世界世界世界世界世界",
];

/// A field, or all of its name, gets another value, where it is made of such bytes.
fn another_value(bytes: &mut Vec<u8>, dice: &mut Dice, is: fn(u8) -> bool, values: &[&str]) {
    let begins = (0..bytes.len()).filter(|at| {
        let digits = bytes[..*at].ends_with(b"\":") && bytes[*at].is_ascii_digit() && is(b'0') && !is(b'a');
        digits || bytes[..*at].ends_with(b"\":\"") && is(b'a')
    });
    let begins = begins.collect::<Vec<_>>();
    let name =
        |at: usize| bytes[..at].rsplit(|byte| *byte == b'"').find(|part| !part.is_empty() && *part != b":");
    let Some(one) = begins.get(dice.below(begins.len())).copied() else { return };
    let chosen = name(one);
    let all = dice.below(2) == 0;
    let same = begins.iter().copied().filter(|at| if all { name(*at) == chosen } else { *at == one });
    let same = same.collect::<Vec<_>>();
    let value = values[dice.below(values.len())].as_bytes();
    for at in same.into_iter().rev() {
        let end = bytes[at..].iter().position(|byte| !is(*byte)).map_or(bytes.len(), |len| at + len);
        bytes.splice(at..end, value.iter().copied());
    }
}
