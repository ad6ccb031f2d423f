-- The other workers of the caller's engine that live and stay, and how many devices each has or is about to get: who may
-- take over a device, and whether anybody reaches Redis.
-- $1 worker · $2 steal, ms
select w.id, w.build, w.capacity, w.redis_ok, extract(epoch from w.started_at) * 1000 as started_at_ms,
       (select count(*) from devices d
         where d.owner_worker_id = w.id or (d.owner_worker_id is null and d.reserved_for = w.id and d.reserved_until >= now()))::integer
         as devices
  from workers w
 where w.id <> $1::uuid and w.engine = (select own.engine from workers own where own.id = $1::uuid) and not w.draining and w.last_heartbeat_at > now() - $2::bigint * interval '1 ms'
 order by w.id
