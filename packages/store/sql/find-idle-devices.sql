-- Those of the devices that have nothing to do within the horizon, and so may be given up.
-- $1 devices · $2 horizon, ms
select d.id
  from devices d
 where d.id = any($1::bigint[])
   and device_work_since(d.id, $2::bigint * interval '1 ms') is null
   and not d.labels ? 'keep-online'
   and not device_is_pairing(d.id)
