-- What an operator waits for, while it can still be done.
-- $1 device
select p.method, p.requested_at, p.expires_at, d.phone
  from pairings p join devices d on d.id = p.device_id
 where p.device_id = $1 and p.state in ('requested', 'waiting') and p.expires_at > now()
