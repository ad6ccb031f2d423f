-- Forgets the caller, which owns nothing more, and workers that have been dead for a day and own nothing.
-- $1 worker
delete from workers w
 where (w.id = $1 or w.last_heartbeat_at < now() - interval '1 day')
   and not exists (select from devices d where d.owner_worker_id = w.id)
