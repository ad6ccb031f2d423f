-- Records a step that can't be sent for what it holds, so that nothing left for it, and moves its row on: decided as in
-- begin-deliveries.sql, in the same order and without waiting for a lock, so that a device, a person or a sequence that
-- is off limits stops this step as it would stop a message. Every outcome moves the row; see refuse-delivery.ts.
-- $1 worker · $2 sequence contact · $3 dispatch_seq · $4 step key · $5 device · $6 epoch · $7 message id · $8 jid
-- $9 error code · $10 move: next | exit | complete | hold · $11 next step key · $12 ms from now until it is due
-- $13 error class: content | poison
with given as materialized (
  select g.id, s.contact_id, s.sequence_id
    from (select $2::bigint as id) as g left join sequence_contacts s on s.id = g.id
), device as materialized (
  select d.id, d.owner_worker_id, d.owner_epoch, device_may_send(d) as may_send
    from devices d
   where d.id = $5
     for share of d skip locked
), contact as materialized (
  select c.id, c.suppressed_at, c.consent_at
    from contacts c
   where c.id = (select contact_id from given) and exists (select from device)
     for share of c skip locked
), run as materialized (
  select s.id, s.status, s.dispatch_state, s.dispatch_seq, s.next_step_key, s.device_id
    from sequence_contacts s
   where s.id = (select id from given) and exists (select from contact)
     for no key update of s skip locked
), judged as materialized (
  select g.id, g.contact_id,
         case
           when g.contact_id is null then 'stale'
           when device.id is null then 'busy'
           when device.owner_worker_id is distinct from $1::uuid or device.owner_epoch <> $6 then 'not_mine'
           when contact.id is null or run.id is null then 'busy'
           when run.next_step_key is distinct from $4 or run.device_id <> device.id
                or run.dispatch_state <> 'queued' or run.dispatch_seq <> $3 then 'stale'
           when l.state in ('sent', 'failed', 'uncertain', 'cancelled') then 'already_final'
           when l.state = 'sending' then 'stale'
           when contact.suppressed_at is not null then 'suppressed'
           when contact.consent_at is null then 'no_consent'
           when run.status <> 'active' then 'ended'
           when not device.may_send then 'device_not_running'
           when sequence.status <> 'active' then 'sequence_paused'
           else 'refused'
         end as outcome
    from given g
    left join device on true
    left join contact on true
    left join run on true
    left join sequences sequence on sequence.id = g.sequence_id
    left join deliveries l on l.sequence_contact_id = g.id and l.step_key = $4 and l.cycle = 0
), written as (
  insert into deliveries as l (sequence_contact_id, step_key, contact_id, device_id, message_id, to_jid, state, epoch,
                               attempts, concluded_at, error_class, error_code)
  select j.id, $4, j.contact_id, $5, $7, $8, 'failed', $6, 0, now(), $13, $9
    from judged j
   where j.outcome = 'refused'
  on conflict (sequence_contact_id, step_key, cycle) do update
     set state = 'failed', concluded_at = now(), error_class = excluded.error_class, error_code = excluded.error_code
   where l.state = 'ready'
  returning l.sequence_contact_id
), moved as (
  update sequence_contacts s
     set dispatch_state = case m.kind when 'hold' then 'held' else 'idle' end, crash_count = 0,
         assigned_worker_id = null, worker_assigned_at = null,
         status = case m.kind when 'complete' then 'completed' when 'exit' then 'exited' else s.status end,
         exit_reason = case m.kind when 'exit' then m.exit_reason else s.exit_reason end,
         finished_at = case when m.kind in ('complete', 'exit') then now() else s.finished_at end,
         next_step_key = case when m.outcome <> 'refused' or m.kind = 'hold' then s.next_step_key
                              when m.kind = 'next' then $11::text end,
         next_trigger_time = case m.kind when 'next' then now() + $12::bigint * interval '1 ms'
                                         when 'later' then now() + interval '5 min' else s.next_trigger_time end
    from (select j.id, j.outcome,
                 case j.outcome when 'refused' then $10::text
                                when 'sequence_paused' then 'later'
                                when 'suppressed' then 'exit'
                                when 'no_consent' then 'exit'
                                else 'stay' end as kind,
                 case j.outcome when 'refused' then $9 else j.outcome end as exit_reason
            from judged j
           where j.outcome in ('suppressed', 'no_consent', 'ended', 'device_not_running', 'sequence_paused')
              or exists (select from written)) as m
   where s.id = m.id
)
-- A delivery that somebody moved since the snapshot is looked at once more.
select case when outcome = 'refused' and not exists (select from written) then 'busy' else outcome end as outcome from judged
