//! Searching: what is found, what is not any more, in which order, and that the index comes to be and to be cleaned.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::path::Path;

use cowork_contract::{
    AttachmentId, AttachmentKind, ChatAttachmentRef, ChatMessage, MessageId, MessageRole, MessageStatus,
    SearchKind, SessionId, TextState,
};
use cowork_store::{
    NewAttachment, Opened, ReadError, SearchQuery, StoredText, Transaction, Tx, TxError, Writer,
};
use proptest::prelude::*;
use support::{
    PATIENCE, all_values, append, close, complete, create, message, open, put_session, session, sql, text,
    update,
};

fn query(text: &str) -> SearchQuery {
    SearchQuery { text: text.to_owned(), limit: 20, ..Default::default() }
}

/// What a search finds, as kinds and ids, best first.
async fn found(opened: &Opened, query: &SearchQuery) -> Vec<String> {
    let results = opened.reader.search(query).await.unwrap();
    let name = |id: &Option<MessageId>, session: &SessionId| {
        id.as_ref().map_or_else(|| format!("title {session}"), ToString::to_string)
    };
    results.items.iter().map(|item| name(&item.message_id, &item.session_id)).collect()
}

/// Waits until the index has come to the end of the log.
async fn indexed(opened: &Opened) {
    let caught_up = async {
        while opened.reader.search(&query("x")).await.unwrap().incomplete {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, caught_up).await.expect("the index comes to the end of the log");
}

fn said(session: &str, id: &str, role: MessageRole, at: i64, content: &str) -> ChatMessage {
    ChatMessage { role, created_at: at, status: MessageStatus::Done, ..message(session, id, None, content) }
}

async fn say(writer: &Writer, session: &str, id: &str, content: &str) {
    append(writer, create(said(session, id, MessageRole::User, 1, content))).await;
}

/// A file with a text that was read of it.
struct Attach(NewAttachment, StoredText);

impl Transaction for Attach {
    type Output = ChatAttachmentRef;
    type Refusal = ();

    async fn run(self, tx: &mut Tx<'_>) -> Result<ChatAttachmentRef, TxError<()>> {
        tx.put_attachment_text(&self.0.sha256, &self.1).await?;
        Ok(tx.add_attachment(&self.0).await?)
    }
}

/// Attaches a file that says `text`, for messages of `session` to hold.
async fn file(opened: &Opened, session: &str, text: &str) -> ChatAttachmentRef {
    let hash = opened.blobs.put(text.as_bytes()).unwrap().as_str().to_owned();
    let new = NewAttachment {
        id: AttachmentId::new("f"),
        session: SessionId::new(session),
        kind: AttachmentKind::File,
        name: "figures.txt".to_owned(),
        mime: "text/plain".to_owned(),
        size: text.len() as u64,
        sha256: hash.clone(),
        request: None,
    };
    let read =
        StoredText { state: TextState::Ready, blob: Some(hash), chars: None, pages: None, detail: None };
    opened.writer.transact(Attach(new, read)).await.unwrap()
}

async fn titled(writer: &Writer, id: &str, title: &str) {
    let mut session = session(id);
    session.title = title.to_owned();
    append(writer, put_session(session)).await;
}

#[tokio::test]
async fn words_phrases_and_beginnings_are_found_in_titles_and_messages_of_both_sides() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    let writer = &opened.writer;
    titled(writer, "s", "Brown foxes").await;
    say(writer, "s", "q", "The quick brown fox of Zürich").await;
    append(writer, create(message("s", "a", Some("q"), ""))).await;
    writer.append_text(text("s", "a", true, "streamed brownies")).await.unwrap();
    let mut answer =
        said("s", "a", MessageRole::Assistant, 2, "A lazy dog sits in src/app/frame.tsx, 全文検索");
    answer.parent_id = Some(MessageId::new("q"));
    append(writer, complete(answer)).await;
    indexed(&opened).await;

    for (search, expected) in [
        ("brown", &["title s", "q"][..]),
        ("brown ", &["title s", "q"]),
        ("fox ", &["q"]),
        ("foxe", &["title s"]),
        ("zurich", &["q"]),
        ("brown quick", &["q"]),
        ("\"brown quick\"", &[]),
        ("\"quick brown\"", &["q"]),
        ("brown -quick", &["title s"]),
        ("-quick", &[]),
        ("frame.tsx", &["a"]),
        ("検索", &["a"]),
        ("索検", &[]),
        ("brownies", &[]),
        ("", &[]),
        ("roleuser", &[]),
    ] {
        assert_eq!(found(&opened, &query(search)).await, expected, "{search}");
    }
    let item = opened.reader.search(&query("lazy")).await.unwrap().items.remove(0);
    assert_eq!((item.kind, item.role), (SearchKind::Message, Some(MessageRole::Assistant)));
    assert_eq!((item.session_title.as_str(), item.snippet.hits.as_slice()), ("Brown foxes", &[(2, 4)][..]));
    close(opened).await;
}

