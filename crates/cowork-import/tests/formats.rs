//! Files in the formats of other programs, as their sources write them, and what comes of them.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::ops::ControlFlow;

use cowork_contract::{ChatMessage, ImportFormat, LeftOutKind, MessageId, MessageRole};
use cowork_import::{Conversation, Found, ImportError, Limits, Refused, read};
use proptest::prelude::*;
use serde_json::{Value, json};

const CHATGPT: &str = include_str!("files/chatgpt.json");
const LIBRECHAT: &str = include_str!("files/librechat.json");
const OPEN_WEBUI: &str = include_str!("files/open-webui.json");

fn all(bytes: &[u8]) -> Result<Vec<Found>, ImportError> {
    let mut found = Vec::new();
    read(bytes, &Limits::default(), |each| {
        found.push(each);
        ControlFlow::Continue(())
    })?;
    Ok(found)
}

fn conversation(found: &Found) -> &Conversation {
    match found {
        Found::Conversation(conversation) => conversation,
        Found::Refused(Refused { reason, .. }) => panic!("refused: {reason}"),
    }
}

/// Each message as its parent's text, its own and its model.
fn shape(conversation: &Conversation) -> Vec<(Option<&str>, &str, Option<&str>)> {
    let messages = &conversation.export.messages;
    let text = |id: &MessageId| {
        messages.iter().find(|message| message.id == *id).map(|message| message.content.as_str())
    };
    messages
        .iter()
        .map(|message| {
            (message.parent_id.as_ref().and_then(text), message.content.as_str(), message.model_id.as_deref())
        })
        .collect()
}

fn left_out(conversation: &Conversation) -> Vec<(LeftOutKind, u32)> {
    conversation.left_out.iter().map(|left| (left.kind, left.count)).collect()
}

fn leaf(conversation: &Conversation) -> &ChatMessage {
    let id = conversation.export.session.active_leaf_id.as_ref().unwrap();
    conversation.export.messages.iter().find(|message| message.id == *id).unwrap()
}

#[test]
fn a_chatgpt_conversation_keeps_branches_times_models_and_reasoning() {
    let found = all(CHATGPT.as_bytes()).unwrap();
    let made = conversation(&found[0]);
    let session = &made.export.session;
    assert_eq!((made.format, session.title.as_str()), (ImportFormat::Chatgpt, "Rolling back a deploy"));
    assert_eq!((session.created_at, session.updated_at), (1_756_000_000_123, 1_756_000_400_500));
    assert!(session.pinned && !session.archived && session.default_model_id.is_none());
    let ask = Some("How do I roll back?");
    assert_eq!(
        shape(made),
        [
            (None, "How do I roll back?", None),
            (ask, "Run `helm rollback`.", Some("gpt-4o")),
            (ask, "Use the last good chart.", Some("gpt-5-thinking")),
        ]
    );
    let last = leaf(made);
    assert_eq!(last.content, "Use the last good chart.");
    assert_eq!((last.role, last.created_at), (MessageRole::Assistant, 1_756_000_006_000));
    assert_eq!(last.reasoning.as_deref(), Some("They use Helm.\n\nSay it."), "a call stands between");
    assert_eq!(
        left_out(made),
        [
            (LeftOutKind::Images, 1),
            (LeftOutKind::ToolCalls, 2),
            (LeftOutKind::Instructions, 1),
            (LeftOutKind::Citations, 1),
        ]
    );
    let Found::Refused(refused) = &found[1] else { panic!("a conversation without messages was taken") };
    assert_eq!((refused.title.as_str(), refused.format), ("Broken off", None));
    assert!(refused.reason.contains("conversation_id"), "{}", refused.reason);
}

