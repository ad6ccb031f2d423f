-- Every worker process that is known, and how many devices it owns.
-- $1 steal, ms
select w.id, w.host, w.build, w.capacity, w.redis_ok, w.draining,
       extract(epoch from now() - w.last_heartbeat_at) * 1000 as heartbeat_age_ms,
       w.last_heartbeat_at > now() - $1::bigint * interval '1 ms' as live,
       (select count(*)::integer from devices d where d.owner_worker_id = w.id) as devices
  from workers w
 order by live desc, w.host, w.id
