use std::collections::HashSet;

use super::*;
use crate::ProviderKind::{Anthropic, Demo, Gemini, Ollama, OpenAi, OpenAiCompatible, OpenAiResponses};

fn file() -> Catalog {
    serde_json::from_str(DATA).expect("data/models.json is a catalogue")
}

fn found(kind: ProviderKind, base_url: Option<&str>, model: &str) -> Option<(&'static str, &'static str)> {
    look_up(kind, base_url, model).map(|entry| (entry.service.as_str(), entry.matches.as_str()))
}

#[test]
fn every_entry_names_its_source_and_its_day() {
    let file = file();
    assert!(file.about.contains("Prices change"), "the header says what the day means");
    assert!(file.models.len() >= 40, "{}", file.models.len());
    for entry in &file.models {
        let sources = std::iter::once(&entry.source).chain(&entry.more_sources);
        for source in sources {
            let url = reqwest::Url::parse(source).expect(source);
            assert!(url.scheme() == "https" && url.path().len() > 1, "{source}");
        }
        let day: Vec<&str> = entry.read.split('-').collect();
        assert!(matches!(day[..], [y, m, d] if (y.len(), m.len(), d.len()) == (4, 2, 2)), "{entry:?}");
        assert!(day.iter().all(|part| part.parse::<u32>().is_ok_and(|n| n > 0)), "{entry:?}");
    }
}

#[test]
fn every_figure_is_in_a_sane_range() {
    for entry in &file().models {
        let prices = [entry.input_usd, entry.output_usd, entry.cached_input_usd];
        assert!(prices.iter().flatten().all(|usd| (0.0..=1_000.0).contains(usd)), "{entry:?}");
        assert_eq!(entry.input_usd.is_some(), entry.output_usd.is_some(), "{entry:?}");
        if let Some(cached) = entry.cached_input_usd {
            assert!(entry.input_usd.is_some_and(|input| cached <= input), "{entry:?}");
        }
        let limits = [entry.context_window, entry.output_limit];
        assert!(limits.iter().flatten().all(|tokens| (1_000..=20_000_000).contains(tokens)), "{entry:?}");
        if let (Some(window), Some(output)) = (entry.context_window, entry.output_limit) {
            assert!(output <= window, "{entry:?}");
        }
        let says_something = entry.price().is_some() || limits.iter().any(Option::is_some);
        assert!(says_something, "{entry:?}");
    }
}

#[test]
fn every_match_stands_once_and_can_be_found() {
    let bases = [
        ("openai", OpenAi, None),
        ("anthropic", Anthropic, None),
        ("gemini", Gemini, None),
        ("deepseek", OpenAiCompatible, Some("https://api.deepseek.com/v1")),
        ("mistral", OpenAiCompatible, Some("https://api.mistral.ai/v1")),
        ("xai", OpenAiCompatible, Some("https://api.x.ai/v1")),
        ("groq", OpenAiCompatible, Some("https://api.groq.com/openai/v1")),
        ("local", Ollama, None),
    ];
    let mut seen = HashSet::new();
    for entry in &file().models {
        let name = entry.matches.trim_end_matches('*');
        assert!(!name.is_empty() && !name.contains('*'), "{entry:?}");
        assert!(seen.insert((entry.service.clone(), name.to_owned())), "twice: {entry:?}");
        let (_, kind, base) =
            bases.iter().find(|(service, ..)| *service == entry.service).expect("a service");
        assert_eq!(look_up(*kind, *base, name), Some(entry));
    }
}

#[test]
fn exact_goes_before_the_longest_prefix_and_another_model_is_not_found() {
    let table = [
        ("gpt-5-mini", Some("gpt-5-mini*")),
        ("gpt-5-mini-2025-08-07", Some("gpt-5-mini*")),
        ("gpt-5-2025-08-07", Some("gpt-5*")),
        ("gpt-5", Some("gpt-5*")),
        ("gpt-5.6", Some("gpt-5.6")),
        ("gpt-5.6-sol", Some("gpt-5.6-sol*")),
        ("gpt-5-pro", None),
        ("gpt-5.9", None),
        ("gpt-50", None),
        ("gpt-4o", Some("gpt-4o")),
        ("gpt-4o-2024-05-13", None),
        ("", None),
    ];
    for (model, matches) in table {
        assert_eq!(found(OpenAi, None, model), matches.map(|m| ("openai", m)), "{model}");
    }
    let entry = |matches: &str| Entry { matches: matches.into(), ..file().models[0].clone() };
    assert_eq!(entry("a-1*").fit("a-1-20260101"), Some(3));
    assert!(entry("a-1-20260101").fit("a-1-20260101") > entry("a-1-2026*").fit("a-1-20260101"));
}

