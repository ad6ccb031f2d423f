-- Those of the devices that have nothing to do within the horizon, and so may be given up.
-- $1 devices · $2 horizon, ms
select d.id from unnest($1::bigint[]) as d(id) where device_work_since(d.id, $2::bigint * interval '1 ms') is null
