//! Many tokens without many steps: rendered while they are sent, at a rate or as fast as the socket takes them.

use std::io::Write;
use std::sync::LazyLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::time::Instant;

/// What is written to the socket at once at full speed.
const FULL: usize = 64 * 1024;

/// A run of text events, each in an HTTP chunk of its own as real servers send them.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// How many.
    pub count: u64,
    /// Per second, evenly spread; `None`: as fast as possible.
    pub per_second: Option<f64>,
    /// What each says.
    pub text: TokenText,
}

/// The text of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenText {
    /// Always `word `.
    Word,
    /// Its number from 0: `17 `.
    Numbered,
    /// Its number and when it was sent, in microseconds since the Unix epoch: `17:1760000000000000 `. See [`stamps`].
    Stamped,
    /// Four characters of [`MARKDOWN`], over and over.
    Markdown,
}

/// A text of what answers are made of: prose, a table, a list of tasks, code in two languages, maths. ASCII.
pub const MARKDOWN: &str = include_str!("markdown.md");

/// Characters of a token of it.
const PIECE: usize = 4;

/// A stamped token, read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Its number within the answer, from 0.
    pub number: u64,
    /// Microseconds since the Unix epoch.
    pub sent_micros: u64,
}

/// The stamps within a text; a piece that was cut in two is left out, so look at whole texts.
pub fn stamps(text: &str) -> impl Iterator<Item = Stamp> + '_ {
    text.split_ascii_whitespace().filter_map(|word| {
        let (number, sent) = word.split_once(':')?;
        Some(Stamp { number: number.parse().ok()?, sent_micros: sent.parse().ok()? })
    })
}

/// The clock that stamps are made with.
#[must_use]
pub fn micros_now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}

impl Tokens {
    /// `count` tokens that all say `word `, as fast as possible.
    #[must_use]
    pub fn new(count: u64) -> Self {
        Self { count, per_second: None, text: TokenText::Word }
    }

    /// The same at a steady rate.
    #[must_use]
    pub fn per_second(self, rate: f64) -> Self {
        Self { per_second: Some(rate), ..self }
    }

    /// The same with another text.
    #[must_use]
    pub fn text(self, text: TokenText) -> Self {
        Self { text, ..self }
    }

    /// Sends them all, as chunks of an HTTP body.
    pub(crate) async fn send(&self, model: &str, to: &mut (impl AsyncWrite + Unpin)) -> std::io::Result<()> {
        let mut renderer = Renderer::new(model, self.text);
        let mut number = 0;
        let start = Instant::now();
        while number < self.count {
            renderer.out.clear();
            match self.per_second {
                None => {
                    let now = micros_now();
                    while number < self.count && renderer.out.len() < FULL {
                        renderer.add(number, now)?;
                        number += 1;
                    }
                }
                Some(rate) => {
                    tokio::time::sleep_until(start + Duration::from_secs_f64(number as f64 / rate)).await;
                    // What is due after a late wake-up goes out together, so that the rate holds.
                    let due = (start.elapsed().as_secs_f64() * rate) as u64;
                    let now = micros_now();
                    for number in number..(due + 1).min(self.count) {
                        renderer.add(number, now)?;
                    }
                    number = due.max(number) + 1;
                }
            }
            to.write_all(&renderer.out).await?;
        }
        Ok(())
    }
}

/// The piece with this number, as JSON writes it.
fn markdown_piece(number: u64) -> &'static [u8] {
    static PIECES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
        let escaped = |piece: &[u8]| {
            let json = serde_json::Value::from(String::from_utf8_lossy(piece)).to_string();
            json.as_bytes()[1..json.len() - 1].to_vec()
        };
        MARKDOWN.as_bytes().chunks(PIECE).map(escaped).collect()
    });
    &PIECES[usize::try_from(number % PIECES.len() as u64).unwrap_or(0)]
}

struct Renderer {
    head: Vec<u8>,
    tail: &'static [u8],
    text: TokenText,
    word: Vec<u8>,
    out: Vec<u8>,
}

impl Renderer {
    fn new(model: &str, text: TokenText) -> Self {
        let model = serde_json::Value::from(model);
        let head = format!(
            "data: {{\"id\":\"chatcmpl-scripted\",\"object\":\"chat.completion.chunk\",\"created\":1760000000,\
             \"model\":{model},\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\""
        );
        let tail = b"\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n";
        Self { head: head.into_bytes(), tail, text, word: Vec::new(), out: Vec::with_capacity(FULL + 1024) }
    }

    fn add(&mut self, number: u64, now: u64) -> std::io::Result<()> {
        self.word.clear();
        match self.text {
            TokenText::Word => self.word.extend_from_slice(b"word "),
            TokenText::Numbered => write!(self.word, "{number} ")?,
            TokenText::Stamped => write!(self.word, "{number}:{now} ")?,
            TokenText::Markdown => self.word.extend_from_slice(markdown_piece(number)),
        }
        write!(self.out, "{:x}\r\n", self.head.len() + self.word.len() + self.tail.len())?;
        for part in [&self.head[..], &self.word, self.tail, b"\r\n"] {
            self.out.extend_from_slice(part);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_pieces_put_together_are_the_text() {
        assert!(MARKDOWN.is_ascii(), "a piece may not end within a character");
        let count = MARKDOWN.len().div_ceil(PIECE) as u64;
        let said = |number| -> String {
            let piece = std::str::from_utf8(markdown_piece(number)).unwrap();
            serde_json::from_str(&format!("\"{piece}\"")).unwrap()
        };
        assert_eq!((0..count).map(said).collect::<String>(), MARKDOWN);
        assert_eq!(markdown_piece(count), markdown_piece(0));
    }
}
