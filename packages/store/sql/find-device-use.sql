-- What keeps a device from being removed or renumbered: runs under way, runs that ended, an owner.
-- A scan of sequence_contacts: asked by an operator for one device, rarely.
-- $1 device · $2 steal, ms
select count(*) filter (where s.status in ('active', 'paused'))::integer as open_runs,
       count(*) filter (where s.status not in ('active', 'paused'))::integer as ended_runs,
       (select d.owner_worker_id is not null from devices d where d.id = $1) as owned,
       exists (select from devices d join workers w on w.id = d.owner_worker_id
                where d.id = $1 and w.last_heartbeat_at > now() - $2::bigint * interval '1 ms') as owner_live
  from sequence_contacts s
 where s.device_id = $1
