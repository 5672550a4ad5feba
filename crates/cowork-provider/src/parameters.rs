//! How a model is asked to answer, apart from what it is told, and how a refusal of that is explained.
//!
//! Elsewhere: each wire's names and limits for them (its `request`).

use crate::request::Effort;
use crate::{Failure, FailureKind};

/// How a model shall answer. Whatever is `None` is left to the model and its service.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Parameters {
    /// How freely it chooses its words: 0 to 2.
    pub temperature: Option<f64>,
    /// The share of likely words that it chooses among: above 0, up to 1.
    pub top_p: Option<f64>,
    /// The most tokens it may answer with.
    pub max_output_tokens: Option<u64>,
    /// How much it should think.
    pub effort: Option<Effort>,
}

impl Parameters {
    /// What stays for a model that can't be told how freely to choose its words.
    #[must_use]
    pub fn without_sampling(self) -> Self {
        Self { temperature: None, top_p: None, ..self }
    }

    /// Explains a refusal that names one of these: which one it was, and what to change. Others stay as they are.
    pub(crate) fn explain(&self, who: &str, failure: Failure) -> Failure {
        if failure.kind != FailureKind::BadRequest {
            return failure;
        }
        let Some((_, said)) = failure.detail.split_once("It said: ") else { return failure };
        let low = said.to_lowercase();
        let named =
            self.named().into_iter().find(|(_, _, signs)| signs.iter().any(|sign| low.contains(sign)));
        let Some((name, value, _)) = named else { return failure };
        let detail = format!(
            "The provider \"{who}\" does not take {name} {value} for this model. Choose another value or \"the model's \
             own\" where it is set: in the session's instructions or in its persona. It said: {said}"
        );
        Failure { detail, ..failure }
    }

    /// What was asked for, in words, and the signs by which services name it.
    fn named(&self) -> Vec<(&'static str, String, &'static [&'static str])> {
        let mut named: Vec<(&str, String, &[&str])> = Vec::new();
        if let Some(value) = self.temperature {
            named.push(("the temperature", value.to_string(), &["temperature"]));
        }
        if let Some(value) = self.top_p {
            named.push(("the top-p value", value.to_string(), &["top_p", "topp", "top-p"]));
        }
        if let Some(value) = self.max_output_tokens {
            let signs: &[&str] = &[
                "max_tokens",
                "max_completion_tokens",
                "max_output_tokens",
                "maxoutputtokens",
                "num_predict",
            ];
            named.push(("the most tokens of an answer,", value.to_string(), signs));
        }
        if let Some(value) = self.effort {
            let signs: &[&str] = &["effort", "thinking", "reasoning", "think value"];
            named.push(("the reasoning", format!("\"{}\"", value.as_str()), signs));
        }
        named
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_explained_by_the_setting_that_it_names_and_no_other() {
        let all = Parameters {
            temperature: Some(0.7),
            top_p: Some(0.5),
            max_output_tokens: Some(9),
            effort: Some(Effort::Low),
        };
        let table = [
            (
                "Unsupported parameter: 'temperature' is not supported with this model.",
                all,
                "temperature 0.7",
            ),
            ("`top_p` must be at least 0.95", all, "top-p value 0.5"),
            ("generationConfig.topP: out of range", all, "top-p value 0.5"),
            ("max_tokens: 9 < 10", all, "answer, 9"),
            ("Unsupported value: 'reasoning.effort'", all, "reasoning \"low\""),
            // What was not sent is nobody's setting.
            ("Unsupported parameter: 'temperature'", Parameters::default(), "did not accept"),
            ("the image is broken", all, "did not accept"),
        ];
        for (said, sent, expected) in table {
            let refusal = format!("The provider \"p\" did not accept the request. It said: \"{said}\"");
            let told = sent.explain("p", Failure::new(FailureKind::BadRequest, refusal)).detail;
            assert!(told.contains(expected) && told.contains(said), "{told}");
        }
        let other = Failure::new(FailureKind::ContextLength, "It said: max_tokens");
        assert_eq!(all.explain("p", other.clone()), other);
    }
}
