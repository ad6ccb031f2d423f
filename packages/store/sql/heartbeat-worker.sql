-- Says that the worker lives; no row when it was never registered or has been swept.
-- $1 worker · $2 whether Redis answers it · $3 whether it is draining
-- $4 how many of its devices it found wanted (null: it has not looked yet)
update workers set last_heartbeat_at = now(), redis_ok = $2, draining = $3, wanted_devices = $4 where id = $1 returning id
