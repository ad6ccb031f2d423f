-- The network restricted the account, towards new contacts or everybody, until a time or until an operator resumes it.
-- What is known for longer stays: towards everybody over new contacts only, without an end over a given one.
-- Not fenced: what the network said is true whoever heard it.
-- $1 device · $2 reason · $3 restriction · $4 for so long, ms; null: without an end
update devices d
   set session_state = 'restricted', state_reason = $2, state_since = now(), restriction = $3,
       restricted_until = now() + $4::bigint * interval '1 ms'
 where d.id = $1
   and d.session_state not in ('unpaired', 'logged_out', 'banned', 'conflict')
   and (d.session_state <> 'restricted' or d.restricted_until <= now()
        or d.restriction is not distinct from $3 or $3 = 'everybody')
