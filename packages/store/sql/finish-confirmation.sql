-- Stores what became of an attempt to confirm an opt-out. Not fenced: what was observed is true whoever saw it. A fact
-- about one attempt is dropped when it is known already or a later attempt has begun.
-- $1 sequence contact · $2 cycle · $3 attempt · $4 conclusion: sent | ready | failed | uncertain
-- $5 error class · $6 error code
update deliveries l
   set state = $4, concluded_at = now(),
       acked_at = case when $4 = 'sent' then coalesce(l.acked_at, now()) else l.acked_at end,
       error_class = $5, error_code = $6
 where l.sequence_contact_id = $1 and l.step_key = 'opt-out' and l.cycle = $2 and l.attempts = $3
   and (l.state = 'sending' or (l.state = 'uncertain' and $4 = 'sent'))
returning l.cycle
