-- Puts dead letters back in front of begin, which decides anew: the delivery is ready, its run stands at that step, idle
-- and due. Same cycle, same message id, same text. Needs lock-dead-letters in the same transaction.
-- A run that the failure ended is taken back, unless the contact is suppressed or goes through the sequence again.
-- A text that was erased can't be sent again. One that was never bound, because its step was refused before it was begun,
-- is bound anew: its line of the ledger is taken out, for nothing was ever begun under it.
-- Its age and its re-sends count from here: what an operator has asked for is not given up for its past.
-- arrays, pairwise: $1 sequence contacts · $2 step keys · $3 failed | uncertain: what they must still be
with given as materialized (
  select * from unnest($1::bigint[], $2::text[]) with ordinality as g(id, step_key, position)
), judged as materialized (
  select g.*, l.body is null and l.attempts = 0 as is_unbound,
         case
           when l.state is distinct from $3 then 'gone'
           when s.status = 'active' and s.dispatch_state = 'held' and s.next_step_key = g.step_key then
             case when l.body is null and l.attempts > 0 then 'erased' else 'retried' end
           when not (l.state = 'failed' and s.status in ('exited', 'failed') and s.exit_reason = l.error_code
                     and not exists (select from deliveries later
                                      where later.sequence_contact_id = g.id and later.cycle = 0
                                        and later.step_key <> 'opt-out' and later.concluded_at > l.concluded_at)) then 'gone'
           when c.suppressed_at is not null then 'suppressed'
           when exists (select from sequence_contacts other
                         where other.sequence_id = s.sequence_id and other.contact_id = s.contact_id
                           and other.run_no > s.run_no) then 'enrolled_again'
           when l.body is null and l.attempts > 0 then 'erased'
           else 'retried'
         end as outcome
    from given g
    left join sequence_contacts s on s.id = g.id
    left join contacts c on c.id = s.contact_id
    left join deliveries l on l.sequence_contact_id = g.id and l.step_key = g.step_key and l.cycle = 0
), unbound as (
  delete from deliveries l
   using judged j
   where l.sequence_contact_id = j.id and l.step_key = j.step_key and l.cycle = 0
     and j.outcome = 'retried' and j.is_unbound
), ready as (
  update deliveries l
     set state = 'ready', resends = 0, intent_at = now()
    from judged j
   where l.sequence_contact_id = j.id and l.step_key = j.step_key and l.cycle = 0
     and j.outcome = 'retried' and not j.is_unbound
), moved as (
  update sequence_contacts s
     set status = 'active', exit_reason = null, finished_at = null, next_step_key = j.step_key,
         dispatch_state = 'idle', next_trigger_time = now(), crash_count = 0,
         assigned_worker_id = null, worker_assigned_at = null
    from judged j
   where s.id = j.id and j.outcome = 'retried'
)
select j.outcome from judged j order by j.position