#[test]
fn a_version_is_not_another_model() {
    let table = [
        ("claude-opus-4-5-20251101", Some("claude-opus-4-5*")),
        ("claude-sonnet-5-5", Some("claude-sonnet-5-5*")),
        ("claude-sonnet-5", Some("claude-sonnet-5*")),
        ("claude-sonnet-5-latest", Some("claude-sonnet-5*")),
        ("claude-sonnet-5-9-20270101", None),
        ("claude-sonnet-5@20260630", Some("claude-sonnet-5*")),
        ("claude-sonnet-5-fast", None),
    ];
    for (model, matches) in table {
        assert_eq!(found(Anthropic, None, model), matches.map(|m| ("anthropic", m)), "{model}");
    }
}

#[test]
fn the_service_is_that_of_the_host_or_the_kind() {
    let table = [
        (OpenAi, None, "gpt-5", Some(("openai", "gpt-5*"))),
        (OpenAiResponses, None, "gpt-5", Some(("openai", "gpt-5*"))),
        (OpenAiResponses, Some("https://eu.api.openai.com/v1"), "gpt-5", Some(("openai", "gpt-5*"))),
        (OpenAiCompatible, Some("https://api.openai.com/v1"), "gpt-5", Some(("openai", "gpt-5*"))),
        (OpenAiCompatible, Some("https://notopenai.com/v1"), "gpt-5", None),
        (OpenAiCompatible, None, "gpt-5", None),
        (OpenAi, Some("https://models.example.com/v1"), "gpt-5", None),
        (OpenAi, Some("no address"), "gpt-5", None),
        (Demo, None, "gpt-5", None),
        (
            Anthropic,
            Some("https://api.deepseek.com/anthropic"),
            "deepseek-flash",
            Some(("deepseek", "deepseek-flash*")),
        ),
        (Gemini, None, "models/gemini-2.5-pro", Some(("gemini", "gemini-2.5-pro*"))),
        (Gemini, None, "gemini-2.5-flash-lite-preview-09-2025", None),
        (
            OpenAiCompatible,
            Some("https://api.groq.com/openai/v1"),
            "openai/gpt-oss-20b",
            Some(("groq", "openai/gpt-oss-20b")),
        ),
        (OpenAiCompatible, Some("https://api.x.ai/v1"), "grok-4-0709", Some(("xai", "grok-4*"))),
    ];
    for (kind, base_url, model, expected) in table {
        assert_eq!(found(kind, base_url, model), expected, "{kind:?} {base_url:?} {model}");
    }
}

#[test]
fn a_router_names_the_vendor() {
    let table = [
        ("openai/gpt-5-mini", Some(("openai", "gpt-5-mini*"))),
        ("anthropic/claude-opus-4.8", Some(("anthropic", "claude-opus-4-8*"))),
        ("google/gemini-2.5-pro", Some(("gemini", "gemini-2.5-pro*"))),
        ("x-ai/grok-4.3", Some(("xai", "grok-4.3*"))),
        ("openai/gpt-5-mini:free", None),
        ("qwen/qwen3-32b", None),
        ("gpt-5-mini", None),
    ];
    for (model, expected) in table {
        let base_url = Some("https://openrouter.ai/api/v1");
        assert_eq!(found(OpenAiCompatible, base_url, model), expected, "{model}");
    }
}

