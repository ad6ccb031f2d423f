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
  left join deliveries l on l.sequence_contact_id = s.id and l.cycle = 0 and l.step_key <> 'opt-out'
 order by s.run_no desc, l.intent_at, l.step_key
