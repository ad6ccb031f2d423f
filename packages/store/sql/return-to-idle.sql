-- Puts queued rows back, each only if it is still the dispatch that the caller saw: a row that was taken up or
-- queued anew meanwhile keeps its state.
-- $1 ids · $2 dispatch_seqs · $3 what became of the process that had them in hand:
--   survived (it returns them itself) · crashed (its successor does) · unknown (they were lost on the way)
-- Crashes count up to 2, from where on a row is taken in hand alone and counts for itself: see isolate-row.sql.
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
   set dispatch_state = 'idle', assigned_worker_id = null, worker_assigned_at = null,
       crash_count = case $3::text when 'survived' then 0
                                   when 'crashed' then greatest(s.crash_count, least(s.crash_count + 1, 2))
                                   else s.crash_count end
  from locked
 where s.id = locked.id
returning s.id, s.device_id
