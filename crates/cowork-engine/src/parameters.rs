//! How a session's answers are asked for: whose wish counts, what of it a model is known to take, what was sent. Pure.
//!
//! Elsewhere: the names and limits of each service (`cowork-provider`).

use cowork_contract::{ModelParameters, ParameterName, ParametersUsed, ReasoningEffort};
use cowork_provider::{Effort, ModelInfo, Parameters};

use crate::EngineError;

/// The highest temperature that any service takes.
const TEMPERATURE_MAX: f64 = 2.0;
/// The most tokens of an answer that can be asked for.
const OUTPUT_MAX: u64 = 1_000_000;

/// Refuses what no service takes, by the name of the field.
pub(crate) fn check(parameters: &ModelParameters) -> Result<(), EngineError> {
    let ModelParameters { temperature, top_p, max_output_tokens, .. } = parameters;
    if temperature.is_some_and(|value| !(0.0..=TEMPERATURE_MAX).contains(&value)) {
        let detail = "A temperature lies between 0 and 2. Leave it out for the model's own.";
        return Err(EngineError::invalid("temperature", detail));
    }
    if top_p.is_some_and(|value| !(0.0..=1.0).contains(&value)) {
        let detail = "A top-p value lies between 0 and 1. Leave it out for the model's own.";
        return Err(EngineError::invalid("topP", detail));
    }
    if max_output_tokens.is_some_and(|most| !(1..=OUTPUT_MAX).contains(&most)) {
        return Err(EngineError::invalid("maxOutputTokens", "An answer has 1 to 1,000,000 tokens."));
    }
    Ok(())
}

/// The wish, as far as the model is known to take it.
pub(crate) fn asked(wish: &ModelParameters, model: &ModelInfo) -> Parameters {
    let most = wish.max_output_tokens;
    Parameters {
        temperature: wish.temperature,
        top_p: wish.top_p,
        max_output_tokens: most.map(|most| model.output_limit.map_or(most, |limit| most.min(limit))),
        effort: wish.reasoning_effort.filter(|_| model.reasoning != Some(false)).map(|effort| match effort {
            ReasoningEffort::Low => Effort::Low,
            ReasoningEffort::Medium => Effort::Medium,
            ReasoningEffort::High => Effort::High,
        }),
    }
}

/// What came of the wish. `None`: nothing was wished and nothing sent.
pub(crate) fn used(wish: &ModelParameters, sent: Parameters) -> Option<ParametersUsed> {
    let effort = sent.effort.map(|effort| match effort {
        Effort::Low => ReasoningEffort::Low,
        Effort::Medium => ReasoningEffort::Medium,
        Effort::High => ReasoningEffort::High,
    });
    let sent = ModelParameters {
        temperature: sent.temperature,
        top_p: sent.top_p,
        max_output_tokens: sent.max_output_tokens,
        reasoning_effort: effort,
    };
    let left_out = [
        (ParameterName::Temperature, wish.temperature.is_some() && sent.temperature.is_none()),
        (ParameterName::TopP, wish.top_p.is_some() && sent.top_p.is_none()),
        (
            ParameterName::MaxOutputTokens,
            wish.max_output_tokens.is_some() && sent.max_output_tokens.is_none(),
        ),
        (ParameterName::ReasoningEffort, wish.reasoning_effort.is_some() && sent.reasoning_effort.is_none()),
    ];
    let left_out: Vec<_> = left_out.into_iter().filter_map(|(name, is)| is.then_some(name)).collect();
    (!sent.is_empty() || !left_out.is_empty()).then_some(ParametersUsed { sent, left_out })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_asked_for_than_the_model_is_known_to_take() {
        let (low, high) = (Some(ReasoningEffort::Low), Some(ReasoningEffort::High));
        for (most, effort, limit, reasons, asked_for) in [
            (None, None, None, None, (None, None)),
            (Some(9), low, None, None, (Some(9), Some(Effort::Low))),
            (Some(9), high, Some(5), Some(true), (Some(5), Some(Effort::High))),
            (Some(9), low, Some(20), Some(false), (Some(9), None)),
            (None, None, Some(20), Some(true), (None, None)),
        ] {
            let model = ModelInfo { output_limit: limit, reasoning: reasons, ..ModelInfo::default() };
            let wish = ModelParameters {
                max_output_tokens: most,
                reasoning_effort: effort,
                temperature: Some(0.5),
                ..ModelParameters::default()
            };
            let asked = asked(&wish, &model);
            assert_eq!((asked.max_output_tokens, asked.effort), asked_for);
            assert_eq!((asked.temperature, asked.top_p), (Some(0.5), None));
        }
    }

    #[test]
    fn what_was_left_out_is_told_and_what_nobody_wished_is_not() {
        let wish = ModelParameters {
            temperature: Some(0.5),
            reasoning_effort: Some(ReasoningEffort::Low),
            ..ModelParameters::default()
        };
        let sent = Parameters { effort: Some(Effort::Low), ..Parameters::default() };
        let told = used(&wish, sent).unwrap();
        assert_eq!(told.left_out, [ParameterName::Temperature]);
        assert_eq!(told.sent.reasoning_effort, Some(ReasoningEffort::Low));
        assert_eq!(used(&ModelParameters::default(), Parameters::default()), None);
    }

    #[test]
    fn what_no_service_takes_is_refused_by_its_field() {
        let none = ModelParameters::default();
        for (field, parameters) in [
            ("temperature", ModelParameters { temperature: Some(-0.1), ..none }),
            ("temperature", ModelParameters { temperature: Some(2.1), ..none }),
            ("temperature", ModelParameters { temperature: Some(f64::NAN), ..none }),
            ("topP", ModelParameters { top_p: Some(1.01), ..none }),
            ("maxOutputTokens", ModelParameters { max_output_tokens: Some(0), ..none }),
            ("maxOutputTokens", ModelParameters { max_output_tokens: Some(1_000_001), ..none }),
        ] {
            assert_eq!(check(&parameters).unwrap_err().problem().field.as_deref(), Some(field));
        }
        let fine = ModelParameters { temperature: Some(2.0), top_p: Some(0.0), ..none };
        assert!(check(&fine).is_ok() && check(&none).is_ok());
    }
}
