-- Up Migration

-- What was answered to requests with an Idempotency-Key, so that who asks again is told the same and nothing is done twice.
create table idempotency_keys (
  -- Of the API key that asked and its Idempotency-Key: what one asks is nobody else's.
  hash bytea primary key check (octet_length(hash) = 32),
  -- Of method, path and body.
  request_hash bytea not null check (octet_length(request_hash) = 32),
  started_at timestamptz not null default now(),
  -- Null while it is worked on.
  status integer,
  body text
);
create index idempotency_keys_by_age on idempotency_keys (started_at);
