-- Uploaded files: one row for each upload, or copy of one in a fork or an import. The bytes are the blob of `sha256`.
create table attachment (
  id         text   not null primary key,
  session_id text   not null,
  sha256     text   not null,
  name       text   not null,
  mime       text   not null,
  kind       text   not null,
  size       bigint not null,
  created_at bigint not null,
  -- The sender's id of the upload, which makes it safe to repeat.
  request_id text
);
create index attachment_of_session on attachment (session_id, created_at, id);
create index attachment_of_content on attachment (sha256);
create unique index attachment_by_request on attachment (session_id, request_id);

-- Which messages hold which attachments, deleted ones included until the time for undo ends.
create table attachment_use (
  message_id    text not null,
  attachment_id text not null,
  session_id    text not null,
  primary key (message_id, attachment_id)
);
create index attachment_used on attachment_use (attachment_id);

-- What was read of a content as text: read once, whoever attaches it.
create table attachment_text (
  sha256 text   not null primary key,
  -- pending, none, ready, failed
  state  text   not null,
  -- The text, as the blob of this hash; of plain text that is the content itself.
  blob   text,
  chars  bigint,
  pages  bigint,
  detail text
);