#[tokio::test]
async fn edits_replace_deletions_hide_and_restoring_brings_back() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    let writer = &opened.writer;
    titled(writer, "s", "apples").await;
    say(writer, "s", "m", "pears").await;
    indexed(&opened).await;

    titled(writer, "s", "plums").await;
    say(writer, "s", "m", "cherries").await;
    // At once, although the index may not know of it yet.
    assert!(found(&opened, &query("apples")).await.is_empty());
    assert!(found(&opened, &query("pears")).await.is_empty());
    indexed(&opened).await;
    assert_eq!(found(&opened, &query("plums")).await, ["title s"]);
    assert_eq!(found(&opened, &query("cherries")).await, ["m"]);

    let whole = said("s", "m", MessageRole::User, 1, "cherries");
    let gone = ChatMessage { content: String::new(), deleted_at: Some(5), ..whole.clone() };
    append(writer, update(gone)).await;
    assert!(found(&opened, &query("cherries")).await.is_empty());
    indexed(&opened).await;
    append(writer, update(whole)).await;
    indexed(&opened).await;
    assert_eq!(found(&opened, &query("cherries")).await, ["m"]);

    let mut deleted = session("s");
    deleted.title = "plums".to_owned();
    deleted.deleted_at = Some(5);
    append(writer, put_session(deleted.clone())).await;
    assert!(found(&opened, &query("plums")).await.is_empty());
    assert!(found(&opened, &query("cherries")).await.is_empty());
    deleted.deleted_at = None;
    append(writer, put_session(deleted)).await;
    assert_eq!(found(&opened, &query("plums")).await, ["title s"]);
    assert_eq!(found(&opened, &query("cherries")).await, ["m"]);
    close(opened).await;
}

/// Tables of the index that hold a word, in the clear or within a block.
async fn blocks_with(folder: &Path, word: &str) -> usize {
    let hex: String = word.bytes().map(|byte| format!("{byte:02X}")).collect();
    let values = all_values(folder).await;
    values.iter().filter(|(_, value)| value.contains(word) || value.contains(&hex)).count()
}

#[tokio::test]
async fn a_purge_leaves_no_word_in_the_index() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    let writer = &opened.writer;
    titled(writer, "s", "kept").await;
    titled(writer, "gone", "xylophone").await;
    let attachments = vec![file(&opened, "gone", "wyvern in a file").await];
    let with_file = said("gone", "g", MessageRole::User, 1, "quasar words");
    append(writer, create(ChatMessage { attachments, ..with_file })).await;
    say(writer, "s", "m", "zymurgy").await;
    indexed(&opened).await;
    assert_eq!(found(&opened, &query("wyvern")).await, ["g"]);
    for word in ["ylophone", "uasar", "ymurgy", "yvern"] {
        assert!(blocks_with(folder.path(), word).await > 0, "{word}: the look finds what is there");
    }
    let mut gone = session("gone");
    gone.title = "xylophone".to_owned();
    gone.deleted_at = Some(5);
    append(writer, put_session(gone)).await;
    assert_eq!(writer.purge(i64::MAX).await.unwrap().sessions, 1);

    let clean = async {
        for word in ["ylophone", "uasar", "yvern"] {
            while blocks_with(folder.path(), word).await > 0 {
                tokio::task::yield_now().await;
            }
        }
    };
    tokio::time::timeout(PATIENCE, clean).await.expect("no word is left");
    assert_eq!(found(&opened, &query("zymurgy")).await, ["m"]);
    close(opened).await;
}

