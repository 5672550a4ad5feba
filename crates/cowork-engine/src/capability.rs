//! What a request needs of a model, read off the request itself, and whether a model is known to lack it.
//!
//! Always true: what is not known of a model counts as being there. Pure. Elsewhere: what follows from it (`routing`).

use cowork_contract::passed_over_code;
use cowork_provider::{ModelInfo, ModelRequest, Part};

use crate::context::{Room, request_tokens};

/// What a request needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Needs {
    /// Tools are offered.
    pub(crate) tools: bool,
    /// It holds images.
    pub(crate) images: bool,
    /// About how many tokens it has.
    pub(crate) tokens: u64,
}

/// Why a model is passed over: a code, and the reason in plain words.
pub(crate) type Unfit = (&'static str, String);

impl Needs {
    /// Those of a request as it would be sent.
    pub(crate) fn of(request: &ModelRequest) -> Self {
        let mut parts = request.turns.iter().flat_map(|turn| &turn.parts);
        Self {
            tools: !request.tools.is_empty(),
            images: parts.any(|part| matches!(part, Part::Image { .. })),
            tokens: request_tokens(request),
        }
    }

    /// The same for a model whose requests are made to fit.
    pub(crate) fn without_size(self) -> Self {
        Self { tokens: 0, ..self }
    }

    /// What a model is known to lack of it. `None`: nothing.
    pub(crate) fn lacking(&self, model: &ModelInfo) -> Option<Unfit> {
        if self.tools && model.tools == Some(false) {
            return Some((
                passed_over_code::MODEL_NO_TOOLS,
                "It can't use tools, and this needs some.".to_owned(),
            ));
        }
        if self.images && model.images == Some(false) {
            return Some((
                passed_over_code::MODEL_NO_IMAGES,
                "It can't see images, and the conversation has some.".to_owned(),
            ));
        }
        let most = Room::of(model).most()?;
        (self.tokens > most).then(|| {
            let reason =
                format!("The conversation has about {} tokens, and it can take {most}.", self.tokens);
            (passed_over_code::MODEL_TOO_SMALL, reason)
        })
    }
}

#[cfg(test)]
mod tests {
    use cowork_provider::{Tool, Turn};
    use serde_json::json;

    use super::*;

    fn image() -> Part {
        Part::Image { mime: "image/png".into(), data: Default::default() }
    }

    fn words(tokens: usize) -> Turn {
        Turn::user("x".repeat((tokens - 4) * 4))
    }

    #[test]
    fn a_request_says_what_it_needs() {
        let plain = ModelRequest { turns: vec![words(100), words(50)], ..ModelRequest::default() };
        assert_eq!(Needs::of(&plain), Needs { tools: false, images: false, tokens: 150 });
        let mut seen = plain.clone();
        seen.turns[0].parts.push(image());
        assert_eq!(Needs::of(&seen), Needs { tools: false, images: true, tokens: 1_650 });
        let tool = Tool { name: "t".into(), description: String::new(), parameters: json!({}) };
        let offered = ModelRequest { tools: vec![tool], system: Some("y".repeat(400)), ..plain };
        let needs = Needs::of(&offered);
        assert!(needs.tools && !needs.images && needs.tokens > 250, "tools are sent, too: {needs:?}");
    }

    #[test]
    fn what_is_known_to_be_missing_is_told_and_what_is_unknown_is_allowed() {
        let needs = |tools, images, tokens| Needs { tools, images, tokens };
        let model = |tools, images, window| ModelInfo {
            tools,
            images,
            context_window: window,
            output_limit: Some(1_000),
            ..ModelInfo::named("m")
        };
        let (yes, no) = (Some(true), Some(false));
        let table = [
            (needs(true, true, 1 << 40), model(None, None, None), None),
            (needs(true, true, 7_000), model(yes, yes, Some(8_000)), None),
            (needs(true, false, 10), model(no, yes, None), Some("model_no_tools")),
            (needs(false, false, 10), model(no, no, None), None),
            (needs(false, true, 10), model(yes, no, None), Some("model_no_images")),
            (needs(false, false, 7_001), model(None, None, Some(8_000)), Some("model_too_small")),
            (needs(false, false, 7_001).without_size(), model(None, None, Some(8_000)), None),
        ];
        for (needs, model, expected) in table {
            let lacking = needs.lacking(&model);
            assert_eq!(lacking.as_ref().map(|(code, _)| *code), expected, "{needs:?} {model:?}");
            assert!(lacking.is_none_or(|(_, reason)| reason.ends_with('.')));
        }
    }
}
