-- Records a step that could not be rendered, so that nothing left for it, and moves its row on. Only for the dispatch that
-- was asked to send it.
-- $1 sequence contact · $2 dispatch_seq · $3 step key · $4 epoch · $5 message id · $6 jid · $7 error code
-- $8 move: next | exit | complete · $9 next step key · $10 ms from now until it is due
with run as materialized (
  select s.id, s.contact_id, s.device_id
    from sequence_contacts s
   where s.id = $1 and s.dispatch_state = 'queued' and s.dispatch_seq = $2 and s.next_step_key = $3 and s.status = 'active'
     for no key update of s
), refused as (
  insert into deliveries (sequence_contact_id, step_key, contact_id, device_id, message_id, to_jid, state, epoch,
                          attempts, concluded_at, error_class, error_code)
  select run.id, $3, run.contact_id, run.device_id, $5, $6, 'failed', $4, 0, now(), 'content', $7 from run
  on conflict (sequence_contact_id, step_key, cycle) do update
     set state = 'failed', concluded_at = now(), error_class = 'content', error_code = excluded.error_code
   where deliveries.state = 'ready'
  returning sequence_contact_id
)
update sequence_contacts s
   set dispatch_state = 'idle', assigned_worker_id = null, worker_assigned_at = null,
       status = case $8::text when 'complete' then 'completed' when 'exit' then 'exited' else s.status end,
       exit_reason = case $8::text when 'exit' then $7 else s.exit_reason end,
       finished_at = case when $8::text in ('complete', 'exit') then now() else s.finished_at end,
       next_step_key = case $8::text when 'next' then $9::text end,
       next_trigger_time = case $8::text when 'next' then now() + $10::bigint * interval '1 ms' else s.next_trigger_time end
  from refused
 where s.id = refused.sequence_contact_id
returning s.id
