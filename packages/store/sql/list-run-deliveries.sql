-- What was sent to one contact in all runs through one sequence, the latest run first; a run without deliveries has one
-- line with nulls. Confirmations of opt-outs are no steps.
-- $1 sequence · $2 contact · $3 runs at most
select s.id, s.run_no, s.version, s.status, s.exit_reason, s.enrolled_at, s.finished_at,
       l.step_key, l.state, l.attempts, l.error_class, l.error_code, l.last_attempt_at,
       l.acked_at, l.delivered_at, l.read_at
  from (select one.* from sequence_contacts one
         where one.sequence_id = $1 and one.contact_id = $2
         order by one.run_no desc
         limit $3) as s
  left join lateral (
    select d.step_key, d.state, d.attempts, d.error_class, d.error_code, d.last_attempt_at, d.acked_at, d.delivered_at, d.read_at,
           d.intent_at
      from deliveries d
     where d.sequence_contact_id = s.id and d.cycle = 0 and d.step_key <> 'opt-out'
    union all
    select a.step_key, a.state, a.attempts, a.error_class, a.error_code, a.last_attempt_at, a.acked_at, a.delivered_at, a.read_at,
           a.intent_at
      from archived_deliveries a
     where a.sequence_contact_id = s.id and a.cycle = 0 and a.step_key <> 'opt-out') as l on true
 order by s.run_no desc, l.intent_at, l.step_key
