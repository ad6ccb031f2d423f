-- The owner's devices that have rows queued for longer than `age` with nothing in flight, though they may send.
-- What a worker has in hand is read through the index on (assigned_worker_id, next_trigger_time).
-- $1 worker · $2 age, ms
select s.device_id, count(*)::integer as queued, extract(epoch from now() - min(s.worker_assigned_at)) * 1000 as oldest_age_ms
  from sequence_contacts s join devices d on d.id = s.device_id
 where s.assigned_worker_id = $1::uuid and s.status = 'active' and s.dispatch_state = 'queued'
   and d.owner_worker_id = $1::uuid and device_may_send(d)
 group by s.device_id
having min(s.worker_assigned_at) <= now() - $2::bigint * interval '1 ms'