#[tokio::test]
async fn a_file_is_found_with_the_newest_message_that_holds_it() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    let writer = &opened.writer;
    titled(writer, "s", "").await;
    let attachments = vec![file(&opened, "s", "the quarterly figures").await];
    let holding = |id: &str, at| ChatMessage {
        attachments: attachments.clone(),
        ..said("s", id, MessageRole::User, at, "see this")
    };
    append(writer, create(holding("asked", 1))).await;
    indexed(&opened).await;
    let item = opened.reader.search(&query("quarterly")).await.unwrap().items.remove(0);
    assert_eq!((item.kind, item.attachment_id), (SearchKind::Attachment, Some(AttachmentId::new("f"))));
    let only = SearchQuery { kind: Some(SearchKind::Message), ..query("quarterly") };
    assert!(found(&opened, &only).await.is_empty());
    // Edited into a branch of its own, and that one deleted again.
    append(writer, create(holding("edited", 2))).await;
    indexed(&opened).await;
    assert_eq!(found(&opened, &query("quarterly")).await, ["edited"]);
    let deleted =
        |id: &str, at| ChatMessage { deleted_at: Some(9), ..said("s", id, MessageRole::User, at, "") };
    append(writer, update(deleted("edited", 2))).await;
    indexed(&opened).await;
    assert_eq!(found(&opened, &query("quarterly")).await, ["asked"]);
    append(writer, update(deleted("asked", 1))).await;
    indexed(&opened).await;
    assert!(found(&opened, &query("quarterly")).await.is_empty());
    append(writer, update(holding("asked", 1))).await;
    indexed(&opened).await;
    assert_eq!(found(&opened, &query("quarterly")).await, ["asked"]);
    close(opened).await;
}

#[tokio::test]
async fn filters_narrow_and_branches_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    let writer = &opened.writer;
    let mut one = session("one");
    one.active_leaf_id = Some(MessageId::new("b"));
    append(writer, put_session(one)).await;
    let mut two = session("two");
    two.archived = true;
    append(writer, put_session(two)).await;
    append(writer, create(said("one", "q", MessageRole::User, 10, "needle"))).await;
    for (id, at) in [("a", 20), ("b", 30)] {
        let mut answer = said("one", id, MessageRole::Assistant, at, "needle");
        answer.parent_id = Some(MessageId::new("q"));
        append(writer, create(answer)).await;
    }
    append(writer, create(said("two", "t", MessageRole::User, 40, "needle"))).await;
    indexed(&opened).await;

    let base = query("needle");
    let mut all = found(&opened, &base).await;
    all.sort();
    assert_eq!(all, ["a", "b", "q"]);
    let of = async |query: SearchQuery| found(&opened, &query).await;
    assert_eq!(of(SearchQuery { archived: true, ..base.clone() }).await.len(), 4);
    assert_eq!(of(SearchQuery { role: Some(MessageRole::User), ..base.clone() }).await, ["q"]);
    assert_eq!(of(SearchQuery { from: Some(20), to: Some(30), ..base.clone() }).await, ["a"]);
    let session = Some(SessionId::new("two"));
    assert_eq!(of(SearchQuery { session, archived: true, ..base.clone() }).await, ["t"]);
    let items = opened.reader.search(&base).await.unwrap().items;
    for item in items {
        let id = item.message_id.unwrap();
        assert_eq!(item.on_active_branch, id.as_str() != "a", "{id}");
    }
    close(opened).await;
}

