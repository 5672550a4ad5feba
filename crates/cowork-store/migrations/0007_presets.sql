-- Personas and prompts. The handle is what a name comes to where names are compared; a deleted one keeps no name from
-- others. The request is the id of the command that made it.
create table preset (
  id         text   not null primary key,
  kind       text   not null,
  handle     text   not null,
  body       text   not null,
  request    text,
  created_at bigint not null,
  updated_at bigint not null,
  deleted_at bigint
);

create unique index preset_handle on preset (kind, handle) where deleted_at is null;
