-- The network refused the account: nothing more is begun until an operator resumes the device.
-- Not fenced: what the network said is true whoever heard it.
-- $1 device · $2 reason
update devices d
   set session_state = 'restricted', state_reason = $2, state_since = now(), restricted_until = null
 where d.id = $1 and d.session_state not in ('logged_out', 'banned')
