-- A browser logs in with a key: for a time, and never for longer than the key. Logins that ran out go by the way, some at once.
-- $1 hash of the session's token · $2 key · $3 how long it holds, ms
with gone as (
  delete from logins
   where hash in (select l.hash from logins l where l.expires_at <= now() limit 1000 for update of l skip locked)
)
insert into logins (hash, key_id, expires_at)
select $1::bytea, k.id, least(now() + $3::bigint * interval '1 ms', k.expires_at) from api_keys k where k.id = $2
returning expires_at
