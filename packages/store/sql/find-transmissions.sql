-- The recent transmissions of devices, for their pacing, as ages in ms by Postgres' clock, oldest first.
-- A delivery counts once per attempt, all at the time of its last: too strict by a little, never too lax.
-- Pairwise: $1 devices · $2 how far back for each, ms
select l.device_id, extract(epoch from now() - l.last_attempt_at) * 1000 as attempt_age_ms,
       extract(epoch from now() - l.acked_at) * 1000 as ack_age_ms,
       l.attempts
  from unnest($1::bigint[], $2::bigint[]) as g(device_id, reach_ms)
  join deliveries l on l.device_id = g.device_id and l.last_attempt_at >= now() - g.reach_ms * interval '1 ms'
 order by l.device_id, l.last_attempt_at
