-- Ends an open request of a device, whoever made it: it would link the device anew and forget what it has by now. Runs
-- under a lock on the device's row.
-- $1 device · $2 why
update pairings p
   set state = 'failed', reason = $2, challenge = null, challenge_expires_at = null
 where p.device_id = $1 and p.state in ('requested', 'waiting')
