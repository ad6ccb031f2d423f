-- A device got its session from elsewhere: it may connect. Runs under a lock on the device's row. The epoch rises and
-- the owner goes, so that nobody writes over the session what it remembered before. A restriction until a time is
-- WhatsApp's and stays.
-- $1 device · $2 phone
update devices d
   set phone = coalesce(d.phone, $2), state_reason = null, state_since = now(),
       session_state = case when d.restricted_until > now() then 'restricted' else 'closed' end,
       restriction = case when d.restricted_until > now() then d.restriction end,
       restricted_until = case when d.restricted_until > now() then d.restricted_until end,
       owner_worker_id = null, owner_claimed_at = null, owner_epoch = d.owner_epoch + 1,
       reserved_for = null, reserved_until = null
 where d.id = $1
