-- Stores what became of attempts, and moves each sequence contact to its next step in the same transaction.
-- Not fenced: what was observed is true whoever saw it. A fact about one attempt (not sent, refused) is dropped when
-- a later attempt has begun; that the server accepted the message is true for all of them.
-- The row is moved only if it still stands at that step; if its run has ended, only its dispatch state is cleared.
-- A row that is queued although its delivery is final is moved as well: nothing else would ever move it.
-- Waits for locked rows, in the order of the ids; at most 256 rows a call. Looks rows up one by one: see `plansByKey` in database.ts.
-- arrays, pairwise: $1 sequence contacts · $2 step keys · $3 attempts (the number begin gave; null: any)
-- $4 conclusions: sent | ready | sending (unknown still) | failed | uncertain | cancelled
-- $5 error classes · $6 error codes
-- $7 what the row does: next | wait | hold | exit | complete · $8 next step keys · $9 ms from now until it is due
with given as materialized (
  -- The cycle is no constant below: with one, a planner that knows no statistics walks the whole key of that cycle.
  select g.*, 0 as cycle
    from unnest($1::bigint[], $2::text[], $3::integer[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bigint[])
         with ordinality as g(id, step_key, attempt, state, error_class, error_code, move, next_step_key, due_in_ms, position)
), run as materialized (
  select s.id, s.status, s.dispatch_state, s.next_step_key
    from sequence_contacts s
   where s.id = any($1::bigint[])
   order by s.id
     for no key update of s
), delivery as materialized (
  select l.sequence_contact_id, l.step_key, l.state, l.attempts
    from (select g.id, g.step_key, g.cycle from given g where (select count(*) from run) > 0 order by g.id) as g
   cross join lateral (
     select d.sequence_contact_id, d.step_key, d.state, d.attempts from deliveries d
      where d.sequence_contact_id = g.id and d.step_key = g.step_key and d.cycle = g.cycle
        for no key update of d) as l
), judged as materialized (
  select g.*, run.status, run.dispatch_state, run.next_step_key = g.step_key as at_step, delivery.state as delivery_state,
         case
           when delivery.state is null then 'unknown'
           when delivery.state in ('sent', 'failed', 'cancelled') then 'already'
           when g.state = 'sent' then 'stored'
           when delivery.state = 'sending' and (g.attempt is null or delivery.attempts = g.attempt) then 'stored'
           else 'already'
         end as outcome
    from given g
    left join run on run.id = g.id
    left join delivery on delivery.sequence_contact_id = g.id and delivery.step_key = g.step_key
), stored as (
  update deliveries l
     set state = j.state, concluded_at = now(),
         -- A re-send that never left is none.
         resends = l.resends - case when j.state = 'sending' and j.error_class = 'not_sent' then 1 else 0 end,
         acked_at = case when j.state = 'sent' then coalesce(l.acked_at, now()) else l.acked_at end,
         error_class = j.error_class, error_code = j.error_code
    from judged j
   where l.sequence_contact_id = j.id and l.step_key = j.step_key and l.cycle = j.cycle and j.outcome = 'stored'
     and l.sequence_contact_id = any($1::bigint[])
), moved as (
  update sequence_contacts s
     set dispatch_state = case when j.move = 'hold' and j.status = 'active' then 'held' else 'idle' end,
         next_step_key = case when j.status <> 'active' then s.next_step_key
                              when j.move = 'next' then j.next_step_key
                              when j.move in ('complete', 'exit') then null
                              else s.next_step_key end,
         next_trigger_time = case when j.status = 'active' and j.move in ('next', 'wait')
                                  then now() + j.due_in_ms * interval '1 ms' else s.next_trigger_time end,
         status = case when j.status <> 'active' then j.status
                       when j.move = 'complete' then 'completed'
                       when j.move = 'exit' then 'exited'
                       else s.status end,
         exit_reason = case when j.status = 'active' and j.move = 'exit' then j.error_code else s.exit_reason end,
         finished_at = case when j.status = 'active' and j.move in ('complete', 'exit') then now() else s.finished_at end,
         crash_count = 0, assigned_worker_id = null, worker_assigned_at = null
    from judged j
   where s.id = j.id and s.id = any($1::bigint[]) and j.at_step
     and ((j.outcome = 'stored' and j.state <> 'sending')
          or (j.delivery_state in ('sent', 'failed', 'cancelled') and j.dispatch_state = 'queued'))
), survived as (
  -- Nobody knows yet what became of the message; but whoever sent it lives to say so.
  update sequence_contacts s
     set crash_count = 0
    from judged j
   where s.id = j.id and s.id = any($1::bigint[]) and j.at_step and j.outcome = 'stored' and j.state = 'sending' and s.crash_count <> 0
)
select j.position::integer - 1 as position, j.outcome from judged j order by j.position
