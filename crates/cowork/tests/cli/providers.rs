//! `cowork models` and `cowork providers`, against a running server and without one. A key comes from standard input and
//! is found nowhere afterwards.

use cowork_testkit::{Script, ScriptedProvider, refuse, reply};
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::harness::Home;

const KEY: &str = "sk-Secret.Key_0123456789";

/// A model service in this process.
struct Service {
    runtime: tokio::runtime::Runtime,
    scripted: ScriptedProvider,
}

impl Service {
    /// It takes one key and names two models.
    fn start() -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let scripted = runtime.block_on(ScriptedProvider::start());
        scripted.when(|request| {
            let known = request.header("authorization") == Some(&*format!("Bearer {KEY}"));
            let models = json!({ "data": [{ "id": "small" }, { "id": "large" }] });
            match (known, request.path.as_str()) {
                (false, _) => Some(refuse(401, "invalid_api_key", &format!("Incorrect key, not {KEY}"))),
                (true, "/v1/models") => Some(Script::new(200).json(&models)),
                (true, _) => Some(reply().text("Hello").finish("stop").done().into()),
            }
        });
        Self { runtime, scripted }
    }

    fn base_url(&self) -> String {
        let _entered = self.runtime.enter();
        self.scripted.base_url()
    }
}

/// Every file beneath a folder, as one text.
fn bytes(folder: &std::path::Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(bytes(&path)) } else { all.extend(std::fs::read(&path).unwrap()) }
    }
    all
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// All that a provider goes through, and all that was said meanwhile.
fn life(home: &Home, service: &Service) -> String {
    let mut said = String::new();
    let url = service.base_url();
    let mut run = |arguments: &[&str], input: &str| {
        let ran = home.run_with(arguments, input);
        said += &format!("{arguments:?}\n{}\n{}\n", ran.out, ran.err);
        ran
    };
    assert!(run(&["providers"], "").done().contains("demo  demo  -  built in, no key"));
    let add = ["providers", "add", "work", "--kind", "openai-compatible", "--base-url", &url, "--key-stdin"];
    let added = run(&add, "sk-wrong-key-0000\n").done();
    assert!(added.starts_with("work  openai-compatible  http://127.0.0.1:"), "{added}");
    assert!(added.contains("key …0000"), "{added}");
    let wrong = run(&["providers", "test", "work"], "");
    assert!(wrong.code == Some(1) && wrong.err.contains("did not accept the API key"), "{wrong:?}");
    assert!(run(&["providers", "key", "work", "--stdin"], KEY).done().contains("…6789"));
    assert!(run(&["providers", "test", "work"], "").done().contains("names 2 models"));
    let listed = run(&["models"], "").done();
    assert!(listed.contains("* work/small") && listed.contains("  demo/cowork-demo"), "{listed}");
    let lines = run(&["models", "--json", "--refresh"], "").done();
    let model: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!((&model["providerId"], &model["inputPriceUsd"]), (&json!("work"), &Value::Null));
    let listed = run(&["providers", "list", "--json"], "").done();
    let mut provider: Value = serde_json::from_str(listed.lines().next().unwrap()).unwrap();
    let items = provider["key"]["items"].take();
    assert_eq!(provider["key"], json!({ "present": true, "source": "app", "hint": "6789", "items": null }));
    assert_eq!((&items[0]["hint"], &items[0]["state"]), (&json!("6789"), &json!("in-use")));
    assert_eq!(run(&["chat", "-m", "work/small", "Hi"], "").done(), "Hello\n");
    let twice = run(&["providers", "add", "work", "--service", "groq"], "");
    assert!(twice.code == Some(1) && twice.err.contains("\"work\" already"), "{twice:?}");
    said
}

#[test]
fn a_provider_without_a_server() {
    let (home, service) = (Home::new(), Service::start());
    let said = life(&home, &service);
    assert!(said.contains("6789") && !said.contains(KEY), "{said}");
    let kept = bytes(home.path());
    assert!(holds(&kept, &service.base_url()), "the control");
    assert!(!holds(&kept, KEY) && !holds(&kept, "sk-wrong-key"));
    let forgotten = home.run(&["providers", "key", "work", "--remove"]).done();
    assert!(forgotten.contains("no key"), "{forgotten}");
    home.run(&["providers", "remove", "work"]).done();
    assert!(!home.run(&["providers"]).done().contains("work"));
    assert!(home.run(&["providers", "remove", "work"]).failed(1).0.contains("no such provider"));
}

#[test]
fn a_provider_of_a_running_server_is_in_no_log_and_no_file() {
    let home = Home::new().with("COWORK_LOG", "trace").with("COWORK_TOKEN", "a-token-for-tests-0123456789");
    let service = Service::start();
    let server = home.serve();
    let said = life(&home, &service);
    assert!(!said.contains(KEY), "{said}");
    let kept = bytes(home.path());
    assert!(holds(&kept, &service.base_url()) && home.data_dir().join("server.json").exists());
    assert!(!holds(&kept, KEY), "nor in server.json");
    let (status, answer) = server.request("GET", "/api/providers", "a-token-for-tests-0123456789", "");
    assert_eq!((status, &answer["items"][0]["id"]), (200, &json!("work")));
    assert!(!answer.to_string().contains("Secret"), "{answer}");
    let (_, log) = server.end(Signal::TERM);
    assert!(log.contains("provider answered"), "the control: it was asked, and that was logged");
    assert!(!log.contains("Secret.Key"), "not even at trace level");
}

#[test]
fn what_the_file_sets_stays_in_the_file() {
    let home = Home::new()
        .configure("[[providers]]\nid = \"work\"\nkind = \"anthropic\"\n[routing]\nfallback = [\"work/x\"]\n")
        .with("ANTHROPIC_API_KEY", "sk-ant-Secret-0123");
    let listed = home.run(&["providers"]).done();
    assert!(listed.contains("work  anthropic  -  file, key of the file …0123"), "{listed}");
    let locked = home.run(&["providers", "remove", "work"]);
    assert!(locked.failed(1).0.contains("set in cowork.toml"), "{locked:?}");
    let locked = home.run_with(&["providers", "key", "work", "--stdin"], "another");
    assert!(locked.failed(1).0.contains("ANTHROPIC_API_KEY"), "{locked:?}");
    let shown = home.run(&["config", "show"]).done();
    assert!(shown.contains("work/x") && !shown.contains("Secret"), "{shown}");
}
