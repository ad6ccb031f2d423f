-- Ends the runs of a contact that still go on. One with a message that may be on its way stays `sending`: recovery
-- finds out what became of it. Needs lock-contacts or suppress-contact.
-- $1 contact · $2 sequence, null: all · $3 reason
with run as materialized (
  select s.id
    from sequence_contacts s
   where s.contact_id = $1 and s.status in ('active', 'paused') and ($2::bigint is null or s.sequence_id = $2)
   order by s.id
     for no key update of s
)
update sequence_contacts s
   set status = 'exited', exit_reason = $3, finished_at = now(),
       dispatch_state = case when s.dispatch_state = 'sending' then 'sending' else 'idle' end,
       assigned_worker_id = case when s.dispatch_state = 'sending' then s.assigned_worker_id end,
       worker_assigned_at = case when s.dispatch_state = 'sending' then s.worker_assigned_at end
  from run r
 where s.id = r.id
returning s.id, s.device_id
