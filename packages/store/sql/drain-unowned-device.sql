-- Finishes the drain of a device that no live worker owns. Runs under lock-device, in the same transaction.
-- The epoch rises, so that a dead owner that comes back finds the device lost. A row `sending` stays as it is: only the
-- next owner's recovery may tell whether it left.
-- $1 device · $2 steal, ms
update devices d
   set desired_state = 'drained', owner_worker_id = null, owner_claimed_at = null, owner_epoch = d.owner_epoch + 1,
       reserved_for = null, reserved_until = null,
       state_since = case when d.session_state in ('pairing', 'connecting', 'open') then now() else d.state_since end,
       session_state = case when d.session_state in ('pairing', 'connecting', 'open') then 'closed' else d.session_state end
 where d.id = $1 and d.desired_state = 'draining'
   and not exists (select from workers w
                    where w.id = d.owner_worker_id and w.last_heartbeat_at > now() - $2::bigint * interval '1 ms')
returning d.id
