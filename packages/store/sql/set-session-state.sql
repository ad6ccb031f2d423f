-- Written on change only, and only by the owner. A restriction stays until its time or an operator ends it.
-- $1 device · $2 worker · $3 epoch · $4 session state · $5 reason
update devices d
   set session_state = $4, state_reason = $5, state_since = now()
 where d.id = $1 and d.owner_worker_id = $2::uuid and d.owner_epoch = $3
   and d.session_state is distinct from $4
   and (d.session_state <> 'restricted' or $4 in ('logged_out', 'banned'))