#[test]
fn a_librechat_tree_comes_over_with_its_prompt() {
    let found = all(LIBRECHAT.as_bytes()).unwrap();
    let made = conversation(&found[0]);
    assert_eq!(made.format, ImportFormat::Librechat);
    assert_eq!(made.export.session.system_prompt.as_deref(), Some("You are an expert."));
    assert_eq!(made.export.session.created_at, 1_714_581_311_530);
    let ask = Some("How do I activate it?");
    let mut rows = shape(made);
    rows.sort();
    assert_eq!(
        rows,
        [
            (None, "How do I activate it?", None),
            (ask, "It depends on the shell.", Some("gpt-4-turbo")),
            (ask, "With `source`.", Some("gpt-4-turbo")),
            (Some("It depends on the shell."), "thanks", None),
        ]
    );
    let thought = made.export.messages.iter().find_map(|message| message.reasoning.as_deref());
    assert_eq!(thought, Some("Which shell?"));
    assert_eq!(left_out(made), [(LeftOutKind::ToolCalls, 1)]);
}

#[test]
fn an_open_webui_chat_comes_over_with_both_answers() {
    let found = all(OPEN_WEBUI.as_bytes()).unwrap();
    let made = conversation(&found[0]);
    let session = &made.export.session;
    assert_eq!(made.format, ImportFormat::OpenWebui);
    assert_eq!((session.archived, session.system_prompt.as_deref()), (true, Some("Be brief.")));
    let ask = Some("Rain in Paris?");
    assert_eq!(
        shape(made),
        [
            (None, "Rain in Paris?", None),
            (ask, "It rains.", Some("gpt-4o")),
            (ask, "No.", Some("llama3.1:latest"))
        ]
    );
    let thoughts: Vec<_> =
        made.export.messages.iter().filter_map(|message| message.reasoning.as_deref()).collect();
    assert_eq!(thoughts, ["Ask the tool.", "Hm."]);
    assert_eq!(leaf(made).content, "It rains.", "the version that was shown, not the newest");
    assert_eq!(left_out(made), [(LeftOutKind::ToolCalls, 1)]);
}

#[test]
fn a_deep_librechat_tree_is_no_deeper_than_a_list() {
    let mut tree = String::from("[]");
    for number in (0..600).rev() {
        let person = number % 2 == 0;
        tree = format!(
            r#"[{{"messageId":"m{number}","text":"t{number}","isCreatedByUser":{person},"children":{tree}}}]"#
        );
    }
    let file = format!(r#"{{"conversationId":"c","recursive":true,"messages":{tree}}}"#);
    let found = all(file.as_bytes()).unwrap();
    let made = conversation(&found[0]);
    assert_eq!(made.export.messages.len(), 600);
    assert_eq!(leaf(made).content, "t599");
}

#[test]
fn rings_doubles_and_lost_parents_are_told_and_harm_nothing() {
    let node = |parent: &str, text: &str| json!({ "parent": parent, "message": { "author": { "role": "user" }, "content": { "content_type": "text", "parts": [text] } } });
    let file = json!([{
        "title": "Odd", "current_node": "b",
        "mapping": { "a": node("b", "ring"), "b": node("a", "ring"), "c": node("gone", "orphan"), "d": node("d", "self") },
    }]);
    let found = all(file.to_string().as_bytes()).unwrap();
    let made = conversation(&found[0]);
    assert_eq!(shape(made), [(None, "orphan", None)]);
    assert_eq!(left_out(made), [(LeftOutKind::BrokenLinks, 3)]);
}

#[test]
fn what_is_no_file_of_conversations_is_refused_in_words() {
    for (file, seen) in [
        (&b""[..], "empty"),
        (b"  \n", "empty"),
        (b"hello", "not JSON"),
        (b"[]", "an empty list"),
        (b"{}", "an empty object"),
        (br#"{"name":"x","version":1}"#, "name, version"),
        (br#"[1,2]"#, "it holds 1"),
        (&CHATGPT.as_bytes()[..CHATGPT.len() / 2], "not whole"),
        (b"PK\x03\x04nonsense", "zip"),
    ] {
        let fault = all(file).expect_err("nothing is in it").to_string();
        assert!(fault.contains(seen), "{seen:?} is not in {fault:?}");
    }
}

#[test]
fn a_zip_of_a_data_export_is_read() {
    use std::io::Write as _;
    let zipped = |names: &[&str]| {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for name in names {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(if name.contains("conversations") { CHATGPT } else { "{}" }.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    };
    assert_eq!(all(&zipped(&["user.json", "conversations.json"])).unwrap().len(), 2);
    assert_eq!(all(&zipped(&["conversations-000.json", "conversations-001.json"])).unwrap().len(), 4);
    let fault = all(&zipped(&["user.json"])).unwrap_err().to_string();
    assert!(fault.contains("user.json"), "{fault}");
    let small = Limits { unpacked_bytes: 100, ..Limits::default() };
    let fault = read(&zipped(&["conversations.json"]), &small, |_| ControlFlow::Continue(())).unwrap_err();
    assert!(matches!(fault, ImportError::TooLarge { limit: 100 }), "{fault}");
}

#[test]
fn the_same_conversation_is_known_again_and_a_grown_one_is_another() {
    let fingerprint = |file: &str| conversation(&all(file.as_bytes()).unwrap()[0]).fingerprint;
    assert_eq!(fingerprint(CHATGPT), fingerprint(&CHATGPT.replace("Rolling back a deploy", "Renamed")));
    assert_ne!(fingerprint(CHATGPT), fingerprint(&CHATGPT.replace("Run `helm", "Try `helm")));
}

/// Whether a session could be taken over: every parent is there and stands before its child.
fn hangs_together(conversation: &Conversation) -> bool {
    let messages = &conversation.export.messages;
    let place = |message: &ChatMessage| (message.created_at, message.id.clone());
    messages.iter().all(|message| {
        let parent = message.parent_id.as_ref();
        parent.is_none_or(|id| {
            messages.iter().find(|other| other.id == *id).is_some_and(|parent| place(parent) < place(message))
        })
    })
}

/// JSON with the keys and words that the formats know, in any arrangement.
fn any_json() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "mapping",
        "message",
        "author",
        "role",
        "user",
        "assistant",
        "tool",
        "content",
        "content_type",
        "parts",
        "text",
        "parent",
        "parentId",
        "messageId",
        "parentMessageId",
        "conversationId",
        "messages",
        "children",
        "chat",
        "history",
        "id",
        "a",
        "b",
        "format",
        "cowork.session",
        "thoughts",
        "output",
        "type",
        "current_node",
        "create_time",
        "timestamp",
        "title",
        "code",
        "isCreatedByUser",
        "multimodal_text",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner), 0..6).prop_map(|fields| {
                Value::Object(fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
            }),
        ]
    })
}

