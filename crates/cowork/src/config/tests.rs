//! Precedence and faults, from a made-up environment and real files.

use std::fs;

use secrecy::ExposeSecret as _;

use super::*;

fn environment(variables: &[(&str, &str)]) -> Environment {
    [("HOME", "/home/me")]
        .iter()
        .chain(variables)
        .map(|(name, value)| ((*name).to_owned(), value.into()))
        .collect()
}

/// Loads `toml` as the configuration file, with `variables` and `flags`.
fn load(toml: &str, variables: &[(&str, &str)], mut flags: Flags) -> Result<Config, Fault> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cowork.toml");
    fs::write(&path, toml).unwrap();
    flags.config = Some(path);
    Config::load(&flags, &environment(variables))
}

fn fault(toml: &str, variables: &[(&str, &str)]) -> String {
    let config = load(toml, variables, Flags::default());
    config.and_then(|config| config.registry().map(|_| ())).unwrap_err().to_string()
}

#[test]
fn flags_count_before_the_environment_before_the_file_before_defaults() {
    let toml = "[server]\nport = 1\nhost = \"::1\"\n";
    let env = [("COWORK_PORT", "2"), ("COWORK_HOST", "localhost")];
    let flags = Flags { port: Some(3), host: Some("127.0.0.2".to_owned()), ..Flags::default() };

    let config = load(toml, &env, flags).unwrap();
    assert_eq!((config.port.value, config.port.source), (3, Source::Flag("--port")));
    assert_eq!((config.host.value.as_str(), config.host.source), ("127.0.0.2", Source::Flag("--host")));

    let config = load(toml, &env, Flags::default()).unwrap();
    assert_eq!((config.port.value, config.port.source), (2, Source::Env("COWORK_PORT")));
    assert_eq!(config.host.value, "localhost");

    let config = load(toml, &[], Flags::default()).unwrap();
    assert_eq!(config.port.value, 1);
    assert!(matches!(config.port.source, Source::File { line: 2, .. }));
    assert!(matches!(config.host.source, Source::File { line: 3, .. }));

    let config = load("", &[], Flags::default()).unwrap();
    assert_eq!((config.port.value, config.port.source), (DEFAULT_PORT, Source::Default));
    assert_eq!(config.host.value, "127.0.0.1");
}

#[test]
fn folders_follow_xdg() {
    let data = |variables: &[(&str, &str)]| {
        Config::load(&Flags::default(), &environment(variables)).unwrap().data_dir.value
    };
    assert_eq!(data(&[]), Path::new("/home/me/.local/share/cowork"));
    assert_eq!(data(&[("XDG_DATA_HOME", "/data")]), Path::new("/data/cowork"));
    assert_eq!(data(&[("XDG_DATA_HOME", "relative")]), Path::new("/home/me/.local/share/cowork"));
    assert_eq!(data(&[("XDG_DATA_HOME", "/data"), ("COWORK_DATA_DIR", "/mine")]), Path::new("/mine"));
    let homeless = Config::load(&Flags::default(), &Environment::default()).unwrap_err();
    assert!(homeless.to_string().contains("--data-dir"), "{homeless}");
}

#[test]
fn the_usual_file_is_found_and_may_be_missing() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().to_str().unwrap();
    let load = || Config::load(&Flags::default(), &environment(&[("XDG_CONFIG_HOME", home)])).unwrap();
    assert_eq!(load().file, None);
    fs::create_dir(folder.path().join("cowork")).unwrap();
    fs::write(folder.path().join("cowork/cowork.toml"), "[server]\nport = 9\n").unwrap();
    assert_eq!(load().port.value, 9);
}

