//! One table for each wire: every fixture in every way in which a network can deliver it.

use std::path::PathBuf;

use cowork_provider::{FailureKind, ProviderKind, StopReason};
use cowork_testkit::{Script, ScriptedProvider};

use super::{Whole, ask, provider_of, question};

/// What a fixture is read as.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) reasoning: &'static str,
    pub(crate) text: &'static str,
    /// Id, name and arguments of each.
    pub(crate) calls: &'static [(&'static str, &'static str, &'static str)],
    /// Whether something is kept for the origin alone.
    pub(crate) origin: bool,
    pub(crate) end: Result<StopReason, FailureKind>,
}

impl Row {
    /// A fixture that is text and an end.
    pub(crate) fn text(name: &'static str, text: &'static str, end: Result<StopReason, FailureKind>) -> Self {
        Self { name, reasoning: "", text, calls: &[], origin: false, end }
    }

    /// The same with reasoning before it.
    pub(crate) fn thinks(self, reasoning: &'static str) -> Self {
        Self { reasoning, ..self }
    }

    /// The same with calls of tools after it.
    pub(crate) fn calls(self, calls: &'static [(&'static str, &'static str, &'static str)]) -> Self {
        Self { calls, ..self }
    }

    /// The same with something that only its origin understands.
    pub(crate) fn keeps(self) -> Self {
        Self { origin: true, ..self }
    }
}

/// The fixtures of one wire.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fixtures {
    pub(crate) kind: ProviderKind,
    /// Below `fixtures/provider`.
    pub(crate) folder: &'static str,
}

impl Fixtures {
    fn path(self) -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/provider").join(self.folder)
    }

    pub(crate) fn read(self, name: &str) -> Vec<u8> {
        std::fs::read(self.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The answer that these pieces make up, each a chunk and a write of its own.
    pub(crate) async fn answer<'a>(self, pieces: impl IntoIterator<Item = &'a [u8]>) -> Whole {
        let server = ScriptedProvider::start().await;
        let filled = pieces.into_iter().filter(|piece| !piece.is_empty());
        server.push(filled.fold(Script::new(200), |script, piece| script.send(piece.to_vec())));
        ask(&provider_of(self.kind, server.base_url()), question()).await
    }

    /// Every fixture whole, by single bytes and, where it is a stream of events or lines, with other line ends.
    pub(crate) async fn every_way(self, rows: &[Row]) {
        for row in rows {
            let bytes = self.read(row.name);
            check(row, "whole", &self.answer([&bytes[..]]).await);
            check(row, "bytes", &self.answer(bytes.chunks(1)).await);
            let mut marked = b"\xef\xbb\xbf".to_vec();
            marked.extend_from_slice(&bytes);
            check(row, "byte order mark", &self.answer([&marked[..]]).await);
            let with = |end: &[u8]| bytes.split(|b| *b == b'\n').collect::<Vec<_>>().join(end);
            let (events, lines) = (row.name.ends_with(".sse"), row.name.ends_with(".ndjson"));
            if events {
                check(row, "CR", &self.answer([&with(b"\r")[..]]).await);
            }
            if events || lines {
                let crlf = with(b"\r\n");
                check(row, "CRLF", &self.answer([&crlf[..]]).await);
                // Each CR ends a piece and each LF begins one.
                check(row, "CR, LF apart", &self.answer(crlf.split_inclusive(|b| *b == b'\r')).await);
                check(row, "bytes of CRLF", &self.answer(crlf.chunks(1)).await);
            }
        }
    }

    /// Each file of the folder has its row.
    pub(crate) fn complete(self, rows: &[Row]) {
        let mut listed = rows.iter().map(|row| row.name.to_owned()).collect::<Vec<_>>();
        let files = std::fs::read_dir(self.path()).expect("the fixtures");
        let mut there = files
            .map(|file| file.expect("a file").file_name().into_string().expect("UTF-8"))
            .collect::<Vec<_>>();
        listed.sort();
        there.sort();
        assert_eq!(listed, there);
    }
}

fn check(row: &Row, way: &str, got: &Whole) {
    let name = row.name;
    assert_eq!(got.text, row.text, "{name}, {way}");
    assert_eq!(got.reasoning, row.reasoning, "{name}, {way}");
    let calls: Vec<(&str, &str, &str)> = got
        .calls
        .iter()
        .map(|call| (call.id.as_str(), call.name.as_str(), call.arguments.as_str()))
        .collect();
    assert_eq!(calls, row.calls, "{name}, {way}");
    assert_eq!(got.origin.is_some(), row.origin, "{name}, {way}: {:?}", got.origin);
    assert_eq!(&got.ended(), &row.end, "{name}, {way}: {:?}", got.end);
}
