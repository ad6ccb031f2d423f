-- Messages that failed, or of which nobody knows whether they arrived, by what became of their runs.
-- held: the run waits for an operator at that step. ended: the failure of that step, its last, ended the run.
-- passed: the run went on without it, or ended for another reason; to send it now would break the order.
-- One scan, asked by a person.
-- $1 failed | uncertain · $2 error code, null: all · $3 sequence, null: all
select letter.error_class, letter.error_code, letter.fate, count(*)::integer as n,
       count(*) filter (where letter.body is null and letter.attempts > 0)::integer as erased
  from (select l.error_class, l.error_code, l.body, l.attempts,
               case when s.status = 'active' and s.dispatch_state = 'held' and s.next_step_key = l.step_key then 'held'
                    when l.state = 'failed' and s.status in ('exited', 'failed') and s.exit_reason = l.error_code
                         and not exists (select from deliveries later
                                          where later.sequence_contact_id = l.sequence_contact_id and later.cycle = 0
                                            and later.step_key <> 'opt-out' and later.concluded_at > l.concluded_at)
                      then 'ended'
                    else 'passed' end as fate
          from deliveries l join sequence_contacts s on s.id = l.sequence_contact_id
         where l.state = $1 and l.cycle = 0 and l.step_key <> 'opt-out'
           and ($2::text is null or l.error_code = $2) and ($3::bigint is null or s.sequence_id = $3)) as letter
 group by 1, 2, 3
 order by n desc, 2, 3
