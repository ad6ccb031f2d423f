-- The devices that are free for the caller to claim, the one that waits longest first, those that another worker gave up
-- in its favour apart, and the figures to share them by.
-- Wanted: to be paired; or it may send, and has something to do within the horizon, or is labelled keep-online, or was
-- away for four hours with contacts midway: replies wait for it, and WhatsApp unlinks devices that stay away.
-- A worker looks at its own devices and at those that are free; of those of other live workers it counts what they told, and
-- what they claimed since: looking at all of them would cost every worker more with every device of the fleet.
-- $1 worker · $2 steal, ms · $3 horizon, ms · $4 engine · $5 free devices at most
with wanted as materialized (
  select d.id, d.owner_worker_id, d.reserved_for, d.reserved_until, owner.is_gone, work.since
    from devices d
    left join workers w on w.id = d.owner_worker_id
   cross join lateral (
     select d.owner_worker_id is null
            or (d.owner_worker_id <> $1::uuid
                and (w.last_heartbeat_at is null or w.last_heartbeat_at <= now() - $2::bigint * interval '1 ms'))
            as is_gone) as owner
   cross join lateral device_pairing(d.id) as pairing
   cross join lateral device_work(d.id, $3::bigint * interval '1 ms') as todo
   cross join lateral (
     select least(
       case when pairing.is_pairing then now() end,
       case when device_may_send(d) then least(
         -- Since when counts for the free ones only; of the others, in a fleet at work most, one look says enough.
         case when not owner.is_gone and exists (select from sequence_contacts h
                                                  where h.device_id = d.id and h.dispatch_state in ('queued', 'sending'))
              then now() else todo.since end,
         case when d.labels ? 'keep-online' then d.created_at end,
         case when d.session_state = 'closed' and d.state_since < now() - interval '4 h'
                   and exists (select from sequence_contacts s
                                where s.device_id = d.id and s.status = 'active' and s.dispatch_state = 'idle')
              then d.state_since + interval '4 h' end) end) as since
     -- Asked once for each device: without this the planner asks it again wherever it is named.
     offset 0) as work
   where d.engine = $4 and (owner.is_gone or d.owner_worker_id = $1::uuid) and work.since is not null
), told as (
  select least(count(*),
               coalesce(w.wanted_devices, count(*))
                 -- What a heartbeat tells was found some seconds before it.
                 + count(*) filter (where d.owner_claimed_at > w.last_heartbeat_at - interval '10 s')) as devices
    from devices d join workers w on w.id = d.owner_worker_id
   where d.engine = $4 and d.owner_worker_id <> $1::uuid
     and w.last_heartbeat_at > now() - $2::bigint * interval '1 ms'
   group by w.id
), free as (
  select id, since, reserved_for = $1::uuid and reserved_until >= now() as is_mine from wanted
   where is_gone
     and (reserved_for is null or reserved_for = $1::uuid or reserved_until < now())
   order by (reserved_for = $1::uuid and reserved_until >= now()) is true desc, since, id
   limit $5
)
select (select count(*) from wanted)::integer + coalesce((select sum(devices) from told), 0)::integer as wanted,
       (select count(*) from wanted where owner_worker_id = $1::uuid)::integer as owned_wanted,
       -- Without Redis nothing can be claimed: such a worker has no share.
       (select count(*) from workers
         where engine = $4 and not draining and (redis_ok or id = $1::uuid) and last_heartbeat_at > now() - $2::bigint * interval '1 ms')::integer
         as live_workers,
       coalesce((select array_agg(id order by since, id) from free where is_mine is not true), '{}') as free,
       coalesce((select array_agg(id order by since, id) from free where is_mine), '{}') as reserved
