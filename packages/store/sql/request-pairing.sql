-- An operator wants a device linked to its phone; an older request is replaced. The instant tells requests of one device
-- apart, to the millisecond, for that is what leaves Postgres. Runs under a lock on the device's row.
-- $1 device · $2 method · $3 actor · $4 how long it stands, ms
insert into pairings as p (device_id, method, requested_by, requested_at, expires_at)
select $1, $2, $3, t.at, t.at + $4::bigint * interval '1 ms'
  from (select date_trunc('milliseconds', clock_timestamp()) as at) as t
on conflict (device_id) do update
   set method = excluded.method, requested_by = excluded.requested_by,
       requested_at = greatest(excluded.requested_at, p.requested_at + interval '1 ms'), expires_at = excluded.expires_at,
       state = 'requested', reason = null, challenge = null, challenge_expires_at = null
returning p.requested_at, p.expires_at