#[test]
fn a_local_model_is_known_by_tag_repository_and_file() {
    let table = [
        ("qwen3:8b", Some("qwen3-8b*")),
        ("qwen3:8b-q4_K_M", Some("qwen3-8b*")),
        ("Qwen/Qwen3-8B-GGUF", Some("qwen3-8b*")),
        ("/models/Qwen3-8B-Q4_K_M.gguf", Some("qwen3-8b*")),
        ("qwen3-coder:30b", Some("qwen3-coder-30b*")),
        ("qwen3-vl:8b", None),
        ("llama3.3:latest", Some("llama3.3*")),
        ("meta-llama/Llama-3.3-70B-Instruct", Some("llama3.3*")),
        ("Meta-Llama-3.1-8B-Instruct.Q8_0.gguf", Some("llama3.1-8b*")),
        ("google_gemma-3-4b", None),
        ("gemma3:12b-it-qat", Some("gemma3-12b*")),
        ("gemma-3-1b-it", Some("gemma3-1b*")),
        ("gpt-oss:20b", Some("gpt-oss-20b*")),
        ("gpt-oss-20b-mxfp4.gguf", Some("gpt-oss-20b*")),
    ];
    for (model, matches) in table {
        assert_eq!(found(Ollama, None, model), matches.map(|m| ("local", m)), "{model}");
    }
    for host in ["127.0.0.1:8080", "localhost:1234", "192.168.1.7", "[::1]:8080", "box.local", "llama"] {
        let base_url = format!("http://{host}/v1");
        assert!(look_up(OpenAiCompatible, Some(&base_url), "gpt-oss-20b").is_some(), "{host}");
    }
    assert!(look_up(OpenAiCompatible, Some("http://8.8.8.8/v1"), "gpt-oss-20b").is_none());
}

#[test]
fn only_what_the_service_did_not_tell_is_filled_in() {
    let entry = look_up(OpenAi, None, "gpt-5-mini").expect("an entry");
    let empty = ModelInfo::named("gpt-5-mini").complete_from(entry);
    assert_eq!((empty.context_window, empty.output_limit), (Some(400_000), Some(128_000)));
    assert_eq!((empty.images, empty.tools, empty.reasoning), (Some(true), Some(true), Some(true)));
    let price = Price { input: 250_000, output: 2_000_000, cached_input: Some(25_000) };
    assert_eq!((empty.price, empty.label, empty.demo), (Some(price), None, false));

    let told = ModelInfo {
        label: Some("Mini".into()),
        context_window: Some(64_000),
        images: Some(false),
        price: Some(Price { input: 1, output: 2, cached_input: None }),
        ..ModelInfo::named("gpt-5-mini")
    };
    let full = told.clone().complete_from(entry);
    assert_eq!((full.tools, full.reasoning, full.output_limit), (Some(true), Some(true), Some(64_000)));
    assert_eq!(
        (full.label, full.context_window, full.images),
        (told.label, told.context_window, told.images)
    );
    assert_eq!(full.price, told.price);
}

#[test]
fn a_cost_is_rounded_half_up_and_never_overflows() {
    let usage = |input_tokens, output_tokens, cached_input_tokens| Usage {
        input_tokens,
        output_tokens,
        cached_input_tokens,
        reasoning_tokens: None,
        total_tokens: 0,
    };
    let price = |input, output, cached_input| Price { input, output, cached_input };
    let table = [
        (price(3_000_000, 15_000_000, None), usage(1_000, 100, None), 4_500),
        (price(3_000_000, 15_000_000, None), usage(1_000, 0, Some(400)), 3_000),
        (price(3_000_000, 15_000_000, Some(300_000)), usage(1_000, 0, Some(400)), 1_920),
        (price(3_000_000, 15_000_000, Some(0)), usage(1_000, 0, Some(5_000)), 0),
        (price(500_000, 0, None), usage(1, 0, None), 1),
        (price(499_999, 0, None), usage(1, 0, None), 0),
        (price(250_000, 250_000, None), usage(1, 1, None), 1),
        (price(0, 0, None), usage(u64::MAX, u64::MAX, None), 0),
        (price(u64::MAX, u64::MAX, Some(u64::MAX)), usage(u64::MAX, u64::MAX, Some(1)), u64::MAX),
    ];
    for (price, usage, cost) in table {
        assert_eq!(cost_micro_usd(&price, &usage), cost, "{price:?} {usage:?}");
    }
}
