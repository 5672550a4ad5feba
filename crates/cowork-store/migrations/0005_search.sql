-- What can be searched, an entry for each text; its words are in the index of the database's own kind.
create table search_entry (
  id         bigint not null primary key,
  -- title, message, attachment
  kind       text   not null,
  -- The session, message or attachment whose text it is.
  ref        text   not null,
  session_id text   not null,
  message_id text,
  -- user, assistant, system; null: a title.
  role       text,
  created_at bigint not null,
  -- Where the text stands nowhere else: of titles as they were indexed, of attachments.
  body       text
);
create unique index search_entry_of on search_entry (kind, ref);
create index search_entry_of_session on search_entry (session_id);
create index search_entry_of_message on search_entry (message_id);
