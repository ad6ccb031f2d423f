-- How the devices are shared between the engines, and who is there to serve them.
-- $1 steal, ms
select e.engine,
       (select count(*) from devices d where d.engine = e.engine)::integer as devices,
       -- Given to it, and not given up yet by a worker of the other one.
       (select count(*) from devices d join workers w on w.id = d.owner_worker_id
         where d.engine = e.engine and w.engine <> e.engine)::integer as awaited,
       (select count(*) from workers w
         where w.engine = e.engine and not w.draining and w.last_heartbeat_at > now() - $1::bigint * interval '1 ms')::integer
         as live_workers
  from unnest('{workers,direct}'::text[]) with ordinality as e(engine, position)
 order by e.position