#[test]
fn a_fault_names_file_line_key_and_remedy() {
    for (toml, variables, words) in [
        (
            "[server]\nhost = \"::1\"\nprot = 1\n",
            &[][..],
            &["cowork.toml:3", "server.prot", "Did you mean \"port\""][..],
        ),
        (
            "\ncolour = 1\n",
            &[],
            &["cowork.toml:2", "colour", "server, providers, routing, context, discovery, attachments"],
        ),
        ("[server]\nport = \"7317\"\n", &[], &["cowork.toml:2", "server.port", "0 for any free port"]),
        ("[server]\nport = 65536\n", &[], &["cowork.toml:2", "server.port"]),
        ("[server]\nhost = 1\n", &[], &["cowork.toml:2", "server.host", "host = \"...\""]),
        ("[server]\nhost = \"\"\n", &[], &["cowork.toml:2", "server.host", "empty"]),
        ("server = 1\n", &[], &["cowork.toml:1", "server", "[server]"]),
        ("[providers]\nid = \"x\"\n", &[], &["cowork.toml:1", "providers", "[[providers]]"]),
        ("[server\nport = 1\n", &[], &["cowork.toml:1", "not TOML"]),
        ("[server]\nport = 1\nport = 2\n", &[], &["cowork.toml:3", "not TOML", "duplicate"]),
        ("[[providers]]\nkind = \"demo\"\n", &[], &["cowork.toml:1", "providers[0].id", "missing"]),
        ("[[providers]]\nid = \"x\"\n", &[], &["cowork.toml:1", "providers[0].kind", "missing", "ollama"]),
        ("[[providers]]\nid = \"x\"\nkind = \"gpt\"\n", &[], &["cowork.toml:3", "providers.kind", "gpt"]),
        (
            "[[providers]]\nid = \"x\"\nservice = \"grok\"\n",
            &[],
            &["cowork.toml:3", "providers.service", "groq"],
        ),
        (
            "[[providers]]\nid = \"x\"\nservice = \"groq\"\nkind = \"gemini\"\n",
            &[],
            &["cowork.toml:4", "providers.kind", "Groq does not speak"],
        ),
        (
            "[[providers]]\nid = \"x\"\nkind = \"openai\"\napi_key_env = [\"ONE\", \"TWO\"]\n",
            &[("ONE", "1")],
            &["cowork.toml:4", "api_key_env", "Set TWO"],
        ),
        (
            "[[providers]]\nid = \"x\"\nkind = \"openai\"\napi_key_env = []\n",
            &[],
            &["cowork.toml:4", "api_key_env", "empty"],
        ),
        (
            "[context]\ncompact = true\n",
            &[],
            &["cowork.toml:2", "context.compact", "\"auto\" or compact = \"off\""],
        ),
        ("[attachments]\nfile_mb = 0\n", &[], &["cowork.toml:2", "attachments.file_mb", "from 1 to 200"]),
        ("[discovery]\nlocal = 1\n", &[], &["cowork.toml:2", "discovery.local", "local = false"]),
        ("", &[("COWORK_DISCOVERY", "maybe")], &["COWORK_DISCOVERY", "maybe", "1 or 0"]),
        (
            "[routing]\nfallback = [\"gpt-5\"]\n",
            &[],
            &["cowork.toml:2", "routing.fallback", "provider/model"],
        ),
        (
            "[routing]\nfallback = [\"demo/cowork-demo\"]\n",
            &[],
            &["cowork.toml:2", "routing.fallback", "never stands in"],
        ),
        (
            "[[providers]]\nid = \"show\"\nkind = \"demo\"\n[routing]\nfallback = [\"show/x\"]\n",
            &[],
            &["cowork.toml:5", "routing.fallback", "never stands in"],
        ),
        ("[routing]\nfallback = [\"a/b\", \"a/b\"]\n", &[], &["cowork.toml:2", "routing.fallback", "twice"]),
        ("[[providers]]\nid = \"x\"\nkind = \"openai-compatible\"\n", &[], &["cowork.toml:1", "base_url"]),
        ("[[providers]]\nid = \"a/b\"\nkind = \"ollama\"\n", &[], &["cowork.toml:1", "a/b"]),
        (
            "[[providers]]\nid = \"x\"\nkind = \"ollama\"\n[[providers]]\nid = \"x\"\nkind = \"ollama\"\n",
            &[],
            &["cowork.toml:4", "twice"],
        ),
        (
            "[[providers]]\nid = \"x\"\nkind = \"ollama\"\napi_key_env = \"NOPE\"\n",
            &[],
            &["cowork.toml:4", "api_key_env", "Set NOPE"],
        ),
        (
            "[[providers]]\nid = \"x\"\nkind = \"ollama\"\nmodels = \"one\"\n",
            &[],
            &["cowork.toml:4", "models", "list of texts"],
        ),
        ("[routing]\ndefault = \"nobody\"\n", &[], &["cowork.toml:2", "nobody"]),
        (
            "[routing]\ndefautl = \"demo/cowork-demo\"\n",
            &[],
            &["cowork.toml:2", "routing.defautl", "default"],
        ),
        ("", &[("COWORK_PORT", "http")], &["COWORK_PORT", "http", "number"]),
    ] {
        let fault = fault(toml, variables);
        let (first, remedy) = fault.split_once('\n').unwrap_or((&fault, &fault));
        assert!(!remedy.is_empty());
        for word in words {
            assert!(fault.contains(word), "{toml:?}: {word:?} is not in {fault:?}");
        }
        assert!(first.contains(words[0]), "the place stands in the first line: {fault:?}");
    }
    let missing = Flags { config: Some("/nowhere/cowork.toml".into()), ..Flags::default() };
    let missing = Config::load(&missing, &environment(&[])).unwrap_err().to_string();
    assert!(missing.contains("--config") && missing.contains("/nowhere/cowork.toml"), "{missing}");
}

