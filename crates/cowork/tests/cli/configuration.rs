//! `config show`, faults of the configuration, `doctor`.

use std::net::TcpListener;

use serde_json::{Value, json};

use crate::harness::Home;

/// The line of `config show` about `name`.
fn line<'t>(shown: &'t str, name: &str) -> &'t str {
    shown.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name} is not in {shown}"))
}

#[test]
fn each_value_is_shown_with_its_source_and_secrets_are_masked() {
    let home = Home::new()
        .configure("[server]\nport = 1234\n\n[[providers]]\nid = \"work\"\nkind = \"openai-compatible\"\nbase_url = \"http://127.0.0.1:1/v1\"\napi_key_env = \"WORK_KEY\"\nmodels = [\"large\"]\n\n[routing]\ndefault = \"work/large\"\n")
        .with("WORK_KEY", "sk-very-secret")
        .with("COWORK_TOKEN", "a-very-secret-token")
        .with("COWORK_HOST", "::1");
    let shown = home.run(&["config", "show"]).done();
    assert!(
        line(&shown, "server.port").contains("1234") && line(&shown, "server.port").contains("cowork.toml:2")
    );
    assert!(
        line(&shown, "server.host").contains("::1") && line(&shown, "server.host").contains("COWORK_HOST")
    );
    assert!(line(&shown, "data folder").contains("default"));
    assert!(line(&shown, "token").contains("********"));
    assert!(line(&shown, "provider work: key").contains("WORK_KEY"));
    assert!(line(&shown, "routing.default").contains("work/large"));
    assert!(!shown.contains("secret"), "{shown}");
    let data_dir = home.path().join("elsewhere");
    let shown = home.run(&["config", "show", "--data-dir", data_dir.to_str().unwrap()]).done();
    assert!(line(&shown, "data folder").contains("--data-dir"));
}

#[test]
fn a_fault_keeps_everything_from_starting() {
    let home = Home::new()
        .configure("[server]\nport = 0\n[[providers]]\nid = \"x\"\nkind = \"openai\"\nbase_ulr = \"y\"\n");
    for command in [&["serve"][..], &[], &["sessions"], &["chat", "hello"], &["config", "show"]] {
        let ran = home.run(command);
        let (first, rest) = ran.failed(2);
        assert!(first.ends_with("cowork.toml:6: providers[0].base_ulr: there is no such setting"), "{first}");
        assert!(rest.contains("Did you mean \"base_url\"?"), "{rest}");
    }
    assert!(!home.data_dir().exists());
    let doctor = home.run(&["doctor"]);
    assert_eq!(doctor.code, Some(1));
    assert!(doctor.out.contains("WRONG") && doctor.out.contains("base_ulr"), "{doctor:?}");
}

#[test]
fn a_wrong_log_filter_is_refused() {
    let ran = Home::new().with("COWORK_LOG", "cowork=nonsense").run(&["sessions"]);
    assert!(ran.failed(2).0.contains("COWORK_LOG"), "{ran:?}");
}

#[test]
fn the_doctor_tells_what_is_well_and_what_is_not() {
    let home = Home::new().with("COWORK_PORT", "0");
    let well = home.run(&["doctor"]).done();
    assert!(well.contains("All is well") && well.contains("only the demo answers"), "{well}");
    home.run(&["sessions"]).done();
    let well = home.run(&["doctor"]).done();
    assert!(well.contains("database: can be read"), "{well}");

    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let home = home.with("COWORK_PORT", &port).with("OPENAI_BASE_URL", &format!("http://{nobody}/v1"));
    let ill = home.run(&["doctor"]);
    assert_eq!(ill.code, Some(1));
    assert!(ill.out.contains("WRONG  port") && ill.out.contains("COWORK_PORT"), "{}", ill.out);
    assert!(ill.out.contains("WRONG  provider openai"), "{}", ill.out);
    assert!(ill.err.contains("2 things are wrong"), "{}", ill.err);
}

#[test]
fn a_damaged_database_is_told() {
    let home = Home::new().with("COWORK_PORT", "0");
    std::fs::create_dir_all(home.data_dir()).unwrap();
    std::fs::write(home.data_dir().join("cowork.db"), "this is no database at all".repeat(200)).unwrap();
    let ill = home.run(&["doctor"]);
    assert_eq!(ill.code, Some(1));
    assert!(ill.out.contains("WRONG  database"), "{}", ill.out);
    assert!(ill.out.contains(&format!("Copy the folder {}", home.data_dir().display())), "{}", ill.out);
    assert_eq!(home.run(&["sessions"]).code, Some(1));
}

#[test]
fn a_damaged_page_is_told_though_everything_can_be_listed() {
    let home = Home::new().with("COWORK_PORT", "0");
    home.run(&["chat", "2 + 2"]).done();
    let listed = home.run(&["sessions"]).done();
    let session = listed.split(' ').next().unwrap();
    let export = home.run(&["export", "--format", "json", session]).done();
    let mut file: Value = serde_json::from_str(&export).unwrap();
    let message = &mut file["messages"][0];
    message["revision"] = json!(2);
    let earlier =
        json!({ "messageId": message["id"], "revision": 1, "content": "only here", "replacedAt": 1 });
    file["revisions"] = json!([earlier]);
    home.run_with(&["import", "-"], &file.to_string()).done();
    assert!(home.run(&["doctor"]).done().contains("is whole"));

    // The page of the one table that this text is in.
    let path = home.data_dir().join("cowork.db");
    let mut database = std::fs::read(&path).unwrap();
    let place = database.windows(9).position(|bytes| bytes == b"only here").unwrap();
    let page = place / 4096 * 4096;
    database[page..page + 64].fill(0xff);
    std::fs::write(&path, database).unwrap();
    assert_eq!(home.run(&["sessions"]).done().lines().count(), 2);
    let ill = home.run(&["doctor"]);
    assert_eq!(ill.code, Some(1));
    let told = ill.out.split_once("WRONG  database: ").expect("told").1;
    assert!(told.lines().next().unwrap().contains("page"), "the first fault: {told}");
    assert!(told.contains("Copy the folder") && told.contains("cowork export"), "{told}");
}

#[test]
fn the_doctor_looks_at_providers_that_were_added_in_the_app() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let home = Home::new()
        .with("COWORK_PORT", "0")
        .with("COWORK_DISCOVERY", "0")
        .configure("[routing]\ndefault = \"later/m\"\nfallback = [\"other/m\"]\n");
    let url = format!("http://{nobody}/v1");
    home.run(&["providers", "add", "work", "--kind", "openai-compatible", "--base-url", &url]).done();
    let alone = home.run(&["doctor"]);
    let server = home.serve();
    let asked = home.run(&["doctor"]);
    drop(server);
    for ill in [alone, asked] {
        assert_eq!(ill.code, Some(1));
        assert!(ill.out.contains("WRONG  provider work: ") && ill.out.contains("(app)"), "{}", ill.out);
        assert!(ill.err.contains("1 thing is wrong"), "{}", ill.err);
        for name in ["note   routing: The default model of cowork.toml is \"later/m\"", "names \"other/m\""] {
            assert!(ill.out.contains(name), "{}", ill.out);
        }
    }
}
