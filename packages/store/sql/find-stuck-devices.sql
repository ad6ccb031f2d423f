-- Devices that may send, yet something of theirs has not moved for `age`: queued with a live owner and nothing attempted
-- since, or an attempt that nobody concluded. Whether pacing explains the first kind is for the caller to see.
-- $1 steal, ms · $2 age, ms · $3 devices at most
with queued as (
  select s.device_id, count(*)::integer as n, min(s.worker_assigned_at) as since
    from sequence_contacts s
   where s.dispatch_state = 'queued' and s.worker_assigned_at <= now() - $2::bigint * interval '1 ms'
   group by s.device_id
), sending as (
  select l.device_id, count(*)::integer as n, min(l.last_attempt_at) as since
    from deliveries l
   where l.state = 'sending' and l.last_attempt_at <= now() - $2::bigint * interval '1 ms'
   group by l.device_id
), stuck as (
  select d.id, d.name, d.pacing, 'queued' as kind, q.n, q.since
    from queued q join devices d on d.id = q.device_id
    join workers w on w.id = d.owner_worker_id and w.last_heartbeat_at > now() - $1::bigint * interval '1 ms'
   where device_may_send(d)
     and not exists (select from deliveries l
                      where l.device_id = d.id and l.last_attempt_at > now() - $2::bigint * interval '1 ms')
   union all
  select d.id, d.name, d.pacing, 'sending', g.n, g.since
    from sending g join devices d on d.id = g.device_id
   where device_may_send(d)
)
select id, name, pacing, kind, n, extract(epoch from now() - since) * 1000 as age_ms
  from stuck
 order by since
 limit $3
