-- Takes back what was queued for a device but not begun, when it is drained. A new dispatch number makes every old job
-- stale.
-- $1 device
with locked as materialized (
  select s.id from sequence_contacts s
   where s.device_id = $1 and s.dispatch_state = 'queued'
   order by s.id
   limit 500
     for no key update of s
)
update sequence_contacts s
   set dispatch_state = 'idle', dispatch_seq = s.dispatch_seq + 1, assigned_worker_id = null, worker_assigned_at = null
  from locked
 where s.id = locked.id
returning s.id
