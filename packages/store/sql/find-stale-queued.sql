-- Rows queued for longer than an age: their job may be gone.
-- $1 age in ms (0: all queued rows) · $2 rows at most
select s.id, s.device_id, s.dispatch_seq
  from sequence_contacts s
 where s.dispatch_state = 'queued' and s.worker_assigned_at <= now() - $1::bigint * interval '1 ms'
 order by s.worker_assigned_at
 limit $2
