-- Those of the devices that have nothing to do within the horizon, and so may be given up.
-- $1 devices · $2 horizon, ms
select d.id
  from devices d
 cross join lateral device_pairing(d.id) as pairing
 cross join lateral device_work(d.id, $2::bigint * interval '1 ms') as todo
 where d.id = any($1::bigint[])
   and todo.since is null
   and not d.labels ? 'keep-online'
   and not pairing.is_pairing
