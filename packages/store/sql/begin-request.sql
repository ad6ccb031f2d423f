-- Takes the right to work on a request, or tells what was answered to it. One that somebody began over a minute ago and did
-- not finish may be begun anew. Forgets what is over a day old.
-- $1 hash of who asks and the Idempotency-Key · $2 hash of the request
with forgotten as (
  delete from idempotency_keys k where k.started_at < now() - interval '1 d' and k.hash <> $1::bytea
), taken as (
  insert into idempotency_keys as k (hash, request_hash) values ($1::bytea, $2::bytea)
  on conflict (hash) do update set started_at = now(), request_hash = excluded.request_hash, status = null, body = null
   where k.started_at < now() - interval '1 d'
      or (k.status is null and k.request_hash = excluded.request_hash and k.started_at < now() - interval '1 min')
  returning k.hash
)
select 'begun' as outcome, null::integer as status, null as body from taken
union all
select case when k.request_hash <> $2::bytea then 'other_request' when k.status is null then 'in_work' else 'answered' end,
       k.status, k.body
  from idempotency_keys k
 where k.hash = $1::bytea and not exists (select from taken)
