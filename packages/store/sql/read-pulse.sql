-- The fleet in a line: what the network accepted in the last minute, and the workers that live.
-- An acknowledgement comes within half a minute of its attempt, or not at all.
-- $1 steal, ms
select (select count(*) from deliveries l
         where l.last_attempt_at > now() - interval '90 s' and l.acked_at > now() - interval '1 min')::integer as sent_last_minute,
       count(*)::integer as workers, coalesce(sum(w.capacity) filter (where not w.draining), 0)::integer as capacity
  from workers w
 where w.last_heartbeat_at > now() - $1::bigint * interval '1 ms'
