-- Written on change only, and only by the owner. A restriction stays until its time or an operator ends it, unless the
-- session came to an end.
-- $1 device · $2 worker · $3 epoch · $4 session state · $5 reason
update devices d
   set session_state = $4, state_reason = $5, restriction = null, restricted_until = null,
       state_since = case when d.session_state = $4 then d.state_since else now() end
 where d.id = $1 and d.owner_worker_id = $2::uuid and d.owner_epoch = $3
   and (d.session_state, d.state_reason) is distinct from ($4, $5)
   and (d.session_state <> 'restricted' or d.restricted_until <= now()
        or $4 in ('unpaired', 'pairing', 'logged_out', 'banned', 'conflict'))
