-- Marks a queued row that is taken in hand alone in its process, before anything is done with it: should the process die
-- now, it died of this row.
-- $1 sequence contact · $2 dispatch_seq
update sequence_contacts s
   set crash_count = 3
 where s.id = $1 and s.dispatch_state = 'queued' and s.dispatch_seq = $2
returning s.id