#[tokio::test]
async fn pages_go_through_everything_once() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    titled(&opened.writer, "s", "needle").await;
    for number in 0..25 {
        say(&opened.writer, "s", &format!("m{number:02}"), &"needle ".repeat(1 + number % 7)).await;
    }
    indexed(&opened).await;
    let mut seen = Vec::new();
    let mut page = SearchQuery { limit: 7, ..query("needle") };
    loop {
        seen.extend(found(&opened, &page).await);
        let results = opened.reader.search(&page).await.unwrap();
        let Some(next) = results.next_cursor else { break };
        page.cursor = Some(next);
    }
    assert_eq!((seen.len(), seen[0].as_str()), (26, "title s"));
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 26);
    page.cursor = Some("nonsense".to_owned());
    assert!(matches!(opened.reader.search(&page).await, Err(ReadError::BadCursor)));
    close(opened).await;
}

#[tokio::test]
async fn a_folder_from_before_the_index_is_filled_and_the_index_goes_on_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    titled(&opened.writer, "s", "heading").await;
    for number in 0..60 {
        say(&opened.writer, "s", &format!("m{number}"), &format!("ancient number{number}")).await;
    }
    indexed(&opened).await;
    close(opened).await;
    let mut connection = sql(folder.path()).await;
    for statement in
        ["delete from search_entry", "drop table search_words", "delete from meta where name = 'search'"]
    {
        sqlx::query(statement).execute(&mut connection).await.unwrap();
    }
    sqlx::Connection::close(connection).await.unwrap();

    let opened = open(folder.path()).await;
    indexed(&opened).await;
    assert_eq!(found(&opened, &query("number17 ")).await, ["m17"]);
    assert_eq!(found(&opened, &query("heading")).await, ["title s"]);
    close(opened).await;
    let opened = open(folder.path()).await;
    indexed(&opened).await;
    assert_eq!(found(&opened, &query("number17 ")).await, ["m17"]);
    close(opened).await;
}

#[tokio::test]
async fn finding_within_a_session_goes_by_letters_over_the_active_branch() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    let writer = &opened.writer;
    let mut one = session("s");
    one.active_leaf_id = Some(MessageId::new("b"));
    append(writer, put_session(one)).await;
    say(writer, "s", "q", "Useful: useThread(), USE\n it").await;
    append(writer, create(message("s", "a", Some("q"), "use elsewhere"))).await;
    append(writer, create(message("s", "b", Some("q"), ""))).await;
    writer.append_text(text("s", "b", true, "still abUSEd, né")).await.unwrap();
    let found = async |text: &str| -> Vec<(String, u32)> {
        let found = opened.reader.find(&SessionId::new("s"), text).await.unwrap().unwrap();
        found.items.into_iter().map(|item| (item.message_id.to_string(), item.count)).collect()
    };
    assert_eq!(found("use").await, [("q".to_owned(), 3), ("b".to_owned(), 1)]);
    assert_eq!(found("USE it").await, [("q".to_owned(), 1)]);
    assert_eq!(found("ne").await, [("b".to_owned(), 1)]);
    assert_eq!(found("():").await, []);
    assert_eq!(found(" ").await, []);
    assert!(opened.reader.find(&SessionId::new("none"), "x").await.unwrap().is_none());
    close(opened).await;
}

#[test]
fn no_input_makes_the_database_complain() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let opened = runtime.block_on(async {
        let opened = open(folder.path()).await;
        titled(&opened.writer, "s", "").await;
        say(&opened.writer, "s", "m", "and or not near words place rowid").await;
        indexed(&opened).await;
        opened
    });
    let syntax = "[-\"'*+^:(){}\\\\%_;,. a-zA-Z0-9é日ก👋\\n\\x00]|AND|OR|NOT|NEAR\\(|words:|place:|rowid";
    let input = prop_oneof![
        "\\PC{0,60}",
        prop::collection::vec(prop::string::string_regex(syntax).unwrap(), 0..30)
            .prop_map(|pieces| pieces.concat())
    ];
    proptest!(|(input in input)| {
        let results = runtime.block_on(opened.reader.search(&query(&input)));
        prop_assert!(results.is_ok(), "{:?}: {:?}", input, results);
        let found = runtime.block_on(opened.reader.find(&SessionId::new("s"), &input));
        prop_assert!(found.is_ok(), "{:?}: {:?}", input, found);
    });
    runtime.block_on(close(opened));
}
