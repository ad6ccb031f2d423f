-- The recent transmissions of devices, for their pacing, as ages in ms by Postgres' clock, oldest first.
-- A delivery counts once per attempt, all at the time of its last: too strict by a little, never too lax.
-- $1 devices · $2 how far back, ms
select l.device_id, extract(epoch from now() - l.last_attempt_at) * 1000 as attempt_age_ms,
       extract(epoch from now() - l.acked_at) * 1000 as ack_age_ms,
       l.attempts
  from deliveries l
 where l.device_id = any($1::bigint[]) and l.last_attempt_at >= now() - $2::bigint * interval '1 ms'
 order by l.device_id, l.last_attempt_at
