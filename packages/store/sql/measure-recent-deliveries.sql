-- What was concluded lately and how long it took, from the last begin to finish: waiting for the pace is not in it.
-- Reads by last_attempt_at (brin), because a delivery is concluded within minutes of its last attempt.
-- $1 window, ms
select count(*)::integer as concluded,
       count(*) filter (where l.state in ('failed', 'uncertain'))::integer as failed,
       avg(extract(epoch from l.concluded_at - l.last_attempt_at) * 1000) as average_ms
  from deliveries l
 where l.last_attempt_at > now() - $1::bigint * interval '1 ms' - interval '5 min'
   and l.concluded_at > now() - $1::bigint * interval '1 ms'
   and l.state in ('sent', 'failed', 'uncertain')
