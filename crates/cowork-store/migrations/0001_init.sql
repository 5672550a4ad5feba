-- The log: the only place where history is written. `position` is handed out by the writer and never reused.
create table event (
  position   bigint not null primary key,
  session_id text   not null,
  message_id text,
  kind       text   not null,
  -- 1: the stream of all sessions carries it.
  wide       bigint not null,
  -- The whole event as JSON, its id included: what readers get, byte for byte.
  body       text   not null
);
create index event_of_session on event (session_id, position);

-- Read models: folds of the log, changed only in the transaction that appends.
create table session (
  id         text   not null primary key,
  updated_at bigint not null,
  pinned     bigint not null,
  archived   bigint not null,
  -- 0: not deleted.
  deleted_at bigint not null,
  body       text   not null
);
create index session_listed on session (archived, pinned, updated_at, id);

create table message (
  id            text   not null primary key,
  parent_id     text,
  session_id    text   not null,
  created_at    bigint not null,
  status        text   not null,
  -- 0: not deleted.
  deleted_at    bigint not null,
  -- The event that last set the whole text; deltas after it are still to be added.
  text_position bigint not null,
  body          text   not null
);
create index message_in_order on message (session_id, created_at, id);
create index message_children on message (session_id, parent_id, created_at, id, deleted_at);
-- Answers that wait or run are few; this keeps finding them independent of the history's length.
create index message_open on message (session_id, created_at, id) where status in ('pending', 'streaming');
-- Walking a branch from its leaf needs these two columns and nothing of the text.
create index message_tree on message (id, parent_id);

-- Earlier texts of edited messages.
create table revision (
  message_id  text   not null,
  revision    bigint not null,
  session_id  text   not null,
  content     text   not null,
  replaced_at bigint not null,
  primary key (message_id, revision)
);

-- Deleted messages as they were, until the time for undo ends.
create table trash (
  message_id text   not null primary key,
  session_id text   not null,
  deleted_at bigint not null,
  body       text   not null
);
create index trash_by_age on trash (deleted_at);

-- Commands that were done, by the sender's id: where in the log their answer stands.
create table request (
  scope       text   not null,
  id          text   not null,
  fingerprint text   not null,
  positions   text   not null,
  created_at  bigint not null,
  primary key (scope, id)
);
create index request_by_age on request (created_at);

-- Finished answers whose deltas are no longer needed.
create table compaction (
  message_id     text   not null primary key,
  session_id     text   not null,
  from_position  bigint not null,
  until_position bigint not null,
  finished_at    bigint not null
);
create index compaction_by_age on compaction (finished_at);

create table token (
  hash       text   not null primary key,
  label      text   not null,
  created_at bigint not null
);

create table meta (
  name  text not null primary key,
  value text not null
);
