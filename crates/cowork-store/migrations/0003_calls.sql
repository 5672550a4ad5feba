-- Every call to a model, for good: it outlives the session it was made for.
create table ledger (
  id             text   not null primary key,
  at             bigint not null,
  session_id     text   not null,
  message_id     text   not null,
  -- chat, title, compact
  purpose        text   not null,
  asked_provider text   not null,
  asked_model    text   not null,
  provider_id    text   not null,
  model_id       text   not null,
  -- The model that answered, in the provider's words.
  served         text,
  -- 1: the first call for this answer.
  attempt        bigint not null,
  -- The code of its failure; null: it answered, or was stopped.
  code           text,
  connect_ms     bigint,
  ttfb_ms        bigint,
  ttft_ms        bigint,
  total_ms       bigint not null,
  input_tokens     bigint,
  output_tokens    bigint,
  cached_tokens    bigint,
  reasoning_tokens bigint,
  -- Millionths of a US dollar; null: no price is known.
  cost_micro_usd bigint
);
create index ledger_by_time on ledger (at);
create index ledger_of_message on ledger (message_id);
create index ledger_of_session on ledger (session_id, at);

-- Answers in the form that only their origin understands, to be sent back to it alone.
create table origin (
  message_id  text not null primary key,
  session_id  text not null,
  provider_id text not null,
  wire        text not null,
  body        text not null
);
create index origin_of_session on origin (session_id);
