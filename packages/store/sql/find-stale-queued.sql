-- Rows queued for longer than an age: their job may be gone. In the order of their devices, to be read page by page.
-- $1 age in ms (0: all queued rows) · $2 rows at most · $3 only devices after this one
select s.id, s.device_id, s.dispatch_seq
  from sequence_contacts s
 where s.dispatch_state = 'queued' and s.device_id > $3
   and s.worker_assigned_at <= now() - $1::bigint * interval '1 ms'
 order by s.device_id
 limit $2
