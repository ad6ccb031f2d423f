-- Puts queued rows back, each only if it is still the dispatch that the caller saw: a row that was taken up or
-- queued anew meanwhile keeps its state.
-- $1 ids · $2 dispatch_seqs
with given as (
  select * from unnest($1::bigint[], $2::bigint[]) as g(id, dispatch_seq)
), locked as materialized (
  select s.id
    from sequence_contacts s join given g on g.id = s.id
   where s.dispatch_state = 'queued' and s.dispatch_seq = g.dispatch_seq
   order by s.id
     for no key update of s
)
update sequence_contacts s
   set dispatch_state = 'idle', assigned_worker_id = null, worker_assigned_at = null
  from locked
 where s.id = locked.id
returning s.id, s.device_id
