-- How far pausing or draining has come: what is still in flight and what waits in the queue.
-- $1 devices · $2 steal, ms
select d.id, d.name, d.desired_state, hand.queued, hand.sending,
       exists (select from workers w
                where w.id = d.owner_worker_id
                  and w.last_heartbeat_at > now() - $2::bigint * interval '1 ms') as owner_live
  from devices d
 cross join lateral (
   select count(*) filter (where s.dispatch_state = 'queued')::integer as queued,
          count(*) filter (where s.dispatch_state = 'sending')::integer as sending
     from sequence_contacts s
    where s.device_id = d.id and s.dispatch_state in ('queued', 'sending')) as hand
 where d.id = any($1::bigint[])
 order by d.name
