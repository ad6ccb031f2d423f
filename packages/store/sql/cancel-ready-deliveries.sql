-- Closes messages, known not to have left, of runs that have just ended in this transaction. A statement of its own, so
-- that it sees what a finish that exit-runs waited for has put back to ready.
-- $1 sequence contacts
with ready as materialized (
  select d.sequence_contact_id, d.step_key, d.cycle
    from deliveries d
   where d.sequence_contact_id = any($1::bigint[]) and d.state = 'ready'
   order by d.sequence_contact_id, d.step_key, d.cycle
     for no key update of d
)
update deliveries d
   set state = 'cancelled', concluded_at = now()
  from ready r
 where d.sequence_contact_id = r.sequence_contact_id and d.step_key = r.step_key and d.cycle = r.cycle
