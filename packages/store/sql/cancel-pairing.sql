-- The operator no longer waits. Only this very request: a newer one of somebody else stands.
-- $1 device · $2 when the request was made
update pairings p
   set state = 'failed', reason = 'cancelled', challenge = null, challenge_expires_at = null
 where p.device_id = $1 and p.requested_at = $2 and p.state in ('requested', 'waiting')
returning p.device_id
