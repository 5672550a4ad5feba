//! What the tests of the wires share: bytes in, all frames and the end out. That no split of the bytes changes them
//! is asked of every wire in `tests/mutation`.

use super::*;

/// Frames and end of an answer in these pieces, with neighbouring text joined.
pub(crate) fn read<'a>(
    reader: impl Read,
    max: usize,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> (Vec<Frame>, Result<(), Trouble>) {
    let limits = Limits { event_bytes: max, answer_bytes: max, ..Limits::default() };
    let mut decoder = Decoder::new(reader, limits, &ModelRequest::default());
    let (mut frames, mut end) = (Out::new(), Ok(()));
    for piece in pieces {
        end = decoder.feed(piece, &mut frames);
        if end.is_err() || decoder.is_done() {
            break;
        }
    }
    let end = end.and_then(|()| decoder.close(&mut frames));
    (frames.into(), end)
}

#[test]
fn what_follows_the_end_is_not_looked_at_however_it_arrives() {
    let config = crate::ProviderConfig {
        base_url: Some("http://127.0.0.1:9/v1".to_owned()),
        ..crate::ProviderConfig::new("p", crate::ProviderKind::OpenAiCompatible)
    };
    let service = crate::Remote::new(config).expect("usable").service;
    let limits = Limits { event_bytes: 100, ..Limits::default() };
    let end = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: [DONE]\n\n";
    let body = format!("{end}{}", "x".repeat(101));
    let mut decoder = service.wire.decoder(limits, &ModelRequest::default());
    assert_eq!(decoder.feed(body.as_bytes(), &mut Out::new()), Ok(()));
    assert!(decoder.is_done());
}
