-- Settles messages of which nobody knows whether they arrived, by an operator's word, and lets their runs go on: each only
-- while its run waits for that word. Needs lock-dead-letters in the same transaction.
-- `acked_at` stays as it was: the server said nothing. What is cancelled keeps its error, which says why.
-- arrays, pairwise: $1 sequence contacts · $2 step keys · $3 next step keys (null: the run is complete)
-- $4 ms from now until the next step is due, pairwise too · $5 sent | cancelled
with given as materialized (
  select * from unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[]) with ordinality
             as g(id, step_key, next_step_key, due_in_ms, position)
), judged as materialized (
  select g.*,
         l.state is not null and l.state = 'uncertain' and s.status = 'active' and s.dispatch_state = 'held'
           and s.next_step_key = g.step_key as is_settled
    from given g
    left join sequence_contacts s on s.id = g.id
    left join deliveries l on l.sequence_contact_id = g.id and l.step_key = g.step_key and l.cycle = 0
), settled as (
  update deliveries l
     set state = $5, concluded_at = now(),
         error_class = case when $5 = 'sent' then null else l.error_class end,
         error_code = case when $5 = 'sent' then null else l.error_code end,
         -- Prune has passed it by: it erases what is concluded after 72 h.
         body = case when l.last_attempt_at > now() - interval '72 hours' then l.body end
    from judged j
   where l.sequence_contact_id = j.id and l.step_key = j.step_key and l.cycle = 0 and j.is_settled
), moved as (
  update sequence_contacts s
     set status = case when j.next_step_key is null then 'completed' else s.status end,
         finished_at = case when j.next_step_key is null then now() else s.finished_at end,
         next_step_key = j.next_step_key, dispatch_state = 'idle', crash_count = 0,
         next_trigger_time = case when j.next_step_key is null then s.next_trigger_time
                                  else now() + j.due_in_ms * interval '1 ms' end,
         assigned_worker_id = null, worker_assigned_at = null
    from judged j
   where s.id = j.id and j.is_settled
)
select case when j.is_settled then 'settled' else 'gone' end as outcome from judged j order by j.position
