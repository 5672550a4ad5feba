//! What every good command does.

use crate::harness::Home;

#[test]
fn help_version_and_completions() {
    let home = Home::new();
    assert!(home.run(&["--version"]).done().starts_with("cowork 0."));
    let help = home.run(&["--help"]).done();
    for word in [
        "serve",
        "chat",
        "sessions",
        "search",
        "export",
        "import",
        "text",
        "models",
        "providers",
        "config",
        "doctor",
        "completions",
        "Exit codes",
    ] {
        assert!(help.contains(word), "{word}");
    }
    assert!(!help.contains("openapi") && !help.contains("extract-text"), "hidden");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(home.run(&["completions", shell]).done().contains("cowork"));
    }
    let document: serde_json::Value = serde_json::from_str(&home.run(&["openapi"]).done()).unwrap();
    assert_eq!(document["info"]["title"], "Cowork");
    assert!(!home.data_dir().exists(), "none of these makes a data folder");
}

#[test]
fn wrong_usage_is_told_apart_from_failure() {
    let home = Home::new();
    for wrong in [
        &["nonsense"][..],
        &["chat"],
        &["chat", " "],
        &["search"],
        &["search", "--limit", "0", "word"],
        &["export"],
        &["export", "../x"],
        &["serve", "--port", "65536"],
        &["serve", "--host", "0.0.0.0"],
        &["--config", "/nowhere.toml", "sessions"],
        &["completions", "cmd"],
        &["providers", "add", "x"],
        &["providers", "add", "x", "--kind", "demo"],
        &["providers", "add", "x", "--kind", "openai", "--key", "sk-visible-to-all"],
        &["providers", "key", "x"],
        &["providers", "key", "x", "--stdin", "--remove"],
        &["providers", "key", "x", "--stdin"],
    ] {
        let ran = home.run(wrong);
        assert_eq!(ran.code, Some(2), "{wrong:?}: {ran:?}");
        assert!(!ran.err.is_empty() && ran.out.is_empty());
    }
    let failing = home.run(&["import", "/nowhere.json"]);
    let (first, rest) = failing.failed(1);
    assert_eq!(first, "cowork: can't open /nowhere.json");
    assert!(rest.contains("cause: No such file"), "{rest}");
}

#[test]
fn other_addresses_are_refused_with_advice() {
    let home = Home::new();
    for host in ["0.0.0.0", "192.168.1.1", "::", "example.org"] {
        let ran = home.run(&["serve", "--host", host, "--port", "0"]);
        let (first, rest) = ran.failed(2);
        assert!(first.contains(host) && first.contains("loopback"), "{first}");
        assert!(rest.contains("ssh -L"), "{rest}");
    }
}

#[test]
fn colours_stay_out_of_pipes() {
    let home = Home::new();
    let ran = home.run(&["nonsense"]);
    assert!(!ran.err.contains('\u{1b}'), "{:?}", ran.err);
}
