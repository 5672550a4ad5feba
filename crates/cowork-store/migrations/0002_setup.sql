-- Model services that were added in the app.
create table provider (
  id         text   not null primary key,
  body       text   not null,
  created_at bigint not null
);

-- What was chosen in the app, each value as JSON.
create table setting (
  name  text not null primary key,
  value text not null
);

-- Secrets, sealed with the key beside the database and bound to their place.
create table secret (
  place      text   not null primary key,
  sealed     text   not null,
  created_at bigint not null
);
