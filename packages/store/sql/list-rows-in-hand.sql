-- What a worker has in hand of one device, the row that waits longest first, through the index on
-- (assigned_worker_id, next_trigger_time).
-- $1 worker · $2 device · $3 rows at most
select s.id, q.name as sequence, s.next_step_key, s.dispatch_state, s.next_trigger_time, s.worker_assigned_at
  from sequence_contacts s join sequences q on q.id = s.sequence_id
 where s.assigned_worker_id = $1::uuid and s.status = 'active' and s.device_id = $2
 order by s.next_trigger_time
 limit $3
