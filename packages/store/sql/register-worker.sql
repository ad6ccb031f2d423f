-- $1 worker · $2 host · $3 build · $4 capacity in devices
insert into workers (id, host, build, capacity) values ($1, $2, $3, $4)
on conflict (id) do update set last_heartbeat_at = now(), draining = false