#[test]
fn providers_are_found_by_the_keys_that_are_set() {
    let toml = "[[providers]]\nid = \"work\"\nkind = \"openai-compatible\"\nbase_url = \"http://127.0.0.1:8080/v1\"\n\
                api_key_env = \"WORK_KEY\"\nmodels = [\"small\", \"large\"]\n\
                [[providers]]\nid = \"groq\"\nkind = \"openai-compatible\"\nbase_url = \"http://127.0.0.1:9/v1\"\n\
                [routing]\ndefault = \"work/large\"\nfallback = [\"groq/x\"]\n\
                [context]\ncompact = \"off\"\n";
    let variables = [
        ("WORK_KEY", "sk-work-secret"),
        ("GROQ_API_KEY", "gsk-other"),
        ("OPENAI_API_KEY", "sk-openai"),
        ("MISTRAL_API_KEY", ""),
        ("OLLAMA_HOST", "0.0.0.0"),
        ("ANTHROPIC_API_KEY", "sk-ant"),
    ];
    let config = load(toml, &variables, Flags::default()).unwrap();
    let ids: Vec<_> = config.providers.iter().map(|provider| provider.config.id.as_str()).collect();
    assert_eq!(
        ids,
        ["work", "groq", "openai", "anthropic", "ollama"],
        "an empty variable is not set; the file wins over a key"
    );
    let work = &config.providers[0];
    assert_eq!(work.config.api_key.as_ref().unwrap().expose_secret(), "sk-work-secret");
    assert_eq!(work.config.models, ["small", "large"]);
    assert_eq!(config.providers[4].config.base_url.as_deref(), Some("http://127.0.0.1:11434"));
    assert_eq!(config.providers[4].config.kind, ProviderKind::Ollama);
    assert_eq!(config.providers[3].config.kind, ProviderKind::Anthropic);
    assert!(
        config.providers[1].keys_from.is_empty(),
        "a service's key is not for an address of the person's own"
    );
    assert_eq!(config.default_model.as_ref().unwrap().value, "work/large");
    assert_eq!(config.notices, [""; 0]);
    let options = config.engine_options();
    assert_eq!(options.fallback, [("groq".to_owned(), "x".to_owned())]);
    assert!(options.configured.fallback && options.discovery.len() == 4);
    assert_eq!(options.configured.compact, Some(AutoCompact::Off));
    let origin = &options.configured.providers["work"];
    assert_eq!((origin.place, origin.name.as_str()), (Place::File, "cowork.toml"), "and not where it is");
    assert_eq!(options.configured.providers["anthropic"].key.as_ref().unwrap().variable, "ANTHROPIC_API_KEY");

    let shown = config.show();
    for secret in ["sk-work-secret", "sk-openai", "gsk-other"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert!(
        shown.contains("WORK_KEY") && shown.contains("cowork.toml:1") && shown.contains("OLLAMA_HOST"),
        "{shown}"
    );
    assert!(!format!("{config:?}").contains("sk-work-secret"), "nor in a debug form");
}

#[test]
fn openai_at_another_address() {
    let config = load("", &[("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")], Flags::default()).unwrap();
    assert_eq!(config.providers[0].config.id, "openai");
    assert_eq!(config.providers[0].config.base_url.as_deref(), Some("http://127.0.0.1:1/v1"));
    assert!(config.providers[0].keys_from.is_empty());
}

#[test]
fn kinds_services_and_keys_of_the_file() {
    let toml = "[[providers]]\nid = \"claude\"\nkind = \"anthropic\"\n\
                [[providers]]\nid = \"google\"\nkind = \"gemini\"\n\
                [[providers]]\nid = \"elsewhere\"\nkind = \"gemini\"\nbase_url = \"http://127.0.0.1:1/v1beta\"\n\
                [[providers]]\nid = \"fast\"\nservice = \"groq\"\n\
                [[providers]]\nid = \"local\"\nkind = \"ollama\"\nbase_url = \"http://127.0.0.1:1/v1/\"\n\
                [[providers]]\nid = \"many\"\nkind = \"openai-responses\"\napi_key_env = [\"ONE\", \"TWO\"]\n\
                base_url = \"http://127.0.0.1:1/v1\"\n";
    let variables = [
        ("ANTHROPIC_API_KEY", "sk-ant"),
        ("GOOGLE_API_KEY", "goog-secret"),
        ("GROQ_API_KEY", "gsk-secret"),
        ("ONE", "sk-one-secret"),
        ("TWO", "sk-two-secret\nsk-three-secret"),
        ("COWORK_DISCOVERY", "0"),
    ];
    let config = load(toml, &variables, Flags::default()).unwrap();
    config.registry().unwrap();
    let provider = |id: &str| config.providers.iter().find(|provider| provider.config.id == id).unwrap();
    assert_eq!(provider("claude").keys_from, ["ANTHROPIC_API_KEY"]);
    assert_eq!(provider("google").keys_from, ["GOOGLE_API_KEY"]);
    assert!(provider("elsewhere").keys_from.is_empty());
    assert_eq!(provider("fast").config.base_url.as_deref(), Some("https://api.groq.com/openai/v1"));
    assert_eq!(provider("fast").keys_from, ["GROQ_API_KEY"]);
    assert_eq!(provider("local").config.base_url.as_deref(), Some("http://127.0.0.1:1"));
    assert_eq!(provider("many").keys_from, ["ONE", "TWO"]);
    assert_eq!(provider("many").config.api_keys.len(), 1);
    // Those of the environment beside them have other ids.
    assert_eq!(provider("gemini").config.kind, ProviderKind::Gemini);
    assert!(config.engine_options().discovery.is_empty());
    let shown = config.show();
    assert!(!shown.contains("secret") && !shown.contains("sk-"), "{shown}");
    assert!(shown.contains("discovery.local") && shown.contains("COWORK_DISCOVERY"), "{shown}");
    let both = [("GEMINI_API_KEY", "first"), ("GOOGLE_API_KEY", "second")];
    let config = load("", &both, Flags::default()).unwrap();
    assert_eq!(config.providers.len(), 1);
    assert_eq!(config.providers[0].config.api_key.as_ref().unwrap().expose_secret(), "first");
    let off = load("[discovery]\nlocal = false\n", &[], Flags::default()).unwrap();
    assert!(!off.discovery.value);
    let on = load("[discovery]\nlocal = false\n", &[("COWORK_DISCOVERY", "1")], Flags::default()).unwrap();
    assert!(on.discovery.value, "the environment comes first");
}

#[test]
fn limits_of_attachments_are_set_in_the_file_alone() {
    let config = load("[attachments]\nfile_mb = 10\nper_message = 3\n", &[], Flags::default()).unwrap();
    let limits = config.engine_options().attachments;
    assert_eq!((limits.file_bytes, limits.files_per_message, limits.session_bytes), (10 << 20, 3, 200 << 20));
    let shown = config.show();
    assert!(shown.contains("attachments.per_message") && shown.contains("attachments.session_mb"), "{shown}");
}
