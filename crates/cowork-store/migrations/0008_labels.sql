-- Where sessions are filed, beside the body that says it: for lists of a folder or a tag, and for counting them.
-- Empty: in no folder. What stood here before is filled in when the folder is opened (`labels`).
alter table session add column folder text not null default '';
create index session_in_folder on session (archived, folder, pinned, updated_at, id, deleted_at);

create table session_tag (
  session_id text not null,
  tag        text not null,
  primary key (session_id, tag)
);
create index session_tagged on session_tag (tag, session_id);