/// A tree of messages of ChatGPT's shape with any links and times.
fn any_mapping() -> impl Strategy<Value = Value> {
    let node = (0..12_u8, prop::option::of(0..12_u8), "[a-z]{0,3}", any::<f64>(), any::<bool>());
    prop::collection::vec(node, 0..12).prop_map(|nodes| {
        let nodes = nodes.into_iter().map(|(id, parent, text, time, person)| {
            let message = json!({
                "author": { "role": if person { "user" } else { "assistant" } }, "create_time": time,
                "content": { "content_type": "text", "parts": [text] },
            });
            (id.to_string(), json!({ "parent": parent.map(|id| id.to_string()), "message": message }))
        });
        json!([{ "mapping": Value::Object(nodes.collect()), "current_node": "3" }])
    })
}

proptest! {
    #[test]
    fn no_json_panics(value in any_json()) {
        for found in all(value.to_string().as_bytes()).into_iter().flatten() {
            if let Found::Conversation(made) = found {
                prop_assert!(made.format == ImportFormat::Cowork || hangs_together(&made));
            }
        }
    }

    #[test]
    fn any_tree_hangs_together_and_nothing_is_lost_unsaid(file in any_mapping()) {
        let nodes = file[0]["mapping"].as_object().unwrap().len();
        for found in all(file.to_string().as_bytes()).unwrap() {
            if let Found::Conversation(made) = found {
                prop_assert!(hangs_together(&made));
                let told: u32 = made.left_out.iter().map(|left| left.count).sum();
                prop_assert!(made.export.messages.len() + told as usize >= nodes);
            }
        }
    }

    #[test]
    fn a_file_cut_anywhere_gives_nothing(at in 0_usize..1_000_000) {
        for file in [CHATGPT, LIBRECHAT, OPEN_WEBUI] {
            let file = file.trim_end().as_bytes();
            prop_assert!(all(&file[..at % file.len()]).is_err());
        }
    }
}
