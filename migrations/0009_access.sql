-- Up Migration

-- Who may use the dashboard: a key for each person and program. Of its token only the SHA-256 is kept, which is enough for 256
-- random bits: a copy of this table opens nothing. A name stays taken after its key was revoked, so that the audit names one key.
create table api_keys (
  id bigint generated always as identity primary key,
  name text not null unique check (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'),
  hash bytea not null unique check (octet_length(hash) = 32),
  role text not null check (role in ('viewer', 'operator', 'admin')),
  created_at timestamptz not null default now(),
  created_by text not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  -- To the minute; of a key behind a login, when the login was opened.
  last_used_at timestamptz
);

-- Browsers that logged in with a key, until they log out, their time is over, or the key's is.
create table logins (
  hash bytea primary key check (octet_length(hash) = 32),
  key_id bigint not null references api_keys on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
