-- Names the new owner on the rows that were queued before the claim, so that they show up in what it has in hand.
-- $1 worker · $2 devices
with locked as materialized (
  select s.id from sequence_contacts s
   where s.device_id = any($2::bigint[]) and s.dispatch_state in ('queued', 'sending')
     and s.assigned_worker_id is distinct from $1::uuid
   order by s.id
     for no key update of s skip locked
)
update sequence_contacts s
   set assigned_worker_id = $1::uuid
  from locked
 where s.id = locked.id
