-- A new key; nothing when the name is taken, also by a key that was revoked.
-- $1 name · $2 hash of its token · $3 role · $4 who makes it · $5 how long it holds, ms (null: until revoked)
insert into api_keys (name, hash, role, created_by, expires_at)
values ($1, $2, $3, $4, now() + $5::bigint * interval '1 ms')
on conflict (name) do nothing
returning id, expires_at
