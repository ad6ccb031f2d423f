-- Makes the caller the owner of these devices, each under a new epoch; returns those it got.
-- Only of devices that nobody owns, that it owns already, or whose owner's heartbeat is older than `steal`: a live owner
-- is never claimed from. A caller whose own heartbeats were not uninterrupted for `steal` may not take a dead owner's
-- devices either: after an outage of Postgres everybody looks dead.
-- A device of the other engine is not claimed, but for an owner that must have it to give it up in order.
-- $1 worker · $2 devices · $3 steal, ms · $4 whether the caller may steal · $5 engine
with taken as materialized (
  select d.id, d.owner_worker_id
    from devices d
   cross join lateral device_pairing(d.id) as pairing
   where d.id = any($2::bigint[]) and (d.engine = $5 or d.owner_worker_id = $1::uuid)
     and (device_may_send(d) or d.owner_worker_id = $1::uuid or pairing.is_pairing)
     and d.desired_state <> 'drained'
     and (d.owner_worker_id is null
          or d.owner_worker_id = $1::uuid
          or ($4::boolean and not exists (
                select from workers w
                 where w.id = d.owner_worker_id
                   and w.last_heartbeat_at > now() - $3::bigint * interval '1 ms')))
     and (d.reserved_for is null or d.reserved_for = $1::uuid or d.reserved_until < now())
   order by d.id
     for no key update of d skip locked
)
update devices d
   set owner_worker_id = $1::uuid, owner_epoch = d.owner_epoch + 1, owner_claimed_at = now(),
       reserved_for = null, reserved_until = null
  from taken
 where d.id = taken.id
returning d.id, d.owner_epoch, taken.owner_worker_id as previous_owner
