//! The index of words itself: what SQLite has for it (FTS5). Another database gets another file in the place of this one.
//!
//! Always true: it is given words that are cut and folded already, so it has no say in what a word is; it keeps no text.
//! `place` holds words of our own about where a text is, so that a search within a session or for a role touches
//! nothing else. What is removed is not found any more at once, and is out of the file after [`merge`] has gone through all of it.

use cowork_contract::{MessageRole, SearchKind, SessionId};
use sqlx::{AnyConnection, Executor, Row};

use super::expression::{Expression, Term};
use super::{kind_name, role_name};
use crate::StorageError;

/// Pages of 4 KiB that one step of [`merge`] may write, so that nobody waits long behind it.
const STEP: i64 = 16;

/// Made here and not by a migration: migrations are for every database.
///
/// By itself it would merge its parts while a text is put in, now and then for long; that is done in steps instead. The
/// tokenizer divides at what is ASCII and neither letter nor digit, which in words cut by us are the blanks alone.
pub(crate) async fn create(connection: &mut AnyConnection) -> Result<(), StorageError> {
    let there = "select 1 from sqlite_master where name = 'search_words'";
    if connection.fetch_optional(there).await?.is_some() {
        return Ok(());
    }
    connection
        .execute(
            "begin; create virtual table search_words using fts5(words, place, content = '', \
             contentless_delete = 1, tokenize = 'ascii', prefix = '2 3'); \
             insert into search_words (search_words, rank) values ('automerge', 0); \
             insert into search_words (search_words, rank) values ('crisismerge', 500); commit;",
        )
        .await?;
    Ok(())
}

/// Puts a text's words in under an id, in place of what was there.
pub(crate) async fn put(
    connection: &mut AnyConnection,
    id: i64,
    words: &str,
    place: &str,
) -> Result<(), StorageError> {
    remove(connection, id).await?;
    sqlx::query("insert into search_words (rowid, words, place) values ($1, $2, $3)")
        .bind(id)
        .bind(words)
        .bind(place)
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes out what was put in under an id.
pub(crate) async fn remove(connection: &mut AnyConnection, id: i64) -> Result<(), StorageError> {
    sqlx::query("delete from search_words where rowid = $1").bind(id).execute(connection).await?;
    Ok(())
}

/// One step of merging the parts that writing leaves behind; with `anew`, the first of those that write the whole index
/// anew without what was removed. `true`: there is more to do.
pub(crate) async fn merge(connection: &mut AnyConnection, anew: bool) -> Result<bool, StorageError> {
    let before = changes(connection).await?;
    sqlx::query("insert into search_words (search_words, rank) values ('merge', $1)")
        .bind(if anew { -STEP } else { STEP })
        .execute(&mut *connection)
        .await?;
    // As FTS5 tells it: fewer than two changes mean that nothing was left to merge.
    Ok(changes(connection).await? - before >= 2)
}

async fn changes(connection: &mut AnyConnection) -> Result<i64, StorageError> {
    Ok(connection.fetch_one("select total_changes()").await?.try_get(0)?)
}

/// Between the fields of an entry, and between entries: text that is stored as JSON or made by us never holds them.
pub(crate) const FIELD: char = '\u{1f}';
pub(crate) const ENTRY: char = '\u{1e}';

/// The newest entries that match, with how well they do (more is better), all in one text: a row for each would cost more
/// than to find it. `$1` is what [`matching`] gives.
///
/// They come in the order of the index, so that of a common word no more is read than is asked for.
pub(crate) const MATCHES: &str = "select string_agg(concat_ws(char(31), id, kind, ref, session_id, \
      coalesce(message_id, ''), coalesce(role, ''), created_at, relevance, updated_at), char(30)) \
    from ( \
      select e.id, e.kind, e.ref, e.session_id, e.message_id, e.role, e.created_at, \
        -bm25(search_words, 1.0, 0.0) as relevance, s.updated_at \
      from search_words \
      join search_entry e on e.id = search_words.rowid \
      join session s on s.id = e.session_id \
      left join message m on m.id = e.message_id \
      where search_words match $1 and s.deleted_at = 0 and coalesce(m.deleted_at, 0) = 0 and s.archived <= $2 \
        and e.created_at >= $3 and e.created_at < $4 and (e.session_id = $5 or $5 = '') \
      order by search_words.rowid desc limit $6)";

/// What is asked of the index: all wanted terms and no unwanted one, in a place if one is named.
pub(crate) fn matching(expression: &Expression, places: &[String]) -> String {
    let wanted = joined(&expression.wanted, " AND ");
    let mut all = format!("words : ({wanted})");
    for place in places {
        all = format!("({all}) AND place : {}", quoted(place));
    }
    if expression.unwanted.is_empty() {
        all
    } else {
        format!("({all}) NOT words : ({})", joined(&expression.unwanted, " OR "))
    }
}

fn joined(terms: &[Term], with: &str) -> String {
    let terms = terms
        .iter()
        .map(|term| format!("{}{}", quoted(&term.words.join(" ")), if term.open { " *" } else { "" }));
    terms.collect::<Vec<_>>().join(with)
}

/// Words hold letters, digits and marks alone; were it otherwise, a quote would still not end the string.
fn quoted(words: &str) -> String {
    format!("\"{}\"", words.replace('"', "\"\""))
}

/// The words about a place.
pub(crate) fn place(kind: SearchKind, session: &SessionId, role: Option<MessageRole>) -> String {
    let mut place = format!("{} {}", of_kind(kind), of_session(session));
    if let Some(role) = role {
        place.push(' ');
        place.push_str(&of_role(role));
    }
    place
}

pub(crate) fn of_kind(kind: SearchKind) -> String {
    format!("kind{}", kind_name(kind))
}

pub(crate) fn of_role(role: MessageRole) -> String {
    format!("role{}", role_name(role))
}

/// Ids are letters, digits and strokes; as one word they stay apart from each other.
pub(crate) fn of_session(session: &SessionId) -> String {
    let letters = session.as_str().chars().filter(|c| *c != '-');
    letters.fold("session".to_owned(), |mut word, c| {
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase());
        } else {
            word.push_str(&format!("x{:x}x", u32::from(c)));
        }
        word
    })
}
