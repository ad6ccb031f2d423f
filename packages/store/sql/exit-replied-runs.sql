-- Ends the runs of a contact that wrote, on the device that heard it, where the run's edition says that a reply ends it.
-- As exit-runs: one with a message that may be on its way stays `sending`. A run that began after the message was written
-- is not answered by it; the network's clock may be behind by a minute. Needs lock-contacts.
-- $1 contact · $2 device · $3 when it was written, epoch ms
with run as materialized (
  select s.id
    from sequence_contacts s
    join sequence_versions v on v.sequence_id = s.sequence_id and v.version = s.version
   where s.contact_id = $1 and s.device_id = $2 and s.status in ('active', 'paused')
     and v.definition ->> 'onReply' = 'exit'
     and s.enrolled_at <= to_timestamp($3::bigint / 1000.0) + interval '1 min'
   order by s.id
     for no key update of s
)
update sequence_contacts s
   set status = 'exited', exit_reason = 'replied', finished_at = now(),
       dispatch_state = case when s.dispatch_state = 'sending' then 'sending' else 'idle' end,
       assigned_worker_id = case when s.dispatch_state = 'sending' then s.assigned_worker_id end,
       worker_assigned_at = case when s.dispatch_state = 'sending' then s.worker_assigned_at end
  from run r
 where s.id = r.id
returning s.id
