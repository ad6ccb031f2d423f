-- $1 worker · $2 host · $3 build · $4 capacity in devices · $5 engine
insert into workers (id, host, build, capacity, engine) values ($1, $2, $3, $4, $5)
on conflict (id) do update set last_heartbeat_at = now(), draining = false
